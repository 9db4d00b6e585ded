//! Settle, ask one more, or escalate.

use super::posterior::{Posterior, WorkerModel};
use crate::error::Error;
use crate::num;
use crate::random::Random;

/// What to do with a task after its latest answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Decision {
    /// Take this class; the chance that it is wrong is small enough, or another answer costs more than it saves.
    Settle {
        /// The class.
        class: usize,
        /// The chance that it is wrong.
        error: f64,
    },
    /// One more answer is expected to save more than it costs.
    Ask {
        /// By how much, in the unit of the prices.
        gain: f64,
    },
    /// The answers are used up and doubt remains: a more skilled person should decide.
    Escalate {
        /// The best class so far.
        class: usize,
        /// The chance that it is wrong.
        error: f64,
    },
}

/// When to stop asking, from the price of an answer and the price of an error.
///
/// A task settles when its chance of error is at most `target_error`, and at least `fewest` answers are in.
/// Otherwise it asks while up to `depth` further answers of a usual worker are expected to save more in errors than
/// they cost (a look-ahead over all answers that could follow, as in Dai, Mausam and Weld 2010), and always while
/// the target is missed and answers are left. At `most` answers, it escalates.
///
/// ```
/// use kazi_quality::online::{Decision, Posterior, Stop, WorkerModel};
/// let stop = Stop { target_error: 0.02, answer_price: 0.01, error_price: 1.0, fewest: 2, most: 5, depth: 1 };
/// let worker = WorkerModel::from_accuracy(0.9, 3)?;
/// let mut task = Posterior::new(&[1.0, 1.0, 1.0])?;
/// task.update(&worker, 0)?;
/// assert!(matches!(stop.decide(&task, &worker)?, Decision::Ask { .. }));
/// task.update(&worker, 0)?;
/// assert!(matches!(stop.decide(&task, &worker)?, Decision::Settle { class: 0, .. }));
/// # Ok::<(), kazi_quality::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stop {
    /// The chance of error to aim for, such as 0.02.
    pub target_error: f64,
    /// What one more answer costs.
    pub answer_price: f64,
    /// What one wrong result costs; zero asks by the target alone.
    pub error_price: f64,
    /// Answers to collect in any case.
    pub fewest: usize,
    /// Answers after which to stop in any case.
    pub most: usize,
    /// How many answers to look ahead (1 to 4; the time grows as classes to this power). An answer is worth its price
    /// only where it can change the decision, and after two that agree no single one does: with a depth of 1 the price
    /// of an error then counts for nothing beyond the target.
    pub depth: usize,
}

impl Default for Stop {
    fn default() -> Self {
        Self { target_error: 0.02, answer_price: 0.01, error_price: 1.0, fewest: 2, most: 5, depth: 3 }
    }
}

/// What a stopping rule leads to, by simulation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OperatingPoint {
    /// The mean number of answers a task.
    pub answers: f64,
    /// The share of settled tasks that are wrong.
    pub error: f64,
    /// The share of tasks that escalate.
    pub escalated: f64,
    /// The mean price of a task: answers, plus errors of settled tasks.
    pub price: f64,
}

impl Stop {
    /// What to do next, when the next answer would come from a worker such as `next`.
    ///
    /// # Errors
    /// When an option is out of range or the worker's classes are not the task's.
    pub fn decide(&self, task: &Posterior, next: &WorkerModel) -> Result<Decision, Error> {
        self.check()?;
        let classes = task.probabilities().len();
        if next.classes() != classes {
            return Err(Error::Length { what: "worker model", found: next.classes(), expected: classes });
        }
        let (class, best) = task.best();
        let error = 1.0 - best;
        let gain = self.gain(task.probabilities(), next, self.depth);
        if task.answers() < self.fewest {
            return Ok(Decision::Ask { gain });
        }
        let good_enough = error <= self.target_error;
        if good_enough && (gain <= 0.0 || task.answers() >= self.most) {
            return Ok(Decision::Settle { class, error });
        }
        if task.answers() >= self.most {
            return Ok(Decision::Escalate { class, error });
        }
        Ok(Decision::Ask { gain })
    }

    /// What further answers are expected to save beyond their price.
    fn gain(&self, shares: &[f64], next: &WorkerModel, depth: usize) -> f64 {
        let now = 1.0 - shares.iter().copied().fold(0.0, f64::max);
        self.error_price * now - self.cost(shares, next, depth)
    }

    /// The least expected cost when up to `depth` more answers may be bought, at least one.
    fn cost(&self, shares: &[f64], next: &WorkerModel, depth: usize) -> f64 {
        let classes = shares.len();
        let mut total = self.answer_price;
        let mut after = vec![0.0; classes];
        for given in 0..classes {
            for (truth, (value, share)) in after.iter_mut().zip(shares).enumerate() {
                *value = share * next.probability(truth, given);
            }
            let chance: f64 = after.iter().sum();
            if chance <= 0.0 {
                continue;
            }
            num::normalise(&mut after);
            let stop = self.error_price * (1.0 - after.iter().copied().fold(0.0, f64::max));
            let go_on = if depth > 1 { self.cost(&after, next, depth - 1) } else { f64::INFINITY };
            total += chance * stop.min(go_on);
        }
        total
    }

    fn check(&self) -> Result<(), Error> {
        crate::error::share("target_error", self.target_error)?;
        for (name, price) in [("answer_price", self.answer_price), ("error_price", self.error_price)] {
            if !(price >= 0.0 && price.is_finite()) {
                return Err(Error::option(name, price, "zero or more"));
            }
        }
        if self.most < self.fewest.max(1) {
            return Err(Error::option("most", self.most, "at least 1 and not below fewest"));
        }
        if !(1..=4).contains(&self.depth) {
            return Err(Error::option("depth", self.depth, "1 to 4"));
        }
        Ok(())
    }

    /// Simulates the rule on `tasks` tasks answered by workers drawn from `workers` in turn.
    ///
    /// # Errors
    /// As [`Stop::decide`], or when there is no worker or task.
    ///
    /// ```
    /// use kazi_quality::{Random, online::{Stop, WorkerModel}};
    /// let workers = [WorkerModel::from_accuracy(0.9, 3)?, WorkerModel::from_accuracy(0.8, 3)?];
    /// let plain = Stop { target_error: 0.02, error_price: 0.0, fewest: 1, most: 9, ..Stop::default() };
    /// let point = plain.simulate(&[1.0, 1.0, 1.0], &workers, 20_000, &mut Random::new(7))?;
    /// assert!(point.error < 0.02 && point.answers < 3.5);
    /// // Where an error is dear, more answers are worth their price.
    /// let dear = Stop { error_price: 50.0, ..plain };
    /// assert!(dear.simulate(&[1.0, 1.0, 1.0], &workers, 20_000, &mut Random::new(7))?.answers > point.answers);
    /// # Ok::<(), kazi_quality::Error>(())
    /// ```
    pub fn simulate(
        &self,
        class_prior: &[f64],
        workers: &[WorkerModel],
        tasks: usize,
        random: &mut Random,
    ) -> Result<OperatingPoint, Error> {
        if tasks == 0 || workers.is_empty() {
            return Err(Error::Empty);
        }
        let start = Posterior::new(class_prior)?;
        let (mut answers, mut wrong, mut escalated) = (0, 0, 0);
        for _ in 0..tasks {
            let truth = random.pick(class_prior);
            let mut task = start.clone();
            let right = loop {
                let Some(worker) = workers.get(random.below(workers.len())) else { break None };
                match self.decide(&task, worker)? {
                    Decision::Settle { class, .. } => break Some(class == truth),
                    Decision::Escalate { .. } => break None,
                    Decision::Ask { .. } => {}
                }
                let row: Vec<f64> =
                    (0..class_prior.len()).map(|given| worker.probability(truth, given)).collect();
                task.update(worker, random.pick(&row))?;
            };
            answers += task.answers();
            wrong += usize::from(right == Some(false));
            escalated += usize::from(right.is_none());
        }
        let settled = num::real((tasks - escalated).max(1));
        let answers = num::real(answers) / num::real(tasks);
        let price = answers * self.answer_price + self.error_price * num::real(wrong) / num::real(tasks);
        Ok(OperatingPoint {
            answers,
            error: num::real(wrong) / settled,
            escalated: num::real(escalated) / num::real(tasks),
            price,
        })
    }
}
