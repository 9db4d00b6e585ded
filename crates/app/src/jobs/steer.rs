//! The page of jobs, and what the staff can do with them.

use kazi_db::{DbError, Read, Row, Tx, params};
use kazi_domain::policy::{Can, ManageJobs};
use kazi_domain::{Id, JobState, Moment, kind};

use super::JobError;
use crate::listing::{Ask, Cursor, Page};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

/// Jobs with what they are about: a file of a project, or a project.
macro_rules! jobs {
    ($from:literal $order:literal) => {
        concat!(
            "select j.id, j.kind, j.subject, j.state, j.run_at, j.tries, j.most_tries, j.done, j.parts, j.problem, \
             j.cancel, j.made_at, j.started_at, j.ended_at, s.name, p.name, p.id from job j \
             left join source s on s.id = j.subject left join project p on p.id = coalesce(s.project, j.subject) ",
            $from,
            "and ($2 = '' or j.state = $2) and ($3 = '' or j.kind = $3) and ($5 = '%' \
             or lower(coalesce(s.name, '')) like $5 escape '\\' or lower(coalesce(p.name, '')) like $5 escape '\\' \
             or lower(coalesce(j.problem, '')) like $5 escape '\\') ",
            $order
        )
    };
}

kazi_db::statements! {
    /// Whether a job is due, or its holder has died.
    DUE = "select 1 where exists (select 1 from job where state = 'waiting' and run_at <= $1) \
           or exists (select 1 from job where state = 'running' and held_until < $1)";
    /// Jobs that are not at an end.
    OPEN = "select kind, state, problem from job where state in ('waiting', 'running') order by run_at limit 100";
    /// Jobs, newest first, searched by the names of their file and project, and by what went wrong.
    NEWEST = jobs!("where j.id < $1 " "order by j.id desc limit $4");
    /// The same, oldest first.
    OLDEST = jobs!("where j.id > $1 " "order by j.id limit $4");
    /// The jobs about one thing, newest first.
    ABOUT = "select id, kind, subject, state, run_at, tries, most_tries, done, parts, problem, cancel, made_at, \
             started_at, ended_at from job where subject = $1 order by made_at desc, id desc limit 20";
    /// The state of a job, locked.
    STATE = "select state from job where id = $1 /*for update*/";
    /// Calls a job off: whoever does it, or would do it next, gives it up.
    CANCEL = "update job set cancel = 1, run_at = case when state = 'waiting' then cast($2 as bigint) else run_at end \
              where id = $1";
    /// Puts a job that was given up on the list again.
    RETRY = "update job set state = 'waiting', run_at = $2, tries = 0, cancel = 0, problem = null, done = 0, \
             ended_at = null where id = $1";
}

/// A job that is not at an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished {
    /// What there is to do.
    pub kind: String,
    /// Where it stands.
    pub state: JobState,
    /// What went wrong at the last try.
    pub problem: Option<String>,
}

impl Unfinished {
    pub(super) fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self { kind: row.get(0)?, state: row.word(1)?, problem: row.get(2)? })
    }
}

/// The order of the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
}

/// A job in a list, with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// The job.
    pub job: JobView,
    /// The name of its file, if it is about one.
    pub file: Option<String>,
    /// The name of its project, and the project.
    pub project: Option<(String, Id<kind::Project>)>,
}

/// Which jobs to show, and in which order; empty for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The order.
    pub order: Order,
    /// Only those that stand so.
    pub state: Option<JobState>,
    /// Only those of this kind.
    pub kind: Option<String>,
}

/// A job as the page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobView {
    /// Which.
    pub id: Id<kind::Job>,
    /// What there is to do.
    pub kind: String,
    /// What it is about: the sixteen bytes of an id.
    pub subject: [u8; 16],
    /// Where it stands.
    pub state: JobState,
    /// When it is due.
    pub run_at: Moment,
    /// How often it was tried.
    pub tries: i64,
    /// How often it is tried at most.
    pub most_tries: i64,
    /// How many parts are done.
    pub done: i64,
    /// How many parts there are; 0 when that is not known.
    pub parts: i64,
    /// What went wrong at the last try.
    pub problem: Option<String>,
    /// Whether it was called off.
    pub cancel: bool,
    /// When it was enqueued.
    pub made_at: Moment,
    /// When it was last taken.
    pub started_at: Option<Moment>,
    /// When it ended.
    pub ended_at: Option<Moment>,
}

impl JobView {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.id(0)?,
            kind: row.get(1)?,
            subject: row.get(2)?,
            state: row.word(3)?,
            run_at: row.moment(4)?,
            tries: row.get(5)?,
            most_tries: row.get(6)?,
            done: row.get(7)?,
            parts: row.get(8)?,
            problem: row.get(9)?,
            cancel: row.get::<i64>(10)? != 0,
            made_at: row.moment(11)?,
            started_at: row.moment_opt(12)?,
            ended_at: row.moment_opt(13)?,
        })
    }
}

/// Jobs in their order, with what they are about; a search looks at the names of file and project, and at what went
/// wrong.
///
/// # Errors
/// The database's.
pub fn page(
    read: &mut Read<'_>,
    _can: &Can<ManageJobs>,
    filter: &Filter,
    ask: &Ask,
) -> Result<Page<JobRow>, DbError> {
    let state = filter.state.map_or("", JobState::word);
    let kind = filter.kind.as_deref().unwrap_or("");
    let (statement, from) = match filter.order {
        Order::Newest => (&NEWEST, ask.before_id()),
        Order::Oldest => (&OLDEST, ask.after_text().1),
    };
    let pattern = ask.pattern();
    let rows = read.query_all(statement, params![from, state, kind, ask.limit(), pattern], |row| {
        Ok(JobRow {
            job: JobView::from_row(row)?,
            file: row.get(14)?,
            project: row.get::<Option<String>>(15)?.zip(row.id_opt(16)?),
        })
    })?;
    Ok(ask.page(rows, |row| Cursor::at("", row.job.id)))
}

/// The latest jobs about one thing, newest first; the caller has shown its right to see the thing.
///
/// # Errors
/// The database's.
pub fn of_subject(read: &mut Read<'_>, subject: &[u8; 16]) -> Result<Vec<JobView>, DbError> {
    read.query_all(&ABOUT, params![subject], JobView::from_row)
}

fn state(tx: &mut Tx<'_>, id: Id<kind::Job>) -> Result<JobState, JobError> {
    tx.query_opt(&STATE, params![id.param()], |row| row.word(0))?.ok_or(JobError::NotThere)
}

/// Calls a job off. Whoever does it stops at the next opportunity; a waiting job is given up at once by
/// whoever takes it, so that what it is about always learns of it.
///
/// # Errors
/// When it has ended, or there is none.
pub fn cancel(
    tx: &mut Tx<'_>,
    _can: &Can<ManageJobs>,
    id: Id<kind::Job>,
    turn: &Turn,
) -> Result<(), JobError> {
    match state(tx, id)? {
        JobState::Waiting | JobState::Running => {
            tx.execute(&CANCEL, params![id.param(), turn.at.param()])?;
            Ok(())
        }
        JobState::Done | JobState::Failed | JobState::Cancelled => Err(JobError::Ended),
    }
}

/// Tries a job again that was given up or called off.
///
/// # Errors
/// When it was not, or there is none.
pub fn retry(
    tx: &mut Tx<'_>,
    _can: &Can<ManageJobs>,
    id: Id<kind::Job>,
    turn: &Turn,
) -> Result<(), JobError> {
    match state(tx, id)? {
        JobState::Failed | JobState::Cancelled => {
            tx.execute(&RETRY, params![id.param(), turn.at.param()])?;
            Ok(())
        }
        JobState::Waiting | JobState::Running | JobState::Done => Err(JobError::NotGivenUp),
    }
}
