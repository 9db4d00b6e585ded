//! What the work is worth: errors measured on known truths, with what the evidence allows to say.

use std::collections::BTreeMap;

use kazi_db::{DbError, Read, params};
use kazi_domain::{Id, kind};

use crate::rows::Param;

kazi_db::statements! {
    /// What was judged at each stage: on known truths, and against what the tasks settled to.
    JUDGED = "select stage, sum(gold_units), sum(gold_errors), sum(units), sum(errors) from tally \
              where project = $1 group by stage";
}

/// An error rate and how sure it is. Small numbers prove little, so show the interval, never the bare rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// How many units (characters, labels) were judged.
    pub units: i64,
    /// How many of them were wrong.
    pub errors: i64,
    /// The share that was wrong.
    pub rate: f64,
    /// With 95 % confidence it is no lower than this.
    pub low: f64,
    /// And no higher than this.
    pub high: f64,
}

impl Measured {
    /// The rate with its interval (Wilson); `None` when nothing was judged.
    pub fn of(units: i64, errors: i64) -> Option<Self> {
        let count = |n: i64| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
        if units <= 0 || errors < 0 {
            return None;
        }
        let interval = kazi_quality::skill::wilson(count(errors), count(units), 0.95);
        Some(Self {
            units,
            errors,
            rate: count(errors) / count(units),
            low: interval.low,
            high: interval.high,
        })
    }
}

/// What is known of single answers at a stage.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct OfStage {
    /// Against known truths: an independent measure.
    pub gold: Option<Measured>,
    /// Against what the tasks settled to: not independent, for each answer had a part in it.
    pub settled: Option<Measured>,
}

pub(super) fn of_project(
    read: &mut Read<'_>,
    project: Id<kind::Project>,
) -> Result<BTreeMap<String, OfStage>, DbError> {
    let rows = read.query_all(&JUDGED, params![project.param()], |row| {
        let gold = Measured::of(row.get(1)?, row.get(2)?);
        let settled = Measured::of(row.get(3)?, row.get(4)?);
        Ok((row.get::<String>(0)?, OfStage { gold, settled }))
    })?;
    Ok(rows.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_comes_with_what_the_evidence_allows_to_say() {
        assert_eq!(Measured::of(0, 0), None);
        let few = Measured::of(10, 2).unwrap();
        assert!((few.low - 0.0567).abs() < 1e-3 && (few.high - 0.5098).abs() < 1e-3, "{few:?}");
        let many = Measured::of(100_000, 100).unwrap();
        assert!(many.high - many.low < 0.0005 && many.low < many.rate && many.rate < many.high);
    }
}
