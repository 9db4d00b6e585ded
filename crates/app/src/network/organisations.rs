//! Organisations: the operator, its clients and partners.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::policy::{Can, ManageNetwork, ManageTeam};
use kazi_domain::{Id, Moment, kind};

use super::name;
use crate::journal::{self, Entry};
use crate::listing::{Ask, Cursor, Page};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// A new one.
    ADD = "insert into organisation (id, kind, name, made_at) values ($1, $2, $3, $4)";
    /// One of them.
    GET = "select id, kind, name, made_at, second_factor from organisation where id = $1";
    /// All, by name.
    LIST = "select id, kind, name, made_at, second_factor from organisation where (name, id) > ($1, $2) \
            and lower(name) like $3 escape '\\' order by name, id limit $4";
    /// All of one kind, by name.
    LIST_KIND = "select id, kind, name, made_at, second_factor from organisation where (name, id) > ($1, $2) \
                 and lower(name) like $3 escape '\\' and kind = $5 order by name, id limit $4";
    /// Another name.
    RENAME = "update organisation set name = $2 where id = $1";
    /// The one that runs this Kazi.
    OPERATOR = "select id, kind, name, made_at, second_factor from organisation where kind = 'operator' order by made_at, id limit 1";
}

/// What an organisation is to Kazi.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrganisationKind {
    /// Runs this Kazi.
    Operator,
    /// Buys work.
    Client,
    /// Employs workers.
    Partner,
}

impl OrganisationKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Operator, Self::Client, Self::Partner];

    /// The word that the database and the API use.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Client => "client",
            Self::Partner => "partner",
        }
    }
}

/// A word that is no kind of organisation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no kind of organisation: choose operator, client or partner")]
pub struct UnknownKind(String);

impl std::str::FromStr for OrganisationKind {
    type Err = UnknownKind;

    fn from_str(word: &str) -> Result<Self, UnknownKind> {
        let found = Self::ALL.iter().find(|kind| kind.word() == word);
        found.copied().ok_or_else(|| UnknownKind(word.to_owned()))
    }
}

/// An organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: Id<kind::Organisation>,
    /// What it is to Kazi.
    pub kind: OrganisationKind,
    /// Its name.
    pub name: String,
    /// Since when it is known.
    pub made_at: Moment,
    /// Whether it asks a second factor of everybody who signs in for it with a password.
    pub second_factor: bool,
}

/// Why an organisation was not made or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrganisationError {
    /// No name.
    #[error("give the organisation a name")]
    NoName,
    /// There is one organisation that runs a Kazi.
    #[error("this Kazi has its operator already: choose client or partner")]
    SecondOperator,
    /// None with this id.
    #[error("there is no such organisation")]
    NotThere,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Makes a client or partner.
///
/// # Errors
/// See [`OrganisationError`].
pub fn create(
    tx: &mut Tx<'_>,
    can: &Can<ManageNetwork>,
    kind: OrganisationKind,
    called: &str,
    turn: &Turn,
) -> Result<Id<kind::Organisation>, OrganisationError> {
    if kind == OrganisationKind::Operator {
        return Err(OrganisationError::SecondOperator);
    }
    let id = insert(tx, kind, called, turn)?;
    journal::note(tx, turn, &Entry::about("organisation.made", id).by(can.actor().person))?;
    Ok(id)
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    kind: OrganisationKind,
    called: &str,
    turn: &Turn,
) -> Result<Id<kind::Organisation>, OrganisationError> {
    let called = name(called).ok_or(OrganisationError::NoName)?;
    let id = turn.mint();
    tx.execute(&ADD, params![id.param(), kind.word(), called, turn.at.param()])?;
    Ok(id)
}

/// Gives an organisation another name.
///
/// # Errors
/// See [`OrganisationError`].
pub fn rename(
    tx: &mut Tx<'_>,
    can: &Can<ManageNetwork>,
    organisation: Id<kind::Organisation>,
    called: &str,
    turn: &Turn,
) -> Result<(), OrganisationError> {
    let called = name(called).ok_or(OrganisationError::NoName)?;
    if tx.execute(&RENAME, params![organisation.param(), called])? == 0 {
        return Err(OrganisationError::NotThere);
    }
    Ok(journal::note(tx, turn, &Entry::about("organisation.renamed", organisation).by(can.actor().person))?)
}

/// One organisation.
///
/// # Errors
/// The database's.
pub fn get(
    read: &mut Read<'_>,
    _can: &Can<ManageNetwork>,
    organisation: Id<kind::Organisation>,
) -> Result<Option<Organisation>, DbError> {
    read.query_opt(&GET, params![organisation.param()], organisation_row)
}

/// The organisation whose people one may ask in.
///
/// # Errors
/// The database's.
pub fn of_team(read: &mut Read<'_>, can: &Can<ManageTeam>) -> Result<Option<Organisation>, DbError> {
    read.query_opt(&GET, params![can.subject().param()], organisation_row)
}

/// The organisation that runs this Kazi, once it is set up.
///
/// # Errors
/// The database's.
pub fn operator(read: &mut Read<'_>) -> Result<Option<Organisation>, DbError> {
    read.query_opt(&OPERATOR, &[], organisation_row)
}

/// Organisations by name, of one kind or all.
///
/// # Errors
/// The database's.
pub fn list(
    read: &mut Read<'_>,
    _can: &Can<ManageNetwork>,
    kind: Option<OrganisationKind>,
    ask: &Ask,
) -> Result<Page<Organisation>, DbError> {
    let (after, id) = ask.after_text();
    let rows = match kind {
        None => read.query_all(&LIST, params![after, id, ask.pattern(), ask.limit()], organisation_row)?,
        Some(kind) => read.query_all(
            &LIST_KIND,
            params![after, id, ask.pattern(), ask.limit(), kind.word()],
            organisation_row,
        )?,
    };
    Ok(ask.page(rows, |row| Cursor::at(row.name.as_str(), row.id)))
}

fn organisation_row(row: &kazi_db::Row<'_>) -> Result<Organisation, DbError> {
    Ok(Organisation {
        id: row.id(0)?,
        kind: row.word(1)?,
        name: row.get(2)?,
        made_at: row.moment(3)?,
        second_factor: row.get(4)?,
    })
}
