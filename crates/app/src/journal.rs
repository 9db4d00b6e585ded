//! The record of what happened: who did what to what, and when. Append only.

use kazi_db::{DbError, Tx, params};
use kazi_domain::{Id, Kind, kind};

use crate::rows::Param;
use crate::turn::Turn;

kazi_db::statements! {
    /// One more line.
    NOTE = "insert into event (id, at, person, kind, project, subject, body) values ($1, $2, $3, $4, $5, $6, $7)";
}

/// One line of the record. Its body is for reading, never for deciding; it holds no secrets.
#[derive(Debug, Clone)]
pub struct Entry {
    kind: &'static str,
    subject: [u8; 16],
    person: Option<Id<kind::Person>>,
    project: Option<Id<kind::Project>>,
    body: String,
}

impl Entry {
    /// Something happened to `subject`; `kind` is a word such as `device.revoked`.
    pub fn about<K: Kind>(kind: &'static str, subject: Id<K>) -> Self {
        Self { kind, subject: *subject.as_bytes(), person: None, project: None, body: String::new() }
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

    /// More about it.
    #[must_use]
    pub fn saying(mut self, body: impl Into<String>) -> Self {
        self.body = body.into();
        self
    }
}

/// Writes a line.
///
/// # Errors
/// The database's.
pub fn note(tx: &mut Tx<'_>, turn: &Turn, entry: &Entry) -> Result<(), DbError> {
    let id: Id<kind::Event> = turn.mint();
    tx.execute(
        &NOTE,
        params![
            id.param(),
            turn.at.param(),
            entry.person.param(),
            entry.kind,
            entry.project.param(),
            entry.subject.as_slice(),
            entry.body.as_str()
        ],
    )?;
    Ok(())
}
