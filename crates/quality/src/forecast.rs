//! How many answers and how much money until a target accuracy, from a pilot's answers.

use crate::classes::ClassMethod;
use crate::error::{Error, share};
use crate::evidence::Evidence;
use crate::fit::{Confusion, Fit};
use crate::num;
use crate::online::{Posterior, WorkerModel};
use crate::random::Random;

/// What to forecast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// Tasks in the whole job.
    pub tasks: usize,
    /// What one answer costs.
    pub answer_price: f64,
    /// The accuracy to reach.
    pub target: f64,
    /// The most answers a task that come into question.
    pub most: usize,
    /// Tasks to simulate for each number of answers.
    pub simulated: usize,
    /// The seed of the simulation.
    pub seed: u64,
}

impl Default for Forecast {
    fn default() -> Self {
        Self { tasks: 1000, answer_price: 0.05, target: 0.95, most: 9, simulated: 4000, seed: 1 }
    }
}

/// What a number of answers a task would give.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook {
    /// Answers a task.
    pub answers: usize,
    /// The accuracy to expect, with the 95 % interval of the simulation.
    pub accuracy: crate::skill::Interval,
    /// What the whole job would cost.
    pub price: f64,
}

/// The forecast: one outlook for each number of answers, and the first that reaches the target, if one does.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// For 1, 2, … answers a task.
    pub outlooks: Vec<Outlook>,
    /// The position of the cheapest outlook whose expected accuracy reaches the target.
    pub reaches: Option<usize>,
}

impl Forecast {
    /// Simulates the job with workers like the pilot's. The pilot is fitted by `method`; its confusion matrices (or, for
    /// methods without, its skills) are shrunk towards the crowd's by one imaginary answer a class, because a pilot is
    /// small; then tasks are drawn from its class shares, answered by its workers in proportion to their answers, and
    /// decided by Bayes' rule.
    ///
    /// The forecast knows only what the model knows: where tasks differ in difficulty it is too hopeful, and the
    /// interval is that of the simulation alone. Check a sample of the finished work.
    ///
    /// # Errors
    /// When an option is out of range or the method fails on the pilot.
    ///
    /// ```
    /// use kazi_quality::{Table, classes::Majority, forecast::Forecast};
    /// // Three workers on 40 tasks, each wrong on every fifth task, never on the same one.
    /// let rows: Vec<(u32, u32)> = (0..40).flat_map(|task| (0..3).map(move |worker| (task, worker))).collect();
    /// let class = |(task, worker): &(u32, u32)| u16::from((task % 2 == 0) ^ (task % 5 == *worker));
    /// let task: Vec<u32> = rows.iter().map(|row| row.0).collect();
    /// let worker: Vec<u32> = rows.iter().map(|row| row.1).collect();
    /// let pilot = Table::from_ids(&task, &worker, &rows.iter().map(class).collect::<Vec<_>>())?;
    /// let plan = Forecast { target: 0.85, ..Forecast::default() }.run(&(&pilot).into(), &Majority::default())?;
    /// // Majority gives a disputed answer two thirds, so workers who are right 80 % of the time count as 73 %.
    /// assert!((plan.outlooks[0].accuracy.value - 0.73).abs() < 0.05);
    /// assert_eq!(plan.reaches.map(|place| plan.outlooks[place].answers), Some(5));
    /// # Ok::<(), kazi_quality::Error>(())
    /// ```
    pub fn run(&self, pilot: &Evidence<'_>, method: &dyn ClassMethod) -> Result<Plan, Error> {
        share("target", self.target)?;
        if !(1..=99).contains(&self.most) || self.simulated == 0 {
            return Err(Error::option("most", self.most, "1 to 99, with at least one simulated task"));
        }
        if !(self.answer_price >= 0.0 && self.answer_price.is_finite()) {
            return Err(Error::option("answer_price", self.answer_price, "zero or more"));
        }
        let fit = method.fit(pilot)?;
        if fit.class_prior.len() < 2 {
            return Err(Error::Unsuitable { method: "forecast", why: "the pilot has one class only" });
        }
        let workers = models(&fit)?;
        let weights: Vec<f64> = fit.skills.iter().map(|skill| num::real(skill.answers)).collect();
        let prior: Vec<f64> = fit.class_prior.iter().map(|share| share.max(1e-6)).collect();
        let mut right = vec![0.0; self.most];
        let mut random = Random::new(self.seed);
        for _ in 0..self.simulated {
            let truth = random.pick(&prior);
            let mut task = Posterior::new(&prior)?;
            for hits in &mut right {
                let Some(worker) = workers.get(random.pick(&weights)) else { continue };
                let row: Vec<f64> = (0..prior.len()).map(|given| worker.probability(truth, given)).collect();
                task.update(worker, random.pick(&row))?;
                let winners = num::leaders(task.probabilities());
                *hits += if winners.contains(&truth) { 1.0 / num::real(winners.len()) } else { 0.0 };
            }
        }
        let outlook = |(answers, hits): (usize, &f64)| Outlook {
            answers: answers + 1,
            accuracy: crate::skill::wilson(*hits, num::real(self.simulated), 0.95),
            price: num::real(answers + 1) * num::real(self.tasks) * self.answer_price,
        };
        let outlooks: Vec<Outlook> = right.iter().enumerate().map(outlook).collect();
        let reaches = outlooks.iter().position(|outlook| outlook.accuracy.value >= self.target);
        Ok(Plan { outlooks, reaches })
    }
}

/// The workers of a fit, steadied.
fn models(fit: &Fit) -> Result<Vec<WorkerModel>, Error> {
    let classes = fit.class_prior.len();
    let total: f64 = fit.skills.iter().map(|skill| num::real(skill.answers)).sum();
    let crowd = fit.skills.iter().map(|skill| skill.correct).sum::<f64>() / total.max(1.0);
    let model = |(worker, skill): (usize, &crate::skill::Skill)| {
        let answers = num::real(skill.answers);
        match &fit.confusion {
            None => {
                let accuracy = (skill.correct + crowd) / (answers + 1.0);
                WorkerModel::from_accuracy(accuracy.clamp(0.01, 0.999), classes)
            }
            Some(confusion) => {
                let counts: Vec<Vec<f64>> =
                    (0..classes).map(|truth| counts(fit, confusion, worker, truth)).collect();
                let wrong = ((1.0 - crowd) / num::real(classes - 1)).max(1e-3);
                WorkerModel::from_counts(&counts, crowd.max(1e-3), wrong)
            }
        }
    };
    fit.skills.iter().enumerate().map(model).collect()
}

/// How often a worker gave each class where the truth was this one, in expectation.
fn counts(fit: &Fit, confusion: &Confusion, worker: usize, truth: usize) -> Vec<f64> {
    let answers = fit.skills.get(worker).map_or(0.0, |skill| num::real(skill.answers));
    let share = fit.class_prior.get(truth).copied().unwrap_or(0.0);
    (0..fit.class_prior.len())
        .map(|given| confusion.probability(worker, truth, given) * share * answers)
        .collect()
}
