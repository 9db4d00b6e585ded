//! Setting the day, undoing it, and setting it by itself.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::policy::{Can, ForgetProject, ViewProject};
use kazi_domain::{Id, Moment, ProjectState, Span, kind};

use super::ForgetError;
use crate::journal::{self, Entry};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// Where a project stands, held.
    STATE = "select state from project where id = $1 /*for update*/";
    /// The day; whatever day was set before, unless it has begun.
    SET = "insert into forgetting (project, due_at, set_by, set_at) values ($1, $2, $3, $4) on conflict (project) do update \
           set due_at = excluded.due_at, set_by = excluded.set_by, set_at = excluded.set_at, first_letter_at = null, \
           second_letter_at = null where forgetting.begun_at is null";
    /// It is not to be.
    UNDO = "delete from forgetting where project = $1 and begun_at is null";
    /// What is planned for a project, or was done.
    GET = "select f.due_at, p.shown_name, f.set_at, f.begun_at, f.done_at, f.sources, f.items, f.answers, f.files, f.kept, \
           o.forget_after_days, j.state from project j join organisation o on o.id = j.organisation \
           left join forgetting f on f.project = j.id left join person p on p.id = f.set_by where j.id = $1";
    /// How long after an acceptance an organisation has its data deleted.
    AFTER = "select o.forget_after_days from project p join organisation o on o.id = p.organisation where p.id = $1";
    /// Another time.
    DEFAULT = "update organisation set forget_after_days = $2 where id = (select organisation from project where id = $1)";
}

/// A day is at least so far away.
pub const EARLIEST: Span = Span::minutes(8 * 24 * 60);
/// And at most so far.
pub const LATEST: Span = Span::minutes(3_650 * 24 * 60);

/// What is planned for the data of a project, or was done with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The day, if one is set.
    pub due_at: Option<Moment>,
    /// Who set it; nobody where it was set by itself.
    pub set_by: Option<String>,
    /// When it was set.
    pub set_at: Option<Moment>,
    /// When deleting began.
    pub begun_at: Option<Moment>,
    /// When all was deleted.
    pub done_at: Option<Moment>,
    /// How many files, items, answers and delivered files that were, and how many stored files stay for other projects.
    pub counts: [i64; 5],
    /// So many days after each acceptance the client has its data deleted.
    pub default_days: Option<i64>,
    /// Whether a day can be set: the project has ended.
    pub ended: bool,
}

fn has_ended(state: ProjectState) -> bool {
    matches!(state, ProjectState::Accepted | ProjectState::Cancelled)
}

/// Sets the day on which the data of a project is deleted.
///
/// # Errors
/// See [`ForgetError`].
pub fn set(tx: &mut Tx<'_>, can: &Can<ForgetProject>, due: Moment, turn: &Turn) -> Result<(), ForgetError> {
    let project = can.subject();
    let state: ProjectState =
        tx.query_opt(&STATE, params![project.param()], |row| row.word(0))?.ok_or(ForgetError::NotThere)?;
    if !has_ended(state) {
        return Err(ForgetError::NotEnded(state));
    }
    if due < turn.at + EARLIEST {
        return Err(ForgetError::TooSoon);
    }
    if due > turn.at + LATEST {
        return Err(ForgetError::TooLate);
    }
    let by = can.actor().person;
    if tx.execute(&SET, params![project.param(), due.param(), by.param(), turn.at.param()])? == 0 {
        return Err(ForgetError::Begun);
    }
    let entry = Entry::about("deletion.set", project).by(by).of(project);
    Ok(journal::note(tx, turn, &entry.saying(day(due)))?)
}

/// The day of a moment, UTC, for the record.
pub(super) fn day(at: Moment) -> String {
    let at = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or_default();
    at.strftime("%Y-%m-%d").to_string()
}

/// The data stays after all.
///
/// # Errors
/// [`ForgetError::Begun`] from the day on, [`ForgetError::NotThere`] when no day is set.
pub fn undo(tx: &mut Tx<'_>, can: &Can<ForgetProject>, turn: &Turn) -> Result<(), ForgetError> {
    let project = can.subject();
    if tx.execute(&UNDO, params![project.param()])? == 0 {
        let plan = plan(tx, project)?;
        return Err(if plan.begun_at.is_some() { ForgetError::Begun } else { ForgetError::NotThere });
    }
    let entry = Entry::about("deletion.undone", project).by(can.actor().person).of(project);
    Ok(journal::note(tx, turn, &entry)?)
}

/// So many days after each acceptance the data of the client's projects is deleted; `None` for never.
///
/// # Errors
/// [`ForgetError::Days`].
pub fn set_default(
    tx: &mut Tx<'_>,
    can: &Can<ForgetProject>,
    days: Option<i64>,
    turn: &Turn,
) -> Result<(), ForgetError> {
    if days.is_some_and(|days| !(8..=3_650).contains(&days)) {
        return Err(ForgetError::Days);
    }
    let project = can.subject();
    tx.execute(&DEFAULT, params![project.param(), days])?;
    let entry = Entry::about("deletion.default", project).by(can.actor().person).of(project);
    let told = days.map_or_else(|| "never".to_owned(), |days| format!("{days} days after acceptance"));
    Ok(journal::note(tx, turn, &entry.saying(told))?)
}

/// Sets the day of a project that has just been accepted, where its client wants that.
pub(crate) fn by_default(tx: &mut Tx<'_>, project: Id<kind::Project>, turn: &Turn) -> Result<(), DbError> {
    let days = tx.query_one(&AFTER, params![project.param()], |row| row.get::<Option<i64>>(0))?;
    let Some(days) = days.and_then(|days| u32::try_from(days).ok()) else { return Ok(()) };
    let due = turn.at + Span::minutes(days.saturating_mul(24 * 60));
    let nobody: Option<Id<kind::Person>> = None;
    tx.execute(&SET, params![project.param(), due.param(), nobody.param(), turn.at.param()])?;
    journal::note(tx, turn, &Entry::about("deletion.set", project).of(project).saying(day(due)))
}

fn plan(read: &mut Read<'_>, project: Id<kind::Project>) -> Result<Plan, DbError> {
    read.query_one(&GET, params![project.param()], |row| {
        let count = |at: usize| row.get::<Option<i64>>(at).map(Option::unwrap_or_default);
        Ok(Plan {
            due_at: row.moment_opt(0)?,
            set_by: row.get(1)?,
            set_at: row.moment_opt(2)?,
            begun_at: row.moment_opt(3)?,
            done_at: row.moment_opt(4)?,
            counts: [count(5)?, count(6)?, count(7)?, count(8)?, count(9)?],
            default_days: row.get(10)?,
            ended: has_ended(row.word(11)?),
        })
    })
}

/// What is planned for the data of a project, or was done with it.
///
/// # Errors
/// The database's.
pub fn get(read: &mut Read<'_>, can: &Can<ViewProject>) -> Result<Plan, DbError> {
    plan(read, can.subject())
}
