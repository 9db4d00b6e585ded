//! A piece of work on its way to a database thread and back.

use crate::error::DbError;
use crate::tx::Tx;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::oneshot;

/// Work whose types are forgotten. It may be run again until [`Job::reply`] sends its last result.
pub(crate) trait Job: Send {
    /// Whether it asks one statement and no more, and so needs no snapshot.
    fn is_glance(&self) -> bool;
    /// Does the work; whether it should be kept.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;
    /// Replaces a good result, or none: the work could not be kept. The work's own error stands.
    fn refuse(&mut self, error: DbError);
    /// Tells the caller, once the result is durable.
    fn reply(self: Box<Self>);
}

pub(crate) struct Call<F, T, E> {
    work: F,
    glance: bool,
    result: Option<Result<T, E>>,
    sender: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Call<F, T, E> {
    pub(crate) fn new(work: F) -> (Box<Self>, oneshot::Receiver<Result<T, E>>) {
        let (sender, receiver) = oneshot::channel();
        (Box::new(Self { work, glance: false, result: None, sender }), receiver)
    }

    /// Work that asks one statement.
    pub(crate) fn glance(work: F) -> (Box<Self>, oneshot::Receiver<Result<T, E>>) {
        let (mut call, receiver) = Self::new(work);
        call.glance = true;
        (call, receiver)
    }
}

impl<F, T, E> Job for Call<F, T, E>
where
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<DbError> + Send,
{
    fn is_glance(&self) -> bool {
        self.glance
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let outcome = catch_unwind(AssertUnwindSafe(|| (self.work)(tx)));
        let result = match (outcome, tx.broken()) {
            (Ok(Ok(_)), Some(error)) => Err(error.clone().into()),
            (Ok(result), _) => result,
            (Err(panic), _) => Err(DbError::Panicked(panic_text(&*panic)).into()),
        };
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn refuse(&mut self, error: DbError) {
        if !matches!(self.result, Some(Err(_))) {
            self.result = Some(Err(error.into()));
        }
    }

    fn reply(self: Box<Self>) {
        if let Some(result) = self.result {
            // The caller may have gone away; the work is done all the same.
            drop(self.sender.send(result));
        }
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let plain = panic.downcast_ref::<&str>().copied();
    plain.or_else(|| panic.downcast_ref().map(String::as_str)).unwrap_or("no message").to_owned()
}
