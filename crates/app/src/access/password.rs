//! E-mail and password: for staff and clients, on computers of their own.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Moment, kind};

use super::SignInError;
use super::limit::{self, Aim, Attempt, LimitError, TooManyTries};
use super::recover;
use super::second::{self, Entered};
use super::secret::{SecretHash, TokenHash};
use super::session;
use crate::journal::{self, Entry};
use crate::mail::Site;
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// The hash to compare with.
    BY_EMAIL = "select id, password_hash from person where email = $1 and active = 1 and password_hash is not null";
    /// The same for somebody who is signed in.
    BY_PERSON = "select password_hash from person where id = $1 and active = 1";
    /// Where to write that the password changed.
    ADDRESS = "select email, language, shown_name from person where id = $1 and email is not null";
    /// A new password.
    SET = "update person set password_hash = $2 where id = $1 and active = 1";
}

/// An e-mail address as it is stored and looked for: without blanks around it, in small letters.
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// A counted try to sign in, waiting for the password.
#[derive(Debug, Clone)]
pub struct Challenge {
    attempt: Attempt,
    found: Option<(Id<kind::Person>, SecretHash)>,
}

/// A password that was right a moment ago.
#[derive(Debug, Clone)]
pub struct Proven {
    attempt: Attempt,
    person: Id<kind::Person>,
    hash: SecretHash,
}

/// Counts the try and finds what to compare with. `address` is where the request came from.
///
/// # Errors
/// See [`SignInError`].
pub fn begin(tx: &mut Tx<'_>, email: &str, address: &str, now: Moment) -> Result<Challenge, SignInError> {
    let email = normal_email(email);
    let aims = vec![Aim::Address(address.to_owned()), Aim::Email(email.clone())];
    let attempt = limit::attempt(tx, aims, now)?;
    let found =
        tx.query_opt(&BY_EMAIL, params![email], |row| Ok((row.id(0)?, SecretHash::stored(row.get(1)?))))?;
    Ok(Challenge { attempt, found })
}

impl Challenge {
    /// Compares. Slow, and as slow for an address that nobody has.
    ///
    /// # Errors
    /// [`SignInError::Wrong`].
    pub fn answer(self, password: &str) -> Result<Proven, SignInError> {
        let (person, hash) = match self.found {
            Some((person, hash)) => (Some(person), hash),
            None => (None, SecretHash::of_nobodys_password()),
        };
        match (hash.matches(password), person) {
            (true, Some(person)) => Ok(Proven { attempt: self.attempt, person, hash }),
            _ => Err(SignInError::Wrong),
        }
    }
}

/// Opens the session, or asks for a code where there is a second factor. `agent` is what the browser says of itself.
///
/// # Errors
/// [`SignInError::Wrong`] when the password was changed or the person put out meanwhile.
pub fn finish(tx: &mut Tx<'_>, proven: &Proven, agent: &str, turn: &Turn) -> Result<Entered, SignInError> {
    let person = proven.spend(tx)?;
    Ok(second::enter(tx, person, agent, turn)?)
}

impl Proven {
    /// Whose password it was, if it still is; forgives the try.
    pub(super) fn spend(&self, tx: &mut Tx<'_>) -> Result<Id<kind::Person>, SignInError> {
        still_so(tx, self)?;
        self.attempt.forgive(tx)?;
        Ok(self.person)
    }
}

fn still_so(read: &mut Read<'_>, proven: &Proven) -> Result<(), SignInError> {
    let now =
        read.query_opt(&BY_PERSON, params![proven.person.param()], |row| row.get::<Option<String>>(0))?;
    match now.flatten() {
        Some(hash) if hash == proven.hash.text() => Ok(()),
        _ => Err(SignInError::Wrong),
    }
}

/// Why a password was not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The old password is wrong.
    #[error("the old password is not right")]
    WrongOld,
    /// Too many tries lately.
    #[error(transparent)]
    TooMany(#[from] TooManyTries),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<SignInError> for ChangeError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::TooMany(error) => Self::TooMany(error),
            SignInError::Db(error) => Self::Db(error),
            SignInError::Wrong | SignInError::NoPin | SignInError::NotEnrolled => Self::WrongOld,
        }
    }
}

/// Counts a try to change one's own password; [`Challenge::answer`] takes the old one.
///
/// # Errors
/// See [`ChangeError`].
pub fn begin_change(tx: &mut Tx<'_>, actor: &Actor, now: Moment) -> Result<Challenge, ChangeError> {
    let attempt =
        limit::attempt(tx, vec![Aim::Email(actor.person.to_string())], now).map_err(|error| match error {
            LimitError::TooMany(error) => ChangeError::TooMany(error),
            LimitError::Db(error) => ChangeError::Db(error),
        })?;
    let hash = tx.query_opt(&BY_PERSON, params![actor.person.param()], |row| row.get::<Option<String>>(0))?;
    let found = hash.flatten().map(|hash| (actor.person, SecretHash::stored(hash)));
    Ok(Challenge { attempt, found })
}

/// Sets the new password and ends all other sessions; `kept` is the one that asks. A letter says so.
///
/// # Errors
/// See [`ChangeError`].
pub fn change(
    tx: &mut Tx<'_>,
    proven: &Proven,
    new: &SecretHash,
    kept: Option<TokenHash>,
    (site, turn): (&Site, &Turn),
) -> Result<(), ChangeError> {
    proven.spend(tx)?;
    set(tx, proven.person, new)?;
    session::end_others_of(tx, proven.person, kept)?;
    let address = tx.query_opt(&ADDRESS, params![proven.person.param()], |row| {
        Ok((row.get::<String>(0)?, row.get::<String>(1)?, row.get::<String>(2)?))
    })?;
    if let Some((email, language, name)) = address {
        recover::tell_changed(tx, (&email, &language), (proven.person, &name), site, turn)?;
    }
    Ok(journal::note(tx, turn, &Entry::about("password.changed", proven.person).by(proven.person))?)
}

/// Sets a password, and ends the links of letters that would set another one.
pub(super) fn set(tx: &mut Tx<'_>, person: Id<kind::Person>, new: &SecretHash) -> Result<(), DbError> {
    tx.execute(&SET, params![person.param(), new.text()])?;
    recover::clear(tx, person)
}
