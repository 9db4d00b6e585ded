//! Whole copies of a database, taken while it is in use, and what one must know before trusting them.

use crate::dialect::Engine;
use crate::error::{DbError, from_sqlite};
use crate::sql::Sql;
use crate::sqlite;
use crate::tx::{Link, Read, Tx};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;
use std::time::Duration;

static TABLES: Sql = Sql::new(
    "kazi_db::copy::TABLES",
    "select name from /*sqlite: sqlite_schema where type = 'table' and name not like 'sqlite@_%' escape '@'*/ \
     /*postgres: (select cast(table_name as text) as name from information_schema.tables \
     where table_schema = current_schema() and table_type = 'BASE TABLE') as tables*/ order by name",
);
static SCHEMA: Sql = Sql::new(
    "kazi_db::copy::SCHEMA",
    "select cast(coalesce(max(version), 0) as bigint) from refinery_schema_history",
);
static SHARE: Sql = Sql::new("kazi_db::copy::SHARE", "select pg_export_snapshot()");
static OTHERS: Sql = Sql::new(
    "kazi_db::copy::OTHERS",
    "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() \
     and backend_type = 'client backend'",
);
/// Where the steps of the schema are written down.
const HISTORY: &str = "refinery_schema_history";

/// What a database holds, as of one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overview {
    /// The last step of its schema; 0 when it has none.
    pub schema: i64,
    /// Its tables, with the number of their rows.
    pub tables: BTreeMap<String, i64>,
}

/// Counts the rows of every table. Reads all of them: for copies, not for pages.
///
/// # Errors
/// The database's.
pub fn overview(read: &mut Read<'_>) -> Result<Overview, DbError> {
    let names: Vec<String> = read.query_all(&TABLES, &[], |row| row.get(0))?;
    let mut tables = BTreeMap::new();
    for name in names {
        let text = format!("select count(*) from \"{}\"", name.replace('"', "\"\""));
        // A statement lives as long as the program. This is done a few times at most, for a few tables.
        let count: &'static Sql = Box::leak(Box::new(Sql::new("kazi_db::copy::COUNT", text.leak())));
        let rows = read.query_one(count, &[], |row| row.get(0))?;
        tables.insert(name, rows);
    }
    Ok(Overview { schema: schema(read)?, tables })
}

/// The last step of a database's schema; 0 when it has none.
///
/// # Errors
/// The database's.
pub fn schema(read: &mut Read<'_>) -> Result<i64, DbError> {
    let names: Vec<String> = read.query_all(&TABLES, &[], |row| row.get(0))?;
    if names.iter().any(|name| name == HISTORY) {
        read.query_one(&SCHEMA, &[], |row| row.get(0))
    } else {
        Ok(0)
    }
}

/// A name under which PostgreSQL's own programs see what this transaction sees, while it lasts.
///
/// # Errors
/// The database's; on SQLite always.
pub fn shared_snapshot(read: &mut Read<'_>) -> Result<String, DbError> {
    read.query_one(&SHARE, &[], |row| row.get(0))
}

/// How many others are connected to the database of this PostgreSQL server; 0 on SQLite.
///
/// # Errors
/// The database's.
pub fn others_connected(read: &mut Read<'_>) -> Result<i64, DbError> {
    match read.engine() {
        Engine::Sqlite => Ok(0),
        Engine::Postgres => read.query_one(&OTHERS, &[], |row| row.get(0)),
    }
}

/// Writes what an SQLite database holds at this moment into a new file, while others go on reading and writing.
/// The file is durable afterwards; its name is as durable as its folder.
///
/// # Errors
/// When either cannot be used, or `to` is there already.
pub fn sqlite_into(from: &Path, to: &Path) -> Result<(), DbError> {
    let name = to.to_str().ok_or_else(|| DbError::Other(format!("{} is no plain name", to.display())))?;
    let connection = sqlite::open_plain(from)?;
    let copied = connection.execute("vacuum into ?1", [name]);
    copied.map_err(|error| from_sqlite(&connection, &error))?;
    let synced = File::open(to).and_then(|file| file.sync_all());
    synced.map_err(|error| DbError::unavailable(format!("{}: {error}", to.display())))
}

/// Looks over a file that nobody uses, page by page, and counts what it holds.
///
/// # Errors
/// When it is no whole SQLite database.
pub fn sqlite_overview(file: &Path) -> Result<Overview, DbError> {
    let connection = sqlite::open_plain(file)?;
    let sqlite = |error| from_sqlite(&connection, &error);
    let verdict: String =
        connection.query_row("pragma integrity_check(1)", [], |row| row.get(0)).map_err(sqlite)?;
    if verdict != "ok" {
        return Err(DbError::Other(format!("{} is damaged: {verdict}", file.display())));
    }
    overview(&mut Tx::new(Link::Sqlite(&connection), 0))
}

/// Whether nobody else has this SQLite database open; then all of it lies in the one file afterwards. A file that
/// is no database any more is nobody's.
///
/// # Errors
/// When the file cannot be opened at all.
pub fn sqlite_is_free(file: &Path) -> Result<bool, DbError> {
    let told = |error: &rusqlite::Error| DbError::unavailable(format!("{}: {error}", file.display()));
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE);
    let connection = connection.map_err(|error| told(&error))?;
    connection.busy_timeout(Duration::from_secs(2)).map_err(|error| told(&error))?;
    // Leaving the write-ahead log needs the file for oneself.
    match connection.query_row("pragma journal_mode = delete", [], |row| row.get::<_, String>(0)) {
        Ok(mode) => Ok(mode == "delete"),
        Err(rusqlite::Error::SqliteFailure(error, _))
            if matches!(error.code, ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) =>
        {
            Ok(false)
        }
        Err(_) => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Db, Options};

    #[test]
    fn a_copy_is_what_was_there_and_whoever_has_it_open_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let (path, copy) = (folder.path().join("kazi.db"), folder.path().join("copy.db"));
        let db = Db::open(&Options::sqlite(&path)).unwrap();
        let step =
            crate::Migration { version: 1, name: "start", sql: "create table \"a b\" (n BIGINT not null)" };
        db.migrate(&[step]).unwrap();
        db.write_blocking(|tx| tx.execute(crate::sql!("insert into \"a b\" (n) values (7)"), &[])).unwrap();
        sqlite_into(&path, &copy).unwrap();
        assert!(sqlite_into(&path, &copy).is_err(), "nothing is written over");
        db.write_blocking(|tx| tx.execute(crate::sql!("insert into \"a b\" (n) values (8)"), &[])).unwrap();
        let seen = sqlite_overview(&copy).unwrap();
        assert_eq!((seen.schema, seen.tables["a b"]), (1, 1));
        assert!(!sqlite_is_free(&path).unwrap());
        drop(db);
        assert!(sqlite_is_free(&path).unwrap());
        std::fs::write(&path, "no database at all, and long enough to be looked at as one").unwrap();
        assert!(sqlite_is_free(&path).unwrap());
        assert!(sqlite_overview(&path).is_err());
    }
}
