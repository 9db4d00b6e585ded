//! What one transaction adds to the ledger, the purses, the tallies and the counts.
//!
//! A use case notes everything here first and writes it once at the end, in one order for all: so that
//! two transactions that touch the same people never wait for each other in a circle.

use std::collections::BTreeMap;

use kazi_db::{DbError, Tx, params};
use kazi_domain::{Currency, Id, Moment, kind};

use crate::rows::Param;
use crate::turn::Turn;

kazi_db::statements! {
    /// Both lines of a posting: what leaves one account arrives in the other.
    POST = "insert into ledger (posting, line, posted_at, kind, account, owner, currency, amount, project, answer) \
            values ($1, 0, $2, $3, $4, $5, $8, -cast($9 as bigint), $10, $11), ($1, 1, $2, $3, $6, $7, $8, $9, $10, $11)";
    /// Keeps a person's sums of a day.
    FILL_PURSE = "insert into purse (person, day, currency, held, accepted, answers_held, answers_accepted) \
                  values ($1, $2, $3, $4, $5, $6, $7) on conflict (person, day, currency) do update \
                  set held = purse.held + excluded.held, accepted = purse.accepted + excluded.accepted, \
                  answers_held = purse.answers_held + excluded.answers_held, \
                  answers_accepted = purse.answers_accepted + excluded.answers_accepted";
    /// Keeps a person's record at a stage.
    ADD_TALLY = "insert into tally (person, project, stage, answers, millis, pay, units, errors, gold_units, gold_errors) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
                 on conflict (person, project, stage) do update set answers = tally.answers + excluded.answers, \
                 millis = tally.millis + excluded.millis, pay = tally.pay + excluded.pay, \
                 units = tally.units + excluded.units, errors = tally.errors + excluded.errors, \
                 gold_units = tally.gold_units + excluded.gold_units, gold_errors = tally.gold_errors + excluded.gold_errors";
    /// Keeps the counts of a stage.
    ADD_COUNT = "insert into stage_count (project, stage, lane, items, finished, tasks, settled, called, stuck, answers, \
                 pay, millis, machine_units, machine_errors, machine_gold_units, machine_gold_errors) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
                 on conflict (project, stage, lane) do update set items = stage_count.items + excluded.items, \
                 finished = stage_count.finished + excluded.finished, tasks = stage_count.tasks + excluded.tasks, \
                 settled = stage_count.settled + excluded.settled, called = stage_count.called + excluded.called, \
                 stuck = stage_count.stuck + excluded.stuck, answers = stage_count.answers + excluded.answers, \
                 pay = stage_count.pay + excluded.pay, millis = stage_count.millis + excluded.millis, \
                 machine_units = stage_count.machine_units + excluded.machine_units, \
                 machine_errors = stage_count.machine_errors + excluded.machine_errors, \
                 machine_gold_units = stage_count.machine_gold_units + excluded.machine_gold_units, \
                 machine_gold_errors = stage_count.machine_gold_errors + excluded.machine_gold_errors";
}

/// Where money lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// What a project has cost; its owner is the project.
    ProjectCost,
    /// What doing again has cost the operator for a project, where its client sent something back; its owner is the
    /// project.
    Rework,
    /// Earned by a person and still being checked; its owner is the person.
    Held,
    /// Earned by a person and accepted; its owner is the person.
    Accepted,
    /// What the operator pays for teaching; its owner is the operator's organisation.
    Teaching,
}

impl Account {
    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ProjectCost => "project_cost",
            Self::Rework => "rework",
            Self::Held => "held",
            Self::Accepted => "accepted",
            Self::Teaching => "teaching",
        }
    }
}

/// An account and whose it is.
pub type Holder = (Account, [u8; 16]);

/// Money that moves from one account to another.
#[derive(Debug, Clone)]
pub struct Move {
    /// Why: `answer`, `accept`, `take_back`…
    pub kind: &'static str,
    /// Out of here.
    pub from: Holder,
    /// Into here.
    pub to: Holder,
    /// How much, in millionths.
    pub amount: i64,
    /// Of which currency.
    pub currency: Currency,
    /// For which project.
    pub project: Option<Id<kind::Project>>,
    /// For which answer.
    pub answer: Option<Id<kind::Answer>>,
    /// The day that the person's pay belongs to.
    pub day: i64,
}

/// What a person did at a stage.
#[derive(Debug, Clone, Copy, Default)]
pub struct TallyDelta {
    /// Answers given.
    pub answers: i64,
    /// Active milliseconds.
    pub millis: i64,
    /// Earned, in millionths.
    pub pay: i64,
    /// Units judged.
    pub units: i64,
    /// Of these, wrong.
    pub errors: i64,
    /// Units judged on gold.
    pub gold_units: i64,
    /// Of these, wrong.
    pub gold_errors: i64,
}

/// What happened at a stage.
#[derive(Debug, Clone, Copy, Default)]
pub struct CountDelta {
    /// Items that came in at the top of the tree.
    pub items: i64,
    /// Of these, finished.
    pub finished: i64,
    /// Tasks opened.
    pub tasks: i64,
    /// Tasks settled.
    pub settled: i64,
    /// Tasks that went to another stage to be decided.
    pub called: i64,
    /// Tasks that the staff must look at.
    pub stuck: i64,
    /// Answers of people.
    pub answers: i64,
    /// Cost, in millionths.
    pub pay: i64,
    /// Active milliseconds.
    pub millis: i64,
    /// Units of the machine's readings that were judged against what tasks settled to.
    pub machine_units: i64,
    /// Of these, wrong.
    pub machine_errors: i64,
    /// Units of the machine's readings that were judged against known truths.
    pub machine_gold_units: i64,
    /// Of these, wrong.
    pub machine_gold_errors: i64,
}

/// What changes of a person's day in one currency.
#[derive(Debug, Clone, Copy, Default)]
struct PurseDelta {
    held: i64,
    accepted: i64,
    answers_held: i64,
    answers_accepted: i64,
}

/// The notes of one transaction.
#[derive(Debug)]
pub struct Book {
    project: Id<kind::Project>,
    moves: Vec<Move>,
    tallies: BTreeMap<(Id<kind::Person>, String), TallyDelta>,
    counts: BTreeMap<String, CountDelta>,
}

impl Book {
    /// An empty book for a project.
    pub fn new(project: Id<kind::Project>) -> Self {
        Self { project, moves: Vec::new(), tallies: BTreeMap::new(), counts: BTreeMap::new() }
    }

    /// Notes a movement of money, and that of an answer with it; nothing is noted of nothing.
    pub fn pay(&mut self, movement: Move) {
        if movement.amount != 0 {
            self.moves.push(movement);
        }
    }

    /// The counts of a stage, to add to; the stage `""` holds what is of no stage.
    pub fn count(&mut self, stage: &str) -> &mut CountDelta {
        if !self.counts.contains_key(stage) {
            self.counts.insert(stage.to_owned(), CountDelta::default());
        }
        self.counts.entry(stage.to_owned()).or_default()
    }

    /// The record of a person at a stage, to add to.
    pub fn tally(&mut self, person: Id<kind::Person>, stage: &str) -> &mut TallyDelta {
        self.tallies.entry((person, stage.to_owned())).or_default()
    }

    /// What the noted movements change in people's days: money and answers, held and accepted.
    fn purses(&self) -> BTreeMap<([u8; 16], i64, Currency), PurseDelta> {
        let mut purses: BTreeMap<_, PurseDelta> = BTreeMap::new();
        for movement in &self.moves {
            for ((account, owner), sign) in [(movement.from, -1), (movement.to, 1)] {
                if !matches!(account, Account::Held | Account::Accepted) {
                    continue;
                }
                let purse = purses.entry((owner, movement.day, movement.currency)).or_default();
                let (money, answers) = if account == Account::Held {
                    (&mut purse.held, &mut purse.answers_held)
                } else {
                    (&mut purse.accepted, &mut purse.answers_accepted)
                };
                *money += sign * movement.amount;
                *answers += if movement.answer.is_some() { sign } else { 0 };
            }
        }
        purses
    }

    /// What is noted of a person's money of a day: held and accepted.
    pub fn purse(&self, person: Id<kind::Person>, day: i64, currency: Currency) -> (i64, i64) {
        let purses = self.purses();
        purses.get(&(*person.as_bytes(), day, currency)).map_or((0, 0), |purse| (purse.held, purse.accepted))
    }

    /// Writes everything.
    ///
    /// # Errors
    /// The database's.
    pub fn write(self, tx: &mut Tx<'_>, turn: &Turn) -> Result<(), DbError> {
        let project = self.project;
        for movement in &self.moves {
            post(tx, movement, turn.mint::<kind::Posting>(), turn.at)?;
        }
        for ((person, day, currency), purse) in self.purses() {
            let PurseDelta { held, accepted, answers_held, answers_accepted } = purse;
            let key = person.as_slice();
            let values = params![key, day, currency.code(), held, accepted, answers_held, answers_accepted];
            tx.post(&FILL_PURSE, values)?;
        }
        for ((person, stage), t) in &self.tallies {
            tx.post(
                &ADD_TALLY,
                params![
                    person.param(),
                    project.param(),
                    stage.as_str(),
                    t.answers,
                    t.millis,
                    t.pay,
                    t.units,
                    t.errors,
                    t.gold_units,
                    t.gold_errors
                ],
            )?;
        }
        let lane = tx.lane();
        for (stage, c) in &self.counts {
            tx.post(
                &ADD_COUNT,
                params![
                    project.param(),
                    stage.as_str(),
                    lane,
                    c.items,
                    c.finished,
                    c.tasks,
                    c.settled,
                    c.called,
                    c.stuck,
                    c.answers,
                    c.pay,
                    c.millis,
                    c.machine_units,
                    c.machine_errors,
                    c.machine_gold_units,
                    c.machine_gold_errors
                ],
            )?;
        }
        Ok(())
    }
}

fn post(tx: &mut Tx<'_>, movement: &Move, posting: Id<kind::Posting>, at: Moment) -> Result<(), DbError> {
    let Move { kind, from, to, amount, currency, project, answer, day: _ } = movement;
    tx.post(
        &POST,
        params![
            posting.param(),
            at.micros(),
            *kind,
            from.0.word(),
            from.1.as_slice(),
            to.0.word(),
            to.1.as_slice(),
            currency.code(),
            *amount,
            project.param(),
            answer.param()
        ],
    )?;
    Ok(())
}
