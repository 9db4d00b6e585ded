//! Taking an answer: one transaction from "is it yours" to "it is paid".

use kazi_db::{DbError, Row, Tx, params};
use kazi_domain::policy::Actor;
use kazi_domain::{Currency, Id, kind};
use kazi_services::Start;

use super::lend::hold;
use super::settle::{Settling, settle};
use super::{DECIDED_PART, DID_PART, GOLD, Permit, WorkError, permit, rights};
use crate::book::{Account, Book, Move};
use crate::bound::{Head, Projects};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// An answer that came before under this id.
    KNOWN = "select person, task, body, state, pay, late from answer where id = $1";
    /// Keeps bytes that do not count.
    KEEP = "insert into answer_kept (answer, kept_at, reason, person, body) values ($1, $2, $3, $4, $5)";
    /// The task, its item and the loan to this person; locked, so that two answers settle one after the other.
    TASK = "select t.id, t.project, t.stage, t.item, t.lane, t.state, t.open, t.answered, t.wanted, i.body, i.parent, \
            i.kind, i.machine, l.expired, t.rework from task t join item i on i.id = t.item \
            join lease l on l.task = t.id and l.person = $2 where t.id = $1 /*for update*/";
    /// Keeps the answer.
    KEEP_ANSWER = "insert into answer (id, item, stage, person, task, project, body, millis, pay, given_at, day, state, late, gold) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    /// The loan is over.
    END_LEASE = "delete from lease where person = $1 and task = $2";
    /// Notes that a person has seen a piece of the item.
    SEE_PIECE = "insert into touch (person, item, deep) values ($1, $2, $3) on conflict (person, item) \
                 do update set deep = excluded.deep where touch.deep > excluded.deep";
    /// What an item is a piece of.
    PARENT = "select parent from item where id = $1";
    /// The truth of a gold task.
    TRUTH = "select truth from gold where task = $1";
    /// Writes down how an answer was judged.
    JUDGE = "update answer set units = $2, errors = $3 where id = $1";
    /// The person's money of a day.
    PURSE = "select held, accepted from purse where person = $1 and day = $2 and currency = $3";
}

/// What a worker sends.
#[derive(Debug, Clone)]
pub struct Given {
    /// The id, minted where the answer was made.
    pub id: Id<kind::Answer>,
    /// The task it answers.
    pub task: Id<kind::Task>,
    /// The answer as JSON text.
    pub body: String,
    /// Active milliseconds, as the worker's screen measured them; never the base of pay.
    pub millis: i64,
}

/// What the worker is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The answer.
    pub id: Id<kind::Answer>,
    /// Whether its pay is accepted already, or held while the work is checked.
    pub accepted: bool,
    /// Whether it came after its lease had gone to somebody else: kept and paid, but not counted.
    pub late: bool,
    /// What it pays, in millionths.
    pub pay: i64,
    /// The currency of pay.
    pub currency: Currency,
    /// Today's pay that is still being checked, in millionths.
    pub held_today: i64,
    /// Today's accepted pay, in millionths.
    pub accepted_today: i64,
}

/// A task as an answer finds it.
#[derive(Debug, Clone)]
pub(super) struct Task {
    pub(super) id: Id<kind::Task>,
    pub(super) project: Id<kind::Project>,
    pub(super) stage: String,
    pub(super) item: Id<kind::Item>,
    pub(super) lane: i64,
    pub(super) open_state: bool,
    pub(super) open: i64,
    pub(super) answered: i64,
    pub(super) wanted: i64,
    pub(super) body: String,
    pub(super) parent: Option<Id<kind::Item>>,
    pub(super) kind: String,
    pub(super) machine: Option<String>,
    pub(super) expired: bool,
    /// Whether it does again what a client sent back: then the operator pays.
    pub(super) rework: bool,
}

/// The longest time that one task can honestly take; beyond it somebody forgot the screen.
const LONGEST_MILLIS: i64 = 3_600_000;

/// An answer taken, and what was looked up for it: enough to lend the next task in the same transaction.
#[derive(Debug, Clone)]
pub struct Taken {
    /// What the worker is told.
    pub receipt: Receipt,
    /// The right to work on the task's project.
    pub permit: Permit,
    /// The task's project.
    pub head: Head,
    /// The task's stage.
    pub stage: String,
}

/// Takes an answer. The same id with the same bytes gives the same receipt and changes nothing.
///
/// # Errors
/// See [`WorkError`].
pub fn answer(
    tx: &mut Tx<'_>,
    projects: &Projects,
    actor: &Actor,
    given: &Given,
    turn: &Turn,
) -> Result<Receipt, WorkError> {
    take(tx, projects, actor, given, turn).map(|taken| taken.receipt)
}

/// [`answer`], with what was looked up for it.
///
/// # Errors
/// See [`WorkError`].
pub fn take(
    tx: &mut Tx<'_>,
    projects: &Projects,
    actor: &Actor,
    given: &Given,
    turn: &Turn,
) -> Result<Taken, WorkError> {
    // The same answer may be on its way twice at once: the second waits here, and then is known.
    hold(tx, actor.person)?;
    tx.ahead(&TASK, params![given.task.param(), actor.person.param()])?;
    if let Some(taken) = known(tx, projects, actor, given, turn)? {
        return Ok(taken);
    }
    let mut task = load(tx, actor.person, given.task)?;
    rights::ahead(tx, actor, task.project)?;
    let permit = permit(tx, actor, task.project)?;
    let head = projects.head(tx, task.project)?;
    head.terms.service.check(&task.stage, &task.body, &given.body).map_err(WorkError::Form)?;
    let mut book = Book::new(task.project);
    let kept = keep(tx, &head, &permit, &mut task, given, (&mut book, turn))?;
    book.write(tx, turn)?;
    let receipt = receipt(tx, (&permit, &head), given.id, kept, turn)?;
    Ok(Taken { receipt, permit, head, stage: task.stage })
}

/// What is fixed of an answer once it is kept.
#[derive(Clone, Copy)]
pub(super) struct Kept {
    pub(super) accepted: bool,
    pub(super) late: bool,
    pub(super) pay: i64,
}

fn known(
    tx: &mut Tx<'_>,
    projects: &Projects,
    actor: &Actor,
    given: &Given,
    turn: &Turn,
) -> Result<Option<Taken>, WorkError> {
    let found = tx.query_opt(&KNOWN, params![given.id.param()], |row| {
        let whose: (Id<kind::Person>, Id<kind::Task>) = (row.id(0)?, row.id(1)?);
        let state = row.get::<String>(3)?;
        let kept = Kept { accepted: state == "accepted", late: row.get::<i64>(5)? != 0, pay: row.get(4)? };
        Ok((whose, row.get::<String>(2)?, kept))
    })?;
    let Some((whose, body, kept)) = found else { return Ok(None) };
    if whose.0 != actor.person {
        return Err(WorkError::NotThere);
    }
    if whose.1 != given.task || body != given.body {
        return Err(WorkError::OtherBytes);
    }
    let (project, stage) = super::place_of(tx, given.task)?;
    let permit = permit(tx, actor, project)?;
    let head = projects.head(tx, project)?;
    let receipt = receipt(tx, (&permit, &head), given.id, kept, turn)?;
    Ok(Some(Taken { receipt, permit, head, stage }))
}

/// Keeps the bytes of an answer that was refused because its id was taken. Its own transaction: the one
/// that refused it is rolled back.
///
/// # Errors
/// The database's.
pub fn keep_other_bytes(tx: &mut Tx<'_>, actor: &Actor, given: &Given, turn: &Turn) -> Result<(), WorkError> {
    let params =
        params![given.id.param(), turn.at.param(), "other_bytes", actor.person.param(), given.body.as_str()];
    tx.execute(&KEEP, params)?;
    Ok(())
}

pub(super) fn load(tx: &mut Tx<'_>, person: Id<kind::Person>, id: Id<kind::Task>) -> Result<Task, WorkError> {
    tx.query_opt(&TASK, params![id.param(), person.param()], Task::from_row)?.ok_or(WorkError::NotThere)
}

impl Task {
    /// A task of which only the item matters.
    pub(super) fn of_item(
        id: Id<kind::Task>,
        project: Id<kind::Project>,
        (item, kind): (Id<kind::Item>, &str),
        machine: Option<String>,
    ) -> Self {
        Self {
            id,
            project,
            stage: String::new(),
            item,
            lane: 0,
            open_state: true,
            open: 0,
            answered: 0,
            wanted: 0,
            body: String::new(),
            parent: None,
            kind: kind.to_owned(),
            machine,
            expired: false,
            rework: false,
        }
    }

    /// Who pays for its answers: doing again what was sent back is not the client's to pay.
    pub(super) const fn payer(&self) -> Account {
        if self.rework { Account::Rework } else { Account::ProjectCost }
    }

    /// Reads the columns of a task, its item and its lease, in the order that all statements here give them.
    pub(super) fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.id(0)?,
            project: row.id(1)?,
            stage: row.get(2)?,
            item: row.id(3)?,
            lane: row.get(4)?,
            open_state: row.get::<&str>(5)? == "open",
            open: row.get(6)?,
            answered: row.get(7)?,
            wanted: row.get(8)?,
            body: row.get(9)?,
            parent: row.id_opt(10)?,
            kind: row.get(11)?,
            machine: row.get(12)?,
            expired: row.get::<i64>(13)? != 0,
            rework: row.get::<i64>(14)? != 0,
        })
    }
}

fn keep(
    tx: &mut Tx<'_>,
    head: &Head,
    permit: &Permit,
    task: &mut Task,
    given: &Given,
    (book, turn): (&mut Book, &Turn),
) -> Result<Kept, WorkError> {
    let person = permit.can.actor().person;
    // A slot that was given back is taken again if it is still free; otherwise the answer comes late.
    let late = !task.open_state || (task.expired && task.open < 1);
    let gold = task.lane == GOLD;
    let pay = head.terms.pay(&task.stage);
    let millis = given.millis.clamp(0, LONGEST_MILLIS);
    let day = turn.at.day(permit.utc_offset_minutes);
    let at_once = late || gold;
    tx.post(
        &KEEP_ANSWER,
        params![
            given.id.param(),
            task.item.param(),
            task.stage.as_str(),
            person.param(),
            task.id.param(),
            task.project.param(),
            given.body.as_str(),
            millis,
            pay,
            turn.at.param(),
            day,
            if at_once { "accepted" } else { "held" },
            i64::from(late),
            i64::from(gold)
        ],
    )?;
    tx.post(&END_LEASE, params![person.param(), task.id.param()])?;
    see_whole(tx, head, person, task)?;
    count(book, person, task, (pay, millis));
    let mut accepted = at_once;
    if late {
        // Kept and paid; the task has gone on without it.
    } else if gold {
        judge_gold(tx, head, task, given, (book, person))?;
    } else {
        task.answered += 1;
        let settling = Settling { head, task, newest: Some(given.id) };
        accepted = settle(tx, &settling, book, turn)?;
    }
    book.pay(Move {
        kind: "answer",
        from: (task.payer(), *task.project.as_bytes()),
        to: (if accepted { Account::Accepted } else { Account::Held }, *person.as_bytes()),
        amount: pay,
        currency: head.terms.currency,
        project: Some(task.project),
        answer: Some(given.id),
        day,
    });
    Ok(Kept { accepted, late, pay })
}

fn count(book: &mut Book, person: Id<kind::Person>, task: &Task, (pay, millis): (i64, i64)) {
    let tally = book.tally(person, &task.stage);
    tally.answers += 1;
    tally.millis += millis;
    tally.pay += pay;
    let count = book.count(&task.stage);
    count.answers += 1;
    count.pay += pay;
    count.millis += millis;
}

/// Marks everything that the item is a piece of as seen in part.
fn see_whole(tx: &mut Tx<'_>, head: &Head, person: Id<kind::Person>, task: &Task) -> Result<(), WorkError> {
    let decides = head.terms.service.stage(&task.stage).is_some_and(|stage| stage.start == Start::Called);
    let deep = if decides { DECIDED_PART } else { DID_PART };
    let mut above = task.parent;
    while let Some(item) = above {
        if tx.execute(&SEE_PIECE, params![person.param(), item.param(), deep])? == 0 {
            // Whoever has seen this much of it has been noted further up too.
            break;
        }
        above = tx.query_opt(&PARENT, params![item.param()], |row| row.id_opt(0))?.flatten();
    }
    Ok(())
}

fn judge_gold(
    tx: &mut Tx<'_>,
    head: &Head,
    task: &Task,
    given: &Given,
    (book, person): (&mut Book, Id<kind::Person>),
) -> Result<(), WorkError> {
    let truth = tx.query_opt(&TRUTH, params![task.id.param()], |row| row.get::<String>(0))?;
    let Some(truth) = truth else { return Ok(()) };
    let score = head.terms.service.score(&task.stage, &task.body, &truth, &given.body)?;
    tx.post(&JUDGE, params![given.id.param(), i64::from(score.units), i64::from(score.errors)])?;
    let tally = book.tally(person, &task.stage);
    tally.gold_units += i64::from(score.units);
    tally.gold_errors += i64::from(score.errors);
    Ok(())
}

pub(super) fn receipt(
    tx: &mut Tx<'_>,
    (permit, head): (&Permit, &Head),
    id: Id<kind::Answer>,
    kept: Kept,
    turn: &Turn,
) -> Result<Receipt, WorkError> {
    let (currency, day) = (head.terms.currency, turn.at.day(permit.utc_offset_minutes));
    let person = permit.can.actor().person;
    let purse = tx.query_opt(&PURSE, params![person.param(), day, currency.code()], |row| {
        Ok((row.get::<i64>(0)?, row.get::<i64>(1)?))
    })?;
    let (held_today, accepted_today) = purse.unwrap_or_default();
    let Kept { accepted, late, pay } = kept;
    Ok(Receipt { id, accepted, late, pay, currency, held_today, accepted_today })
}
