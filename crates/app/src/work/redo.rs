//! Doing again what a client sent back: the item opens at the last of its stages, for people who have not had it.

use kazi_db::{DbError, Tx, params};
use kazi_domain::{Id, TaskState, kind};
use kazi_services::{BoundService, Stage};

use super::open::{first_stage, place_now};
use super::settle::on_record;
use super::undo::forget_judgement;
use super::{AGAIN, WorkError};
use crate::book::Book;
use crate::bound::Head;
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// A finished item.
    FINISHED = "select kind, body, parent, machine, outcome from item \
                where id = $1 and project = $2 and state = 'finished' /*for update*/";
    /// It waits for answers again.
    OPEN_ITEM = "update item set state = 'open', stage = $2, outcome = null, confidence = null, settled_at = null, \
                 problem = null where id = $1";
    /// The task for that.
    OPEN_TASK = "insert into task (id, project, stage, item, lane, place, open, wanted, answered, refused, state, made_at, \
                 rework) values ($1, $2, $3, $4, $5, $6, $7, $7, 0, 0, $8, $9, 1)";
    /// What the item is a piece of waits for it again.
    WAIT_AGAIN = "update item set waiting = waiting + 1, state = 'waiting', stage = null where id = $1 \
                  returning waiting, parent";
}

/// The stage at which an item of this kind is done again: the last, where one person decides and sees what there is.
fn last_stage<'s>(service: &'s dyn BoundService, kind: &str) -> Option<&'s Stage> {
    service.stages().iter().rfind(|stage| stage.item_kind == kind)
}

struct Item {
    kind: String,
    body: String,
    parent: Option<Id<kind::Item>>,
    machine: Option<String>,
    outcome: Option<String>,
}

/// Opens a finished item again; what it had come to. Nobody's pay is taken back, and answers are judged anew by the next
/// outcome. `order` is its place among those that open at the same moment.
///
/// # Errors
/// [`WorkError::NotThere`] when the item is not of this project, not finished, or asks nothing of anybody.
pub(crate) fn send_back(
    tx: &mut Tx<'_>,
    head: &Head,
    (item, order): (Id<kind::Item>, i64),
    book: &mut Book,
    turn: &Turn,
) -> Result<String, WorkError> {
    let found = tx.query_opt(&FINISHED, params![item.param(), head.id.param()], |row| {
        let (kind, body, parent) = (row.get(0)?, row.get(1)?, row.id_opt(2)?);
        Ok(Item { kind, body, parent, machine: row.get(3)?, outcome: row.get(4)? })
    })?;
    let found = found.ok_or(WorkError::NotThere)?;
    let service = &*head.terms.service;
    let stage = last_stage(service, &found.kind).ok_or(WorkError::NotThere)?;
    let outcome = found.outcome.clone().ok_or(WorkError::NotThere)?;
    for answer in on_record(tx, item)? {
        forget_judgement(tx, &answer, book)?;
    }
    forget_machine(head, &found, &outcome, book)?;
    tx.execute(&OPEN_ITEM, params![item.param(), stage.key])?;
    let (task, wanted): (Id<kind::Task>, _) = (turn.mint(), i64::from(stage.answers));
    let place = place_now(turn, order);
    let opened = params![
        task.param(),
        head.id.param(),
        stage.key,
        item.param(),
        AGAIN,
        place,
        wanted,
        TaskState::Open.word(),
        turn.at.param()
    ];
    tx.execute(&OPEN_TASK, opened)?;
    book.count(stage.key).tasks += 1;
    wait_again(tx, found.parent, book)?;
    Ok(outcome)
}

/// The machine's reading is judged anew too.
fn forget_machine(head: &Head, item: &Item, outcome: &str, book: &mut Book) -> Result<(), WorkError> {
    let service = &*head.terms.service;
    if let (Some(machine), Some(first)) = (&item.machine, first_stage(service, &item.kind)) {
        let score = service.score(first.key, &item.body, outcome, machine)?;
        let count = book.count(first.key);
        count.machine_units -= i64::from(score.units);
        count.machine_errors -= i64::from(score.errors);
    }
    Ok(())
}

/// What the item is a piece of is not finished any more, all the way up.
fn wait_again(tx: &mut Tx<'_>, mut above: Option<Id<kind::Item>>, book: &mut Book) -> Result<(), DbError> {
    while let Some(parent) = above {
        let (waiting, next) = tx.query_one(&WAIT_AGAIN, params![parent.param()], |row| {
            Ok((row.get::<i64>(0)?, row.id_opt(1)?))
        })?;
        if waiting > 1 {
            return Ok(());
        }
        above = next;
    }
    book.count("").finished -= 1;
    Ok(())
}
