//! The job that sends one message, and what becomes of an address that takes none.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::{HookState, Id, Moment, SendingState, Span, kind};

use super::address::{Address, Reach};
use super::call::{Answer, Called, Message, call};
use super::sign::{Secret, signature};
use crate::jobs::{Handler, Held, Trouble, Work};
use crate::journal::{self, Entry};
use crate::mail::{self, Letter, Site};
use crate::rows::{Columns, Param};
use crate::turn::{self, Turn, random};

kazi_db::statements! {
    /// A message and where it goes.
    WHOLE = "select s.hook, s.body, s.state, h.address, h.secret, h.old_secret, h.old_until, h.state from hook_sending s \
             join hook h on h.id = s.hook where s.id = $1 and h.ended_at is null";
    /// It waits until the web hook goes on.
    WAITS = "update hook_sending set state = 'held' where id = $1";
    /// How a try went.
    TRIED = "update hook_sending set state = $2, tries = tries + 1, status = $3, millis = $4, answer = $5, problem = $6, \
             tried_at = $7 where id = $1";
    /// The address takes messages.
    WELL = "update hook set failing_since = null where id = $1 and failing_since is not null";
    /// It does not.
    ILL = "update hook set failing_since = coalesce(failing_since, $2) where id = $1";
    /// The message is given up.
    GIVEN_UP = "update hook_sending set state = $2, problem = $3 where id = $1 returning hook";
    /// Since when an address that is on takes nothing.
    FAILING = "select failing_since, organisation from hook where id = $1 and state = 'on' and ended_at is null /*for update*/";
    /// It is called no more.
    OFF = "update hook set state = 'off', problem = $2 where id = $1";
    /// Who is told.
    READERS = "select shown_name, email, language, id from person where organisation = $1 and active = 1 and email is not null \
               and (' ' || roles || ' ' like '% client %' or ' ' || roles || ' ' like '% operator %') order by id limit 50";
}

/// The kind of job that sends a message.
pub(super) const JOB: &str = "hook";
/// How often a message is tried: with growing waits, for about a day.
pub const TRIES: i64 = 33;
/// An address that takes nothing for so long is called no more.
pub const OFF_AFTER: Span = Span::minutes(3 * 24 * 60);

/// A message as it is kept.
struct Whole {
    hook: Id<kind::Hook>,
    body: String,
    state: SendingState,
    address: String,
    secrets: Vec<Secret>,
    hook_state: HookState,
}

fn whole(read: &mut Read<'_>, id: Id<kind::Sending>, now: Moment) -> Result<Option<Whole>, DbError> {
    read.query_opt(&WHOLE, params![id.param()], |row| {
        let old = row.moment_opt(6)?.filter(|until| *until > now);
        let old = if old.is_some() { row.get::<Option<String>>(5)? } else { None };
        let secrets = [Some(row.get::<String>(4)?), old].into_iter().flatten().map(Secret::kept).collect();
        Ok(Whole {
            hook: row.id(0)?,
            body: row.get(1)?,
            state: row.word(2)?,
            address: row.get(3)?,
            secrets,
            hook_state: row.word(7)?,
        })
    })
}

/// Sends messages.
#[derive(Debug, Clone)]
pub struct Messenger {
    reach: Reach,
    site: Site,
    clock: fn() -> Moment,
}

impl Messenger {
    /// As far as this.
    pub fn new(reach: Reach, site: Site) -> Self {
        Self { reach, site, clock: turn::now }
    }

    /// The same by another clock.
    #[must_use]
    pub fn by_clock(mut self, clock: fn() -> Moment) -> Self {
        self.clock = clock;
        self
    }

    /// Calls the address of a message.
    fn call(&self, work: &Work, (id, whole): (Id<kind::Sending>, &Whole), now: Moment) -> Called {
        let address = match Address::parse(&whole.address, self.reach) {
            Ok(address) => address,
            Err(error) => return (Err(error.to_string()), 0),
        };
        let seconds = now.micros().div_euclid(1_000_000);
        let id = id.to_string();
        let signature = signature(&whole.secrets, &id, seconds, &whole.body);
        let message = Message { id, seconds, signature, body: whole.body.clone() };
        work.wait(call(&address, self.reach, &message))
    }

    /// Calls an address no more, and tells its owners.
    fn switch_off(
        &self,
        tx: &mut Tx<'_>,
        hook: Id<kind::Hook>,
        why: &str,
        turn: &Turn,
    ) -> Result<(), DbError> {
        let found = tx.query_opt(&FAILING, params![hook.param()], |row| {
            Ok((row.moment_opt(0)?, row.id::<kind::Organisation>(1)?))
        })?;
        let Some((_, organisation)) = found else { return Ok(()) };
        tx.execute(&OFF, params![hook.param(), why])?;
        let readers: Vec<(String, String, String, Id<kind::Person>)> =
            tx.query_all(&READERS, params![organisation.param()], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.id(3)?))
            })?;
        for (name, email, language, person) in readers {
            let letter = Letter::hook_off((&email, &language), (&name, &hook.to_string()), &self.site);
            mail::post(tx, &letter.about(person), turn)?;
        }
        journal::note(tx, turn, &Entry::about("hook.off", hook).in_organisation(organisation))
    }
}

/// What was wrong with an answer; nothing when it took the message.
fn refusal(answer: &Result<Answer, String>) -> Option<String> {
    match answer {
        Err(why) => Some(why.clone()),
        Ok(Answer { status: 200..=299, .. }) => None,
        Ok(Answer { status: status @ 300..=399, .. }) => {
            Some(format!("it answered {status}: where an answer points is not followed"))
        }
        Ok(Answer { status, .. }) => Some(format!("it answered {status}")),
    }
}

/// Writes down how a try went.
fn tried(
    tx: &mut Tx<'_>,
    (id, hook): (Id<kind::Sending>, Id<kind::Hook>),
    (answer, millis): &Called,
    now: Moment,
) -> Result<(), DbError> {
    let problem = refusal(answer);
    let state = if problem.is_none() { SendingState::Sent } else { SendingState::Waiting };
    let (status, text) = match answer {
        Ok(answer) => (Some(i64::from(answer.status)), Some(answer.text.as_str())),
        Err(_) => (None, None),
    };
    let problem = problem.map(|problem| problem.replace('\0', "\u{fffd}"));
    let values = params![id.param(), state.word(), status, *millis, text, problem.as_deref(), now.param()];
    tx.execute(&TRIED, values)?;
    match problem {
        None => tx.execute(&WELL, params![hook.param()])?,
        Some(_) => tx.execute(&ILL, params![hook.param(), now.param()])?,
    };
    Ok(())
}

impl Handler for Messenger {
    fn kind(&self) -> &'static str {
        JOB
    }

    fn run(&self, work: &Work) -> Result<(), Trouble> {
        let id: Id<kind::Sending> = Id::from_bytes(work.held.subject);
        let now = (self.clock)();
        let Some(message) = work.db.read_blocking(move |read| whole(read, id, now))? else { return Ok(()) };
        if message.state != SendingState::Waiting {
            return Ok(());
        }
        if message.hook_state != HookState::On {
            return work
                .db
                .write_blocking(move |tx| Ok(tx.execute(&WAITS, params![id.param()]).map(drop)?));
        }
        work.check()?;
        let called = self.call(work, (id, &message), now);
        let (job, hook, answered) = (work.clone(), message.hook, called.clone());
        work.db.write_blocking(move |tx| -> Result<(), Trouble> {
            job.fence(tx, &Turn::now())?;
            Ok(tried(tx, (id, hook), &answered, now)?)
        })?;
        match (refusal(&called.0), &called.0) {
            (None, _) => Ok(()),
            // The receiver wants no more messages (Standard Webhooks, "Gone").
            (Some(why), Ok(Answer { status: 410, .. })) => {
                let (desk, told) = (self.clone(), why.clone());
                let turn = Turn::new(now, u128::from_le_bytes(random()));
                work.db.write_blocking(move |tx| desk.switch_off(tx, hook, &told, &turn))?;
                Err(Trouble::Final(why))
            }
            (Some(why), _) => Err(Trouble::Passing(why)),
        }
    }

    fn given_up(&self, tx: &mut Tx<'_>, held: &Held, why: &str, _: &Turn) -> Result<(), DbError> {
        let id: Id<kind::Sending> = Id::from_bytes(held.subject);
        let failed = SendingState::Failed.word();
        let hook =
            tx.query_opt(&GIVEN_UP, params![id.param(), failed, why], |row| row.id::<kind::Hook>(0))?;
        let Some(hook) = hook else { return Ok(()) };
        let since = tx.query_opt(&FAILING, params![hook.param()], |row| row.moment_opt(0))?.flatten();
        let now = (self.clock)();
        if since.is_some_and(|since| now.since(since) >= OFF_AFTER) {
            let turn = Turn::new(now, u128::from_le_bytes(random()));
            self.switch_off(tx, hook, why, &turn)?;
        }
        Ok(())
    }
}
