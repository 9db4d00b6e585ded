//! Pay that is still held when a project is given up: nobody will check that work any more, and whoever did it
//! has earned it.

use kazi_db::{DbError, Tx, params};
use kazi_domain::{Currency, Id, Moment, kind};

use crate::book::{Account, Book, Move};
use crate::jobs::{self, Handler, Held, Trouble, Work};
use crate::journal::{self, Entry};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// The currency and state of a project that was given up.
    CANCELLED = "select currency from project where id = $1 and state = 'cancelled'";
    /// Its answers from a place on.
    HELD = "select id, person, pay, day, state, given_at from answer where project = $1 and (given_at, id) > ($2, $3) \
            order by given_at, id limit $4";
    /// Their pay is theirs.
    ACCEPT = "update answer set state = 'accepted' where id = $1 and state = 'held'";
}

/// The kind of the job.
const KIND: &str = "pay_out";

/// The job that accepts what is held in a project that was given up.
#[derive(Debug)]
pub struct PayOut;

pub(super) fn later(tx: &mut Tx<'_>, project: Id<kind::Project>, turn: &Turn) -> Result<(), DbError> {
    jobs::enqueue(tx, KIND, project.as_bytes(), "", turn).map(drop)
}

impl Handler for PayOut {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn run(&self, work: &Work) -> Result<(), Trouble> {
        let project = Id::from_bytes(work.held.subject);
        let mut after = None;
        loop {
            let job = work.clone();
            let next = work.db.write_blocking(move |tx| {
                let turn = Turn::now();
                job.fence(tx, &turn)?;
                step(tx, project, after, &turn).map_err(Trouble::from)
            })?;
            match next {
                Some(place) => after = Some(place),
                None => return Ok(()),
            }
        }
    }

    fn given_up(&self, tx: &mut Tx<'_>, held: &Held, why: &str, turn: &Turn) -> Result<(), DbError> {
        let project: Id<kind::Project> = Id::from_bytes(held.subject);
        journal::note(tx, turn, &Entry::about("pay_out.failed", project).of(project).saying(why))
    }
}

/// How many answers one call of [`step`] looks at.
const A_STEP: i64 = 500;

/// Accepts the pay that is still held in a project that was given up: nobody will check that work any more,
/// and whoever did it has earned it. Looks at some answers after the place `after`, and gives the place to go
/// on from; `None` at the end. Doing it twice changes nothing.
///
/// # Errors
/// The database's.
pub(super) fn step(
    tx: &mut Tx<'_>,
    project: Id<kind::Project>,
    after: Option<(Moment, Id<kind::Answer>)>,
    turn: &Turn,
) -> Result<Option<(Moment, Id<kind::Answer>)>, DbError> {
    let Some(currency) = tx.query_opt(&CANCELLED, params![project.param()], |row| row.word::<Currency>(0))?
    else {
        return Ok(None);
    };
    let (at, id) = after.unwrap_or((Moment::from_micros(i64::MIN), Id::from_bytes([0; 16])));
    let answers = tx.query_all(&HELD, params![project.param(), at.param(), id.param(), A_STEP], |row| {
        let (id, person): (Id<kind::Answer>, Id<kind::Person>) = (row.id(0)?, row.id(1)?);
        let held = row.get::<&str>(4)? == "held";
        Ok(((id, person, held), (row.get::<i64>(2)?, row.get::<i64>(3)?), row.moment(5)?))
    })?;
    let mut book = Book::new(project);
    for ((id, person, _), (pay, day), _) in answers.iter().filter(|((_, _, held), ..)| *held) {
        if tx.execute(&ACCEPT, params![id.param()])? == 1 {
            book.pay(Move {
                kind: "accept",
                from: (Account::Held, *person.as_bytes()),
                to: (Account::Accepted, *person.as_bytes()),
                amount: *pay,
                currency,
                project: Some(project),
                answer: Some(*id),
                day: *day,
            });
        }
    }
    book.write(tx, turn)?;
    let last = answers.last().map(|((id, ..), _, given_at)| (*given_at, *id));
    Ok(last)
}
