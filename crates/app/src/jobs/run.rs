//! The thin shell: takes jobs, has them done on threads that may wait, and keeps them alive meanwhile.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use kazi_db::{Db, DbError, Read, params};
use kazi_domain::Moment;
use tokio::sync::{Notify, watch};
use tokio::task::{JoinSet, spawn_blocking};

use super::hold::{Held, done, keep, not_done, take};
use super::steer::{OPEN, Unfinished};
use super::{Handlers, Trouble, Work};
use crate::turn::{Turn, now, random};

/// How often the table is looked at when nobody says that there is work.
const LOOK: Duration = Duration::from_millis(500);
/// How often a holder gives a sign of life: several times within [`super::hold::HOLD`].
const BEAT: Duration = Duration::from_secs(2);

/// Does jobs until it is stopped.
#[derive(Debug)]
pub struct Runner {
    stop: watch::Sender<bool>,
    wake: Arc<Notify>,
    workers: JoinSet<()>,
}

impl Runner {
    /// Starts as many workers. Must be called where a tokio runtime runs.
    pub fn start(db: &Db, handlers: &Handlers, workers: usize) -> Self {
        Self::start_with(db, handlers, workers, &Arc::default())
    }

    /// The same, woken by a bell that others ring when they have enqueued a job.
    pub fn start_with(db: &Db, handlers: &Handlers, workers: usize, bell: &Arc<Notify>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let wake = Arc::clone(bell);
        let mut all = JoinSet::new();
        for _ in 0..workers.max(1) {
            let desk = Desk { db: db.clone(), handlers: handlers.clone(), stopped: stopped.clone() };
            all.spawn(desk.serve(Arc::clone(&wake)));
        }
        Self { stop, wake, workers: all }
    }

    /// Says that a job was enqueued, so that it need not wait for the next look.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Stops: jobs being done are told to, and go back on the list.
    pub async fn stop(mut self) {
        if self.stop.send(true).is_err() {
            tracing::debug!("no worker is left to stop");
        }
        self.wake.notify_waiters();
        while self.workers.join_next().await.is_some() {}
    }
}

struct Desk {
    db: Db,
    handlers: Handlers,
    stopped: watch::Receiver<bool>,
}

impl Desk {
    async fn serve(mut self, wake: Arc<Notify>) {
        while !*self.stopped.borrow() {
            match next(&self.db, &self.handlers, now()).await {
                Ok(Some(held)) => do_one(&self.db, &self.handlers, held, Some(self.stopped.clone())).await,
                Ok(None) => self.rest(&wake).await,
                Err(error) => {
                    tracing::warn!(%error, "no job can be taken now");
                    self.rest(&wake).await;
                }
            }
        }
    }

    async fn rest(&mut self, wake: &Notify) {
        tokio::select! {
            () = wake.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
            _ = self.stopped.changed() => {}
        }
    }
}

/// Takes the next job, disturbing the writers only if there seems to be one.
async fn next(db: &Db, handlers: &Handlers, at: Moment) -> Result<Option<Held>, DbError> {
    let due = move |read: &mut Read<'_>| read.query_opt(&super::steer::DUE, params![at.micros()], |_| Ok(()));
    if db.read(due).await?.is_none() {
        return Ok(None);
    }
    let handlers = handlers.clone();
    db.write(move |tx| take(tx, &handlers, &Turn::new(at, u128::from_le_bytes(random())))).await
}

/// Does one job and writes down how it ended.
async fn do_one(db: &Db, handlers: &Handlers, held: Held, stopped: Option<watch::Receiver<bool>>) {
    let work = Work::new(db.clone(), held.clone());
    let outcome =
        if held.cancel { Err(Trouble::Cancelled) } else { run_beside_pulse(handlers, work, stopped).await };
    match &outcome {
        Ok(()) => tracing::info!(job = %held.id, kind = held.kind, "job done"),
        Err(why) => {
            tracing::warn!(job = %held.id, kind = held.kind, tries = held.tries, %why, "job not done");
        }
    }
    let handlers = handlers.clone();
    let written = db.write(move |tx| match &outcome {
        Ok(()) => done(tx, &held, &Turn::now()),
        Err(why) => not_done(tx, &handlers, &held, why, &Turn::now()),
    });
    if let Err(error) = written.await {
        tracing::warn!(%error, "the end of a job could not be written down: it will be done again");
    }
}

async fn run_beside_pulse(
    handlers: &Handlers,
    work: Work,
    mut stopped: Option<watch::Receiver<bool>>,
) -> Result<(), Trouble> {
    let Some(handler) = handlers.of(&work.held.kind).cloned() else {
        // Another node may be newer.
        let why = format!("this program does not know jobs of the kind `{}`", work.held.kind);
        return Err(Trouble::Passing(why));
    };
    let doing = work.clone();
    let mut running = spawn_blocking(move || handler.run(&doing));
    let mut beat = tokio::time::interval(BEAT);
    loop {
        tokio::select! {
            ended = &mut running => {
                return ended.unwrap_or_else(|lost| Err(Trouble::Passing(format!("the work broke off: {lost}"))));
            }
            () = told_to_stop(&mut stopped) => {
                work.pulse.stop(&Trouble::Stopping);
                stopped = None;
            }
            _ = beat.tick() => sign(&work).await,
        }
    }
}

/// Ends when the program stops; never where nobody would say so.
async fn told_to_stop(stopped: &mut Option<watch::Receiver<bool>>) {
    if let Some(stopped) = stopped
        && stopped.wait_for(|stop| *stop).await.is_ok()
    {
        return;
    }
    std::future::pending::<()>().await;
}

/// Gives a sign of life, and hears whether to go on.
async fn sign(work: &Work) {
    let (held, progress) = (work.held.clone(), work.pulse.progress());
    if let Err(why) = work.db.write(move |tx| keep(tx, &held, progress, &Turn::now())).await {
        work.pulse.stop(&why);
    }
}

/// Jobs that were not done although all that were due have been tried.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Left(pub Vec<Unfinished>);

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} jobs are left:", self.0.len())?;
        for job in &self.0 {
            let problem = job.problem.as_deref().unwrap_or("no problem is known");
            write!(f, "\n  {} ({}): {problem}", job.kind, job.state.word())?;
        }
        Ok(())
    }
}

/// Does all jobs that are due by a moment, and those that they enqueue, one after the other; with a moment
/// far ahead, failed tries are made again at once. For tests and rehearsals.
///
/// # Errors
/// Outside: the database's. Inside: the jobs that still wait or run.
pub async fn drain(db: &Db, handlers: &Handlers, until: Moment) -> Result<Result<(), Left>, DbError> {
    while let Some(held) = next(db, handlers, until).await? {
        do_one(db, handlers, held, None).await;
    }
    let left = db.read(|read| read.query_all(&OPEN, &[], Unfinished::from_row)).await?;
    Ok(if left.is_empty() { Ok(()) } else { Err(Left(left)) })
}
