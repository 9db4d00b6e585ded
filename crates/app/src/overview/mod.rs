//! A worker's home: what one can do next, what it pays, and what was done today.

use std::collections::HashMap;

use kazi_db::{DbError, Read, Sql, params};
use kazi_domain::policy::{Actor, Can, Facts, ViewOwnWork, permit};
use kazi_domain::{Currency, Id, Moment, Role, Span, kind};
use kazi_services::Stage;

use crate::bound::{Head, HeadError, Projects};
use crate::contest;
use crate::rows::{Columns, Param};
use crate::work::{AGAIN, CORRECT_WITHIN, lanes, waits_for_fresher};

kazi_db::statements! {
    /// The running projects of a centre, the oldest first.
    PROJECTS = "select p.id, p.name from project_centre pc join project p on p.id = pc.project \
                where pc.centre = $1 and p.state = 'running' order by p.started_at, p.id limit 50";
    /// How many tasks wait in a lane behind a place that the person has not seen; counted only so far.
    WAITING = "select count(*) from (select 1 from task t where t.project = $1 and t.stage = $2 and t.lane = $3 and t.open > 0 \
               and t.place > $4 and not exists (select 1 from touch h where h.person = $5 and h.item = t.item \
               and (h.deep <= $6 or (h.deep = 2 and t.place > $8))) limit $7) counted";
    /// Where the person's cursors stand.
    CURSORS = "select project, stage, lane, place from reading_place where person = $1";
    /// What the person holds.
    HOLDS = "select project, stage, count(*) from lease where person = $1 and expired = 0 and until_at > $2 group by project, stage";
    /// What the stages of a project have really taken.
    PACE = "select stage, sum(answers), sum(millis), sum(pay) from stage_count where project = $1 group by stage";
    /// The certificates of the person.
    CERTIFICATES = "select service, stage from certificate where person = $1";
    /// The person's money of a day.
    PURSE = "select currency, held, accepted from purse where person = $1 and day = $2 order by currency";
    /// The person's latest answers.
    LATEST = "select a.id, a.task, a.project, p.name, a.stage, i.key, a.state, a.pay, p.currency, a.given_at, \
              u.key, u.pieces, u.waiting from answer a join project p on p.id = a.project join item i on i.id = a.item \
              left join item u on u.id = i.parent where a.person = $1 order by a.given_at desc, a.id desc limit $2";
}

/// Waiting tasks are counted up to here; more is "200+".
pub const COUNTED: i64 = 200;
/// An hour's real pay is told from this many answers on.
const ENOUGH: i64 = 20;
/// How many of the latest answers can be looked at again.
const LATEST_ANSWERS: i64 = 10;

/// Everything on a worker's home.
#[derive(Debug, Clone)]
pub struct Home {
    /// What one can do, the most useful first; what offers nothing now stands last.
    pub queues: Vec<Queue>,
    /// Today's pay, one entry for each currency.
    pub today: Vec<Purse>,
    /// The last ten answers, the latest first.
    pub latest: Vec<Latest>,
    /// How many answers were not accepted of late.
    pub not_accepted: i64,
}

/// One stage of one project, open to the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    /// The project.
    pub project: Id<kind::Project>,
    /// Its name.
    pub project_name: String,
    /// Its service's key.
    pub service: String,
    /// The stage.
    pub stage: String,
    /// Who it is for: reviewers see resolving and proofreading too.
    pub role: Role,
    /// Tasks that the person has begun and still holds.
    pub holds: i64,
    /// Tasks that wait for the person, counted up to [`COUNTED`].
    pub waiting: i64,
    /// What one answer pays, in millionths.
    pub pay: i64,
    /// What an hour of it has really paid, in millionths; `None` while too few have done it.
    pub pay_an_hour: Option<i64>,
    /// The currency of both.
    pub currency: Currency,
    /// Whether the practice comes first.
    pub practise_first: bool,
}

impl Queue {
    /// Whether there is anything to do here now, learning included.
    pub fn offers(&self) -> bool {
        self.holds > 0 || self.waiting > 0
    }

    /// `17`, or `200+` when nobody counted further.
    pub fn waiting_told(&self) -> String {
        if self.waiting >= COUNTED { format!("{COUNTED}+") } else { self.waiting.to_string() }
    }
}

/// A day's pay in one currency, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purse {
    /// The currency.
    pub currency: Currency,
    /// Earned and still being checked.
    pub held: i64,
    /// Earned and accepted.
    pub accepted: i64,
}

/// An answer that the person gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latest {
    /// The answer.
    pub id: Id<kind::Answer>,
    /// Its task: its screen shows what was given.
    pub task: Id<kind::Task>,
    /// The project.
    pub project: Id<kind::Project>,
    /// Its name.
    pub project_name: String,
    /// The stage.
    pub stage: String,
    /// The item's key.
    pub key: String,
    /// Whether its pay is accepted.
    pub accepted: bool,
    /// Whether it was not accepted.
    pub rejected: bool,
    /// What it pays, in millionths.
    pub pay: i64,
    /// The currency.
    pub currency: Currency,
    /// When it was given.
    pub given_at: Moment,
    /// Whether its time for corrections is not over; others may have gone on with it all the same.
    pub correctable: bool,
    /// What the item is a piece of, such as the page of a line, and how far that is.
    pub whole: Option<Whole>,
}

/// Something made of pieces, and how many of them are finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// Its key.
    pub key: String,
    /// How many pieces it has.
    pub pieces: i64,
    /// How many of these are finished.
    pub finished: i64,
}

/// The proof that somebody may see their own work.
pub fn may_view_own(actor: &Actor) -> Option<Can<ViewOwnWork>> {
    permit(actor, actor.person, Facts { person: Some(actor.person), ..Facts::default() })
}

/// The home of the one who asks. `utc_offset_minutes` is the clock of their centre: today is their own day.
///
/// # Errors
/// When a project's settings cannot be read, or the database's.
pub fn home(
    read: &mut Read<'_>,
    projects: &Projects,
    can: &Can<ViewOwnWork>,
    utc_offset_minutes: i32,
    now: Moment,
) -> Result<Home, HeadError> {
    let actor = can.actor();
    Ok(Home {
        queues: queues(read, projects, actor, now)?,
        today: today(read, can, now.day(utc_offset_minutes))?,
        latest: latest(read, can, now)?,
        not_accepted: contest::lately(read, can, now)?,
    })
}

/// Says that [`today`] will be asked for next.
///
/// # Errors
/// The database's.
pub fn today_ahead(read: &mut Read<'_>, can: &Can<ViewOwnWork>, day: i64) -> Result<(), DbError> {
    read.ahead(&PURSE, params![can.subject().param(), day])
}

/// A person's pay of one day, by the day's number in their own place.
///
/// # Errors
/// The database's.
pub fn today(read: &mut Read<'_>, can: &Can<ViewOwnWork>, day: i64) -> Result<Vec<Purse>, DbError> {
    read.query_all(&PURSE, params![can.subject().param(), day], |row| {
        Ok(Purse { currency: row.word(0)?, held: row.get(1)?, accepted: row.get(2)? })
    })
}

/// The last ten answers of a person, the latest first.
///
/// # Errors
/// The database's.
pub fn latest(read: &mut Read<'_>, can: &Can<ViewOwnWork>, now: Moment) -> Result<Vec<Latest>, DbError> {
    read.query_all(&LATEST, params![can.subject().param(), LATEST_ANSWERS], |row| {
        let given_at = row.moment(9)?;
        let whole = row.get::<Option<String>>(10)?.map(|key| -> Result<Whole, DbError> {
            let (pieces, waiting) = (row.get::<i64>(11)?, row.get::<i64>(12)?);
            Ok(Whole { key, pieces, finished: pieces - waiting })
        });
        Ok(Latest {
            id: row.id(0)?,
            task: row.id(1)?,
            project: row.id(2)?,
            project_name: row.get(3)?,
            stage: row.get(4)?,
            key: row.get(5)?,
            accepted: row.get::<&str>(6)? == "accepted",
            rejected: row.get::<&str>(6)? == "rejected",
            pay: row.get(7)?,
            currency: row.word(8)?,
            given_at,
            correctable: now.since(given_at) <= CORRECT_WITHIN,
            whole: whole.transpose()?,
        })
    })
}

/// Everything that is the same for all queues of a person.
struct Own {
    cursors: HashMap<(Id<kind::Project>, String, i64), i64>,
    holds: HashMap<(Id<kind::Project>, String), i64>,
    certificates: Vec<(String, String)>,
}

impl Own {
    fn load(read: &mut Read<'_>, person: Id<kind::Person>, now: Moment) -> Result<Self, DbError> {
        let cursors = read.query_all(&CURSORS, params![person.param()], |row| {
            Ok(((row.id(0)?, row.get(1)?, row.get(2)?), row.get(3)?))
        })?;
        let holds = read.query_all(&HOLDS, params![person.param(), now.param()], |row| {
            Ok(((row.id(0)?, row.get(1)?), row.get(2)?))
        })?;
        let certificates =
            read.query_all(&CERTIFICATES, params![person.param()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (cursors, holds) = (cursors.into_iter().collect(), holds.into_iter().collect());
        Ok(Self { cursors, holds, certificates })
    }
}

/// What the person can do, in the order in which it helps most: what they hold already; then the later stages of
/// a project before the earlier ones, for they bring its items home; older projects first.
fn queues(
    read: &mut Read<'_>,
    projects: &Projects,
    actor: &Actor,
    now: Moment,
) -> Result<Vec<Queue>, HeadError> {
    let Some(centre) = actor.centre else { return Ok(Vec::new()) };
    let own = Own::load(read, actor.person, now)?;
    let running: Vec<(Id<kind::Project>, String)> =
        read.query_all(&PROJECTS, params![centre.param()], |row| Ok((row.id(0)?, row.get(1)?)))?;
    let mut queues = Vec::new();
    for (project, name) in running {
        let head = projects.head(read, project)?;
        let paces = paces(read, project)?;
        // A reviewer may do what a worker may; nobody else may do what a reviewer may.
        let may = |stage: &&Stage| {
            actor.roles.has(stage.role) || (stage.role == Role::Worker && actor.roles.has(Role::Reviewer))
        };
        for stage in head.terms.service.stages().iter().rev().filter(may) {
            let mut queue = queue(read, (&head, stage), (&own, actor.person, now))?;
            queue.project_name.clone_from(&name);
            queue.pay_an_hour = paces.get(stage.key).and_then(Pace::pay_an_hour);
            queues.push(queue);
        }
    }
    queues.sort_by_key(|queue| (queue.holds == 0, !queue.offers()));
    Ok(queues)
}

fn queue(
    read: &mut Read<'_>,
    (head, stage): (&Head, &Stage),
    (own, person, now): (&Own, Id<kind::Person>, Moment),
) -> Result<Queue, DbError> {
    let mut waiting = 0;
    for lane in lanes(head) {
        // What opened again may lie before the cursor once it wraps; of the fresh ones, all before it were seen.
        let passed = lane != AGAIN;
        let cursor = own.cursors.get(&(head.id, stage.key.to_owned(), lane)).filter(|_| passed);
        let params = params![
            head.id.param(),
            stage.key,
            lane,
            cursor.copied().unwrap_or(0),
            person.param(),
            i64::from(stage.fresh_eyes),
            COUNTED - waiting,
            waits_for_fresher(stage.fresh_eyes, now)
        ];
        waiting += read.query_one(&WAITING, params, |row| row.get::<i64>(0))?;
    }
    let service = &head.terms.service;
    let learnt = own.certificates.iter().any(|(of, at)| of == service.key() && at == stage.key);
    Ok(Queue {
        project: head.id,
        project_name: String::new(),
        service: service.key().to_owned(),
        stage: stage.key.to_owned(),
        role: stage.role,
        holds: own.holds.get(&(head.id, stage.key.to_owned())).copied().unwrap_or(0),
        waiting,
        pay: head.terms.pay(stage.key),
        pay_an_hour: None,
        currency: head.terms.currency,
        practise_first: !learnt && service.course(stage.key).is_some_and(|course| course.pass > 0),
    })
}

/// What a stage has really taken and paid.
struct Pace {
    answers: i64,
    millis: i64,
    pay: i64,
}

impl Pace {
    fn pay_an_hour(&self) -> Option<i64> {
        if self.answers < ENOUGH {
            return None;
        }
        let hour = i128::from(Span::minutes(60).micros() / 1_000);
        let paid = (i128::from(self.pay) * hour).checked_div(i128::from(self.millis))?;
        i64::try_from(paid).ok()
    }
}

fn paces(read: &mut Read<'_>, project: Id<kind::Project>) -> Result<HashMap<String, Pace>, DbError> {
    let rows = read.query_all(&PACE, params![project.param()], |row| {
        Ok((row.get(0)?, Pace { answers: row.get(1)?, millis: row.get(2)?, pay: row.get(3)? }))
    })?;
    Ok(rows.into_iter().collect())
}

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[ALL];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hours_pay_is_told_only_from_enough_answers() {
        let pace = |answers, millis, pay| Pace { answers, millis, pay }.pay_an_hour();
        assert_eq!(pace(19, 19 * 36_000, 19 * 800_000), None);
        // A hundred lines of 36 seconds each are an hour: at 0.80 a line that is 80.
        assert_eq!(pace(100, 100 * 36_000, 100 * 800_000), Some(80_000_000));
        assert_eq!(pace(100, 0, 100 * 800_000), None);
    }
}
