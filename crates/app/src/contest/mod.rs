//! Answers that were not accepted, and the second look that their workers may ask for.
//!
//! No answer is left unpaid by a program: a person says so, of an item that is stuck, with a reason that its worker reads.
//! The worker may ask for a second look with one tap; somebody else than whoever did not accept it decides, and sees no
//! name. Put right, it is paid by a posting of its own. What was accepted once stays accepted.

mod decide;
mod list;
mod plead;
mod reject;

pub use decide::{Decision, Look, decide, look, may_decide, project_of};
pub use list::{Filter, Row, Whose, for_person, list, may_see};
pub use plead::{ASK_WITHIN, Own, ask_again, lately, own};
pub use reject::reject;

use kazi_db::{DbError, Read, Sql, params};
use kazi_domain::{Id, Moment, kind};

use crate::rows::Param;

kazi_db::statements! {
    /// How many were not accepted in a project, and what came of it.
    FIGURES = "select count(*), count(contested_at), coalesce(sum(case when decided_at is null and contested_at is not null then 1 else 0 end), 0), \
               coalesce(sum(put_right), 0) from rejection where project = $1";
}

/// Why nothing came of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContestError {
    /// None, or not for this person.
    #[error("there is no such answer")]
    NotThere,
    /// Its pay is not held any more.
    #[error("what was accepted stays accepted: this answer is paid")]
    NotHeld,
    /// People work on it.
    #[error(
        "people still work on this item: an answer can be left unaccepted only while its item waits for you"
    )]
    NotStuck,
    /// The worker must know why.
    #[error("say what is wrong with it, so that its worker understands")]
    NoNote,
    /// It was asked already.
    #[error("you have asked for a second look already")]
    AlreadyAsked,
    /// Its time is over.
    #[error("a second look can be asked for within 30 days")]
    TooLate,
    /// Nobody asked for a second look.
    #[error("its worker has not asked for a second look")]
    NotAsked,
    /// Somebody was quicker.
    #[error("somebody else has decided this already")]
    Decided,
    /// Nobody is judge in their own case.
    #[error("somebody else must decide this: you did not accept it, gave it, or worked on the same item")]
    OwnCase,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// How many answers of a project were not accepted, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Not accepted.
    pub rejected: i64,
    /// Of these, their workers asked for a second look.
    pub contested: i64,
    /// Of these, nobody has decided.
    pub waiting: i64,
    /// Of these, put right.
    pub put_right: i64,
}

pub(crate) fn figures(read: &mut Read<'_>, project: Id<kind::Project>) -> Result<Figures, DbError> {
    read.query_one(&FIGURES, params![project.param()], |row| {
        Ok(Figures {
            rejected: row.get(0)?,
            contested: row.get(1)?,
            waiting: row.get(2)?,
            put_right: row.get(3)?,
        })
    })
}

/// A note as it is kept; `None` when nothing was written.
fn note(text: &str) -> Option<String> {
    let note: String = text.trim().chars().filter(|c| *c != '\0').take(1_000).collect();
    (!note.is_empty()).then_some(note)
}

/// What was decided on an answer that was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Whether it is accepted after all.
    pub put_right: bool,
    /// Why, in the words of whoever decided.
    pub note: String,
    /// When.
    pub at: Moment,
}

/// Reads an [`Outcome`] from three columns that start here: put right, note, moment.
fn outcome(row: &kazi_db::Row<'_>, first: usize) -> Result<Option<Outcome>, DbError> {
    use crate::rows::Columns;
    let Some(at) = row.moment_opt(first + 2)? else { return Ok(None) };
    let put_right = row.get::<Option<i64>>(first)? == Some(1);
    let note = row.get::<Option<String>>(first + 1)?.unwrap_or_default();
    Ok(Some(Outcome { put_right, note, at }))
}

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[ALL, reject::ALL, plead::ALL, decide::ALL, list::ALL];
