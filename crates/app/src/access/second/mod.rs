//! The second factor of who signs in with a password: a code from an app (RFC 6238), or one of ten on paper.
//!
//! A code is good once, whatever else is right about it: the half minute that it belongs to is moved forward in the
//! same statement that takes it. Tries are counted before they are judged, in a transaction of their own
//! ([`super::limit`]).

mod code;
mod door;
mod own;
mod rule;

pub use code::{RECOVERY_CODES, RecoveryCodes};
pub use door::{Entered, Half, begin, finish, sweep};
pub(crate) use door::{enter, forget_halves};
pub use own::{Begun, Standing, begin_setting_up, begun, confirm, renew, standing, turn_off};
pub use rule::{demand, may_demand, may_reset, reset, reset_at_shell};

use kazi_db::{DbError, Read, Sql, Tx, params};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Moment, kind};

use super::SignInError;
use super::limit::{self, Aim, Attempt, LimitError, TooManyTries};
use super::password::ChangeError;
use crate::mail::{self, Letter, SecondFactorNews, Site};
use crate::rows::Param;
use crate::turn::Turn;
use code::{Given, Shared};

kazi_db::statements! {
    /// The secret of a person.
    SECRET = "select secret from second_factor where person = $1";
    /// Takes a code of the app; only one request can.
    TAKE_STEP = "update second_factor set step = $2 where person = $1 and step < $2";
    /// Takes a recovery code; only one request can.
    TAKE_RECOVERY = "update recovery_code set used_at = $3 where hash = $1 and person = $2 and used_at is null";
    /// How many recovery codes are left.
    LEFT = "select count(*) from recovery_code where person = $1 and used_at is null";
    /// Forgets the app.
    DROP = "delete from second_factor where person = $1";
    /// Forgets what was shown and not confirmed.
    DROP_BEGUN = "delete from second_factor_begun where person = $1";
    /// Forgets the recovery codes.
    DROP_RECOVERY = "delete from recovery_code where person = $1";
    /// Where to write what happened.
    ADDRESS = "select email, language, shown_name from person where id = $1 and email is not null";
}

/// Why something about a second factor was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecondError {
    /// The code is wrong, or was used before; which one is not told.
    #[error("this code does not fit, or was used before: wait for the next one, then try again")]
    WrongCode,
    /// The password is wrong.
    #[error("the password is not right")]
    WrongPassword,
    /// Too much time went by since the step before.
    #[error("that took too long: begin again")]
    Over,
    /// There is none to use or to turn off.
    #[error("there is no second factor")]
    NotOn,
    /// The organisation asks for it.
    #[error("your organisation asks for a second factor: set up another app instead of turning it off")]
    Demanded,
    /// One's own is turned off on one's own page, with a code.
    #[error("turn your own second factor off on the page of your account")]
    Yourself,
    /// Nobody and nothing here with this id.
    #[error("there is no such person or organisation")]
    NotThere,
    /// Too many tries lately.
    #[error(transparent)]
    TooMany(#[from] TooManyTries),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<LimitError> for SecondError {
    fn from(error: LimitError) -> Self {
        match error {
            LimitError::TooMany(error) => Self::TooMany(error),
            LimitError::Db(error) => Self::Db(error),
        }
    }
}

impl From<ChangeError> for SecondError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::WrongOld => Self::WrongPassword,
            ChangeError::TooMany(error) => Self::TooMany(error),
            ChangeError::Db(error) => Self::Db(error),
        }
    }
}

impl From<SignInError> for SecondError {
    fn from(error: SignInError) -> Self {
        ChangeError::from(error).into()
    }
}

/// A counted try to give a code.
#[derive(Debug, Clone)]
pub struct Tried {
    attempt: Attempt,
    person: Id<kind::Person>,
}

/// Counts a try of somebody who is signed in. Commit it before the code is judged.
///
/// # Errors
/// [`SecondError::TooMany`], [`SecondError::Db`].
pub fn count(tx: &mut Tx<'_>, actor: &Actor, now: Moment) -> Result<Tried, SecondError> {
    let attempt = limit::attempt(tx, vec![Aim::Code(actor.person)], now)?;
    Ok(Tried { attempt, person: actor.person })
}

/// Whether somebody has a second factor.
pub(crate) fn is_on(read: &mut Read<'_>, person: Id<kind::Person>) -> Result<bool, DbError> {
    Ok(secret_of(read, person)?.is_some())
}

fn secret_of(read: &mut Read<'_>, person: Id<kind::Person>) -> Result<Option<Shared>, DbError> {
    read.query_opt(&SECRET, params![person.param()], |row| Ok(Shared::stored(row.get(0)?)))
}

/// How a code was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    App,
    /// With this many left.
    Recovery(i64),
}

/// Takes a code that was given, so that it never counts again, and forgives the try.
fn take(tx: &mut Tx<'_>, tried: &Tried, text: &str, now: Moment) -> Result<Taken, SecondError> {
    let person = tried.person;
    let secret = secret_of(tx, person)?.ok_or(SecondError::NotOn)?;
    let taken = match Given::read(text) {
        Given::Digits(digits) => {
            let step = secret.step_of(&digits, now).ok_or(SecondError::WrongCode)?;
            (tx.execute(&TAKE_STEP, params![person.param(), step])? == 1).then_some(Taken::App)
        }
        Given::Recovery(hash) => {
            let took = tx.execute(&TAKE_RECOVERY, params![hash.param(), person.param(), now.param()])? == 1;
            if took { Some(Taken::Recovery(left(tx, person)?)) } else { None }
        }
    };
    let taken = taken.ok_or(SecondError::WrongCode)?;
    tried.attempt.forgive(tx)?;
    Ok(taken)
}

fn left(read: &mut Read<'_>, person: Id<kind::Person>) -> Result<i64, DbError> {
    read.query_one(&LEFT, params![person.param()], |row| row.get(0))
}

/// Forgets all that somebody had.
fn forget(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<bool, DbError> {
    let had = tx.execute(&DROP, params![person.param()])? > 0;
    tx.execute(&DROP_BEGUN, params![person.param()])?;
    tx.execute(&DROP_RECOVERY, params![person.param()])?;
    Ok(had)
}

/// Writes to somebody what happened, in case somebody else did it.
fn tell(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
    news: SecondFactorNews,
    (site, turn): (&Site, &Turn),
) -> Result<(), DbError> {
    let address = tx.query_opt(&ADDRESS, params![person.param()], |row| {
        Ok((row.get::<String>(0)?, row.get::<String>(1)?, row.get::<String>(2)?))
    })?;
    let Some((email, language, name)) = address else { return Ok(()) };
    let letter = Letter::second_factor((&email, &language), &name, news, site).about(person);
    mail::post(tx, &letter, turn).map(drop)
}

/// The code that the app of somebody with this secret shows at a moment.
#[cfg(any(test, feature = "testing"))]
pub fn code_of(secret: [u8; 20], at: Moment) -> String {
    Shared::stored(secret).code(at)
}

/// Every statement of this folder.
pub(super) const STATEMENTS: [&[&Sql]; 4] = [ALL, door::ALL, own::ALL, rule::ALL];
