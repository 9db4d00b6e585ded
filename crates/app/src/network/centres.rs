//! Centres: the places where a partner's people work.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::policy::{Can, ManageCentre, ManageNetwork, ManageTeam};
use kazi_domain::{Id, Moment, kind};

use super::name;
use super::wage::{self, LivingWage};
use crate::journal::{self, Entry};
use crate::listing::{Ask, Cursor, Page};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// A new one, if the organisation is a partner or the operator itself.
    ADD = "insert into centre (id, organisation, name, utc_offset_minutes, made_at) \
           select $1, id, $3, $4, $5 from organisation where id = $2 and kind <> 'client'";
    /// Whose it is.
    ORGANISATION = "select organisation from centre where id = $1";
    /// One of them.
    GET = "select c.id, c.organisation, o.name, c.name, c.utc_offset_minutes, c.made_at, \
           (select count(*) from person p where p.centre = c.id and p.active = 1), \
           c.wage, c.wage_currency, c.wage_source, c.wage_as_of \
           from centre c join organisation o on o.id = c.organisation where c.id = $1";
    /// All, by name.
    LIST = "select c.id, c.organisation, o.name, c.name, c.utc_offset_minutes, c.made_at, \
            (select count(*) from person p where p.centre = c.id and p.active = 1), \
            c.wage, c.wage_currency, c.wage_source, c.wage_as_of \
            from centre c join organisation o on o.id = c.organisation where (c.name, c.id) > ($1, $2) \
            and (lower(c.name) like $3 escape '\\' or lower(o.name) like $3 escape '\\') order by c.name, c.id limit $4";
    /// Those of an organisation, by name.
    OF_ORGANISATION = "select c.id, c.organisation, o.name, c.name, c.utc_offset_minutes, c.made_at, \
                       (select count(*) from person p where p.centre = c.id and p.active = 1), \
                       c.wage, c.wage_currency, c.wage_source, c.wage_as_of \
                       from centre c join organisation o on o.id = c.organisation where c.organisation = $1 \
                       order by c.name, c.id limit 500";
    /// Another name or clock.
    EDIT = "update centre set name = $2, utc_offset_minutes = $3 where id = $1";
}

/// A centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Centre {
    /// Its id.
    pub id: Id<kind::Centre>,
    /// The partner it belongs to.
    pub organisation: Id<kind::Organisation>,
    /// The partner's name.
    pub organisation_name: String,
    /// Its name.
    pub name: String,
    /// Minutes ahead of UTC.
    pub utc_offset_minutes: i32,
    /// Since when it is known.
    pub made_at: Moment,
    /// How many people are active there.
    pub people: i64,
    /// What an hour there must pay for a decent life, where that is known.
    pub wage: Option<LivingWage>,
}

/// Why a centre was not made or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CentreError {
    /// No name.
    #[error("give the centre a name")]
    NoName,
    /// No such clock on earth.
    #[error("a clock is between 12 hours behind and 14 hours ahead of UTC")]
    NoClock,
    /// A client has no centres, and an unknown organisation has none either.
    #[error("choose the partner that the centre belongs to")]
    NoPartner,
    /// None with this id.
    #[error("there is no such centre")]
    NotThere,
    /// A living wage of nothing, or less.
    #[error("a living wage is more than nothing: write what an hour must pay, such as 183.17")]
    NoWage,
    /// A figure that nobody stands for.
    #[error("say whose figure it is, such as the name of the report")]
    NoSource,
    /// A figure of no day.
    #[error("say of when the figure is, such as March 2026")]
    NoDate,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

fn checked(called: &str, utc_offset_minutes: i32) -> Result<String, CentreError> {
    if !(-12 * 60..=14 * 60).contains(&utc_offset_minutes) {
        return Err(CentreError::NoClock);
    }
    name(called).ok_or(CentreError::NoName)
}

/// Makes a centre of a partner.
///
/// # Errors
/// See [`CentreError`].
pub fn create(
    tx: &mut Tx<'_>,
    can: &Can<ManageNetwork>,
    organisation: Id<kind::Organisation>,
    (called, utc_offset_minutes): (&str, i32),
    turn: &Turn,
) -> Result<Id<kind::Centre>, CentreError> {
    let called = checked(called, utc_offset_minutes)?;
    let id = turn.mint();
    let values = params![id.param(), organisation.param(), called, utc_offset_minutes, turn.at.param()];
    if tx.execute(&ADD, values)? == 0 {
        return Err(CentreError::NoPartner);
    }
    journal::note(tx, turn, &Entry::about("centre.made", id).by(can.actor().person))?;
    Ok(id)
}

/// Changes the name and the clock of a centre. Pay that was earned stays on the day it was earned.
///
/// # Errors
/// See [`CentreError`].
pub fn edit(
    tx: &mut Tx<'_>,
    can: &Can<ManageCentre>,
    (called, utc_offset_minutes): (&str, i32),
    turn: &Turn,
) -> Result<(), CentreError> {
    let called = checked(called, utc_offset_minutes)?;
    if tx.execute(&EDIT, params![can.subject().param(), called, utc_offset_minutes])? == 0 {
        return Err(CentreError::NotThere);
    }
    Ok(journal::note(tx, turn, &Entry::about("centre.edited", can.subject()).by(can.actor().person))?)
}

/// The centre that one may manage.
///
/// # Errors
/// The database's.
pub fn get(read: &mut Read<'_>, can: &Can<ManageCentre>) -> Result<Option<Centre>, DbError> {
    read.query_opt(&GET, params![can.subject().param()], centre_row)
}

/// Centres by name; a search looks at the partner's name too.
///
/// # Errors
/// The database's.
pub fn list(read: &mut Read<'_>, _can: &Can<ManageNetwork>, ask: &Ask) -> Result<Page<Centre>, DbError> {
    let (after, id) = ask.after_text();
    let rows = read.query_all(&LIST, params![after, id, ask.pattern(), ask.limit()], centre_row)?;
    Ok(ask.page(rows, |row| Cursor::at(row.name.as_str(), row.id)))
}

/// The centres of the organisation whose people one may ask in, by name.
///
/// # Errors
/// The database's.
pub fn of_team(read: &mut Read<'_>, can: &Can<ManageTeam>) -> Result<Vec<Centre>, DbError> {
    read.query_all(&OF_ORGANISATION, params![can.subject().param()], centre_row)
}

pub(super) fn organisation_of(
    read: &mut Read<'_>,
    centre: Id<kind::Centre>,
) -> Result<Option<Id<kind::Organisation>>, DbError> {
    read.query_opt(&ORGANISATION, params![centre.param()], |row| row.id(0))
}

fn centre_row(row: &kazi_db::Row<'_>) -> Result<Centre, DbError> {
    Ok(Centre {
        id: row.id(0)?,
        organisation: row.id(1)?,
        organisation_name: row.get(2)?,
        name: row.get(3)?,
        utc_offset_minutes: row.get(4)?,
        made_at: row.moment(5)?,
        people: row.get(6)?,
        wage: wage::read(row, 7)?,
    })
}
