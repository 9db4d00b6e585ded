//! Asking, answering, correcting, settling.

use kazi_db::{Tx, params};
use kazi_domain::policy::{Can, Talk};
use kazi_domain::{HookEvent, Id, Moment, Side, Span, kind};

use super::{TalkError, digest, message, side, subject};
use crate::hooks;
use crate::journal::{self, Entry};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// Whether an item is of a project.
    ITEM = "select id from item where id = $1 and project = $2";
    /// Whose a project is.
    OF_PROJECT = "select organisation from project where id = $1";
    /// A new thread; the same id twice is one thread.
    ASK = "insert into thread (id, project, organisation, item, subject, last_side, messages, made_at, said_at) \
           values ($1, $2, $3, $4, $5, $6, 1, $7, $7) on conflict (id) do nothing";
    /// What came under an id before.
    BEFORE = "select m.thread, m.person, m.body, t.project from message m join thread t on t.id = m.thread where m.id = $1";
    /// A thread of a project, held.
    HELD = "select organisation, last_side, messages, settled_at from thread where id = $1 and project = $2 /*for update*/";
    /// One more message.
    SAY = "insert into message (id, thread, number, side, person, body, said_at) values ($1, $2, $3, $4, $5, $6, $7) \
           on conflict (id) do nothing";
    /// It is said; the thread is open again if it was settled.
    SAID = "update thread set last_side = $2, messages = $3, said_at = $4, settled_at = null, settled_by = null where id = $1";
    /// The last message of a thread.
    LAST = "select id, person, said_at from message where thread = $1 and number = $2";
    /// Other words.
    CORRECT = "update message set body = $2, corrected_at = $3 where id = $1";
    /// Nothing more is asked, or it is open again.
    SETTLE = "update thread set settled_at = $2, settled_by = $3 where id = $1";
}

/// So long after it was sent, the last message may be corrected.
pub const CORRECT_WITHIN: Span = Span::minutes(10);

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct New {
    /// Its id, made by whoever asks: sent twice it is one question.
    pub id: Id<kind::Thread>,
    /// The item that it is about, if not the whole project.
    pub item: Option<Id<kind::Item>>,
    /// What it is about, in a line.
    pub subject: String,
    /// The question.
    pub body: String,
}

/// One more message in a thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its id, made by whoever writes: sent twice it is one message.
    pub id: Id<kind::Message>,
    /// The thread.
    pub thread: Id<kind::Thread>,
    /// What is said.
    pub body: String,
}

/// The first message of a thread has the same bytes as its id.
fn first_message(thread: Id<kind::Thread>) -> Id<kind::Message> {
    Id::from_bytes(*thread.as_bytes())
}

/// Asks the other side something.
///
/// # Errors
/// See [`TalkError`].
pub fn ask(tx: &mut Tx<'_>, can: &Can<Talk>, new: &New, turn: &Turn) -> Result<Id<kind::Thread>, TalkError> {
    let (subject, body) = (subject(&new.subject)?, message(&new.body)?);
    let (project, by, mine) = (can.subject(), can.actor().person, side(can.actor()));
    if let Some(item) = new.item {
        let found =
            tx.query_opt(&ITEM, params![item.param(), project.param()], |row| row.id::<kind::Item>(0))?;
        found.ok_or(TalkError::NoItem)?;
    }
    let organisation =
        tx.query_one(&OF_PROJECT, params![project.param()], |row| row.id::<kind::Organisation>(0))?;
    let values = params![
        new.id.param(),
        project.param(),
        organisation.param(),
        new.item.param(),
        subject.as_str(),
        mine.word(),
        turn.at.param()
    ];
    if tx.execute(&ASK, values)? == 0 {
        return sent_before(tx, can, (first_message(new.id), new.id), &body).map(|()| new.id);
    }
    let first = first_message(new.id);
    let values = params![
        first.param(),
        new.id.param(),
        1_i64,
        mine.word(),
        by.param(),
        body.as_str(),
        turn.at.param()
    ];
    if tx.execute(&SAY, values)? == 0 {
        return Err(TalkError::SentBefore);
    }
    digest::tell(tx, organisation, mine.other(), turn)?;
    journal::note(tx, turn, &Entry::about("question.asked", new.id).by(by).of(project))?;
    let about = [("question", new.id.to_string()), ("side", mine.word().to_owned())];
    hooks::happened(tx, HookEvent::QuestionAsked, project, &about, turn)?;
    Ok(new.id)
}

/// The same message again is no other message.
fn sent_before(
    tx: &mut Tx<'_>,
    can: &Can<Talk>,
    (id, thread): (Id<kind::Message>, Id<kind::Thread>),
    body: &str,
) -> Result<(), TalkError> {
    let before = tx.query_opt(&BEFORE, params![id.param()], |row| {
        Ok((
            row.id::<kind::Thread>(0)?,
            row.id::<kind::Person>(1)?,
            row.get::<String>(2)?,
            row.id::<kind::Project>(3)?,
        ))
    })?;
    let same = (thread, can.actor().person, body.to_owned(), can.subject());
    if before == Some(same) { Ok(()) } else { Err(TalkError::SentBefore) }
}

struct Held {
    organisation: Id<kind::Organisation>,
    last: Side,
    messages: i64,
    settled: Option<Moment>,
}

fn held(tx: &mut Tx<'_>, can: &Can<Talk>, thread: Id<kind::Thread>) -> Result<Held, TalkError> {
    let found = tx.query_opt(&HELD, params![thread.param(), can.subject().param()], |row| {
        Ok(Held {
            organisation: row.id(0)?,
            last: row.word(1)?,
            messages: row.get(2)?,
            settled: row.moment_opt(3)?,
        })
    })?;
    found.ok_or(TalkError::NotThere)
}

/// Says something in a thread; it now waits for the other side.
///
/// # Errors
/// See [`TalkError`].
pub fn reply(tx: &mut Tx<'_>, can: &Can<Talk>, said: &Reply, turn: &Turn) -> Result<(), TalkError> {
    let body = message(&said.body)?;
    let Held { organisation, messages, .. } = held(tx, can, said.thread)?;
    let (by, mine, number) = (can.actor().person, side(can.actor()), messages + 1);
    let values = params![
        said.id.param(),
        said.thread.param(),
        number,
        mine.word(),
        by.param(),
        body.as_str(),
        turn.at.param()
    ];
    if tx.execute(&SAY, values)? == 0 {
        return sent_before(tx, can, (said.id, said.thread), &body);
    }
    tx.execute(&SAID, params![said.thread.param(), mine.word(), number, turn.at.param()])?;
    digest::tell(tx, organisation, mine.other(), turn)?;
    let entry = Entry::about("question.answered", said.thread).by(by).of(can.subject());
    journal::note(tx, turn, &entry)?;
    let about = [("question", said.thread.to_string()), ("side", mine.word().to_owned())];
    Ok(hooks::happened(tx, HookEvent::QuestionAnswered, can.subject(), &about, turn)?)
}

/// Whether a message may still be corrected.
pub(super) fn may_correct(said_at: Moment, now: Moment) -> bool {
    now.since(said_at) <= CORRECT_WITHIN
}

/// Puts other words in place of one's own last message.
///
/// # Errors
/// See [`TalkError`].
pub fn correct(
    tx: &mut Tx<'_>,
    can: &Can<Talk>,
    (thread, id): (Id<kind::Thread>, Id<kind::Message>),
    (text, turn): (&str, &Turn),
) -> Result<(), TalkError> {
    let body = message(text)?;
    let Held { messages, .. } = held(tx, can, thread)?;
    let by = can.actor().person;
    let last = tx.query_opt(&LAST, params![thread.param(), messages], |row| {
        Ok((row.id::<kind::Message>(0)?, row.id::<kind::Person>(1)?, row.moment(2)?))
    })?;
    let (_, _, said_at) =
        last.filter(|(last, whose, _)| *last == id && *whose == by).ok_or(TalkError::NotLast)?;
    if !may_correct(said_at, turn.at) {
        return Err(TalkError::TooLate);
    }
    tx.execute(&CORRECT, params![id.param(), body.as_str(), turn.at.param()])?;
    let entry = Entry::about("question.corrected", thread).by(by).of(can.subject());
    Ok(journal::note(tx, turn, &entry)?)
}

/// Nothing more is asked: it waits for nobody. Settled already, it stays so.
///
/// # Errors
/// See [`TalkError`].
pub fn settle(
    tx: &mut Tx<'_>,
    can: &Can<Talk>,
    thread: Id<kind::Thread>,
    turn: &Turn,
) -> Result<(), TalkError> {
    if held(tx, can, thread)?.settled.is_some() {
        return Ok(());
    }
    let by = can.actor().person;
    tx.execute(&SETTLE, params![thread.param(), turn.at.param(), by.param()])?;
    let entry = Entry::about("question.settled", thread).by(by).of(can.subject());
    Ok(journal::note(tx, turn, &entry)?)
}

/// It was settled too early: it waits again for whom it waited.
///
/// # Errors
/// See [`TalkError`].
pub fn reopen(
    tx: &mut Tx<'_>,
    can: &Can<Talk>,
    thread: Id<kind::Thread>,
    turn: &Turn,
) -> Result<(), TalkError> {
    let Held { organisation, last, settled, .. } = held(tx, can, thread)?;
    if settled.is_none() {
        return Ok(());
    }
    let by = can.actor().person;
    tx.execute(&SETTLE, params![thread.param(), None::<i64>, None::<&[u8]>])?;
    if last == side(can.actor()) {
        digest::tell(tx, organisation, last.other(), turn)?;
    }
    let entry = Entry::about("question.reopened", thread).by(by).of(can.subject());
    Ok(journal::note(tx, turn, &entry)?)
}
