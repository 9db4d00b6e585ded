//! What a screen of a task is made from.

use kazi_db::{DbError, Read, Row, params};
use kazi_domain::{Id, kind};
use kazi_services::{JsonReading, Start};

use super::answer::Task;
use super::settle::{on_record, readings};
use super::{Permit, WorkError};
use crate::bound::{Head, Projects};
use crate::rows::{Columns, Param};

kazi_db::statements! {
    /// The project of a task.
    OF_TASK = "select project, stage from task where id = $1";
    /// An item and what it is a piece of.
    ITEM = "select t.stage, i.id, i.key, i.kind, i.body, i.machine, i.pieces, p.body, t.rework from task t join item i on i.id = t.item \
            left join item p on p.id = i.parent where t.id = $1 and t.project = $2";
    /// The pieces of an item, in order.
    PIECES = "select body, outcome from item where parent = $1 order by position";
    /// Why a client sent an item back the last time.
    SENT_BACK = "select reason, note from sampled where item = $1 and verdict = 'wrong' and outcome is not null \
                 order by said_at desc limit 1";
    /// What was given before at a stage of an item, the latest.
    BEFORE = "select body from answer where item = $1 and stage = $2 and task <> $3 and late = 0 and gold = 0 \
              order by given_at desc, id desc limit 1";
    /// What the person gave for a task.
    GAVE = "select id, body from answer where task = $1 and person = $2";
}

/// A task with everything its screen needs.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The task.
    pub task: Id<kind::Task>,
    /// Its stage.
    pub stage: String,
    /// Its item's key.
    pub key: String,
    /// Its item's kind.
    pub kind: String,
    /// Its item's body.
    pub item: String,
    /// The body of what the item is a piece of.
    pub parent: Option<String>,
    /// The item's pieces: body and outcome.
    pub pieces: Vec<(String, Option<String>)>,
    /// The readings so far, where the stage is there to settle them.
    pub readings: Vec<JsonReading>,
    /// What the person gave before, when correcting.
    pub given: Option<(Id<kind::Answer>, String)>,
    /// Why a client sent the item back, where it is done again.
    pub sent_back: Option<SentBack>,
}

/// Why an item is done again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentBack {
    /// The client's reason: a key such as `missing`.
    pub reason: String,
    /// What the client wrote beside it; may be empty.
    pub note: String,
    /// What was given before at this stage, to begin from.
    pub before: Option<String>,
}

/// The project and the stage of a task.
///
/// # Errors
/// [`WorkError::NotThere`] when there is no such task.
pub fn place_of(read: &mut Read<'_>, task: Id<kind::Task>) -> Result<(Id<kind::Project>, String), WorkError> {
    let found = read.query_opt(&OF_TASK, params![task.param()], |row| Ok((row.id(0)?, row.get(1)?)))?;
    found.ok_or(WorkError::NotThere)
}

/// Everything that the screen of a task needs. The caller has checked that the task is lent to the person,
/// or was answered by them.
///
/// # Errors
/// [`WorkError::NotThere`] when the task is not of the permitted project.
pub fn show(
    read: &mut Read<'_>,
    projects: &Projects,
    permit: &Permit,
    task: Id<kind::Task>,
) -> Result<Shown, WorkError> {
    let head = projects.head(read, permit.can.subject())?;
    let mut shown = show_lent(read, &head, task)?;
    let person = permit.can.actor().person;
    let gave = params![task.param(), person.param()];
    shown.given = read.query_opt(&GAVE, gave, |row| Ok((row.id(0)?, row.get(1)?)))?;
    Ok(shown)
}

/// Everything that the screen of a task needs which was lent in this transaction: nothing was given for it yet.
///
/// # Errors
/// [`WorkError::NotThere`] when the task is not of this project.
fn show_lent(read: &mut Read<'_>, head: &Head, task: Id<kind::Task>) -> Result<Shown, WorkError> {
    let found = read.query_opt(&ITEM, params![task.param(), head.id.param()], |row| {
        Ok((row.get::<String>(0)?, row.id(1)?, Face::from_row(row, 2)?))
    })?;
    let (stage, item, face) = found.ok_or(WorkError::NotThere)?;
    face.shown(read, head, (task, item, &stage))
}

/// An item as the row that found its task tells it.
#[derive(Debug, Clone)]
pub(super) struct Face {
    key: String,
    kind: String,
    body: String,
    machine: Option<String>,
    pieces: i64,
    parent: Option<String>,
    /// Whether a client sent it back.
    redone: bool,
}

impl Face {
    /// Reads key, kind, body, machine's reading, number of pieces, the parent's body and whether it is done again from seven
    /// columns that start here.
    pub(super) fn from_row(row: &Row<'_>, first: usize) -> Result<Self, DbError> {
        Ok(Self {
            key: row.get(first)?,
            kind: row.get(first + 1)?,
            body: row.get(first + 2)?,
            machine: row.get(first + 3)?,
            pieces: row.get(first + 4)?,
            parent: row.get(first + 5)?,
            redone: row.get::<i64>(first + 6)? != 0,
        })
    }

    /// With the rest of what the screen of its task needs.
    pub(super) fn shown(
        self,
        read: &mut Read<'_>,
        head: &Head,
        (task, item, stage): (Id<kind::Task>, Id<kind::Item>, &str),
    ) -> Result<Shown, WorkError> {
        let Self { key, kind, body, machine, pieces, parent, redone } = self;
        let (stage, readings, given, sent) = (stage.to_owned(), Vec::new(), None, None);
        let mut shown = Shown {
            task,
            stage,
            key,
            kind,
            item: body,
            parent,
            pieces: Vec::new(),
            readings,
            given,
            sent_back: sent,
        };
        if redone {
            shown.sent_back = sent_back(read, &shown, item)?;
        }
        if pieces > 0 {
            shown.pieces =
                read.query_all(&PIECES, params![item.param()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        }
        if head.terms.service.stage(&shown.stage).is_some_and(|stage| stage.start == Start::Called) {
            shown.readings = open_readings(read, head, &shown, item, machine)?;
        }
        Ok(shown)
    }
}

fn sent_back(
    read: &mut Read<'_>,
    shown: &Shown,
    item: Id<kind::Item>,
) -> Result<Option<SentBack>, WorkError> {
    let said = read.query_opt(&SENT_BACK, params![item.param()], |row| {
        Ok((row.get::<Option<String>>(0)?, row.get::<Option<String>>(1)?))
    })?;
    let Some((reason, note)) = said else { return Ok(None) };
    let params = params![item.param(), shown.stage.as_str(), shown.task.param()];
    let before = read.query_opt(&BEFORE, params, |row| row.get(0))?;
    Ok(Some(SentBack { reason: reason.unwrap_or_default(), note: note.unwrap_or_default(), before }))
}

fn open_readings(
    read: &mut Read<'_>,
    head: &Head,
    shown: &Shown,
    item: Id<kind::Item>,
    machine: Option<String>,
) -> Result<Vec<JsonReading>, WorkError> {
    let stage = head.terms.service.stage(&shown.stage).ok_or(WorkError::NotThere)?;
    let answers: Vec<_> =
        on_record(read, item)?.into_iter().filter(|answer| answer.stage != shown.stage).collect();
    let task = Task::of_item(shown.task, head.id, (item, &shown.kind), machine);
    readings(read, head, &task, stage, &answers)
}
