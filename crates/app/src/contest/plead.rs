//! The worker's side: which answers were not accepted, why, and asking for a second look.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::policy::{Can, ViewOwnWork};
use kazi_domain::{Id, Moment, Money, Plea, Span, WhyNot, kind};

use super::{ContestError, Outcome, outcome};
use crate::journal::{self, Entry};
use crate::listing::{Ask, Cursor, Page};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// How many were not accepted since a moment.
    LATELY = "select count(*) from rejection where person = $1 and rejected_at > $2";
    /// A person's own, the latest first.
    OWN = "select r.answer, r.project, p.name, p.service, r.stage, i.key, i.body, a.task, a.body, a.pay, p.currency, a.given_at, \
           r.reason, r.note, r.rejected_at, r.plea, r.contested_at, r.put_right, r.decision, r.decided_at from rejection r \
           join answer a on a.id = r.answer join item i on i.id = r.item join project p on p.id = r.project \
           where r.person = $1 and (r.rejected_at, r.answer) < ($2, $3) order by r.rejected_at desc, r.answer desc limit $4";
    /// When one of them was not accepted, and whether a second look was asked for.
    ONE = "select project, rejected_at, contested_at from rejection where answer = $1 and person = $2 /*for update*/";
    /// Asks for it.
    ASK = "update rejection set plea = $2, contested_at = $3 where answer = $1 and contested_at is null";
}

/// So long after an answer was not accepted its worker may ask for a second look.
pub const ASK_WITHIN: Span = Span::minutes(30 * 24 * 60);

/// An answer of one's own that was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Own {
    /// The answer.
    pub answer: Id<kind::Answer>,
    /// Its task.
    pub task: Id<kind::Task>,
    /// The project.
    pub project: Id<kind::Project>,
    /// Its name.
    pub project_name: String,
    /// The service.
    pub service: String,
    /// The stage.
    pub stage: String,
    /// The item's key.
    pub key: String,
    /// The item's body.
    pub item: String,
    /// What was given, as JSON text.
    pub given: String,
    /// What it would have paid.
    pub pay: Money,
    /// When it was given.
    pub given_at: Moment,
    /// Why it was not accepted.
    pub reason: WhyNot,
    /// The same in the words of whoever did not.
    pub note: String,
    /// When.
    pub rejected_at: Moment,
    /// What the worker says of it, once a second look was asked for.
    pub plea: Option<Plea>,
    /// What came of the second look.
    pub outcome: Option<Outcome>,
}

impl Own {
    /// Whether a second look can be asked for.
    pub fn may_ask(&self, now: Moment) -> bool {
        self.plea.is_none() && now.since(self.rejected_at) <= ASK_WITHIN
    }
}

/// How many answers of a person were not accepted within the time in which a second look can be asked for.
///
/// # Errors
/// The database's.
pub fn lately(read: &mut Read<'_>, can: &Can<ViewOwnWork>, now: Moment) -> Result<i64, DbError> {
    let since = now - ASK_WITHIN;
    read.query_one(&LATELY, params![can.subject().param(), since.param()], |row| row.get(0))
}

/// The answers of a person that were not accepted, the latest first.
///
/// # Errors
/// The database's.
pub fn own(read: &mut Read<'_>, can: &Can<ViewOwnWork>, ask: &Ask) -> Result<Page<Own>, DbError> {
    let ((before, id), person) = (ask.before_number(), can.subject());
    let params = params![person.param(), before, id, ask.limit()];
    let rows = read.query_all(&OWN, params, |row| {
        Ok(Own {
            answer: row.id(0)?,
            project: row.id(1)?,
            project_name: row.get(2)?,
            service: row.get(3)?,
            stage: row.get(4)?,
            key: row.get(5)?,
            item: row.get(6)?,
            task: row.id(7)?,
            given: row.get(8)?,
            pay: Money::new(row.get(9)?, row.word(10)?),
            given_at: row.moment(11)?,
            reason: row.word(12)?,
            note: row.get(13)?,
            rejected_at: row.moment(14)?,
            plea: row.get::<Option<String>>(15)?.and_then(|word| word.parse().ok()),
            outcome: outcome(row, 17)?,
        })
    })?;
    Ok(ask.page(rows, |row| Cursor::at(row.rejected_at.micros().to_string(), row.answer)))
}

/// Asks for a second look at one's own answer.
///
/// # Errors
/// See [`ContestError`].
pub fn ask_again(
    tx: &mut Tx<'_>,
    can: &Can<ViewOwnWork>,
    (answer, plea): (Id<kind::Answer>, Plea),
    turn: &Turn,
) -> Result<(), ContestError> {
    let person = can.subject();
    let (project, rejected_at, asked): (Id<kind::Project>, _, _) = tx
        .query_opt(&ONE, params![answer.param(), person.param()], |row| {
            Ok((row.id(0)?, row.moment(1)?, row.moment_opt(2)?))
        })?
        .ok_or(ContestError::NotThere)?;
    if asked.is_some() {
        return Err(ContestError::AlreadyAsked);
    }
    if turn.at.since(rejected_at) > ASK_WITHIN {
        return Err(ContestError::TooLate);
    }
    tx.execute(&ASK, params![answer.param(), plea.word(), turn.at.param()])?;
    let entry = Entry::about("answer.contested", answer).by(person).of(project);
    Ok(journal::note(tx, turn, &entry.saying(plea.word()))?)
}
