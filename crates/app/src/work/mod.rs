//! The heart: lending tasks, taking answers, settling what they say, and undoing it.
//!
//! Two invariants hold everything up. A slot of a task is taken in the transaction that lends it, so two
//! people who ask at once never get one slot twice. And a task that opens again gets a new place in its
//! queue, behind every reader's cursor, and no cursor passes a task that somebody else holds for a moment: so
//! no open task is ever passed over. Transactions lock in one order: the person who asks, tasks, and at the end the
//! rows of the book.

mod answer;
mod lease;
mod lend;
mod mend;
mod open;
mod reader;
mod recall;
mod receipt;
mod redo;
mod refuse;
mod rights;
mod settle;
mod show;
mod trust;
mod undo;

pub use answer::{Given, Taken, answer, keep_other_bytes, take};
pub use lease::{extend, sweep};
pub use lend::{Lent, LentShown, Patience, ask, next, next_of};
pub use mend::{Mend, mend};
pub use open::{NewTask, TASKS, first_stage, first_task};
pub(crate) use open::{place_at, place_now};
pub(crate) use recall::recall;
pub use recall::was_taken_back;
pub use receipt::Receipt;
pub(crate) use redo::send_back;
pub use rights::{Permit, enter, permit};
pub use show::{SentBack, Shown, place_of, show};
pub use undo::{CORRECT_WITHIN, correct, take_back};

pub use refuse::{Refused, refuse};

use kazi_db::{DbError, Sql};
use kazi_domain::{Moment, ProjectState, Span};
use kazi_services::Problem;

use crate::bound::{Head, HeadError};

/// Tasks that opened again: they go before fresh ones.
pub(crate) const AGAIN: i64 = 0;
/// Tasks that nobody has seen.
pub(crate) const FRESH: i64 = 1;
/// Tasks whose truth is known.
pub(crate) const GOLD: i64 = 2;
/// Tasks of the items of a pilot that nobody has seen. No others are lent while it runs, and none are left in it afterwards.
pub(crate) const PILOT: i64 = 3;

/// The lanes that people are lent tasks from, in this order; known truths are mixed in apart from them.
pub(crate) const fn lanes(head: &Head) -> [i64; 2] {
    [AGAIN, fresh(head)]
}

/// The lane of tasks that nobody has seen and anybody may be lent now.
pub(crate) const fn fresh(head: &Head) -> i64 {
    if head.pilot { PILOT } else { FRESH }
}

/// What is kept of who has seen an item (`touch.deep`): the item itself is 0. A piece of it, at an ordinary stage:
/// whoever did that never checks the whole.
pub(crate) const DID_PART: i64 = 1;
/// Only decided between the answers of others on a piece of it. Whoever did that checks the whole only when it has
/// waited for fresher eyes: in a small centre every reviewer may have decided something on each page.
pub(crate) const DECIDED_PART: i64 = 2;
/// How long a task waits for fresher eyes.
const FRESHER_EYES: Span = Span::minutes(1);

/// The place from which on tasks wait for fresher eyes than those that decided on a part; behind all at stages that
/// do not ask for any.
pub(crate) fn waits_for_fresher(fresh_eyes: bool, at: Moment) -> i64 {
    if fresh_eyes { place_at(at - FRESHER_EYES) } else { i64::MAX }
}

/// Why a worker's wish cannot be met.
#[derive(Debug, Clone, thiserror::Error)]
pub enum WorkError {
    /// Not for this person, or not there at all.
    #[error("there is no such task for you")]
    NotThere,
    /// The project offers no work now.
    #[error("this work has stopped for now")]
    NotRunning(ProjectState),
    /// The person must first learn this stage.
    #[error("learn this work first: do the practice")]
    LearnFirst,
    /// The instructions changed since the person read them.
    #[error("read first what changed in the instructions")]
    ReadFirst,
    /// The same id came before with other bytes. Both are kept.
    #[error("this answer was already sent with other content; the first one counts, and this one is kept")]
    OtherBytes,
    /// The answer's form is wrong.
    #[error("something in the answer is not right")]
    Form(Vec<Problem>),
    /// Too late to change or take back.
    #[error("this answer can no longer be changed: others have gone on with it")]
    TooLate,
    /// What is stored cannot be used.
    #[error("the project's data cannot be read: {0}")]
    Broken(String),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<HeadError> for WorkError {
    fn from(error: HeadError) -> Self {
        match error {
            HeadError::NotThere => Self::NotThere,
            HeadError::Db(error) => Self::Db(error),
            other => Self::Broken(other.to_string()),
        }
    }
}

impl From<kazi_services::Fault> for WorkError {
    fn from(fault: kazi_services::Fault) -> Self {
        Self::Broken(fault.0)
    }
}

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[
    answer::ALL,
    lend::ALL,
    lease::ALL,
    mend::ALL,
    open::ALL,
    reader::ALL,
    receipt::ALL,
    recall::ALL,
    redo::ALL,
    rights::ALL,
    settle::ALL,
    show::ALL,
    undo::ALL,
    refuse::ALL,
];
