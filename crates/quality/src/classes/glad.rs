//! GLAD: skilled workers and difficult tasks.

use super::ClassMethod;
use super::majority::finish;
use crate::error::Error;
use crate::evidence::Evidence;
use crate::fit::{Fit, fixed};
use crate::num;

/// Generative model of labels, abilities and difficulties (Whitehill, Ruvolo, Wu, Bergsma and Movellan, "Whose Vote
/// Should Count More", NIPS 2009).
///
/// P(w is right on task i) = σ(`α_w` · exp `β_i`), errors spread evenly over the other classes; `α_w` is the worker's
/// ability (below zero for an adversary), exp `β_i` the task's easiness; both have normal priors around 1 with
/// variance 1. Expectation–maximisation, with one guarded Newton step for every β and α in each round: each of
/// these sub-problems has one unknown.
///
/// Use it when tasks differ in difficulty and have many answers each. Not with few answers a task: difficulty is then
/// noise. Time: linear in answers, two exponentials each in an iteration. Space: answers, tasks and workers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glad {
    /// Most iterations to run.
    pub iterations: usize,
    /// Stop when the expected log-likelihood per answer gains less than this.
    pub tolerance: f64,
    /// The mean of the normal prior on α and on β.
    pub prior_mean: f64,
}

impl Default for Glad {
    fn default() -> Self {
        Self { iterations: 100, tolerance: 1e-6, prior_mean: 1.0 }
    }
}

#[derive(Debug)]
struct State {
    ability: Vec<f64>,
    easiness: Vec<f64>,
    /// For each answer, in the table's order, the probability that it is right.
    right: Vec<f64>,
    posterior: Vec<f64>,
}

impl ClassMethod for Glad {
    fn name(&self) -> &'static str {
        "glad"
    }

    fn fit(&self, evidence: &Evidence<'_>) -> Result<Fit, Error> {
        evidence.refuse_history(self.name())?;
        if !self.prior_mean.is_finite() {
            return Err(Error::option("prior_mean", self.prior_mean, "a finite number"));
        }
        let table = evidence.table();
        let mut state = State {
            ability: vec![self.prior_mean; table.workers()],
            easiness: vec![self.prior_mean; table.tasks()],
            right: vec![0.0; table.answers()],
            posterior: vec![0.0; table.tasks() * table.classes()],
        };
        let mut progress: Vec<f64> = Vec::new();
        let mut converged = false;
        while progress.len() < self.iterations && !converged {
            let gained = expect(evidence, &mut state) / num::real(table.answers());
            self.maximise(evidence, &mut state);
            converged = progress.last().is_some_and(|last| (gained - last).abs() < self.tolerance);
            progress.push(gained);
        }
        expect(evidence, &mut state);
        let mut fit = finish(self.name(), table, state.posterior, progress.len(), converged);
        fit.progress = progress;
        Ok(fit)
    }
}

/// The posteriors under the current abilities; returns the log-likelihood.
fn expect(evidence: &Evidence<'_>, state: &mut State) -> f64 {
    let table = evidence.table();
    let classes = table.classes();
    let others = num::real(classes.saturating_sub(1)).max(1.0).ln();
    let mut rest = state.right.as_mut_slice();
    let mut total = 0.0;
    let rows = state.posterior.chunks_exact_mut(classes.max(1)).zip(&state.easiness);
    for (task, (row, easiness)) in rows.enumerate() {
        let (workers, given) = table.task(task);
        let scale = easiness.exp();
        let mut wrong = -num::real(classes).ln();
        row.fill(0.0);
        for (worker, class) in workers.iter().zip(given) {
            let x = num::at(&state.ability, num::index(*worker)) * scale;
            // ln σ(x) − ln((1 − σ(x)) / others) = x + ln others.
            num::add(row, usize::from(*class), x + others);
            wrong -= num::softplus(x) + others;
        }
        let top = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = row.iter().map(|value| (value - top).exp()).sum();
        total += wrong + top + sum.ln();
        if !fixed(evidence, task, row) {
            num::softmax(row);
        }
        let (mine, after) = std::mem::take(&mut rest).split_at_mut(given.len());
        for (right, class) in mine.iter_mut().zip(given) {
            *right = num::at(row, usize::from(*class));
        }
        rest = after;
    }
    total
}

impl Glad {
    /// One guarded Newton step for every task's easiness, then for every worker's ability.
    fn maximise(&self, evidence: &Evidence<'_>, state: &mut State) {
        let table = evidence.table();
        let mut slope: Vec<f64> = state.ability.iter().map(|ability| self.prior_mean - ability).collect();
        let mut bend = vec![1.0; table.workers()];
        let mut rest = state.right.as_slice();
        for (task, easiness) in state.easiness.iter_mut().enumerate() {
            let (workers, _) = table.task(task);
            let (right, after) = rest.split_at(workers.len().min(rest.len()));
            rest = after;
            let scale = easiness.exp();
            let (mut pull, mut curve) = (self.prior_mean - *easiness, 1.0);
            for (worker, right) in workers.iter().zip(right) {
                let x = num::at(&state.ability, num::index(*worker)) * scale;
                let chance = num::logistic(x);
                pull += (right - chance) * x;
                curve += chance * (1.0 - chance) * x * x;
            }
            *easiness += (pull / curve).clamp(-1.0, 1.0);
            let scale = easiness.exp();
            for (worker, right) in workers.iter().zip(right) {
                let worker = num::index(*worker);
                let chance = num::logistic(num::at(&state.ability, worker) * scale);
                num::add(&mut slope, worker, (right - chance) * scale);
                num::add(&mut bend, worker, chance * (1.0 - chance) * scale * scale);
            }
        }
        for (ability, (slope, bend)) in state.ability.iter_mut().zip(slope.iter().zip(bend)) {
            *ability += (slope / bend).clamp(-1.0, 1.0);
        }
    }
}
