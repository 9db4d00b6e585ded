//! The end of a project: its outcomes are assembled into the client's files.
//!
//! The invariants: a delivery is there whole or not at all, and it is made of blobs whose bytes are
//! durable. Items come in the order of the sources and, within one, depth first; memory does not grow with
//! their number.

mod assemble;
mod desk;
mod finished;
mod items;
mod show;

pub use assemble::Assemble;
pub use finished::{check_finished, sweep};
pub use show::{DeliveredFile, Delivery, deliveries, file, open_file};

use kazi_db::Sql;

/// The kind of the job that assembles a delivery.
pub(crate) const ASSEMBLE: &str = "assemble";

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[assemble::ALL, finished::ALL, items::ALL, show::ALL];
