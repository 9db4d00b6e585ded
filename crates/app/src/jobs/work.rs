//! What a job's handler is given, and what it can say.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};

use kazi_db::{Db, DbError, Tx};
use tokio::runtime::Handle;

use super::Held;
use crate::blobs::BlobError;
use crate::turn::Turn;

/// Why a job was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// It may go better later: it is tried again.
    #[error("{0}")]
    Passing(String),
    /// It will not go better: the sentence says what is wrong and what to do.
    #[error("{0}")]
    Final(String),
    /// Somebody called it off.
    #[error("this was called off")]
    Cancelled,
    /// Another node has taken it over.
    #[error("another node has taken this over")]
    Lost,
    /// The program is about to stop.
    #[error("the program is stopping")]
    Stopping,
}

impl From<DbError> for Trouble {
    fn from(error: DbError) -> Self {
        Self::Passing(error.to_string())
    }
}

impl From<BlobError> for Trouble {
    fn from(error: BlobError) -> Self {
        Self::Passing(error.to_string())
    }
}

/// Does the jobs of one kind.
pub trait Handler: Send + Sync + 'static {
    /// The kind, as [`enqueue`](super::enqueue) was told it.
    fn kind(&self) -> &'static str;
    /// Does the job, on a thread that may wait. It may have been begun before.
    ///
    /// # Errors
    /// Why it was not done.
    fn run(&self, work: &Work) -> Result<(), Trouble>;
    /// The job ends without having been done: what it was about must say so.
    ///
    /// # Errors
    /// The database's.
    fn given_up(&self, tx: &mut Tx<'_>, held: &Held, why: &str, turn: &Turn) -> Result<(), DbError>;
}

/// The handlers that a program has.
#[derive(Clone, Default)]
pub struct Handlers(Arc<[Arc<dyn Handler>]>);

impl fmt::Debug for Handlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|handler| handler.kind())).finish()
    }
}

impl FromIterator<Arc<dyn Handler>> for Handlers {
    fn from_iter<I: IntoIterator<Item = Arc<dyn Handler>>>(all: I) -> Self {
        Self(all.into_iter().collect())
    }
}

impl Handlers {
    /// The handler of a kind.
    pub fn of(&self, kind: &str) -> Option<&Arc<dyn Handler>> {
        self.0.iter().find(|handler| handler.kind() == kind)
    }
}

/// A job being done: the database, and the line to the one who keeps it alive.
#[derive(Debug, Clone)]
pub struct Work {
    /// The database, for [`Db::write_blocking`] and [`Db::read_blocking`].
    pub db: Db,
    /// The job.
    pub held: Held,
    pub(super) pulse: Arc<Pulse>,
    runtime: Handle,
}

/// What the doer and the keeper of a job tell each other.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    done: AtomicI64,
    parts: AtomicI64,
    stop: AtomicU8,
}

const GO_ON: u8 = 0;
const CANCELLED: u8 = 1;
const LOST: u8 = 2;
const STOPPING: u8 = 3;

impl Pulse {
    pub(super) fn progress(&self) -> (i64, i64) {
        (self.done.load(Ordering::Relaxed), self.parts.load(Ordering::Relaxed))
    }

    pub(super) fn stop(&self, why: &Trouble) {
        let why = match why {
            Trouble::Cancelled => CANCELLED,
            Trouble::Lost => LOST,
            Trouble::Stopping => STOPPING,
            // The keeper could not reach the database: the doer will find out by itself.
            Trouble::Passing(_) | Trouble::Final(_) => return,
        };
        self.stop.store(why, Ordering::Relaxed);
    }
}

impl Work {
    /// Work on a held job. Must be made where a tokio runtime runs.
    pub(super) fn new(db: Db, held: Held) -> Self {
        Self { db, held, pulse: Arc::new(Pulse::default()), runtime: Handle::current() }
    }

    /// Tells how far the job is; kept with the next sign of life.
    pub fn progress(&self, done: i64, parts: i64) {
        self.pulse.done.store(done, Ordering::Relaxed);
        self.pulse.parts.store(parts, Ordering::Relaxed);
    }

    /// Whether to go on. Ask often.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self) -> Result<(), Trouble> {
        match self.pulse.stop.load(Ordering::Relaxed) {
            GO_ON => Ok(()),
            CANCELLED => Err(Trouble::Cancelled),
            STOPPING => Err(Trouble::Stopping),
            _ => Err(Trouble::Lost),
        }
    }

    /// The fence at the start of each transaction that writes on the job's behalf; see [`super::keep`].
    ///
    /// # Errors
    /// Why this one must not write.
    pub fn fence(&self, tx: &mut Tx<'_>, turn: &Turn) -> Result<(), Trouble> {
        self.check()?;
        super::keep(tx, &self.held, self.pulse.progress(), turn)
    }

    /// Waits for something asynchronous.
    pub fn wait<F: Future>(&self, what: F) -> F::Output {
        self.runtime.block_on(what)
    }
}
