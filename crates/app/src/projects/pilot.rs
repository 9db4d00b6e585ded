//! A pilot: a few items that are worked on first, so that instructions, quality and price are known before the rest.
//!
//! Only the tasks of the pilot's items are lent while it runs, for they stand in a lane of their own. Those of the rest
//! stay where they were and open, all at once, when somebody has looked and says so.

mod outlook;

pub use outlook::{Outlook, outlook};

use kazi_db::{BulkInsert, DbError, Read, Tx, params};
use kazi_domain::policy::{Can, ManageProject, ViewProject};
use kazi_domain::{Id, ProjectState, kind};
use kazi_quality::lots::Draw;

use super::ProjectError;
use super::life::{go, held, what_is_missing};
use super::through;
use crate::bound::Projects;
use crate::listing::{Ask, Cursor, Page};
use crate::rows::{Columns, Param};
use crate::turn::Turn;
use crate::work::{FRESH, PILOT, place_now};

kazi_db::statements! {
    /// The pieces of an item.
    PIECES = "select id from item where parent = $1 order by position";
    /// Whether it is still there.
    THERE = "select 1 from item where id = $1 and project = $2 and parent is null";
    /// An item's tasks that nobody has seen go into the pilot's lane.
    TO_PILOT = "update task set lane = $2 where item = $1 and lane = $3";
    /// Where the pilot stands.
    SET = "update project set pilot = $2 where id = $1";
    /// The pilot of a project, held.
    PHASE = "select state, pilot from project where id = $1 /*for update*/";
    /// The same, to look at.
    LOOK = "select state, pilot, coalesce((select sum(n.items) from stage_count n where n.project = p.id and n.stage = ''), 0) \
            from project p where p.id = $1";
    /// How many of the pilot's items are finished.
    FINISHED = "select count(*), coalesce(sum(case when i.state in ('finished', 'dropped') then 1 else 0 end), 0) \
                from pilot_item p join item i on i.id = p.item where p.project = $1 and p.item = p.top";
    /// What each finished item of the pilot has cost, with its pieces.
    COSTS = "select sum(a.pay) from pilot_item p join item t on t.id = p.top join answer a on a.item = p.item \
             where p.project = $1 and a.gold = 0 and t.state = 'finished' group by p.top";
    /// The pilot's tasks that are still open.
    LEFT = "select t.id from pilot_item p join task t on t.item = p.item where p.project = $1 and t.lane = $2 and t.open > 0";
    /// A task of the pilot stands in the common lane again, at a new place.
    TO_FRESH = "update task set lane = $2, place = $3 where id = $1 and lane = $4";
    /// The items that the client may look at.
    ROWS = "select i.position, i.id, i.key, s.name, i.state, i.kind, i.body, i.outcome from pilot_item p \
            join item i on i.id = p.item join source s on s.id = i.source where p.project = $1 and i.kind = $2 \
            and (i.position, i.id) > ($3, $4) and lower(i.key) like $5 escape '\\' order by i.position, i.id limit $6";
}

static ITEMS: BulkInsert = BulkInsert::new("pilot_item", &["project", "item", "top"]);

/// A pilot has at least so many items.
pub const LEAST: u32 = 20;
/// And no more than this.
pub const MOST: u32 = 200;

/// Draws the items of a pilot, at random among those at the top of the tree.
///
/// # Errors
/// [`ProjectError::PilotSize`] when it would be too small, too large, or all there is.
pub fn drawn(
    read: &mut Read<'_>,
    can: &Can<ManageProject>,
    (size, seed): (u32, u64),
) -> Result<Vec<Id<kind::Item>>, ProjectError> {
    if !(LEAST..=MOST).contains(&size) {
        return Err(ProjectError::PilotSize);
    }
    let wanted = usize::try_from(size).unwrap_or(usize::MAX);
    let mut draw = Draw::new(wanted, seed);
    let project = can.subject();
    through::items(read, project, &mut |item| {
        if item.top {
            draw.offer(item.id);
        }
    })?;
    if draw.seen() <= wanted {
        return Err(ProjectError::PilotSize);
    }
    Ok(draw.finish())
}

/// Offers the tasks of the drawn items to the assigned centres, and no others.
///
/// # Errors
/// [`ProjectError::NotReady`] with everything that is missing; [`ProjectError::ChangedMeanwhile`] when a drawn item is
/// gone.
pub fn begin(
    tx: &mut Tx<'_>,
    projects: &Projects,
    can: &Can<ManageProject>,
    tops: &[Id<kind::Item>],
    turn: &Turn,
) -> Result<(), ProjectError> {
    let (project, to) = (can.subject(), ProjectState::Running);
    let from = held(tx, project)?;
    if from != ProjectState::Draft {
        return Err(ProjectError::NoWay { from, to });
    }
    let missing = what_is_missing(tx, projects, project)?;
    if !missing.is_empty() {
        return Err(ProjectError::NotReady(missing));
    }
    for top in tops {
        let there = tx.query_opt(&THERE, params![top.param(), project.param()], |_| Ok(()))?;
        there.ok_or(ProjectError::ChangedMeanwhile)?;
        take(tx, project, *top)?;
    }
    tx.execute(&SET, params![project.param(), "running"])?;
    go(tx, can, (from, to), turn)
}

/// Puts an item with all its pieces into the pilot.
fn take(tx: &mut Tx<'_>, project: Id<kind::Project>, top: Id<kind::Item>) -> Result<(), DbError> {
    let mut all = vec![top];
    let mut next = 0;
    while let Some(item) = all.get(next).copied() {
        all.extend(tx.query_all(&PIECES, params![item.param()], |row| row.id::<kind::Item>(0))?);
        next += 1;
    }
    tx.insert_many(&ITEMS, all.iter().map(|item| [project.param(), item.param(), top.param()]))?;
    for item in &all {
        tx.execute(&TO_PILOT, params![item.param(), PILOT, FRESH])?;
    }
    Ok(())
}

/// Opens the rest, once every item of the pilot is finished or left out.
///
/// # Errors
/// [`ProjectError::NoPilot`] when none is running, [`ProjectError::PilotNotDone`] while it is not finished.
pub fn open_rest(tx: &mut Tx<'_>, can: &Can<ManageProject>, turn: &Turn) -> Result<(), ProjectError> {
    let project = can.subject();
    let (state, pilot) = tx
        .query_opt(&PHASE, params![project.param()], |row| {
            Ok((row.word::<ProjectState>(0)?, row.get::<Option<String>>(1)?))
        })?
        .ok_or(ProjectError::NotThere)?;
    let at_work = matches!(state, ProjectState::Running | ProjectState::Paused);
    if !at_work || pilot.as_deref() != Some("running") {
        return Err(ProjectError::NoPilot);
    }
    let (all, finished) = progress(tx, project)?;
    if finished < all {
        return Err(ProjectError::PilotNotDone(all - finished));
    }
    // What opened again within the pilot's own last moments, such as a task of an item that was left out.
    let left: Vec<Id<kind::Task>> = tx.query_all(&LEFT, params![project.param(), PILOT], |row| row.id(0))?;
    for (order, task) in (0_i64..).zip(left) {
        tx.execute(&TO_FRESH, params![task.param(), FRESH, place_now(turn, order), PILOT])?;
    }
    tx.execute(&SET, params![project.param(), "done"])?;
    let entry =
        crate::journal::Entry::about("project.pilot_done", project).by(can.actor().person).of(project);
    Ok(crate::journal::note(tx, turn, &entry)?)
}

fn progress(read: &mut Read<'_>, project: Id<kind::Project>) -> Result<(i64, i64), DbError> {
    read.query_one(&FINISHED, params![project.param()], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// A pilot as its project's page shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Pilot {
    /// Whether only its items are worked on.
    pub running: bool,
    /// How many items it has.
    pub items: i64,
    /// How many of them are finished or left out.
    pub finished: i64,
    /// What all items will cost, from what these have.
    pub outlook: Option<Outlook>,
}

impl Pilot {
    /// Whether it can be looked at whole, and the rest be opened.
    pub fn is_done(&self) -> bool {
        self.running && self.finished == self.items
    }
}

/// The pilot of a project; `None` where it has none.
///
/// # Errors
/// The database's.
pub fn look(read: &mut Read<'_>, can: &Can<ViewProject>) -> Result<Option<Pilot>, DbError> {
    let project = can.subject();
    let found = read.query_opt(&LOOK, params![project.param()], |row| {
        Ok((row.word::<ProjectState>(0)?, row.get::<Option<String>>(1)?, row.get::<i64>(2)?))
    })?;
    let Some((state, Some(pilot), whole)) = found else { return Ok(None) };
    let (items, finished) = progress(read, project)?;
    let costs: Vec<i64> = read.query_all(&COSTS, params![project.param()], |row| row.get(0))?;
    let running = pilot == "running" && matches!(state, ProjectState::Running | ProjectState::Paused);
    Ok(Some(Pilot { running, items, finished, outlook: outlook(&costs, whole) }))
}

/// An item of a pilot: nobody who worked on it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PilotItem {
    /// Which.
    pub item: Id<kind::Item>,
    /// Its key.
    pub key: String,
    /// The file it comes from.
    pub source: String,
    /// Where it stands.
    pub state: kazi_domain::ItemState,
    /// Its body.
    pub body: String,
    /// What it came to.
    pub outcome: Option<String>,
    position: i64,
}

/// The pilot's items of the kind that clients look at, in the order of the files; a search looks at their keys.
///
/// # Errors
/// The database's.
pub fn items(
    read: &mut Read<'_>,
    projects: &Projects,
    can: &Can<ViewProject>,
    ask: &Ask,
) -> Result<Page<PilotItem>, ProjectError> {
    let project = can.subject();
    let kind = projects.head(read, project)?.terms.service.inspected();
    let (after, id) = ask.after_number();
    let params = params![project.param(), kind, after, id, ask.pattern(), ask.limit()];
    let rows = read.query_all(&ROWS, params, |row| {
        Ok(PilotItem {
            item: row.id(1)?,
            key: row.get(2)?,
            source: row.get(3)?,
            state: row.word(4)?,
            body: row.get(6)?,
            outcome: row.get(7)?,
            position: row.get(0)?,
        })
    })?;
    Ok(ask.page(rows, |row| Cursor::at(row.position.to_string(), row.item)))
}
