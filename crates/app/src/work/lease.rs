//! Leases: kept alive by a heartbeat, given back when their time is over.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::{Id, Moment, Span, kind};

use super::open::place_now;
use super::{AGAIN, GOLD, recall};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// Keeps everything that a person holds.
    EXTEND = "update lease set until_at = $3 where person = $1 and task = $2 and expired = 0 and until_at < $3";
    /// What the person holds.
    HOLDS = "select task from lease where person = $1 and expired = 0 limit 200";
    /// Leases whose time is over, oldest first. What is being answered at this very moment is left for the next time.
    OVERDUE = "select l.person, l.task, t.item, t.lane from lease l join task t on t.id = l.task \
               where l.expired = 0 and l.until_at < $1 order by l.until_at limit $2 /*for update of t skip locked*/";
    /// Ends a lease; it stays on record, so that a late answer is known and paid.
    EXPIRE = "update lease set expired = 1 where person = $1 and task = $2 and expired = 0";
    /// Gives a slot back, at a new place.
    GIVE_BACK = "update task set open = open + 1, lane = $2, place = $3 where id = $1 and state = 'open'";
    /// Gives a slot of a known truth back: its place does not matter.
    GIVE_GOLD_BACK = "update task set open = open + 1 where id = $1 and state = 'open'";
    /// The person may get the item again.
    FORGET = "delete from touch where person = $1 and item = $2 and deep = 0";
}

/// How long a heartbeat keeps what a person holds.
const HEARTBEAT: Span = Span::minutes(10);

/// Keeps what the person holds; how many tasks that was.
///
/// # Errors
/// The database's.
pub fn extend(tx: &mut Tx<'_>, person: Id<kind::Person>, turn: &Turn) -> Result<u64, DbError> {
    let tasks: Vec<Id<kind::Task>> = tx.query_all(&HOLDS, params![person.param()], |row| row.id(0))?;
    let until = turn.at + HEARTBEAT;
    let mut kept = 0;
    for task in tasks {
        kept += tx.execute(&EXTEND, params![person.param(), task.param(), until.param()])?;
    }
    Ok(kept)
}

/// Gives back up to `most` leases whose time is over; how many those were.
///
/// # Errors
/// The database's.
pub fn sweep(tx: &mut Tx<'_>, most: u32, turn: &Turn) -> Result<usize, DbError> {
    let overdue = overdue(tx, turn.at, most)?;
    for (order, (person, task, item, lane)) in (0..).zip(&overdue) {
        if tx.execute(&EXPIRE, params![person.param(), task.param()])? == 1 {
            give_back(tx, *task, *lane, turn, order)?;
            tx.execute(&FORGET, params![person.param(), item.param()])?;
        }
    }
    recall::rest(tx, most, turn)?;
    Ok(overdue.len())
}

type Overdue = (Id<kind::Person>, Id<kind::Task>, Id<kind::Item>, i64);

fn overdue(read: &mut Read<'_>, now: Moment, most: u32) -> Result<Vec<Overdue>, DbError> {
    let params = params![now.param(), i64::from(most)];
    read.query_all(&OVERDUE, params, |row| Ok((row.id(0)?, row.id(1)?, row.id(2)?, row.get(3)?)))
}

/// Frees one slot of a task, if the task still wants answers.
pub(super) fn give_back(
    tx: &mut Tx<'_>,
    task: Id<kind::Task>,
    lane: i64,
    turn: &Turn,
    order: i64,
) -> Result<(), DbError> {
    if lane == GOLD {
        tx.execute(&GIVE_GOLD_BACK, params![task.param()])?;
    } else {
        tx.execute(&GIVE_BACK, params![task.param(), AGAIN, place_now(turn, order)])?;
    }
    Ok(())
}
