//! Taking an answer back, and correcting one.
//!
//! Both first undo what followed from the answer, as long as nobody has gone on with it; then the answer
//! goes, or is replaced and weighed again.

use kazi_db::{Tx, params};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, ItemState, Moment, ProjectState, Span, kind};

use super::answer::Task;
use super::receipt::{Kept, Receipt, receipt};
use super::settle::{OnRecord, Settling, on_record, settle};
use super::{GOLD, WorkError, enter};
use crate::book::{Account, Book, Move};
use crate::bound::{Head, Projects};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// An answer of a person with its task and item.
    MINE = "select t.id, t.project, t.stage, t.item, t.lane, t.state, t.open, t.answered, t.wanted, i.body, i.parent, \
            i.kind, i.machine, 0, t.rework, a.body, a.pay, a.day, a.given_at, a.state, a.late, a.units, a.errors, a.millis, i.state \
            from answer a join task t on t.id = a.task join item i on i.id = a.item \
            where a.id = $1 and a.person = $2 /*for update*/";
    /// Whether a client has sent the item back since: what came before that is never undone.
    REDONE = "select 1 from task where item = $1 and id <> $2 and rework = 1 limit 1";
    /// Other tasks of an item that came of its being settled.
    LATER = "select id, stage, open, wanted, answered from task \
             where item = $1 and id <> $2 and lane <> $3 and state = 'open' /*for update*/";
    /// A task that is no longer wanted.
    DROP = "update task set state = 'dropped', open = 0 where id = $1";
    /// A task that wants answers again.
    REOPEN = "update task set state = 'open' where id = $1";
    /// The item waits for answers again.
    UNSETTLE = "update item set state = 'open', stage = $2, outcome = null, confidence = null, settled_at = null, problem = null \
                where id = $1";
    /// What an item is a piece of waits for it again.
    WAIT_AGAIN = "update item set waiting = waiting + 1, state = 'waiting', stage = null \
                  where id = $1 and state in ('waiting', 'open')";
    /// Open tasks of an item.
    TASKS_OF = "select id, stage, open, wanted, answered + rework from task where item = $1 and lane <> $2 and state = 'open' /*for update*/";
    /// The pay of an answer is held again.
    HOLD = "update answer set state = 'held' where id = $1";
    /// An answer is judged no more.
    UNJUDGE = "update answer set units = null, errors = null where id = $1";
    /// How an answer was judged.
    JUDGED = "select units, errors from answer where id = $1 and units is not null";
    /// An answer goes.
    REMOVE = "delete from answer where id = $1";
    /// An answer is replaced.
    REPLACE = "update answer set body = $2 where id = $1";
    /// Keeps the bytes that an answer had.
    KEEP = "insert into answer_kept (answer, kept_at, reason, person, body) values ($1, $2, $3, $4, $5)";
    /// One answer fewer; the slot stays with the person.
    UNCOUNT = "update task set answered = answered - 1 where id = $1";
    /// The person has the task again.
    LEND_AGAIN = "insert into lease (person, task, project, stage, made_at, until_at, expired) values ($1, $2, $3, $4, $5, $6, 0) \
                  on conflict (person, task) do update set until_at = excluded.until_at, expired = 0";
}

/// How long after it was given an answer can be taken back: half a minute on the screen, and more for a
/// slow line between.
pub const TAKE_BACK_WITHIN: Span = Span::minutes(2);
/// How long after it was given an answer can be corrected.
pub const CORRECT_WITHIN: Span = Span::minutes(60);
/// How long a task that was taken back stays with its worker.
const AGAIN_FOR: Span = Span::minutes(10);

struct Mine {
    id: Id<kind::Answer>,
    task: Task,
    body: String,
    pay: i64,
    day: i64,
    given_at: Moment,
    accepted: bool,
    late: bool,
    /// It was not accepted: what came of that is not undone by its worker alone.
    rejected: bool,
    judged: Option<(i64, i64)>,
    millis: i64,
    item_state: ItemState,
}

fn load(tx: &mut Tx<'_>, id: Id<kind::Answer>, person: Id<kind::Person>) -> Result<Mine, WorkError> {
    tx.query_opt(&MINE, params![id.param(), person.param()], |row| {
        let units: Option<i64> = row.get(21)?;
        let errors: Option<i64> = row.get(22)?;
        Ok(Mine {
            id,
            task: Task::from_row(row)?,
            body: row.get(15)?,
            pay: row.get(16)?,
            day: row.get(17)?,
            given_at: row.moment(18)?,
            accepted: row.get::<&str>(19)? == "accepted",
            late: row.get::<i64>(20)? != 0,
            rejected: row.get::<&str>(19)? == "rejected",
            judged: units.zip(errors),
            millis: row.get(23)?,
            item_state: row.word(24)?,
        })
    })?
    .ok_or(WorkError::NotThere)
}

/// Takes an answer back: its pay goes, and the person has the task again.
///
/// # Errors
/// [`WorkError::TooLate`] when its time is over or others have gone on with it.
pub fn take_back(
    tx: &mut Tx<'_>,
    projects: &Projects,
    actor: &Actor,
    id: Id<kind::Answer>,
    turn: &Turn,
) -> Result<Id<kind::Task>, WorkError> {
    let mine = load(tx, id, actor.person)?;
    let (permit, head) = enter(tx, projects, actor, mine.task.project)?;
    if turn.at.since(mine.given_at) > TAKE_BACK_WITHIN || mine.late || mine.rejected {
        return Err(WorkError::TooLate);
    }
    let mut book = Book::new(head.id);
    if mine.task.lane != GOLD {
        undo(tx, &head, &mine, &mut book)?;
        tx.execute(&UNCOUNT, params![mine.task.id.param()])?;
    }
    remove(tx, &head, &mine, (actor.person, &mut book), turn)?;
    let until = turn.at + AGAIN_FOR;
    let stage = mine.task.stage.as_str();
    tx.execute(
        &LEND_AGAIN,
        params![
            actor.person.param(),
            mine.task.id.param(),
            permit.can.subject().param(),
            stage,
            turn.at.param(),
            until.param()
        ],
    )?;
    book.write(tx, turn)?;
    Ok(mine.task.id)
}

fn remove(
    tx: &mut Tx<'_>,
    head: &Head,
    mine: &Mine,
    (person, book): (Id<kind::Person>, &mut Book),
    turn: &Turn,
) -> Result<(), WorkError> {
    tx.execute(
        &KEEP,
        params![mine.id.param(), turn.at.param(), "taken_back", person.param(), mine.body.as_str()],
    )?;
    tx.execute(&REMOVE, params![mine.id.param()])?;
    // Undoing has put the pay of a counted answer back to held; gold was accepted at once.
    let account = if mine.task.lane == GOLD { Account::Accepted } else { Account::Held };
    book.pay(Move {
        kind: "take_back",
        from: (account, *person.as_bytes()),
        to: (mine.task.payer(), *head.id.as_bytes()),
        amount: mine.pay,
        currency: head.terms.currency,
        project: Some(head.id),
        answer: Some(mine.id),
        day: mine.day,
    });
    let tally = book.tally(person, &mine.task.stage);
    tally.answers -= 1;
    tally.millis -= mine.millis;
    tally.pay -= mine.pay;
    if mine.task.lane == GOLD {
        let (units, errors) = mine.judged.unwrap_or_default();
        tally.gold_units -= units;
        tally.gold_errors -= errors;
    }
    let count = book.count(&mine.task.stage);
    count.answers -= 1;
    count.pay -= mine.pay;
    count.millis -= mine.millis;
    Ok(())
}

/// Replaces the body of an answer and weighs everything again. The same body changes nothing.
///
/// # Errors
/// [`WorkError::TooLate`] when its time is over or others have gone on with it; [`WorkError::Form`].
pub fn correct(
    tx: &mut Tx<'_>,
    projects: &Projects,
    actor: &Actor,
    (id, body): (Id<kind::Answer>, &str),
    turn: &Turn,
) -> Result<Receipt, WorkError> {
    let mine = load(tx, id, actor.person)?;
    let (permit, head) = enter(tx, projects, actor, mine.task.project)?;
    let mut accepted = mine.accepted;
    if mine.body != body {
        if turn.at.since(mine.given_at) > CORRECT_WITHIN
            || mine.late
            || mine.rejected
            || mine.task.lane == GOLD
        {
            return Err(WorkError::TooLate);
        }
        head.terms.service.check(&mine.task.stage, &mine.task.body, body).map_err(WorkError::Form)?;
        let mut book = Book::new(head.id);
        undo(tx, &head, &mine, &mut book)?;
        let kept =
            params![id.param(), turn.at.param(), "corrected", actor.person.param(), mine.body.as_str()];
        tx.execute(&KEEP, kept)?;
        tx.execute(&REPLACE, params![id.param(), body])?;
        let settling = Settling { head: &head, task: &mine.task, newest: None };
        accepted = settle(tx, &settling, &mut book, turn)?.accepted;
        book.write(tx, turn)?;
    }
    receipt(tx, (&permit, &head), id, Kept { accepted, late: mine.late, pay: mine.pay }, turn)
}

/// Undoes what followed from the answers of a task, if nobody has gone on with it.
fn undo(tx: &mut Tx<'_>, head: &Head, mine: &Mine, book: &mut Book) -> Result<(), WorkError> {
    let at_work = matches!(head.state, ProjectState::Running | ProjectState::Paused);
    if !at_work || matches!(mine.item_state, ItemState::Stuck | ItemState::Dropped) {
        return Err(WorkError::TooLate);
    }
    let task = &mine.task;
    if task.open_state {
        return hold_again(tx, head, task, book);
    }
    let sent_back = tx.query_opt(&REDONE, params![task.item.param(), task.id.param()], |_| Ok(()))?;
    if !task.rework && sent_back.is_some() {
        return Err(WorkError::TooLate);
    }
    let later = params![task.item.param(), task.id.param(), GOLD];
    let called = drop_untouched(tx, &LATER, later, book)?;
    let finished = mine.item_state == ItemState::Finished;
    if finished {
        wait_again(tx, task.parent, book)?;
    }
    tx.execute(&UNSETTLE, params![task.item.param(), task.stage.as_str()])?;
    tx.execute(&REOPEN, params![task.id.param()])?;
    let count = book.count(&task.stage);
    count.settled -= 1;
    count.called -= i64::from(!finished && called > 0);
    hold_again(tx, head, task, book)
}

/// What the item is a piece of waits again; its task, if it has opened, must be untouched.
fn wait_again(tx: &mut Tx<'_>, parent: Option<Id<kind::Item>>, book: &mut Book) -> Result<(), WorkError> {
    let Some(parent) = parent else {
        book.count("").finished -= 1;
        return Ok(());
    };
    drop_untouched(tx, &TASKS_OF, params![parent.param(), GOLD], book)?;
    if tx.execute(&WAIT_AGAIN, params![parent.param()])? == 0 {
        return Err(WorkError::TooLate);
    }
    Ok(())
}

fn drop_untouched(
    tx: &mut Tx<'_>,
    which: &'static kazi_db::Sql,
    params: &[kazi_db::Value<'_>],
    book: &mut Book,
) -> Result<usize, WorkError> {
    let tasks: Vec<(Id<kind::Task>, String, bool)> = tx.query_all(which, params, |row| {
        let untouched = row.get::<i64>(2)? == row.get::<i64>(3)? && row.get::<i64>(4)? == 0;
        Ok((row.id(0)?, row.get(1)?, untouched))
    })?;
    if tasks.iter().any(|(_, _, untouched)| !untouched) {
        return Err(WorkError::TooLate);
    }
    for (task, stage, _) in &tasks {
        tx.execute(&DROP, params![task.param()])?;
        book.count(stage).tasks -= 1;
    }
    Ok(tasks.len())
}

/// The pay of every answer to the item is held again, and their judgements are forgotten. Where the task does again what
/// a client sent back, only its own answers are: what was earned before stays accepted.
fn hold_again(tx: &mut Tx<'_>, head: &Head, task: &Task, book: &mut Book) -> Result<(), WorkError> {
    for answer in on_record(tx, task.item)? {
        if !answer.accepted {
            continue;
        }
        forget_judgement(tx, &answer, book)?;
        if task.rework && answer.task != task.id {
            continue;
        }
        tx.execute(&HOLD, params![answer.id.param()])?;
        book.pay(Move {
            kind: "hold_again",
            from: (Account::Accepted, *answer.person.as_bytes()),
            to: (Account::Held, *answer.person.as_bytes()),
            amount: answer.pay,
            currency: head.terms.currency,
            project: Some(head.id),
            answer: Some(answer.id),
            day: answer.day,
        });
    }
    Ok(())
}

/// How an answer was judged no longer counts; it is judged again with the next outcome.
pub(super) fn forget_judgement(tx: &mut Tx<'_>, answer: &OnRecord, book: &mut Book) -> Result<(), WorkError> {
    let judged = tx
        .query_opt(&JUDGED, params![answer.id.param()], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)))?;
    let Some((units, errors)) = judged else { return Ok(()) };
    let tally = book.tally(answer.person, &answer.stage);
    tally.units -= units;
    tally.errors -= errors;
    tx.execute(&UNJUDGE, params![answer.id.param()])?;
    Ok(())
}
