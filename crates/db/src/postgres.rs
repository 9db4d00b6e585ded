//! PostgreSQL: a few threads, each with a connection of its own, doing the same work as SQLite's writer.
//!
//! The client is the synchronous one and must never run inside a tokio thread, so all of it stays here.

use crate::error::{DbError, from_postgres};
use crate::job::Job;
use crate::row::{Inner, Row};
use crate::sql::{BulkInsert, Sql};
use crate::sqlite::next_job;
use crate::tls::Target;
use crate::tx::{Link, Tx};
use crate::value::{Value, check_values};
use postgres::binary_copy::BinaryCopyInWriter;
use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::Type;
use postgres::{Client, Statement};
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::Receiver;

/// How often work is done again when others got in its way, or the link broke before its commit.
const TRIES: u32 = 10;

/// A connection with its prepared statements.
pub(crate) struct Session {
    client: Client,
    /// By the statement's address: a `&'static Sql` is one place for ever.
    statements: HashMap<usize, Statement>,
    copies: HashMap<usize, (String, Vec<Type>)>,
    /// A prepared statement no longer fits the tables (a migration ran beside us): prepare anew and try again.
    stale: bool,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("statements", &self.statements.len()).finish_non_exhaustive()
    }
}

/// What a connection thread does with the jobs of its queue.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// READ COMMITTED: statements lock the rows they rest on.
    Write,
    /// One snapshot, as on SQLite; a read-only snapshot does not fail.
    Read,
}

enum Outcome {
    /// The job has its result.
    Done,
    /// To be done again.
    Again(DbError),
    /// The link broke; nothing was kept.
    Lost(DbError),
}

/// A thread's hold on the server, lost and found again.
pub(crate) struct Worker {
    target: Arc<Target>,
    mode: Mode,
    lane: i64,
    session: Option<Session>,
    /// After a failed attempt to connect: what it said, when to try again, and how long to wait after that.
    down: Option<(DbError, Instant, Duration)>,
}

impl Worker {
    pub(crate) fn new(target: &Arc<Target>, mode: Mode, lane: i64) -> Self {
        Self { target: Arc::clone(target), mode, lane, session: None, down: None }
    }

    pub(crate) fn work(mut self, queue: &Arc<Mutex<Receiver<Box<dyn Job>>>>) {
        while let Some(mut job) = next_job(queue) {
            self.serve(job.as_mut());
            job.reply();
        }
    }

    fn serve(&mut self, job: &mut dyn Job) {
        for attempt in 1..=TRIES {
            let (mode, lane) = (self.mode, self.lane);
            let outcome = match self.session() {
                Ok(session) => session.transaction(job, mode, lane),
                Err(error) => return job.refuse(error),
            };
            match outcome {
                Outcome::Done => return,
                Outcome::Again(error) if attempt == TRIES => return job.refuse(error),
                Outcome::Again(_) => std::thread::sleep(back_off(attempt)),
                Outcome::Lost(error) => {
                    self.session = None;
                    // A link that broke while it was idle is no news: the first try only finds it out.
                    if attempt > 1 {
                        return job.refuse(error);
                    }
                }
            }
        }
    }

    fn session(&mut self) -> Result<&mut Session, DbError> {
        if self.session.as_ref().is_some_and(|session| session.client.is_closed()) {
            self.session = None;
        }
        if self.session.is_none() {
            self.session = Some(self.connect()?);
        }
        self.session.as_mut().ok_or(DbError::Closed)
    }

    fn connect(&mut self) -> Result<Session, DbError> {
        let wait = match &self.down {
            Some((error, until, _)) if Instant::now() < *until => return Err(error.clone()),
            Some((_, _, wait)) => (*wait * 2).min(Duration::from_secs(2)),
            None => Duration::from_millis(50),
        };
        let opened = Session::open(&self.target);
        self.down = opened.as_ref().err().map(|error| (error.clone(), Instant::now() + wait, wait));
        opened
    }
}

/// 1 ms, 2 ms, 4 ms… up to 128 ms, each with as much again by chance, so that rivals part.
fn back_off(attempt: u32) -> Duration {
    let base = 1_u64 << (attempt - 1).min(7);
    let chance = RandomState::new().hash_one(attempt) % (base * 1000);
    Duration::from_micros(base * 1000 + chance)
}

impl Session {
    pub(crate) fn open(target: &Target) -> Result<Self, DbError> {
        let client = target.connect()?;
        Ok(Self { client, statements: HashMap::new(), copies: HashMap::new(), stale: false })
    }

    /// Runs a job in a transaction of its own.
    fn transaction(&mut self, job: &mut dyn Job, mode: Mode, lane: i64) -> Outcome {
        let begin = match mode {
            Mode::Write => "begin isolation level read committed read write",
            Mode::Read => "begin isolation level repeatable read read only",
        };
        if let Err(error) = self.script(begin) {
            // Even "this is a standby now" is cured by connecting again.
            return Outcome::Lost(match error {
                DbError::Unavailable { .. } => error,
                other => DbError::unavailable(other),
            });
        }
        let mut tx = Tx::new(Link::Postgres(self), lane);
        let keep = job.run(&mut tx);
        let broken = tx.broken().cloned();
        if keep {
            return match self.script("commit") {
                Ok(()) => Outcome::Done,
                Err(DbError::Unavailable { detail, .. }) if mode == Mode::Write => {
                    job.refuse(DbError::Unavailable { detail, outcome_unknown: true });
                    Outcome::Done
                }
                Err(error) => self.failed(job, error),
            };
        }
        let undone = self.script("rollback");
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

    pub(crate) fn script(&mut self, text: &str) -> Result<(), DbError> {
        self.client.batch_execute(text).map_err(|error| from_postgres(&error))
    }

    /// Runs a statement, hands over its rows as they come, says how many rows it changed.
    pub(crate) fn run(
        &mut self,
        sql: &'static Sql,
        params: &[Value<'_>],
        mut go_on: impl FnMut(&Row<'_>) -> bool,
    ) -> Result<u64, DbError> {
        let statement = self.prepared(sql)?;
        check_values(statement.params().len(), params)?;
        let mut rows = self.client.query_raw(&statement, params).map_err(|error| {
            self.stale |= is_stale(&error);
            from_postgres(&error)
        })?;
        loop {
            match rows.next() {
                Ok(Some(row)) if go_on(&Row(Inner::Postgres(&row))) => {}
                Ok(_) => return Ok(rows.rows_affected().unwrap_or(0)),
                Err(error) => {
                    drop(rows);
                    self.stale |= is_stale(&error);
                    return Err(from_postgres(&error));
                }
            }
        }
    }

    pub(crate) fn prepared(&mut self, sql: &'static Sql) -> Result<Statement, DbError> {
        let place = std::ptr::from_ref(sql).addr();
        if let Some(statement) = self.statements.get(&place) {
            return Ok(statement.clone());
        }
        let statement =
            self.client.prepare(sql.on(crate::Engine::Postgres)).map_err(|error| from_postgres(&error))?;
        self.statements.insert(place, statement.clone());
        Ok(statement)
    }

    pub(crate) fn insert_many<'v, R, I>(&mut self, into: &'static BulkInsert, rows: I) -> Result<u64, DbError>
    where
        R: AsRef<[Value<'v>]>,
        I: IntoIterator<Item = R>,
    {
        let place = std::ptr::from_ref(into).addr();
        if !self.copies.contains_key(&place) {
            let columns = into.columns.join(", ");
            let described = self.client.prepare(&format!("select {columns} from {}", into.table));
            let types = described.map_err(|error| from_postgres(&error))?;
            let types = types.columns().iter().map(|column| column.type_().clone()).collect();
            let text = format!("copy {} ({columns}) from stdin (format binary)", into.table);
            self.copies.insert(place, (text, types));
        }
        let (text, types) = self.copies.get(&place).ok_or(DbError::Closed)?;
        let sink = self.client.copy_in(text.as_str()).map_err(|error| from_postgres(&error))?;
        let mut copy = BinaryCopyInWriter::new(sink, types);
        for row in rows {
            check_values(types.len(), row.as_ref())?;
            copy.write_raw(row.as_ref()).map_err(|error| from_postgres(&error))?;
        }
        copy.finish().map_err(|error| from_postgres(&error))
    }

    pub(crate) fn client(&mut self) -> &mut Client {
        &mut self.client
    }
}

/// `cached plan must not change result type`, or the server has forgotten our statement.
fn is_stale(error: &postgres::Error) -> bool {
    error.as_db_error().is_some_and(|server| {
        *server.code() == SqlState::INVALID_SQL_STATEMENT_NAME
            || (*server.code() == SqlState::FEATURE_NOT_SUPPORTED
                && server.routine() == Some("RevalidateCachedQuery"))
    })
}
