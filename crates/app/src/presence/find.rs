//! The people of a centre as they are at a moment, in five statements whatever their number.

use std::collections::HashMap;

use kazi_db::{DbError, Read, params};
use kazi_domain::policy::{Can, WatchCentre};
use kazi_domain::{Id, Moment, Role, RoleSet, Span, kind};

use super::PresenceError;
use super::need::{self, Coach, Known, LIMITS, Place, Signs, Stuck, Today, Work};
use crate::bound::{Head, HeadError, Projects};
use crate::rows::{Columns, Param};

kazi_db::statements! {
    /// Who may work at a centre, with the last answer and the last skip of each; skips in a row since a moment ($2), answers
    /// not accepted and upheld since another ($3), and the answers of the present day by the centre's clock ($4). Each inner
    /// question is one look into an index, or one over a window that does not grow.
    PEOPLE = "select p.id, p.shown_name, p.picture, p.roles, \
              (select max(a.given_at) from answer a where a.person = p.id), \
              (select max(r.said_at) from remark r where r.person = p.id), \
              (select count(*) from remark r where r.person = p.id and r.kind = 'skip' and r.said_at > $2 \
               and r.said_at > coalesce((select max(a.given_at) from answer a where a.person = p.id), 0)), \
              (select count(*) from rejection r where r.person = p.id and r.rejected_at > $3 and r.put_right = 0), \
              (select cast(coalesce(sum(u.answers_accepted), 0) as bigint) from purse u where u.person = p.id and u.day = $4), \
              (select cast(coalesce(sum(u.answers_held), 0) as bigint) from purse u where u.person = p.id and u.day = $4) \
              from person p where p.centre = $1 and p.active = 1 order by p.shown_name, p.id limit 1000";
    /// The clock of a centre, and what it is called.
    CENTRE = "select utc_offset_minutes, name from centre where id = $1";
    /// Who is signed in on the computers of a centre.
    SESSIONS = "select s.person, d.id, d.name, s.seen_at from device d join session s on s.device = d.id \
                where d.centre = $1 and d.revoked_at is null and s.until_at > $2";
    /// What the people of a centre hold.
    HOLDS = "select l.person, l.project, pr.name, l.stage, count(*), min(l.made_at), max(l.made_at) from person p \
             join lease l on l.person = p.id and l.expired = 0 and l.until_at > $2 join project pr on pr.id = l.project \
             where p.centre = $1 and p.active = 1 group by l.person, l.project, pr.name, l.stage";
    /// Up to forty of the latest answers of each to known truths, by project, none older than a moment ($2). SQLite is told
    /// which index to take: without figures of the tables it would look through all answers of a person.
    KNOWN = "select p.id, a.project, count(*), cast(coalesce(sum(a.units), 0) as bigint), \
             cast(coalesce(sum(a.errors), 0) as bigint) from person p cross join answer a /*sqlite: indexed by answer_known*/ \
             where p.centre = $1 and p.active = 1 and a.person = p.id and a.gold = 1 and a.given_at >= coalesce(\
             (select g.given_at from answer g /*sqlite: indexed by answer_known*/ where g.person = p.id and g.gold = 1 \
             and g.given_at > $2 order by g.given_at desc limit 1 offset 39), $2) group by p.id, a.project";
    /// How long the answers of a project took, stage by stage.
    PACE = "select stage, cast(sum(answers) as bigint), cast(sum(millis) as bigint) from stage_count where project = $1 group by stage";
}

/// Skips further back are forgotten.
const SKIPS_WITHIN: Span = Span::minutes(120);
/// Known answers and second looks further back say nothing of today.
const LATELY: Span = Span::minutes(30 * 24 * 60);
/// A mean is believed from this many answers on.
const ENOUGH: i64 = 20;

/// Somebody of a centre at this moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Who.
    pub id: Id<kind::Person>,
    /// The name on screens.
    pub shown_name: String,
    /// The picture on the tile.
    pub picture: String,
    /// Whether they are there.
    pub place: Place,
    /// The computer they are signed in on, and when they were last seen there, to within five minutes.
    pub computer: Option<(Id<kind::Device>, String, Moment)>,
    /// What they are at.
    pub work: Option<Work>,
    /// What they have given today.
    pub today: Today,
    /// When they last answered.
    pub answered_at: Option<Moment>,
    /// Their latest answers to known truths, service by service.
    pub known: Vec<Known>,
    /// Why they are stuck; empty when they are not.
    pub stuck: Vec<Stuck>,
    /// Why they need coaching; empty when they do not.
    pub coach: Vec<Coach>,
}

/// The people of a centre at a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct People {
    /// What the centre is called.
    pub centre_name: String,
    /// All who may work there, by name.
    pub people: Vec<Person>,
}

/// What a person's own row says.
struct Row {
    id: Id<kind::Person>,
    shown_name: String,
    picture: String,
    answered: Option<Moment>,
    said: Option<Moment>,
    skips: i64,
    upheld: i64,
    today: Today,
}

/// What somebody holds at one stage.
struct Hold {
    project: Id<kind::Project>,
    project_name: String,
    stage: String,
    count: i64,
    first: Moment,
    last: Moment,
}

/// Everybody who may work at a centre, as they are now.
///
/// # Errors
/// See [`PresenceError`].
pub fn at_centre(
    read: &mut Read<'_>,
    projects: &Projects,
    can: &Can<WatchCentre>,
    now: Moment,
) -> Result<People, PresenceError> {
    of_centre(read, projects, can.subject(), now)
}

/// [`at_centre`] for whoever has another right there.
pub(super) fn of_centre(
    read: &mut Read<'_>,
    projects: &Projects,
    centre: Id<kind::Centre>,
    now: Moment,
) -> Result<People, PresenceError> {
    let found =
        read.query_opt(&CENTRE, params![centre.param()], |row| Ok((row.get::<i64>(0)?, row.get(1)?)))?;
    let (offset, centre_name) = found.ok_or(PresenceError::NotThere)?;
    let day = now.day(i32::try_from(offset).unwrap_or(0));
    let rows = rows(read, centre, (now, day))?;
    let mut sessions = sessions(read, centre, now)?;
    let mut holds = holds(read, centre, now)?;
    let mut scores = scores(read, centre, now)?;
    let mut terms = Heads { projects, heads: HashMap::new() };
    let mut people = Vec::with_capacity(rows.len());
    for row in rows {
        let computer = sessions.remove(&row.id);
        let work = work(read, &mut terms, holds.remove(&row.id).unwrap_or_default(), &row)?;
        let known = known(read, &mut terms, scores.remove(&row.id).unwrap_or_default())?;
        let place = Place::of(computer.as_ref().map(|(_, _, seen)| *seen), now, &LIMITS);
        let signs = Signs { place, work: work.as_ref(), skips: row.skips };
        people.push(Person {
            stuck: need::stuck(signs, now, &LIMITS),
            coach: need::coach(&known, row.upheld, &LIMITS),
            id: row.id,
            shown_name: row.shown_name,
            picture: row.picture,
            place,
            computer,
            work,
            today: row.today,
            answered_at: row.answered,
            known,
        });
    }
    Ok(People { centre_name, people })
}

fn rows(
    read: &mut Read<'_>,
    centre: Id<kind::Centre>,
    (now, day): (Moment, i64),
) -> Result<Vec<Row>, DbError> {
    let (skips, lately) = (now - SKIPS_WITHIN, now - LATELY);
    let values = params![centre.param(), skips.param(), lately.param(), day];
    let found = read.query_all(&PEOPLE, values, |row| {
        let roles = RoleSet::from_words(row.get(3)?);
        // A day on which the counters began may have accepted more than it saw given.
        let today = Today { accepted: row.get::<i64>(8)?.max(0), waiting: row.get::<i64>(9)?.max(0) };
        let (id, shown_name, picture) = (row.id(0)?, row.get(1)?, row.get(2)?);
        let (answered, said) = (row.moment_opt(4)?, row.moment_opt(5)?);
        let (skips, upheld) = (row.get(6)?, row.get(7)?);
        Ok((roles, Row { id, shown_name, picture, answered, said, skips, upheld, today }))
    })?;
    let works = |roles: &RoleSet| roles.has(Role::Worker) || roles.has(Role::Reviewer);
    Ok(found.into_iter().filter(|(roles, _)| works(roles)).map(|(_, row)| row).collect())
}

type Seat = (Id<kind::Device>, String, Moment);

/// Where each is signed in; who is on two computers, where they were seen last.
fn sessions(
    read: &mut Read<'_>,
    centre: Id<kind::Centre>,
    now: Moment,
) -> Result<HashMap<Id<kind::Person>, Seat>, DbError> {
    let mut seats: HashMap<_, Seat> = HashMap::new();
    for (person, seat) in read.query_all(&SESSIONS, params![centre.param(), now.param()], |row| {
        Ok((row.id(0)?, (row.id(1)?, row.get::<String>(2)?, row.moment(3)?)))
    })? {
        if seats.get(&person).is_none_or(|known| known.2 < seat.2) {
            seats.insert(person, seat);
        }
    }
    Ok(seats)
}

fn holds(
    read: &mut Read<'_>,
    centre: Id<kind::Centre>,
    now: Moment,
) -> Result<HashMap<Id<kind::Person>, Vec<Hold>>, DbError> {
    let mut holds: HashMap<_, Vec<Hold>> = HashMap::new();
    for (person, hold) in read.query_all(&HOLDS, params![centre.param(), now.param()], |row| {
        let (project, project_name, stage) = (row.id(1)?, row.get(2)?, row.get(3)?);
        let (first, last) = (row.moment(5)?, row.moment(6)?);
        Ok((row.id(0)?, Hold { project, project_name, stage, count: row.get(4)?, first, last }))
    })? {
        holds.entry(person).or_default().push(hold);
    }
    Ok(holds)
}

type Score = (Id<kind::Project>, (i64, i64, i64));

fn scores(
    read: &mut Read<'_>,
    centre: Id<kind::Centre>,
    now: Moment,
) -> Result<HashMap<Id<kind::Person>, Vec<Score>>, DbError> {
    let mut scores: HashMap<_, Vec<Score>> = HashMap::new();
    for (person, score) in read.query_all(&KNOWN, params![centre.param(), (now - LATELY).param()], |row| {
        Ok((row.id(0)?, (row.id(1)?, (row.get(2)?, row.get(3)?, row.get(4)?))))
    })? {
        scores.entry(person).or_default().push(score);
    }
    Ok(scores)
}

/// A project, with how many answers each of its stages had and how many milliseconds these took.
type Pacing = (Head, HashMap<String, (i64, i64)>);

/// The projects that the people of a centre are at, each looked up once.
struct Heads<'p> {
    projects: &'p Projects,
    heads: HashMap<Id<kind::Project>, Pacing>,
}

impl Heads<'_> {
    /// A project and its pace.
    fn of(&mut self, read: &mut Read<'_>, project: Id<kind::Project>) -> Result<&Pacing, HeadError> {
        if !self.heads.contains_key(&project) {
            let head = self.projects.head(read, project)?;
            let paces = read.query_all(&PACE, params![project.param()], |row| {
                Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))
            })?;
            self.heads.insert(project, (head, paces.into_iter().collect()));
        }
        self.heads.get(&project).ok_or(HeadError::NotThere)
    }
}

/// What somebody is at: where they were lent something last.
fn work(
    read: &mut Read<'_>,
    heads: &mut Heads<'_>,
    holds: Vec<Hold>,
    row: &Row,
) -> Result<Option<Work>, HeadError> {
    let all = holds.iter().map(|hold| hold.count).sum();
    let Some(hold) = holds.into_iter().max_by_key(|hold| hold.last) else { return Ok(None) };
    let (head, paces) = heads.of(read, hold.project)?;
    let service = &head.terms.service;
    let expected = service.stage(&hold.stage).map_or(Span::ZERO, |stage| stage.usual);
    let usual = match paces.get(&hold.stage) {
        Some((answers, millis)) if *answers >= ENOUGH => {
            Span::from_micros(millis.saturating_mul(1_000) / answers)
        }
        _ => expected,
    };
    let since = [row.answered, row.said].into_iter().flatten().fold(hold.first, Moment::max);
    Ok(Some(Work {
        project: hold.project,
        project_name: hold.project_name,
        service: service.key().to_owned(),
        stage: hold.stage,
        holds: all,
        since,
        usual,
    }))
}

/// Known answers of all projects of a service count together: what one asks of them is what the others do. Of their
/// targets the lowest counts, so that nobody is held to what another client asks.
fn known(read: &mut Read<'_>, heads: &mut Heads<'_>, scores: Vec<Score>) -> Result<Vec<Known>, HeadError> {
    let mut services: Vec<(String, (i64, i64, i64), f64)> = Vec::new();
    for (project, (answers, units, errors)) in scores {
        let service = &heads.of(read, project)?.0.terms.service;
        let target = service.target();
        match services.iter_mut().find(|(key, ..)| key == service.key()) {
            Some((_, sums, lowest)) => {
                *sums = (sums.0 + answers, sums.1 + units, sums.2 + errors);
                *lowest = lowest.min(target);
            }
            None => services.push((service.key().to_owned(), (answers, units, errors), target)),
        }
    }
    services.sort_by(|one, other| one.0.cmp(&other.0));
    let told = services.into_iter().map(|(key, sums, target)| need::known(&key, sums, target, &LIMITS));
    Ok(told.collect())
}
