//! Who is here: the people of a centre, what each of them is at, and who needs help, with the reasons.
//!
//! It is looked at every few seconds while somebody leads a shift, so it costs as much on the thousandth day as on the first:
//! each statement asks for the people of one centre, and for each of them by an index for one moment, for a day's counters
//! (`purse`) or for a window of fixed length. Nothing here counts answers.

mod find;
mod list;
mod need;
mod recall;

pub use find::{People, Person, at_centre};
pub use list::{Filter, Found, Order, State, list};
pub use need::{Coach, Known, Limits, Place, Stuck, Today, Work};
pub use recall::{Recalled, Whom, may_take_back, take_back, would_take_back};

use kazi_db::{DbError, Read, Sql, Tx, params};
use kazi_domain::policy::{Actor, Can, WatchCentre};
use kazi_domain::{Id, Span, kind};

use crate::bound::HeadError;
use crate::journal::{self, Entry};
use crate::network::{NotForYou, may_at_centre};
use crate::rows::Param;
use crate::turn::Turn;

kazi_db::statements! {
    /// Whether somebody's look at a centre stands in the record since a moment: the first id of that moment.
    LOOKED = "select 1 from event where person = $1 and id >= $2 and subject = $3 and kind = 'centre.watched' limit 1";
}

/// A look at a centre stands in the record once for so long: the page asks again every few seconds.
const ONE_LOOK: Span = Span::minutes(60);

/// Why nobody is shown.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PresenceError {
    /// No such centre, or not for this person.
    #[error("there is no such centre")]
    NotThere,
    /// A project's settings cannot be read.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// The proof that somebody may see who is at work at a centre.
///
/// # Errors
/// [`NotForYou::NotThere`] when there is no such centre or the person may not.
pub fn may_watch(
    read: &mut Read<'_>,
    actor: &Actor,
    centre: Id<kind::Centre>,
) -> Result<Can<WatchCentre>, NotForYou> {
    may_at_centre(read, actor, centre)
}

/// Whether this look must still be noted in the record: see [`note`].
///
/// # Errors
/// The database's.
pub fn is_new_look(read: &mut Read<'_>, can: &Can<WatchCentre>, turn: &Turn) -> Result<bool, DbError> {
    let since = journal::first_id(turn.at - ONE_LOOK);
    let centre = can.subject();
    let values = params![can.actor().person.param(), since.as_slice(), centre.param()];
    Ok(read.query_opt(&LOOKED, values, |_| Ok(()))?.is_none())
}

/// Notes in the record that somebody looks at the people of a centre.
///
/// # Errors
/// The database's.
pub fn note(tx: &mut Tx<'_>, can: &Can<WatchCentre>, turn: &Turn) -> Result<(), DbError> {
    journal::note(tx, turn, &Entry::about("centre.watched", can.subject()).by(can.actor().person))
}

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[ALL, find::ALL];
