//! Takes the items of a source out again, a part at a time from the end, so that what is left is always a
//! whole beginning.

use kazi_db::{DbError, Tx, params};
use kazi_domain::{Id, ProjectState, SourceState, kind};

use super::sources::{REMOVE, SPLIT};
use crate::book::Book;
use crate::jobs::{Handler, Held, Trouble, Work};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// The last item of a source.
    LAST = "select max(position) from item where source = $1";
    /// The nearest start of a tree.
    BOUNDARY = "select position from item where source = $1 and position <= $2 and depth = 0 \
                order by position desc limit 1";
    /// How many tasks are about to go.
    TASKS = "select t.stage, count(*) from item i join task t on t.item = i.id \
             where i.source = $1 and i.position >= $2 group by t.stage";
    /// How many items at the top of the tree are about to go.
    TOPS = "select count(*), coalesce(sum(case when state = 'finished' then 1 else 0 end), 0) from item \
            where source = $1 and position >= $2 and depth = 0";
    /// What is known to be right for them goes.
    DELETE_GOLD = "delete from gold where task in (select t.id from item i join task t on t.item = i.id \
                   where i.source = $1 and i.position >= $2)";
    /// The tasks go.
    DELETE_TASKS = "delete from task where item in (select id from item where source = $1 and position >= $2)";
    /// The items go.
    DELETE_ITEMS = "delete from item where source = $1 and position >= $2";
    /// The source of a job, and its project.
    OF_SOURCE = "select s.project, s.state, p.state from source s join project p on p.id = s.project where s.id = $1";
    /// The state of a project that must not start meanwhile.
    STATE = "select state from project where id = $1 /*for update*/";
    /// Whether the source is being split.
    SPLITTING = "select count(*) from job where subject = $1 and kind = $2 and state = 'running'";
    /// The problems of a source go.
    DELETE_PROBLEMS = "delete from source_problem where source = $1";
    /// The source goes.
    DELETE_SOURCE = "delete from source where id = $1";
}

/// How many items one transaction takes out, about.
const CHUNK: i64 = 2_000;

/// Takes all items of a source out. With `only_in_draft` it stops as soon as people may be working.
pub(super) fn clear(
    work: &Work,
    (project, source): (Id<kind::Project>, Id<kind::Source>),
    only_in_draft: bool,
) -> Result<(), Trouble> {
    loop {
        work.check()?;
        let job = work.clone();
        let more = work.db.write_blocking(move |tx| -> Result<bool, Trouble> {
            let turn = Turn::now();
            job.fence(tx, &turn)?;
            if only_in_draft {
                let state: ProjectState =
                    tx.query_one(&STATE, params![project.param()], |row| row.word(0))?;
                if state != ProjectState::Draft {
                    return Err(Trouble::Passing("the project has just been started".to_owned()));
                }
            }
            Ok(clear_some(tx, project, source, &turn)?)
        })?;
        if !more {
            return Ok(());
        }
    }
}

/// Takes the last trees out; whether there was anything.
fn clear_some(
    tx: &mut Tx<'_>,
    project: Id<kind::Project>,
    source: Id<kind::Source>,
    turn: &Turn,
) -> Result<bool, DbError> {
    let last: Option<i64> = tx.query_one(&LAST, params![source.param()], |row| row.get(0))?;
    let Some(last) = last else { return Ok(false) };
    let boundary = params![source.param(), (last - CHUNK).max(0)];
    let from: i64 = tx.query_opt(&BOUNDARY, boundary, |row| row.get(0))?.unwrap_or(0);
    let range = params![source.param(), from];
    let mut book = Book::new(project);
    for (stage, tasks) in
        tx.query_all(&TASKS, range, |row| Ok((row.get::<String>(0)?, row.get::<i64>(1)?)))?
    {
        book.count(&stage).tasks -= tasks;
    }
    let (items, finished): (i64, i64) = tx.query_one(&TOPS, range, |row| Ok((row.get(0)?, row.get(1)?)))?;
    let whole = book.count("");
    whole.items -= items;
    whole.finished -= finished;
    tx.execute(&DELETE_GOLD, range)?;
    tx.execute(&DELETE_TASKS, range)?;
    tx.execute(&DELETE_ITEMS, range)?;
    book.write(tx, turn)?;
    Ok(true)
}

/// The body of a job that takes only the items out and leaves the source, so that its problem can be read.
pub(super) const ITEMS_ONLY: &str = "items";

/// The job that takes a source, or only its items, out of a project again.
#[derive(Debug)]
pub struct Remove;

impl Handler for Remove {
    fn kind(&self) -> &'static str {
        REMOVE
    }

    fn run(&self, work: &Work) -> Result<(), Trouble> {
        let source = Id::<kind::Source>::from_bytes(work.held.subject);
        let found = work.db.read_blocking(move |read| -> Result<_, DbError> {
            let splitting: i64 =
                read.query_one(&SPLITTING, params![source.param(), SPLIT], |row| row.get(0))?;
            let found = read.query_opt(&OF_SOURCE, params![source.param()], |row| {
                Ok((row.id(0)?, row.word::<SourceState>(1)?, row.word::<ProjectState>(2)?))
            })?;
            Ok((splitting, found))
        })?;
        let (0, Some((project, state, project_state))) = found else {
            let (splitting, _) = found;
            let wait = Trouble::Passing("the file is still being split".to_owned());
            return if splitting > 0 { Err(wait) } else { Ok(()) };
        };
        if work.held.body == ITEMS_ONLY {
            // Split again meanwhile, or people may be working: then what is there stays.
            let stays = state != SourceState::Refused || project_state != ProjectState::Draft;
            return if stays { Ok(()) } else { clear(work, (project, source), true) };
        }
        clear(work, (project, source), false)?;
        let job = work.clone();
        work.db.write_blocking(move |tx| -> Result<(), Trouble> {
            job.fence(tx, &Turn::now())?;
            tx.execute(&DELETE_PROBLEMS, params![source.param()])?;
            tx.execute(&DELETE_SOURCE, params![source.param()])?;
            Ok(())
        })
    }

    /// The source stays on its way out; the list of jobs shows why, and the job can be tried again.
    fn given_up(&self, _: &mut Tx<'_>, _: &Held, _: &str, _: &Turn) -> Result<(), DbError> {
        Ok(())
    }
}
