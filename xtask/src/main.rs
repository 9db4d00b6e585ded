//! The project's own chores that are longer than a line of make.

fn main() {}
