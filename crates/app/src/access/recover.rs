//! A forgotten password: a letter with a link that is good once, within the hour.
//!
//! Whether an address belongs to anybody is told to nobody: the answer is the same, and so are the limits.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::{Id, Moment, Span, kind};

use super::limit::{self, Aim, LimitError};
use super::password::{self, normal_email};
use super::secret::{SecretHash, Token, TokenHash};
use super::session;
use crate::journal::{self, Entry};
use crate::mail::{self, Letter, Link, Site};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// Whose address it is, if they sign in with a password.
    BY_EMAIL = "select id, shown_name, language from person where email = $1 and active = 1 and password_hash is not null";
    /// A link that opens once.
    ADD = "insert into password_reset (token_hash, person, made_at, until_at) values ($1, $2, $3, $4)";
    /// Whom a link is for, if it still counts.
    BY_TOKEN = "select p.id, p.shown_name, p.email, p.language from password_reset r join person p on p.id = r.person \
                where r.token_hash = $1 and r.until_at > $2 and p.active = 1 and p.email is not null";
    /// The links of a person are over.
    CLEAR = "delete from password_reset where person = $1";
    /// Takes one link in; only one request can.
    TAKE = "delete from password_reset where token_hash = $1";
    /// Links that no longer count.
    SWEEP = "delete from password_reset where until_at < $1";
}

/// How long a link counts.
const COUNTS: Span = Span::minutes(60);

/// Somebody who may choose a new password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forgetful {
    /// Who.
    pub person: Id<kind::Person>,
    /// Their name, for the page.
    pub shown_name: String,
    /// Their address, so that a browser can keep the password with it.
    pub email: String,
    language: String,
}

/// Why no new password was set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecoverError {
    /// Unknown, used or too old; which one is not told.
    #[error("this link does not count any more: ask for a new letter")]
    Over,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Counts the try and, if the address belongs to somebody with a password, writes to them. The answer is the same.
///
/// # Errors
/// See [`LimitError`].
pub fn ask(
    tx: &mut Tx<'_>,
    (email, address): (&str, &str),
    site: &Site,
    turn: &Turn,
) -> Result<(), LimitError> {
    let email = normal_email(email);
    let aims = vec![Aim::Address(format!("{address} forgotten")), Aim::Forgotten(email.clone())];
    let _counted = limit::attempt(tx, aims, turn.at)?;
    let found = tx.query_opt(&BY_EMAIL, params![email.as_str()], |row| {
        Ok((row.id::<kind::Person>(0)?, row.get::<String>(1)?, row.get::<String>(2)?))
    })?;
    let Some((person, name, language)) = found else { return Ok(()) };
    let (token, until) = (Token::fresh(""), turn.at + COUNTS);
    tx.execute(&ADD, params![token.hash().param(), person.param(), turn.at.param(), until.param()])?;
    let link = Link { address: format!("{}/forgotten/new?key={}", site.address, token.text()), until };
    let letter = Letter::forgotten((&email, &language), &name, site, link).about(person);
    mail::post(tx, &letter, turn)?;
    Ok(journal::note(tx, turn, &Entry::about("password.forgotten", person))?)
}

/// Who may choose a new password with this link.
///
/// # Errors
/// The database's.
pub fn look(read: &mut Read<'_>, token: TokenHash, now: Moment) -> Result<Option<Forgetful>, DbError> {
    read.query_opt(&BY_TOKEN, params![token.param(), now.param()], |row| {
        Ok(Forgetful {
            person: row.id(0)?,
            shown_name: row.get(1)?,
            email: row.get(2)?,
            language: row.get(3)?,
        })
    })
}

/// Sets the new password. All sessions end, all links are over, and a letter says so.
///
/// # Errors
/// See [`RecoverError`].
pub fn choose(
    tx: &mut Tx<'_>,
    token: TokenHash,
    new: &SecretHash,
    site: &Site,
    turn: &Turn,
) -> Result<(), RecoverError> {
    let found = look(tx, token, turn.at)?.ok_or(RecoverError::Over)?;
    // Of two requests with one link, the second finds nothing to take.
    if tx.execute(&TAKE, params![token.param()])? == 0 {
        return Err(RecoverError::Over);
    }
    password::set(tx, found.person, new)?;
    session::end_all_of(tx, found.person)?;
    limit::clear(tx, &Aim::Email(found.email.clone()))?;
    tell_changed(tx, (&found.email, &found.language), (found.person, &found.shown_name), site, turn)?;
    Ok(journal::note(tx, turn, &Entry::about("password.recovered", found.person).by(found.person))?)
}

/// Writes to somebody that their password is another one now.
pub(super) fn tell_changed(
    tx: &mut Tx<'_>,
    to: (&str, &str),
    (person, name): (Id<kind::Person>, &str),
    site: &Site,
    turn: &Turn,
) -> Result<(), DbError> {
    mail::post(tx, &Letter::password_changed(to, name, site).about(person), turn).map(drop)
}

/// Ends the links of a person: for whoever gets a password otherwise.
pub(crate) fn clear(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<(), DbError> {
    tx.execute(&CLEAR, params![person.param()]).map(drop)
}

/// Deletes links that no longer count; how many those were.
///
/// # Errors
/// The database's.
pub fn sweep(tx: &mut Tx<'_>, now: Moment) -> Result<u64, DbError> {
    tx.execute(&SWEEP, params![now.param()])
}
