//! Waiting for a server's replies, but not for ever.

use crate::error::DbError;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::time::timeout;

/// How long a session's replies are waited for, and whether one did not come.
#[derive(Debug)]
pub(crate) struct Patience {
    limit: Duration,
    silent: bool,
}

impl Patience {
    pub(crate) fn of(limit: Duration) -> Self {
        Self { limit, silent: false }
    }

    /// Whether the server kept the link and said nothing: it is not asked again.
    pub(crate) fn is_at_its_end(&self) -> bool {
        self.silent
    }

    /// Waits for a reply. After the first that did not come, none is waited for.
    pub(crate) fn hear<T>(
        &mut self,
        runtime: &Runtime,
        reply: impl Future<Output = Result<T, DbError>>,
    ) -> Result<T, DbError> {
        let limit = self.limit;
        let nothing =
            || DbError::unavailable(format!("the server has said nothing for {} s", limit.as_secs()));
        if self.silent {
            return Err(nothing());
        }
        runtime.block_on(async { timeout(limit, reply).await }).unwrap_or_else(|_| {
            self.silent = true;
            Err(nothing())
        })
    }
}
