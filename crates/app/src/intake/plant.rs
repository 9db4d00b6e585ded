//! Writes a chunk: items, their first tasks, what they show, the counts.

use std::collections::BTreeMap;

use kazi_db::{BulkInsert, DbError, Tx, Value, params};
use kazi_domain::{Id, ItemState, kind};
use kazi_services::BoundService;

use super::collect::Chunk;
use super::tree::Item;
use crate::blobs::keep_for;
use crate::book::Book;
use crate::rows::Param;
use crate::turn::Turn;
use crate::work::{NewTask, TASKS, first_task};

kazi_db::statements! {
    /// How far the splitting of a source is.
    PROGRESS = "update source set done = $2, parts = $3 where id = $1";
    /// A part that cannot be used.
    PROBLEM = "insert into source_problem (source, number, part, key, message) values ($1, $2, $3, $4, $5) \
               on conflict (source, number) do nothing";
}

static ITEMS: BulkInsert = BulkInsert::new(
    "item",
    &[
        "id",
        "project",
        "source",
        "position",
        "parent",
        "depth",
        "kind",
        "key",
        "body",
        "machine",
        "machine_confidence",
        "state",
        "pieces",
        "waiting",
        "stage",
    ],
);

/// Where a chunk goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) project: Id<kind::Project>,
    pub(super) source: Id<kind::Source>,
    pub(super) service: &'a dyn BoundService,
}

impl Ground<'_> {
    fn values<'v>(&'v self, item: &'v Item) -> [Value<'v>; 15] {
        let (machine, confidence) = match &item.machine {
            Some((text, confidence)) => (Value::from(text), Value::from(*confidence)),
            None => (Value::Null, Value::Null),
        };
        [
            item.id.param(),
            self.project.param(),
            self.source.param(),
            Value::from(item.position),
            item.parent.param(),
            Value::from(item.depth),
            Value::from(&item.kind),
            Value::from(&item.key),
            Value::from(&item.body),
            machine,
            confidence,
            Value::from(item.state.word()),
            Value::from(item.pieces),
            Value::from(item.waiting),
            Value::from(item.stage),
        ]
    }

    /// Writes the chunk. Its blobs are in the store already.
    pub(super) fn plant(&self, tx: &mut Tx<'_>, chunk: &Chunk, turn: &Turn) -> Result<(), DbError> {
        tx.insert_many(&ITEMS, chunk.items.iter().map(|item| self.values(item)))?;
        let tasks: Vec<NewTask<'_>> = (0..)
            .zip(chunk.items.iter().filter(|item| item.stage.is_some()))
            .filter_map(|(order, item)| {
                first_task(self.service, self.project, (item.id, &item.kind), order, turn)
            })
            .collect();
        tx.insert_many(&TASKS, tasks.iter().map(NewTask::values))?;
        for (stored, _) in &chunk.blobs {
            keep_for(tx, self.project, stored)?;
        }
        for (number, problem) in &chunk.problems {
            let (part, key, message) = (plain(&problem.field), plain(&problem.key), plain(&problem.message));
            tx.execute(&PROBLEM, params![self.source.param(), *number, part, key, message])?;
        }
        tx.execute(&PROGRESS, params![self.source.param(), chunk.progress.0, chunk.progress.1])?;
        self.count(&chunk.items, &tasks).write(tx, turn)
    }

    fn count(&self, items: &[Item], tasks: &[NewTask<'_>]) -> Book {
        let mut book = Book::new(self.project);
        let mut stages: BTreeMap<&str, i64> = BTreeMap::new();
        for task in tasks {
            *stages.entry(task.stage).or_default() += 1;
        }
        for (stage, tasks) in stages {
            book.count(stage).tasks += tasks;
        }
        let whole = book.count("");
        for item in items.iter().filter(|item| item.depth == 0) {
            whole.items += 1;
            whole.finished += i64::from(item.state == ItemState::Finished);
        }
        book
    }
}

/// Text that both engines can keep.
fn plain(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
