//! A job's way through the table: enqueued, taken, kept alive, ended.

use kazi_db::{DbError, Row, Tx, params};
use kazi_domain::{Id, JobState, Moment, Span, kind};

use super::{Handlers, Trouble};
use crate::rows::{Columns, Param};
use crate::turn::{Turn, random};

kazi_db::statements! {
    /// A new job.
    ENQUEUE = "insert into job (id, kind, subject, body, state, run_at, tries, most_tries, done, parts, cancel, made_at) \
               values ($1, $2, $3, $4, 'waiting', $7, 0, $6, 0, 0, 0, $5)";
    /// Takes the job that has been due longest.
    TAKE = "update job set state = 'running', tries = tries + 1, holder = $2, held_until = $3, started_at = $1 \
            where id = (select id from job where state = 'waiting' and run_at <= $1 order by run_at limit 1 \
            /*for update skip locked*/) returning id, kind, subject, body, tries, most_tries, holder, cancel";
    /// Jobs whose holder has died.
    LOST = "select id, kind, subject, body, tries, most_tries, holder, cancel from job \
            where state = 'running' and held_until < $1 order by held_until limit 20 /*for update skip locked*/";
    /// Jobs that somebody holds, or held when the program was stopped.
    HELD = "select id, kind, subject, body, tries, most_tries, holder, cancel from job \
            where state = 'running' order by held_until limit 1000";
    /// The holder is alive, and has come so far.
    KEEP = "update job set held_until = $3, done = $4, parts = $5 \
            where id = $1 and holder = $2 and state = 'running' returning cancel";
    /// To be tried again.
    AGAIN = "update job set state = 'waiting', run_at = $3, problem = $4, tries = tries - cast($5 as bigint), \
             holder = null, held_until = null where id = $1 and holder = $2 and state = 'running'";
    /// Ended, well or not.
    END = "update job set state = $3, ended_at = $4, problem = $5, holder = null, held_until = null \
           where id = $1 and holder = $2 and state = 'running'";
}

/// How often a job is tried before it is given up: with the waits between, for about ten minutes.
const MOST_TRIES: i64 = 8;
/// How long a holder that gives no sign is believed to be alive.
pub(super) const HOLD: Span = Span::seconds(60);
/// How long a job waits after its first failure; twice as long after each further one.
const FIRST_WAIT: Span = Span::seconds(5);
/// The longest wait.
const LONGEST_WAIT: Span = Span::minutes(60);

/// A job in the hands of the one who does it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Which job.
    pub id: Id<kind::Job>,
    /// What to do.
    pub kind: String,
    /// What it is about: the sixteen bytes of an id.
    pub subject: [u8; 16],
    /// What else must be known, as the job's kind writes it.
    pub body: String,
    /// Which try this is, from 1.
    pub tries: i64,
    most_tries: i64,
    holder: [u8; 16],
    /// Whether somebody has called it off.
    pub cancel: bool,
}

impl Held {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            id: row.id(0)?,
            kind: row.get(1)?,
            subject: row.get(2)?,
            body: row.get(3)?,
            tries: row.get(4)?,
            most_tries: row.get(5)?,
            holder: row.get(6)?,
            cancel: row.get::<i64>(7)? != 0,
        })
    }
}

/// Puts a job on the list, in the transaction of its cause.
///
/// # Errors
/// The database's.
pub fn enqueue(
    tx: &mut Tx<'_>,
    kind: &str,
    subject: &[u8; 16],
    body: &str,
    turn: &Turn,
) -> Result<Id<kind::Job>, DbError> {
    enqueue_for(tx, (kind, MOST_TRIES), subject, body, turn)
}

/// The same for a job that is tried more or less often: for what leans on something that may be away for hours.
///
/// # Errors
/// The database's.
pub fn enqueue_for(
    tx: &mut Tx<'_>,
    (kind, most_tries): (&str, i64),
    subject: &[u8; 16],
    body: &str,
    turn: &Turn,
) -> Result<Id<kind::Job>, DbError> {
    enqueue_at(tx, (kind, most_tries), (subject, body), (turn.at, turn))
}

/// The same for a job that is not to be done before a moment.
///
/// # Errors
/// The database's.
pub fn enqueue_at(
    tx: &mut Tx<'_>,
    (kind, most_tries): (&str, i64),
    (subject, body): (&[u8; 16], &str),
    (due, turn): (Moment, &Turn),
) -> Result<Id<kind::Job>, DbError> {
    let id: Id<kind::Job> = turn.mint();
    let values = params![id.param(), kind, subject, body, turn.at.param(), most_tries, due.param()];
    tx.execute(&ENQUEUE, values)?;
    Ok(id)
}

/// Takes the next job that is due, after bringing back those whose holders have died.
///
/// # Errors
/// The database's.
pub fn take(tx: &mut Tx<'_>, handlers: &Handlers, turn: &Turn) -> Result<Option<Held>, DbError> {
    let lost = tx.query_all(&LOST, params![turn.at.param()], Held::from_row)?;
    bring_back(tx, handlers, lost, turn)?;
    let holder: [u8; 16] = random();
    tx.query_opt(&TAKE, params![turn.at.param(), &holder, (turn.at + HOLD).param()], Held::from_row)
}

/// Puts back what was being done when the program stopped without warning; how many jobs those were. For the
/// start of a program that shares its database with no other: nobody can be alive who holds a job. Should
/// somebody be all the same, the fence of [`keep`] stops them.
///
/// # Errors
/// The database's.
pub fn bring_all_back(tx: &mut Tx<'_>, handlers: &Handlers, turn: &Turn) -> Result<usize, DbError> {
    let held = tx.query_all(&HELD, &[], Held::from_row)?;
    let count = held.len();
    bring_back(tx, handlers, held, turn)?;
    Ok(count)
}

fn bring_back(tx: &mut Tx<'_>, handlers: &Handlers, lost: Vec<Held>, turn: &Turn) -> Result<(), DbError> {
    for lost in lost {
        let stopped = || Trouble::Passing("the program stopped while it did this".to_owned());
        let why = if lost.cancel { Trouble::Cancelled } else { stopped() };
        not_done(tx, handlers, &lost, &why, turn)?;
    }
    Ok(())
}

/// Says that the holder is alive and has done so many of so many parts; whether to go on. Inside a
/// transaction that writes on the job's behalf this is also the fence against a holder that was
/// believed dead: it fails for all but the one who holds the job now.
///
/// # Errors
/// [`Trouble::Lost`] when another holds the job, [`Trouble::Cancelled`] when it was called off.
pub fn keep(tx: &mut Tx<'_>, held: &Held, (done, parts): (i64, i64), turn: &Turn) -> Result<(), Trouble> {
    let until = turn.at + HOLD;
    let params = params![held.id.param(), &held.holder, until.param(), done, parts];
    match tx.query_opt(&KEEP, params, |row| row.get::<i64>(0))? {
        None => Err(Trouble::Lost),
        Some(0) => Ok(()),
        Some(_) => Err(Trouble::Cancelled),
    }
}

/// The job is done.
pub(super) fn done(tx: &mut Tx<'_>, held: &Held, turn: &Turn) -> Result<(), DbError> {
    end(tx, held, JobState::Done, None, turn)
}

/// The job was not done: it is tried again later, or given up, and then what it was about says so.
///
/// # Errors
/// The database's.
pub fn not_done(
    tx: &mut Tx<'_>,
    handlers: &Handlers,
    held: &Held,
    why: &Trouble,
    turn: &Turn,
) -> Result<(), DbError> {
    let again = |tx: &mut Tx<'_>, at: Moment, problem: Option<&str>, uncounted: i64| {
        let params = params![held.id.param(), &held.holder, at.param(), problem, uncounted];
        tx.execute(&AGAIN, params).map(drop)
    };
    let (state, why) = match why {
        Trouble::Lost => return Ok(()),
        // The try does not count: nothing was wrong with the job.
        Trouble::Stopping => return again(tx, turn.at, None, 1),
        Trouble::Passing(why) if held.tries < held.most_tries => {
            return again(tx, turn.at + wait_after(held.tries), Some(why), 0);
        }
        Trouble::Passing(why) | Trouble::Final(why) => (JobState::Failed, why.as_str()),
        Trouble::Cancelled => (JobState::Cancelled, "this was called off"),
    };
    if let Some(handler) = handlers.of(&held.kind) {
        handler.given_up(tx, held, why, turn)?;
    }
    end(tx, held, state, Some(why), turn)
}

fn end(tx: &mut Tx<'_>, held: &Held, state: JobState, why: Option<&str>, turn: &Turn) -> Result<(), DbError> {
    let params = params![held.id.param(), &held.holder, state.word(), turn.at.param(), why];
    tx.execute(&END, params).map(drop)
}

/// How long to wait after this many tries.
fn wait_after(tries: i64) -> Span {
    let doublings = u32::try_from(tries.clamp(1, 20) - 1).unwrap_or(0);
    let micros = FIRST_WAIT.micros().saturating_mul(1 << doublings);
    Span::from_micros(micros.min(LONGEST_WAIT.micros()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_doubles_the_wait_up_to_an_hour() {
        assert_eq!(wait_after(1), Span::seconds(5));
        assert_eq!(wait_after(4), Span::seconds(40));
        assert_eq!(wait_after(100), Span::minutes(60));
    }
}
