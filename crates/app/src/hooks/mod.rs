//! Web hooks after the Standard Webhooks specification (standardwebhooks.com): what happens to a client's projects is told
//! to an address of theirs, signed, so that their programs need not ask again and again.
//!
//! What happened is a row, written in the transaction of its cause, and a job that sends it: nothing is told that did not
//! happen, and nothing that happened is lost while the address is away for a day. A message names things by their ids and
//! holds nothing of what is in them. Where an address leads is looked at when it is called, not when it is typed: this
//! program calls nobody inside its own network.

mod address;
mod call;
mod desk;
mod happen;
mod list;
mod send;
mod sign;

pub use address::{Address, AddressError, Reach};
pub use call::{Answer, LONGEST_ANSWER, PATIENCE};
pub use desk::{MOST, Made, New, edit, hold, make, may_manage, remove, resume, rotate, try_out};
pub use happen::happened;
pub use list::{Hook, Sending, again, get, list, sendings};
pub use send::{Messenger, OFF_AFTER, TRIES};
pub use sign::{KEEPS, Secret, signature};

use kazi_db::{DbError, Sql};

/// Why a web hook is not made or changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HookError {
    /// None, or not for this person.
    #[error("there is no such web hook")]
    NotThere,
    /// The address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// Nothing to tell.
    #[error("choose at least one thing that is to be told")]
    NoEvent,
    /// There are enough.
    #[error("there are {MOST} web hooks already: remove one that nobody needs any more")]
    TooMany,
    /// It is held or off.
    #[error("this web hook is held or off: let it go on first")]
    NotOn,
    /// It is on its way.
    #[error("this message is on its way already")]
    OnItsWay,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[happen::ALL, desk::ALL, list::ALL, send::ALL];
