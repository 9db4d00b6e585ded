//! The program as its users meet it: started from the command line, asked over HTTP, killed without warning.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a test that cannot go on must stop and say so"
)]

mod audit;
mod backup;
mod bad_inputs;
mod crash;
mod http;
mod log;
mod made;
mod office;
mod outage;
mod postgres;
mod program;
mod relay;
mod s3;
mod shell;
mod shift;
mod uploads;
