//! The crate's promises, as tests.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

mod agreement;
mod crowds;
mod docs;
mod evidence;
mod laws;
mod others;
mod shapes;
mod support;
mod texts;
