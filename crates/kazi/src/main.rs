//! The program: command line, configuration, start and stop.

fn main() {}
