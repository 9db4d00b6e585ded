//! Cohen's and Fleiss's kappa, and each worker's agreement with the others.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::num;
use crate::skill::{Interval, wilson};
use crate::table::Table;

/// How much a disagreement weighs in Cohen's kappa.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weights {
    /// All alike (Cohen 1960).
    #[default]
    Equal,
    /// By the number of steps between the classes.
    Linear,
    /// By the square of that number (Cohen 1968).
    Quadratic,
}

/// Cohen's kappa of two raters, from their pairs of classes:
/// κ = 1 − Σ w(i,j) observed(i,j) / Σ w(i,j) expected(i,j). `None` without pairs, or when both always gave one same
/// class.
///
/// ```
/// use kazi_quality::agreement::{Weights, cohen};
/// // Cohen's formula on 20 + 15 agreements and 5 + 10 disagreements.
/// let pairs = [((0, 0), 20), ((0, 1), 5), ((1, 0), 10), ((1, 1), 15)];
/// let pairs = pairs.iter().flat_map(|(pair, times)| std::iter::repeat_n(*pair, *times));
/// assert!((cohen(pairs, Weights::Equal).unwrap_or_default() - 0.4).abs() < 1e-12);
/// ```
pub fn cohen(pairs: impl IntoIterator<Item = (usize, usize)>, weights: Weights) -> Option<f64> {
    let mut both: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let mut left: BTreeMap<usize, f64> = BTreeMap::new();
    let mut right: BTreeMap<usize, f64> = BTreeMap::new();
    let mut total = 0.0;
    for (one, other) in pairs {
        *both.entry((one, other)).or_default() += 1.0;
        *left.entry(one).or_default() += 1.0;
        *right.entry(other).or_default() += 1.0;
        total += 1.0;
    }
    let weight = |one: usize, other: usize| {
        let steps = num::real(one.abs_diff(other));
        match weights {
            Weights::Equal => f64::from(u8::from(one != other)),
            Weights::Linear => steps,
            Weights::Quadratic => steps * steps,
        }
    };
    let observed: f64 = both.iter().map(|((one, other), count)| weight(*one, *other) * count / total).sum();
    let mut expected = 0.0;
    for (one, first) in &left {
        for (other, second) in &right {
            expected += weight(*one, *other) * first * second / (total * total);
        }
    }
    (expected > 0.0).then(|| 1.0 - observed / expected)
}

/// Cohen's kappa of two workers of a table, over the tasks that both answered.
pub fn cohen_of(table: &Table, one: usize, other: usize, weights: Weights) -> Option<f64> {
    cohen(shared_tasks(table, one, other), weights)
}

/// The classes that two workers gave to the tasks that both answered.
pub(crate) fn shared_tasks(table: &Table, one: usize, other: usize) -> Vec<(usize, usize)> {
    let class_of = |task: usize, wanted: usize| {
        let (workers, classes) = table.task(task);
        let found = workers.iter().zip(classes).find(|(worker, _)| num::index(**worker) == wanted);
        found.map(|(_, class)| usize::from(*class))
    };
    let both = |task| Some((class_of(task, one)?, class_of(task, other)?));
    (0..table.tasks()).filter_map(both).collect()
}

/// How many answers put each task into each class.
pub(crate) fn counts_by_task(table: &Table) -> Vec<Vec<usize>> {
    let count = |task| {
        let mut counts = vec![0; table.classes()];
        for class in table.task(task).1 {
            if let Some(count) = counts.get_mut(usize::from(*class)) {
                *count += 1;
            }
        }
        counts
    };
    (0..table.tasks()).map(count).collect()
}

/// Fleiss's kappa ("Measuring nominal scale agreement among many raters", 1971) of the answers:
/// κ = (P̄ − P̄ₑ) / (1 − P̄ₑ). `None` when all answers are alike.
///
/// # Errors
/// When tasks differ in their number of answers, or have fewer than two: use [`alpha`](super::alpha) then.
pub fn fleiss(table: &Table) -> Result<Option<f64>, Error> {
    fleiss_counts(&counts_by_task(table))
}

/// Fleiss's kappa from how many raters put each subject (row) into each class (column).
///
/// # Errors
/// As [`fleiss`].
pub fn fleiss_counts(subjects: &[Vec<usize>]) -> Result<Option<f64>, Error> {
    let unsuitable = |why| Error::Unsuitable { method: "Fleiss's kappa", why };
    let raters = subjects.first().ok_or(Error::Empty)?.iter().sum::<usize>();
    if raters < 2 {
        return Err(unsuitable("tasks need at least two answers"));
    }
    if subjects.iter().any(|counts| counts.iter().sum::<usize>() != raters) {
        return Err(unsuitable("tasks differ in their number of answers; use Krippendorff's alpha"));
    }
    let raters = num::real(raters);
    let mut shares: Vec<f64> = Vec::new();
    let mut agreed = 0.0;
    for counts in subjects {
        shares.resize(shares.len().max(counts.len()), 0.0);
        let mut squares = 0.0;
        for (count, share) in counts.iter().zip(&mut shares) {
            let count = num::real(*count);
            squares += count * count;
            *share += count;
        }
        agreed += (squares - raters) / (raters * (raters - 1.0));
    }
    let total = num::real(subjects.len());
    let mean = agreed / total;
    let chance: f64 = shares.iter().map(|share| (share / (total * raters)).powi(2)).sum();
    Ok((chance < 1.0 - 1e-12).then(|| (mean - chance) / (1.0 - chance)))
}

/// For each worker, the share of pairs with other workers' answers to the same tasks that agree, with its interval.
pub fn worker_agreement(table: &Table) -> Vec<Interval> {
    worker_pairs(table).into_iter().map(|(agreed, met)| wilson(agreed, met, 0.95)).collect()
}

/// For each worker how many pairs with other answers agree, and how many there are.
fn worker_pairs(table: &Table) -> Vec<(f64, f64)> {
    let mut agreed = vec![0.0; table.workers()];
    let mut met = vec![0.0; table.workers()];
    let mut counts = vec![0_usize; table.classes()];
    for task in 0..table.tasks() {
        let (workers, classes) = table.task(task);
        counts.fill(0);
        for class in classes {
            if let Some(count) = counts.get_mut(usize::from(*class)) {
                *count += 1;
            }
        }
        for (worker, class) in workers.iter().zip(classes) {
            let same = counts.get(usize::from(*class)).copied().unwrap_or(1);
            num::add(&mut agreed, num::index(*worker), num::real(same - 1));
            num::add(&mut met, num::index(*worker), num::real(classes.len() - 1));
        }
    }
    agreed.into_iter().zip(met).collect()
}
