//! Lending tasks: who gets what next.

use kazi_db::{Tx, params};
use kazi_domain::{Id, Moment, ProjectState, Role, Span, kind};
use kazi_services::Stage;

use super::rights::Permit;
use super::{AGAIN, FRESH, GOLD, WorkError, waits_for_fresher};
use crate::bound::{Head, Projects};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// What the person holds already, oldest first.
    HELD = "select l.task, t.item, l.until_at from lease l join task t on t.id = l.task \
            where l.person = $1 and l.project = $2 and l.stage = $3 and l.expired = 0 and l.until_at > $4 \
            order by t.lane, t.place limit $5";
    /// The next open tasks after a place that the person has not seen.
    PICK = "select t.id, t.item, t.place from task t \
            where t.project = $1 and t.stage = $2 and t.lane = $3 and t.open > 0 and t.place > $4 \
            and not exists (select 1 from touch h where h.person = $5 and h.item = t.item \
            and (h.deep <= $6 or (h.deep = 2 and t.place > $8))) order by t.place limit $7 /*for update skip locked*/";
    /// Takes one slot.
    TAKE = "update task set open = open - 1 where id = $1 and open > 0";
    /// Notes the loan.
    LEND = "insert into lease (person, task, project, stage, made_at, until_at, expired) values ($1, $2, $3, $4, $5, $6, 0) \
            on conflict (person, task) do update set made_at = excluded.made_at, until_at = excluded.until_at, expired = 0";
    /// Notes that the person has seen the item itself.
    SEE = "insert into touch (person, item, deep) values ($1, $2, 0) on conflict (person, item) do update set deep = 0";
    /// Where the person's cursor stands in a lane.
    CURSOR = "select place, wrapped_at from reading_place where person = $1 and project = $2 and stage = $3 and lane = $4";
    /// Moves the cursor.
    MOVE_CURSOR = "insert into reading_place (person, project, stage, lane, place, wrapped_at) values ($1, $2, $3, $4, $5, $6) \
                   on conflict (person, project, stage, lane) do update set place = excluded.place, wrapped_at = excluded.wrapped_at";
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

/// A cursor is sent back to the start no more often than this.
const WRAP_AFTER: Span = Span::minutes(1);
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
    if head.state != ProjectState::Running {
        return Err(WorkError::NotRunning(head.state));
    }
    let stage = head.terms.service.stage(stage).ok_or(WorkError::NotThere)?;
    may_do(tx, &head, permit, stage)?;
    let count = count.clamp(1, MOST_AHEAD);
    let mut lent = held(tx, permit, stage.key, count, turn)?;
    let missing = usize::try_from(count).unwrap_or(1).saturating_sub(lent.len());
    if missing > 0 {
        let until = turn.at + lease_length(tx, &head, stage, count)?;
        let person = permit.can.actor().person;
        let reader = Reader { person, project: head.id, stage, until };
        reader.lend(tx, &head, missing, turn, &mut lent)?;
    }
    Ok(lent)
}

fn held(
    tx: &mut Tx<'_>,
    permit: &Permit,
    stage: &str,
    count: u32,
    turn: &Turn,
) -> Result<Vec<Lent>, WorkError> {
    let (person, project) = (permit.can.actor().person, permit.can.subject());
    let params = params![person.param(), project.param(), stage, turn.at.param(), i64::from(count)];
    Ok(tx.query_all(&HELD, params, |row| {
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
    if service.course(stage.key).is_some() {
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
    stage: &'a Stage,
    until: Moment,
}

impl Reader<'_> {
    fn lend(
        &self,
        tx: &mut Tx<'_>,
        head: &Head,
        missing: usize,
        turn: &Turn,
        lent: &mut Vec<Lent>,
    ) -> Result<(), WorkError> {
        let whole = lent.len() + missing;
        if self.gold_is_due(tx, head, missing)? {
            self.lend_lane(tx, GOLD, 1, turn, lent)?;
        }
        for lane in [AGAIN, FRESH] {
            let still = whole.saturating_sub(lent.len());
            if still > 0 {
                self.lend_lane(tx, lane, still, turn, lent)?;
            }
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

    fn lend_lane(
        &self,
        tx: &mut Tx<'_>,
        lane: i64,
        most: usize,
        turn: &Turn,
        lent: &mut Vec<Lent>,
    ) -> Result<(), WorkError> {
        let key = params![self.person.param(), self.project.param(), self.stage.key, lane];
        let found = tx.query_opt(&CURSOR, key, |row| Ok((row.get::<i64>(0)?, row.moment(1)?)))?;
        let (start, mut wrapped_at) = found.unwrap_or((0, turn.at));
        let mut place = start;
        let mut taken = self.take_after(tx, lane, &mut place, most, turn)?;
        if taken.len() < most && start > 0 && turn.at.since(wrapped_at) >= WRAP_AFTER {
            wrapped_at = turn.at;
            place = 0;
            taken.extend(self.take_after(tx, lane, &mut place, most - taken.len(), turn)?);
        }
        if place != start || found.is_none() {
            let params = params![
                self.person.param(),
                self.project.param(),
                self.stage.key,
                lane,
                place,
                wrapped_at.param()
            ];
            tx.execute(&MOVE_CURSOR, params)?;
        }
        lent.append(&mut taken);
        Ok(())
    }

    fn take_after(
        &self,
        tx: &mut Tx<'_>,
        lane: i64,
        place: &mut i64,
        most: usize,
        turn: &Turn,
    ) -> Result<Vec<Lent>, WorkError> {
        let (person, project) = (self.person, self.project);
        let params = params![
            project.param(),
            self.stage.key,
            lane,
            *place,
            person.param(),
            i64::from(self.stage.fresh_eyes),
            i64::try_from(most).unwrap_or(1),
            waits_for_fresher(self.stage.fresh_eyes, turn.at)
        ];
        let open: Vec<(Id<kind::Task>, Id<kind::Item>, i64)> =
            tx.query_all(&PICK, params, |row| Ok((row.id(0)?, row.id(1)?, row.get(2)?)))?;
        let mut taken = Vec::with_capacity(open.len());
        for (task, item, at) in open {
            *place = at;
            if tx.execute(&TAKE, params![task.param()])? == 1 {
                let until = self.until;
                tx.execute(
                    &LEND,
                    params![
                        person.param(),
                        task.param(),
                        project.param(),
                        self.stage.key,
                        turn.at.param(),
                        until.param()
                    ],
                )?;
                tx.execute(&SEE, params![person.param(), item.param()])?;
                taken.push(Lent { task, item, until });
            }
        }
        Ok(taken)
    }
}
