//! Dawid–Skene with one number a worker.

use super::ClassMethod;
use super::coin::{Coin, CoinShards, CoinSums, coin_posteriors};
use super::dawid_skene::{ClassPrior, check_class_prior, set_class_prior};
use super::majority::vote;
use crate::error::Error;
use crate::evidence::Evidence;
use crate::fit::{Fit, skills};
use crate::num;

/// Dawid and Skene's model with one accuracy q a worker instead of a matrix (Zhang, Chen, Zhou and Jordan,
/// "Spectral Methods Meet EM", 2016, section 3):
///
/// P(w says l | truth k) = `q_w` when l = k, else (1 − `q_w`) / (classes − 1).
///
/// Use it with few answers a worker, or many classes: it learns from a handful where a matrix needs dozens. Not
/// when workers confuse particular classes. The class prior is uniform unless asked for otherwise: with an
/// estimated prior the model explains rare classes away (a worker who misses half of a rare class is still 99 %
/// accurate in its eyes) and then falls below plain majority; the tests hold an example.
///
/// Time: linear in the answers an iteration, whatever the number of classes. Space: workers × classes.
#[derive(Debug, Clone, PartialEq)]
pub struct OneCoin {
    /// Most iterations to run.
    pub iterations: usize,
    /// Stop when the log-likelihood per answer gains less than this.
    pub tolerance: f64,
    /// Where the shares of the classes come from.
    pub class_prior: ClassPrior,
    /// Pseudo-answers that each worker starts from: how many right, how many wrong.
    pub start: (f64, f64),
}

impl Default for OneCoin {
    fn default() -> Self {
        Self { iterations: 100, tolerance: 5e-6, class_prior: ClassPrior::Uniform, start: (0.0, 0.0) }
    }
}

impl ClassMethod for OneCoin {
    fn name(&self) -> &'static str {
        "one-coin"
    }

    fn fit(&self, evidence: &Evidence<'_>) -> Result<Fit, Error> {
        evidence.check()?;
        let table = evidence.table();
        check_class_prior(&self.class_prior, table.classes())?;
        if !(self.start.0 >= 0.0 && self.start.1 >= 0.0 && (self.start.0 + self.start.1).is_finite()) {
            return Err(Error::option("start", format!("{:?}", self.start), "zero or more"));
        }
        let classes = table.classes();
        let mut posterior = vote(evidence, &vec![1.0; table.workers()]);
        let mut shards = CoinShards::new(evidence);
        let counts = table.answers_by_worker();
        let known = self.known(evidence);
        let mut model =
            Model { gain: vec![1.0; table.workers() * classes], prior: vec![0.0; classes], rest: 0.0 };
        self.maximise(shards.count(evidence, &posterior), &counts, &known, &mut model);
        let mut progress: Vec<f64> = Vec::new();
        let mut converged = false;
        while progress.len() < self.iterations && !converged {
            let rest = model.rest;
            let sums = shards.run(evidence, Coin { gain: &model.gain, prior: &model.prior });
            let gained = (sums.log_likelihood + rest) / num::real(table.answers());
            self.maximise(sums, &counts, &known, &mut model);
            converged = progress.last().is_some_and(|last| (gained - last).abs() < self.tolerance);
            progress.push(gained);
        }
        coin_posteriors(evidence, Coin { gain: &model.gain, prior: &model.prior }, &mut posterior);
        Ok(Fit {
            method: self.name(),
            iterations: progress.len(),
            converged,
            progress,
            class_prior: model.prior,
            skills: skills(table, &posterior),
            confusion: None,
            classes,
            posterior,
        })
    }
}

#[derive(Debug)]
struct Model {
    gain: Vec<f64>,
    prior: Vec<f64>,
    /// The part of the log-likelihood that does not depend on the truth.
    rest: f64,
}

impl OneCoin {
    /// What is known of each worker beforehand: right answers, and all.
    fn known(&self, evidence: &Evidence<'_>) -> Vec<(f64, f64)> {
        let table = evidence.table();
        let mut known = vec![(self.start.0, self.start.0 + self.start.1); table.workers()];
        let classes = table.classes();
        if let Some(history) = evidence.history() {
            for (worker, counts) in
                known.iter_mut().zip(history.counts().chunks_exact((classes * classes).max(1)))
            {
                worker.0 += counts.iter().step_by(classes + 1).sum::<f64>();
                worker.1 += counts.iter().sum::<f64>();
            }
        }
        known
    }

    fn maximise(&self, sums: &CoinSums, counts: &[usize], known: &[(f64, f64)], model: &mut Model) {
        let classes = model.prior.len().max(1);
        let others = num::real(classes.saturating_sub(1)).max(1.0);
        model.rest = 0.0;
        let workers = sums.right.chunks_exact(classes).zip(model.gain.chunks_exact_mut(classes));
        for ((right, gain), (answers, known)) in workers.zip(counts.iter().zip(known)) {
            let answers = num::real(*answers);
            let total = answers + known.1;
            let accuracy = if total > 0.0 { (right.iter().sum::<f64>() + known.0) / total } else { 0.5 };
            let accuracy = accuracy.clamp(1e-10, 1.0 - 1e-10);
            let wrong = (1.0 - accuracy) / others;
            gain.fill(accuracy / wrong);
            model.rest += answers * wrong.ln();
        }
        set_class_prior(&self.class_prior, &sums.classes, &mut model.prior);
    }
}
