//! Known truths: tasks whose right answer is known, mixed in among the others, so that errors are measured
//! and not guessed.
//!
//! A known truth is a task of its own in the gold lane of its stage; its item keeps its ordinary task. Nobody
//! gets both, for nobody gets an item twice. What is given for it is paid like any other answer, judged, and
//! never counted among the readings of the item.

use kazi_db::{DbError, Read, Sql, Tx, params};
use kazi_domain::policy::{Can, MendProject};
use kazi_domain::{Id, Moment, TaskState, kind};
use kazi_services::Score;

use crate::book::Book;
use crate::bound::{HeadError, Projects};
use crate::journal::{self, Entry};
use crate::listing::{Ask, Cursor, Page};
use crate::rows::{Columns, Param};
use crate::turn::Turn;
use crate::work::{self, first_stage};

kazi_db::statements! {
    /// The item, if it is of the project.
    ITEM = "select kind, body, machine from item where id = $1 and project = $2";
    /// Whether the item's truth is known already at this stage.
    KNOWN = "select g.task from task t join gold g on g.task = t.id where t.item = $1 and t.stage = $2 and t.lane = $3 \
             and g.retired_at is null";
    /// The task in the gold lane.
    OPEN = "insert into task (id, project, stage, item, lane, place, open, wanted, answered, refused, state, made_at) \
            values ($1, $2, $3, $4, $5, $6, $7, $7, 0, 0, $8, $9)";
    /// The truth.
    ADD = "insert into gold (task, project, item, stage, truth, made_by, made_at, machine_units, machine_errors) \
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// The known truths of a project, the newest first, with how often they were asked and how often missed.
    LIST = "select g.task, g.item, i.key, g.stage, g.truth, g.made_at, g.retired_at, \
            (select count(*) from answer a where a.item = g.item and a.stage = g.stage and a.task = g.task), \
            (select count(*) from answer a where a.item = g.item and a.stage = g.stage and a.task = g.task and a.errors > 0) \
            from gold g join item i on i.id = g.item where g.project = $1 and g.task < $2 order by g.task desc limit $3";
    /// Asks no more.
    RETIRE = "update gold set retired_at = $3 where task = $1 and project = $2 and retired_at is null \
              returning stage, machine_units, machine_errors";
    /// Its task with it.
    DROP = "update task set state = $2, open = 0 where id = $1";
    /// How many are asked at a stage.
    COUNT = "select count(*) from gold where project = $1 and stage = $2 and retired_at is null";
}

/// A known truth can be asked this often; nobody is asked twice.
const WANTED: i64 = 1_000_000;

/// Why a truth was not added or retired.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GoldError {
    /// No such item or truth in this project.
    #[error("there is no such item in this project")]
    NotThere,
    /// The item is never worked on at this stage.
    #[error("items of this kind do not come to the stage `{0}`")]
    NoStage(String),
    /// Known already.
    #[error("the truth of this item is known already: retire it first to replace it")]
    Known,
    /// The service cannot read the truth.
    #[error("the truth has not the form that this service expects: {0}")]
    Form(String),
    /// What is stored cannot be used.
    #[error("the project's data cannot be read: {0}")]
    Broken(String),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<HeadError> for GoldError {
    fn from(error: HeadError) -> Self {
        match error {
            HeadError::NotThere => Self::NotThere,
            HeadError::Db(error) => Self::Db(error),
            other => Self::Broken(other.to_string()),
        }
    }
}

/// Makes a truth known: `truth` is the outcome of the item at the stage, as JSON text.
///
/// # Errors
/// See [`GoldError`].
pub fn add(
    tx: &mut Tx<'_>,
    projects: &Projects,
    can: &Can<MendProject>,
    (item, stage, truth): (Id<kind::Item>, &str, &str),
    turn: &Turn,
) -> Result<Id<kind::Task>, GoldError> {
    let project = can.subject();
    let head = projects.head(tx, project)?;
    let (kind, body, machine) = tx
        .query_opt(&ITEM, params![item.param(), project.param()], |row| {
            Ok((row.get::<String>(0)?, row.get::<String>(1)?, row.get::<Option<String>>(2)?))
        })?
        .ok_or(GoldError::NotThere)?;
    let service = &head.terms.service;
    if service.stage(stage).is_none_or(|found| found.item_kind != kind) {
        return Err(GoldError::NoStage(stage.to_owned()));
    }
    let machine =
        machine.as_deref().filter(|_| first_stage(&**service, &kind).is_some_and(|first| first.key == stage));
    let read = readable(&**service, (stage, &body), truth, machine)?;
    if tx.query_opt(&KNOWN, params![item.param(), stage, work::GOLD], |_| Ok(()))?.is_some() {
        return Err(GoldError::Known);
    }
    let (task, at) = (turn.mint::<kind::Task>(), turn.at.param());
    // Truths that are added in one moment must not share a place: a reader's cursor would pass them over.
    let order = count(tx, can, stage)?.rem_euclid(1_000);
    tx.execute(
        &OPEN,
        params![
            task.param(),
            project.param(),
            stage,
            item.param(),
            work::GOLD,
            work::place_now(turn, order),
            WANTED,
            TaskState::Open.word(),
            at.clone()
        ],
    )?;
    let by = can.actor().person;
    let (units, errors) =
        machine.and(read).map_or((0, 0), |score| (i64::from(score.units), i64::from(score.errors)));
    tx.execute(
        &ADD,
        params![task.param(), project.param(), item.param(), stage, truth, by.param(), at, units, errors],
    )?;
    of_the_machine(tx, project, (stage, units, errors), turn)?;
    journal::note(tx, turn, &Entry::about("gold.added", task).by(by).of(project))?;
    Ok(task)
}

/// Whether the service can judge by this truth. A service reads an outcome only to score an answer against it,
/// so one is scored: the machine's reading, or the truth itself where answers and outcomes look alike. That the
/// answer cannot be read says nothing of the truth.
fn readable(
    service: &dyn kazi_services::BoundService,
    (stage, body): (&str, &str),
    truth: &str,
    machine: Option<&str>,
) -> Result<Option<Score>, GoldError> {
    match service.score(stage, body, truth, machine.unwrap_or(truth)) {
        Ok(score) => Ok(Some(score)),
        Err(fault) if fault.0.contains("stored outcome") => Err(GoldError::Form(fault.0)),
        Err(fault) if fault.0.contains("stored item") => Err(GoldError::Broken(fault.0)),
        Err(_) => Ok(None),
    }
}

/// Adds to what known truths say of the machine's readings at a stage.
fn of_the_machine(
    tx: &mut Tx<'_>,
    project: Id<kind::Project>,
    (stage, units, errors): (&str, i64, i64),
    turn: &Turn,
) -> Result<(), DbError> {
    if units == 0 {
        return Ok(());
    }
    let mut book = Book::new(project);
    let count = book.count(stage);
    count.machine_gold_units += units;
    count.machine_gold_errors += errors;
    book.write(tx, turn)
}

/// A known truth and how people met it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gold {
    /// Its task.
    pub task: Id<kind::Task>,
    /// Its item.
    pub item: Id<kind::Item>,
    /// The item's key.
    pub key: String,
    /// The stage it is asked at.
    pub stage: String,
    /// The truth, as JSON text.
    pub truth: String,
    /// When it was made known.
    pub made_at: Moment,
    /// When it was retired.
    pub retired_at: Option<Moment>,
    /// How often it was asked.
    pub asked: i64,
    /// How often the answer was not wholly right. Where nearly everybody misses, the truth may be wrong.
    pub missed: i64,
}

/// The known truths of a project, the newest first.
///
/// # Errors
/// The database's.
pub fn list(read: &mut Read<'_>, can: &Can<MendProject>, ask: &Ask) -> Result<Page<Gold>, DbError> {
    let rows =
        read.query_all(&LIST, params![can.subject().param(), ask.before_id(), ask.limit()], |row| {
            Ok(Gold {
                task: row.id(0)?,
                item: row.id(1)?,
                key: row.get(2)?,
                stage: row.get(3)?,
                truth: row.get(4)?,
                made_at: row.moment(5)?,
                retired_at: row.moment_opt(6)?,
                asked: row.get(7)?,
                missed: row.get(8)?,
            })
        })?;
    Ok(ask.page(rows, |row| Cursor::at("", row.task)))
}

/// How many truths are asked at a stage now.
///
/// # Errors
/// The database's.
pub fn count(read: &mut Read<'_>, can: &Can<MendProject>, stage: &str) -> Result<i64, DbError> {
    read.query_one(&COUNT, params![can.subject().param(), stage], |row| row.get(0))
}

/// Asks for a truth no more. What people were judged by it stays judged; of the machine it says nothing
/// from now on, for a truth is retired when it is wrong.
///
/// # Errors
/// See [`GoldError`].
pub fn retire(
    tx: &mut Tx<'_>,
    can: &Can<MendProject>,
    task: Id<kind::Task>,
    turn: &Turn,
) -> Result<(), GoldError> {
    let project = can.subject();
    let (stage, units, errors) = tx
        .query_opt(&RETIRE, params![task.param(), project.param(), turn.at.param()], |row| {
            Ok((row.get::<String>(0)?, row.get::<i64>(1)?, row.get::<i64>(2)?))
        })?
        .ok_or(GoldError::NotThere)?;
    of_the_machine(tx, project, (&stage, -units, -errors), turn)?;
    tx.execute(&DROP, params![task.param(), TaskState::Dropped.word()])?;
    let entry = Entry::about("gold.retired", task).by(can.actor().person).of(project);
    Ok(journal::note(tx, turn, &entry)?)
}

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[ALL];
