//! The worker's side: what changed since the version that was read, and confirming it.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::policy::{Can, Work};
use kazi_domain::{Id, kind};

use crate::bound::Head;
use crate::rows::Param;
use crate::turn::Turn;

kazi_db::statements! {
    /// The version that somebody has confirmed.
    READ = "select version from instructions_read where person = $1 and project = $2";
    /// What changed since a version, the oldest first.
    SINCE = "select version, changed from instructions where project = $1 and version > $2 and version <= $3 order by version";
    /// The text of a version.
    BODY = "select body from instructions where project = $1 and version = $2";
    /// Whether somebody has worked there.
    WORKED = "select 1 from tally where person = $1 and project = $2 limit 1";
    /// Notes that a version was read; never an older one than before.
    CONFIRM = "insert into instructions_read (person, project, version, read_at) values ($1, $2, $3, $4) \
               on conflict (person, project) do update set version = excluded.version, read_at = excluded.read_at \
               where instructions_read.version < excluded.version";
}

/// The version that somebody has confirmed; the first needs no confirming.
///
/// # Errors
/// The database's.
pub fn read_version(read: &mut Read<'_>, person: Id<kind::Person>, head: &Head) -> Result<i64, DbError> {
    // Most instructions never change: then there is nothing to look up.
    if head.terms.instructions <= 1 {
        return Ok(1);
    }
    let found = read.query_opt(&READ, params![person.param(), head.id.param()], |row| row.get(0))?;
    Ok(found.unwrap_or(1))
}

/// Whether somebody must read what changed before the next task.
pub(crate) fn must_read(read: &mut Read<'_>, person: Id<kind::Person>, head: &Head) -> Result<bool, DbError> {
    Ok(read_version(read, person, head)? < head.terms.instructions)
}

/// What a worker reads before the next task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The version to confirm.
    pub version: i64,
    /// Whether that was confirmed already.
    pub confirmed: bool,
    /// What changed since the version that was read, the oldest change first; empty for who comes new.
    pub changes: Vec<String>,
    /// The instructions as they are now.
    pub body: String,
}

/// What changed in a project's instructions for somebody who works there, and what they are now.
///
/// # Errors
/// The database's.
pub fn news(read: &mut Read<'_>, can: &Can<Work>, head: &Head) -> Result<News, DbError> {
    let (person, version) = (can.actor().person, head.terms.instructions);
    let since = read_version(read, person, head)?;
    let worked = read.query_opt(&WORKED, params![person.param(), head.id.param()], |_| Ok(()))?.is_some();
    let changes = if worked || since > 1 {
        read.query_all(&SINCE, params![head.id.param(), since, version], |row| row.get::<String>(1))?
    } else {
        Vec::new()
    };
    let body = read.query_opt(&BODY, params![head.id.param(), version], |row| row.get(0))?;
    Ok(News { version, confirmed: since >= version, changes, body: body.unwrap_or_default() })
}

/// Confirms that a version was read. A version that is not there yet confirms nothing.
///
/// # Errors
/// The database's.
pub fn confirm(
    tx: &mut Tx<'_>,
    can: &Can<Work>,
    head: &Head,
    version: i64,
    turn: &Turn,
) -> Result<(), DbError> {
    if version < 1 || version > head.terms.instructions {
        return Ok(());
    }
    let (person, project) = (can.actor().person, head.id);
    tx.execute(&CONFIRM, params![person.param(), project.param(), version, turn.at.param()]).map(drop)
}
