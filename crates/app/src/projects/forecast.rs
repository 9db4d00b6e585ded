//! When a project will be finished if the work goes on as it went lately.

use kazi_db::{DbError, Read, params};
use kazi_domain::{Id, Moment, Span, kind};

use crate::rows::{Columns, Param};

kazi_db::statements! {
    /// The latest answers: how many, from when to when.
    PACE = "select count(*), min(given_at), max(given_at) from \
            (select given_at from answer where project = $1 order by given_at desc limit 1000) lately";
}

/// From this many answers on a pace is believed.
const ENOUGH: i64 = 20;
/// A pace older than this says nothing any more.
const LATELY: Span = Span::minutes(3 * 24 * 60);
/// Nobody believes a forecast beyond this.
const FURTHEST: Span = Span::minutes(3 * 365 * 24 * 60);

/// How far a project has come.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress {
    /// Pieces at the top of the tree, and how many of them are finished.
    pub items: (i64, i64),
    /// Tasks that were opened, and how many of them are settled.
    pub tasks: (i64, i64),
    /// Answers given so far.
    pub answers: i64,
}

impl Progress {
    /// How many more answers it needs, if each finished piece cost as many as the others will. While hardly any
    /// piece is finished (a book whose pages are not typed yet), the tasks that are open are all one can count.
    fn answers_to_come(&self) -> Option<i64> {
        let (items, finished) = self.items;
        let (all, done) = if finished >= 5 { (items, finished) } else { self.tasks };
        if done <= 0 {
            return None;
        }
        let to_come = i128::from(self.answers) * i128::from(all - done) / i128::from(done);
        i64::try_from(to_come.max(0)).ok()
    }
}

/// When the last answer will come, by the pace of the latest thousand.
pub(super) fn finish(
    read: &mut Read<'_>,
    project: Id<kind::Project>,
    progress: Progress,
    now: Moment,
) -> Result<Option<Moment>, DbError> {
    let (count, first, last) = read.query_one(&PACE, params![project.param()], |row| {
        Ok((row.get::<i64>(0)?, row.moment_opt(1)?, row.moment_opt(2)?))
    })?;
    let (Some(first), Some(last), Some(to_come)) = (first, last, progress.answers_to_come()) else {
        return Ok(None);
    };
    Ok(at_this_pace((count, first, last), to_come, now))
}

fn at_this_pace((count, first, last): (i64, Moment, Moment), to_come: i64, now: Moment) -> Option<Moment> {
    if count < ENOUGH || now.since(last) > LATELY {
        return None;
    }
    // Up to now and not to the last answer: a pause slows the pace.
    let took = i128::from(now.since(first).micros().max(1));
    let left = took * i128::from(to_come) / i128::from(count);
    let left = i64::try_from(left).ok().filter(|left| *left <= FURTHEST.micros())?;
    Some(now + Span::from_micros(left))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: u32) -> Moment {
        Moment::from_micros(0) + Span::minutes(minutes)
    }

    #[test]
    fn half_the_work_takes_as_long_as_the_other_half() {
        let progress = Progress { items: (100, 50), tasks: (300, 150), answers: 400 };
        assert_eq!(progress.answers_to_come(), Some(400));
        assert_eq!(at_this_pace((400, at(0), at(60)), 400, at(60)), Some(at(120)));
        assert_eq!(at_this_pace((400, at(0), at(60)), 0, at(60)), Some(at(60)));
    }

    #[test]
    fn without_evidence_there_is_no_forecast() {
        let fresh = Progress { items: (10, 0), tasks: (500, 0), answers: 3 };
        assert_eq!(fresh.answers_to_come(), None);
        assert_eq!(at_this_pace((19, at(0), at(60)), 400, at(60)), None);
        assert_eq!(at_this_pace((1_000, at(0), at(60)), 400, at(5 * 24 * 60)), None);
        assert_eq!(at_this_pace((20, at(0), at(60)), i64::MAX, at(60)), None);
    }
}
