//! One pass over the answers for models in which an answer has a likelihood under each true class.
//!
//! For each task the pass multiplies the rows of its answers, normalises, and adds the posterior to the counts of
//! each (worker, given class): expectation and the sums for maximisation in one sequential read, six bytes an
//! answer, with nothing written back to memory but the workers' tables, which stay in cache. Products of
//! probabilities are rescaled every [`BLOCK`] answers, so they cannot vanish, and logarithms are taken of long
//! running products only: no transcendental function is called per answer.

use rayon::prelude::*;
use std::ops::Range;

use crate::evidence::Evidence;
use crate::num;

/// Factors are at least 1e-16, and 16 of them times a prior at least 1e-260: inside the range of f64.
pub(crate) const BLOCK: usize = 16;
/// A running product smaller than this, or larger than its inverse, is turned into its logarithm.
const FLUSH: f64 = 1e-30;
/// No likelihood or class prior is taken to be smaller.
pub(crate) const SMALLEST: f64 = 1e-16;

/// What the pass needs to know: `cells[(worker * classes + given) * classes + truth]` and the class prior.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Likelihood<'a> {
    pub(crate) cells: &'a [f64],
    pub(crate) prior: &'a [f64],
}

/// What a pass sums up over a shard of tasks.
#[derive(Debug, Clone)]
pub(crate) struct Sums {
    /// Expected counts, laid out as the cells.
    pub(crate) counts: Vec<f64>,
    /// Expected number of tasks of each class.
    pub(crate) classes: Vec<f64>,
    /// The log-likelihood of the answers.
    pub(crate) log_likelihood: f64,
}

impl Sums {
    pub(crate) fn new(cells: usize, classes: usize) -> Self {
        Self { counts: vec![0.0; cells], classes: vec![0.0; classes], log_likelihood: 0.0 }
    }

    fn clear(&mut self) {
        self.counts.fill(0.0);
        self.classes.fill(0.0);
        self.log_likelihood = 0.0;
    }

    fn absorb(&mut self, other: &Self) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(sum, more)| *sum += more);
        self.classes.iter_mut().zip(&other.classes).for_each(|(sum, more)| *sum += more);
        self.log_likelihood += other.log_likelihood;
    }
}

/// The shards of a table and their sums, allocated once and used in every iteration.
#[derive(Debug)]
pub(crate) struct Shards {
    parts: Vec<(Range<usize>, Sums)>,
}

impl Shards {
    pub(crate) fn new(evidence: &Evidence<'_>) -> Self {
        let table = evidence.table();
        let classes = table.classes();
        let cells = table.workers() * classes * classes;
        let sums = |range| (range, Sums::new(cells, classes));
        Self { parts: table.shards(cells).into_iter().map(sums).collect() }
    }

    /// One pass; the sums are those of the first part afterwards. The parts are added in their order, so that
    /// the number of cores does not change the result.
    pub(crate) fn run(&mut self, evidence: &Evidence<'_>, likelihood: Likelihood<'_>) -> &Sums {
        let work = |(range, sums): &mut (Range<usize>, Sums)| {
            sums.clear();
            expect(evidence, likelihood, range.clone(), sums);
        };
        if self.parts.len() > 1 {
            self.parts.par_iter_mut().for_each(work);
        } else {
            self.parts.iter_mut().for_each(work);
        }
        self.total()
    }

    /// The counts that given posteriors imply (the start of an expectation–maximisation).
    pub(crate) fn count(&mut self, evidence: &Evidence<'_>, posterior: &[f64]) -> &Sums {
        let table = evidence.table();
        let width = table.classes();
        self.parts.par_iter_mut().for_each(|(range, sums)| {
            sums.clear();
            for task in range.clone() {
                let row = num::row(posterior, task, width);
                sums.classes.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
                let (workers, given) = table.task(task);
                for (worker, class) in workers.iter().zip(given) {
                    let cell = num::index(*worker) * width + usize::from(*class);
                    let counts = num::row_mut(&mut sums.counts, cell, width);
                    counts.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
                }
            }
        });
        self.total()
    }

    fn total(&mut self) -> &Sums {
        if let Some(((_, first), rest)) = self.parts.split_first_mut() {
            for (_, part) in rest.iter() {
                first.absorb(part);
            }
        }
        static_first(&self.parts)
    }
}

/// A table always has at least one shard.
fn static_first(parts: &[(Range<usize>, Sums)]) -> &Sums {
    static EMPTY: Sums = Sums { counts: Vec::new(), classes: Vec::new(), log_likelihood: 0.0 };
    parts.first().map_or(&EMPTY, |(_, sums)| sums)
}

/// The pass over some tasks, specialised to the usual numbers of classes.
fn expect(evidence: &Evidence<'_>, likelihood: Likelihood<'_>, range: Range<usize>, sums: &mut Sums) {
    match likelihood.prior.len() {
        2 => expect_fixed::<2>(evidence, likelihood, range, sums),
        3 => expect_fixed::<3>(evidence, likelihood, range, sums),
        4 => expect_fixed::<4>(evidence, likelihood, range, sums),
        5 => expect_fixed::<5>(evidence, likelihood, range, sums),
        6 => expect_fixed::<6>(evidence, likelihood, range, sums),
        8 => expect_fixed::<8>(evidence, likelihood, range, sums),
        _ => expect_any(evidence, likelihood, range, sums),
    }
}

/// A sum of logarithms of positive numbers, as the logarithm of running products.
#[derive(Debug)]
pub(crate) struct LogSum {
    total: f64,
    product: f64,
}

impl LogSum {
    pub(crate) fn new() -> Self {
        Self { total: 0.0, product: 1.0 }
    }

    #[inline]
    pub(crate) fn push(&mut self, factor: f64) {
        self.product *= factor;
        if !(FLUSH..1.0 / FLUSH).contains(&self.product) {
            self.flush();
        }
    }

    fn flush(&mut self) {
        // A factor that has underflowed to zero stands for the smallest number there is.
        self.total += self.product.clamp(f64::MIN_POSITIVE, f64::MAX).ln();
        self.product = 1.0;
    }

    pub(crate) fn finish(mut self) -> f64 {
        self.flush();
        self.total
    }
}

fn expect_fixed<const K: usize>(
    evidence: &Evidence<'_>,
    likelihood: Likelihood<'_>,
    range: Range<usize>,
    sums: &mut Sums,
) {
    let table = evidence.table();
    let (cells, _) = likelihood.cells.as_chunks::<K>();
    let (counts, _) = sums.counts.as_chunks_mut::<K>();
    let Some(prior) = likelihood.prior.first_chunk::<K>() else { return };
    let (mut totals, mut logs) = ([0.0; K], LogSum::new());
    for task in range {
        let (workers, given) = table.task(task);
        let mut row = *prior;
        for (workers, given) in workers.chunks(BLOCK).zip(given.chunks(BLOCK)) {
            for (worker, class) in workers.iter().zip(given) {
                if let Some(cell) = cells.get(num::index(*worker) * K + usize::from(*class)) {
                    row.iter_mut().zip(cell).for_each(|(value, factor)| *value *= factor);
                }
            }
            if workers.len() == BLOCK {
                rescale(&mut row, &mut logs);
            }
        }
        if let Some(truth) = evidence.truth(task) {
            logs.push(row.get(truth).copied().unwrap_or(1.0));
            row = [0.0; K];
            num::set(&mut row, truth, 1.0);
        } else {
            let sum: f64 = row.iter().sum();
            logs.push(sum);
            let inverse = 1.0 / sum;
            for value in &mut row {
                *value *= inverse;
            }
        }
        totals.iter_mut().zip(&row).for_each(|(sum, value)| *sum += value);
        for (worker, class) in workers.iter().zip(given) {
            if let Some(cell) = counts.get_mut(num::index(*worker) * K + usize::from(*class)) {
                cell.iter_mut().zip(&row).for_each(|(sum, value)| *sum += value);
            }
        }
    }
    sums.classes.copy_from_slice(&totals);
    sums.log_likelihood = logs.finish();
}

fn expect_any(evidence: &Evidence<'_>, likelihood: Likelihood<'_>, range: Range<usize>, sums: &mut Sums) {
    let width = likelihood.prior.len();
    let mut row = vec![0.0; width];
    let mut logs = LogSum::new();
    for task in range {
        product(evidence, likelihood, task, &mut row, &mut logs);
        sums.classes.iter_mut().zip(&row).for_each(|(sum, value)| *sum += value);
        let (workers, given) = evidence.table().task(task);
        for (worker, class) in workers.iter().zip(given) {
            let counts =
                num::row_mut(&mut sums.counts, num::index(*worker) * width + usize::from(*class), width);
            counts.iter_mut().zip(&row).for_each(|(sum, value)| *sum += value);
        }
    }
    sums.log_likelihood = logs.finish();
}

/// The posterior of one task.
fn product(
    evidence: &Evidence<'_>,
    likelihood: Likelihood<'_>,
    task: usize,
    row: &mut [f64],
    logs: &mut LogSum,
) {
    let width = likelihood.prior.len();
    let (workers, given) = evidence.table().task(task);
    row.copy_from_slice(likelihood.prior);
    for (workers, given) in workers.chunks(BLOCK).zip(given.chunks(BLOCK)) {
        for (worker, class) in workers.iter().zip(given) {
            let cell = num::row(likelihood.cells, num::index(*worker) * width + usize::from(*class), width);
            row.iter_mut().zip(cell).for_each(|(value, factor)| *value *= factor);
        }
        if workers.len() == BLOCK {
            rescale(row, logs);
        }
    }
    if let Some(truth) = evidence.truth(task) {
        logs.push(num::at(row, truth));
        row.fill(0.0);
        num::set(row, truth, 1.0);
    } else {
        let sum: f64 = row.iter().sum();
        logs.push(sum);
        for value in row.iter_mut() {
            *value /= sum;
        }
    }
}

/// Makes the largest value one and notes the factor.
#[inline]
pub(crate) fn rescale(row: &mut [f64], logs: &mut LogSum) {
    let top = row.iter().copied().fold(0.0, f64::max);
    logs.push(top);
    let inverse = 1.0 / top;
    for value in row.iter_mut() {
        *value = (*value * inverse).max(f64::MIN_POSITIVE);
    }
}

/// The posteriors of all tasks under a model, row after row.
pub(crate) fn posteriors(evidence: &Evidence<'_>, likelihood: Likelihood<'_>, into: &mut [f64]) {
    let width = likelihood.prior.len().max(1);
    let work =
        |(task, row): (usize, &mut [f64])| product(evidence, likelihood, task, row, &mut LogSum::new());
    if evidence.table().answers() > 200_000 {
        into.par_chunks_exact_mut(width).enumerate().with_min_len(4_096).for_each(work);
    } else {
        into.chunks_exact_mut(width).enumerate().for_each(work);
    }
}
