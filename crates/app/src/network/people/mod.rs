//! People: made, changed and put out by the operator, or by whoever leads their centre.

pub mod import;
mod list;

pub use list::{Person, Sort, Whose, list};

use kazi_db::{DbError, Read, Sql, Tx, params};
use kazi_domain::policy::{Actor, Can, ManageCentre, ManageNetwork, ManageTeam};
use kazi_domain::{Id, Role, RoleSet, kind};

use super::{centres, name};
use crate::access::{SecretHash, password::normal_email, recover, session};
use crate::journal::{self, Entry};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// A new one.
    ADD = "insert into person (id, organisation, centre, shown_name, email, password_hash, pin_hash, picture, \
           language, roles, active, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11)";
    /// Changes what may be changed.
    EDIT = "update person set shown_name = $2, email = $3, picture = $4, language = $5, roles = $6, centre = $7 where id = $1";
    /// Where somebody belongs.
    PLACE = "select organisation, centre, roles from person where id = $1";
    /// In or out.
    ACTIVATE = "update person set active = $2 where id = $1 and active <> $2";
    /// A new password.
    SET_PASSWORD = "update person set password_hash = $2 where id = $1 and email is not null";
}

/// Somebody who is to be made.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// The name on screens.
    pub shown_name: String,
    /// For those who sign in with a password.
    pub email: Option<String>,
    /// The hash of the password.
    pub password: Option<SecretHash>,
    /// The hash of the PIN.
    pub pin: Option<SecretHash>,
    /// The picture on the tile: a word that the pages know, or empty.
    pub picture: String,
    /// The language of their pages, such as `sw`.
    pub language: String,
    /// What they do.
    pub roles: RoleSet,
}

/// What may be changed of somebody, all at once.
#[derive(Debug, Clone)]
pub struct Change {
    /// The name on screens.
    pub shown_name: String,
    /// For those who sign in with a password.
    pub email: Option<String>,
    /// The picture on the tile.
    pub picture: String,
    /// The language of their pages.
    pub language: String,
    /// What they do.
    pub roles: RoleSet,
    /// Where they work.
    pub centre: Option<Id<kind::Centre>>,
}

/// Why somebody was not made or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PersonError {
    /// No name.
    #[error("give the person a name")]
    NoName,
    /// No role.
    #[error("choose at least one thing that the person does")]
    NoRole,
    /// A role that the one who asks may not give, or that does not go with the organisation.
    #[error("you cannot give the role `{}` here", .0.word())]
    RoleNotHere(Role),
    /// No address, or none that could be one.
    #[error("write the e-mail address like name@example.org")]
    BadEmail,
    /// Somebody else has the address.
    #[error("somebody has this e-mail address already")]
    EmailTaken,
    /// Somebody at the centre is called so.
    #[error("somebody at this centre is called {0} already: their tiles would look alike")]
    NameTaken(String),
    /// No such language code.
    #[error("a language is written with letters like en or sw")]
    BadLanguage,
    /// People who do tasks need a centre, and it must be one of their organisation.
    #[error("choose the centre where the person works")]
    NoCentre,
    /// Nobody here with this id.
    #[error("there is no such person")]
    NotThere,
    /// One's own access.
    #[error("you cannot put yourself out or take this role from yourself: ask a colleague who has it")]
    Yourself,
    /// The database.
    #[error(transparent)]
    Db(DbError),
}

impl From<DbError> for PersonError {
    fn from(error: DbError) -> Self {
        if error.is_unique("person_email_key") { Self::EmailTaken } else { Self::Db(error) }
    }
}

/// The organisation, the centre and the roles of somebody.
pub(super) type Place = (Id<kind::Organisation>, Option<Id<kind::Centre>>, RoleSet);

/// The right by which somebody manages people.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// The operator: everybody.
    Network(&'a Can<ManageNetwork>),
    /// Whoever leads the people of a client: those who sign in for it.
    Team(&'a Can<ManageTeam>),
    /// Whoever leads a centre: the workers and reviewers there.
    Centre(&'a Can<ManageCentre>),
}

impl By<'_> {
    fn actor(&self) -> &Actor {
        match self {
            Self::Network(can) => can.actor(),
            Self::Team(can) => can.actor(),
            Self::Centre(can) => can.actor(),
        }
    }

    /// Whether this right reaches somebody with these roles at this place.
    fn reaches(
        &self,
        (organisation, centre): (Id<kind::Organisation>, Option<Id<kind::Centre>>),
        roles: RoleSet,
    ) -> bool {
        match self {
            Self::Network(_) => true,
            Self::Team(can) => organisation == can.subject() && roles.iter().all(buys),
            Self::Centre(can) => centre == Some(can.subject()) && roles.iter().all(does_tasks),
        }
    }
}

fn does_tasks(role: Role) -> bool {
    matches!(role, Role::Worker | Role::Reviewer)
}

fn buys(role: Role) -> bool {
    matches!(role, Role::Client | Role::ClientLead)
}

/// The roles with those that they bring along: who leads a client's people is one of them.
pub(super) fn whole(roles: RoleSet) -> RoleSet {
    if roles.has(Role::ClientLead) { roles.with(Role::Client) } else { roles }
}

pub(super) fn at_a_centre(role: Role) -> bool {
    does_tasks(role) || role == Role::TeamLeader
}

/// Makes somebody at a centre.
///
/// # Errors
/// See [`PersonError`].
pub fn create_at_centre(
    tx: &mut Tx<'_>,
    can: &Can<ManageCentre>,
    person: &NewPerson,
    turn: &Turn,
) -> Result<Id<kind::Person>, PersonError> {
    let centre = can.subject();
    let organisation = centres::organisation_of(tx, centre)?.ok_or(PersonError::NoCentre)?;
    // The operator may add a team leader here too; a team leader only workers and reviewers.
    let may_give =
        |role| if can.actor().roles.has(Role::Operator) { at_a_centre(role) } else { does_tasks(role) };
    if let Some(role) = person.roles.iter().find(|role| !may_give(*role)) {
        return Err(PersonError::RoleNotHere(role));
    }
    let id = insert(tx, (organisation, Some(centre)), person, turn)?;
    journal::note(tx, turn, &Entry::about("person.made", id).by(can.actor().person))?;
    Ok(id)
}

/// Makes somebody of an organisation, who works at no centre.
///
/// # Errors
/// See [`PersonError`].
pub fn create_in_organisation(
    tx: &mut Tx<'_>,
    can: &Can<ManageNetwork>,
    organisation: Id<kind::Organisation>,
    person: &NewPerson,
    turn: &Turn,
) -> Result<Id<kind::Person>, PersonError> {
    if person.roles.iter().any(at_a_centre) {
        return Err(PersonError::NoCentre);
    }
    let id = insert(tx, (organisation, None), person, turn)?;
    journal::note(tx, turn, &Entry::about("person.made", id).by(can.actor().person))?;
    Ok(id)
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    (organisation, centre): (Id<kind::Organisation>, Option<Id<kind::Centre>>),
    person: &NewPerson,
    turn: &Turn,
) -> Result<Id<kind::Person>, PersonError> {
    let NewPerson { shown_name, email, password, pin, picture, language, roles } = person;
    let roles = whole(*roles);
    let shown_name = checked(shown_name, language, roles)?;
    let email = checked_email(email.as_deref())?;
    if password.is_some() && email.is_none() {
        return Err(PersonError::BadEmail);
    }
    let id: Id<kind::Person> = turn.mint();
    tx.execute(
        &ADD,
        params![
            id.param(),
            organisation.param(),
            centre.param(),
            shown_name,
            email,
            password.as_ref().map(SecretHash::text),
            pin.as_ref().map(SecretHash::text),
            picture.as_str(),
            language.as_str(),
            roles.to_words(),
            turn.at.param()
        ],
    )?;
    Ok(id)
}

pub(super) fn checked(shown_name: &str, language: &str, roles: RoleSet) -> Result<String, PersonError> {
    if roles == RoleSet::default() {
        return Err(PersonError::NoRole);
    }
    checked_own(shown_name, language)
}

/// The name as it is stored, if name and language will do.
pub(super) fn checked_own(shown_name: &str, language: &str) -> Result<String, PersonError> {
    let plain = language.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !plain || !(2..=20).contains(&language.len()) {
        return Err(PersonError::BadLanguage);
    }
    name(shown_name).ok_or(PersonError::NoName)
}

pub(super) fn checked_email(email: Option<&str>) -> Result<Option<String>, PersonError> {
    let Some(email) = email.map(normal_email).filter(|email| !email.is_empty()) else { return Ok(None) };
    let fits = email.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty());
    let plain = !email.chars().any(|c| c.is_whitespace() || c.is_control());
    if fits && plain && email.len() <= 254 { Ok(Some(email)) } else { Err(PersonError::BadEmail) }
}

/// One person within reach.
///
/// # Errors
/// [`PersonError::NotThere`].
pub fn get(read: &mut Read<'_>, by: By<'_>, person: Id<kind::Person>) -> Result<Person, PersonError> {
    let found = list::one(read, person)?;
    let seen = |found: &Person| match by {
        By::Network(_) => true,
        By::Team(can) => found.organisation == can.subject(),
        By::Centre(can) => found.centre == Some(can.subject()),
    };
    found.filter(seen).ok_or(PersonError::NotThere)
}

/// Changes somebody.
///
/// # Errors
/// See [`PersonError`].
pub fn edit(
    tx: &mut Tx<'_>,
    by: By<'_>,
    person: Id<kind::Person>,
    change: &Change,
    turn: &Turn,
) -> Result<(), PersonError> {
    let now = within_reach(tx, by, person)?;
    let roles = whole(change.roles);
    let shown_name = checked(&change.shown_name, &change.language, roles)?;
    let email = checked_email(change.email.as_deref())?;
    if now.has_password && email.is_none() {
        return Err(PersonError::BadEmail);
    }
    let place = (now.organisation, change.centre);
    if let Some(role) = roles.iter().find(|role| !by.reaches(place, RoleSet::default().with(*role))) {
        return Err(PersonError::RoleNotHere(role));
    }
    let gives_up = |role| now.roles.has(role) && !roles.has(role);
    if person == by.actor().person && (gives_up(Role::Operator) || gives_up(Role::ClientLead)) {
        return Err(PersonError::Yourself);
    }
    match change.centre {
        Some(centre) if centres::organisation_of(tx, centre)? != Some(now.organisation) => {
            return Err(PersonError::NoCentre);
        }
        None if roles.iter().any(at_a_centre) => return Err(PersonError::NoCentre),
        _ => {}
    }
    tx.execute(
        &EDIT,
        params![
            person.param(),
            shown_name,
            email,
            change.picture.as_str(),
            change.language.as_str(),
            roles.to_words(),
            change.centre.param()
        ],
    )?;
    Ok(journal::note(tx, turn, &Entry::about("person.edited", person).by(by.actor().person))?)
}

/// Lets somebody in again, or puts them out and ends their sessions. What they earned stays theirs.
///
/// # Errors
/// See [`PersonError`].
pub fn set_active(
    tx: &mut Tx<'_>,
    by: By<'_>,
    person: Id<kind::Person>,
    active: bool,
    turn: &Turn,
) -> Result<(), PersonError> {
    within_reach(tx, by, person)?;
    if person == by.actor().person {
        return Err(PersonError::Yourself);
    }
    if tx.execute(&ACTIVATE, params![person.param(), i64::from(active)])? == 1 {
        if !active {
            session::end_all_of(tx, person)?;
        }
        let kind = if active { "person.let_in" } else { "person.put_out" };
        journal::note(tx, turn, &Entry::about(kind, person).by(by.actor().person))?;
    }
    Ok(())
}

/// Sets somebody's password and ends their sessions: for those who forgot it.
///
/// # Errors
/// [`PersonError::NotThere`] for people without an e-mail address.
pub fn set_password(
    tx: &mut Tx<'_>,
    can: &Can<ManageNetwork>,
    person: Id<kind::Person>,
    new: &SecretHash,
    turn: &Turn,
) -> Result<(), PersonError> {
    if tx.execute(&SET_PASSWORD, params![person.param(), new.text()])? == 0 {
        return Err(PersonError::NotThere);
    }
    session::end_all_of(tx, person)?;
    recover::clear(tx, person)?;
    Ok(journal::note(tx, turn, &Entry::about("password.set", person).by(can.actor().person))?)
}

fn within_reach(read: &mut Read<'_>, by: By<'_>, person: Id<kind::Person>) -> Result<Person, PersonError> {
    let found = list::one(read, person)?;
    found
        .filter(|found| by.reaches((found.organisation, found.centre), found.roles))
        .ok_or(PersonError::NotThere)
}

/// Where somebody belongs, and what they do.
pub(super) fn place(read: &mut Read<'_>, person: Id<kind::Person>) -> Result<Option<Place>, DbError> {
    read.query_opt(&PLACE, params![person.param()], |row| {
        Ok((row.id(0)?, row.id_opt(1)?, RoleSet::from_words(row.get(2)?)))
    })
}

/// The statements of the lists.
pub(super) const LIST: &[&Sql] = list::ALL;
