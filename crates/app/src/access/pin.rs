//! Tile and PIN: for workers, on enrolled computers of their centre only.

use kazi_db::{DbError, Tx, params};
use kazi_domain::policy::{Can, ManageCentre};
use kazi_domain::{Id, Moment, kind};

use super::SignInError;
use super::device;
use super::limit::{self, Aim, Attempt};
use super::secret::{SecretHash, TokenHash};
use super::session::{self, NewSession};
use crate::journal::{self, Entry};
use crate::rows::Param;
use crate::turn::Turn;

kazi_db::statements! {
    /// The hash to compare with.
    PIN_OF = "select pin_hash from person where id = $1 and centre = $2 and active = 1";
    /// A new PIN.
    SET = "update person set pin_hash = $3 where id = $1 and centre = $2 and active = 1";
}

/// A counted try, waiting for the PIN.
#[derive(Debug, Clone)]
pub struct Challenge {
    attempt: Attempt,
    device: Id<kind::Device>,
    centre: Id<kind::Centre>,
    person: Id<kind::Person>,
    hash: Option<SecretHash>,
}

/// A PIN that was right a moment ago.
#[derive(Debug, Clone)]
pub struct Proven {
    attempt: Attempt,
    device: Id<kind::Device>,
    centre: Id<kind::Centre>,
    person: Id<kind::Person>,
    hash: SecretHash,
}

/// Counts the try of a person on the computer that holds this token.
///
/// # Errors
/// See [`SignInError`].
pub fn begin(
    tx: &mut Tx<'_>,
    device_token: TokenHash,
    person: Id<kind::Person>,
    now: Moment,
) -> Result<Challenge, SignInError> {
    let device = device::by_token(tx, device_token)?.ok_or(SignInError::NotEnrolled)?;
    let attempt = limit::attempt(tx, vec![Aim::Device(device.id), Aim::Pin(person)], now)?;
    let found = tx.query_opt(&PIN_OF, params![person.param(), device.centre.param()], |row| {
        row.get::<Option<String>>(0)
    })?;
    if found == Some(None) {
        return Err(SignInError::NoPin);
    }
    let hash = found.flatten().map(SecretHash::stored);
    Ok(Challenge { attempt, device: device.id, centre: device.centre, person, hash })
}

impl Challenge {
    /// Compares. Slow.
    ///
    /// # Errors
    /// [`SignInError::Wrong`].
    pub fn answer(self, pin: &str) -> Result<Proven, SignInError> {
        let Self { attempt, device, centre, person, hash } = self;
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(SecretHash::of_nobodys_pin);
        if hash.matches(pin) && known {
            Ok(Proven { attempt, device, centre, person, hash })
        } else {
            Err(SignInError::Wrong)
        }
    }
}

/// Opens the session on the computer.
///
/// # Errors
/// [`SignInError::Wrong`] when the PIN was changed or the person put out meanwhile;
/// [`SignInError::NotEnrolled`] when the computer was.
pub fn finish(tx: &mut Tx<'_>, proven: &Proven, agent: &str, turn: &Turn) -> Result<NewSession, SignInError> {
    let Proven { attempt, device, centre, person, hash } = proven;
    if !device::is_enrolled(tx, *device)? {
        return Err(SignInError::NotEnrolled);
    }
    let now =
        tx.query_opt(&PIN_OF, params![person.param(), centre.param()], |row| row.get::<Option<String>>(0))?;
    if now.flatten().as_deref() != Some(hash.text()) {
        return Err(SignInError::Wrong);
    }
    attempt.forgive(tx)?;
    device::seen(tx, *device, turn.at)?;
    Ok(session::open(tx, *person, Some(*device), agent, turn)?)
}

/// Why a PIN was not set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetPinError {
    /// Nobody of this centre.
    #[error("there is no such person at this centre")]
    NotThere,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Sets or resets the PIN of somebody at the centre: ends the sessions of the old one and the waits.
///
/// # Errors
/// See [`SetPinError`].
pub fn set(
    tx: &mut Tx<'_>,
    can: &Can<ManageCentre>,
    person: Id<kind::Person>,
    new: &SecretHash,
    turn: &Turn,
) -> Result<(), SetPinError> {
    let changed = tx.execute(&SET, params![person.param(), can.subject().param(), new.text()])?;
    if changed == 0 {
        return Err(SetPinError::NotThere);
    }
    limit::clear(tx, &Aim::Pin(person))?;
    session::end_all_on_devices(tx, person)?;
    journal::note(tx, turn, &Entry::about("pin.set", person).by(can.actor().person))?;
    Ok(())
}
