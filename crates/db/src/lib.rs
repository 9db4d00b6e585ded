//! One transaction type over SQLite and PostgreSQL, with group commit and migrations.
//!
//! An adapter, not an ORM: plain SQL, written once ([`Sql`], [`mod@dialect`]), run by synchronous closures on
//! a [`Tx`] or a [`Read`]. The closures run on the database's own threads; the async side only waits.
//!
//! ```
//! use kazi_db::{Db, DbError, Migration, Options, Read, Tx, params};
//!
//! kazi_db::statements! {
//!     /// Remembers a person.
//!     ADD = "insert into person (id, name) values ($1, $2)";
//!     /// Finds a person.
//!     FIND = "select name from person where id = $1";
//! }
//! const START: Migration =
//!     Migration { version: 1, name: "start", sql: "create table person (id BIGINT primary key, name TEXT not null)" };
//!
//! # let folder = std::env::temp_dir().join(format!("kazi-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder).unwrap();
//! let db = Db::open(&Options::sqlite(folder.join("kazi.db")))?;
//! db.migrate(&[START])?;
//! db.write_blocking(|tx: &mut Tx<'_>| tx.execute(&ADD, params![1, "Amina"]))?;
//! let name = db.read_blocking(|r: &mut Read<'_>| r.query_one(&FIND, params![1], |row| row.get::<String>(0)))?;
//! assert_eq!(name, "Amina");
//! # drop(db);
//! # std::fs::remove_dir_all(&folder).unwrap();
//! # Ok::<(), DbError>(())
//! ```

mod binary;
pub mod check;
pub mod copy;
pub mod dialect;
mod error;
mod job;
mod migrate;
mod options;
mod patience;
mod postgres;
mod row;
mod sql;
mod sqlite;
#[cfg(feature = "testing")]
pub mod testing;
mod tls;
mod tx;
mod value;
mod worker;

pub use dialect::Engine;
pub use error::{ConstraintKind, DbError};
pub use migrate::Migration;
pub use options::Options;
pub use row::{Column, Row};
pub use sql::{BulkInsert, Sql};
pub use tx::{Read, Tx};
pub use value::{FromColumn, Value, ValueRef};

use crate::job::{Call, Job};
use crate::postgres::Session;
use crate::tls::Target;
use crate::worker::{Away, Mode, Worker};
use async_channel::Sender;
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::oneshot::error::RecvError;

/// How much work may wait before those who bring more are made to wait too.
const WAITING: usize = 4096;

/// An open database; cheap to clone. When the last clone goes, waiting work is finished and the files closed.
#[derive(Clone)]
pub struct Db(Arc<Shared>);

/// In this order they are dropped: without queues the threads finish what waits, and end.
struct Shared {
    options: Options,
    writes: Sender<Box<dyn Job>>,
    reads: Sender<Box<dyn Job>>,
    _threads: Threads,
}

struct Threads(Vec<JoinHandle<()>>);

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("options", &self.0.options).finish_non_exhaustive()
    }
}

impl Db {
    /// Opens the database and starts its threads. May be called anywhere; blocks for a moment.
    ///
    /// # Errors
    /// When it cannot be opened or reached.
    pub fn open(options: &Options) -> Result<Self, DbError> {
        // Before the queues, so that on an error it is dropped after them.
        let mut threads = Threads(Vec::new());
        let (write, writes) = async_channel::bounded(WAITING);
        let (read, reads) = async_channel::bounded(WAITING);
        match options {
            Options::Sqlite { path, readers } => {
                let connection = sqlite::open_writer(path)?;
                threads.start("db-write", move || sqlite::write_loop(&connection, &writes))?;
                for _ in 0..(*readers).max(1) {
                    let (connection, reads) = (sqlite::open_reader(path)?, reads.clone());
                    threads.start("db-read", move || sqlite::read_loop(&connection, &reads))?;
                }
            }
            Options::Postgres { url, connections } => {
                let target = Arc::new(Target::parse(url)?);
                apart(|| Session::open(&target).map(drop))?;
                let away = Arc::new(Away::default());
                for lane in (0_i64..).take((*connections).max(1)) {
                    let (worker, queue) = (Worker::new(&target, &away, Mode::Write, lane), writes.clone());
                    threads.start("db-write", move || worker.work(&queue))?;
                }
                for _ in 0..connections.div_ceil(2).max(1) {
                    let (worker, queue) = (Worker::new(&target, &away, Mode::Read, 0), reads.clone());
                    threads.start("db-read", move || worker.work(&queue))?;
                }
            }
        }
        let options = options.clone();
        Ok(Self(Arc::new(Shared { options, writes: write, reads: read, _threads: threads })))
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self.0.options {
            Options::Sqlite { .. } => Engine::Sqlite,
            Options::Postgres { .. } => Engine::Postgres,
        }
    }

    /// Brings the tables up to date; how many steps that took. Several programs may do it at once. Blocks.
    ///
    /// # Errors
    /// When a step fails (nothing of this call is kept) or differs from the one applied under its number.
    pub fn migrate(&self, migrations: &[Migration]) -> Result<usize, DbError> {
        apart(|| migrate::run(&self.0.options, migrations))
    }

    /// Changes the database: all that `work` does is kept, or nothing. When this returns `Ok` it is durable.
    ///
    /// `work` may be run more than once (when others changed the same rows), so it must not change anything
    /// but the database; it must not wait for the database in any other way than by its argument. When the
    /// caller stops waiting, the work is done all the same.
    ///
    /// # Errors
    /// Those of `work`, and [`DbError`]s made into `E`.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (job, reply) = Call::new(work);
        drop(self.0.writes.send(job).await);
        reply.await.unwrap_or_else(closed)
    }

    /// Looks at the database: `work` sees one unchanging snapshot, with all that was replied to before.
    ///
    /// # Errors
    /// Those of `work`, and [`DbError`]s made into `E`.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Read<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (job, reply) = Call::new(move |tx: &mut Tx<'_>| work(tx));
        drop(self.0.reads.send(job).await);
        reply.await.unwrap_or_else(closed)
    }

    /// Looks with one statement: [`Db::read`] without the snapshot that two would need to fit each other, and so without
    /// its beginning and end. For what every request asks.
    ///
    /// # Errors
    /// Those of `work`, and [`DbError`]s made into `E`; also when `work` asks a second statement.
    pub async fn glance<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Read<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (job, reply) = Call::glance(move |tx: &mut Tx<'_>| work(tx));
        drop(self.0.reads.send(job).await);
        reply.await.unwrap_or_else(closed)
    }

    /// [`Db::write`] for threads that are not tokio's.
    ///
    /// # Errors
    /// As [`Db::write`].
    ///
    /// # Panics
    /// On a tokio thread.
    pub fn write_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (job, reply) = Call::new(work);
        drop(self.0.writes.send_blocking(job));
        reply.blocking_recv().unwrap_or_else(closed)
    }

    /// [`Db::read`] for threads that are not tokio's.
    ///
    /// # Errors
    /// As [`Db::read`].
    ///
    /// # Panics
    /// On a tokio thread.
    pub fn read_blocking<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Read<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (job, reply) = Call::new(move |tx: &mut Tx<'_>| work(tx));
        drop(self.0.reads.send_blocking(job));
        reply.blocking_recv().unwrap_or_else(closed)
    }

    /// Whether reading and writing work now. Waits its turn: give it a time limit.
    ///
    /// # Errors
    /// What a reader or a writer would get.
    pub async fn health(&self) -> Result<(), DbError> {
        self.write(|tx| tx.query_one(&check::ONE, &[], |row| row.get::<i64>(0))).await?;
        self.read(|read| read.query_one(&check::ONE, &[], |row| row.get::<i64>(0))).await?;
        Ok(())
    }
}

impl Threads {
    fn start(&mut self, name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), DbError> {
        let thread = std::thread::Builder::new().name(name.to_owned()).spawn(run);
        self.0.push(
            thread.map_err(|error| DbError::Other(format!("a database thread did not start: {error}")))?,
        );
        Ok(())
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        // The last clone may have lived in work on one of these very threads.
        let current = std::thread::current().id();
        for thread in self.0.drain(..).filter(|thread| thread.thread().id() != current) {
            // One that panicked has said so, and there is nothing left to wait for.
            drop(thread.join());
        }
    }
}

/// The job was dropped unanswered: its thread is gone.
fn closed<T, E: From<DbError>>(_: RecvError) -> Result<T, E> {
    Err(DbError::Closed.into())
}

/// Runs what must not run on a tokio thread.
fn apart<T: Send>(run: impl FnOnce() -> Result<T, DbError> + Send) -> Result<T, DbError> {
    std::thread::scope(|scope| scope.spawn(run).join()).unwrap_or(Err(DbError::Closed))
}
