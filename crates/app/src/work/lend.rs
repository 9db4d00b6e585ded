//! Lending tasks: who gets what next.
//!
//! Each reader has a cursor in each lane, and it only passes places that hold nothing for them: not a task that some
//! transaction held at the moment of looking, and not the last seconds, in which what is being opened still appears.
//! So no task is left waiting while somebody asks who may have it.

use kazi_db::{DbError, Tx, Value, params};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Moment, ProjectState, Role, Span, kind};
use kazi_services::Stage;

use super::open::place_at;
use super::rights::{self, Permit};
use super::{GOLD, WorkError, lanes, waits_for_fresher};
use crate::bound::{Head, Projects};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// Makes requests of one person wait for each other.
    HOLD = "select 1 from person where id = $1 /*for no key update*/";
    /// What the person holds already, oldest first.
    HELD = "select l.task, t.item, l.until_at from lease l join task t on t.id = l.task \
            where l.person = $1 and l.project = $2 and l.stage = $3 and l.expired = 0 and l.until_at > $4 \
            order by t.lane, t.place limit $5";
    /// The next open tasks after the person's cursor that they have not seen, and where the first such task stands.
    /// That is another one only while other transactions hold those before.
    PICK = "select t.id, t.item, /*sqlite: t.place*/ /*postgres: \
              (select f.place from task f where f.project = $1 and f.stage = $2 and f.lane = $3 and f.open > 0 and f.place > \
                coalesce((select c.place from reading_place c where c.person = $4 and c.project = $1 and c.stage = $2 and c.lane = $3), 0) \
                and not exists (select 1 from touch h where h.person = $4 and h.item = f.item and (h.deep <= $5 or (h.deep = 2 and f.place > $6))) \
                order by f.place limit 1)*/ \
            from task t where t.project = $1 and t.stage = $2 and t.lane = $3 and t.open > 0 and t.place > \
            coalesce((select c.place from reading_place c where c.person = $4 and c.project = $1 and c.stage = $2 and c.lane = $3), 0) \
            and not exists (select 1 from touch h where h.person = $4 and h.item = t.item and (h.deep <= $5 or (h.deep = 2 and t.place > $6))) \
            order by t.place limit $7 /*for update of t skip locked*/";
    /// Waits for the next open task instead of passing it over, should another transaction hold it.
    AWAIT = "select t.id from task t where t.project = $1 and t.stage = $2 and t.lane = $3 and t.open > 0 and t.place > \
             coalesce((select c.place from reading_place c where c.person = $4 and c.project = $1 and c.stage = $2 and c.lane = $3), 0) \
             and not exists (select 1 from touch h where h.person = $4 and h.item = t.item and (h.deep <= $5 or (h.deep = 2 and t.place > $6))) \
             order by t.place limit 1 /*for update of t*/";
    /// Takes one slot.
    TAKE = "update task set open = open - 1 where id = $1";
    /// Notes the loan.
    LEND = "insert into lease (person, task, project, stage, made_at, until_at, expired) values ($1, $2, $3, $4, $5, $6, 0) \
            on conflict (person, task) do update set made_at = excluded.made_at, until_at = excluded.until_at, expired = 0";
    /// Notes that the person has seen the item itself.
    SEE = "insert into touch (person, item, deep) values ($1, $2, 0) on conflict (person, item) do update set deep = 0";
    /// Moves the cursor, never back.
    MOVE_CURSOR = "insert into reading_place (person, project, stage, lane, place, wrapped_at) values ($1, $2, $3, $4, $5, $6) \
                   on conflict (person, project, stage, lane) do update set place = excluded.place \
                   where reading_place.place < excluded.place";
    /// Sends the person's cursors back to the start, those that have not been there lately.
    WRAP = "update reading_place set place = 0, wrapped_at = $4 \
            where person = $1 and project = $2 and stage = $3 and place > 0 and wrapped_at <= $5";
    /// Whether the person has learnt the stage.
    CERTIFIED = "select 1 from certificate where person = $1 and service = $2 and stage = $3";
    /// How many answers the person has given here.
    GIVEN = "select answers from tally where person = $1 and project = $2 and stage = $3";
    /// How long an answer really takes here.
    PACE = "select coalesce(sum(millis), 0), coalesce(sum(answers), 0) from stage_count where project = $1 and stage = $2";
}

/// A task lent to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lent {
    /// The task.
    pub task: Id<kind::Task>,
    /// Its item.
    pub item: Id<kind::Item>,
    /// Until when.
    pub until: Moment,
}

/// Cursors are sent back to the start no more often than this, when somebody finds nothing. No promise rests on it: it
/// finds what the clocks of several nodes hid, should they differ by more than [`SETTLES_IN`].
const WRAP_AFTER: Span = Span::minutes(1);
/// A task stands in its place from the moment that its transaction began; it is seen when that has ended. No cursor
/// comes nearer to now than this, so that none passes a place which is still being filled.
const SETTLES_IN: Span = Span::seconds(10);
/// A lease is never shorter.
const SHORTEST: Span = Span::minutes(2);
/// A lease is never longer.
const LONGEST: Span = Span::minutes(120);
/// How many times the usual time a lease runs.
const PATIENCE: i64 = 6;
/// Real times are believed from this many answers on.
const ENOUGH_TO_BELIEVE: i64 = 20;
/// No more than this many tasks are lent to one person at one stage.
const MOST_AHEAD: u32 = 20;

/// What to do when all that is open for the person is held by other transactions at this very moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Wait for them. Only for transactions that have not changed anything yet, so that nobody waits in a circle.
    Wait,
    /// Lend nothing: whoever asks again finds it.
    Pass,
}

/// Lends the person up to `count` tasks of a stage: first those they hold already, so that a reload or a
/// second window shows the same; then what opened again; then fresh ones, with known truths mixed in.
///
/// # Errors
/// See [`WorkError`]; an empty list means that nothing waits for this person now.
pub fn next(
    tx: &mut Tx<'_>,
    projects: &Projects,
    permit: &Permit,
    stage: &str,
    count: u32,
    turn: &Turn,
) -> Result<Vec<Lent>, WorkError> {
    let head = projects.head(tx, permit.can.subject())?;
    next_of(tx, &head, permit, (stage, count), Patience::Wait, turn)
}

/// Lends somebody up to `count` tasks of a stage of a project, if they may work on it.
///
/// # Errors
/// See [`WorkError`].
pub fn ask(
    tx: &mut Tx<'_>,
    projects: &Projects,
    actor: &Actor,
    project: Id<kind::Project>,
    (stage, count): (&str, u32),
    turn: &Turn,
) -> Result<(Permit, Head, Vec<Lent>), WorkError> {
    rights::ahead(tx, actor, project)?;
    let permit = rights::permit(tx, actor, project)?;
    let head = projects.head(tx, project)?;
    let lent = next_of(tx, &head, &permit, (stage, count), Patience::Wait, turn)?;
    Ok((permit, head, lent))
}

/// [`next`] for a project whose head is known.
///
/// # Errors
/// See [`WorkError`].
pub fn next_of(
    tx: &mut Tx<'_>,
    head: &Head,
    permit: &Permit,
    (stage, count): (&str, u32),
    patience: Patience,
    turn: &Turn,
) -> Result<Vec<Lent>, WorkError> {
    if head.state != ProjectState::Running {
        return Err(WorkError::NotRunning(head.state));
    }
    let stage = head.terms.service.stage(stage).ok_or(WorkError::NotThere)?;
    let person = permit.can.actor().person;
    let count = count.clamp(1, MOST_AHEAD);
    hold(tx, person)?;
    let holding = holding(permit, head, stage.key, count, turn);
    tx.ahead(&HELD, &holding)?;
    tx.ahead(&PACE, params![head.id.param(), stage.key])?;
    may_do(tx, head, permit, stage)?;
    let mut lent = held(tx, &holding)?;
    let missing = usize::try_from(count).unwrap_or(1).saturating_sub(lent.len());
    if missing > 0 {
        let until = turn.at + lease_length(tx, head, stage, count)?;
        let reader = Reader { person, project: head.id, lanes: lanes(head), stage, until };
        reader.lend(tx, head, (missing, patience), turn, &mut lent)?;
    }
    Ok(lent)
}

/// Makes everything else that this person asks for wait until the transaction ends: what they hold, have seen and may
/// take is then true until the end. Comes before any task is locked.
pub(super) fn hold(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<(), DbError> {
    tx.hold(&HOLD, params![person.param()])
}

/// The parameters of [`HELD`].
fn holding<'v>(
    permit: &'v Permit,
    head: &'v Head,
    stage: &'v str,
    count: u32,
    turn: &Turn,
) -> [Value<'v>; 5] {
    let (person, project) = (permit.can.actor().person.as_bytes(), head.id.param());
    let (at, count) = (turn.at.micros(), i64::from(count));
    [Value::from(person), project, Value::from(stage), Value::from(at), Value::from(count)]
}

fn held(tx: &mut Tx<'_>, holding: &[Value<'_>]) -> Result<Vec<Lent>, WorkError> {
    Ok(tx.query_all(&HELD, holding, |row| {
        Ok(Lent { task: row.id(0)?, item: row.id(1)?, until: row.moment(2)? })
    })?)
}

/// Whether the person's role and learning allow the stage.
pub(super) fn may_do(tx: &mut Tx<'_>, head: &Head, permit: &Permit, stage: &Stage) -> Result<(), WorkError> {
    let actor = permit.can.actor();
    // A reviewer may do what a worker may; nobody else may do what a reviewer may.
    if !(actor.roles.has(stage.role) || (stage.role == Role::Worker && actor.roles.has(Role::Reviewer))) {
        return Err(WorkError::NotThere);
    }
    let service = &head.terms.service;
    // A course without practice is there to be read; nobody could pass it.
    if service.course(stage.key).is_some_and(|course| course.pass > 0) {
        let params = params![actor.person.param(), service.key(), stage.key];
        tx.query_opt(&CERTIFIED, params, |_| Ok(()))?.ok_or(WorkError::LearnFirst)?;
    }
    Ok(())
}

/// Long enough for slow workers and all tasks fetched ahead, by the stage's real pace once it is known.
pub(super) fn lease_length(
    tx: &mut Tx<'_>,
    head: &Head,
    stage: &Stage,
    count: u32,
) -> Result<Span, WorkError> {
    let (millis, answers) = tx.query_one(&PACE, params![head.id.param(), stage.key], |row| {
        Ok((row.get::<i64>(0)?, row.get::<i64>(1)?))
    })?;
    let usual = if answers >= ENOUGH_TO_BELIEVE {
        millis.saturating_mul(1_000).checked_div(answers).unwrap_or(0)
    } else {
        stage.usual.micros()
    };
    let all = usual.saturating_mul(PATIENCE).saturating_mul(i64::from(count));
    Ok(Span::from_micros(all.clamp(SHORTEST.micros(), LONGEST.micros())))
}

struct Reader<'a> {
    person: Id<kind::Person>,
    project: Id<kind::Project>,
    lanes: [i64; 2],
    stage: &'a Stage,
    until: Moment,
}

impl Reader<'_> {
    fn lend(
        &self,
        tx: &mut Tx<'_>,
        head: &Head,
        (missing, patience): (usize, Patience),
        turn: &Turn,
        lent: &mut Vec<Lent>,
    ) -> Result<(), WorkError> {
        let whole = lent.len() + missing;
        if self.gold_is_due(tx, head, missing)? {
            self.lend_lane(tx, GOLD, 1, turn, lent)?;
        }
        self.lend_lanes(tx, whole, turn, lent)?;
        if lent.is_empty() && self.wrapped(tx, turn)? {
            self.lend_lanes(tx, whole, turn, lent)?;
        }
        if lent.is_empty() && patience == Patience::Wait && self.waited(tx, turn)? {
            self.lend_lanes(tx, whole, turn, lent)?;
        }
        Ok(())
    }

    /// Whether one of the next `missing` answers is the one in `gold_every` that is asked for a known truth.
    fn gold_is_due(&self, tx: &mut Tx<'_>, head: &Head, missing: usize) -> Result<bool, WorkError> {
        let every = head.terms.gold_every;
        if every <= 0 {
            return Ok(false);
        }
        let params = params![self.person.param(), head.id.param(), self.stage.key];
        let given = tx.query_opt(&GIVEN, params, |row| row.get::<i64>(0))?.unwrap_or(0);
        let missing = i64::try_from(missing).unwrap_or(1);
        Ok((given..given + missing).any(|number| number.rem_euclid(every) == every / 2))
    }

    /// What opened again, then what is fresh, until there are `whole` in all.
    fn lend_lanes(
        &self,
        tx: &mut Tx<'_>,
        whole: usize,
        turn: &Turn,
        lent: &mut Vec<Lent>,
    ) -> Result<(), WorkError> {
        for lane in self.lanes {
            let still = whole.saturating_sub(lent.len());
            if still > 0 {
                self.lend_lane(tx, lane, still, turn, lent)?;
            }
        }
        Ok(())
    }

    /// Project, stage, lane, person and how much seen is too much: the first parameters of what looks for tasks.
    fn looking(&self, lane: i64, turn: &Turn) -> [Value<'_>; 6] {
        let (project, person) = (self.project.param(), self.person.param());
        let deep = i64::from(self.stage.fresh_eyes);
        let waiting = waits_for_fresher(self.stage.fresh_eyes, turn.at);
        [
            project,
            Value::from(self.stage.key),
            Value::from(lane),
            person,
            Value::from(deep),
            Value::from(waiting),
        ]
    }

    fn lend_lane(
        &self,
        tx: &mut Tx<'_>,
        lane: i64,
        most: usize,
        turn: &Turn,
        lent: &mut Vec<Lent>,
    ) -> Result<(), WorkError> {
        let [project, stage, lane_value, person, deep, waiting] = self.looking(lane, turn);
        let most = Value::from(i64::try_from(most).unwrap_or(1));
        let looking = [project, stage, lane_value, person, deep, waiting, most];
        let mut passable = None;
        let found: Vec<(Id<kind::Task>, Id<kind::Item>)> = tx.query_all(&PICK, &looking, |row| {
            // Not the place itself, though this task is taken now: another that opened at the same moment may stand there.
            passable.get_or_insert(row.get::<i64>(2)? - 1);
            Ok((row.id(0)?, row.id(1)?))
        })?;
        for (task, item) in found {
            self.take(tx, (task, item), turn)?;
            lent.push(Lent { task, item, until: self.until });
        }
        match passable {
            Some(place) => Ok(self.move_cursor(tx, lane, place, turn)?),
            None => Ok(()),
        }
    }

    /// Lends one task whose row this transaction holds.
    fn take(
        &self,
        tx: &mut Tx<'_>,
        (task, item): (Id<kind::Task>, Id<kind::Item>),
        turn: &Turn,
    ) -> Result<(), DbError> {
        let (person, project, until) = (self.person, self.project, self.until);
        tx.post(&TAKE, params![task.param()])?;
        let lease = params![
            person.param(),
            task.param(),
            project.param(),
            self.stage.key,
            turn.at.param(),
            until.param()
        ];
        tx.post(&LEND, lease)?;
        tx.post(&SEE, params![person.param(), item.param()])
    }

    /// The cursor passes what holds nothing for the person up to `place`, but not the last moments, nor what only waits
    /// for fresher eyes.
    fn move_cursor(&self, tx: &mut Tx<'_>, lane: i64, place: i64, turn: &Turn) -> Result<(), DbError> {
        let place =
            place.min(place_at(turn.at - SETTLES_IN)).min(waits_for_fresher(self.stage.fresh_eyes, turn.at));
        let params =
            params![self.person.param(), self.project.param(), self.stage.key, lane, place, turn.at.param()];
        tx.post(&MOVE_CURSOR, params)
    }

    /// Sends cursors back to the start; whether there were such.
    fn wrapped(&self, tx: &mut Tx<'_>, turn: &Turn) -> Result<bool, DbError> {
        let before = turn.at - WRAP_AFTER;
        let params = params![
            self.person.param(),
            self.project.param(),
            self.stage.key,
            turn.at.param(),
            before.param()
        ];
        Ok(tx.execute(&WRAP, params)? > 0)
    }

    /// Waits for what other transactions hold; whether there is something for the person now.
    fn waited(&self, tx: &mut Tx<'_>, turn: &Turn) -> Result<bool, DbError> {
        for lane in self.lanes {
            if tx.query_opt(&AWAIT, &self.looking(lane, turn), |_| Ok(()))?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
