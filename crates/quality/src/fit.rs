//! What a method for classes found: a posterior for each task, a skill for each worker.

use crate::evidence::Evidence;
use crate::num;
use crate::skill::{Interval, Skill, wilson};
use crate::table::Table;

/// The result of a method for classes. All ids are those of the [`Table`].
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The method that made it.
    pub method: &'static str,
    /// Iterations that were run.
    pub iterations: usize,
    /// Whether the method stopped because nothing changed any more (true for methods without iterations).
    pub converged: bool,
    /// What the method maximises, after each iteration, divided by the number of answers: the log-likelihood or
    /// its lower bound. Empty for methods that maximise nothing.
    pub progress: Vec<f64>,
    /// The share of each class, as estimated or given.
    pub class_prior: Vec<f64>,
    /// Each worker's skill.
    pub skills: Vec<Skill>,
    /// Each worker's confusion matrix, for methods that estimate one.
    pub confusion: Option<Confusion>,
    pub(crate) classes: usize,
    pub(crate) posterior: Vec<f64>,
}

impl Fit {
    /// How many tasks it covers.
    pub fn tasks(&self) -> usize {
        self.posterior.len() / self.classes.max(1)
    }

    /// The probability of each class of a task; sums to one.
    pub fn posterior(&self, task: usize) -> &[f64] {
        num::row(&self.posterior, task, self.classes)
    }

    /// The posteriors of all tasks, row after row.
    pub fn posteriors(&self) -> &[f64] {
        &self.posterior
    }

    /// The most probable classes of a task (several when they tie) and the probability of each of them.
    pub fn winners(&self, task: usize) -> (Vec<usize>, f64) {
        let row = self.posterior(task);
        let winners = num::leaders(row);
        let probability = winners.first().map_or(0.0, |class| num::at(row, *class));
        (winners, probability)
    }

    /// The most probable class, or nothing when classes tie.
    pub fn winner(&self, task: usize) -> Option<usize> {
        let row = self.posterior(task);
        let mut best: Option<(usize, f64)> = None;
        let mut second = f64::NEG_INFINITY;
        for (class, value) in row.iter().enumerate() {
            match best {
                Some((_, top)) if *value <= top => second = second.max(*value),
                Some((_, top)) => {
                    second = top;
                    best = Some((class, *value));
                }
                None => best = Some((class, *value)),
            }
        }
        best.filter(|(_, top)| second < top - top.abs() * num::TIE).map(|(class, _)| class)
    }

    /// The share of tasks with a known truth that the winners hit, with its 95 % interval. A tie of `m` classes
    /// that holds the truth counts 1/m: no order of rows or class names can help. `None` without any truth.
    pub fn accuracy(&self, truth: impl IntoIterator<Item = (usize, usize)>) -> Option<Interval> {
        let (mut hits, mut total) = (0.0, 0);
        for (task, class) in truth {
            let winners = num::leaders(self.posterior(task));
            if winners.contains(&class) {
                hits += 1.0 / num::real(winners.len());
            }
            total += 1;
        }
        (total > 0).then(|| wilson(hits, num::real(total), 0.95))
    }
}

/// For each worker the probability of each given class under each true class.
#[derive(Debug, Clone, PartialEq)]
pub struct Confusion {
    pub(crate) classes: usize,
    /// `[(worker * classes + given) * classes + truth]`.
    pub(crate) cells: Vec<f64>,
}

impl Confusion {
    /// P(worker says `given` | the truth is `truth`).
    pub fn probability(&self, worker: usize, truth: usize, given: usize) -> f64 {
        num::at(&self.cells, (worker * self.classes + given) * self.classes + truth)
    }

    /// One worker's matrix: `[truth][given]`, each row sums to one.
    pub fn worker(&self, worker: usize) -> Vec<Vec<f64>> {
        let row = |truth| (0..self.classes).map(|given| self.probability(worker, truth, given)).collect();
        (0..self.classes).map(row).collect()
    }

    /// The likelihood of each true class when the worker gives this class.
    pub(crate) fn given(&self, worker: usize, given: usize) -> &[f64] {
        num::row(&self.cells, worker * self.classes + given, self.classes)
    }
}

/// The skills that a posterior implies: the expected number of each worker's answers that are right.
pub(crate) fn skills(table: &Table, posterior: &[f64]) -> Vec<Skill> {
    let mut right = vec![0.0; table.workers()];
    for task in 0..table.tasks() {
        let row = num::row(posterior, task, table.classes());
        let (workers, classes) = table.task(task);
        for (worker, class) in workers.iter().zip(classes) {
            num::add(&mut right, num::index(*worker), num::at(row, usize::from(*class)));
        }
    }
    let counts = table.answers_by_worker();
    right.iter().zip(counts).map(|(right, answers)| Skill::new(*right, answers)).collect()
}

/// The posterior row of a task whose truth is known.
pub(crate) fn fixed(evidence: &Evidence<'_>, task: usize, row: &mut [f64]) -> bool {
    let Some(truth) = evidence.truth(task) else { return false };
    row.fill(0.0);
    num::set(row, truth, 1.0);
    true
}
