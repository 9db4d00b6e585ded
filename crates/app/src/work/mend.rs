//! What the staff does with items that are stuck.

use kazi_db::{Tx, params};
use kazi_domain::policy::{Can, MendProject};
use kazi_domain::{Id, ItemState, kind};

use super::answer::Task;
use super::open::place_now;
use super::settle::{Found, finish, on_record, settled};
use super::{AGAIN, GOLD, WorkError};
use crate::book::Book;
use crate::bound::{Head, Projects};
use crate::rows::Param;
use crate::turn::Turn;

kazi_db::statements! {
    /// The newest task of a stuck item.
    STUCK = "select t.id, t.project, t.stage, t.item, t.lane, t.state, t.open, t.answered, t.wanted, i.body, i.parent, \
             i.kind, i.machine, 0, t.rework from item i join task t on t.item = i.id \
             where i.id = $1 and i.project = $2 and i.state = 'stuck' and t.lane <> $3 order by t.made_at desc, t.id desc limit 1 /*for update of i, t*/";
    /// The task wants answers again.
    REOPEN = "update task set state = 'open', open = $2 - answered, wanted = $2, refused = 0, lane = $3, place = $4 where id = $1";
    /// The item waits for answers again.
    OPEN_ITEM = "update item set state = 'open', problem = null where id = $1";
    /// An item that is not finished.
    UNFINISHED = "select parent from item where id = $1 and project = $2 and state in ('open', 'stuck') /*for update*/";
    /// Ends every task of an item.
    END_TASKS = "update task set state = 'dropped', open = 0 where item = $1 and state <> 'settled'";
}

/// What the staff decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mend {
    /// Ask one more person.
    Reopen,
    /// Leave it out of the delivery.
    Drop,
    /// This is the outcome, as JSON text.
    Settle(String),
}

/// Mends an item that is stuck. Dropping also works on an item that is open.
///
/// # Errors
/// [`WorkError::NotThere`] when the item is not of this project or not stuck; [`WorkError::Form`] when
/// the outcome cannot be one of this item.
pub fn mend(
    tx: &mut Tx<'_>,
    projects: &Projects,
    can: &Can<MendProject>,
    (item, decision): (Id<kind::Item>, &Mend),
    turn: &Turn,
) -> Result<(), WorkError> {
    let head = projects.head(tx, can.subject())?;
    let mut book = Book::new(head.id);
    match decision {
        Mend::Reopen => {
            let task = load(tx, &head, item)?;
            let wanted = task.wanted.max(task.answered + 1);
            tx.execute(&REOPEN, params![task.id.param(), wanted, AGAIN, place_now(turn, 0)])?;
            tx.execute(&OPEN_ITEM, params![item.param()])?;
            book.count(&task.stage).stuck -= 1;
        }
        Mend::Settle(outcome) => {
            let task = load(tx, &head, item)?;
            let stage = head.terms.service.stage(&task.stage).ok_or(WorkError::NotThere)?;
            head.terms.service.check_outcome(&task.body, outcome).map_err(WorkError::Form)?;
            let answers = on_record(tx, item)?;
            let found = Found { outcome, confidence: 1.0, answers: &answers, newest: None };
            settled(tx, &head, &task, (stage, &found), &mut book, turn)?;
            book.count(&task.stage).stuck -= 1;
        }
        Mend::Drop => leave_out(tx, &head, item, &mut book, turn)?,
    }
    Ok(book.write(tx, turn)?)
}

fn load(tx: &mut Tx<'_>, head: &Head, item: Id<kind::Item>) -> Result<Task, WorkError> {
    let params = params![item.param(), head.id.param(), GOLD];
    tx.query_opt(&STUCK, params, Task::from_row)?.ok_or(WorkError::NotThere)
}

fn leave_out(
    tx: &mut Tx<'_>,
    head: &Head,
    item: Id<kind::Item>,
    book: &mut Book,
    turn: &Turn,
) -> Result<(), WorkError> {
    use crate::rows::Columns;
    let params = params![item.param(), head.id.param()];
    let parent = tx.query_opt(&UNFINISHED, params, |row| row.id_opt(0))?.ok_or(WorkError::NotThere)?;
    if let Ok(task) = load(tx, head, item) {
        book.count(&task.stage).stuck -= 1;
    }
    tx.execute(&END_TASKS, params![item.param()])?;
    let answers = on_record(tx, item)?;
    let found = Found { outcome: "", confidence: 0.0, answers: &answers, newest: None };
    super::settle::accept(tx, head, &found, false, book)?;
    finish(tx, head, (item, parent), ItemState::Dropped, book, turn)
}
