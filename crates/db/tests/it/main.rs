//! The same promises kept on both engines.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]
#![expect(clippy::items_after_statements, reason = "statements stand beside the test that uses them")]

mod crash;
mod group_commit;
mod outage;
mod schema;
mod transactions;
mod values;
