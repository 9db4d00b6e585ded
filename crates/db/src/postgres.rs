//! PostgreSQL: a few threads, each with a connection of its own, doing the same work as SQLite's writer.
//!
//! Each thread has a small runtime of its own for its link, so that statements can be on their way while the work
//! goes on: `begin`, and those whose outcome nobody waits for, travel with the next that is waited for. The work
//! itself never runs inside a runtime.

use crate::error::{DbError, from_postgres};
use crate::job::Job;
use crate::patience::Patience;
use crate::row::{Inner, Row};
use crate::sql::{BulkInsert, Sql};
use crate::tls::Target;
use crate::tx::{Link, Tx};
use crate::value::{Value, check_values};
use crate::worker::{Mode, Outcome};
use futures_util::{TryFutureExt, TryStreamExt};
use refinery::{Report, Runner};
use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Error, Statement};

/// How many statements are on their way at once.
const MOST_POSTED: usize = 256;

/// A connection with its prepared statements.
pub(crate) struct Session {
    runtime: Runtime,
    pub(crate) client: Arc<Client>,
    pub(crate) patience: Patience,
    /// Sent and not yet waited for.
    posted: Vec<Posted>,
    /// Queries sent before their rows are asked for.
    ahead: Vec<Ahead>,
    /// By the statement's address: a `&'static Sql` is one place for ever.
    statements: HashMap<usize, Statement>,
    copies: HashMap<usize, (String, Vec<Type>)>,
    /// A prepared statement no longer fits the tables (a migration ran beside us): prepare anew and try again.
    stale: bool,
}

struct Posted {
    name: &'static str,
    reply: Pin<Box<dyn Future<Output = Result<u64, Error>> + Send>>,
}

struct Ahead {
    sql: &'static Sql,
    params: Vec<Value<'static>>,
    reply: Pin<Box<dyn Future<Output = Result<Vec<tokio_postgres::Row>, Error>> + Send>>,
}

impl Ahead {
    fn is(&self, sql: &'static Sql, params: &[Value<'_>]) -> bool {
        std::ptr::eq(self.sql, sql) && self.params.as_slice() == params
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("statements", &self.statements.len()).finish_non_exhaustive()
    }
}

impl Session {
    pub(crate) fn open(target: &Target) -> Result<Self, DbError> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(DbError::unavailable)?;
        let client = Arc::new(runtime.block_on(target.connect())?);
        let (posted, ahead) = (Vec::new(), Vec::new());
        let (statements, copies) = (HashMap::new(), HashMap::new());
        let patience = Patience::of(target.patience);
        Ok(Self { runtime, client, patience, posted, ahead, statements, copies, stale: false })
    }

    /// Waits for replies however long they take: for work that holds everybody up, as migrations do.
    pub(crate) fn wait_for_ever(&mut self) {
        self.patience = Patience::of(Duration::MAX);
    }

    /// Runs a job of one statement, which the server makes a transaction of by itself.
    pub(crate) fn glance(&mut self, job: &mut dyn Job) -> Outcome {
        let mut tx = Tx::glance(Link::Postgres(self));
        job.run(&mut tx);
        match tx.broken().cloned() {
            Some(error) => self.failed(job, error),
            None => Outcome::Done,
        }
    }

    /// Runs a job in a transaction of its own.
    pub(crate) fn transaction(&mut self, job: &mut dyn Job, mode: Mode, lane: i64) -> Outcome {
        self.post_script(match mode {
            Mode::Write => "begin isolation level read committed",
            Mode::Read => "begin isolation level repeatable read read only",
        });
        let mut tx = Tx::new(Link::Postgres(self), lane);
        let keep = job.run(&mut tx);
        let broken = tx.broken().cloned();
        // What was asked ahead and then not wanted may have failed all the same: its outcome is waited for like theirs.
        for Ahead { sql, reply, .. } in std::mem::take(&mut self.ahead) {
            self.posted.push(Posted { name: sql.name(), reply: Box::pin(reply.map_ok(|_| 0)) });
        }
        if keep && mode == Mode::Read {
            // Nobody waits for the end of a read; it only must leave, so that the server holds no snapshot for us.
            self.post_script("commit");
            self.runtime.block_on(tokio::task::yield_now());
            return Outcome::Done;
        }
        if keep {
            return match self.script("commit") {
                Ok(()) => Outcome::Done,
                Err(DbError::Unavailable { detail, .. }) => {
                    job.refuse(DbError::Unavailable { detail, outcome_unknown: true });
                    Outcome::Done
                }
                Err(error) => {
                    // When a posted statement failed, the server has made this commit a rollback.
                    self.posted.clear();
                    self.failed(job, error)
                }
            };
        }
        let undone = self.script("rollback");
        self.posted.clear();
        match broken.or(undone.err()) {
            Some(error) => self.failed(job, error),
            None => Outcome::Done,
        }
    }

    fn failed(&mut self, job: &mut dyn Job, error: DbError) -> Outcome {
        if std::mem::take(&mut self.stale) {
            self.statements.clear();
            self.copies.clear();
            return Outcome::Again(error);
        }
        match error {
            DbError::Serialization(_) => Outcome::Again(error),
            DbError::Unavailable { .. } => Outcome::Lost(error),
            _ => {
                job.refuse(error);
                Outcome::Done
            }
        }
    }

    /// Sends a request, waits for all that was posted before it, and then for it.
    fn ask<T>(&mut self, request: impl Future<Output = Result<T, Error>>) -> Result<T, DbError> {
        let Self { runtime, patience, posted, stale, .. } = self;
        let mut translate = |error: Error| {
            *stale |= is_stale(&error);
            from_postgres(&error)
        };
        patience.hear(runtime, async {
            let mut request = pin!(request);
            // Asked once, it is on its way. The replies come in the order of the requests.
            let first = poll_fn(|context| Poll::Ready(request.as_mut().poll(context))).await;
            for Posted { name, reply } in posted.drain(..) {
                reply.await.map_err(|error| translate(error).at(name))?;
            }
            match first {
                Poll::Ready(reply) => reply.map_err(translate),
                Poll::Pending => request.await.map_err(translate),
            }
        })
    }

    /// Sends a request; its reply is waited for with the next that is asked.
    fn post(
        &mut self,
        name: &'static str,
        request: impl Future<Output = Result<u64, Error>> + Send + 'static,
    ) {
        let mut reply: Posted = Posted { name, reply: Box::pin(request) };
        match reply.reply.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => {}
            Poll::Ready(done) => reply.reply = Box::pin(std::future::ready(done)),
        }
        self.posted.push(reply);
    }

    fn post_script(&mut self, text: &'static str) {
        let client = Arc::clone(&self.client);
        self.post(text, async move { client.batch_execute(text).await.map(|()| 0) });
    }

    pub(crate) fn script(&mut self, text: &str) -> Result<(), DbError> {
        let client = Arc::clone(&self.client);
        self.ask(client.batch_execute(text))
    }

    /// Sends a statement whose outcome matters only if it fails.
    pub(crate) fn post_statement(&mut self, sql: &'static Sql, params: &[Value<'_>]) -> Result<(), DbError> {
        let statement = self.prepared(sql)?;
        check_values(statement.params().len(), params)?;
        if self.posted.len() >= MOST_POSTED {
            self.ask(std::future::ready(Ok(())))?;
        }
        let (client, params) = (Arc::clone(&self.client), owned(params));
        self.post(sql.name(), async move { client.execute_raw(&statement, &params).await });
        Ok(())
    }

    /// Sends a query whose rows will be asked for by [`Session::run`] with the same statement and values.
    /// One that is on its way already is not sent again.
    pub(crate) fn query_ahead(&mut self, sql: &'static Sql, params: &[Value<'_>]) -> Result<(), DbError> {
        if self.ahead.iter().any(|one| one.is(sql, params)) {
            return Ok(());
        }
        let statement = self.prepared(sql)?;
        check_values(statement.params().len(), params)?;
        let (client, params) = (Arc::clone(&self.client), owned(params));
        let values = params.clone();
        let mut reply: Ahead = Ahead {
            sql,
            params,
            reply: Box::pin(async move { client.query_raw(&statement, &values).await?.try_collect().await }),
        };
        if let Poll::Ready(done) = reply.reply.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            reply.reply = Box::pin(std::future::ready(done));
        }
        self.ahead.push(reply);
        Ok(())
    }

    /// Runs a statement, hands over its rows as they come, says how many rows it changed.
    pub(crate) fn run(
        &mut self,
        sql: &'static Sql,
        params: &[Value<'_>],
        mut go_on: impl FnMut(&Row<'_>) -> bool,
    ) -> Result<u64, DbError> {
        if let Some(place) = self.ahead.iter().position(|one| one.is(sql, params)) {
            let rows = self.ahead.remove(place).reply;
            let rows = self.ask(rows)?;
            // Rows that are not wanted any more are not handed over.
            let _ = rows.iter().all(|row| go_on(&Row(Inner::Postgres(row))));
            return Ok(0);
        }
        let statement = self.prepared(sql)?;
        check_values(statement.params().len(), params)?;
        let client = Arc::clone(&self.client);
        let mut rows = pin!(self.ask(client.query_raw(&statement, params))?);
        let Self { runtime, patience, stale, .. } = self;
        loop {
            let next = rows.try_next().map_err(|error| {
                *stale |= is_stale(&error);
                from_postgres(&error)
            });
            match patience.hear(runtime, next)? {
                Some(row) if go_on(&Row(Inner::Postgres(&row))) => {}
                _ => return Ok(rows.rows_affected().unwrap_or(0)),
            }
        }
    }

    pub(crate) fn prepared(&mut self, sql: &'static Sql) -> Result<Statement, DbError> {
        let place = std::ptr::from_ref(sql).addr();
        if let Some(statement) = self.statements.get(&place) {
            return Ok(statement.clone());
        }
        let client = Arc::clone(&self.client);
        let statement = self.ask(client.prepare(sql.on(crate::Engine::Postgres)))?;
        self.statements.insert(place, statement.clone());
        Ok(statement)
    }

    pub(crate) fn insert_many<'v, R, I>(&mut self, into: &'static BulkInsert, rows: I) -> Result<u64, DbError>
    where
        R: AsRef<[Value<'v>]>,
        I: IntoIterator<Item = R>,
    {
        let (place, client) = (std::ptr::from_ref(into).addr(), Arc::clone(&self.client));
        if !self.copies.contains_key(&place) {
            let columns = into.columns.join(", ");
            let described = self.ask(client.prepare(&format!("select {columns} from {}", into.table)))?;
            let types = described.columns().iter().map(|column| column.type_().clone()).collect();
            let text = format!("copy {} ({columns}) from stdin (format binary)", into.table);
            self.copies.insert(place, (text, types));
        }
        let (text, types) = self.copies.get(&place).cloned().ok_or(DbError::Closed)?;
        let sink = self.ask(client.copy_in(text.as_str()))?;
        let mut copy = pin!(BinaryCopyInWriter::new(sink, &types));
        for row in rows {
            check_values(types.len(), row.as_ref())?;
            let written = copy.as_mut().write_raw(row.as_ref()).map_err(|error| from_postgres(&error));
            self.patience.hear(&self.runtime, written)?;
        }
        self.ask(copy.finish())
    }

    /// Brings the tables up to date.
    pub(crate) fn migrate(&mut self, runner: &Runner) -> Result<Result<Report, refinery::Error>, DbError> {
        let client = Arc::get_mut(&mut self.client).ok_or(DbError::Closed)?;
        Ok(self.runtime.block_on(runner.run_async(client)))
    }
}

fn owned(values: &[Value<'_>]) -> Vec<Value<'static>> {
    values.iter().map(Value::to_owned_value).collect()
}

/// `cached plan must not change result type`, or the server has forgotten our statement.
fn is_stale(error: &Error) -> bool {
    error.as_db_error().is_some_and(|server| {
        *server.code() == SqlState::INVALID_SQL_STATEMENT_NAME
            || (*server.code() == SqlState::FEATURE_NOT_SUPPORTED
                && server.routine() == Some("RevalidateCachedQuery"))
    })
}
