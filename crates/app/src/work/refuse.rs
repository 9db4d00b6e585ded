//! Skipping a task with a reason, and reporting a bad item.

use kazi_db::{Tx, params};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, kind};

use super::answer::{Task, load};
use super::lease::give_back;
use super::settle::stuck;
use super::{GOLD, WorkError, permit};
use crate::book::Book;
use crate::rows::Param;
use crate::turn::Turn;

kazi_db::statements! {
    /// What somebody said of a task.
    SAY = "insert into remark (id, project, item, task, person, kind, reason, said_at) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// The loan is over; what was seen stays seen.
    END = "delete from lease where person = $1 and task = $2";
    /// One more who would not do it.
    COUNT = "update task set refused = refused + 1 where id = $1 returning refused";
    /// How many people reported the item.
    REPORTS = "select count(*) from remark where item = $1 and kind = 'report'";
}

/// How somebody refuses a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// "Not me": somebody else may do it.
    Skip,
    /// "Something is wrong with it": the staff should look.
    Report,
}

/// After so many skips the staff must look.
const MOST_SKIPS: i64 = 3;
/// After so many reports the staff must look.
const MOST_REPORTS: i64 = 2;
/// Reasons are cut to this many characters.
const LONGEST_REASON: usize = 500;

/// Gives a task back with a reason. The person does not get it again.
///
/// # Errors
/// [`WorkError::NotThere`] when it is not lent to this person.
pub fn refuse(
    tx: &mut Tx<'_>,
    actor: &Actor,
    task: Id<kind::Task>,
    (how, reason): (Refused, &str),
    turn: &Turn,
) -> Result<(), WorkError> {
    let task = load(tx, actor.person, task)?;
    permit(tx, actor, task.project)?;
    let word = match how {
        Refused::Skip => "skip",
        Refused::Report => "report",
    };
    let reason: String = reason.chars().take(LONGEST_REASON).collect();
    let remark: Id<kind::Event> = turn.mint();
    tx.execute(
        &SAY,
        params![
            remark.param(),
            task.project.param(),
            task.item.param(),
            task.id.param(),
            actor.person.param(),
            word,
            reason,
            turn.at.param()
        ],
    )?;
    tx.execute(&END, params![actor.person.param(), task.id.param()])?;
    if !task.open_state {
        return Ok(());
    }
    if !task.expired {
        give_back(tx, task.id, task.lane, turn, 0)?;
    }
    if task.lane != GOLD {
        look_again(tx, &task, how, turn)?;
    }
    Ok(())
}

/// Sets the task aside when too many would not do it.
fn look_again(tx: &mut Tx<'_>, task: &Task, how: Refused, turn: &Turn) -> Result<(), WorkError> {
    let refused = tx.query_one(&COUNT, params![task.id.param()], |row| row.get::<i64>(0))?;
    let reports = tx.query_one(&REPORTS, params![task.item.param()], |row| row.get::<i64>(0))?;
    let reason = match how {
        Refused::Report if reports >= MOST_REPORTS => "reported",
        _ if refused >= MOST_SKIPS => "skipped",
        _ => return Ok(()),
    };
    let mut book = Book::new(task.project);
    stuck(tx, task, reason, &mut book, turn)?;
    Ok(book.write(tx, turn)?)
}
