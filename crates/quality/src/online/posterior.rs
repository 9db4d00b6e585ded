//! A task's posterior that takes its answers one by one.

use crate::error::Error;
use crate::fit::Confusion;
use crate::num;

/// The likelihood of each answer of one worker: `P(given | truth)`.
///
/// Made from counts in practice tasks, gold and history, from a single accuracy, or from the confusion matrix that a
/// batch method found. It is what an online posterior needs to know of a worker.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkerModel {
    classes: usize,
    /// `[given * classes + truth]`, as natural logarithms.
    logs: Vec<f64>,
}

impl WorkerModel {
    /// A worker who is right with this probability, whatever the class, and else says any other class alike.
    ///
    /// # Errors
    /// When the accuracy is not strictly between 0 and 1 or there are fewer than two classes.
    pub fn from_accuracy(accuracy: f64, classes: usize) -> Result<Self, Error> {
        crate::error::share("accuracy", accuracy)?;
        if classes < 2 {
            return Err(Error::option("classes", classes, "2 or more"));
        }
        let mut logs = vec![((1.0 - accuracy) / num::real(classes - 1)).ln(); classes * classes];
        for class in 0..classes {
            num::set(&mut logs, class * (classes + 1), accuracy.ln());
        }
        Ok(Self { classes, logs })
    }

    /// A worker as a batch method found them.
    pub fn from_confusion(confusion: &Confusion, worker: usize) -> Self {
        let classes = confusion.classes;
        let logs =
            (0..classes).flat_map(|given| confusion.given(worker, given)).map(|share| share.ln()).collect();
        Self { classes, logs }
    }

    /// A worker from counts `[truth][given]` of practice, gold and history, added to a prior of `right` imaginary
    /// right and `wrong` imaginary wrong answers for each (true, given) pair:
    ///
    /// P(given | truth) = (count + prior) / Σ over given of (count + prior).
    ///
    /// # Errors
    /// When the matrix is not square, a count is negative or not a number, or the prior is not positive.
    pub fn from_counts(counts: &[Vec<f64>], right: f64, wrong: f64) -> Result<Self, Error> {
        let classes = counts.len();
        if !(right > 0.0 && wrong > 0.0 && right.is_finite() && wrong.is_finite()) {
            return Err(Error::option("prior", format!("{right}, {wrong}"), "above zero"));
        }
        let mut logs = vec![0.0; classes * classes];
        for (truth, row) in counts.iter().enumerate() {
            if row.len() != classes {
                return Err(Error::Length { what: "a row of counts", found: row.len(), expected: classes });
            }
            if row.iter().any(|count| !count.is_finite() || *count < 0.0) {
                return Err(Error::NotFinite { row: truth, what: "a count (or it is negative)" });
            }
            let with_prior = |given: usize| num::at(row, given) + if given == truth { right } else { wrong };
            let total: f64 = (0..classes).map(with_prior).sum();
            for given in 0..classes {
                num::set(&mut logs, given * classes + truth, (with_prior(given) / total).ln());
            }
        }
        Ok(Self { classes, logs })
    }

    /// How many classes the worker chooses from.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// P(given | truth).
    pub fn probability(&self, truth: usize, given: usize) -> f64 {
        if truth < self.classes && given < self.classes {
            num::at(&self.logs, given * self.classes + truth).exp()
        } else {
            0.0
        }
    }
}

/// What is known of one task: the probability of each class after the answers so far.
///
/// log P(class | answers) = log π(class) + Σ log P(answer | class) + constant. After the same answers it equals the
/// batch posterior of Dawid–Skene with the same confusion matrices, in whatever order the answers came. An update is
/// a sum over the classes: well under a microsecond for ten.
///
/// ```
/// use kazi_quality::online::{Posterior, WorkerModel};
/// let worker = WorkerModel::from_accuracy(0.9, 2)?;
/// let mut task = Posterior::new(&[0.5, 0.5])?;
/// task.update(&worker, 1)?;
/// assert!((task.probabilities()[1] - 0.9).abs() < 1e-12);
/// task.update(&worker, 1)?;
/// assert!((task.best().1 - 0.81 / 0.82).abs() < 1e-12);
/// # Ok::<(), kazi_quality::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    logs: Vec<f64>,
    probabilities: Vec<f64>,
    answers: usize,
}

impl Posterior {
    /// A task without answers: the shares of the classes, which are scaled to sum to one.
    ///
    /// # Errors
    /// When there are fewer than two classes, or a share is not above zero.
    pub fn new(class_prior: &[f64]) -> Result<Self, Error> {
        if class_prior.len() < 2 {
            return Err(Error::option("classes", class_prior.len(), "2 or more"));
        }
        if let Some(share) = class_prior.iter().find(|share| !share.is_finite() || **share <= 0.0) {
            return Err(Error::option("class prior", share, "above zero for each class"));
        }
        let mut probabilities = class_prior.to_vec();
        num::normalise(&mut probabilities);
        let logs = probabilities.iter().map(|share| share.ln()).collect();
        Ok(Self { logs, probabilities, answers: 0 })
    }

    /// Takes one answer.
    ///
    /// # Errors
    /// When the worker's model has another number of classes, or the answer is none of them.
    pub fn update(&mut self, worker: &WorkerModel, given: usize) -> Result<(), Error> {
        let classes = self.logs.len();
        if worker.classes != classes {
            return Err(Error::Length { what: "worker model", found: worker.classes, expected: classes });
        }
        if given >= classes {
            return Err(Error::Unknown { row: self.answers, what: "class", id: given.to_string() });
        }
        let likelihood = num::row(&worker.logs, given, classes);
        for (log, more) in self.logs.iter_mut().zip(likelihood) {
            *log += more;
        }
        self.probabilities.copy_from_slice(&self.logs);
        num::softmax(&mut self.probabilities);
        self.answers += 1;
        Ok(())
    }

    /// The probability of each class; sums to one.
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    /// The most probable class (the first of several that tie) and its probability.
    pub fn best(&self) -> (usize, f64) {
        let class = num::leaders(&self.probabilities).first().copied().unwrap_or(0);
        (class, num::at(&self.probabilities, class))
    }

    /// How many answers it has taken.
    pub fn answers(&self) -> usize {
        self.answers
    }

    /// What the next answer of this worker would be worth: for each possible answer its probability, and the
    /// probability of the best class after it.
    pub fn look_ahead(&self, worker: &WorkerModel) -> Vec<(f64, f64)> {
        let classes = self.probabilities.len();
        let outcome = |given: usize| {
            let joint = |truth: usize| num::at(&self.probabilities, truth) * worker.probability(truth, given);
            let total: f64 = (0..classes).map(joint).sum();
            let best = (0..classes).map(joint).fold(0.0, f64::max);
            (total, if total > 0.0 { best / total } else { 0.0 })
        };
        (0..classes).map(outcome).collect()
    }
}
