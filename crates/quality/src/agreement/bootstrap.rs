//! How sure an agreement is, by drawing tasks again and again.

use super::alpha::{Coincidences, Metric, check, squares};
use super::kappa::{Weights, cohen, counts_by_task, fleiss_counts, shared_tasks};
use crate::error::{Error, share};
use crate::num;
use crate::random::Random;
use crate::skill::Interval;
use crate::table::Table;

/// How to bootstrap: an agreement is computed `draws` times, each time from as many tasks drawn with replacement, and the
/// interval holds the middle `confidence` of the values (the percentile bootstrap, Efron 1979). The same seed gives the
/// same interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    /// How many times to draw.
    pub draws: usize,
    /// The share of the values inside the interval.
    pub confidence: f64,
    /// The seed of the draws.
    pub seed: u64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { draws: 500, confidence: 0.95, seed: 1 }
    }
}

impl Bootstrap {
    /// The interval of a statistic of some of `tasks` tasks; `None` when it is undefined for all of them together. Draws
    /// for which it is undefined are left out.
    fn run(
        self,
        tasks: usize,
        statistic: impl Fn(&mut dyn Iterator<Item = usize>) -> Option<f64>,
    ) -> Result<Option<Interval>, Error> {
        share("confidence", self.confidence)?;
        let Some(value) = statistic(&mut (0..tasks)) else { return Ok(None) };
        let mut random = Random::new(self.seed);
        let mut values: Vec<f64> =
            (0..self.draws).filter_map(|_| statistic(&mut (0..tasks).map(|_| random.below(tasks)))).collect();
        values.sort_by(f64::total_cmp);
        let tail = (1.0 - self.confidence) / 2.0;
        let last = num::real(values.len().saturating_sub(1));
        let low = values.get(num::count((tail * last).floor())).copied().unwrap_or(value);
        let high = values.get(num::count(((1.0 - tail) * last).ceil())).copied().unwrap_or(value);
        Ok(Some(Interval { low: low.min(value), value, high: high.max(value) }))
    }
}

/// Krippendorff's alpha with its bootstrap interval. `None` when alpha is undefined. Time: `draws` × answers.
///
/// # Errors
/// As [`alpha`](super::alpha), or when the confidence is not between 0 and 1.
pub fn alpha_interval(
    table: &Table,
    metric: Metric<'_>,
    bootstrap: Bootstrap,
) -> Result<Option<Interval>, Error> {
    check(metric, table.classes())?;
    bootstrap.run(table.tasks(), |tasks| {
        let coincidences = Coincidences::of(table, tasks);
        coincidences.alpha(&squares(metric, &coincidences.totals)).value
    })
}

/// Fleiss's kappa with its bootstrap interval. `None` when it is undefined. Time: `draws` × tasks × classes.
///
/// # Errors
/// As [`fleiss`](super::fleiss), or when the confidence is not between 0 and 1.
pub fn fleiss_interval(table: &Table, bootstrap: Bootstrap) -> Result<Option<Interval>, Error> {
    let counts = counts_by_task(table);
    fleiss_counts(&counts)?;
    bootstrap.run(counts.len(), |tasks| {
        let drawn: Vec<Vec<usize>> = tasks.filter_map(|task| counts.get(task).cloned()).collect();
        fleiss_counts(&drawn).ok().flatten()
    })
}

/// Cohen's kappa of two workers with its bootstrap interval, over the tasks that both answered. `None` when it is
/// undefined. Time: `draws` × tasks.
///
/// # Errors
/// When the confidence is not between 0 and 1.
pub fn cohen_interval(
    table: &Table,
    (one, other): (usize, usize),
    weights: Weights,
    bootstrap: Bootstrap,
) -> Result<Option<Interval>, Error> {
    let pairs = shared_tasks(table, one, other);
    bootstrap.run(pairs.len(), |tasks| cohen(tasks.filter_map(|task| pairs.get(task).copied()), weights))
}
