//! Settling: what the answers of a task say together, and what follows from it.

use std::collections::HashMap;

use kazi_db::{DbError, Read, Tx, Value, params};
use kazi_domain::{HookEvent, Id, ItemState, TaskState, kind};
use kazi_services::{JsonReading, Reading, Score, Stage, Start, Verdict, Who};

use super::answer::Task;
use super::open::{first_stage, open, place_now};
use super::trust::{self, Judged, Record};
use super::{AGAIN, WorkError, fresh};
use crate::book::{Account, Book, Move};
use crate::bound::Head;
use crate::hooks;
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// The answers to an item that count, in the order given; the item is named by itself or by a task of it.
    READINGS = "select a.id, a.person, a.stage, a.body, a.pay, a.day, a.state, a.units, \
                coalesce(y.gold_units, 0), coalesce(y.gold_errors, 0), coalesce(y.units, 0), coalesce(y.errors, 0), a.task \
                from answer a left join tally y on y.person = a.person and y.project = a.project and y.stage = a.stage \
                where a.item = coalesce((select t.item from task t where t.id = $1), $1) and a.late = 0 and a.gold = 0 and a.state <> 'rejected' order by a.given_at, a.id";
    /// How the machine's readings were judged so far.
    MACHINE = "select coalesce(sum(machine_gold_units), 0), coalesce(sum(machine_gold_errors), 0), \
               coalesce(sum(machine_units), 0), coalesce(sum(machine_errors), 0) from stage_count where project = $1 and stage = $2";
    /// So many answers now, and the task wants more; takes a slot when the newest answer's lease had run out.
    COUNT = "update task set answered = $2, open = open - $3 where id = $1";
    /// Asks for more answers.
    ASK = "update task set answered = $2, wanted = wanted + $4, open = open - $3 + $4, lane = $5, place = $6 where id = $1";
    /// Ends a task; loans that are out may still be answered, late.
    END_TASK = "update task set state = $2, answered = $3, open = 0 where id = $1";
    /// Notes what the item has come to.
    OUTCOME = "update item set outcome = $2, confidence = $3, settled_at = $4 where id = $1";
    /// Notes what the item has come to, and that this is all.
    FINISH = "update item set outcome = $2, confidence = $3, settled_at = $4, state = $5, problem = null where id = $1";
    /// Notes where the item stands.
    ITEM_STATE = "update item set state = $2, problem = $3 where id = $1";
    /// One piece fewer to wait for.
    PIECE_DONE = "update item set waiting = waiting - 1 where id = $1 returning waiting, kind, parent";
    /// The pay of an answer is the person's.
    ACCEPT = "update answer set state = 'accepted' where id = $1";
    /// Writes down how an answer was judged, and that its pay is the person's.
    JUDGED = "update answer set state = 'accepted', units = $2, errors = $3 where id = $1";
}

/// What is being settled.
pub(super) struct Settling<'a> {
    pub(super) head: &'a Head,
    /// The task, with the newest answer counted.
    pub(super) task: &'a Task,
    /// The answer that came just now, if one did. It is kept, and its pay posted, by whoever takes it.
    pub(super) newest: Option<Newest<'a>>,
}

/// An answer that is not on record yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Newest<'a> {
    pub(super) id: Id<kind::Answer>,
    pub(super) person: Id<kind::Person>,
    pub(super) body: &'a str,
    pub(super) pay: i64,
    pub(super) day: i64,
}

/// What settling said of the newest answer.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Weighed {
    /// Its pay is the person's.
    pub(super) accepted: bool,
    /// Units judged, and how many of them were wrong.
    pub(super) judged: Option<(i64, i64)>,
}

/// The task wants more, or others decide.
const HELD: Weighed = Weighed { accepted: false, judged: None };

/// One answer on record.
pub(super) struct OnRecord {
    pub(super) id: Id<kind::Answer>,
    pub(super) person: Id<kind::Person>,
    pub(super) task: Id<kind::Task>,
    pub(super) stage: String,
    pub(super) body: String,
    pub(super) pay: i64,
    pub(super) day: i64,
    pub(super) accepted: bool,
    pub(super) judged: bool,
    /// What is known of the person at the answer's stage.
    pub(super) record: Record,
}

/// Reads a [`Record`] from four columns that start here.
pub(super) fn record(row: &kazi_db::Row<'_>, first: usize) -> Result<Record, DbError> {
    Ok(Record {
        known: Judged { units: row.get(first)?, errors: row.get(first + 1)? },
        settled: Judged { units: row.get(first + 2)?, errors: row.get(first + 3)? },
    })
}

/// Says that the answers to the item of a task will be asked for next.
pub(super) fn on_record_ahead(read: &mut Read<'_>, task: Id<kind::Task>) -> Result<(), DbError> {
    read.ahead(&READINGS, params![task.param()])
}

/// Settles a task that has just been answered, if all answers it wants are in. Says what that means for the newest.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    settling: &Settling<'_>,
    book: &mut Book,
    turn: &Turn,
) -> Result<Weighed, WorkError> {
    let Settling { head, task, newest } = settling;
    let taken = i64::from(task.expired && newest.is_some());
    if task.answered < task.wanted {
        tx.post(&COUNT, params![task.id.param(), task.answered, taken])?;
        return Ok(HELD);
    }
    let stage = head.terms.service.stage(&task.stage).ok_or(WorkError::NotThere)?;
    let mut answers = of_task(tx, task.id)?;
    answers.extend(newest.map(|newest| newest.as_on_record(task)));
    let readings = readings(tx, head, task, stage, &answers)?;
    match head.terms.service.agree(stage.key, &task.body, &readings)? {
        Verdict::Settled { outcome, confidence } => {
            let newest = newest.map(|newest| newest.id);
            let found = Found { outcome: &outcome, confidence, answers: &answers, newest };
            let judged = settled(tx, head, task, (stage, &found), book, turn)?;
            Ok(Weighed { accepted: true, judged })
        }
        Verdict::More(more) if task.answered < i64::from(stage.at_most) => {
            let more = i64::from(more).clamp(1, i64::from(stage.at_most) - task.answered);
            let params = params![task.id.param(), task.answered, taken, more, AGAIN, place_now(turn, 0)];
            tx.post(&ASK, params)?;
            Ok(HELD)
        }
        Verdict::Call(called) => {
            let called = head.terms.service.stage(called).ok_or(WorkError::NotThere)?;
            tx.post(&END_TASK, params![task.id.param(), TaskState::Settled.word(), task.answered])?;
            let count = book.count(stage.key);
            count.settled += 1;
            count.called += 1;
            open(tx, head.id, task.item, (called, AGAIN), book, turn)?;
            Ok(HELD)
        }
        Verdict::More(_) => stuck(tx, task, "too_many_answers", book, turn).map(|()| HELD),
        Verdict::Stuck(reason) => stuck(tx, task, reason, book, turn).map(|()| HELD),
    }
}

impl Newest<'_> {
    fn as_on_record(self, task: &Task) -> OnRecord {
        let Newest { id, person, body, pay, day } = self;
        let (stage, record, accepted, judged) = (task.stage.clone(), task.record, false, false);
        OnRecord {
            id,
            person,
            task: task.id,
            stage,
            body: body.to_owned(),
            pay,
            day,
            accepted,
            judged,
            record,
        }
    }
}

/// The answers to an item that count, oldest first.
pub(super) fn on_record(read: &mut Read<'_>, item: Id<kind::Item>) -> Result<Vec<OnRecord>, WorkError> {
    records(read, item.param())
}

/// The answers to the item of a task that count, oldest first.
fn of_task(read: &mut Read<'_>, task: Id<kind::Task>) -> Result<Vec<OnRecord>, WorkError> {
    records(read, task.param())
}

fn records(read: &mut Read<'_>, of: Value<'_>) -> Result<Vec<OnRecord>, WorkError> {
    Ok(read.query_all(&READINGS, &[of], |row| {
        Ok(OnRecord {
            id: row.id(0)?,
            person: row.id(1)?,
            task: row.id(12)?,
            stage: row.get(2)?,
            body: row.get(3)?,
            pay: row.get(4)?,
            day: row.get(5)?,
            accepted: row.get::<&str>(6)? == "accepted",
            judged: row.get::<Option<i64>>(7)?.is_some(),
            record: record(row, 8)?,
        })
    })?)
}

/// The readings as the service sees them: people by number, the machine first if it counts.
pub(super) fn readings(
    read: &mut Read<'_>,
    head: &Head,
    task: &Task,
    stage: &Stage,
    answers: &[OnRecord],
) -> Result<Vec<JsonReading>, WorkError> {
    let mut readings = Vec::with_capacity(answers.len() + 1);
    let typed = first_stage(&*head.terms.service, &task.kind).unwrap_or(stage);
    if let Some(machine) = task.machine.as_ref().filter(|_| typed.machine) {
        let known = read.query_one(&MACHINE, params![head.id.param(), typed.key], |row| record(row, 0))?;
        readings.push(Reading {
            who: Who::Machine,
            stage: typed.key.to_owned(),
            reliability: trust::OF_THE_MACHINE.of(known),
            answer: machine.clone(),
        });
    }
    let mut people: HashMap<Id<kind::Person>, u32> = HashMap::new();
    for answer in answers {
        let next = u32::try_from(people.len()).unwrap_or(u32::MAX);
        readings.push(Reading {
            who: Who::Person(*people.entry(answer.person).or_insert(next)),
            stage: answer.stage.clone(),
            reliability: trust::OF_PEOPLE.of(answer.record),
            answer: answer.body.clone(),
        });
    }
    Ok(readings)
}

/// Sets a task aside for the staff.
pub(super) fn stuck(
    tx: &mut Tx<'_>,
    task: &Task,
    reason: &str,
    book: &mut Book,
    turn: &Turn,
) -> Result<(), WorkError> {
    tx.post(&END_TASK, params![task.id.param(), TaskState::Stuck.word(), task.answered])?;
    tx.post(&ITEM_STATE, params![task.item.param(), ItemState::Stuck.word(), reason])?;
    book.count(&task.stage).stuck += 1;
    let about = [("item", task.item.to_string()), ("stage", task.stage.clone())];
    Ok(hooks::happened(tx, HookEvent::ItemStuck, task.project, &about, turn)?)
}

/// What a task settles to, and from which answers.
pub(super) struct Found<'a> {
    pub(super) outcome: &'a str,
    pub(super) confidence: f64,
    pub(super) answers: &'a [OnRecord],
    pub(super) newest: Option<Id<kind::Answer>>,
}

/// Notes the outcome and everything that follows from it. Gives how the newest answer was judged, for whoever keeps it.
pub(super) fn settled(
    tx: &mut Tx<'_>,
    head: &Head,
    task: &Task,
    (stage, found): (&Stage, &Found<'_>),
    book: &mut Book,
    turn: &Turn,
) -> Result<Option<(i64, i64)>, WorkError> {
    tx.post(&END_TASK, params![task.id.param(), TaskState::Settled.word(), task.answered])?;
    book.count(stage.key).settled += 1;
    let judged = judge(tx, head, task, found, book)?;
    accept(tx, head, found, true, book)?;
    let (item, at) = (task.item.param(), turn.at.param());
    if let Some(next) = stage_after(head, &task.kind, stage) {
        tx.post(&OUTCOME, params![item, found.outcome, found.confidence, at])?;
        open(tx, head.id, task.item, (next, fresh(head)), book, turn)?;
        return Ok(judged);
    }
    let finished = ItemState::Finished.word();
    tx.post(&FINISH, params![item, found.outcome, found.confidence, at, finished])?;
    piece_done(tx, head, task.parent, book, turn)?;
    Ok(judged)
}

/// Scores every answer against the outcome: where readers err more often than is believed of them, they count less.
/// Gives the score of the newest, which is not on record yet.
fn judge(
    tx: &mut Tx<'_>,
    head: &Head,
    task: &Task,
    found: &Found<'_>,
    book: &mut Book,
) -> Result<Option<(i64, i64)>, WorkError> {
    let service = &head.terms.service;
    let mut newest = None;
    for answer in found.answers.iter().filter(|answer| !answer.judged) {
        let score = service.score(&answer.stage, &task.body, found.outcome, &answer.body)?;
        let (units, errors) = counted(&score);
        if found.newest == Some(answer.id) {
            newest = Some((units, errors));
        } else {
            tx.post(&JUDGED, params![answer.id.param(), units, errors])?;
        }
        let tally = book.tally(answer.person, &answer.stage);
        tally.units += units;
        tally.errors += errors;
    }
    if let (Some(machine), Some(first)) = (&task.machine, first_stage(&**service, &task.kind)) {
        let (units, errors) = counted(&service.score(first.key, &task.body, found.outcome, machine)?);
        let count = book.count(first.key);
        count.machine_units += units;
        count.machine_errors += errors;
    }
    Ok(newest)
}

fn counted(score: &Score) -> (i64, i64) {
    (i64::from(score.units), i64::from(score.errors))
}

/// What was held for the answers is theirs now; the newest is posted as accepted by whoever took it. What has just been
/// judged is written down as accepted already.
pub(super) fn accept(
    tx: &mut Tx<'_>,
    head: &Head,
    found: &Found<'_>,
    just_judged: bool,
    book: &mut Book,
) -> Result<(), WorkError> {
    let on_record = |answer: &&OnRecord| !answer.accepted && found.newest != Some(answer.id);
    for answer in found.answers.iter().filter(on_record) {
        if answer.judged || !just_judged {
            tx.post(&ACCEPT, params![answer.id.param()])?;
        }
        book.pay(Move {
            kind: "accept",
            from: (Account::Held, *answer.person.as_bytes()),
            to: (Account::Accepted, *answer.person.as_bytes()),
            amount: answer.pay,
            currency: head.terms.currency,
            project: Some(head.id),
            answer: Some(answer.id),
            day: answer.day,
        });
    }
    Ok(())
}

/// The stage that an item of this kind goes to by itself after this one.
fn stage_after<'h>(head: &'h Head, kind: &str, stage: &Stage) -> Option<&'h Stage> {
    let stages = head.terms.service.stages().iter();
    let mut after = stages.filter(|one| one.item_kind == kind).skip_while(|one| one.key != stage.key).skip(1);
    after.find(|one| one.start == Start::Ready)
}

/// Ends an item, and opens what waited only for it, all the way up.
pub(super) fn finish(
    tx: &mut Tx<'_>,
    head: &Head,
    (item, parent): (Id<kind::Item>, Option<Id<kind::Item>>),
    state: ItemState,
    book: &mut Book,
    turn: &Turn,
) -> Result<(), WorkError> {
    tx.post(&ITEM_STATE, params![item.param(), state.word(), None::<&str>])?;
    piece_done(tx, head, parent, book, turn)
}

/// What an ended item is a piece of has one piece fewer to wait for.
fn piece_done(
    tx: &mut Tx<'_>,
    head: &Head,
    mut parent: Option<Id<kind::Item>>,
    book: &mut Book,
    turn: &Turn,
) -> Result<(), WorkError> {
    while let Some(above) = parent {
        let (waiting, kind, next) = tx.query_one(&PIECE_DONE, params![above.param()], |row| {
            Ok((row.get::<i64>(0)?, row.get::<String>(1)?, row.id_opt(2)?))
        })?;
        if waiting > 0 {
            return Ok(());
        }
        if let Some(stage) = first_stage(&*head.terms.service, &kind) {
            return Ok(open(tx, head.id, above, (stage, fresh(head)), book, turn)?);
        }
        tx.post(&ITEM_STATE, params![above.param(), ItemState::Finished.word(), None::<&str>])?;
        parent = next;
    }
    book.count("").finished += 1;
    Ok(())
}
