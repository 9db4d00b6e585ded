//! The same promises kept on both engines.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

mod schema;
mod transactions;
mod values;
