//! Background work: a table of jobs, enqueued in the transaction of their cause, done by whichever node
//! is free.
//!
//! The invariants: a job that was enqueued is done, given up or called off, whatever dies in between; and
//! only the holder of a job writes on its behalf, because it holds a secret that the next holder replaces.
//! A job may be begun more than once, so every [`Handler`] can begin again.

mod hold;
mod run;
mod steer;
mod work;

pub use hold::{Held, bring_all_back, enqueue, enqueue_at, enqueue_for, keep, not_done, take};
pub use run::{Left, Runner, drain};
pub use steer::{Filter, JobRow, JobView, Order, Unfinished, cancel, of_subject, page, retry};
pub use work::{Handler, Handlers, Trouble, Work};

use kazi_db::{DbError, Sql};

/// Why a job cannot be steered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JobError {
    /// There is none.
    #[error("there is no such job")]
    NotThere,
    /// It has ended.
    #[error("this job has ended already: there is nothing to call off")]
    Ended,
    /// It has not ended.
    #[error("this job was not given up: only a failed or cancelled job can be tried again")]
    NotGivenUp,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[hold::ALL, steer::ALL];
