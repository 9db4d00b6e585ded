//! What this crate writes, read by programs that others wrote.

mod epub;
