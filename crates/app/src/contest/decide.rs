//! The second look: by somebody else, who sees no name.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::policy::{Actor, Can, DecideContest, Facts, permit};
use kazi_domain::{Currency, Id, Moment, Money, Plea, WhyNot, kind};

use super::reject::payer;
use super::{ContestError, Outcome, note, outcome};
use crate::book::{Account, Book, Move};
use crate::journal::{self, Entry};
use crate::network::NotForYou;
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// Whose an answer is that was not accepted.
    PROJECT = "select project from rejection where answer = $1";
    /// Whether a centre does the work of a project.
    ASSIGNED = "select centre from project_centre where centre = $1 and project = $2";
    /// What must be known to decide.
    CASE = "select r.item, r.stage, r.person, r.rejected_by, r.contested_at, r.decided_at, a.pay, t.rework, p.currency, \
            c.utc_offset_minutes from rejection r join answer a on a.id = r.answer join task t on t.id = a.task \
            join project p on p.id = r.project join person w on w.id = r.person left join centre c on c.id = w.centre \
            where r.answer = $1 and r.project = $2 /*for update of r*/";
    /// Whether somebody has answered the item.
    TOOK_PART = "select 1 from answer where item = $1 and person = $2 limit 1";
    /// The decision; the first counts.
    DECIDE = "update rejection set put_right = $2, decision = $3, decided_by = $4, decided_at = $5 \
              where answer = $1 and decided_at is null";
    /// It is accepted after all.
    ACCEPT = "update answer set state = 'accepted' where id = $1 and state = 'rejected'";
    /// What whoever decides looks at.
    LOOK = "select p.name, p.service, r.stage, i.key, i.body, a.body, a.pay, p.currency, a.given_at, r.reason, r.note, r.plea, \
            r.contested_at, r.put_right, r.decision, r.decided_at, r.rejected_by, r.person, r.item from rejection r \
            join answer a on a.id = r.answer join item i on i.id = r.item join project p on p.id = r.project \
            where r.answer = $1 and r.project = $2 and r.contested_at is not null";
}

/// The project of an answer that was not accepted.
///
/// # Errors
/// [`NotForYou::NotThere`] when there is none.
pub fn project_of(read: &mut Read<'_>, answer: Id<kind::Answer>) -> Result<Id<kind::Project>, NotForYou> {
    read.query_opt(&PROJECT, params![answer.param()], |row| row.id(0))?.ok_or(NotForYou::NotThere)
}

/// The proof that somebody may decide on second looks in a project.
///
/// # Errors
/// [`NotForYou::NotThere`] when the person may not.
pub fn may_decide(
    read: &mut Read<'_>,
    actor: &Actor,
    project: Id<kind::Project>,
) -> Result<Can<DecideContest>, NotForYou> {
    let assigned = match actor.centre {
        Some(centre) => {
            read.query_opt(&ASSIGNED, params![centre.param(), project.param()], |row| row.id(0))?
        }
        None => None,
    };
    let facts = Facts { centres: assigned.as_slice(), ..Facts::default() };
    permit(actor, project, facts).ok_or(NotForYou::NotThere)
}

/// What is decided, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Whether the answer is accepted after all.
    pub put_right: bool,
    /// Why. Whoever says no must say it.
    pub note: String,
}

struct Case {
    item: Id<kind::Item>,
    stage: String,
    person: Id<kind::Person>,
    rejected_by: Id<kind::Person>,
    contested_at: Option<Moment>,
    decided_at: Option<Moment>,
    pay: i64,
    rework: bool,
    currency: Currency,
    offset: i32,
}

/// Decides on an answer whose worker asked for a second look. Put right, it is paid on the day of the decision.
///
/// # Errors
/// See [`ContestError`].
pub fn decide(
    tx: &mut Tx<'_>,
    can: &Can<DecideContest>,
    answer: Id<kind::Answer>,
    decision: &Decision,
    turn: &Turn,
) -> Result<(), ContestError> {
    let project = can.subject();
    let case = case(tx, answer, project)?;
    let by = can.actor().person;
    if case.contested_at.is_none() {
        return Err(ContestError::NotAsked);
    }
    if case.decided_at.is_some() {
        return Err(ContestError::Decided);
    }
    if own_case(tx, by, (case.rejected_by, case.person, case.item))? {
        return Err(ContestError::OwnCase);
    }
    let why = match (decision.put_right, note(&decision.note)) {
        (false, None) => return Err(ContestError::NoNote),
        (_, why) => why.unwrap_or_default(),
    };
    let put_right = i64::from(decision.put_right);
    let values = params![answer.param(), put_right, why.as_str(), by.param(), turn.at.param()];
    if tx.execute(&DECIDE, values)? == 0 {
        return Err(ContestError::Decided);
    }
    if decision.put_right && tx.execute(&ACCEPT, params![answer.param()])? == 1 {
        pay(tx, project, (answer, &case), turn)?;
    }
    let word = if decision.put_right { "put_right" } else { "upheld" };
    let entry = Entry::about("answer.decided", answer).by(by).of(project);
    Ok(journal::note(tx, turn, &entry.saying(format!("{word}: {why}")))?)
}

fn case(tx: &mut Tx<'_>, answer: Id<kind::Answer>, project: Id<kind::Project>) -> Result<Case, ContestError> {
    let case = tx.query_opt(&CASE, params![answer.param(), project.param()], |row| {
        Ok(Case {
            item: row.id(0)?,
            stage: row.get(1)?,
            person: row.id(2)?,
            rejected_by: row.id(3)?,
            contested_at: row.moment_opt(4)?,
            decided_at: row.moment_opt(5)?,
            pay: row.get(6)?,
            rework: row.get::<i64>(7)? != 0,
            currency: row.word(8)?,
            offset: row.get::<Option<i32>>(9)?.unwrap_or(0),
        })
    })?;
    case.ok_or(ContestError::NotThere)
}

/// Whether somebody has a part in it: did not accept the answer, gave it, or answered the same item.
fn own_case(
    read: &mut Read<'_>,
    who: Id<kind::Person>,
    (rejected_by, person, item): (Id<kind::Person>, Id<kind::Person>, Id<kind::Item>),
) -> Result<bool, DbError> {
    if who == rejected_by || who == person {
        return Ok(true);
    }
    Ok(read.query_opt(&TOOK_PART, params![item.param(), who.param()], |_| Ok(()))?.is_some())
}

/// The correction: what the project had got back leaves it again.
fn pay(
    tx: &mut Tx<'_>,
    project: Id<kind::Project>,
    (answer, case): (Id<kind::Answer>, &Case),
    turn: &Turn,
) -> Result<(), DbError> {
    let mut book = Book::new(project);
    book.pay(Move {
        kind: "put_right",
        from: (payer(case.rework), *project.as_bytes()),
        to: (Account::Accepted, *case.person.as_bytes()),
        amount: case.pay,
        currency: case.currency,
        project: Some(project),
        answer: Some(answer),
        day: turn.at.day(case.offset),
    });
    book.tally(case.person, &case.stage).pay += case.pay;
    book.count(&case.stage).pay += case.pay;
    book.write(tx, turn)
}

/// What whoever decides looks at. Nobody is named in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The project's name.
    pub project_name: String,
    /// The service.
    pub service: String,
    /// The stage.
    pub stage: String,
    /// The item's key.
    pub key: String,
    /// The item's body.
    pub item: String,
    /// What was given, as JSON text.
    pub given: String,
    /// What it would have paid.
    pub pay: Money,
    /// When it was given.
    pub given_at: Moment,
    /// Why it was not accepted.
    pub reason: WhyNot,
    /// The same in words.
    pub note: String,
    /// What its worker says of it.
    pub plea: Plea,
    /// When the second look was asked for.
    pub contested_at: Moment,
    /// What was decided.
    pub outcome: Option<Outcome>,
    /// Whether the one who looks has a part in it, so that somebody else must decide.
    pub own_case: bool,
}

/// An answer whose worker asked for a second look.
///
/// # Errors
/// [`ContestError::NotThere`].
pub fn look(
    read: &mut Read<'_>,
    can: &Can<DecideContest>,
    answer: Id<kind::Answer>,
) -> Result<Look, ContestError> {
    let found = read.query_opt(&LOOK, params![answer.param(), can.subject().param()], |row| {
        let look = Look {
            project_name: row.get(0)?,
            service: row.get(1)?,
            stage: row.get(2)?,
            key: row.get(3)?,
            item: row.get(4)?,
            given: row.get(5)?,
            pay: Money::new(row.get(6)?, row.word(7)?),
            given_at: row.moment(8)?,
            reason: row.word(9)?,
            note: row.get(10)?,
            plea: row.word(11)?,
            contested_at: row.moment(12)?,
            outcome: outcome(row, 13)?,
            own_case: false,
        };
        Ok((look, (row.id(16)?, row.id(17)?, row.id(18)?)))
    })?;
    let (mut look, people) = found.ok_or(ContestError::NotThere)?;
    // Whose it is has no part in what their own page shows.
    if people.1 == can.actor().person {
        return Err(ContestError::NotThere);
    }
    look.own_case = own_case(read, can.actor().person, people)?;
    Ok(look)
}
