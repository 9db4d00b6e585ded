//! Bayesian weighted average.

use super::ClassMethod;
use super::majority::{finish, vote};
use crate::error::Error;
use crate::evidence::Evidence;
use crate::fit::{Fit, fixed};
use crate::num;

/// Bayesian weighted average (Li, Rubinstein and Cohn, "Truth Inference at Scale: A Bayesian Model for Adjudicating
/// Highly Redundant Crowd Annotations", WWW 2019).
///
/// For each class apart, answers are 1 or 0 and truths numbers in between: `z_i` = (λμ + Σ `v_w` `y_wi`) / (λ + Σ `v_w`), with
/// the workers' precisions `v_w` = (a + `n_w`) / (b + Σ (`y_wi` − `z_i`)²), the mean μ of z, and b set so that precisions start
/// around one over the variance of the votes.
///
/// Use it for many answers a task and large data: its iterations cost little and it cannot be led astray by
/// confusion matrices. Not for rare classes that most workers miss. Time: answers × classes an iteration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bwa {
    /// Most iterations for each class.
    pub iterations: usize,
    /// Stop when no truth moves by more than this.
    pub tolerance: f64,
    /// The strength a of the prior on precisions.
    pub strength: f64,
    /// The weight λ of the overall mean.
    pub mean_weight: f64,
}

impl Default for Bwa {
    fn default() -> Self {
        Self { iterations: 500, tolerance: 1e-4, strength: 15.0, mean_weight: 1.0 }
    }
}

impl ClassMethod for Bwa {
    fn name(&self) -> &'static str {
        "bwa"
    }

    fn fit(&self, evidence: &Evidence<'_>) -> Result<Fit, Error> {
        evidence.refuse_history(self.name())?;
        for (name, value) in [("strength", self.strength), ("mean_weight", self.mean_weight)] {
            if !(value > 0.0 && value.is_finite()) {
                return Err(Error::option(name, value, "above zero"));
            }
        }
        let table = evidence.table();
        let classes = table.classes();
        let mut posterior = vote(evidence, &vec![1.0; table.workers()]);
        let (mut most, mut all_settled) = (0, true);
        for class in 0..classes {
            let mut truth: Vec<f64> = posterior.iter().skip(class).step_by(classes).copied().collect();
            let (ran, settled) = self.one_class(evidence, class, &mut truth);
            most = most.max(ran);
            all_settled &= settled;
            posterior.iter_mut().skip(class).step_by(classes).zip(truth).for_each(|(to, from)| *to = from);
        }
        for (task, row) in posterior.chunks_exact_mut(classes.max(1)).enumerate() {
            if !fixed(evidence, task, row) {
                num::normalise(row);
            }
        }
        Ok(finish(self.name(), table, posterior, most, all_settled))
    }
}

impl Bwa {
    /// Iterates one class; returns how often and whether it settled.
    fn one_class(&self, evidence: &Evidence<'_>, class: usize, truth: &mut [f64]) -> (usize, bool) {
        let table = evidence.table();
        let counts = table.answers_by_worker();
        let classes = num::real(table.classes());
        let spread: f64 = truth
            .iter()
            .enumerate()
            .map(|(task, z)| num::real(table.task(task).0.len()) * z * (1.0 - z))
            .sum();
        let scale = 4.0 * (1.0 - 1.0 / classes);
        let start = (self.strength * spread / num::real(table.answers()) * scale).max(1e-9);
        let mut squares = vec![0.0; table.workers()];
        for ran in 1..=self.iterations {
            squares.fill(start);
            let mean = truth.iter().sum::<f64>() / num::real(truth.len().max(1));
            let says = |given: u16| f64::from(u8::from(usize::from(given) == class));
            for (task, worker, given) in table.rows() {
                num::add(&mut squares, num::index(worker), (says(given) - num::at(truth, task)).powi(2));
            }
            for (square, count) in squares.iter_mut().zip(&counts) {
                *square = (self.strength + num::real(*count)) / *square;
            }
            let mut moved = 0.0_f64;
            for (task, value) in truth.iter_mut().enumerate() {
                if evidence.truth(task).is_some() {
                    continue;
                }
                let (mut sum, mut weight) = (self.mean_weight * mean, self.mean_weight);
                let (workers, given) = table.task(task);
                for (worker, given) in workers.iter().zip(given) {
                    let precision = num::at(&squares, num::index(*worker));
                    sum += precision * says(*given);
                    weight += precision;
                }
                moved = moved.max((sum / weight - *value).abs());
                *value = sum / weight;
            }
            if moved < self.tolerance {
                return (ran, true);
            }
        }
        (self.iterations, false)
    }
}
