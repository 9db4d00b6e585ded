//! Tasks on their way to a person, as one transaction saw them, with the person's money of the day.

use kazi_app::access::SignedIn;
use kazi_app::bound::Head;
use kazi_app::overview;
use kazi_app::work::{self, LentShown, Patience, Permit, Receipt, Taken, WorkError};
use kazi_app::{App, Turn};
use kazi_db::{Read, Tx};
use kazi_domain::policy::Actor;
use kazi_domain::{Currency, Moment, Money};
use kazi_texts::Texts;
use serde::Serialize;

use super::task::{TaskBody, body};
use crate::error::AppError;
use crate::extract::At;

/// So many tasks lie ready in a browser.
pub(super) const AHEAD: u32 = 8;

/// Tasks with what their screens need.
#[derive(Debug, Clone)]
pub(super) struct Batch {
    pub(super) head: Head,
    pub(super) tasks: Vec<LentShown>,
}

impl Batch {
    /// The tasks with their screens.
    pub(super) fn bodies(&self, texts: &Texts) -> Result<Vec<TaskBody>, AppError> {
        self.tasks.iter().map(|(lent, shown)| body(&self.head, lent, shown, texts)).collect()
    }
}

/// Lends somebody up to `count` tasks of a stage, if they may work on it.
pub(super) fn lend(
    tx: &mut Tx<'_>,
    app: &App,
    actor: &Actor,
    (at, count): (&At, u32),
    turn: &Turn,
) -> Result<(Permit, Batch), WorkError> {
    let (permit, head, tasks) = work::ask(tx, &app.projects, actor, at.project, (&at.stage, count), turn)?;
    Ok((permit, Batch { head, tasks }))
}

/// Lends up to `count` tasks of the same stage after an answer, in its transaction.
pub(super) fn lend_after(
    tx: &mut Tx<'_>,
    Taken { permit, head, stage, .. }: Taken,
    count: u32,
    turn: &Turn,
) -> Result<Batch, WorkError> {
    let tasks = work::next_of(tx, &head, &permit, (&stage, count), Patience::Pass, turn)?;
    Ok(Batch { head, tasks })
}

/// The money of today, in words.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Today {
    pub(super) accepted: String,
    pub(super) waiting: String,
}

impl Today {
    /// Amounts in millionths.
    pub(super) fn new(accepted: i64, waiting: i64, currency: Currency) -> Self {
        let told = |micros| Money::new(micros, currency).to_string();
        Self { accepted: told(accepted), waiting: told(waiting) }
    }

    /// As a receipt says it.
    pub(super) fn of(receipt: &Receipt) -> Self {
        Self::new(receipt.accepted_today, receipt.held_today, receipt.currency)
    }
}

/// Says that [`today`] will be asked for next.
pub(super) fn today_ahead(read: &mut Read<'_>, who: &SignedIn, now: Moment) -> Result<(), WorkError> {
    let can = overview::may_view_own(&who.actor).ok_or(WorkError::NotThere)?;
    Ok(overview::today_ahead(read, &can, now.day(who.utc_offset_minutes))?)
}

/// What a person has earned today in a project's currency.
pub(super) fn today(
    read: &mut Read<'_>,
    actor: &Actor,
    (currency, utc_offset_minutes): (Currency, i32),
    now: Moment,
) -> Result<Today, WorkError> {
    let can = overview::may_view_own(actor).ok_or(WorkError::NotThere)?;
    let purses = overview::today(read, &can, now.day(utc_offset_minutes))?;
    let purse = purses.into_iter().find(|purse| purse.currency == currency);
    let (accepted, held) = purse.map_or((0, 0), |purse| (purse.accepted, purse.held));
    Ok(Today::new(accepted, held, currency))
}
