//! The same promises kept on both engines.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

mod blobs;
mod delivery;
mod house;
mod intake;
mod jobs;
mod media;
mod pages;
mod uploads;
