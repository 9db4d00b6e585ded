//! Messages from whoever leads a centre to its people: seen once, above the work, and confirmed with a tap.
//!
//! To whom a message goes is settled when it is sent. That somebody has one to read stands in their own row, which is read
//! with every request anyway: so a worker who has none costs nothing more, and one who has is shown it on the next screen.
//! That mark may say too much (a message may be over or withdrawn) and never too little.

mod list;
mod read;
mod send;

pub use list::{Choices, Filter, Line, Reader, Sent, choices, lines, one};
pub use read::{Waiting, confirm, waiting};
pub use send::{Audience, New, send, withdraw};

use kazi_db::{DbError, Read, Sql};
use kazi_domain::policy::{Actor, Can, SendNotices};
use kazi_domain::{Id, kind};

use crate::network::{NotForYou, may_at_centre};

/// A message has no more characters.
pub const LONGEST: usize = 500;

/// Why nothing came of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoticeError {
    /// None, or not for this person.
    #[error("there is no such message")]
    NotThere,
    /// Nothing is written.
    #[error("write what you want to say")]
    Empty,
    /// Too long to be read at a glance.
    #[error("say it in at most 500 characters: these are {0}")]
    TooLong(usize),
    /// In no language that people read Kazi in.
    #[error("choose the language that it is written in")]
    NoLanguage,
    /// It would go to nobody.
    #[error("nobody would get this: choose others")]
    Nobody,
    /// It counts for too short or too long.
    #[error("choose for how long it counts: an hour to thirty days")]
    BadTime,
    /// It is over already.
    #[error("this message is over already")]
    Over,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The proof that somebody may send messages to the people of a centre.
///
/// # Errors
/// [`NotForYou::NotThere`] when there is no such centre or the person may not.
pub fn may_send(
    read: &mut Read<'_>,
    actor: &Actor,
    centre: Id<kind::Centre>,
) -> Result<Can<SendNotices>, NotForYou> {
    may_at_centre(read, actor, centre)
}

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[send::ALL, list::ALL, read::ALL];
