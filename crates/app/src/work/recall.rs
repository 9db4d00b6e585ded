//! Tasks that whoever leads a centre takes back from somebody: the leases end, and others get the tasks.
//!
//! What their holder has written stays in the browser, and an answer that is sent all the same is taken and paid, as with a
//! lease that ran out. But others come first: for half an hour their holder is not lent them again.

use kazi_db::{DbError, Tx, params};
use kazi_domain::{Id, Span, kind};

use super::lease::{FORGET, give_back};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// What a person holds.
    HELD = "select task from lease where person = $1 and expired = 0";
    /// The lane of a task, whose row is then this transaction's: before its lease, as everywhere.
    LANE = "select lane from task where id = $1 /*for update*/";
    /// Ends a lease; until a moment its holder does not get the task again.
    RECALL = "update lease set expired = 2, until_at = $3 where person = $1 and task = $2 and expired = 0";
    /// Leases that were taken back so long ago that their holders may get the tasks again.
    RESTED = "select l.person, l.task, t.item from lease l join task t on t.id = l.task \
              where l.expired = 2 and l.until_at < $1 order by l.until_at limit $2";
    /// From now on it is as a lease that ran out.
    REST = "update lease set expired = 1 where person = $1 and task = $2 and expired = 2";
    /// How a lease stands.
    STANDS = "select expired from lease where person = $1 and task = $2";
}

/// How a lease stands that was taken back (`lease.expired`); 0 runs, 1 ran out.
const TAKEN_BACK: i64 = 2;
/// For so long the tasks are for others.
const OTHERS_FIRST: Span = Span::minutes(30);

/// Takes everything back that these people hold; how many tasks that was of each who held any.
///
/// # Errors
/// The database's.
pub(crate) fn recall(
    tx: &mut Tx<'_>,
    people: &[Id<kind::Person>],
    turn: &Turn,
) -> Result<Vec<(Id<kind::Person>, i64)>, DbError> {
    let mut held: Vec<(Id<kind::Task>, Id<kind::Person>)> = Vec::new();
    for person in people {
        let tasks: Vec<Id<kind::Task>> = tx.query_all(&HELD, params![person.param()], |row| row.id(0))?;
        held.extend(tasks.into_iter().map(|task| (task, *person)));
    }
    // In one order for all who do this at once.
    held.sort_by_key(|(task, person)| (*task.as_bytes(), *person.as_bytes()));
    let until = turn.at + OTHERS_FIRST;
    let mut taken: Vec<(Id<kind::Person>, i64)> = people.iter().map(|person| (*person, 0)).collect();
    for (order, (task, person)) in (0..).zip(held) {
        let Some(lane) = tx.query_opt(&LANE, params![task.param()], |row| row.get::<i64>(0))? else {
            continue;
        };
        // Answered, skipped or run out in the meantime: nothing to take back.
        if tx.execute(&RECALL, params![person.param(), task.param(), until.param()])? == 1 {
            give_back(tx, task, lane, turn, order)?;
            taken.iter_mut().filter(|(of, _)| *of == person).for_each(|(_, count)| *count += 1);
        }
    }
    taken.retain(|(_, count)| *count > 0);
    Ok(taken)
}

/// Lets holders of up to `most` leases that were taken back long enough ago get the tasks again.
pub(super) fn rest(tx: &mut Tx<'_>, most: u32, turn: &Turn) -> Result<(), DbError> {
    type Rested = (Id<kind::Person>, Id<kind::Task>, Id<kind::Item>);
    let rested: Vec<Rested> = tx.query_all(&RESTED, params![turn.at.param(), i64::from(most)], |row| {
        Ok((row.id(0)?, row.id(1)?, row.id(2)?))
    })?;
    for (person, task, item) in rested {
        if tx.execute(&REST, params![person.param(), task.param()])? == 1 {
            tx.execute(&FORGET, params![person.param(), item.param()])?;
        }
    }
    Ok(())
}

/// Whether a task was taken back from somebody who may still have it on the screen.
///
/// # Errors
/// The database's.
pub fn was_taken_back(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
    task: Id<kind::Task>,
) -> Result<bool, DbError> {
    let stands = tx.query_opt(&STANDS, params![person.param(), task.param()], |row| row.get::<i64>(0))?;
    Ok(stands == Some(TAKEN_BACK))
}
