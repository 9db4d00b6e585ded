//! Letters by electronic mail: written in the transaction of their cause, sent by a job, seen by the operator.
//!
//! A letter is a row, so that none is lost and none is sent for what did not happen. A link that opens an account stands
//! beside the letter only until it is sent: whoever looks at letters later sees where it stood, not what it was.

mod desk;
mod letters;
pub mod news;
mod send;

pub use desk::{Filter, MailError, MailView, get, list, may_manage, retry};
pub use letters::{Letter, Link, SecondFactorNews, Site, post};
pub use news::News;
pub use send::{Mailer, MailerError, Post};

use kazi_db::{DbError, Sql, Tx, params};
use kazi_domain::Moment;

use crate::rows::Param;

kazi_db::statements! {
    /// Forgets links that no longer count.
    FORGET = "update mail set secret = null where secret is not null and secret_until < $1";
}

/// Forgets the links of letters that could not be sent before the links ended; how many those were.
///
/// # Errors
/// The database's.
pub fn sweep(tx: &mut Tx<'_>, now: Moment) -> Result<u64, DbError> {
    tx.execute(&FORGET, params![now.param()])
}

/// A letter's text with three dots where its link stood: a link is for who reads the letter.
pub(crate) fn without_link(body: &str) -> String {
    body.replace(letters::MARK, "…")
}

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[ALL, letters::ALL, news::ALL, send::ALL, desk::ALL];
