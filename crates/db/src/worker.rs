//! A thread that serves jobs over one connection to PostgreSQL, and what it does when the server is away.

use crate::error::DbError;
use crate::job::Job;
use crate::postgres::Session;
use crate::tls::Target;
use async_channel::Receiver;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often work is done again when others got in its way, or the link broke before its commit.
const TRIES: u32 = 10;

/// What a connection thread does with the jobs of its queue.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// READ COMMITTED: statements lock the rows they rest on.
    Write,
    /// One snapshot, as on SQLite; a read-only snapshot does not fail.
    Read,
}

pub(crate) enum Outcome {
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
    away: Arc<Away>,
}

/// What all connections know of a server that cannot be reached: while one has just failed to reach it the others need
/// not try, and as soon as one has, all may.
#[derive(Default)]
pub(crate) struct Away(Mutex<Option<Failed>>);

/// A failed attempt to connect: what it said, when to try again, and how long to wait after that.
struct Failed {
    error: DbError,
    until: Instant,
    wait: Duration,
}

impl Worker {
    pub(crate) fn new(target: &Arc<Target>, away: &Arc<Away>, mode: Mode, lane: i64) -> Self {
        Self { target: Arc::clone(target), mode, lane, session: None, away: Arc::clone(away) }
    }

    pub(crate) fn work(mut self, queue: &Receiver<Box<dyn Job>>) {
        while let Ok(mut job) = queue.recv_blocking() {
            self.serve(job.as_mut());
            job.reply();
        }
    }

    fn serve(&mut self, job: &mut dyn Job) {
        for attempt in 1..=TRIES {
            let (mode, lane) = (self.mode, self.lane);
            let (outcome, silent) = match self.session() {
                Ok(session) if job.is_glance() => (session.glance(job), session.patience.is_at_its_end()),
                Ok(session) => (session.transaction(job, mode, lane), session.patience.is_at_its_end()),
                Err(error) => return job.refuse(error),
            };
            match outcome {
                Outcome::Done => return,
                Outcome::Again(error) if attempt == TRIES => return job.refuse(error),
                Outcome::Again(_) => std::thread::sleep(back_off(attempt)),
                Outcome::Lost(error) => {
                    self.session = None;
                    // A link that broke while it was idle is no news: the first try only finds it out. A server
                    // that says nothing has been waited for already.
                    if attempt > 1 || silent {
                        return job.refuse(error);
                    }
                }
            }
        }
    }

    fn session(&mut self) -> Result<&mut Session, DbError> {
        if self
            .session
            .as_ref()
            .is_some_and(|session| session.patience.is_at_its_end() || session.client.is_closed())
        {
            self.session = None;
        }
        if self.session.is_none() {
            self.session = Some(self.connect()?);
        }
        self.session.as_mut().ok_or(DbError::Closed)
    }

    fn connect(&self) -> Result<Session, DbError> {
        let wait = self.away.wait()?;
        let opened = Session::open(&self.target).and_then(|mut session| match self.mode {
            Mode::Write => Ok(session),
            // A glance has no `begin` that would say so.
            Mode::Read => session.script("set default_transaction_read_only = on").map(|()| session),
        });
        self.away.tried(opened.as_ref().err(), wait);
        opened
    }
}

impl Away {
    /// How long to wait if the attempt that is made now fails too; the last error if it is too early for one.
    fn wait(&self) -> Result<Duration, DbError> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(Failed { error, until, .. }) if Instant::now() < *until => Err(error.clone()),
            Some(Failed { wait, .. }) => Ok((*wait * 2).min(Duration::from_secs(2))),
            None => Ok(Duration::from_millis(50)),
        }
    }

    fn tried(&self, error: Option<&DbError>, wait: Duration) {
        let failed = error.map(|error| Failed { error: error.clone(), until: Instant::now() + wait, wait });
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = failed;
    }
}

/// 1 ms, 2 ms, 4 ms… up to 128 ms, each with as much again by chance, so that rivals part.
fn back_off(attempt: u32) -> Duration {
    let base = 1_u64 << (attempt - 1).min(7);
    let chance = RandomState::new().hash_one(attempt) % (base * 1000);
    Duration::from_micros(base * 1000 + chance)
}
