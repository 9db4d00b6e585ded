//! Taking an answer: one transaction from "is it yours" to "it is paid".

use kazi_db::{DbError, Row, Tx, params};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, kind};
use kazi_services::Start;

use super::lend::hold;
use super::receipt::{Kept, Receipt, receipt, told};
use super::rights::{Entry, enter};
use super::settle::{Newest, Settling, Weighed, on_record_ahead, record, settle};
use super::trust::Record;
use super::{DECIDED_PART, DID_PART, GOLD, Permit, WorkError};
use crate::book::{Account, Book, Move};
use crate::bound::{Head, Projects};
use crate::instructions::read_version;
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
    /// The same with what must be known to take the answer: whether the person's centre ($3) has the project, the person's
    /// record, and the money of their day, which is the one that $4 falls in by their centre's clock.
    LENT = "select t.id, t.project, t.stage, t.item, t.lane, t.state, t.open, t.answered, t.wanted, i.body, i.parent, \
            i.kind, i.machine, l.expired, t.rework, p.state, p.version, p.pilot, c.utc_offset_minutes, \
            coalesce(y.gold_units, 0), coalesce(y.gold_errors, 0), coalesce(y.units, 0), coalesce(y.errors, 0), \
            coalesce(u.held, 0), coalesce(u.accepted, 0) from task t join item i on i.id = t.item \
            join lease l on l.task = t.id and l.person = $2 join project p on p.id = t.project \
            left join project_centre pc on pc.project = t.project and pc.centre = $3 left join centre c on c.id = pc.centre \
            left join tally y on y.person = $2 and y.project = t.project and y.stage = t.stage \
            left join purse u on u.person = $2 and u.currency = p.currency \
              and u.day = ($4 + coalesce(c.utc_offset_minutes, 0) * 60000000) / 86400000000 \
            where t.id = $1 /*for update of t, i, l*/";
    /// Keeps the answer.
    KEEP_ANSWER = "insert into answer (id, item, stage, person, task, project, body, millis, pay, given_at, day, state, late, gold, units, errors, instructions) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    /// The loan is over.
    END_LEASE = "delete from lease where person = $1 and task = $2";
    /// Notes that a person has seen a piece of the item.
    SEE_PIECE = "insert into touch (person, item, deep) values ($1, $2, $3) on conflict (person, item) \
                 do update set deep = excluded.deep where touch.deep > excluded.deep";
    /// What an item is a piece of.
    PARENT = "select parent from item where id = $1";
    /// The truth of a gold task.
    TRUTH = "select truth from gold where task = $1";
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
    /// What is known of the person who answers it now, if that was asked.
    pub(super) record: Record,
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
    let lent = params![given.task.param(), actor.person.param(), actor.centre.param(), turn.at.param()];
    tx.ahead(&LENT, lent)?;
    tx.ahead(&KNOWN, params![given.id.param()])?;
    on_record_ahead(tx, given.task)?;
    if let Some(taken) = known(tx, projects, actor, given, turn)? {
        return Ok(taken);
    }
    let found = tx.query_opt(&LENT, lent, |row| {
        let mut task = Task::from_row(row)?;
        task.record = record(row, 19)?;
        Ok((task, Entry::from_row(row, 15)?, (row.get(23)?, row.get(24)?)))
    })?;
    let (mut task, entry, purse): (Task, Entry, (i64, i64)) = found.ok_or(WorkError::NotThere)?;
    let (permit, head) = entry.open(tx, projects, actor, task.project)?;
    head.terms.service.check(&task.stage, &task.body, &given.body).map_err(WorkError::Form)?;
    let mut book = Book::new(task.project);
    let kept = keep(tx, &head, &permit, &mut task, given, (&mut book, turn))?;
    let receipt = told(
        (&permit, &head),
        given.id,
        kept,
        |day, currency| {
            let (held, accepted) = book.purse(actor.person, day, currency);
            (purse.0 + held, purse.1 + accepted)
        },
        turn,
    );
    book.write(tx, turn)?;
    Ok(Taken { receipt, permit, head, stage: task.stage })
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
    let (permit, head) = enter(tx, projects, actor, project)?;
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
            record: Record::default(),
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
            record: Record::default(),
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
    tx.post(&END_LEASE, params![person.param(), task.id.param()])?;
    see_whole(tx, head, person, task)?;
    count(book, person, task, (pay, millis));
    let weighed = if late {
        // Kept and paid; the task has gone on without it.
        Weighed { accepted: true, judged: None }
    } else if gold {
        Weighed { accepted: true, judged: judge_gold(tx, head, task, given, (book, person))? }
    } else {
        task.answered += 1;
        let newest = Newest { id: given.id, person, body: &given.body, pay, day };
        settle(tx, &Settling { head, task, newest: Some(newest) }, book, turn)?
    };
    let kept = Kept { accepted: weighed.accepted, late, pay };
    let under = read_version(tx, person, head)?;
    write_down(tx, (task, given, person), (kept, weighed.judged), (millis, day, under), turn)?;
    book.pay(Move {
        kind: "answer",
        from: (task.payer(), *task.project.as_bytes()),
        to: (if kept.accepted { Account::Accepted } else { Account::Held }, *person.as_bytes()),
        amount: pay,
        currency: head.terms.currency,
        project: Some(task.project),
        answer: Some(given.id),
        day,
    });
    Ok(kept)
}

/// Keeps the answer itself, with all that is known of it by now: a row that is written once. `under` is the version of the
/// instructions that its worker had confirmed.
fn write_down(
    tx: &mut Tx<'_>,
    (task, given, person): (&Task, &Given, Id<kind::Person>),
    (kept, judged): (Kept, Option<(i64, i64)>),
    (millis, day, under): (i64, i64, i64),
    turn: &Turn,
) -> Result<(), DbError> {
    let (units, errors) = judged.unzip();
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
            kept.pay,
            turn.at.param(),
            day,
            if kept.accepted { "accepted" } else { "held" },
            i64::from(kept.late),
            i64::from(task.lane == GOLD),
            units,
            errors,
            under
        ],
    )
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
) -> Result<Option<(i64, i64)>, WorkError> {
    let truth = tx.query_opt(&TRUTH, params![task.id.param()], |row| row.get::<String>(0))?;
    let Some(truth) = truth else { return Ok(None) };
    let score = head.terms.service.score(&task.stage, &task.body, &truth, &given.body)?;
    let (units, errors) = (i64::from(score.units), i64::from(score.errors));
    let tally = book.tally(person, &task.stage);
    tally.gold_units += units;
    tally.gold_errors += errors;
    Ok(Some((units, errors)))
}
