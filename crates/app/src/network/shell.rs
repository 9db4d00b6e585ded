//! Who acts when the program is used at the shell of its own machine.
//!
//! Whoever may start the program there can read the database anyway, so no password is asked; but the same use
//! cases run, with the rights of an operator, and the record says that it was done at the shell.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::policy::Actor;
use kazi_domain::{Role, RoleSet};

use super::organisations;
use crate::access::password::normal_email;
use crate::journal::{self, Entry};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// The operator's people: those who may sign in first, then the eldest.
    OPERATORS = "select id, organisation, roles, email from person where organisation = $1 order by active desc, id";
}

/// Why nobody acts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShellError {
    /// Not set up.
    #[error("this Kazi has no operator yet: start `kazi serve` once")]
    NotSetUp,
    /// Nobody of this address is an operator.
    #[error("no operator has the e-mail address {0}")]
    NoSuchOperator(String),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The operator who acts: the one with this e-mail address, or the first.
///
/// # Errors
/// See [`ShellError`].
pub fn operator(read: &mut Read<'_>, email: Option<&str>) -> Result<Actor, ShellError> {
    let organisation = organisations::operator(read)?.ok_or(ShellError::NotSetUp)?.id;
    let wanted = email.map(normal_email);
    let mut found = None;
    read.for_each(&OPERATORS, params![organisation.param()], |row| {
        let (roles, address) = (RoleSet::from_words(row.get(2)?), row.get::<Option<String>>(3)?);
        let fits = wanted.is_none() || address == wanted;
        if found.is_none() && roles.has(Role::Operator) && fits {
            found = Some(Actor {
                person: row.id(0)?,
                organisation: row.id(1)?,
                centre: None,
                roles: RoleSet::default().with(Role::Operator),
                scopes: None,
            });
        }
        Ok(())
    })?;
    found.ok_or(wanted.map_or(ShellError::NotSetUp, ShellError::NoSuchOperator))
}

/// Writes down that a command was given at the shell, beside what the use case itself writes down.
///
/// # Errors
/// The database's.
pub fn note(tx: &mut Tx<'_>, actor: &Actor, command: &str, turn: &Turn) -> Result<(), DbError> {
    journal::note(tx, turn, &Entry::about("shell.used", actor.person).by(actor.person).saying(command))
}
