//! Who is asking: passwords, PINs on enrolled computers, sessions, keys for programs.
//!
//! Three invariants. No secret is stored: tokens as SHA-256, passwords and PINs as argon2id. Each try is
//! counted before it is judged, in a transaction of its own, so that many tries at once are no way round a
//! limit ([`limit`]). And hashing never happens inside a transaction: signing in is `begin` (a short
//! transaction), `answer` (slow, outside), `finish` (a short transaction). Who has a second factor is asked for a code in between ([`second`]).

pub mod device;
pub mod key;
pub mod limit;
pub mod password;
pub mod pin;
pub mod recover;
pub mod second;
mod secret;
pub mod session;

pub use limit::{Aim, Attempt, TooManyTries};
pub use second::{Entered, Half, SecondError};
pub use secret::{Password, PasswordError, Pin, PinError, SecretHash, Token, TokenHash};
pub use session::{NewSession, SignedIn, who};

use kazi_db::{DbError, Sql};

/// Why somebody could not sign in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The name or the secret is wrong; which one is not told.
    #[error("that did not match, try once more")]
    Wrong,
    /// Nobody has set a PIN for this person yet.
    #[error("you have no PIN yet: ask your team leader to set one")]
    NoPin,
    /// This computer is not enrolled, or not any more.
    #[error("this computer is not enrolled: ask your team leader for a code")]
    NotEnrolled,
    /// Too many tries lately.
    #[error(transparent)]
    TooMany(#[from] TooManyTries),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[
    limit::ALL,
    session::ALL,
    password::ALL,
    pin::ALL,
    device::ALL,
    key::ALL,
    recover::ALL,
    second::STATEMENTS[0],
    second::STATEMENTS[1],
    second::STATEMENTS[2],
    second::STATEMENTS[3],
];
