//! What a client does with a delivery: looks at a sample of it, then accepts it or sends back what is wrong.
//!
//! A sample is drawn with a seed that is kept, so that anyone can draw it again. It holds items of one kind, the largest
//! that has an outcome ([`kazi_services::BoundService::inspected`]), and shows nobody's name. What it says of all items
//! is certified only once it was looked through, and only where every item was as likely as any other to be drawn.
//!
//! What is sent back opens again for other people. The operator pays for that; what was accepted before stays accepted.

mod close;
mod draw;
mod judge;
pub mod rules;
mod show;

pub use close::{accept, send_back};
pub use draw::{Drawn, drawn};
pub use judge::{begin, say, set_aside};
pub use rules::{MOST, REASONS, Said, Standing, Way};
pub use show::{Accepted, Desk, Filter, Row, Sample, Sampled, accepted, after, desk, rows, sampled};

use kazi_db::{DbError, Read, Sql, params};
use kazi_domain::{Id, ProjectState, kind};

use crate::bound::HeadError;
use crate::rows::{Columns, Param};
use crate::work::WorkError;

kazi_db::statements! {
    /// The newest delivery of a project.
    NEWEST = "select id, lot, made_at from delivery where project = $1 order by made_at desc, id desc limit 1";
    /// The sample that is being looked through.
    OPEN = "select id from sample where project = $1 and state = 'open'";
    /// What was said of a sample.
    SAID = "select s.lot, s.sampled, s.way, s.allowed, s.delivery, s.made_at, s.state, \
            (select count(*) from sampled i where i.sample = s.id and i.verdict = 'right'), \
            (select count(*) from sampled i where i.sample = s.id and i.verdict = 'wrong'), \
            (select count(*) from sampled i where i.sample = s.id and i.verdict = 'unsure') \
            from sample s where s.id = $1 and s.project = $2";
}

/// Why a delivery was not looked at, accepted or sent back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AcceptanceError {
    /// None, or not for this person.
    #[error("there is no such sample")]
    NotThere,
    /// Nothing is delivered, or it was decided on before.
    #[error("a project that is {} waits for no decision about its delivery", .0.word())]
    NotDelivered(ProjectState),
    /// The sample would be too small or too large.
    #[error("choose a sample of at least 1 and at most {0} items")]
    Size(u32),
    /// Nothing to draw from.
    #[error("there is nothing of this kind to look at: choose another way to draw the sample")]
    Nothing,
    /// One sample at a time.
    #[error("a sample is being looked through already: finish it, or set it aside")]
    AlreadyOpen,
    /// The sample is not being looked through any more.
    #[error("this sample was closed meanwhile: look at the delivery again")]
    Closed,
    /// Something is missing of what was said of an item.
    #[error(transparent)]
    Said(#[from] rules::Missing),
    /// Items have not been looked at, or not been decided.
    #[error("look at the whole sample first: {0} items are not decided yet; or set the sample aside")]
    NotLookedThrough(i64),
    /// Nothing in the sample is called wrong.
    #[error("mark what is wrong first: nothing in the sample is")]
    NothingWrong,
    /// What is stored cannot be used.
    #[error("the project's data cannot be read: {0}")]
    Broken(String),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<HeadError> for AcceptanceError {
    fn from(error: HeadError) -> Self {
        WorkError::from(error).into()
    }
}

impl From<WorkError> for AcceptanceError {
    fn from(error: WorkError) -> Self {
        match error {
            WorkError::NotThere => Self::NotThere,
            WorkError::Db(error) => Self::Db(error),
            other => Self::Broken(other.to_string()),
        }
    }
}

impl From<kazi_services::Fault> for AcceptanceError {
    fn from(fault: kazi_services::Fault) -> Self {
        Self::Broken(fault.0)
    }
}

/// The newest delivery: which, how many items it holds of the kind that is looked at, when.
#[derive(Debug, Clone, Copy)]
struct Newest {
    id: Id<kind::Delivery>,
    lot: Option<i64>,
}

fn newest(read: &mut Read<'_>, project: Id<kind::Project>) -> Result<Option<Newest>, DbError> {
    read.query_opt(&NEWEST, params![project.param()], |row| Ok(Newest { id: row.id(0)?, lot: row.get(1)? }))
}

fn open_sample(read: &mut Read<'_>, project: Id<kind::Project>) -> Result<Option<Id<kind::Sample>>, DbError> {
    read.query_opt(&OPEN, params![project.param()], |row| row.id(0))
}

/// What was said of a sample so far.
fn load(
    read: &mut Read<'_>,
    project: Id<kind::Project>,
    sample: Id<kind::Sample>,
) -> Result<Sample, AcceptanceError> {
    let found = read.query_opt(&SAID, params![sample.param(), project.param()], |row| {
        let standing = Standing {
            lot: row.get(0)?,
            sampled: row.get(1)?,
            right: row.get(7)?,
            wrong: row.get(8)?,
            unsure: row.get(9)?,
        };
        Ok(Sample {
            id: sample,
            standing,
            way: row.get(2)?,
            allowed: row.get(3)?,
            delivery: row.id(4)?,
            made_at: row.moment(5)?,
            state: row.word(6)?,
        })
    })?;
    found.ok_or(AcceptanceError::NotThere)
}

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[ALL, close::ALL, draw::ALL, judge::ALL, show::ALL];
