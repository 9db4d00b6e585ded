//! What a client sees of a delivery, its samples, and its acceptance.

use kazi_db::{DbError, Read, params};
use kazi_domain::policy::{Can, JudgeDelivery, TakeDelivery};
use kazi_domain::{Id, Moment, ProjectState, SampleState, SampleVerdict, kind};
use kazi_quality::lots::{Certificate, Plan, certify_mended};

use super::close::measured;
use super::draw::{lot, redone};
use super::rules::{CONFIDENCE, plan};
use super::{AcceptanceError, Standing, load, newest, open_sample};
use crate::bound::Projects;
use crate::listing::{Ask, Cursor, Page};
use crate::rows::{Columns, Param};

kazi_db::statements! {
    /// The newest sample that is not set aside.
    LATEST = "select id from sample where project = $1 and state <> 'set_aside' order by made_at desc, id desc limit 1";
    /// What doing again has cost the operator: it leaves this account.
    REDONE_COST = "select cast(-coalesce(sum(amount), 0) as bigint) from ledger where owner = $1 and account = 'rework'";
    /// Items of a sample, from a number on.
    ROWS = "select i.number, i.item, n.key, s.name, i.verdict, i.reason, i.note from sampled i \
            join item n on n.id = i.item join source s on s.id = n.source \
            where i.sample = $1 and i.number > $2 and ($3 = '' or coalesce(i.verdict, 'none') = $3) \
            and lower(n.key) like $4 escape '\\' order by i.number limit $5";
    /// One of them, whole.
    ONE = "select i.item, n.key, n.kind, s.name, n.body, p.body, coalesce(i.outcome, n.outcome), i.verdict, i.reason, i.note \
           from sampled i join item n on n.id = i.item join source s on s.id = n.source \
           left join item p on p.id = n.parent where i.sample = $1 and i.number = $2";
    /// The next that nobody has looked at: behind a number, else from the start.
    NEXT = "select number from sampled where sample = $1 and verdict is null \
            order by case when number > $2 then 0 else 1 end, number limit 1";
    /// What was true when the client accepted.
    ACCEPTED = "select a.accepted_at, a.lot, a.sampled, a.correct, a.mended, a.rounds, a.set_aside, a.delivery, a.sample, \
                m.seed, p.name, o.name, p.service, d.made_at from acceptance a join project p on p.id = a.project \
                join organisation o on o.id = p.organisation join delivery d on d.id = a.delivery \
                left join sample m on m.id = a.sample where a.project = $1";
}

/// A sample and what was said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Which.
    pub id: Id<kind::Sample>,
    /// Of which delivery.
    pub delivery: Id<kind::Delivery>,
    /// How it was drawn: the word of a [`super::Way`].
    pub way: String,
    /// How many may be wrong, where a plan says so.
    pub allowed: Option<i64>,
    /// Where it stands.
    pub state: SampleState,
    /// What was said of its items.
    pub standing: Standing,
    /// When it was drawn.
    pub made_at: Moment,
}

/// What lies before a client who decides on a delivery.
#[derive(Debug, Clone, PartialEq)]
pub struct Desk {
    /// What the project is doing.
    pub state: ProjectState,
    /// The kind of item that is looked at: `page`, `row`.
    pub kind: &'static str,
    /// How many of them were delivered; 0 while nothing is.
    pub lot: u32,
    /// How many to look at by the usual risks.
    pub plan: Option<Plan>,
    /// How many were sent back the last time and are done again.
    pub redone: i64,
    /// What doing again has cost the operator, in millionths.
    pub redone_cost: i64,
    /// The sample that is being looked through, or the last one.
    pub sample: Option<Sample>,
    /// What the samples say of all items as they are now.
    pub measured: Option<Certificate>,
}

/// What lies before somebody who decides on a delivery.
///
/// # Errors
/// See [`AcceptanceError`].
pub fn desk(
    read: &mut Read<'_>,
    projects: &Projects,
    can: &Can<JudgeDelivery>,
) -> Result<Desk, AcceptanceError> {
    let head = projects.head(read, can.subject())?;
    let project = params![head.id.param()];
    let kind = head.terms.service.inspected();
    let lot = match newest(read, head.id)? {
        Some(delivery) => lot(read, head.id, &delivery, kind)?,
        None => 0,
    };
    let sample = match open_sample(read, head.id)? {
        Some(open) => Some(open),
        None => read.query_opt(&LATEST, project, |row| row.id(0))?,
    };
    Ok(Desk {
        state: head.state,
        kind,
        lot,
        plan: plan(lot),
        redone: i64::try_from(redone(read, head.id)?.len()).unwrap_or(i64::MAX),
        redone_cost: read.query_one(&REDONE_COST, project, |row| row.get(0))?,
        sample: sample.map(|sample| load(read, head.id, sample)).transpose()?,
        measured: measured(read, head.id)?,
    })
}

/// An item of a sample in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number in the sample, from 1.
    pub number: i64,
    /// Which item.
    pub item: Id<kind::Item>,
    /// Its key, such as `p0007`.
    pub key: String,
    /// The file it comes from.
    pub source: String,
    /// What was said of it.
    pub verdict: Option<SampleVerdict>,
    /// Why it is wrong.
    pub reason: String,
    /// More about it.
    pub note: String,
}

/// Which items of a sample to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filter {
    /// All.
    #[default]
    All,
    /// Those that nobody has looked at.
    Left,
    /// Those of which this was said.
    Said(SampleVerdict),
}

impl Filter {
    const fn word(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Left => "none",
            Self::Said(verdict) => verdict.word(),
        }
    }
}

fn verdict(word: Option<String>) -> Result<Option<SampleVerdict>, DbError> {
    word.map(|word| {
        word.parse().map_err(|error: kazi_domain::UnknownState| DbError::Other(error.to_string()))
    })
    .transpose()
}

/// Items of a sample, in its order; a search looks at their keys.
///
/// # Errors
/// [`AcceptanceError::NotThere`] when the sample is not of this project.
pub fn rows(
    read: &mut Read<'_>,
    can: &Can<JudgeDelivery>,
    sample: Id<kind::Sample>,
    (filter, ask): (Filter, &Ask),
) -> Result<Page<Row>, AcceptanceError> {
    load(read, can.subject(), sample)?;
    let (after, _) = ask.after_number();
    let params = params![sample.param(), after, filter.word(), ask.pattern(), ask.limit()];
    let rows = read.query_all(&ROWS, params, |row| {
        Ok(Row {
            number: row.get(0)?,
            item: row.id(1)?,
            key: row.get(2)?,
            source: row.get(3)?,
            verdict: verdict(row.get(4)?)?,
            reason: row.get::<Option<String>>(5)?.unwrap_or_default(),
            note: row.get::<Option<String>>(6)?.unwrap_or_default(),
        })
    })?;
    Ok(ask.page(rows, |row| Cursor::at(row.number.to_string(), row.item)))
}

/// An item of a sample with all that is needed to show it. Nobody who worked on it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sampled {
    /// The row of the list.
    pub row: Row,
    /// The kind of the item.
    pub kind: String,
    /// Its body.
    pub body: String,
    /// The body of what it is a piece of.
    pub parent: Option<String>,
    /// What it came to; of what was sent back, what it had come to then.
    pub outcome: Option<String>,
}

/// One item of a sample.
///
/// # Errors
/// [`AcceptanceError::NotThere`] when there is no such item in a sample of this project.
pub fn sampled(
    read: &mut Read<'_>,
    can: &Can<JudgeDelivery>,
    (sample, number): (Id<kind::Sample>, i64),
) -> Result<(Sample, Sampled), AcceptanceError> {
    let whole = load(read, can.subject(), sample)?;
    let found = read.query_opt(&ONE, params![sample.param(), number], |row| {
        let listed = Row {
            number,
            item: row.id(0)?,
            key: row.get(1)?,
            source: row.get(3)?,
            verdict: verdict(row.get(7)?)?,
            reason: row.get::<Option<String>>(8)?.unwrap_or_default(),
            note: row.get::<Option<String>>(9)?.unwrap_or_default(),
        };
        let (kind, body) = (row.get(2)?, row.get(4)?);
        Ok(Sampled { row: listed, kind, body, parent: row.get(5)?, outcome: row.get(6)? })
    })?;
    Ok((whole, found.ok_or(AcceptanceError::NotThere)?))
}

/// The next item of a sample that nobody has looked at, behind a number or else from the start; `None` when all are.
///
/// # Errors
/// The database's.
pub fn after(read: &mut Read<'_>, sample: Id<kind::Sample>, number: i64) -> Result<Option<i64>, DbError> {
    read.query_opt(&NEXT, params![sample.param(), number], |row| row.get(0))
}

/// What a certificate says.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// The project's name.
    pub project: String,
    /// Its client.
    pub client: String,
    /// Its service.
    pub service: String,
    /// When the client accepted.
    pub at: Moment,
    /// What was accepted.
    pub delivery: Id<kind::Delivery>,
    /// When that was put together.
    pub delivered_at: Moment,
    /// How often the project was delivered until it was accepted.
    pub rounds: i64,
    /// How many samples were set aside.
    pub set_aside: i64,
    /// The sample that it rests on, with its seed.
    pub sample: Option<(Id<kind::Sample>, u64)>,
    /// What that says of all items; `None` where nothing was measured.
    pub certificate: Option<Certificate>,
}

/// What was true when the client accepted; `None` before that.
///
/// # Errors
/// The database's.
pub fn accepted(read: &mut Read<'_>, can: &Can<TakeDelivery>) -> Result<Option<Accepted>, DbError> {
    read.query_opt(&ACCEPTED, params![can.subject().param()], |row| {
        let number = |at: usize| row.get::<i64>(at).map(|number| usize::try_from(number).unwrap_or(0));
        let (lot, sampled, right, mended) = (number(1)?, number(2)?, number(3)?, number(4)?);
        let seed = row.get::<Option<i64>>(9)?.map(|seed| u64::from_be_bytes(seed.to_be_bytes()));
        Ok(Accepted {
            project: row.get(10)?,
            client: row.get(11)?,
            service: row.get(12)?,
            at: row.moment(0)?,
            delivery: row.id(7)?,
            delivered_at: row.moment(13)?,
            rounds: row.get(5)?,
            set_aside: row.get(6)?,
            sample: row.id_opt(8)?.zip(seed),
            certificate: certify_mended(lot, sampled, right, mended, CONFIDENCE).ok(),
        })
    })
}
