//! Lists of projects.

use kazi_db::{DbError, Read, params};
use kazi_domain::policy::{Can, ListProjects, ManageNetwork};
use kazi_domain::{Currency, Id, Moment, ProjectState, kind};

use crate::listing::{Ask, Cursor, Page};
use crate::rows::{Columns, Param};

macro_rules! projects {
    ($($rest:tt)+) => {
        concat!(
            "select p.id, p.organisation, o.name, p.service, p.name, p.state, p.currency, p.made_at, \
             coalesce((select sum(items) from stage_count n where n.project = p.id and n.stage = ''), 0), \
             coalesce((select sum(finished) from stage_count n where n.project = p.id and n.stage = ''), 0), \
             coalesce((select sum(pay) from stage_count n where n.project = p.id), 0) \
             + coalesce((select sum(amount) from ledger l where l.owner = p.id and l.account = 'rework'), 0) \
             from project p join organisation o on o.id = p.organisation where ",
            $($rest)+
        )
    };
}

kazi_db::statements! {
    /// An organisation's, the newest first.
    OF_NEWEST = projects!("p.organisation = $4 and p.id < $1 and lower(p.name) like $2 escape '\\' order by p.id desc limit $3");
    /// An organisation's, by name.
    OF_BY_NAME = projects!("p.organisation = $5 and (p.name, p.id) > ($1, $2) and lower(p.name) like $3 escape '\\' \
                            order by p.name, p.id limit $4");
    /// All, the newest first; a search looks at the client's name too.
    ALL_NEWEST = projects!("p.id < $1 and (lower(p.name) like $2 escape '\\' or lower(o.name) like $2 escape '\\') \
                            order by p.id desc limit $3");
    /// All, by name.
    ALL_BY_NAME = projects!("(p.name, p.id) > ($1, $2) and (lower(p.name) like $3 escape '\\' \
                             or lower(o.name) like $3 escape '\\') order by p.name, p.id limit $4");
}

/// A project in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: Id<kind::Project>,
    /// The client.
    pub organisation: Id<kind::Organisation>,
    /// The client's name.
    pub organisation_name: String,
    /// The service's key.
    pub service: String,
    /// Its name.
    pub name: String,
    /// What it is doing.
    pub state: ProjectState,
    /// The currency of its cost.
    pub currency: Currency,
    /// When it was made.
    pub made_at: Moment,
    /// How many pieces its files were split into, counted at the top of the tree.
    pub items: i64,
    /// How many of these are finished.
    pub finished: i64,
    /// What its answers have cost the client, in millionths: without what was done again.
    pub cost: i64,
}

/// Whose projects to list.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    /// Everybody's.
    All(&'a Can<ManageNetwork>),
    /// Those of an organisation.
    Organisation(&'a Can<ListProjects>),
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The newest first.
    #[default]
    Newest,
    /// By name.
    Name,
}

/// Projects, searched by name.
///
/// # Errors
/// The database's.
pub fn list(read: &mut Read<'_>, whose: Whose<'_>, sort: Sort, ask: &Ask) -> Result<Page<Listed>, DbError> {
    let (pattern, limit) = (ask.pattern(), ask.limit());
    let (name, id) = ask.after_text();
    let rows = match (whose, sort) {
        (Whose::All(_), Sort::Newest) => {
            read.query_all(&ALL_NEWEST, params![ask.before_id(), pattern, limit], listed)?
        }
        (Whose::All(_), Sort::Name) => {
            read.query_all(&ALL_BY_NAME, params![name, id, pattern, limit], listed)?
        }
        (Whose::Organisation(can), Sort::Newest) => {
            let organisation = can.subject();
            let params = params![ask.before_id(), pattern, limit, organisation.param()];
            read.query_all(&OF_NEWEST, params, listed)?
        }
        (Whose::Organisation(can), Sort::Name) => {
            let organisation = can.subject();
            let params = params![name, id, pattern, limit, organisation.param()];
            read.query_all(&OF_BY_NAME, params, listed)?
        }
    };
    Ok(ask.page(rows, |row| match sort {
        Sort::Newest => Cursor::at("", row.id),
        Sort::Name => Cursor::at(row.name.as_str(), row.id),
    }))
}

fn listed(row: &kazi_db::Row<'_>) -> Result<Listed, DbError> {
    Ok(Listed {
        id: row.id(0)?,
        organisation: row.id(1)?,
        organisation_name: row.get(2)?,
        service: row.get(3)?,
        name: row.get(4)?,
        state: row.word(5)?,
        currency: row.word(6)?,
        made_at: row.moment(7)?,
        items: row.get(8)?,
        finished: row.get(9)?,
        cost: row.get(10)?,
    })
}
