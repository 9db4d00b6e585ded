//! What the operator decides: who must have a second factor, and who gets a new start without one.

use kazi_db::{Tx, params};
use kazi_domain::policy::{Actor, Can, DemandSecondFactor, Facts, ResetSecondFactor, permit};
use kazi_domain::{Id, kind};

use super::{SecondError, forget, tell};
use crate::access::limit::{self, Aim};
use crate::access::session;
use crate::journal::{self, Entry};
use crate::mail::{SecondFactorNews, Site};
use crate::rows::Param;
use crate::turn::Turn;

kazi_db::statements! {
    /// Whether an organisation asks its people for a second factor.
    DEMAND = "update organisation set second_factor = $2 where id = $1 and second_factor <> $2";
}

/// The proof that somebody may reset a person's second factor.
pub fn may_reset(actor: &Actor, person: Id<kind::Person>) -> Option<Can<ResetSecondFactor>> {
    permit(actor, person, Facts::default())
}

/// The proof that somebody may say who must have a second factor.
pub fn may_demand(actor: &Actor, organisation: Id<kind::Organisation>) -> Option<Can<DemandSecondFactor>> {
    permit(actor, organisation, Facts { organisation: Some(organisation), ..Facts::default() })
}

/// Takes away somebody's second factor who has lost app and recovery codes: all their sessions end, and a letter says so.
/// Where it is demanded, they set up another one when they sign in next.
///
/// # Errors
/// [`SecondError::NotOn`], [`SecondError::Yourself`], [`SecondError::Db`].
pub fn reset(
    tx: &mut Tx<'_>,
    can: &Can<ResetSecondFactor>,
    (site, turn): (&Site, &Turn),
) -> Result<(), SecondError> {
    if can.subject() == can.actor().person {
        return Err(SecondError::Yourself);
    }
    reset_at_shell(tx, can, (site, turn))
}

/// The same for anybody: an operator too, who stands before the machine itself, may have lost the app.
///
/// # Errors
/// [`SecondError::NotOn`], [`SecondError::Db`].
pub fn reset_at_shell(
    tx: &mut Tx<'_>,
    can: &Can<ResetSecondFactor>,
    (site, turn): (&Site, &Turn),
) -> Result<(), SecondError> {
    let (person, by) = (can.subject(), can.actor().person);
    if !forget(tx, person)? {
        return Err(SecondError::NotOn);
    }
    session::end_all_of(tx, person)?;
    limit::clear(tx, &Aim::Code(person))?;
    tell(tx, person, SecondFactorNews::Reset, (site, turn))?;
    Ok(journal::note(tx, turn, &Entry::about("second_factor.reset", person).by(by))?)
}

/// Says whether everybody who signs in with a password for an organisation must have a second factor. Whoever has none
/// is led to it at the next sign-in.
///
/// # Errors
/// The database's.
pub fn demand(
    tx: &mut Tx<'_>,
    can: &Can<DemandSecondFactor>,
    demanded: bool,
    turn: &Turn,
) -> Result<(), SecondError> {
    if tx.execute(&DEMAND, params![can.subject().param(), i64::from(demanded)])? == 1 {
        let said = if demanded { "yes" } else { "no" };
        let entry = Entry::about("second_factor.demanded", can.subject()).by(can.actor().person);
        journal::note(tx, turn, &entry.saying(said))?;
    }
    Ok(())
}
