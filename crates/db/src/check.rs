//! Checks that a test runs over all registered statements.

use crate::dialect::Engine;
use crate::error::DbError;
use crate::postgres::Session;
use crate::sql::Sql;
use crate::tls::Target;
use crate::{Db, Options, apart, sqlite};
use tokio_postgres::types::Type;

pub(crate) static ONE: Sql = Sql::new("kazi_db::check::ONE", "select 1");

/// The types of PostgreSQL that our values have.
const OURS: [Type; 4] = [Type::INT8, Type::FLOAT8, Type::TEXT, Type::BYTEA];

/// Prepares every statement on the database's engine. On PostgreSQL it also finds placeholders that the server
/// takes for another type than our values have (`$1 + 1` is a 4-byte integer there: write `cast($1 as bigint)`).
///
/// # Errors
/// A line for each statement that does not prepare.
pub fn prepare_all(db: &Db, statements: &[&'static Sql]) -> Result<(), Vec<String>> {
    let complaints = match &db.0.options {
        Options::Sqlite { path, .. } => sqlite::open_reader(path).map(|connection| {
            let prepared = statements.iter().map(|sql| (sql, connection.prepare(sql.on(Engine::Sqlite))));
            prepared
                .filter_map(|(sql, outcome)| Some(format!("{}: {}", sql.name(), outcome.err()?)))
                .collect()
        }),
        Options::Postgres { url, .. } => apart(|| prepare_on_postgres(url, statements)),
    };
    match complaints {
        Ok(lines) if lines.is_empty() => Ok(()),
        Ok(lines) => Err(lines),
        Err(error) => Err(vec![error.to_string()]),
    }
}

fn prepare_on_postgres(url: &str, statements: &[&'static Sql]) -> Result<Vec<String>, DbError> {
    let mut session = Session::open(&Target::parse(url)?)?;
    let mut lines = Vec::new();
    for sql in statements {
        match session.prepared(sql) {
            Ok(statement) => {
                let odd = (1..).zip(statement.params()).filter(|(_, kind)| !OURS.contains(kind));
                lines.extend(odd.map(|(place, kind)| format!("{}: ${place} is {kind}: cast it", sql.name())));
            }
            Err(error) => lines.push(format!("{}: {error}", sql.name())),
        }
    }
    Ok(lines)
}

/// Finds statements that read a whole large table, by SQLite's query plan. A scan of a partial index is not one
/// (it holds only the few rows that matter), nor is a statement that says `/*scans: why*/`.
///
/// # Errors
/// A line for each such statement.
pub fn full_scans(db: &Db, statements: &[&'static Sql], large_tables: &[&str]) -> Result<(), Vec<String>> {
    let Options::Sqlite { path, .. } = &db.0.options else { return Ok(()) };
    let connection = sqlite::open_reader(path).map_err(|error| vec![error.to_string()])?;
    let mut lines = Vec::new();
    for sql in statements.iter().filter(|sql| !sql.text().contains("/*scans:")) {
        match plan(&connection, sql) {
            Ok(steps) => {
                let bad = steps.iter().filter(|step| is_scan(&connection, step, sql, large_tables));
                lines.extend(bad.map(|step| format!("{}: {step}", sql.name())));
            }
            Err(error) => lines.push(format!("{}: {error}", sql.name())),
        }
    }
    if lines.is_empty() { Ok(()) } else { Err(lines) }
}

fn plan(connection: &rusqlite::Connection, sql: &Sql) -> rusqlite::Result<Vec<String>> {
    let mut explain = connection.prepare(&format!("explain query plan {}", sql.on(Engine::Sqlite)))?;
    let mut rows = explain.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next()? {
        steps.push(row.get("detail")?);
    }
    Ok(steps)
}

/// `SCAN t`, `SCAN t USING INDEX i`, `SEARCH t USING AUTOMATIC COVERING INDEX (a=?)`: `t` is the table's alias.
fn is_scan(connection: &rusqlite::Connection, step: &str, sql: &Sql, large_tables: &[&str]) -> bool {
    let mut words = step.split_whitespace();
    let scans = words.next() == Some("SCAN") || step.contains(" AUTOMATIC ");
    let alias = words.next().unwrap_or_default();
    let large = large_tables.iter().any(|table| *table == alias || has_alias(sql.text(), table, alias));
    let index = step.split_once(" INDEX ").and_then(|(_, rest)| rest.split_whitespace().next());
    let is_partial = |name: &str| {
        let query = "select sql like '% where %' from sqlite_schema where type = 'index' and name = ?1";
        connection.query_row(query, [name], |row| row.get::<_, bool>(0)).unwrap_or(false)
    };
    scans && large && !index.is_some_and(is_partial)
}

/// Whether the text calls `table` by `alias`: `from task t`, `join task as t`.
fn has_alias(text: &str, table: &str, alias: &str) -> bool {
    let words = || text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let follows = |next: Option<&str>| next.is_some_and(|word| word.eq_ignore_ascii_case(alias));
    words().enumerate().filter(|(_, word)| word.eq_ignore_ascii_case(table)).any(|(place, _)| {
        let mut after = words().skip(place + 1).skip_while(|word| word.eq_ignore_ascii_case("as"));
        follows(after.next())
    })
}
