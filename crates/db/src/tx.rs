//! What a use case holds while it works: [`Read`] to look, [`Tx`] to change.

use crate::dialect::Engine;
use crate::error::DbError;
use crate::postgres::Session;
use crate::row::Row;
use crate::sql::{BulkInsert, Sql};
use crate::sqlite;
use crate::value::Value;
use std::ops::{Deref, DerefMut};

/// A view of the database that does not change while it is held.
#[derive(Debug)]
pub struct Read<'c> {
    link: Link<'c>,
    lane: i64,
    /// How many statements may still be asked: a glance has one.
    left: u64,
    /// The first error of a statement: from then on the work cannot be kept, on either engine.
    broken: Option<DbError>,
}

/// A transaction: all of it is kept, or nothing.
///
/// It derefs to [`Read`], so a function that only looks takes `&mut Read` and is called with a `&mut Tx` too.
/// A statement that fails ends the work, on either engine, even when its error is swallowed: write one that does
/// not fail (`on conflict do nothing`) and look at how many rows it changed.
#[derive(Debug)]
pub struct Tx<'c>(Read<'c>);

#[derive(Debug)]
pub(crate) enum Link<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(&'c mut Session),
}

impl<'c> Deref for Tx<'c> {
    type Target = Read<'c>;
    fn deref(&self) -> &Read<'c> {
        &self.0
    }
}

impl<'c> DerefMut for Tx<'c> {
    fn deref_mut(&mut self) -> &mut Read<'c> {
        &mut self.0
    }
}

impl Read<'_> {
    /// Which engine answers.
    pub fn engine(&self) -> Engine {
        match self.link {
            Link::Sqlite(_) => Engine::Sqlite,
            Link::Postgres(_) => Engine::Postgres,
        }
    }

    /// A small number (0, 1, …) that no other transaction of this process has at the same time: counters that
    /// many transactions add to keep one row a lane, so that nobody waits. Always 0 on SQLite and in reads.
    pub fn lane(&self) -> i64 {
        self.lane
    }

    /// Calls `each` with every row, one at a time; the result is never held whole in memory.
    ///
    /// # Errors
    /// The statement's, or the first error of `each`, which ends the reading.
    pub fn for_each<F>(&mut self, sql: &'static Sql, params: &[Value<'_>], mut each: F) -> Result<(), DbError>
    where
        F: FnMut(&Row<'_>) -> Result<(), DbError>,
    {
        self.usable()?;
        self.left =
            self.left.checked_sub(1).ok_or_else(|| DbError::Other("a glance is one statement".to_owned()))?;
        let mut stopped = None;
        let go_on = |row: &Row<'_>| {
            stopped = each(row).err();
            stopped.is_none()
        };
        let done = match &mut self.link {
            Link::Sqlite(connection) => sqlite::for_each(connection, sql.on(Engine::Sqlite), params, go_on),
            Link::Postgres(session) => session.run(sql, params, go_on).map(drop),
        };
        match stopped {
            // The caller's own error does not harm the transaction.
            Some(error) => Err(error.at(sql.name())),
            None => self.note(done, sql.name()),
        }
    }

    /// Says that this query will be asked for next, with these very values. On PostgreSQL it is sent now, and several
    /// queries that do not need each other's rows make one journey; on SQLite nothing happens. What is written
    /// between this call and the query is not seen by it.
    ///
    /// # Errors
    /// As [`Tx::post`].
    pub fn ahead(&mut self, sql: &'static Sql, params: &[Value<'_>]) -> Result<(), DbError> {
        self.usable()?;
        let done = match &mut self.link {
            Link::Sqlite(_) => Ok(()),
            Link::Postgres(session) => session.query_ahead(sql, params),
        };
        self.note(done, sql.name())
    }

    /// All rows, made into `T`s. For results that are known to be small.
    ///
    /// # Errors
    /// As [`Read::for_each`].
    pub fn query_all<T, F>(
        &mut self,
        sql: &'static Sql,
        params: &[Value<'_>],
        mut make: F,
    ) -> Result<Vec<T>, DbError>
    where
        F: FnMut(&Row<'_>) -> Result<T, DbError>,
    {
        let mut all = Vec::new();
        self.for_each(sql, params, |row| {
            all.push(make(row)?);
            Ok(())
        })?;
        Ok(all)
    }

    /// The only row, if there is one.
    ///
    /// # Errors
    /// As [`Read::for_each`], and when there are two rows or more.
    pub fn query_opt<T, F>(
        &mut self,
        sql: &'static Sql,
        params: &[Value<'_>],
        mut make: F,
    ) -> Result<Option<T>, DbError>
    where
        F: FnMut(&Row<'_>) -> Result<T, DbError>,
    {
        let mut found = None;
        self.for_each(sql, params, |row| match found {
            None => {
                found = Some(make(row)?);
                Ok(())
            }
            Some(_) => Err(DbError::Other("found more than one row".to_owned())),
        })?;
        Ok(found)
    }

    /// The one row that must be there.
    ///
    /// # Errors
    /// As [`Read::query_opt`], and [`DbError::NoRow`].
    pub fn query_one<T, F>(&mut self, sql: &'static Sql, params: &[Value<'_>], make: F) -> Result<T, DbError>
    where
        F: FnMut(&Row<'_>) -> Result<T, DbError>,
    {
        self.query_opt(sql, params, make)?.ok_or(DbError::NoRow(sql.name()))
    }

    fn usable(&self) -> Result<(), DbError> {
        self.broken.clone().map_or(Ok(()), Err)
    }

    fn note<T>(&mut self, done: Result<T, DbError>, statement: &str) -> Result<T, DbError> {
        done.map_err(|error| {
            let error = error.at(statement);
            self.broken = Some(error.clone());
            error
        })
    }
}

impl<'c> Tx<'c> {
    pub(crate) fn new(link: Link<'c>, lane: i64) -> Self {
        Self(Read { link, lane, left: u64::MAX, broken: None })
    }

    /// What a glance is done with.
    pub(crate) fn glance(link: Link<'c>) -> Self {
        Self(Read { link, lane: 0, left: 1, broken: None })
    }

    /// Why the work cannot be kept.
    pub(crate) fn broken(&self) -> Option<&DbError> {
        self.broken.as_ref()
    }

    /// Runs a statement that changes rows; how many it changed.
    ///
    /// # Errors
    /// The statement's; the transaction cannot be kept after it.
    pub fn execute(&mut self, sql: &'static Sql, params: &[Value<'_>]) -> Result<u64, DbError> {
        self.usable()?;
        let done = match &mut self.0.link {
            Link::Sqlite(connection) => sqlite::execute(connection, sql.on(Engine::Sqlite), params),
            Link::Postgres(session) => session.run(sql, params, |_| true),
        };
        self.note(done, sql.name())
    }

    /// Runs a statement whose count does not matter. On PostgreSQL it is only sent, and travels with the next
    /// statement that is waited for or with the commit: much quicker than [`Tx::execute`]. Should it fail, that next
    /// statement fails, or the whole transaction does at its end, with this statement's error.
    ///
    /// # Errors
    /// That of this statement or of one posted before; the transaction cannot be kept after it.
    pub fn post(&mut self, sql: &'static Sql, params: &[Value<'_>]) -> Result<(), DbError> {
        self.usable()?;
        let done = match &mut self.0.link {
            Link::Sqlite(connection) => sqlite::execute(connection, sql.on(Engine::Sqlite), params).map(drop),
            Link::Postgres(session) => session.post_statement(sql, params),
        };
        self.note(done, sql.name())
    }

    /// Locks the rows that a `select … /*for update*/` finds, until the transaction ends. Should another transaction hold
    /// them, the next statement that is waited for waits until that one has ended, and sees what it did. Costs nothing
    /// on SQLite, where transactions that write come one after the other anyway.
    ///
    /// # Errors
    /// As [`Tx::post`].
    pub fn hold(&mut self, sql: &'static Sql, params: &[Value<'_>]) -> Result<(), DbError> {
        match self.engine() {
            Engine::Sqlite => self.usable(),
            Engine::Postgres => self.post(sql, params),
        }
    }

    /// Inserts many rows by the quickest way that the engine has; how many were inserted.
    ///
    /// # Errors
    /// When a row breaks a rule; the transaction cannot be kept after it.
    pub fn insert_many<'v, R, I>(&mut self, into: &'static BulkInsert, rows: I) -> Result<u64, DbError>
    where
        R: AsRef<[Value<'v>]>,
        I: IntoIterator<Item = R>,
    {
        self.usable()?;
        let done = match &mut self.0.link {
            Link::Sqlite(connection) => sqlite::insert_many(connection, into.sqlite(), rows),
            Link::Postgres(session) => session.insert_many(into, rows),
        };
        self.note(done, into.table)
    }
}
