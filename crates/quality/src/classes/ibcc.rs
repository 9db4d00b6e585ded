//! Independent Bayesian classifier combination.

use super::ClassMethod;
use super::pass::{Likelihood, Pass, SMALLEST, Sums};
use crate::error::Error;
use crate::evidence::Evidence;
use crate::fit::{Confusion, Fit};
use crate::num;
use crate::special::digamma;

/// Dawid and Skene's model with priors on everything (Kim and Ghahramani, "Bayesian Classifier Combination", AISTATS
/// 2012), by variational Bayes.
///
/// `θ_w`(· | t) ~ Dirichlet(wrong, …, right at t, …, wrong), π ~ Dirichlet(shares); where Dawid–Skene divides counts, this
/// takes exp ψ(count + prior) / exp ψ(total + priors).
///
/// Use it between Dawid–Skene and one-coin: the prior that people are mostly right steadies workers with few answers.
/// Not with many classes and few answers, where the prior is all there is. Costs as Dawid–Skene.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ibcc {
    /// Most iterations to run.
    pub iterations: usize,
    /// Stop when the log-likelihood per answer gains less than this.
    pub tolerance: f64,
    /// Prior count of each right pair (true, given).
    pub right: f64,
    /// Prior count of each wrong pair.
    pub wrong: f64,
    /// Prior count of each class.
    pub shares: f64,
}

impl Default for Ibcc {
    fn default() -> Self {
        Self { iterations: 200, tolerance: 1e-6, right: 4.0, wrong: 1.0, shares: 1.0 }
    }
}

impl ClassMethod for Ibcc {
    fn name(&self) -> &'static str {
        "ibcc"
    }

    fn fit(&self, evidence: &Evidence<'_>) -> Result<Fit, Error> {
        evidence.check()?;
        for (name, value) in [("right", self.right), ("wrong", self.wrong), ("shares", self.shares)] {
            if !(value > 0.0 && value.is_finite()) {
                return Err(Error::option(name, value, "above zero"));
            }
        }
        let table = evidence.table();
        super::dawid_skene::check_size(self.name(), table)?;
        let classes = table.classes();
        let mut pass = Pass::new(evidence);
        let mut cells = vec![0.0; table.workers() * classes * classes];
        let mut prior = vec![0.0; classes];
        self.maximise(evidence, pass.vote(), &mut cells, &mut prior);
        let mut progress: Vec<f64> = Vec::new();
        let mut converged = false;
        while progress.len() < self.iterations && !converged {
            let sums = pass.run(Likelihood { cells: &cells, prior: &prior });
            let gained = sums.log_likelihood / num::real(table.answers());
            self.maximise(evidence, sums, &mut cells, &mut prior);
            converged = progress.last().is_some_and(|last| (gained - last).abs() < self.tolerance);
            progress.push(gained);
        }
        let (posterior, skills) = pass.finish(Likelihood { cells: &cells, prior: &prior });
        num::normalise(&mut prior);
        normalise_cells(&mut cells, classes);
        Ok(Fit {
            method: self.name(),
            iterations: progress.len(),
            converged,
            progress,
            class_prior: prior,
            skills,
            confusion: Some(Confusion { classes, cells }),
            classes,
            posterior,
        })
    }
}

impl Ibcc {
    fn maximise(&self, evidence: &Evidence<'_>, sums: &Sums, cells: &mut [f64], prior: &mut [f64]) {
        let classes = prior.len().max(1);
        cells.copy_from_slice(&sums.counts);
        if let Some(history) = evidence.history() {
            cells.iter_mut().zip(history.counts()).for_each(|(count, known)| *count += known);
        }
        let all = self.right + self.wrong * num::real(classes - 1);
        let mut totals = vec![0.0; classes];
        for worker in cells.chunks_exact_mut(classes * classes) {
            totals.fill(all);
            for row in worker.chunks_exact(classes) {
                totals.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
            }
            for total in &mut totals {
                *total = digamma(*total);
            }
            for (given, row) in worker.chunks_exact_mut(classes).enumerate() {
                for (truth, (count, total)) in row.iter_mut().zip(&totals).enumerate() {
                    let start = if truth == given { self.right } else { self.wrong };
                    *count = (digamma(*count + start) - total).exp().max(SMALLEST);
                }
            }
        }
        let total = digamma(sums.classes.iter().sum::<f64>() + self.shares * num::real(classes));
        for (share, expected) in prior.iter_mut().zip(&sums.classes) {
            *share = (digamma(expected + self.shares) - total).exp().max(1e-10);
        }
    }
}

/// Makes the rows of every confusion matrix sum to one: the variational ones sum to a little less.
pub(crate) fn normalise_cells(cells: &mut [f64], classes: usize) {
    let mut totals = vec![0.0; classes];
    for worker in cells.chunks_exact_mut((classes * classes).max(1)) {
        totals.fill(0.0);
        for row in worker.chunks_exact(classes) {
            totals.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
        for row in worker.chunks_exact_mut(classes) {
            row.iter_mut().zip(&totals).for_each(|(value, total)| *value /= total);
        }
    }
}
