//! What a living wage is at a centre, for an hour: the floor that pay is held against.
//!
//! A living wage is of a place and of a time, and somebody reckoned it: a figure without its source and date says
//! nothing. The record keeps the figures that stood before.

use kazi_db::{DbError, Row, Tx, params};
use kazi_domain::Money;
use kazi_domain::policy::{Can, SetLivingWage};

use super::centres::CentreError;
use super::name;
use crate::journal::{self, Entry};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// Another figure.
    SET = "update centre set wage = $2, wage_currency = $3, wage_source = $4, wage_as_of = $5 where id = $1";
}

/// What an hour must pay at a centre for a decent life there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LivingWage {
    /// For an hour, before deductions.
    pub hour: Money,
    /// Who reckoned it, in words.
    pub source: String,
    /// Of when it is, in words.
    pub as_of: String,
}

/// Says what a living wage is at a centre.
///
/// # Errors
/// [`CentreError::NoWage`], [`CentreError::NoSource`], [`CentreError::NoDate`], or no such centre.
pub fn set(
    tx: &mut Tx<'_>,
    can: &Can<SetLivingWage>,
    wage: &LivingWage,
    turn: &Turn,
) -> Result<(), CentreError> {
    if wage.hour.micros <= 0 {
        return Err(CentreError::NoWage);
    }
    let source = name(&wage.source).ok_or(CentreError::NoSource)?;
    let as_of = name(&wage.as_of).ok_or(CentreError::NoDate)?;
    let centre = can.subject();
    let values =
        params![centre.param(), wage.hour.micros, wage.hour.currency.code(), source.as_str(), as_of.as_str()];
    if tx.execute(&SET, values)? == 0 {
        return Err(CentreError::NotThere);
    }
    let entry = Entry::about("centre.living_wage", centre).by(can.actor().person);
    Ok(journal::note(tx, turn, &entry.saying(format!("{} ({source}, {as_of})", wage.hour)))?)
}

/// Reads a living wage from four columns that start here.
pub(crate) fn read(row: &Row<'_>, first: usize) -> Result<Option<LivingWage>, DbError> {
    let Some(micros) = row.get::<Option<i64>>(first)? else { return Ok(None) };
    let hour = Money::new(micros, row.word(first + 1)?);
    Ok(Some(LivingWage { hour, source: row.get(first + 2)?, as_of: row.get(first + 3)? }))
}
