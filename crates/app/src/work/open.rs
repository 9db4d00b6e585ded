//! Opening tasks.

use kazi_db::{BulkInsert, DbError, Tx, Value, params};
use kazi_domain::{Id, Moment, TaskState, kind};
use kazi_services::{BoundService, Stage, Start};

use super::FRESH;
use crate::book::Book;
use crate::rows::Param;
use crate::turn::Turn;

kazi_db::statements! {
    /// Opens a task.
    OPEN = "insert into task (id, project, stage, item, lane, place, open, wanted, answered, refused, state, made_at) \
            values ($1, $2, $3, $4, $5, $6, $7, $7, 0, 0, $8, $9)";
    /// Marks the item as being at this stage.
    AT_STAGE = "update item set state = 'open', stage = $2 where id = $1";
}

/// The columns of a task as [`NewTask::values`] gives them.
pub static TASKS: BulkInsert = BulkInsert::new(
    "task",
    &[
        "id", "project", "stage", "item", "lane", "place", "open", "wanted", "answered", "refused", "state",
        "made_at",
    ],
);

/// A task that is about to be opened.
#[derive(Debug, Clone, Copy)]
pub struct NewTask<'a> {
    /// Its id.
    pub id: Id<kind::Task>,
    /// Its project.
    pub project: Id<kind::Project>,
    /// Its stage.
    pub stage: &'a str,
    /// Its item.
    pub item: Id<kind::Item>,
    /// Its queue's lane.
    pub lane: i64,
    /// Its place in the queue.
    pub place: i64,
    /// How many answers it wants.
    pub wanted: i64,
    /// When it opens, in microseconds since 1970.
    pub made_at: i64,
}

impl NewTask<'_> {
    /// The values of a row of [`TASKS`].
    pub fn values(&self) -> [Value<'_>; 12] {
        [
            self.id.param(),
            self.project.param(),
            Value::from(self.stage),
            self.item.param(),
            Value::from(self.lane),
            Value::from(self.place),
            Value::from(self.wanted),
            Value::from(self.wanted),
            Value::from(0),
            Value::from(0),
            Value::from(TaskState::Open.word()),
            Value::from(self.made_at),
        ]
    }
}

/// The place behind everything that has a place by now: thousandths of microseconds, so that what opens
/// within one moment keeps its order.
pub(crate) fn place_now(turn: &Turn, order: i64) -> i64 {
    place_at(turn.at).saturating_add(order)
}

/// The place of what opens first at a moment, behind everything that had a place before.
pub(crate) fn place_at(moment: Moment) -> i64 {
    moment.micros().saturating_mul(1_000)
}

/// The stage that an item of this kind starts with, if it has any.
pub fn first_stage<'s>(service: &'s dyn BoundService, kind: &str) -> Option<&'s Stage> {
    service.stages().iter().find(|stage| stage.item_kind == kind && stage.start == Start::Ready)
}

/// The task that a fresh item without unfinished pieces starts with. `order` is its order among those
/// that open at the same moment.
pub fn first_task<'s>(
    service: &'s dyn BoundService,
    project: Id<kind::Project>,
    item: (Id<kind::Item>, &str),
    order: i64,
    turn: &Turn,
) -> Option<NewTask<'s>> {
    let stage = first_stage(service, item.1)?;
    Some(NewTask {
        id: turn.mint(),
        project,
        stage: stage.key,
        item: item.0,
        lane: FRESH,
        place: place_now(turn, order),
        wanted: i64::from(stage.answers),
        made_at: turn.at.micros(),
    })
}

/// Opens the task of an item at a stage.
pub(crate) fn open(
    tx: &mut Tx<'_>,
    project: Id<kind::Project>,
    item: Id<kind::Item>,
    (stage, lane): (&Stage, i64),
    book: &mut Book,
    turn: &Turn,
) -> Result<(), DbError> {
    let task: Id<kind::Task> = turn.mint();
    tx.post(
        &OPEN,
        params![
            task.param(),
            project.param(),
            stage.key,
            item.param(),
            lane,
            place_now(turn, 0),
            i64::from(stage.answers),
            TaskState::Open.word(),
            turn.at.micros()
        ],
    )?;
    tx.post(&AT_STAGE, params![item.param(), stage.key])?;
    book.count(stage.key).tasks += 1;
    Ok(())
}
