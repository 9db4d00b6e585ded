//! Limits on tries, kept in the database so that they hold across all nodes and restarts.
//!
//! Each try is counted against what it aims at before anybody looks whether it is right. The first few
//! cost nothing; then each one must wait, longer each time. A success takes its own count back.

use kazi_db::{DbError, Tx, params};
use kazi_domain::{Id, Moment, Span, kind};

use crate::rows::{Columns, Param};

kazi_db::statements! {
    /// A row to hold, so that the very first tries are counted one after the other too.
    BEGIN = "insert into attempt (aim, failures, since) values ($1, 0, $2) on conflict (aim) do nothing";
    /// What was tried lately; the row is held so that tries at once are counted one after the other.
    TRIED = "select failures, since from attempt where aim = $1 /*for update*/";
    /// Counts a try.
    COUNT = "update attempt set failures = $2, since = $3 where aim = $1";
    /// Forgets the tries at one aim.
    CLEAR = "delete from attempt where aim = $1";
    /// Takes one count back.
    TAKE_BACK = "update attempt set failures = failures - 1 where aim = $1 and failures > 0";
    /// Forgets old tries.
    SWEEP = "delete from attempt where since < $1";
}

/// What a try aims at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Aim {
    /// A password for this e-mail address, whether anybody has it or not.
    Email(String),
    /// A new password for this e-mail address, whether anybody has it or not.
    Forgotten(String),
    /// The PIN of a person.
    Pin(Id<kind::Person>),
    /// The code of a person's second factor.
    Code(Id<kind::Person>),
    /// Any PIN, from this computer.
    Device(Id<kind::Device>),
    /// An enquiry from this address of the network.
    Enquiry(String),
    /// Anything, from this address of the network. Many people may stand behind one.
    Address(String),
}

/// How many tries are free, how long the first wait is and how long the longest.
struct Rule {
    free: i64,
    first: Span,
    longest: Span,
}

const MINUTE: Span = Span::minutes(1);
/// After this long without a try, all are forgotten.
const FORGOTTEN_AFTER: Span = Span::minutes(24 * 60);

impl Aim {
    fn word(&self) -> String {
        match self {
            Self::Email(address) => format!("email {}", address.to_lowercase()),
            Self::Forgotten(address) => format!("forgotten {}", address.to_lowercase()),
            Self::Pin(person) => format!("pin {person}"),
            Self::Code(person) => format!("code {person}"),
            Self::Device(device) => format!("device {device}"),
            Self::Enquiry(address) => format!("enquiry {address}"),
            Self::Address(address) => format!("address {address}"),
        }
    }

    fn rule(&self) -> Rule {
        match self {
            Self::Email(_) | Self::Code(_) => {
                Rule { free: 5, first: Span::seconds(30), longest: Span::minutes(15) }
            }
            // Each one is a letter in somebody's box.
            Self::Forgotten(_) => Rule { free: 3, first: Span::minutes(15), longest: Span::minutes(4 * 60) },
            Self::Pin(_) => Rule { free: 5, first: MINUTE, longest: Span::minutes(30) },
            Self::Device(_) => Rule { free: 20, first: MINUTE, longest: Span::minutes(10) },
            // Each one is a letter in the operator's box.
            Self::Enquiry(_) => Rule { free: 5, first: Span::minutes(5), longest: Span::minutes(4 * 60) },
            Self::Address(_) => Rule { free: 60, first: Span::seconds(10), longest: Span::minutes(10) },
        }
    }

    /// Where others share the aim, one's success says nothing of their tries.
    fn is_shared(&self) -> bool {
        matches!(self, Self::Device(_) | Self::Enquiry(_) | Self::Address(_))
    }
}

impl Rule {
    /// How long to wait after this many failures: nothing, then doubling up to the longest.
    fn wait(&self, failures: i64) -> Span {
        let over = failures - self.free;
        if over < 0 {
            return Span::ZERO;
        }
        let doublings = u32::try_from(over).unwrap_or(u32::MAX).min(20);
        Span::from_micros(self.first.micros().saturating_mul(1 << doublings).min(self.longest.micros()))
    }
}

/// Too many tries lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many tries: wait {} or ask your team leader", in_words(*.wait))]
pub struct TooManyTries {
    /// How long until the next try.
    pub wait: Span,
}

/// `2 minutes`, rounded up, so that who waits that long need not wait again.
fn in_words(wait: Span) -> String {
    let seconds = wait.micros().div_euclid(1_000_000) + i64::from(wait.micros() % 1_000_000 != 0);
    let minutes = seconds.div_euclid(60) + i64::from(seconds % 60 != 0);
    match (seconds, minutes) {
        (..=1, _) => "1 second".to_owned(),
        (2..=59, _) => format!("{seconds} seconds"),
        (_, 1) => "1 minute".to_owned(),
        _ => format!("{minutes} minutes"),
    }
}

/// A try that was counted. Whoever judges the try must hold one; [`Attempt::forgive`] is for success.
#[derive(Debug, Clone)]
#[must_use]
pub struct Attempt(Vec<Aim>);

/// Why a try is not let in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// Too many lately.
    #[error(transparent)]
    TooMany(#[from] TooManyTries),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<LimitError> for super::SignInError {
    fn from(error: LimitError) -> Self {
        match error {
            LimitError::TooMany(error) => Self::TooMany(error),
            LimitError::Db(error) => Self::Db(error),
        }
    }
}

/// Counts a try at these aims, or says how long to wait. Commit it before judging the try.
///
/// # Errors
/// See [`LimitError`]; then nothing is counted, so that waiting patiently is never punished.
pub fn attempt(tx: &mut Tx<'_>, aims: Vec<Aim>, now: Moment) -> Result<Attempt, LimitError> {
    for aim in &aims {
        let word = aim.word();
        tx.execute(&BEGIN, params![word.as_str(), now.param()])?;
        let (failures, since) =
            tx.query_one(&TRIED, params![word.as_str()], |row| Ok((row.get::<i64>(0)?, row.moment(1)?)))?;
        let failures = if now.since(since) < FORGOTTEN_AFTER { failures } else { 0 };
        let until = since + aim.rule().wait(failures);
        if until > now {
            return Err(TooManyTries { wait: until.since(now) }.into());
        }
        tx.execute(&COUNT, params![word.as_str(), failures + 1, now.param()])?;
    }
    Ok(Attempt(aims))
}

impl Attempt {
    /// Takes the count back after a success.
    ///
    /// # Errors
    /// The database's.
    pub fn forgive(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        for aim in &self.0 {
            let statement = if aim.is_shared() { &TAKE_BACK } else { &CLEAR };
            tx.execute(statement, params![aim.word()])?;
        }
        Ok(())
    }
}

/// Forgets all tries at an aim: for a team leader who helps.
///
/// # Errors
/// The database's.
pub(crate) fn clear(tx: &mut Tx<'_>, aim: &Aim) -> Result<(), DbError> {
    tx.execute(&CLEAR, params![aim.word()])?;
    Ok(())
}

/// Deletes what is forgotten anyway; how many rows those were.
///
/// # Errors
/// The database's.
pub fn sweep(tx: &mut Tx<'_>, now: Moment) -> Result<u64, DbError> {
    tx.execute(&SWEEP, params![(now - FORGOTTEN_AFTER).param()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_stop_growing() {
        let rule = Aim::Email("a@b".to_owned()).rule();
        let seconds: Vec<i64> = (4..14).map(|n| rule.wait(n).micros() / 1_000_000).collect();
        assert_eq!(seconds, [0, 30, 60, 120, 240, 480, 900, 900, 900, 900]);
        assert_eq!(rule.wait(i64::MAX), Span::minutes(15));
    }

    #[test]
    fn the_wait_is_told_in_words() {
        let words = |wait| TooManyTries { wait }.to_string();
        assert_eq!(words(Span::seconds(120)), "too many tries: wait 2 minutes or ask your team leader");
        assert_eq!(words(Span::millis(61_200)), "too many tries: wait 2 minutes or ask your team leader");
        assert_eq!(words(Span::seconds(59)), "too many tries: wait 59 seconds or ask your team leader");
        assert_eq!(words(Span::millis(3)), "too many tries: wait 1 second or ask your team leader");
    }
}
