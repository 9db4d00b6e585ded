//! Web hooks as their owners make, change, hold and remove them.

use kazi_db::{Tx, params};
use kazi_domain::policy::{Actor, Can, Facts, ManageHooks, permit};
use kazi_domain::{HookEvent, HookState, Id, Moment, SendingState, kind};

use super::address::Address;
use super::happen::{lay_down, trial};
use super::sign::{KEEPS, Secret};
use super::{HookError, send};
use crate::jobs;
use crate::journal::{self, Entry};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// How many an organisation has.
    COUNT = "select count(*) from hook where organisation = $1 and ended_at is null";
    /// A new one.
    ADD = "insert into hook (id, organisation, address, events, secret, state, made_by, made_at) \
           values ($1, $2, $3, $4, $5, 'on', $6, $7)";
    /// One of an organisation, held.
    HELD = "select state, secret from hook where id = $1 and organisation = $2 and ended_at is null /*for update*/";
    /// Another address, or other events.
    EDIT = "update hook set address = $2, events = $3 where id = $1";
    /// It is held, or goes on.
    MOVE = "update hook set state = $2, problem = null, failing_since = null where id = $1";
    /// What waited while it was held.
    WAITED = "select id from hook_sending where hook = $1 and state = 'held' order by id limit 1000";
    /// It is to be sent.
    WAITS = "update hook_sending set state = $2 where id = $1";
    /// Another secret; the one before counts a while longer.
    ROTATE = "update hook set secret = $2, old_secret = $3, old_until = $4 where id = $1";
    /// It is gone; so are its secrets.
    END = "update hook set ended_at = $2, secret = '', old_secret = null, old_until = null where id = $1";
}

/// An organisation has no more web hooks than this.
pub const MOST: i64 = 20;

/// What a web hook is made from.
#[derive(Debug, Clone)]
pub struct New {
    /// Whom to call.
    pub address: Address,
    /// What to tell.
    pub events: Vec<HookEvent>,
}

/// A web hook that was just made, or whose secret was exchanged; the secret is shown once.
#[derive(Debug)]
pub struct Made {
    /// Which.
    pub id: Id<kind::Hook>,
    /// What its messages are signed with.
    pub secret: Secret,
}

/// The proof that somebody may manage the web hooks of the own organisation.
pub fn may_manage(actor: &Actor) -> Option<Can<ManageHooks>> {
    let facts = Facts { organisation: Some(actor.organisation), ..Facts::default() };
    permit(actor, actor.organisation, facts)
}

/// The events' words, as they are kept.
fn words(events: &[HookEvent]) -> Result<String, HookError> {
    let chosen = HookEvent::ALL.iter().filter(|event| events.contains(event) && **event != HookEvent::Trial);
    let words: Vec<&str> = chosen.map(|event| event.word()).collect();
    if words.is_empty() { Err(HookError::NoEvent) } else { Ok(words.join(" ")) }
}

fn note(
    tx: &mut Tx<'_>,
    can: &Can<ManageHooks>,
    (what, hook): (&'static str, Id<kind::Hook>),
    turn: &Turn,
) -> Result<(), HookError> {
    let entry = Entry::about(what, hook).by(can.actor().person).in_organisation(can.subject());
    Ok(journal::note(tx, turn, &entry)?)
}

/// Makes a web hook.
///
/// # Errors
/// See [`HookError`].
pub fn make(tx: &mut Tx<'_>, can: &Can<ManageHooks>, new: &New, turn: &Turn) -> Result<Made, HookError> {
    let events = words(&new.events)?;
    let organisation = can.subject();
    if tx.query_one(&COUNT, params![organisation.param()], |row| row.get::<i64>(0))? >= MOST {
        return Err(HookError::TooMany);
    }
    let (id, secret): (Id<kind::Hook>, _) = (turn.mint(), Secret::fresh());
    let by = can.actor().person;
    let values = params![
        id.param(),
        organisation.param(),
        new.address.text(),
        events.as_str(),
        secret.text(),
        by.param(),
        turn.at.param()
    ];
    tx.execute(&ADD, values)?;
    note(tx, can, ("hook.made", id), turn)?;
    Ok(Made { id, secret })
}

fn held(
    tx: &mut Tx<'_>,
    can: &Can<ManageHooks>,
    hook: Id<kind::Hook>,
) -> Result<(HookState, String), HookError> {
    let organisation = can.subject();
    let found = tx.query_opt(&HELD, params![hook.param(), organisation.param()], |row| {
        Ok((row.word(0)?, row.get::<String>(1)?))
    })?;
    found.ok_or(HookError::NotThere)
}

/// Gives a web hook another address, or other events.
///
/// # Errors
/// See [`HookError`].
pub fn edit(
    tx: &mut Tx<'_>,
    can: &Can<ManageHooks>,
    (hook, to): (Id<kind::Hook>, &New),
    turn: &Turn,
) -> Result<(), HookError> {
    let events = words(&to.events)?;
    held(tx, can, hook)?;
    tx.execute(&EDIT, params![hook.param(), to.address.text(), events.as_str()])?;
    note(tx, can, ("hook.edited", hook), turn)
}

/// Holds what is to be told until it goes on.
///
/// # Errors
/// See [`HookError`].
pub fn hold(
    tx: &mut Tx<'_>,
    can: &Can<ManageHooks>,
    hook: Id<kind::Hook>,
    turn: &Turn,
) -> Result<(), HookError> {
    if held(tx, can, hook)?.0 != HookState::On {
        return Err(HookError::NotOn);
    }
    tx.execute(&MOVE, params![hook.param(), HookState::Held.word()])?;
    note(tx, can, ("hook.held", hook), turn)
}

/// Lets it go on after it was held or switched off: what waited goes out.
///
/// # Errors
/// See [`HookError`].
pub fn resume(
    tx: &mut Tx<'_>,
    can: &Can<ManageHooks>,
    hook: Id<kind::Hook>,
    turn: &Turn,
) -> Result<(), HookError> {
    if held(tx, can, hook)?.0 == HookState::On {
        return Ok(());
    }
    tx.execute(&MOVE, params![hook.param(), HookState::On.word()])?;
    let waited: Vec<Id<kind::Sending>> = tx.query_all(&WAITED, params![hook.param()], |row| row.id(0))?;
    for sending in waited {
        tx.execute(&WAITS, params![sending.param(), SendingState::Waiting.word()])?;
        jobs::enqueue_for(tx, (send::JOB, send::TRIES), sending.as_bytes(), "", turn)?;
    }
    note(tx, can, ("hook.resumed", hook), turn)
}

/// Until when an exchanged secret counts.
fn counts_until(turn: &Turn) -> Moment {
    turn.at + KEEPS
}

/// Makes another secret; for a day both sign.
///
/// # Errors
/// See [`HookError`].
pub fn rotate(
    tx: &mut Tx<'_>,
    can: &Can<ManageHooks>,
    hook: Id<kind::Hook>,
    turn: &Turn,
) -> Result<Made, HookError> {
    let (_, old) = held(tx, can, hook)?;
    let secret = Secret::fresh();
    let until = counts_until(turn);
    tx.execute(&ROTATE, params![hook.param(), secret.text(), old.as_str(), until.param()])?;
    note(tx, can, ("hook.rotated", hook), turn)?;
    Ok(Made { id: hook, secret })
}

/// Removes a web hook. What was sent stays to be seen by nobody.
///
/// # Errors
/// See [`HookError`].
pub fn remove(
    tx: &mut Tx<'_>,
    can: &Can<ManageHooks>,
    hook: Id<kind::Hook>,
    turn: &Turn,
) -> Result<(), HookError> {
    held(tx, can, hook)?;
    tx.execute(&END, params![hook.param(), turn.at.param()])?;
    note(tx, can, ("hook.removed", hook), turn)
}

/// Sends a message that says nothing happened, to see whether the address takes it.
///
/// # Errors
/// See [`HookError`].
pub fn try_out(
    tx: &mut Tx<'_>,
    can: &Can<ManageHooks>,
    hook: Id<kind::Hook>,
    turn: &Turn,
) -> Result<Id<kind::Sending>, HookError> {
    if held(tx, can, hook)?.0 != HookState::On {
        return Err(HookError::NotOn);
    }
    Ok(lay_down(tx, (hook, HookEvent::Trial, None), (&trial(turn), true), turn)?)
}
