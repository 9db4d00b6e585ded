//! Somebody at a queue: what they hold, and what is next for them.
//!
//! Each reader has a cursor in each lane, and it only passes places that hold nothing for them: not a task that some
//! transaction held at the moment of looking, and not the last seconds, in which what is being opened still appears.
//! So no task is left waiting while somebody asks who may have it.

use kazi_db::{DbError, Tx, Value, params};
use kazi_domain::{Id, Moment, Span, kind};
use kazi_services::Stage;

use super::lend::{Lent, Patience};
use super::open::place_at;
use super::show::Face;
use super::{GOLD, waits_for_fresher};
use crate::bound::Terms;
use crate::rows::{Columns, Param};
use crate::turn::Turn;

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
/// Holds no task.
const NO_LANE: i64 = -1;
/// No more than this many tasks are lent to one person at one stage.
const MOST_AHEAD: u32 = 20;

/// The next open tasks of a lane after the person's cursor that they have not seen, and where the first such task
/// stands. That is another one only while other transactions hold those before.
macro_rules! lane {
    ($lane:literal, $limit:literal) => {
        concat!(
            "select t.id, t.item, t.lane, t.place, t.rework, /*sqlite: t.place*/ /*postgres: \
               (select f.place from task f where f.project = $1 and f.stage = $2 and f.lane = ", $lane, " and f.open > 0 and f.place > \
                 coalesce((select c.place from reading_place c where c.person = $4 and c.project = $1 and c.stage = $2 and c.lane = ", $lane, "), 0) \
                 and not exists (select 1 from touch h where h.person = $4 and h.item = f.item and (h.deep <= $5 or (h.deep = 2 and f.place > $6))) \
                 order by f.place limit 1)*/ as passable \
             from task t where t.project = $1 and t.stage = $2 and t.lane = ", $lane, " and t.open > 0 and t.place > \
             coalesce((select c.place from reading_place c where c.person = $4 and c.project = $1 and c.stage = $2 and c.lane = ", $lane, "), 0) \
             and not exists (select 1 from touch h where h.person = $4 and h.item = t.item and (h.deep <= $5 or (h.deep = 2 and t.place > $6))) \
             order by t.place limit ", $limit, " /*for update of t skip locked*/"
        )
    };
}

kazi_db::statements! {
    /// What the person holds already, oldest first.
    HELD = "select l.task, t.item, l.until_at, i.key, i.kind, i.body, i.machine, i.pieces, w.body, t.rework \
            from lease l join task t on t.id = l.task join item i on i.id = t.item left join item w on w.id = i.parent \
            where l.person = $1 and l.project = $2 and l.stage = $3 and l.expired = 0 and l.until_at > $4 \
            order by t.lane, t.place limit $5";
    /// Up to $7 tasks of one lane ($3), and of another ($8) as many as then are missing.
    PICK = concat!(
        "with one as (", lane!("$3", "$7"), "), other as (", lane!("$8", "(select $7 - count(*) from one)"), ") \
         select b.id, b.item, b.lane, b.place, b.passable, i.key, i.kind, i.body, i.machine, i.pieces, w.body, b.rework \
         from (select * from one union all select * from other) b join item i on i.id = b.item left join item w on w.id = i.parent"
    );
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
    /// Whether the person ($1) has learnt the stage, how many answers they have given there, and how long an answer really
    /// takes there.
    STANDING = "select (select count(*) from certificate where person = $1 and service = $4 and stage = $3), \
                coalesce((select answers from tally where person = $1 and project = $2 and stage = $3), 0), \
                coalesce(sum(millis), 0), coalesce(sum(answers), 0) from stage_count where project = $2 and stage = $3";
}

/// What is known of a person at a stage.
pub(super) struct Standing {
    /// They have passed its course.
    pub(super) learnt: bool,
    /// How many answers they have given.
    given: i64,
    /// The time of everybody's answers there in milliseconds, and how many those were.
    pace: (i64, i64),
}

/// Long enough for slow workers and all tasks fetched ahead, by the stage's real pace once it is known.
fn lease_length((millis, answers): (i64, i64), stage: &Stage, count: i64) -> Span {
    let usual = if answers >= ENOUGH_TO_BELIEVE {
        millis.saturating_mul(1_000).checked_div(answers).unwrap_or(0)
    } else {
        stage.usual.micros()
    };
    let all = usual.saturating_mul(PATIENCE).saturating_mul(count);
    Span::from_micros(all.clamp(SHORTEST.micros(), LONGEST.micros()))
}

/// Somebody who asks for tasks of a stage.
pub(super) struct Reader<'a> {
    person: Id<kind::Person>,
    project: Id<kind::Project>,
    /// The two lanes of it that people are lent tasks from now.
    lanes: [i64; 2],
    terms: &'a Terms,
    stage: &'a Stage,
    /// How many tasks are wanted.
    count: i64,
    turn: &'a Turn,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        person: Id<kind::Person>,
        ((project, lanes), terms): ((Id<kind::Project>, [i64; 2]), &'a Terms),
        (stage, count): (&'a Stage, u32),
        turn: &'a Turn,
    ) -> Self {
        Self { person, project, lanes, terms, stage, count: i64::from(count.clamp(1, MOST_AHEAD)), turn }
    }

    /// Says that everything which usually is asked for will be.
    pub(super) fn ahead(&self, tx: &mut Tx<'_>) -> Result<(), DbError> {
        tx.ahead(&STANDING, &self.of_stage())?;
        tx.ahead(&HELD, &self.holding())?;
        tx.ahead(&PICK, &self.looking(self.lanes, self.count))
    }

    /// The parameters of [`STANDING`].
    fn of_stage(&self) -> [Value<'_>; 4] {
        let service = Value::from(self.terms.service.key());
        [self.person.param(), self.project.param(), Value::from(self.stage.key), service]
    }

    /// The parameters of [`HELD`].
    fn holding(&self) -> [Value<'_>; 5] {
        let (at, count) = (Value::from(self.turn.at.micros()), Value::from(self.count));
        [self.person.param(), self.project.param(), Value::from(self.stage.key), at, count]
    }

    /// The parameters of [`PICK`].
    fn looking(&self, [one, other]: [i64; 2], most: i64) -> [Value<'_>; 8] {
        let [project, stage, one, person, deep, waiting] = self.looking_at(one);
        [project, stage, one, person, deep, waiting, Value::from(most), Value::from(other)]
    }

    /// Project, stage, lane, person and how much seen is too much: the parameters of [`AWAIT`].
    fn looking_at(&self, lane: i64) -> [Value<'_>; 6] {
        let waiting = waits_for_fresher(self.stage.fresh_eyes, self.turn.at);
        let (deep, waiting) = (Value::from(i64::from(self.stage.fresh_eyes)), Value::from(waiting));
        let (project, person) = (self.project.param(), self.person.param());
        [project, Value::from(self.stage.key), Value::from(lane), person, deep, waiting]
    }

    pub(super) fn standing(&self, tx: &mut Tx<'_>) -> Result<Standing, DbError> {
        tx.query_one(&STANDING, &self.of_stage(), |row| {
            Ok(Standing {
                learnt: row.get::<i64>(0)? > 0,
                given: row.get(1)?,
                pace: (row.get(2)?, row.get(3)?),
            })
        })
    }

    pub(super) fn lend(
        &self,
        tx: &mut Tx<'_>,
        standing: &Standing,
        patience: Patience,
    ) -> Result<Vec<(Lent, Face)>, DbError> {
        let mut lent = self.held(tx)?;
        if self.missing(&lent) == 0 {
            return Ok(lent);
        }
        let until = self.turn.at + lease_length(standing.pace, self.stage, self.count);
        if self.gold_is_due(standing.given, self.missing(&lent)) {
            self.lend_lanes(tx, ([GOLD, NO_LANE], 1), until, &mut lent)?;
        }
        let lanes = (self.lanes, self.count);
        self.lend_lanes(tx, lanes, until, &mut lent)?;
        if lent.is_empty() && self.wrapped(tx)? {
            self.lend_lanes(tx, lanes, until, &mut lent)?;
        }
        if lent.is_empty() && patience == Patience::Wait && self.waited(tx)? {
            self.lend_lanes(tx, lanes, until, &mut lent)?;
        }
        Ok(lent)
    }

    fn missing(&self, lent: &[(Lent, Face)]) -> i64 {
        self.count - i64::try_from(lent.len()).unwrap_or(self.count)
    }

    fn held(&self, tx: &mut Tx<'_>) -> Result<Vec<(Lent, Face)>, DbError> {
        tx.query_all(&HELD, &self.holding(), |row| {
            Ok((Lent { task: row.id(0)?, item: row.id(1)?, until: row.moment(2)? }, Face::from_row(row, 3)?))
        })
    }

    /// Whether one of the next `missing` answers is the one in `gold_every` that is asked for a known truth.
    fn gold_is_due(&self, given: i64, missing: i64) -> bool {
        let every = self.terms.gold_every;
        every > 0 && (given..given + missing).any(|number| number.rem_euclid(every) == every / 2)
    }

    /// Lends up to `most` tasks of two lanes, the first lane's first, and no more than are still missing.
    fn lend_lanes(
        &self,
        tx: &mut Tx<'_>,
        (lanes, most): ([i64; 2], i64),
        until: Moment,
        lent: &mut Vec<(Lent, Face)>,
    ) -> Result<(), DbError> {
        let missing = usize::try_from(self.missing(lent)).unwrap_or(0);
        let mut found: Vec<Found> = tx.query_all(&PICK, &self.looking(lanes, most), |row| {
            let lent = Lent { task: row.id(0)?, item: row.id(1)?, until };
            Ok(Found {
                at: (row.get(2)?, row.get(3)?),
                passable: row.get(4)?,
                lent,
                face: Face::from_row(row, 5)?,
            })
        })?;
        found.sort_unstable_by_key(|found| found.at);
        found.truncate(missing);
        let mut lane = NO_LANE;
        for Found { at, passable, lent: task, face } in found {
            self.take(tx, &task)?;
            if lane != at.0 {
                // Not the place itself, though this task is taken now: another that opened at the same moment may stand
                // there.
                self.move_cursor(tx, at.0, passable - 1)?;
                lane = at.0;
            }
            lent.push((task, face));
        }
        Ok(())
    }

    /// Lends one task whose row this transaction holds.
    fn take(&self, tx: &mut Tx<'_>, Lent { task, item, until }: &Lent) -> Result<(), DbError> {
        let (person, project, at) = (self.person.param(), self.project.param(), self.turn.at.param());
        tx.post(&TAKE, params![task.param()])?;
        tx.post(&LEND, &[person, task.param(), project, Value::from(self.stage.key), at, until.param()])?;
        tx.post(&SEE, params![self.person.param(), item.param()])
    }

    /// The cursor passes what holds nothing for the person up to `place`, but not the last moments, nor what only waits
    /// for fresher eyes.
    fn move_cursor(&self, tx: &mut Tx<'_>, lane: i64, place: i64) -> Result<(), DbError> {
        let at = self.turn.at;
        let place = place.min(place_at(at - SETTLES_IN)).min(waits_for_fresher(self.stage.fresh_eyes, at));
        let params =
            params![self.person.param(), self.project.param(), self.stage.key, lane, place, at.param()];
        tx.post(&MOVE_CURSOR, params)
    }

    /// Sends cursors back to the start; whether there were such.
    fn wrapped(&self, tx: &mut Tx<'_>) -> Result<bool, DbError> {
        let (at, before) = (self.turn.at, self.turn.at - WRAP_AFTER);
        let params =
            params![self.person.param(), self.project.param(), self.stage.key, at.param(), before.param()];
        Ok(tx.execute(&WRAP, params)? > 0)
    }

    /// Waits for what other transactions hold; whether there is something for the person now.
    fn waited(&self, tx: &mut Tx<'_>) -> Result<bool, DbError> {
        for lane in self.lanes {
            if tx.query_opt(&AWAIT, &self.looking_at(lane), |_| Ok(()))?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// A task that may be lent, whose row this transaction holds.
struct Found {
    /// Its lane and place.
    at: (i64, i64),
    /// Where the first task of the lane stands that the person could have.
    passable: i64,
    lent: Lent,
    face: Face,
}
