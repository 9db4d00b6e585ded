//! Between the password and the code: a short-lived record on the server, not something that a browser could make up.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::{Id, Moment, Span, kind};

use super::{SecondError, Taken, Tried, is_on, take, tell};
use crate::access::limit::{self, Aim};
use crate::access::secret::{Token, TokenHash};
use crate::access::session::{self, NewSession};
use crate::journal::{self, Entry};
use crate::mail::{SecondFactorNews, Site};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// The password was right.
    ADD = "insert into half_session (token_hash, person, agent, until_at) values ($1, $2, $3, $4)";
    /// Whose, if it still counts.
    WHOSE = "select h.person, h.agent from half_session h join person p on p.id = h.person \
             where h.token_hash = $1 and h.until_at > $2 and p.active = 1";
    /// Takes it; only one request can.
    TAKE = "delete from half_session where token_hash = $1";
    /// Those of a person are over.
    FORGET = "delete from half_session where person = $1";
    /// Deletes what is over.
    SWEEP = "delete from half_session where until_at < $1";
}

/// So long may somebody look for the phone.
const COUNTS: Span = Span::minutes(10);

/// What a right password opened.
#[derive(Debug)]
pub enum Entered {
    /// A session: there is no second factor.
    In(NewSession),
    /// The question for a code.
    Half(Half),
}

impl Entered {
    /// The session, where no code is asked for.
    pub fn session(self) -> Option<NewSession> {
        match self {
            Self::In(session) => Some(session),
            Self::Half(_) => None,
        }
    }
}

/// Somebody whose code is awaited.
#[derive(Debug)]
pub struct Half {
    /// Whose.
    pub person: Id<kind::Person>,
    /// For the cookie; it opens nothing but the question.
    pub token: Token,
}

/// Opens a session, or asks for a code first.
pub(crate) fn enter(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
    agent: &str,
    turn: &Turn,
) -> Result<Entered, DbError> {
    if !is_on(tx, person)? {
        return session::open(tx, person, None, agent, turn).map(Entered::In);
    }
    let (token, until) = (Token::fresh(""), turn.at + COUNTS);
    let agent = session::shortened(agent);
    tx.execute(&ADD, params![token.hash().param(), person.param(), agent, until.param()])?;
    Ok(Entered::Half(Half { person, token }))
}

fn whose(
    read: &mut Read<'_>,
    half: TokenHash,
    now: Moment,
) -> Result<Option<(Id<kind::Person>, String)>, DbError> {
    read.query_opt(&WHOSE, params![half.param(), now.param()], |row| Ok((row.id(0)?, row.get(1)?)))
}

/// Counts a try to give the code. Commit it before [`finish`]. `address` is where the request came from.
///
/// # Errors
/// [`SecondError::Over`], [`SecondError::TooMany`], [`SecondError::Db`].
pub fn begin(tx: &mut Tx<'_>, half: TokenHash, address: &str, now: Moment) -> Result<Tried, SecondError> {
    let (person, _) = whose(tx, half, now)?.ok_or(SecondError::Over)?;
    let aims = vec![Aim::Address(address.to_owned()), Aim::Code(person)];
    Ok(Tried { attempt: limit::attempt(tx, aims, now)?, person })
}

/// Takes the code and opens the session. A recovery code is told by letter.
///
/// # Errors
/// See [`SecondError`].
pub fn finish(
    tx: &mut Tx<'_>,
    (half, tried): (TokenHash, &Tried),
    code: &str,
    (site, turn): (&Site, &Turn),
) -> Result<NewSession, SecondError> {
    let (person, agent) = whose(tx, half, turn.at)?.ok_or(SecondError::Over)?;
    if person != tried.person {
        return Err(SecondError::Over);
    }
    let taken = match take(tx, tried, code, turn.at) {
        // It was turned off or reset meanwhile: then the whole way in is walked once more.
        Err(SecondError::NotOn) => return Err(SecondError::Over),
        taken => taken?,
    };
    if tx.execute(&TAKE, params![half.param()])? == 0 {
        return Err(SecondError::Over);
    }
    if let Taken::Recovery(left) = taken {
        tell(tx, person, SecondFactorNews::Recovered { left }, (site, turn))?;
        journal::note(tx, turn, &Entry::about("second_factor.recovered", person).by(person))?;
    }
    Ok(session::open(tx, person, None, &agent, turn)?)
}

/// Nobody comes in any more with what was begun before: the password changed, or the person was put out.
pub(crate) fn forget_halves(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<(), DbError> {
    tx.execute(&FORGET, params![person.param()]).map(drop)
}

/// Deletes what is over; how many rows those were.
///
/// # Errors
/// The database's.
pub fn sweep(tx: &mut Tx<'_>, now: Moment) -> Result<u64, DbError> {
    tx.execute(&SWEEP, params![now.param()])
}
