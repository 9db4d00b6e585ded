//! Files as people send them, good and bad, through the crate's front doors.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod bad_inputs;
mod epub;
mod pages;
mod real;
mod written_pdf;
