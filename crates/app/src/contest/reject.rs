//! Not accepting an answer.

use kazi_db::{Tx, params};
use kazi_domain::policy::{Can, MendProject};
use kazi_domain::{Currency, Id, ItemState, WhyNot, kind};

use super::{ContestError, note};
use crate::book::{Account, Book, Move};
use crate::journal::{self, Entry};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// An answer of a project, its item and who pays for it; its task held, as by whoever settles it.
    ANSWER = "select a.person, a.item, a.stage, a.pay, a.day, t.rework, i.state, p.currency from answer a \
              join task t on t.id = a.task join item i on i.id = a.item join project p on p.id = a.project \
              where a.id = $1 and a.project = $2 /*for update of i, t*/";
    /// It is not accepted; only while its pay is held.
    REJECT = "update answer set state = 'rejected' where id = $1 and state = 'held'";
    /// Why.
    KEEP = "insert into rejection (answer, project, item, stage, person, reason, note, rejected_by, rejected_at) \
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
}

struct Answer {
    person: Id<kind::Person>,
    item: Id<kind::Item>,
    stage: String,
    pay: i64,
    day: i64,
    rework: bool,
    item_state: ItemState,
    currency: Currency,
}

/// Does not accept an answer to an item that is stuck: its pay goes back, and it has no part any more in what the item
/// comes to.
///
/// # Errors
/// See [`ContestError`].
pub fn reject(
    tx: &mut Tx<'_>,
    can: &Can<MendProject>,
    id: Id<kind::Answer>,
    (reason, said): (WhyNot, &str),
    turn: &Turn,
) -> Result<(), ContestError> {
    let said = note(said).ok_or(ContestError::NoNote)?;
    let project = can.subject();
    let answer = tx
        .query_opt(&ANSWER, params![id.param(), project.param()], |row| {
            Ok(Answer {
                person: row.id(0)?,
                item: row.id(1)?,
                stage: row.get(2)?,
                pay: row.get(3)?,
                day: row.get(4)?,
                rework: row.get::<i64>(5)? != 0,
                item_state: row.word(6)?,
                currency: row.word(7)?,
            })
        })?
        .ok_or(ContestError::NotThere)?;
    if tx.execute(&REJECT, params![id.param()])? == 0 {
        return Err(ContestError::NotHeld);
    }
    if answer.item_state != ItemState::Stuck {
        return Err(ContestError::NotStuck);
    }
    let by = can.actor().person;
    let values = params![
        id.param(),
        project.param(),
        answer.item.param(),
        answer.stage.as_str(),
        answer.person.param(),
        reason.word(),
        said.as_str(),
        by.param(),
        turn.at.param()
    ];
    tx.execute(&KEEP, values)?;
    let mut book = Book::new(project);
    book.pay(Move {
        kind: "reject",
        from: (Account::Held, *answer.person.as_bytes()),
        to: (payer(answer.rework), *project.as_bytes()),
        amount: answer.pay,
        currency: answer.currency,
        project: Some(project),
        answer: Some(id),
        day: answer.day,
    });
    book.tally(answer.person, &answer.stage).pay -= answer.pay;
    book.count(&answer.stage).pay -= answer.pay;
    book.write(tx, turn)?;
    let entry = Entry::about("answer.rejected", id).by(by).of(project);
    Ok(journal::note(tx, turn, &entry.saying(format!("{}: {said}", reason.word())))?)
}

/// Whose money an answer is paid with.
pub(super) const fn payer(rework: bool) -> Account {
    if rework { Account::Rework } else { Account::ProjectCost }
}
