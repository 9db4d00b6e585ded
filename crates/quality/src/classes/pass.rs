//! One pass over the answers for models in which an answer has a likelihood under each true class.
//!
//! For each task the pass multiplies the rows of its answers, normalises, and adds the posterior to the counts of
//! each (worker, given class): expectation and the sums for maximisation in one sequential read, four bytes an
//! answer, with nothing written back to memory but the workers' tables. Products of probabilities are rescaled every
//! [`BLOCK`] answers, so they cannot vanish, and logarithms are taken of long running products only: no
//! transcendental function is called per answer.
//!
//! An answer looks up two rows of its (worker, given class): the likelihoods, and the counts that they lead to. The two
//! lie side by side, with four classes in a single cache line, so that the second look-up is always near.

use rayon::prelude::*;
use std::ops::Range;

use super::lines::Lines;
use super::log_sum::LogSum;
use crate::evidence::Evidence;
use crate::fit::fixed;
use crate::num;

/// Factors are at least 1e-16, and 16 of them times a prior at least 1e-260: inside the range of f64.
pub(crate) const BLOCK: usize = 16;
/// No likelihood or class prior is taken to be smaller.
pub(crate) const SMALLEST: f64 = 1e-16;

/// Calls a function that is made for a number of classes, or else the one for any number.
macro_rules! by_classes {
    ($classes:expr, $fixed:ident, $any:ident, ($($argument:expr),*)) => {
        match $classes {
            2 => $fixed::<2>($($argument),*),
            3 => $fixed::<3>($($argument),*),
            4 => $fixed::<4>($($argument),*),
            5 => $fixed::<5>($($argument),*),
            6 => $fixed::<6>($($argument),*),
            8 => $fixed::<8>($($argument),*),
            _ => $any($($argument),*),
        }
    };
}

/// What the pass needs to know: `cells[(worker * classes + given) * classes + truth]` and the class prior.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Likelihood<'a> {
    pub(crate) cells: &'a [f64],
    pub(crate) prior: &'a [f64],
}

/// What a pass sums up.
#[derive(Debug, Clone)]
pub(crate) struct Sums {
    /// Expected counts, laid out as the cells.
    pub(crate) counts: Vec<f64>,
    /// Expected number of tasks of each class.
    pub(crate) classes: Vec<f64>,
    /// The log-likelihood of the answers.
    pub(crate) log_likelihood: f64,
}

/// Some tasks, and what a pass over them needs and leaves.
#[derive(Debug)]
struct Shard {
    tasks: Range<usize>,
    /// For each (worker, given class) its likelihoods and, beside them, its counts.
    rows: Lines,
    classes: Vec<f64>,
    log_likelihood: f64,
}

/// The answers as rows of the workers' tables, the shards of the tasks, and their sums: allocated once and used in
/// every iteration.
#[derive(Debug)]
pub(crate) struct Pass<'a> {
    pub(super) evidence: Evidence<'a>,
    /// worker × classes + given class, for each answer in the table's order.
    pub(super) rows: Vec<u32>,
    shards: Vec<Shard>,
    total: Sums,
}

impl<'a> Pass<'a> {
    pub(crate) fn new(evidence: &Evidence<'a>) -> Self {
        let table = evidence.table();
        let classes = table.classes();
        let rows = table.workers() * classes;
        let shard = |tasks| Shard {
            tasks,
            rows: Lines::new(rows * 2 * classes),
            classes: vec![0.0; classes],
            log_likelihood: 0.0,
        };
        Self {
            evidence: *evidence,
            rows: table.worker_classes(),
            shards: table.shards(rows * classes).into_iter().map(shard).collect(),
            total: Sums {
                counts: vec![0.0; rows * classes],
                classes: vec![0.0; classes],
                log_likelihood: 0.0,
            },
        }
    }

    /// The sums that the majority vote implies, with which expectation–maximisation starts. A tie of m classes counts
    /// 1/m for each; a task without answers has the shares of the votes overall.
    pub(crate) fn vote(&mut self) -> &Sums {
        let (evidence, rows) = (self.evidence, self.rows.as_slice());
        let votes: Vec<f64> = evidence.table().answers_by_class().into_iter().map(num::real).collect();
        let work = |shard: &mut Shard| {
            by_classes!(votes.len(), vote_fixed, vote_any, (evidence, rows, &votes, shard));
        };
        self.shards.par_iter_mut().for_each(work);
        self.sum()
    }

    /// One pass. The shards are added in their order, so that the number of cores does not change the result.
    pub(crate) fn run(&mut self, likelihood: Likelihood<'_>) -> &Sums {
        let (evidence, rows) = (self.evidence, self.rows.as_slice());
        let work = |shard: &mut Shard| {
            by_classes!(
                likelihood.prior.len(),
                expect_fixed,
                expect_any,
                (evidence, rows, likelihood, shard)
            );
        };
        self.shards.par_iter_mut().for_each(work);
        self.sum()
    }

    /// The tasks of each shard.
    pub(super) fn tasks(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        self.shards.iter().map(|shard| shard.tasks.clone())
    }

    /// Adds the shards up, in their order.
    fn sum(&mut self) -> &Sums {
        let total = &mut self.total;
        let classes = total.classes.len().max(1);
        total.counts.fill(0.0);
        total.classes.fill(0.0);
        total.log_likelihood = 0.0;
        for shard in &mut self.shards {
            let parts = shard.rows.values().chunks_exact(2 * classes);
            for (sums, part) in total.counts.chunks_exact_mut(classes).zip(parts) {
                let counts = part.get(classes..).unwrap_or_default();
                sums.iter_mut().zip(counts).for_each(|(sum, more)| *sum += more);
            }
            total.classes.iter_mut().zip(&shard.classes).for_each(|(sum, more)| *sum += more);
            total.log_likelihood += shard.log_likelihood;
        }
        total
    }
}

/// The votes over some tasks.
fn vote_fixed<const K: usize>(evidence: Evidence<'_>, rows: &[u32], votes: &[f64], shard: &mut Shard) {
    let table = evidence.table();
    let (flat, _) = shard.rows.values().as_chunks_mut::<K>();
    let (pairs, _) = flat.as_chunks_mut::<2>();
    pairs.fill([[0.0; K]; 2]);
    let Some(overall) = votes.first_chunk::<K>() else { return };
    let mut totals = [0.0; K];
    for (task, range) in shard.tasks.clone().zip(table.ranges(shard.tasks.clone())) {
        let mut row = [0.0; K];
        if !fixed(&evidence, task, &mut row) {
            let (_, given) = table.task(task);
            let each = 1.0 / num::real(given.len());
            for class in given {
                num::add(&mut row, usize::from(*class), each);
            }
            if given.is_empty() {
                row = *overall;
                num::normalise(&mut row);
            }
        }
        totals.iter_mut().zip(&row).for_each(|(sum, value)| *sum += value);
        add(pairs, rows.get(range).unwrap_or_default(), &row);
    }
    shard.classes.copy_from_slice(&totals);
    shard.log_likelihood = 0.0;
}

fn vote_any(evidence: Evidence<'_>, rows: &[u32], votes: &[f64], shard: &mut Shard) {
    let width = votes.len().max(1);
    let Shard { tasks, rows: counts, classes, log_likelihood } = shard;
    let counts = counts.values();
    counts.fill(0.0);
    classes.fill(0.0);
    *log_likelihood = 0.0;
    let mut row = vec![0.0; width];
    for task in tasks.clone() {
        let (_, given) = evidence.table().task(task);
        if !fixed(&evidence, task, &mut row) {
            row.fill(0.0);
            for class in given {
                num::add(&mut row, usize::from(*class), 1.0);
            }
            if given.is_empty() {
                row.copy_from_slice(votes);
            }
            num::normalise(&mut row);
        }
        classes.iter_mut().zip(&row).for_each(|(sum, value)| *sum += value);
        for answer in rows.get(evidence.table().range(task)).unwrap_or_default() {
            let counts = num::row_mut(counts, 2 * num::index(*answer) + 1, width);
            counts.iter_mut().zip(&row).for_each(|(sum, value)| *sum += value);
        }
    }
}

/// Adds a posterior to the counts of its answers.
#[inline]
fn add<const K: usize>(pairs: &mut [[[f64; K]; 2]], answers: &[u32], row: &[f64; K]) {
    for answer in answers {
        if let Some([_, counts]) = pairs.get_mut(num::index(*answer)) {
            counts.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
    }
}

fn expect_fixed<const K: usize>(
    evidence: Evidence<'_>,
    rows: &[u32],
    likelihood: Likelihood<'_>,
    shard: &mut Shard,
) {
    let table = evidence.table();
    let (flat, _) = shard.rows.values().as_chunks_mut::<K>();
    let (pairs, _) = flat.as_chunks_mut::<2>();
    let (cells, _) = likelihood.cells.as_chunks::<K>();
    pairs.iter_mut().zip(cells).for_each(|(pair, cells)| *pair = [*cells, [0.0; K]]);
    let Some(prior) = likelihood.prior.first_chunk::<K>() else { return };
    let (mut totals, mut logs) = ([0.0; K], LogSum::new());
    for (task, range) in shard.tasks.clone().zip(table.ranges(shard.tasks.clone())) {
        let answers = rows.get(range).unwrap_or_default();
        let mut row = *prior;
        if answers.len() > BLOCK {
            multiply_long(pairs, answers, &mut row, &mut logs);
        } else {
            multiply(pairs, answers, &mut row);
        }
        // The row is made without writing to a place that is only known when running: so it stays in registers.
        if let Some(truth) = evidence.truth(task) {
            let known: [f64; K] = std::array::from_fn(|class| f64::from(u8::from(class == truth)));
            logs.push(row.iter().zip(&known).map(|(value, known)| value * known).sum());
            row = known;
        } else {
            let sum: f64 = row.iter().sum();
            logs.push(sum);
            let inverse = 1.0 / sum;
            for value in &mut row {
                *value *= inverse;
            }
        }
        totals.iter_mut().zip(&row).for_each(|(sum, value)| *sum += value);
        add(pairs, answers, &row);
    }
    shard.classes.copy_from_slice(&totals);
    shard.log_likelihood = logs.finish();
}

/// Multiplies the likelihoods of at most [`BLOCK`] answers into a row.
#[inline]
fn multiply<const K: usize>(pairs: &[[[f64; K]; 2]], answers: &[u32], row: &mut [f64; K]) {
    for answer in answers {
        if let Some([likelihoods, _]) = pairs.get(num::index(*answer)) {
            row.iter_mut().zip(likelihoods).for_each(|(value, factor)| *value *= factor);
        }
    }
}

/// The same for any number of answers.
#[cold]
fn multiply_long<const K: usize>(
    pairs: &[[[f64; K]; 2]],
    answers: &[u32],
    row: &mut [f64; K],
    logs: &mut LogSum,
) {
    for block in answers.chunks(BLOCK) {
        multiply(pairs, block, row);
        if block.len() == BLOCK {
            rescale(row, logs);
        }
    }
}

fn expect_any(evidence: Evidence<'_>, rows: &[u32], likelihood: Likelihood<'_>, shard: &mut Shard) {
    let width = likelihood.prior.len().max(1);
    let Shard { tasks, rows: pairs, classes, log_likelihood } = shard;
    let pairs = pairs.values();
    for (pair, cells) in pairs.chunks_exact_mut(2 * width).zip(likelihood.cells.chunks_exact(width)) {
        let (likelihoods, counts) = pair.split_at_mut(width);
        likelihoods.copy_from_slice(cells);
        counts.fill(0.0);
    }
    classes.fill(0.0);
    let mut row = vec![0.0; width];
    let mut logs = LogSum::new();
    for (task, range) in tasks.clone().zip(evidence.table().ranges(tasks.clone())) {
        let answers = rows.get(range).unwrap_or_default();
        row.copy_from_slice(likelihood.prior);
        for block in answers.chunks(BLOCK) {
            for answer in block {
                let likelihoods = num::row(pairs, 2 * num::index(*answer), width);
                row.iter_mut().zip(likelihoods).for_each(|(value, factor)| *value *= factor);
            }
            if block.len() == BLOCK {
                rescale(&mut row, &mut logs);
            }
        }
        settle(evidence, task, &mut row, &mut logs);
        classes.iter_mut().zip(&row).for_each(|(sum, value)| *sum += value);
        for answer in answers {
            let counts = num::row_mut(pairs, 2 * num::index(*answer) + 1, width);
            counts.iter_mut().zip(&row).for_each(|(sum, value)| *sum += value);
        }
    }
    *log_likelihood = logs.finish();
}

/// Turns a task's products into its posterior.
#[inline]
pub(crate) fn settle(evidence: Evidence<'_>, task: usize, row: &mut [f64], logs: &mut LogSum) {
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

pub(crate) use by_classes;
