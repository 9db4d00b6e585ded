//! Majority vote, and votes weighted by agreement.

use super::ClassMethod;
use crate::error::Error;
use crate::evidence::Evidence;
use crate::fit::{Fit, fixed, skills};
use crate::num;
use crate::table::Table;

/// The class with the most votes.
///
/// P(class) = votes for it / votes. Ties stay ties: [`Fit::winners`] lists all of them and no order of rows or
/// names breaks them. Tasks with gold keep their truth; a task without answers gets the shares of the votes overall.
///
/// Use it as the baseline, and where each worker gives too few answers to learn from. Not when workers differ in
/// skill: a careful worker counts as much as a careless one. Linear in the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Majority {}

impl ClassMethod for Majority {
    fn name(&self) -> &'static str {
        "majority"
    }

    fn fit(&self, evidence: &Evidence<'_>) -> Result<Fit, Error> {
        evidence.refuse_history(self.name())?;
        let posterior = vote(evidence, &vec![1.0; evidence.table().workers()]);
        Ok(finish(self.name(), evidence.table(), posterior, 0, true))
    }
}

/// Worker agreement with aggregate: each worker's vote counts as often as the worker agrees with the majority.
///
/// skill(w) = share of w's answers that the plain majority chose (a tie of m counts 1/m; gold, where given, is the
/// judge instead); then P(class) ∝ Σ skill(w) over its voters.
///
/// Use it as a quick step up from majority. Not when most workers share a bias: agreement then rewards it.
/// Two passes over the answers. (Described by Appen, formerly `CrowdFlower`, as "worker agreement with aggregate".)
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wawa {}

impl ClassMethod for Wawa {
    fn name(&self) -> &'static str {
        "wawa"
    }

    fn fit(&self, evidence: &Evidence<'_>) -> Result<Fit, Error> {
        evidence.refuse_history(self.name())?;
        let table = evidence.table();
        let plain = vote(evidence, &vec![1.0; table.workers()]);
        let weights = agreement(table, &plain);
        let posterior = vote(evidence, &weights);
        Ok(finish(self.name(), table, posterior, 1, true))
    }
}

/// Zero-based skill: Wawa repeated, each worker's weight moving towards the agreement with the weighted vote.
///
/// weight ← weight + rate · (agreement − weight), from 1 / classes + ε, the rate halving every `halve_every` steps.
///
/// Use it where a simple, explainable weight is wanted. It needs many answers a worker; Dawid–Skene is better
/// when workers confuse particular classes. Stops early once no weight moves by more than `tolerance`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ZeroBasedSkill {
    /// Most iterations to run.
    pub iterations: usize,
    /// The first learning rate.
    pub rate: f64,
    /// Iterations between halvings of the rate.
    pub halve_every: usize,
    /// Weights that move less than this have settled.
    pub tolerance: f64,
}

impl Default for ZeroBasedSkill {
    fn default() -> Self {
        Self { iterations: 100, rate: 1.0, halve_every: 20, tolerance: 1e-9 }
    }
}

impl ClassMethod for ZeroBasedSkill {
    fn name(&self) -> &'static str {
        "zero-based"
    }

    fn fit(&self, evidence: &Evidence<'_>) -> Result<Fit, Error> {
        evidence.refuse_history(self.name())?;
        if !(self.rate > 0.0 && self.rate <= 1.0) {
            return Err(Error::option("rate", self.rate, "above 0 and at most 1"));
        }
        let table = evidence.table();
        let mut weights = vec![1.0 / num::real(table.classes()) + 1e-5; table.workers()];
        let mut rate = self.rate;
        let (mut ran, mut settled) = (0, false);
        while ran < self.iterations && !settled {
            ran += 1;
            if self.halve_every > 0 && ran % self.halve_every == 0 {
                rate *= 0.5;
            }
            let agreed = agreement(table, &vote(evidence, &weights));
            let mut moved = 0.0_f64;
            for (weight, agreed) in weights.iter_mut().zip(agreed) {
                let step = rate * (agreed - *weight);
                *weight += step;
                moved = moved.max(step.abs());
            }
            settled = moved < self.tolerance;
        }
        let posterior = vote(evidence, &weights);
        Ok(finish(self.name(), table, posterior, ran, settled))
    }
}

/// Each task's votes, weighted by worker, as shares.
pub(crate) fn vote(evidence: &Evidence<'_>, weights: &[f64]) -> Vec<f64> {
    let table = evidence.table();
    let classes = table.classes();
    let mut posterior = vec![0.0; table.tasks() * classes];
    let mut unanswered = Vec::new();
    let mut overall = vec![0.0; classes];
    for (task, row) in posterior.chunks_exact_mut(classes.max(1)).enumerate() {
        if fixed(evidence, task, row) {
            continue;
        }
        let (workers, given) = table.task(task);
        let mut total = 0.0;
        for (worker, class) in workers.iter().zip(given) {
            let weight = num::at(weights, num::index(*worker));
            num::add(row, usize::from(*class), weight);
            total += weight;
        }
        if total > 0.0 {
            for (value, share) in row.iter_mut().zip(&mut overall) {
                *share += *value;
                *value /= total;
            }
        } else if workers.is_empty() {
            unanswered.push(task);
        } else {
            // All voters have weight zero: their plain votes are the best there is.
            for class in given {
                num::add(row, usize::from(*class), 1.0 / num::real(given.len()));
            }
        }
    }
    if !unanswered.is_empty() {
        num::normalise(&mut overall);
        for task in unanswered {
            num::row_mut(&mut posterior, task, classes).copy_from_slice(&overall);
        }
    }
    posterior
}

/// How often each worker's answers are among the winners; a tie of m counts 1/m.
fn agreement(table: &Table, posterior: &[f64]) -> Vec<f64> {
    let mut agreed = vec![0.0; table.workers()];
    let mut credit = vec![0.0; table.classes()];
    for (task, row) in posterior.chunks_exact(table.classes().max(1)).enumerate() {
        let top = row.iter().copied().fold(f64::NEG_INFINITY, f64::max) * (1.0 - num::TIE);
        let share = 1.0 / num::real(row.iter().filter(|value| **value >= top).count().max(1));
        for (value, credit) in row.iter().zip(&mut credit) {
            *credit = if *value >= top { share } else { 0.0 };
        }
        let (workers, classes) = table.task(task);
        for (worker, class) in workers.iter().zip(classes) {
            num::add(&mut agreed, num::index(*worker), num::at(&credit, usize::from(*class)));
        }
    }
    let counts = table.answers_by_worker();
    agreed.iter().zip(counts).map(|(agreed, count)| agreed / num::real(count.max(1))).collect()
}

/// The result of a voting method.
pub(crate) fn finish(
    method: &'static str,
    table: &Table,
    posterior: Vec<f64>,
    iterations: usize,
    converged: bool,
) -> Fit {
    let classes = table.classes();
    let mut class_prior = vec![0.0; classes];
    for row in posterior.chunks_exact(classes.max(1)) {
        class_prior.iter_mut().zip(row).for_each(|(share, value)| *share += value);
    }
    num::normalise(&mut class_prior);
    let skills = skills(table, &posterior);
    Fit {
        method,
        iterations,
        converged,
        progress: Vec::new(),
        class_prior,
        skills,
        confusion: None,
        classes,
        posterior,
    }
}
