//! A day on which everything that a client handed in and got is deleted for good.
//!
//! After a project has ended its client's lead, or the operator, sets the day; an organisation may have one set by itself so
//! many days after each acceptance. Two letters go out before, the second at least twenty hours, and until the day it can be
//! undone. What is deleted: files, pieces, items, what answers said, known truths, deliveries, instructions, settings,
//! questions. What stays: the ledger and people's pay, counts, the certificate, the record. Bytes that another project shows
//! too stay for it.

mod date;
mod erase;
mod sweep;

pub use date::{EARLIEST, LATEST, Plan, get, set, set_default, undo};
pub use erase::{AFTERWARDS, Erase, Finish};
pub use sweep::sweep;

pub(crate) use date::by_default;

use kazi_db::{DbError, Sql};
use kazi_domain::{ProjectState, Span};

/// The first letter goes out so long before the day.
pub(crate) const FIRST_LETTER: Span = Span::minutes(7 * 24 * 60);
/// The second letter goes out so long before the day.
pub(crate) const SECOND_LETTER: Span = Span::minutes(24 * 60);
/// Nothing is deleted sooner than so long after the second letter, whatever was away meanwhile.
pub(crate) const AFTER_LETTER: Span = Span::minutes(20 * 60);

/// Why no day is set, or undone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForgetError {
    /// None, or not for this person.
    #[error("there is no such project")]
    NotThere,
    /// People work on it, or its client has not decided.
    #[error("a project that is {} keeps its data: accept the delivery or give the project up first", .0.word())]
    NotEnded(ProjectState),
    /// Two letters must have time to be read.
    #[error("choose a day at least eight days from now, so that two letters can be read before")]
    TooSoon,
    /// Further than anybody plans.
    #[error("choose a day within the next ten years")]
    TooLate,
    /// No number of days.
    #[error("choose 8 to 3650 days, or leave it empty for never")]
    Days,
    /// It is being done, or was.
    #[error("it is too late to undo this: the data is being deleted, or is deleted")]
    Begun,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[date::ALL, sweep::ALL, erase::ALL];
