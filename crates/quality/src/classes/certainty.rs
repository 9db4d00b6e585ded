//! How sure a probability is, given how little is known of the workers.

use crate::error::Error;
use crate::evidence::Evidence;
use crate::fit::{Confusion, Fit};
use crate::num;
use crate::skill::{Interval, wilson};
use crate::special::{digamma, trigamma};

/// The standard normal quantile of a two-sided 95 % interval.
const Z: f64 = 1.959_963_984_540_054;

/// For each task the probability of its winning class with a 95 % interval: how far it could be off because the
/// workers' error rates are themselves estimates.
///
/// A model's posterior takes the estimated error rates for the truth, and so sounds surer than it may. Here each
/// worker's rates have the Dirichlet posterior that the expected counts n imply (Jeffreys' prior, ½ a cell), for which
///
/// E ln θ(given | t) = ψ(n(t, given) + ½) − ψ(n(t) + K/2), Var ln θ(given | t) = ψ′(n(t, given) + ½) − ψ′(n(t) + K/2).
///
/// The expectations, summed over a task's answers, give the middle of the logit of P(winner); by the delta method, with
/// `w_b` the share of class b among the losing classes, its variance is
///
/// Var logit P(a) = Σ answers (Var ln θ(given | a) + Σ `w_b²` Var ln θ(given | b)),
///
/// and the interval is logistic(middle ± 1.96 √Var), widened to hold the fit's own probability. Methods with one number a
/// worker have a Beta posterior instead. Methods that count votes (their [`Fit::progress`] is empty) have no such model:
/// theirs is Wilson's interval of the winner's share of the votes. A task with gold is certain; one without answers is
/// anywhere from 0 to 1.
///
/// How far to trust it: on a simulated crowd of 20 workers with 150 answers each, the interval holds what the true error rates
/// would say for 93 % of the tasks with one-coin, 85 % with iBCC and 81 % with Dawid–Skene, whose posteriors are sharper than
/// the data allow (the test `intervals_of_probabilities_cover_what_the_true_error_rates_would_say`).
///
/// What the interval does not know: hard tasks on which good workers err together. Only a checked sample does
/// ([`lots::certify`](crate::lots::certify)). Time: answers × classes.
///
/// # Errors
/// When the fit is not one of this table.
///
/// ```
/// use kazi_quality::{Answers, classes::{ClassMethod, DawidSkene, probability_intervals}};
/// let rows = (0..12).flat_map(|task| (0..3).map(move |worker| (task, worker, if task == 0 && worker == 2 { 1 } else { task % 2 })));
/// let answers = Answers::from_rows(rows)?;
/// let evidence = answers.table().into();
/// let fit = DawidSkene::default().fit(&evidence)?;
/// let intervals = probability_intervals(&evidence, &fit)?;
/// // Dawid-Skene is certain of the disputed task; twelve answers a worker are no ground for that.
/// assert!(intervals[0].value > 0.999 && intervals[0].low < intervals[2].low);
/// # Ok::<(), kazi_quality::Error>(())
/// ```
pub fn probability_intervals(evidence: &Evidence<'_>, fit: &Fit) -> Result<Vec<Interval>, Error> {
    let table = evidence.table();
    evidence.check()?;
    for (what, found, expected) in
        [("posteriors", fit.tasks(), table.tasks()), ("skills", fit.skills.len(), table.workers())]
    {
        if found != expected {
            return Err(Error::Length { what, found, expected });
        }
    }
    let spread = if fit.progress.is_empty() {
        Spread::Votes
    } else {
        match &fit.confusion {
            Some(confusion) => matrix(evidence, fit, confusion.classes),
            None => coin(fit),
        }
    };
    Ok((0..table.tasks()).map(|task| interval(evidence, fit, &spread, task)).collect())
}

/// What is known of how uncertain the workers' rates are.
#[derive(Debug)]
enum Spread {
    Votes,
    /// Mean and variance of ln θ, each laid out as the confusion matrices.
    Matrix(Confusion, Confusion),
    /// Mean and variance of each worker's log odds of being right against saying one particular wrong class.
    Coin(Vec<(f64, f64)>),
}

/// The logarithm of a class's probability, but for a constant, and how sure it is.
#[derive(Debug, Clone, Copy)]
struct Log {
    mean: f64,
    variance: f64,
}

fn interval(evidence: &Evidence<'_>, fit: &Fit, spread: &Spread, task: usize) -> Interval {
    let (winners, value) = fit.winners(task);
    let winner = winners.first().copied().unwrap_or(0);
    let (workers, given) = evidence.table().task(task);
    if evidence.truth(task).is_some() {
        return Interval { low: value, value, high: value };
    }
    if given.is_empty() {
        return Interval { low: 0.0, value, high: 1.0 };
    }
    let answers = workers.iter().zip(given).map(|(worker, class)| (num::index(*worker), usize::from(*class)));
    let mut logs: Vec<Log> =
        fit.class_prior.iter().map(|share| Log { mean: share.max(1e-10).ln(), variance: 0.0 }).collect();
    match spread {
        Spread::Votes => {
            let votes = num::real(given.len());
            return Interval { value, ..wilson(value * votes, votes, 0.95) };
        }
        Spread::Coin(odds) => answers.for_each(|(worker, class)| {
            if let (Some((mean, variance)), Some(log)) = (odds.get(worker), logs.get_mut(class)) {
                log.mean += mean;
                log.variance += variance;
            }
        }),
        Spread::Matrix(means, variances) => answers.for_each(|(worker, class)| {
            let more = means.given(worker, class).iter().zip(variances.given(worker, class));
            for (log, (mean, variance)) in logs.iter_mut().zip(more) {
                log.mean += mean;
                log.variance += variance;
            }
        }),
    }
    let (logit, variance) = against_the_rest(&logs, winner);
    let reach = Z * variance.max(0.0).sqrt();
    let (low, high) = (num::logistic(logit - reach), num::logistic(logit + reach));
    Interval { low: low.min(value), value, high: high.max(value) }
}

/// The logit of one class against all others together, and its variance.
fn against_the_rest(logs: &[Log], winner: usize) -> (f64, f64) {
    let Some(own) = logs.get(winner) else { return (0.0, 0.0) };
    let others = || logs.iter().enumerate().filter(|(class, _)| *class != winner).map(|(_, log)| log);
    let top = others().map(|log| log.mean).fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = others().map(|log| (log.mean - top).exp()).sum();
    if !top.is_finite() {
        // There is no other class.
        return (f64::INFINITY, 0.0);
    }
    let losing: f64 = others().map(|log| ((log.mean - top).exp() / total).powi(2) * log.variance).sum();
    (own.mean - top - total.ln(), own.variance + losing)
}

/// Mean and variance of ln θ(given | truth) of every worker, from the counts that the posteriors imply and the history.
fn matrix(evidence: &Evidence<'_>, fit: &Fit, classes: usize) -> Spread {
    let table = evidence.table();
    let mut variances = match evidence.history() {
        Some(history) => history.counts().to_vec(),
        None => vec![0.0; table.workers() * classes * classes],
    };
    for (task, worker, class) in table.rows() {
        let counts = num::row_mut(&mut variances, num::index(worker) * classes + usize::from(class), classes);
        counts.iter_mut().zip(fit.posterior(task)).for_each(|(count, share)| *count += share);
    }
    let mut means = variances.clone();
    let mut totals = vec![0.0; classes];
    let width = (classes * classes).max(1);
    for (means, variances) in means.chunks_exact_mut(width).zip(variances.chunks_exact_mut(width)) {
        totals.fill(num::real(classes) / 2.0);
        for row in means.chunks_exact(classes) {
            totals.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
        }
        let cells = means.chunks_exact_mut(classes).zip(variances.chunks_exact_mut(classes));
        for (means, variances) in cells {
            for ((mean, variance), total) in means.iter_mut().zip(variances).zip(&totals) {
                let count = *mean + 0.5;
                *mean = digamma(count) - digamma(*total);
                *variance = trigamma(count) - trigamma(*total);
            }
        }
    }
    Spread::Matrix(Confusion { classes, cells: means }, Confusion { classes, cells: variances })
}

/// Mean and variance of ln (q (K − 1) / (1 − q)) of every worker.
fn coin(fit: &Fit) -> Spread {
    let others = num::real(fit.classes.saturating_sub(1)).max(1.0).ln();
    let odds = |skill: &crate::skill::Skill| {
        let right = skill.correct + 0.5;
        let wrong = (num::real(skill.answers) - skill.correct).max(0.0) + 0.5;
        (digamma(right) - digamma(wrong) + others, trigamma(right) + trigamma(wrong))
    };
    Spread::Coin(fit.skills.iter().map(odds).collect())
}
