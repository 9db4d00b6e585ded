//! The first start: an empty database gets the organisation that runs it, and its first person.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::{Id, Role, RoleSet, kind};

use super::organisations::{self, OrganisationError, OrganisationKind};
use super::people::{self, NewPerson, PersonError};
use crate::access::SecretHash;
use crate::journal::{self, Entry};
use crate::turn::Turn;

kazi_db::statements! {
    /// Whether there is anybody.
    ANYBODY = "select 1 from person limit 1 /*scans: stops at the first row*/";
}

/// The first person and the organisation.
#[derive(Debug, Clone)]
pub struct FirstOperator {
    /// The organisation that runs this Kazi.
    pub organisation: String,
    /// The person's name.
    pub name: String,
    /// The person's e-mail address.
    pub email: String,
    /// The hash of the person's password.
    pub password: SecretHash,
    /// The person's language, such as `en`.
    pub language: String,
}

/// Why there is no first operator to make.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// Somebody is there already.
    #[error("this Kazi is set up already: sign in")]
    NotEmpty,
    /// The organisation's name.
    #[error(transparent)]
    Organisation(#[from] OrganisationError),
    /// The person's name or address.
    #[error(transparent)]
    Person(#[from] PersonError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Whether nobody is there yet.
///
/// # Errors
/// The database's.
pub fn is_empty(read: &mut Read<'_>) -> Result<bool, DbError> {
    Ok(read.query_opt(&ANYBODY, params![], |_| Ok(()))?.is_none())
}

/// Makes the operator's organisation and its first person.
///
/// # Errors
/// See [`SetupError`].
pub fn first_operator(
    tx: &mut Tx<'_>,
    first: &FirstOperator,
    turn: &Turn,
) -> Result<Id<kind::Person>, SetupError> {
    if !is_empty(tx)? {
        return Err(SetupError::NotEmpty);
    }
    let organisation = organisations::insert(tx, OrganisationKind::Operator, &first.organisation, turn)?;
    let person = NewPerson {
        shown_name: first.name.clone(),
        email: Some(first.email.clone()),
        password: Some(first.password.clone()),
        pin: None,
        picture: String::new(),
        language: first.language.clone(),
        roles: RoleSet::default().with(Role::Operator),
    };
    let id = people::insert(tx, (organisation, None), &person, turn)?;
    journal::note(tx, turn, &Entry::about("kazi.set_up", id).by(id))?;
    Ok(id)
}
