//! Web hooks and what was sent, as their owners see them.

use kazi_db::{DbError, Read, Row, Tx, params};
use kazi_domain::policy::{Can, ManageHooks};
use kazi_domain::{HookEvent, HookState, Id, Moment, SendingState, kind};

use super::{HookError, send};
use crate::jobs;
use crate::journal::{self, Entry};
use crate::listing::{Ask, Cursor, Page};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

macro_rules! sendings {
    ($from:literal $order:literal) => {
        concat!(
            "select s.id, s.event, s.state, s.tries, s.status, s.millis, s.answer, s.problem, s.made_at, s.tried_at, p.name, s.body \
             from hook h join hook_sending s on s.hook = h.id left join project p on p.id = s.project \
             where h.id = $1 and h.organisation = $2 and h.ended_at is null and ",
            $from,
            " and ($4 = '' or s.state = $4) and (lower(s.event) like $5 escape '\\' \
             or lower(coalesce(p.name, '')) like $5 escape '\\') ",
            $order
        )
    };
}

kazi_db::statements! {
    /// Those of an organisation.
    LIST = "select id, address, events, state, problem, failing_since, old_until, made_at from hook \
            where organisation = $1 and ended_at is null order by made_at, id";
    /// One of them.
    GET = "select id, address, events, state, problem, failing_since, old_until, made_at from hook \
           where id = $2 and organisation = $1 and ended_at is null";
    /// What was sent, the newest first.
    NEWEST = sendings!("s.id < $3" "order by s.id desc limit $6");
    /// What was sent, the oldest first.
    OLDEST = sendings!("s.id > $3" "order by s.id limit $6");
    /// A message and its web hook, held.
    HELD = "select s.state, h.state from hook_sending s join hook h on h.id = s.hook \
            where s.id = $1 and h.id = $2 and h.organisation = $3 and h.ended_at is null /*for update of s*/";
    /// To be sent once more.
    AGAIN = "update hook_sending set state = 'waiting', problem = null where id = $1";
}

/// A web hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// Which.
    pub id: Id<kind::Hook>,
    /// Whom it calls.
    pub address: String,
    /// What it tells.
    pub events: Vec<HookEvent>,
    /// Where it stands.
    pub state: HookState,
    /// Why it was switched off.
    pub problem: Option<String>,
    /// Since when nothing got through.
    pub failing_since: Option<Moment>,
    /// Until when the exchanged secret counts.
    pub old_until: Option<Moment>,
    /// When it was made.
    pub made_at: Moment,
}

fn hook(row: &Row<'_>) -> Result<Hook, DbError> {
    let events = row.get::<String>(2)?;
    Ok(Hook {
        id: row.id(0)?,
        address: row.get(1)?,
        events: events.split_whitespace().filter_map(|word| word.parse().ok()).collect(),
        state: row.word(3)?,
        problem: row.get(4)?,
        failing_since: row.moment_opt(5)?,
        old_until: row.moment_opt(6)?,
        made_at: row.moment(7)?,
    })
}

/// The web hooks of an organisation, the oldest first.
///
/// # Errors
/// The database's.
pub fn list(read: &mut Read<'_>, can: &Can<ManageHooks>) -> Result<Vec<Hook>, DbError> {
    read.query_all(&LIST, params![can.subject().param()], hook)
}

/// One of them.
///
/// # Errors
/// [`HookError::NotThere`].
pub fn get(read: &mut Read<'_>, can: &Can<ManageHooks>, id: Id<kind::Hook>) -> Result<Hook, HookError> {
    let organisation = can.subject();
    read.query_opt(&GET, params![organisation.param(), id.param()], hook)?.ok_or(HookError::NotThere)
}

/// A message, and how it went at the last try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    /// Which; the receiver reads it as `webhook-id`.
    pub id: Id<kind::Sending>,
    /// What it tells.
    pub event: HookEvent,
    /// Where it stands.
    pub state: SendingState,
    /// How often it was tried.
    pub tries: i64,
    /// The status that was answered at the last try.
    pub status: Option<i64>,
    /// How long that took, in milliseconds.
    pub millis: Option<i64>,
    /// The first bytes of the answer.
    pub answer: Option<String>,
    /// What went wrong.
    pub problem: Option<String>,
    /// When it happened.
    pub made_at: Moment,
    /// When it was tried last.
    pub tried_at: Option<Moment>,
    /// The project's name.
    pub project: Option<String>,
    /// What is sent.
    pub body: String,
}

/// What a web hook has sent or will send; a search looks at events and projects.
///
/// # Errors
/// The database's.
pub fn sendings(
    read: &mut Read<'_>,
    can: &Can<ManageHooks>,
    (hook, state, oldest_first): (Id<kind::Hook>, Option<SendingState>, bool),
    ask: &Ask,
) -> Result<Page<Sending>, DbError> {
    let (statement, from) =
        if oldest_first { (&OLDEST, ask.after_text().1) } else { (&NEWEST, ask.before_id()) };
    let (organisation, chosen) = (can.subject(), state.map_or("", SendingState::word));
    let values = params![hook.param(), organisation.param(), from, chosen, ask.pattern(), ask.limit()];
    let rows = read.query_all(statement, values, |row| {
        Ok(Sending {
            id: row.id(0)?,
            event: row.word(1)?,
            state: row.word(2)?,
            tries: row.get(3)?,
            status: row.get(4)?,
            millis: row.get(5)?,
            answer: row.get(6)?,
            problem: row.get(7)?,
            made_at: row.moment(8)?,
            tried_at: row.moment_opt(9)?,
            project: row.get(10)?,
            body: row.get(11)?,
        })
    })?;
    Ok(ask.page(rows, |row| Cursor::at("", row.id)))
}

/// Sends a message once more by hand, the same under the same id: whoever has it already knows it by that.
///
/// # Errors
/// See [`HookError`].
pub fn again(
    tx: &mut Tx<'_>,
    can: &Can<ManageHooks>,
    (hook, sending): (Id<kind::Hook>, Id<kind::Sending>),
    turn: &Turn,
) -> Result<(), HookError> {
    let organisation = can.subject();
    let found = tx.query_opt(&HELD, params![sending.param(), hook.param(), organisation.param()], |row| {
        Ok((row.word::<SendingState>(0)?, row.word::<HookState>(1)?))
    })?;
    match found.ok_or(HookError::NotThere)? {
        (_, HookState::Held | HookState::Off) => return Err(HookError::NotOn),
        (SendingState::Waiting, _) => return Err(HookError::OnItsWay),
        _ => {}
    }
    tx.execute(&AGAIN, params![sending.param()])?;
    jobs::enqueue_for(tx, (send::JOB, send::TRIES), sending.as_bytes(), "", turn)?;
    let entry = Entry::about("hook.again", hook).by(can.actor().person).in_organisation(organisation);
    Ok(journal::note(tx, turn, &entry)?)
}
