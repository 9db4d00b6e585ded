//! One pass over the answers for models in which a wrong answer says nothing about the truth but "not this class".
//!
//! Such a model needs one number an answer: by how much the given class gains over the others. The pass
//! multiplies it in, normalises, and sums for each (worker, given class) the probability that it was right.

use rayon::prelude::*;
use std::ops::Range;

use super::log_sum::LogSum;
use super::pass::{BLOCK, rescale};
use crate::evidence::Evidence;
use crate::num;

/// `gain[worker * classes + given]` = P(given | truth = given) / P(given | another truth), and the class prior.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Coin<'a> {
    pub(crate) gain: &'a [f64],
    pub(crate) prior: &'a [f64],
}

/// What a pass sums up.
#[derive(Debug, Clone)]
pub(crate) struct CoinSums {
    /// Expected number of right answers of each (worker, given class).
    pub(crate) right: Vec<f64>,
    /// Expected number of tasks of each class.
    pub(crate) classes: Vec<f64>,
    /// The log-likelihood, less the part that does not depend on the truth.
    pub(crate) log_likelihood: f64,
}

impl CoinSums {
    fn new(cells: usize, classes: usize) -> Self {
        Self { right: vec![0.0; cells], classes: vec![0.0; classes], log_likelihood: 0.0 }
    }
}

/// The shards of a table and their sums.
#[derive(Debug)]
pub(crate) struct CoinShards {
    parts: Vec<(Range<usize>, CoinSums)>,
    total: CoinSums,
}

impl CoinShards {
    pub(crate) fn new(evidence: &Evidence<'_>) -> Self {
        let table = evidence.table();
        let cells = table.workers() * table.classes();
        let sums = |range| (range, CoinSums::new(cells, table.classes()));
        let parts = table.shards(cells).into_iter().map(sums).collect();
        Self { parts, total: CoinSums::new(cells, table.classes()) }
    }

    /// One pass; the parts are added in their order, so that the number of cores does not change the result.
    pub(crate) fn run(&mut self, evidence: &Evidence<'_>, coin: Coin<'_>) -> &CoinSums {
        let work = |(range, sums): &mut (Range<usize>, CoinSums)| expect(evidence, coin, range.clone(), sums);
        if self.parts.len() > 1 {
            self.parts.par_iter_mut().for_each(work);
        } else {
            self.parts.iter_mut().for_each(work);
        }
        self.sum()
    }

    /// The sums that given posteriors imply.
    pub(crate) fn count(&mut self, evidence: &Evidence<'_>, posterior: &[f64]) -> &CoinSums {
        let table = evidence.table();
        let width = table.classes();
        for (range, sums) in &mut self.parts {
            sums.right.fill(0.0);
            sums.classes.fill(0.0);
            for task in range.clone() {
                let row = num::row(posterior, task, width);
                sums.classes.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
                let (workers, given) = table.task(task);
                for (worker, class) in workers.iter().zip(given) {
                    let cell = num::index(*worker) * width + usize::from(*class);
                    num::add(&mut sums.right, cell, num::at(row, usize::from(*class)));
                }
            }
        }
        self.sum()
    }

    fn sum(&mut self) -> &CoinSums {
        self.total.right.fill(0.0);
        self.total.classes.fill(0.0);
        self.total.log_likelihood = 0.0;
        for (_, part) in &self.parts {
            self.total.right.iter_mut().zip(&part.right).for_each(|(sum, more)| *sum += more);
            self.total.classes.iter_mut().zip(&part.classes).for_each(|(sum, more)| *sum += more);
            self.total.log_likelihood += part.log_likelihood;
        }
        &self.total
    }
}

fn expect(evidence: &Evidence<'_>, coin: Coin<'_>, range: Range<usize>, sums: &mut CoinSums) {
    let width = coin.prior.len();
    let mut row = vec![0.0; width];
    let mut logs = LogSum::new();
    sums.right.fill(0.0);
    sums.classes.fill(0.0);
    for task in range {
        product(evidence, coin, task, &mut row, &mut logs);
        sums.classes.iter_mut().zip(&row).for_each(|(sum, value)| *sum += value);
        let (workers, given) = evidence.table().task(task);
        for (worker, class) in workers.iter().zip(given) {
            let class = usize::from(*class);
            num::add(&mut sums.right, num::index(*worker) * width + class, num::at(&row, class));
        }
    }
    sums.log_likelihood = logs.finish();
}

/// The posterior of one task.
#[inline]
fn product(evidence: &Evidence<'_>, coin: Coin<'_>, task: usize, row: &mut [f64], logs: &mut LogSum) {
    let width = coin.prior.len();
    let (workers, given) = evidence.table().task(task);
    row.copy_from_slice(coin.prior);
    for (workers, given) in workers.chunks(BLOCK).zip(given.chunks(BLOCK)) {
        for (worker, class) in workers.iter().zip(given) {
            let class = usize::from(*class);
            let gain = num::at(coin.gain, num::index(*worker) * width + class);
            if let Some(value) = row.get_mut(class) {
                *value *= gain;
            }
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
        let inverse = 1.0 / sum;
        for value in row.iter_mut() {
            *value *= inverse;
        }
    }
}

/// The posteriors of all tasks under a model, row after row.
pub(crate) fn coin_posteriors(evidence: &Evidence<'_>, coin: Coin<'_>, into: &mut [f64]) {
    let width = coin.prior.len().max(1);
    let work = |(task, row): (usize, &mut [f64])| product(evidence, coin, task, row, &mut LogSum::new());
    if evidence.table().answers() > 200_000 {
        into.par_chunks_exact_mut(width).enumerate().with_min_len(4_096).for_each(work);
    } else {
        into.chunks_exact_mut(width).enumerate().for_each(work);
    }
}
