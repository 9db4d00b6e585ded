//! What a worker is told of an answer.

use kazi_db::{Tx, params};
use kazi_domain::{Currency, Id, kind};

use super::{Permit, WorkError};
use crate::bound::Head;
use crate::rows::Param;
use crate::turn::Turn;

kazi_db::statements! {
    /// The person's money of a day.
    PURSE = "select held, accepted from purse where person = $1 and day = $2 and currency = $3";
}

/// What the worker is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The answer.
    pub id: Id<kind::Answer>,
    /// Whether its pay is accepted already, or held while the work is checked.
    pub accepted: bool,
    /// Whether it came after its lease had gone to somebody else: kept and paid, but not counted.
    pub late: bool,
    /// What it pays, in millionths.
    pub pay: i64,
    /// The currency of pay.
    pub currency: Currency,
    /// Today's pay that is still being checked, in millionths.
    pub held_today: i64,
    /// Today's accepted pay, in millionths.
    pub accepted_today: i64,
}

/// What is fixed of an answer once it is kept.
#[derive(Clone, Copy)]
pub(super) struct Kept {
    pub(super) accepted: bool,
    pub(super) late: bool,
    pub(super) pay: i64,
}

/// What the person is told of an answer that is on record.
pub(super) fn receipt(
    tx: &mut Tx<'_>,
    (permit, head): (&Permit, &Head),
    id: Id<kind::Answer>,
    kept: Kept,
    turn: &Turn,
) -> Result<Receipt, WorkError> {
    let (currency, day) = (head.terms.currency, turn.at.day(permit.utc_offset_minutes));
    let person = permit.can.actor().person;
    let purse = tx.query_opt(&PURSE, params![person.param(), day, currency.code()], |row| {
        Ok((row.get::<i64>(0)?, row.get::<i64>(1)?))
    })?;
    Ok(told((permit, head), id, kept, |_, _| purse.unwrap_or_default(), turn))
}

/// A receipt; `purse` tells what is held and accepted of a day in a currency.
pub(super) fn told(
    (permit, head): (&Permit, &Head),
    id: Id<kind::Answer>,
    Kept { accepted, late, pay }: Kept,
    purse: impl FnOnce(i64, Currency) -> (i64, i64),
    turn: &Turn,
) -> Receipt {
    let currency = head.terms.currency;
    let (held_today, accepted_today) = purse(turn.at.day(permit.utc_offset_minutes), currency);
    Receipt { id, accepted, late, pay, currency, held_today, accepted_today }
}
