//! Dawid and Skene's model: each worker has a confusion matrix.

use super::ClassMethod;
use super::pass::{Likelihood, Pass, SMALLEST, Sums};
use crate::error::Error;
use crate::evidence::Evidence;
use crate::fit::{Confusion, Fit};
use crate::num;
use crate::table::Table;

/// Where the shares of the classes come from.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum ClassPrior {
    /// Estimated from the answers.
    #[default]
    Estimated,
    /// All classes alike.
    Uniform,
    /// Known shares, one a class; they are scaled to sum to one.
    Given(Vec<f64>),
}

/// What is assumed of a worker's confusion matrix before any answer is seen.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Smoothing {
    /// Nothing: the maximum-likelihood estimate of the 1979 paper.
    #[default]
    None,
    /// Pseudo-counts for each right and each wrong (true, given) pair.
    Counts {
        /// Added where given and true class are the same.
        right: f64,
        /// Added to each other pair.
        wrong: f64,
    },
    /// Hierarchical: every worker starts as the crowd's average, worth this many answers for each true class. A
    /// worker with few answers stays near the crowd, one with many is judged by them.
    Crowd(f64),
}

/// The classic model of Dawid and Skene ("Maximum Likelihood Estimation of Observer Error-Rates Using the EM
/// Algorithm", Applied Statistics 28, 1979).
///
/// P(answers, truth) = ∏ tasks π(t) ∏ answers `θ_w(given | t)`: each worker w has a confusion matrix `θ_w`, each class
/// a share π, both found by expectation–maximisation from the majority vote. Gold tasks stay fixed; history adds
/// to the counts; [`Smoothing`] guards workers with few answers.
///
/// Use it first: on real crowds with ten or more answers a worker nothing simple beats it. With fewer answers
/// than about five a (worker, class) use `Smoothing::Crowd`, one-coin or majority: K² numbers cannot be learnt
/// from less.
///
/// Time: linear in answers × classes an iteration. Space: workers × classes².
///
/// ```
/// use kazi_quality::{Table, classes::{ClassMethod, DawidSkene}};
/// // Worker 2 has classes 0 and 1 swapped; the model finds out and profits from it.
/// let table = Table::from_ids(
///     &[0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3],
///     &[0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2],
///     &[0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0],
/// )?;
/// let fit = DawidSkene::default().fit(&(&table).into())?;
/// let confusion = fit.confusion.as_ref().ok_or(kazi_quality::Error::Empty)?;
/// assert!(confusion.probability(2, 0, 1) > 0.99);
/// assert_eq!(fit.winner(0), Some(0));
/// # Ok::<(), kazi_quality::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DawidSkene {
    /// Most iterations to run.
    pub iterations: usize,
    /// Stop when the log-likelihood per answer gains less than this.
    pub tolerance: f64,
    /// Where the shares of the classes come from.
    pub class_prior: ClassPrior,
    /// What is assumed of a new worker.
    pub smoothing: Smoothing,
}

impl Default for DawidSkene {
    fn default() -> Self {
        Self {
            iterations: 100,
            tolerance: 5e-6,
            class_prior: ClassPrior::Estimated,
            smoothing: Smoothing::None,
        }
    }
}

/// More confusion cells than this (2 GiB) are refused instead of exhausting the memory.
const MOST_CELLS: usize = 1 << 28;

impl ClassMethod for DawidSkene {
    fn name(&self) -> &'static str {
        "dawid-skene"
    }

    fn fit(&self, evidence: &Evidence<'_>) -> Result<Fit, Error> {
        evidence.check()?;
        self.check(evidence)?;
        let table = evidence.table();
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

impl DawidSkene {
    fn check(&self, evidence: &Evidence<'_>) -> Result<(), Error> {
        let table = evidence.table();
        check_size(self.name(), table)?;
        check_class_prior(&self.class_prior, table.classes())?;
        let amounts = match self.smoothing {
            Smoothing::None => [0.0, 0.0],
            Smoothing::Counts { right, wrong } => [right, wrong],
            Smoothing::Crowd(strength) => [strength, 0.0],
        };
        match amounts.into_iter().find(|amount| !amount.is_finite() || *amount < 0.0) {
            Some(amount) => Err(Error::option("smoothing", amount, "zero or more")),
            None => Ok(()),
        }
    }

    /// New confusion matrices and class shares from expected counts.
    fn maximise(&self, evidence: &Evidence<'_>, sums: &Sums, cells: &mut [f64], prior: &mut [f64]) {
        cells.copy_from_slice(&sums.counts);
        if let Some(history) = evidence.history() {
            cells.iter_mut().zip(history.counts()).for_each(|(count, known)| *count += known);
        }
        let classes = prior.len();
        let pseudo = self.pseudo_counts(cells, classes);
        if classes > 0 {
            for worker in cells.chunks_exact_mut(classes * classes) {
                worker.iter_mut().zip(&pseudo).for_each(|(count, more)| *count += more);
                normalise_worker(worker, classes);
            }
        }
        set_class_prior(&self.class_prior, &sums.classes, prior);
    }

    /// What each worker's counts start from.
    fn pseudo_counts(&self, cells: &[f64], classes: usize) -> Vec<f64> {
        let mut pseudo = vec![0.0; classes * classes];
        match self.smoothing {
            Smoothing::None => {}
            Smoothing::Counts { right, wrong } => {
                pseudo.fill(wrong);
                (0..classes).for_each(|class| num::set(&mut pseudo, class * (classes + 1), right));
            }
            Smoothing::Crowd(strength) => {
                for worker in cells.chunks_exact((classes * classes).max(1)) {
                    pseudo.iter_mut().zip(worker).for_each(|(sum, count)| *sum += count);
                }
                normalise_worker(&mut pseudo, classes);
                for value in &mut pseudo {
                    *value *= strength;
                }
            }
        }
        pseudo
    }
}

/// Turns counts `[given][truth]` into P(given | truth), no probability below [`SMALLEST`].
fn normalise_worker(counts: &mut [f64], classes: usize) {
    let mut totals = vec![0.0; classes];
    for count in counts.iter_mut() {
        *count = count.max(1e-10);
    }
    for row in counts.chunks_exact(classes) {
        totals.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
    }
    for total in &mut totals {
        *total = 1.0 / *total;
    }
    for row in counts.chunks_exact_mut(classes) {
        row.iter_mut().zip(&totals).for_each(|(count, inverse)| *count = (*count * inverse).max(SMALLEST));
    }
}

/// Refuses tables whose confusion matrices would not fit into memory.
pub(crate) fn check_size(method: &'static str, table: &Table) -> Result<(), Error> {
    check_cells(method, table, 1)
}

/// The same where each worker has this many matrices.
pub(crate) fn check_cells(method: &'static str, table: &Table, matrices: usize) -> Result<(), Error> {
    let factors = [table.classes(), table.classes(), table.workers()];
    let cells = factors.into_iter().try_fold(matrices, usize::checked_mul);
    if cells.is_none_or(|cells| cells > MOST_CELLS) {
        let why = "workers × classes² is over 2²⁸; use one-coin or majority, or merge rare classes";
        return Err(Error::Unsuitable { method, why });
    }
    Ok(())
}

/// Refuses given shares that are no shares.
pub(crate) fn check_class_prior(prior: &ClassPrior, classes: usize) -> Result<(), Error> {
    let ClassPrior::Given(shares) = prior else { return Ok(()) };
    if shares.len() != classes {
        return Err(Error::Length { what: "class prior", found: shares.len(), expected: classes });
    }
    match shares.iter().find(|share| !share.is_finite() || **share <= 0.0) {
        Some(share) => Err(Error::option("class prior", share, "above zero for each class")),
        None => Ok(()),
    }
}

/// The class shares for the next iteration.
pub(crate) fn set_class_prior(rule: &ClassPrior, expected: &[f64], prior: &mut [f64]) {
    match rule {
        ClassPrior::Estimated => prior.copy_from_slice(expected),
        ClassPrior::Uniform => prior.fill(1.0),
        ClassPrior::Given(shares) => prior.copy_from_slice(shares),
    }
    num::normalise(prior);
    for share in prior.iter_mut() {
        *share = share.max(1e-10);
    }
}
