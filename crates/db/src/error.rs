//! What can go wrong with the database, told by the caller's situation and not by the engine's codes.

use rusqlite::ErrorCode;
use std::error::Error as _;
use tokio_postgres::error::SqlState;

/// Why a piece of database work was not done. Nothing of the work is kept when one of these comes back,
/// except where [`DbError::Unavailable`] says that the outcome is unknown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DbError {
    /// The database cannot be reached now (gone, restarting, locked by another program). Later calls work
    /// again without a restart. `outcome_unknown`: the link broke while the commit was on its way, so the
    /// work may be stored; the caller finds out by the ids it minted.
    #[error("the database cannot be reached now, try again shortly: {detail}")]
    Unavailable {
        /// The engine's own words.
        detail: String,
        /// The commit may have happened.
        outcome_unknown: bool,
    },
    /// The disk, or the size granted to the database, is full.
    #[error("the database has no room left, make space on its disk: {0}")]
    Full(String),
    /// A rule of the schema was broken. See [`ConstraintKind`] for what `name` holds.
    #[error("{kind:?} rule {name:?} of the database was broken")]
    Constraint {
        /// Which sort of rule.
        kind: ConstraintKind,
        /// The rule's name, the same on both engines where it has one.
        name: String,
    },
    /// Other transactions got in the way each time it was tried.
    #[error("others changed the same rows each time, try again: {0}")]
    Serialization(String),
    /// A column did not hold what the program asked for.
    #[error("a column does not hold what was asked for: {0}")]
    Decode(String),
    /// A query that must find exactly one row found none; the statement's name.
    #[error("no row for {0}")]
    NoRow(&'static str),
    /// Text with a NUL character, which PostgreSQL cannot store: whoever sent it must mend it.
    #[error("text holds a NUL character, which cannot be stored")]
    BadText,
    /// A value that cannot be stored on both engines: a number that is not one.
    #[error("a value cannot be stored: {0}")]
    BadValue(&'static str),
    /// The caller's function asked to stop reading rows.
    #[error("reading was stopped by the caller")]
    Stopped,
    /// The database was closed while the work waited.
    #[error("the database is closed")]
    Closed,
    /// The caller's function panicked; its work was undone.
    #[error("work on the database panicked: {0}")]
    Panicked(String),
    /// Anything else: a mistake in a statement, a damaged file.
    #[error("database error: {0}")]
    Other(String),
}

/// Sorts of schema rules. Uniqueness is reported by the name of the index (`create unique index NAME`); for
/// `primary key` and inline `unique (a, b)` that is `TABLE_pkey` and `TABLE_a_b_key`, on both engines. A check
/// has the name it was given; a missing value is `TABLE.COLUMN`; SQLite does not name foreign keys (empty).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConstraintKind {
    /// Two rows with the same key.
    Unique,
    /// A reference to a row that is not there, or the deletion of a row that is referred to.
    ForeignKey,
    /// A `check (…)`.
    Check,
    /// A missing value.
    NotNull,
    /// Another rule of the engine.
    Other,
}

impl DbError {
    /// Whether this is a breach of the uniqueness rule `name`.
    pub fn is_unique(&self, name: &str) -> bool {
        matches!(self, Self::Constraint { kind: ConstraintKind::Unique, name: found } if found == name)
    }

    pub(crate) fn unavailable(detail: impl std::fmt::Display) -> Self {
        Self::Unavailable { detail: detail.to_string(), outcome_unknown: false }
    }

    /// Adds the statement's name to the errors whose text is for engineers.
    pub(crate) fn at(self, statement: &str) -> Self {
        match self {
            Self::Other(text) => Self::Other(format!("{statement}: {text}")),
            Self::Decode(text) => Self::Decode(format!("{statement}: {text}")),
            other => other,
        }
    }
}

/// An error with all its causes on one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text
}

/// Translates an error of SQLite; `connection` is asked for the name of a broken uniqueness rule.
pub(crate) fn from_sqlite(connection: &rusqlite::Connection, error: &rusqlite::Error) -> DbError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => DbError::Full(chain(error)),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::CannotOpen) => {
            DbError::unavailable(chain(error))
        }
        Some(ErrorCode::ConstraintViolation) => sqlite_constraint(connection, &error.to_string()),
        _ => DbError::Other(chain(error)),
    }
}

/// SQLite says `UNIQUE constraint failed: person.email, person.tenant`, or the name after the colon.
fn sqlite_constraint(connection: &rusqlite::Connection, message: &str) -> DbError {
    let (what, name) = message.split_once(" constraint failed").unwrap_or((message, ""));
    let name = name.trim_start_matches([':', ' ']);
    let kind = match what {
        "UNIQUE" => ConstraintKind::Unique,
        "FOREIGN KEY" => ConstraintKind::ForeignKey,
        "CHECK" => ConstraintKind::Check,
        "NOT NULL" => ConstraintKind::NotNull,
        _ => ConstraintKind::Other,
    };
    let name = match kind {
        ConstraintKind::Unique => sqlite_unique_name(connection, name).unwrap_or_else(|| name.to_owned()),
        _ => name.to_owned(),
    };
    DbError::Constraint { kind, name }
}

/// Finds the index behind `person.email, person.tenant`, named as PostgreSQL names it.
fn sqlite_unique_name(connection: &rusqlite::Connection, columns: &str) -> Option<String> {
    if let Some(index) = columns.strip_prefix("index '") {
        return Some(index.trim_end_matches('\'').to_owned());
    }
    let (table, _) = columns.split_once('.')?;
    let names: Vec<&str> = columns.split(", ").filter_map(|c| Some(c.split_once('.')?.1)).collect();
    let query = "select name, origin from pragma_index_list(?1) as list where \"unique\" = 1 and ?2 = \
                 (select group_concat(c.name, ',') from pragma_index_info(list.name) as c)";
    let row = connection.query_row(query, (table, names.join(",")), |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    });
    match row {
        Ok((name, origin)) if origin == "c" => Some(name),
        Ok((_, origin)) if origin == "u" => Some(format!("{table}_{}_key", names.join("_"))),
        // `integer primary key` has no index of its own.
        Ok(_) | Err(rusqlite::Error::QueryReturnedNoRows) => Some(format!("{table}_pkey")),
        Err(_) => None,
    }
}

/// Translates an error of PostgreSQL by its SQLSTATE
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
pub(crate) fn from_postgres(error: &tokio_postgres::Error) -> DbError {
    let Some(server) = error.as_db_error() else {
        // Values that our own conversion refused come back as the cause.
        let cause = error.source();
        if let Some(ours) = cause.and_then(|cause| cause.downcast_ref::<DbError>()) {
            return ours.clone();
        }
        let broken_link =
            error.is_closed() || cause.is_some_and(<dyn std::error::Error>::is::<std::io::Error>);
        return if broken_link { DbError::unavailable(chain(error)) } else { DbError::Other(chain(error)) };
    };
    let text = format!("{} ({})", chain(error), server.code().code());
    match *server.code() {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => DbError::Serialization(text),
        SqlState::DISK_FULL => DbError::Full(text),
        SqlState::TOO_MANY_CONNECTIONS => DbError::unavailable(text),
        _ => match server.code().code().get(..2) {
            Some("23") => postgres_constraint(server),
            Some("08" | "57") if *server.code() != SqlState::QUERY_CANCELED => DbError::unavailable(text),
            _ => DbError::Other(text),
        },
    }
}

fn postgres_constraint(server: &tokio_postgres::error::DbError) -> DbError {
    let kind = match *server.code() {
        SqlState::UNIQUE_VIOLATION => ConstraintKind::Unique,
        SqlState::FOREIGN_KEY_VIOLATION => ConstraintKind::ForeignKey,
        SqlState::CHECK_VIOLATION => ConstraintKind::Check,
        SqlState::NOT_NULL_VIOLATION => ConstraintKind::NotNull,
        _ => ConstraintKind::Other,
    };
    let name = match (server.constraint(), server.table(), server.column()) {
        (Some(name), _, _) => name.to_owned(),
        (None, Some(table), Some(column)) => format!("{table}.{column}"),
        _ => server.message().to_owned(),
    };
    DbError::Constraint { kind, name }
}
