//! What the use cases promise, on both engines.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop and say so"
)]

mod access;
mod gold;
mod network;
mod overview;
mod practice;
mod projects;
mod statements;
mod work;
