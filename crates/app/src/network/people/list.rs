//! Looking through people.

use kazi_db::{DbError, Read, params};
use kazi_domain::policy::{Can, ManageCentre, ManageNetwork, ManageTeam};
use kazi_domain::{Id, Moment, RoleSet, kind};

use crate::listing::{Ask, Cursor, Page};
use crate::rows::{Columns, Param};

macro_rules! person_columns {
    ($($rest:tt)+) => {
        concat!(
            "select p.id, p.organisation, o.name, p.centre, c.name, p.shown_name, p.email, p.picture, p.language, p.roles, \
             p.active, cast(case when p.password_hash is null then 0 else 1 end as bigint), \
             cast(case when p.pin_hash is null then 0 else 1 end as bigint), p.made_at, \
             cast(case when exists (select 1 from second_factor f where f.person = p.id) then 1 else 0 end as bigint) \
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
}

/// Somebody as those who manage people see them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own about a person, told apart by its name"
)]
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
    /// Whether a code is asked of them beside the password.
    pub has_second_factor: bool,
}

pub(super) fn one(read: &mut Read<'_>, person: Id<kind::Person>) -> Result<Option<Person>, DbError> {
    read.query_opt(&GET, params![person.param()], person_row)
}

/// Whose people to list.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    /// Everybody.
    All(&'a Can<ManageNetwork>),
    /// Those of an organisation.
    Organisation(&'a Can<ManageNetwork>, Id<kind::Organisation>),
    /// Those of a client, for whoever leads them.
    Team(&'a Can<ManageTeam>),
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
        (Sort::Name, Whose::Team(can)) => (&ORGANISATION_BY_NAME, Some(*can.subject().as_bytes())),
        (Sort::Name, Whose::Centre(can)) => (&CENTRE_BY_NAME, Some(*can.subject().as_bytes())),
        (Sort::Newest, Whose::All(_)) => (&ALL_NEWEST, None),
        (Sort::Newest, Whose::Organisation(_, id)) => (&ORGANISATION_NEWEST, Some(*id.as_bytes())),
        (Sort::Newest, Whose::Team(can)) => (&ORGANISATION_NEWEST, Some(*can.subject().as_bytes())),
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
        has_second_factor: row.get(14)?,
    })
}
