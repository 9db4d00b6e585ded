//! What the edge promises to browsers and programs, asked through the whole router.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop and say so"
)]

mod accounts;
mod answers;
mod client;
mod door;
mod figures;
mod learning;
mod pages;
mod safety;
mod walk;
