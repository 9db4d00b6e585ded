//! How sure an agreement is, by drawing tasks again and again.

use super::alpha::{Coincidences, Metric, check, squares};
use crate::error::{Error, share};
use crate::num;
use crate::random::Random;
use crate::skill::Interval;
use crate::table::Table;

/// The percentile bootstrap interval of alpha (Efron 1979): tasks are drawn with replacement `draws` times, alpha is
/// computed each time, and the interval holds the middle `confidence` of the values. `None` when alpha is undefined.
///
/// The same seed gives the same interval. Time: `draws` × answers.
///
/// # Errors
/// As [`alpha`](super::alpha), or when `confidence` is not between 0 and 1.
pub fn alpha_interval(
    table: &Table,
    metric: Metric<'_>,
    draws: usize,
    confidence: f64,
    seed: u64,
) -> Result<Option<Interval>, Error> {
    share("confidence", confidence)?;
    check(metric, table.classes())?;
    let of = |tasks: &mut dyn Iterator<Item = usize>| {
        let coincidences = Coincidences::of(table, tasks);
        coincidences.alpha(&squares(metric, &coincidences.totals)).value
    };
    let Some(value) = of(&mut (0..table.tasks())) else { return Ok(None) };
    let mut random = Random::new(seed);
    let tasks = table.tasks();
    let mut values: Vec<f64> =
        (0..draws).filter_map(|_| of(&mut (0..tasks).map(|_| random.below(tasks)))).collect();
    values.sort_by(f64::total_cmp);
    let tail = (1.0 - confidence) / 2.0;
    let last = num::real(values.len().saturating_sub(1));
    let low = values.get(num::count((tail * last).floor())).copied().unwrap_or(value);
    let high = values.get(num::count(((1.0 - tail) * last).ceil())).copied().unwrap_or(value);
    Ok(Some(Interval { low: low.min(value), value, high: high.max(value) }))
}
