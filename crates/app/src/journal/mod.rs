//! The record of what happened: who did what to what, and when; who looked at whose data. Append only.
//!
//! Each row holds the hash of itself and of the row before, so that a row that is changed, taken out or slipped in breaks
//! the chain from there on ([`chain`]). There is a chain for each database connection, so that two transactions of one node
//! never wait for one another because of it. Answers are not noted here one by one: they are append-only themselves.

pub mod chain;
mod trail;

pub(crate) use trail::first_id;
pub use trail::{Seen, Shown, Verdict, Wish, export, list, may_view, verify};

use kazi_db::{DbError, Sql, Tx, params};
use kazi_domain::{Id, Kind, kind};

use crate::rows::{Columns, Param};
use crate::turn::Turn;
use chain::{Hash, Line, START};

kazi_db::statements! {
    /// One more row.
    NOTE = "insert into event (id, at, person, kind, project, subject, body, lane, number, object, organisation, hash) \
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    /// The end of a chain, held until this transaction ends.
    HEAD = "select number, hash from event_head where lane = $1 /*for update*/";
    /// The beginning of a chain.
    BEGIN = "insert into event_head (lane, number, hash) values ($1, 0, $2) on conflict (lane) do nothing";
    /// The new end of a chain.
    MOVE = "update event_head set number = $2, hash = $3 where lane = $1";
    /// Whose people somebody belongs to.
    OF_PERSON = "select organisation from person where id = $1";
    /// Whose a project is.
    OF_PROJECT = "select organisation from project where id = $1";
    /// Whose a centre is.
    OF_CENTRE = "select organisation from centre where id = $1";
    /// Whose a computer is.
    OF_DEVICE = "select c.organisation from device d join centre c on c.id = d.centre where d.id = $1";
    /// Whose a key is.
    OF_KEY = "select p.organisation from api_key k join person p on p.id = k.person where k.id = $1";
    /// Whose an invitation is.
    OF_INVITATION = "select organisation from invitation where id = $1";
}

/// One row of the record. Its body is for reading, never for deciding; it holds no secrets.
#[derive(Debug, Clone)]
pub struct Entry {
    kind: &'static str,
    object: &'static str,
    subject: [u8; 16],
    person: Option<Id<kind::Person>>,
    project: Option<Id<kind::Project>>,
    organisation: Option<Id<kind::Organisation>>,
    body: String,
}

impl Entry {
    /// Something happened to `subject`; `kind` is a word such as `device.revoked`.
    pub fn about<K: Kind>(kind: &'static str, subject: Id<K>) -> Self {
        let (object, subject) = (K::PREFIX, *subject.as_bytes());
        Self { kind, object, subject, person: None, project: None, organisation: None, body: String::new() }
    }

    /// This person did it.
    #[must_use]
    pub fn by(mut self, person: Id<kind::Person>) -> Self {
        self.person = Some(person);
        self
    }

    /// It belongs to this project.
    #[must_use]
    pub fn of(mut self, project: Id<kind::Project>) -> Self {
        self.project = Some(project);
        self
    }

    /// It belongs to this organisation, whose own people may read of it.
    #[must_use]
    pub fn in_organisation(mut self, organisation: Id<kind::Organisation>) -> Self {
        self.organisation = Some(organisation);
        self
    }

    /// More about it.
    #[must_use]
    pub fn saying(mut self, body: impl Into<String>) -> Self {
        self.body = body.into();
        self
    }

    /// The organisation that it is about, whose own people may read of it.
    fn whose(&self, tx: &mut Tx<'_>) -> Result<Option<Id<kind::Organisation>>, DbError> {
        let of = |tx: &mut Tx<'_>, statement: &'static Sql, id: &[u8; 16]| {
            tx.query_opt(statement, params![id], |row| row.id(0))
        };
        if self.organisation.is_some() {
            return Ok(self.organisation);
        }
        match self.object {
            "org" => Ok(Some(Id::from_bytes(self.subject))),
            "person" => of(tx, &OF_PERSON, &self.subject),
            "project" => of(tx, &OF_PROJECT, &self.subject),
            "centre" => of(tx, &OF_CENTRE, &self.subject),
            "device" => of(tx, &OF_DEVICE, &self.subject),
            "key" => of(tx, &OF_KEY, &self.subject),
            "invitation" => of(tx, &OF_INVITATION, &self.subject),
            _ => match self.project {
                Some(project) => of(tx, &OF_PROJECT, project.as_bytes()),
                None => Ok(None),
            },
        }
    }
}

/// The end of this connection's chain, held.
fn head(tx: &mut Tx<'_>) -> Result<(i64, Hash), DbError> {
    let lane = tx.lane();
    let found = tx.query_opt(&HEAD, params![lane], |row| Ok((row.get::<i64>(0)?, row.get::<Hash>(1)?)))?;
    if let Some(head) = found {
        return Ok(head);
    }
    tx.execute(&BEGIN, params![lane, &START[..]])?;
    tx.query_one(&HEAD, params![lane], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Writes a row, in the transaction of what it tells.
///
/// # Errors
/// The database's.
pub fn note(tx: &mut Tx<'_>, turn: &Turn, entry: &Entry) -> Result<(), DbError> {
    let organisation = entry.whose(tx)?;
    let (number, previous) = head(tx)?;
    let line = Line {
        lane: tx.lane(),
        number: number + 1,
        id: turn.mint(),
        at: turn.at,
        person: entry.person,
        kind: entry.kind.to_owned(),
        project: entry.project,
        object: entry.object.to_owned(),
        subject: Some(entry.subject),
        organisation,
        body: entry.body.clone(),
    };
    let hash = line.hash(&previous);
    tx.execute(
        &NOTE,
        params![
            line.id.param(),
            line.at.param(),
            line.person.param(),
            entry.kind,
            line.project.param(),
            entry.subject.as_slice(),
            entry.body.as_str(),
            line.lane,
            line.number,
            entry.object,
            line.organisation.param(),
            &hash[..]
        ],
    )?;
    tx.execute(&MOVE, params![line.lane, line.number, &hash[..]])?;
    Ok(())
}

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[ALL, trail::ALL];
