//! The services through their door, as the rest of the program meets them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "a test may stop at the first surprise, and its numbers are small"
)]

mod book;
mod digitisation;
mod memory;
mod questions;
mod questions_agree;
mod questions_files;
mod running_heads;
mod segmentation;
