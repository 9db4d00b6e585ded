//! People: made, changed and put out by the operator, or by whoever leads their centre.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::policy::{Actor, Can, ManageCentre, ManageNetwork};
use kazi_domain::{Id, Moment, Role, RoleSet, kind};

use super::{centres, name};
use crate::access::{SecretHash, password::normal_email, session};
use crate::journal::{self, Entry};
use crate::listing::{Ask, Cursor, Page};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

macro_rules! person_columns {
    ($($rest:tt)+) => {
        concat!(
            "select p.id, p.organisation, o.name, p.centre, c.name, p.shown_name, p.email, p.picture, p.language, p.roles, \
             p.active, cast(case when p.password_hash is null then 0 else 1 end as bigint), \
             cast(case when p.pin_hash is null then 0 else 1 end as bigint), p.made_at \
             from person p join organisation o on o.id = p.organisation left join centre c on c.id = p.centre ",
            $($rest)+
        )
    };
}

macro_rules! people_by_name {
    ($where:literal) => {
        person_columns!(concat!(
            $where,
            "(p.shown_name, p.id) > ($1, $2) and (lower(p.shown_name) like $3 escape '\\' \
             or lower(p.email) like $3 escape '\\') order by p.shown_name, p.id limit $4"
        ))
    };
}

macro_rules! newest_people {
    ($where:literal) => {
        person_columns!(concat!(
            $where,
            "p.id < $1 and (lower(p.shown_name) like $2 escape '\\' or lower(p.email) like $2 escape '\\') \
             order by p.id desc limit $3"
        ))
    };
}

kazi_db::statements! {
    /// A new one.
    ADD = "insert into person (id, organisation, centre, shown_name, email, password_hash, pin_hash, picture, \
           language, roles, active, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11)";
    /// One of them.
    GET = person_columns!("where p.id = $1");
    /// All, by name.
    ALL_BY_NAME = people_by_name!("where /*scans: the operator looks through everybody, and reading stops at the page*/ ");
    /// All, the newest first.
    ALL_NEWEST = newest_people!("where ");
    /// Those of an organisation, by name.
    ORGANISATION_BY_NAME = people_by_name!("where p.organisation = $5 and ");
    /// Those of an organisation, the newest first.
    ORGANISATION_NEWEST = newest_people!("where p.organisation = $4 and ");
    /// Those of a centre, by name.
    CENTRE_BY_NAME = people_by_name!("where p.centre = $5 and ");
    /// Those of a centre, the newest first.
    CENTRE_NEWEST = newest_people!("where p.centre = $4 and ");
    /// Changes what may be changed.
    EDIT = "update person set shown_name = $2, email = $3, picture = $4, language = $5, roles = $6, centre = $7 where id = $1";
    /// Changes what people may change of themselves.
    EDIT_OWN = "update person set picture = $2, language = $3 where id = $1";
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

/// Somebody as those who manage people see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The id.
    pub id: Id<kind::Person>,
    /// The organisation.
    pub organisation: Id<kind::Organisation>,
    /// Its name.
    pub organisation_name: String,
    /// The centre, for those who work at one.
    pub centre: Option<Id<kind::Centre>>,
    /// Its name.
    pub centre_name: Option<String>,
    /// The name on screens.
    pub shown_name: String,
    /// The e-mail address, for those who sign in with a password.
    pub email: Option<String>,
    /// The picture on the tile.
    pub picture: String,
    /// The language of their pages.
    pub language: String,
    /// What they do.
    pub roles: RoleSet,
    /// Whether they may sign in.
    pub active: bool,
    /// Whether they have a password.
    pub has_password: bool,
    /// Whether they have a PIN.
    pub has_pin: bool,
    /// Since when they are known.
    pub made_at: Moment,
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
    #[error("you cannot put yourself out: ask another operator")]
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

/// The right by which somebody manages people.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// The operator: everybody.
    Network(&'a Can<ManageNetwork>),
    /// Whoever leads a centre: the workers and reviewers there.
    Centre(&'a Can<ManageCentre>),
}

impl By<'_> {
    fn actor(&self) -> &Actor {
        match self {
            Self::Network(can) => can.actor(),
            Self::Centre(can) => can.actor(),
        }
    }

    /// Whether this right reaches somebody with these roles at this centre.
    fn reaches(&self, centre: Option<Id<kind::Centre>>, roles: RoleSet) -> bool {
        match self {
            Self::Network(_) => true,
            Self::Centre(can) => centre == Some(can.subject()) && roles.iter().all(does_tasks),
        }
    }
}

fn does_tasks(role: Role) -> bool {
    matches!(role, Role::Worker | Role::Reviewer)
}

fn at_a_centre(role: Role) -> bool {
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
    let shown_name = checked(shown_name, language, *roles)?;
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

fn checked(shown_name: &str, language: &str, roles: RoleSet) -> Result<String, PersonError> {
    if roles == RoleSet::default() {
        return Err(PersonError::NoRole);
    }
    let plain = language.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !plain || !(2..=20).contains(&language.len()) {
        return Err(PersonError::BadLanguage);
    }
    name(shown_name).ok_or(PersonError::NoName)
}

fn checked_email(email: Option<&str>) -> Result<Option<String>, PersonError> {
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
    let found = read.query_opt(&GET, params![person.param()], person_row)?;
    let seen = |found: &Person| match by {
        By::Network(_) => true,
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
    let shown_name = checked(&change.shown_name, &change.language, change.roles)?;
    let email = checked_email(change.email.as_deref())?;
    if now.has_password && email.is_none() {
        return Err(PersonError::BadEmail);
    }
    if let Some(role) =
        change.roles.iter().find(|role| !by.reaches(change.centre, RoleSet::default().with(*role)))
    {
        return Err(PersonError::RoleNotHere(role));
    }
    if person == by.actor().person && !change.roles.has(Role::Operator) && now.roles.has(Role::Operator) {
        return Err(PersonError::Yourself);
    }
    match change.centre {
        Some(centre) if centres::organisation_of(tx, centre)? != Some(now.organisation) => {
            return Err(PersonError::NoCentre);
        }
        None if change.roles.iter().any(at_a_centre) => return Err(PersonError::NoCentre),
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
            change.roles.to_words(),
            change.centre.param()
        ],
    )?;
    Ok(journal::note(tx, turn, &Entry::about("person.edited", person).by(by.actor().person))?)
}

/// Changes one's own picture and language.
///
/// # Errors
/// See [`PersonError`].
pub fn edit_own(tx: &mut Tx<'_>, actor: &Actor, picture: &str, language: &str) -> Result<(), PersonError> {
    checked("any", language, actor.roles)?;
    tx.execute(&EDIT_OWN, params![actor.person.param(), picture, language])?;
    Ok(())
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
    Ok(journal::note(tx, turn, &Entry::about("password.set", person).by(can.actor().person))?)
}

fn within_reach(read: &mut Read<'_>, by: By<'_>, person: Id<kind::Person>) -> Result<Person, PersonError> {
    let found = read.query_opt(&GET, params![person.param()], person_row)?;
    found.filter(|found| by.reaches(found.centre, found.roles)).ok_or(PersonError::NotThere)
}

/// Whose people to list.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    /// Everybody.
    All(&'a Can<ManageNetwork>),
    /// Those of an organisation.
    Organisation(&'a Can<ManageNetwork>, Id<kind::Organisation>),
    /// Those of a centre.
    Centre(&'a Can<ManageCentre>),
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// By name.
    #[default]
    Name,
    /// The newest first.
    Newest,
}

/// People, searched by name or address.
///
/// # Errors
/// The database's.
pub fn list(read: &mut Read<'_>, whose: Whose<'_>, sort: Sort, ask: &Ask) -> Result<Page<Person>, DbError> {
    let (pattern, limit) = (ask.pattern(), ask.limit());
    let (name, id) = ask.after_text();
    let (statement, scope) = match (sort, whose) {
        (Sort::Name, Whose::All(_)) => (&ALL_BY_NAME, None),
        (Sort::Name, Whose::Organisation(_, id)) => (&ORGANISATION_BY_NAME, Some(*id.as_bytes())),
        (Sort::Name, Whose::Centre(can)) => (&CENTRE_BY_NAME, Some(*can.subject().as_bytes())),
        (Sort::Newest, Whose::All(_)) => (&ALL_NEWEST, None),
        (Sort::Newest, Whose::Organisation(_, id)) => (&ORGANISATION_NEWEST, Some(*id.as_bytes())),
        (Sort::Newest, Whose::Centre(can)) => (&CENTRE_NEWEST, Some(*can.subject().as_bytes())),
    };
    let mut values = match sort {
        Sort::Name => params![name, id, pattern, limit].to_vec(),
        Sort::Newest => params![ask.before_id(), pattern, limit].to_vec(),
    };
    values.extend(scope.as_ref().map(kazi_db::Value::from));
    let rows = read.query_all(statement, &values, person_row)?;
    Ok(ask.page(rows, |row| match sort {
        Sort::Name => Cursor::at(row.shown_name.as_str(), row.id),
        Sort::Newest => Cursor::at("", row.id),
    }))
}

fn person_row(row: &kazi_db::Row<'_>) -> Result<Person, DbError> {
    Ok(Person {
        id: row.id(0)?,
        organisation: row.id(1)?,
        organisation_name: row.get(2)?,
        centre: row.id_opt(3)?,
        centre_name: row.get(4)?,
        shown_name: row.get(5)?,
        email: row.get(6)?,
        picture: row.get(7)?,
        language: row.get(8)?,
        roles: RoleSet::from_words(row.get(9)?),
        active: row.get(10)?,
        has_password: row.get(11)?,
        has_pin: row.get(12)?,
        made_at: row.moment(13)?,
    })
}
