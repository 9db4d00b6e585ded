//! The other end of the letter: whoever opens the link is in.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::{Id, Moment, RoleSet, kind};

use crate::access::{NewSession, SecretHash, TokenHash, password::normal_email, session};
use crate::journal::{self, Entry};
use crate::network::people::{self, NewPerson, PersonError};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// What a link asks for, if it still counts.
    BY_TOKEN = "select i.id, i.organisation, i.centre, i.email, i.shown_name, i.language, i.roles, o.name, p.shown_name \
                from invitation i join organisation o on o.id = i.organisation join person p on p.id = i.made_by \
                where i.token_hash = $1 and i.until_at > $2 and i.taken_at is null and i.revoked_at is null";
    /// Takes it; only one request can.
    TAKE = "update invitation set taken_at = $2 where id = $1 and taken_at is null and revoked_at is null";
    /// Who came of it.
    TAKEN_BY = "update invitation set person = $2 where id = $1";
}

/// Why a link does not let in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AcceptError {
    /// Unknown, used, revoked or too old; which one is not told.
    #[error("this link does not count any more: ask whoever invited you to send the letter again")]
    Over,
    /// What is wrong with the person.
    #[error(transparent)]
    Person(#[from] PersonError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// What somebody who opens a link is asked to join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    id: Id<kind::Invitation>,
    place: (Id<kind::Organisation>, Option<Id<kind::Centre>>),
    roles: RoleSet,
    /// The address.
    pub email: String,
    /// The name that was guessed.
    pub shown_name: String,
    /// The language.
    pub language: String,
    /// For whom.
    pub organisation_name: String,
    /// Who asks.
    pub by: String,
}

/// What a link offers, if it still counts.
///
/// # Errors
/// The database's.
pub fn offered(read: &mut Read<'_>, token: TokenHash, now: Moment) -> Result<Option<Offer>, DbError> {
    read.query_opt(&BY_TOKEN, params![token.param(), now.param()], |row| {
        Ok(Offer {
            id: row.id(0)?,
            place: (row.id(1)?, row.id_opt(2)?),
            email: row.get(3)?,
            shown_name: row.get(4)?,
            language: row.get(5)?,
            roles: RoleSet::from_words(row.get(6)?),
            organisation_name: row.get(7)?,
            by: row.get(8)?,
        })
    })
}

/// Lets somebody in who has a link, and signs them in. `agent` is what the browser says of itself.
///
/// # Errors
/// See [`AcceptError`].
pub fn accept(
    tx: &mut Tx<'_>,
    token: TokenHash,
    (name, language, password): (&str, &str, &SecretHash),
    agent: &str,
    turn: &Turn,
) -> Result<NewSession, AcceptError> {
    let offer = offered(tx, token, turn.at)?.ok_or(AcceptError::Over)?;
    if tx.execute(&TAKE, params![offer.id.param(), turn.at.param()])? == 0 {
        return Err(AcceptError::Over);
    }
    let new = NewPerson {
        shown_name: name.to_owned(),
        email: Some(normal_email(&offer.email)),
        password: Some(password.clone()),
        pin: None,
        picture: String::new(),
        language: language.to_owned(),
        roles: offer.roles,
    };
    let person = people::insert(tx, offer.place, &new, turn)?;
    tx.execute(&TAKEN_BY, params![offer.id.param(), person.param()])?;
    journal::note(tx, turn, &Entry::about("invitation.taken", person).by(person))?;
    Ok(session::open(tx, person, None, agent, turn)?)
}
