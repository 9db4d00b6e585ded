//! What happened, written down for whoever wants to be told, in the transaction of its cause.

use kazi_db::{DbError, Tx, params};
use kazi_domain::{HookEvent, HookState, Id, SendingState, kind};
use serde_json::{Map, Value, json};

use super::send;
use crate::jobs;
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// Who wants to be told of this: the client's own web hooks, and the operator's.
    WANTED = "select h.id, h.state from project p join hook h on h.organisation = p.organisation \
              or h.organisation in (select id from organisation where kind = 'operator') \
              where p.id = $1 and h.ended_at is null and h.state <> 'off' and ' ' || h.events || ' ' like $2 order by h.id";
    /// A message.
    ADD = "insert into hook_sending (id, hook, event, project, body, state, tries, made_at) \
           values ($1, $2, $3, $4, $5, $6, 0, $7)";
}

/// The body of a message: what happened, when, to which things.
fn body(event: HookEvent, turn: &Turn, data: &Map<String, Value>) -> String {
    let at = jiff::Timestamp::from_microsecond(turn.at.micros()).unwrap_or_default();
    json!({"type": event.word(), "timestamp": at.to_string(), "data": data}).to_string()
}

/// Tells every web hook that wants to know, should this transaction be kept. `about` names the things besides the project,
/// by their ids.
///
/// # Errors
/// The database's.
pub fn happened(
    tx: &mut Tx<'_>,
    event: HookEvent,
    project: Id<kind::Project>,
    about: &[(&str, String)],
    turn: &Turn,
) -> Result<(), DbError> {
    let pattern = format!("% {} %", event.word());
    let wanted: Vec<(Id<kind::Hook>, HookState)> =
        tx.query_all(&WANTED, params![project.param(), pattern.as_str()], |row| {
            Ok((row.id(0)?, row.word(1)?))
        })?;
    if wanted.is_empty() {
        return Ok(());
    }
    let mut data = Map::new();
    data.insert("project".to_owned(), json!(project.to_string()));
    data.extend(about.iter().map(|(name, id)| ((*name).to_owned(), json!(id))));
    let body = body(event, turn, &data);
    for (hook, state) in wanted {
        lay_down(tx, (hook, event, Some(project)), (&body, state == HookState::On), turn)?;
    }
    Ok(())
}

/// One message to one web hook; sent now unless the web hook is held.
pub(super) fn lay_down(
    tx: &mut Tx<'_>,
    (hook, event, project): (Id<kind::Hook>, HookEvent, Option<Id<kind::Project>>),
    (body, now): (&str, bool),
    turn: &Turn,
) -> Result<Id<kind::Sending>, DbError> {
    let id: Id<kind::Sending> = turn.mint();
    let state = if now { SendingState::Waiting } else { SendingState::Held };
    let values =
        params![id.param(), hook.param(), event.word(), project.param(), body, state.word(), turn.at.param()];
    tx.execute(&ADD, values)?;
    if now {
        jobs::enqueue_for(tx, (send::JOB, send::TRIES), id.as_bytes(), "", turn)?;
    }
    Ok(id)
}

/// A message that says nothing happened: to see whether the address takes it.
pub(super) fn trial(turn: &Turn) -> String {
    body(HookEvent::Trial, turn, &Map::new())
}
