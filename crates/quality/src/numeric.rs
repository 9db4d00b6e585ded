//! Numbers: one value for each task from workers of differing precision.

use std::collections::BTreeMap;

use crate::answers::Name;
use crate::error::Error;
use crate::ids::{Ids, Interner};
use crate::num;
use crate::special::{chi_squared_quantile, normal_quantile};

/// Numbers by workers, sorted by task.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers<T, W> {
    tasks: Ids<T>,
    workers: Ids<W>,
    /// For each task its (worker, value) pairs.
    values: Vec<Vec<(u32, f64)>>,
}

/// How to weigh the workers: the estimate of a task is Σ `weight_w` `x_w` / Σ `weight_w` over its answers (the median apart), and
/// the weights follow from how far the workers are from the estimates, until neither moves.
///
/// Use the median with few answers a worker; PM when each gives a dozen and some are careless; CATD when some give very
/// few. None of them corrects a worker who always says too much. Time: answers an iteration, and sorting for the median.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Weighing {
    /// All alike: the mean.
    Mean,
    /// All alike: the middle value. No single wild answer can move it far.
    Median,
    /// CATD (Li, Li, Gao, Zhao, Su, Fan and Han, "A Confidence-Aware Approach for Truth Discovery on Long-Tail Data",
    /// VLDB 2014): weight = χ²(α/2; `n_w`) / Σ (value − truth)². A worker with few answers cannot earn a large
    /// weight by luck.
    Catd {
        /// The significance α; 0.05 in the paper.
        alpha: f64,
    },
    /// PM, also CRH (Li, Li, Gao, Zhao, Fan and Han, "Resolving Conflicts in Heterogeneous Data by Truth Discovery and
    /// Source Reliability Estimation", SIGMOD 2014): weight = −ln(loss of w / largest loss), the loss being the
    /// mean squared deviation in units of the task's spread.
    #[default]
    Pm,
}

/// One task's number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// The weighted standard error of the mean around it; infinite from a single answer.
    pub error: f64,
    /// A 95 % normal interval around the value.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
    /// How many answers it rests on.
    pub answers: usize,
}

/// The numbers that a method found.
#[derive(Debug, Clone, PartialEq)]
pub struct NumericFit {
    /// For each task, in the order of [`Numbers::tasks`].
    pub estimates: Vec<Estimate>,
    /// For each worker the weight, with mean 1.
    pub weights: Vec<f64>,
    /// Iterations that were run.
    pub iterations: usize,
}

impl<T: Name, W: Name> Numbers<T, W> {
    /// Collects rows of task, worker and value.
    ///
    /// # Errors
    /// When there is no row, or a value is not a finite number.
    pub fn from_rows(rows: impl IntoIterator<Item = (T, W, f64)>) -> Result<Self, Error> {
        let (mut tasks, mut workers) = (Interner::new(), Interner::new());
        let mut collected: Vec<(u32, u32, f64)> = Vec::new();
        for (row, (task, worker, value)) in rows.into_iter().enumerate() {
            if !value.is_finite() {
                return Err(Error::NotFinite { row, what: "the value" });
            }
            collected.push((tasks.intern(&task), workers.intern(&worker), value));
        }
        if collected.is_empty() {
            return Err(Error::Empty);
        }
        let ((tasks, task_map), (workers, worker_map)) = (tasks.finish(), workers.finish());
        let mut values = vec![Vec::new(); tasks.len()];
        for (task, worker, value) in collected {
            let place = |map: &[u32], id: u32| map.get(num::index(id)).copied().unwrap_or(0);
            if let Some(slot) = values.get_mut(num::index(place(&task_map, task))) {
                slot.push((place(&worker_map, worker), value));
            }
        }
        for slot in &mut values {
            slot.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
        }
        Ok(Self { tasks, workers, values })
    }

    /// The tasks.
    pub fn tasks(&self) -> &Ids<T> {
        &self.tasks
    }

    /// The workers.
    pub fn workers(&self) -> &Ids<W> {
        &self.workers
    }

    /// One value for each task. Linear in the answers, an iteration.
    ///
    /// # Errors
    /// When α is not strictly between 0 and 1.
    ///
    /// ```
    /// use kazi_quality::numeric::{Numbers, Weighing};
    /// let ages = Numbers::from_rows([("a", 1, 30.0), ("a", 2, 31.0), ("a", 3, 60.0), ("b", 1, 40.0), ("b", 2, 41.0), ("b", 3, 10.0)])?;
    /// let fit = ages.fit(Weighing::default())?;
    /// assert!((fit.estimates[0].value - 30.5).abs() < 1.0);
    /// assert!(fit.weights[2] < fit.weights[0]);
    /// # Ok::<(), kazi_quality::Error>(())
    /// ```
    pub fn fit(&self, weighing: Weighing) -> Result<NumericFit, Error> {
        if let Weighing::Catd { alpha } = weighing {
            crate::error::share("alpha", alpha)?;
        }
        let mut weights = vec![1.0; self.workers.len()];
        let mut truth = self.centres(&weights, true);
        let quantiles = self.quantiles(weighing);
        let spreads: Vec<f64> = self.values.iter().map(|values| spread(values)).collect();
        let mut iterations = 0;
        let iterate = !matches!(weighing, Weighing::Mean | Weighing::Median);
        while iterate && iterations < 100 {
            iterations += 1;
            weights = self.weigh(weighing, &truth, &spreads, &quantiles);
            let next = self.centres(&weights, false);
            let moved = next.iter().zip(&truth).map(|(new, old)| (new - old).abs()).fold(0.0, f64::max);
            truth = next;
            if moved < 1e-9 {
                break;
            }
        }
        if weighing == Weighing::Mean {
            truth = self.centres(&weights, false);
        }
        let estimates =
            self.values.iter().zip(truth).map(|(values, value)| estimate(values, value, &weights));
        Ok(NumericFit { estimates: estimates.collect(), weights, iterations })
    }

    /// The weighted mean or median of each task.
    fn centres(&self, weights: &[f64], median: bool) -> Vec<f64> {
        let centre = |values: &Vec<(u32, f64)>| {
            let weighted =
                values.iter().map(|(worker, value)| (*value, num::at(weights, num::index(*worker))));
            if median { weighted_median(weighted.collect()) } else { weighted_mean(weighted) }
        };
        self.values.iter().map(centre).collect()
    }

    /// χ²(α/2; n) for each number of answers that a worker has.
    fn quantiles(&self, weighing: Weighing) -> BTreeMap<usize, f64> {
        let Weighing::Catd { alpha } = weighing else {
            return BTreeMap::new();
        };
        let counts: std::collections::BTreeSet<usize> = self.counts().into_iter().collect();
        counts.into_iter().map(|n| (n, chi_squared_quantile(alpha / 2.0, num::real(n)))).collect()
    }

    fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.workers.len()];
        for (worker, _) in self.values.iter().flatten() {
            if let Some(count) = counts.get_mut(num::index(*worker)) {
                *count += 1;
            }
        }
        counts
    }

    fn weigh(
        &self,
        weighing: Weighing,
        truth: &[f64],
        spreads: &[f64],
        quantiles: &BTreeMap<usize, f64>,
    ) -> Vec<f64> {
        let mut losses = vec![0.0; self.workers.len()];
        for ((values, truth), spread) in self.values.iter().zip(truth).zip(spreads) {
            let unit = if weighing == Weighing::Pm { *spread } else { 1.0 };
            for (worker, value) in values {
                num::add(&mut losses, num::index(*worker), ((value - truth) / unit).powi(2));
            }
        }
        let counts = self.counts();
        let largest = losses.iter().zip(&counts).map(|(loss, n)| loss / num::real(*n)).fold(0.0, f64::max);
        let floor = losses.iter().sum::<f64>() * 1e-9 + 1e-12;
        let weight = |(loss, n): (&f64, &usize)| match weighing {
            Weighing::Catd { .. } => quantiles.get(n).copied().unwrap_or(0.0).max(1e-12) / (loss + floor),
            // The worst worker keeps a small weight: with weight zero a task that only they answered has no value.
            Weighing::Pm => (-(loss / num::real(*n) / (largest + floor)).max(1e-9).ln()).max(1e-3),
            Weighing::Mean | Weighing::Median => 1.0,
        };
        let mut weights: Vec<f64> = losses.iter().zip(&counts).map(weight).collect();
        let mean = weights.iter().sum::<f64>() / num::real(weights.len().max(1));
        for weight in &mut weights {
            *weight /= mean;
        }
        weights
    }
}

/// The standard deviation of a task's values, at least a millionth of their size.
fn spread(values: &[(u32, f64)]) -> f64 {
    let n = num::real(values.len().max(1));
    let mean = values.iter().map(|(_, value)| value).sum::<f64>() / n;
    let variance = values.iter().map(|(_, value)| (value - mean).powi(2)).sum::<f64>() / n;
    variance.sqrt().max(mean.abs() * 1e-6).max(1e-9)
}

fn weighted_mean(values: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (sum, total) =
        values.fold((0.0, 0.0), |(sum, total), (value, weight)| (sum + value * weight, total + weight));
    if total > 0.0 { sum / total } else { 0.0 }
}

/// The value at which half of the weight is reached; the middle of two when it is reached exactly between them.
fn weighted_median(mut values: Vec<(f64, f64)>) -> f64 {
    values.sort_by(|one, other| one.0.total_cmp(&other.0));
    let half = values.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut passed = 0.0;
    let mut values = values.into_iter();
    while let Some((value, weight)) = values.next() {
        passed += weight;
        if (passed - half).abs() <= half * num::TIE {
            return values.next().map_or(value, |(next, _)| f64::midpoint(value, next));
        }
        if passed > half {
            return value;
        }
    }
    0.0
}

fn estimate(values: &[(u32, f64)], value: f64, weights: &[f64]) -> Estimate {
    let (mut total, mut squares, mut deviations) = (0.0, 0.0, 0.0);
    for (worker, given) in values {
        let weight = num::at(weights, num::index(*worker));
        total += weight;
        squares += weight * weight;
        deviations += weight * (given - value).powi(2);
    }
    // The effective number of answers under unequal weights (Kish 1965).
    let effective = if squares > 0.0 { total * total / squares } else { 0.0 };
    let error = if values.len() > 1 && effective > 1.0 {
        (deviations / total / (effective - 1.0)).sqrt()
    } else {
        f64::INFINITY
    };
    let reach = normal_95() * error;
    Estimate { value, error, low: value - reach, high: value + reach, answers: values.len() }
}

fn normal_95() -> f64 {
    static Z: std::sync::OnceLock<f64> = std::sync::OnceLock::new();
    *Z.get_or_init(|| normal_quantile(0.975))
}
