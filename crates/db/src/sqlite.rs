//! SQLite: one writer thread that commits the work of many at once, and readers beside it.
//!
//! The invariant: a reply is sent only after the commit that holds its work has returned from `fsync`.

use crate::error::{DbError, from_sqlite};
use crate::job::Job;
use crate::row::{Inner, Row};
use crate::tx::{Link, Tx};
use crate::value::{Value, check_values};
use async_channel::Receiver;
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, OpenFlags};
use std::path::Path;

/// How much work one commit carries at most: the first of a batch waits for the last.
const BATCH: usize = 64;

/// Opens the connection of the writer; makes the file when there is none.
pub(crate) fn open_writer(path: &Path) -> Result<Connection, DbError> {
    let own = "pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -32768";
    open(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE, own)
}

/// Opens the connection of a reader.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, DbError> {
    open(path, OpenFlags::SQLITE_OPEN_READ_WRITE, "pragma query_only = on; pragma cache_size = -8192")
}

/// Opens a connection that leaves the file's settings alone.
pub(crate) fn open_plain(path: &Path) -> Result<Connection, DbError> {
    open(path, OpenFlags::SQLITE_OPEN_READ_WRITE, "")
}

fn open(path: &Path, flags: OpenFlags, own: &str) -> Result<Connection, DbError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| DbError::unavailable(format!("{}: {error}", path.display())))?;
    connection.set_prepared_statement_cache_capacity(1024);
    let common = "pragma busy_timeout = 5000; pragma foreign_keys = on; pragma temp_store = memory; \
                  pragma trusted_schema = off; pragma journal_size_limit = 67108864;";
    script(&connection, &format!("{common} {own}"))?;
    // Otherwise SQLite looks at the values bound to a statement when it plans it, and prepares it anew for others: that
    // was half of all the work of a busy server.
    let stable = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true);
    stable.map_err(|error| from_sqlite(&connection, &error))?;
    Ok(connection)
}

/// The writer's thread: takes what waits, commits once, replies.
pub(crate) fn write_loop(connection: &Connection, queue: &Receiver<Box<dyn Job>>) {
    let mut jobs = Vec::with_capacity(BATCH);
    while let Ok(first) = queue.recv_blocking() {
        jobs.push(first);
        jobs.extend(std::iter::from_fn(|| queue.try_recv().ok()).take(BATCH - 1));
        write_batch(connection, &mut jobs);
        jobs.drain(..).for_each(Job::reply);
    }
}

/// Runs the jobs and commits them together. Each job has its result afterwards.
fn write_batch(connection: &Connection, jobs: &mut [Box<dyn Job>]) {
    if let Err(error) = simple(connection, "begin immediate") {
        return refuse(jobs, &error);
    }
    let lost = jobs.iter_mut().find_map(|job| write_one(connection, job.as_mut()).err());
    let while_working = lost.is_some();
    let Some(error) = lost.or_else(|| simple(connection, "commit").err()) else { return };
    roll_back(connection);
    // One job lost the transaction of all (a full disk while it wrote), or left a breach for the commit to find:
    // that is not the fault of the others, so each is done again by itself.
    if jobs.len() > 1 && (while_working || matches!(error, DbError::Constraint { .. })) {
        jobs.chunks_mut(1).for_each(|job| write_batch(connection, job));
    } else {
        refuse(jobs, &error);
    }
}

fn refuse(jobs: &mut [Box<dyn Job>], error: &DbError) {
    for job in jobs {
        job.refuse(error.clone());
    }
}

/// Runs one job inside the batch. An error means that the batch is lost; a job's own failure is not one.
fn write_one(connection: &Connection, job: &mut dyn Job) -> Result<(), DbError> {
    simple(connection, "savepoint job")?;
    let mut tx = Tx::new(Link::Sqlite(connection), 0);
    let keep = job.run(&mut tx);
    if connection.is_autocommit() {
        let lost = || DbError::Other("the transaction ended while work went on in it".to_owned());
        return Err(tx.broken().cloned().unwrap_or_else(lost));
    }
    if !keep {
        simple(connection, "rollback to job")?;
    }
    simple(connection, "release job")
}

fn roll_back(connection: &Connection) {
    if !connection.is_autocommit() {
        // When even this fails, SQLite has ended the transaction by itself; the next one begins anew.
        drop(simple(connection, "rollback"));
    }
}

/// A reader's thread: each job sees one snapshot.
pub(crate) fn read_loop(connection: &Connection, queue: &Receiver<Box<dyn Job>>) {
    while let Ok(mut job) = queue.recv_blocking() {
        if job.is_glance() {
            job.run(&mut Tx::glance(Link::Sqlite(connection)));
            job.reply();
            continue;
        }
        match simple(connection, "begin") {
            Ok(()) => {
                job.run(&mut Tx::new(Link::Sqlite(connection), 0));
                roll_back(connection);
            }
            Err(error) => job.refuse(error),
        }
        job.reply();
    }
}

fn simple(connection: &Connection, text: &str) -> Result<(), DbError> {
    let run = || connection.prepare_cached(text)?.raw_execute();
    run().map(drop).map_err(|error| from_sqlite(connection, &error))
}

pub(crate) fn script(connection: &Connection, text: &str) -> Result<(), DbError> {
    connection.execute_batch(text).map_err(|error| from_sqlite(connection, &error))
}

pub(crate) fn execute(connection: &Connection, text: &str, params: &[Value<'_>]) -> Result<u64, DbError> {
    insert_many(connection, text, [params])
}

/// Runs a statement once for each row of values; how many rows that changed.
pub(crate) fn insert_many<'v, R, I>(connection: &Connection, text: &str, rows: I) -> Result<u64, DbError>
where
    R: AsRef<[Value<'v>]>,
    I: IntoIterator<Item = R>,
{
    let sqlite = |error| from_sqlite(connection, &error);
    let mut statement = connection.prepare_cached(text).map_err(sqlite)?;
    let mut changed = 0;
    for row in rows {
        bind(connection, &mut statement, row.as_ref())?;
        changed += statement.raw_execute().map_err(sqlite)?;
    }
    Ok(u64::try_from(changed).unwrap_or(u64::MAX))
}

pub(crate) fn for_each(
    connection: &Connection,
    text: &str,
    params: &[Value<'_>],
    mut go_on: impl FnMut(&Row<'_>) -> bool,
) -> Result<(), DbError> {
    let sqlite = |error| from_sqlite(connection, &error);
    let mut statement = connection.prepare_cached(text).map_err(sqlite)?;
    bind(connection, &mut statement, params)?;
    let mut rows = statement.raw_query();
    while rows.next().map_err(sqlite)?.is_some_and(|row| go_on(&Row(Inner::Sqlite(row)))) {}
    Ok(())
}

fn bind(
    connection: &Connection,
    statement: &mut CachedStatement<'_>,
    values: &[Value<'_>],
) -> Result<(), DbError> {
    check_values(statement.parameter_count(), values)?;
    for (place, value) in (1..).zip(values) {
        statement.raw_bind_parameter(place, value).map_err(|error| from_sqlite(connection, &error))?;
    }
    Ok(())
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Real(number) => ValueRef::Real(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::StatementStatus;

    #[test]
    fn other_values_do_not_make_sqlite_plan_a_statement_again() {
        let folder = tempfile::tempdir().unwrap();
        let connection = open_writer(&folder.path().join("kazi.db")).unwrap();
        script(
            &connection,
            "create table line (place integer, open integer); create index places on line (open, place)",
        )
        .unwrap();
        let text = "select place from line where open > 0 and place > ?1 order by place limit ?2";
        let mut statement = connection.prepare(text).unwrap();
        for value in 0..5 {
            let rows = statement.query_map([value, value + 1], |row| row.get::<_, i64>(0)).unwrap();
            assert_eq!(rows.count(), 0);
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
