//! What workers must know of a project, version by version.
//!
//! While a project is a draft nobody works by them, so its first version is written over. Afterwards a change makes a new
//! version, with a line that says what changed. Whoever works there reads that once, before the next task, and confirms;
//! each answer keeps the version that its worker had confirmed.

mod read;

pub(crate) use read::must_read;
pub use read::{News, confirm, news, read_version};

use kazi_db::{DbError, Read, Sql, Tx, params};
use kazi_domain::policy::{Can, ViewProject};
use kazi_domain::{Id, Moment, kind};

use crate::listing::{Ask, Page};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// One more version.
    ADD = "insert into instructions (project, version, body, changed, made_by, made_at) values ($1, $2, $3, $4, $5, $6)";
    /// The first version of a draft, written over.
    REWRITE = "update instructions set body = $2, made_by = $3, made_at = $4 where project = $1 and version = 1";
    /// The version that counts from now on.
    MOVE = "update project set instructions_version = instructions_version + 1 where id = $1 returning instructions_version";
    /// The versions, the newest first.
    LIST = "select i.version, i.body, i.changed, p.shown_name, i.made_at, coalesce((select b.body from instructions b \
            where b.project = i.project and b.version = i.version - 1), '') from instructions i \
            left join person p on p.id = i.made_by where i.project = $1 and i.version < $2 and lower(i.changed) like $4 escape '\\' \
            order by i.version desc limit $3";
}

/// A line that says what changed has no more characters.
const LONGEST_LINE: usize = 200;

/// The first version, of a project that is made.
pub(crate) fn first(
    tx: &mut Tx<'_>,
    (project, body): (Id<kind::Project>, &str),
    by: Id<kind::Person>,
    turn: &Turn,
) -> Result<(), DbError> {
    tx.execute(&ADD, params![project.param(), 1_i64, body, "", by.param(), turn.at.param()]).map(drop)
}

/// The first version again, while nobody works by it.
pub(crate) fn rewrite(
    tx: &mut Tx<'_>,
    (project, body): (Id<kind::Project>, &str),
    by: Id<kind::Person>,
    turn: &Turn,
) -> Result<(), DbError> {
    tx.execute(&REWRITE, params![project.param(), body, by.param(), turn.at.param()]).map(drop)
}

/// A new version, with a line that says what changed.
pub(crate) fn amend(
    tx: &mut Tx<'_>,
    (project, body, changed): (Id<kind::Project>, &str, &str),
    by: Id<kind::Person>,
    turn: &Turn,
) -> Result<(), DbError> {
    let version = tx.query_one(&MOVE, params![project.param()], |row| row.get::<i64>(0))?;
    tx.execute(&ADD, params![project.param(), version, body, changed, by.param(), turn.at.param()]).map(drop)
}

/// A line that says what changed, as it is kept; `None` when nothing was said.
pub(crate) fn line(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let line: String = words.join(" ").trim().chars().take(LONGEST_LINE).collect();
    (!line.is_empty()).then_some(line)
}

/// One version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number, from 1.
    pub version: i64,
    /// The instructions.
    pub body: String,
    /// Those of the version before; empty for the first.
    pub before: String,
    /// What changed, in a line; empty for the first.
    pub changed: String,
    /// Who wrote it.
    pub made_by: String,
    /// When.
    pub made_at: Moment,
}

/// The versions of a project's instructions, the newest first; a search looks at what changed. `before` is the number of
/// the version to begin below, where a page before ended.
///
/// # Errors
/// The database's.
pub fn list(
    read: &mut Read<'_>,
    can: &Can<ViewProject>,
    before: Option<i64>,
    ask: &Ask,
) -> Result<Page<Version>, DbError> {
    let (project, pattern) = (can.subject(), ask.pattern());
    let from = before.unwrap_or(i64::MAX);
    let params = params![project.param(), from, ask.limit(), pattern.as_str()];
    let rows = read.query_all(&LIST, params, |row| {
        Ok(Version {
            version: row.get(0)?,
            body: row.get(1)?,
            changed: row.get(2)?,
            made_by: row.get::<Option<String>>(3)?.unwrap_or_default(),
            made_at: row.moment(4)?,
            before: row.get(5)?,
        })
    })?;
    Ok(ask.page(rows, |row| crate::listing::Cursor::at(row.version.to_string(), project)))
}

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[ALL, read::ALL];

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn what_changed_is_one_line() {
        assert_eq!(line(" Write names\nas they stand. ").as_deref(), Some("Write names as they stand."));
        assert_eq!(line(" \n\t"), None);
        assert_eq!(line(&"ü".repeat(300)).unwrap().chars().count(), 200);
    }
}
