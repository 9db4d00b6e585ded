//! How sure a probability is, given how little is known of the workers.

use crate::error::Error;
use crate::evidence::Evidence;
use crate::fit::Fit;
use crate::num;
use crate::skill::{Interval, wilson};
use crate::special::{digamma, trigamma};

/// The standard normal quantile of a two-sided 95 % interval.
const Z: f64 = 1.959_963_984_540_054;

/// For each task the probability of its winning class with a 95 % interval: how far it could be off because the
/// workers' error rates are themselves estimates.
///
/// A model's posterior takes the estimated error rates for the truth, and so sounds surer than it may. Here each
/// worker's rates have the Dirichlet posterior that the counts imply (Jeffreys' prior, ½ a cell), with two corrections. The
/// counts leave out the task in question, so that no answer vouches for itself (a jackknife over tasks). And an answer that
/// counts for class t with probability p tells of the rates not as much as p certain answers: by the missing information
/// principle (Louis, "Finding the Observed Information Matrix when Using the EM Algorithm", 1982; its diagonal) it is
/// worth p − p (1 − p) = p². With n = Σ p and m = Σ p² over the worker's other tasks,
///
/// E ln θ(given | t) = ψ(n(t, given) + ½) − ψ(n(t) + K/2), Var ln θ(given | t) = ψ′(m(t, given) + ½) − ψ′(m(t) + K/2).
///
/// The expectations, summed over a task's answers, give the middle of the logit of P(winner); by the delta method, with
/// `w_b` the share of class b among the losing classes, its variance is
///
/// Var logit P(a) = Σ answers (Var ln θ(given | a) + Σ `w_b²` Var ln θ(given | b)),
///
/// and the interval is logistic(middle ± 1.96 √Var), widened to hold the fit's own probability; the shares of the classes
/// enter in the same way. Methods with one number a worker have a Beta posterior instead, and take the class shares as
/// given. Methods that count votes (their [`Fit::progress`] is empty) have no such model: theirs is Wilson's interval of
/// the winner's share of the votes. A task with gold is certain; one without answers is anywhere from 0 to 1.
///
/// How far to trust it: how often the interval holds what one would say who knew the true error rates and class shares,
/// mean of five draws (a test reproduces the table).
///
/// | simulated crowd | Dawid–Skene | iBCC | one-coin |
/// | --- | --- | --- | --- |
/// | 20 workers, 5 answers a task, 3 classes | 94 % | 96 % | 91 % |
/// | the same, confusions of their own | 92 % | 94 % | – |
/// | 60 workers, 5 answers a task, 3 classes | 94 % | 98 % | 95 % |
/// | 40 workers, 5 answers a task, 4 classes, confusions of their own | 95 % | 97 % | – |
/// | 20 workers, 10 answers a task, 2 classes | 92 % | 91 % | 97 % |
/// | 30 workers, 3 answers a task, 2 classes | 87 % | 91 % | 86 % |
/// | the same, close to guessing | 79 % | 86 % | – |
/// | 20 workers, 5 answers a task, 2 classes, one of them 15 % | 71 % | 97 % | 23 % |
///
/// So it is near its 95 % where tasks have five answers and classes are common, and too narrow where workers' rates can
/// hardly be told from the answers: with three answers a task, near guessing, or for rare classes. There iBCC is the better
/// basis, whose prior keeps it from believing too much. One-coin's figure in the last row is low because its uniform
/// class shares are wrong there. The corrections leave out how errors in one worker's rates move another's.
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
            Some(_) => Spread::Matrix(Known::of(evidence, fit)),
            None => coin(evidence, fit),
        }
    };
    Ok((0..table.tasks()).map(|task| interval(evidence, fit, &spread, task)).collect())
}

/// What is known of the workers' rates, and so of how uncertain they are.
#[derive(Debug)]
enum Spread {
    Votes,
    Matrix(Known),
    /// For each worker the numbers of right and wrong answers, and what of them is certain.
    Coin(Vec<[Count; 2]>),
}

/// An expected number of answers, and how many certain ones it is worth.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    expected: f64,
    worth: f64,
}

impl Count {
    fn add(&mut self, share: f64) {
        self.expected += share;
        self.worth += share * share;
    }

    /// The same without one answer of its own.
    fn without(self, share: f64) -> Self {
        Self { expected: (self.expected - share).max(0.0), worth: (self.worth - share * share).max(0.0) }
    }

    /// Mean and variance of ln of a Dirichlet's part: ψ and ψ′.
    fn log(self, prior: f64) -> Log {
        Log { mean: digamma(self.expected + prior), variance: trigamma(self.worth + prior) }
    }
}

/// A count with the logarithms that are asked for most: without an answer that has no share in it, and without one that
/// has all of it. Digamma functions are dear, and nearly all answers are of these two kinds.
#[derive(Debug)]
struct Seen {
    count: Count,
    prior: f64,
    without_none: Log,
    without_one: Log,
}

/// A share of one answer that six decimals do not show.
const NOTHING: f64 = 1e-7;

impl Seen {
    fn new(count: Count, prior: f64) -> Self {
        Self { count, prior, without_none: count.log(prior), without_one: count.without(1.0).log(prior) }
    }

    /// The logarithm without one answer of its own.
    fn without(&self, share: f64) -> Log {
        if share < NOTHING {
            self.without_none
        } else if share > 1.0 - NOTHING {
            self.without_one
        } else {
            self.count.without(share).log(self.prior)
        }
    }
}

/// The counts behind all confusion matrices.
#[derive(Debug)]
struct Known {
    classes: usize,
    /// `[(worker * classes + given) * classes + truth]`.
    cells: Vec<Seen>,
    /// `[worker * classes + truth]`.
    totals: Vec<Seen>,
    /// Tasks of each class.
    shares: Vec<Seen>,
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
    let own = fit.posterior(task);
    let answers = workers.iter().zip(given).map(|(worker, class)| (num::index(*worker), usize::from(*class)));
    let mut logs: Vec<Log> = match spread {
        Spread::Matrix(known) => {
            known.shares.iter().zip(own).map(|(share, own)| share.without(*own)).collect()
        }
        _ => fit.class_prior.iter().map(|share| Log { mean: share.max(1e-10).ln(), variance: 0.0 }).collect(),
    };
    match spread {
        Spread::Votes => {
            let votes = num::real(given.len());
            return Interval { value, ..wilson(value * votes, votes, 0.95) };
        }
        Spread::Coin(workers) => answers.for_each(|(worker, class)| {
            if let (Some([right, wrong]), Some(log)) = (workers.get(worker), logs.get_mut(class)) {
                let own = num::at(own, class);
                let (right, wrong) = (right.without(own).log(0.5), wrong.without(1.0 - own).log(0.5));
                log.mean += right.mean - wrong.mean + others(fit.classes);
                log.variance += right.variance + wrong.variance;
            }
        }),
        Spread::Matrix(known) => answers.for_each(|(worker, class)| known.add(worker, class, own, &mut logs)),
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

impl Known {
    /// The counts that the posteriors imply, and the history, which is certain.
    fn of(evidence: &Evidence<'_>, fit: &Fit) -> Self {
        let (table, classes) = (evidence.table(), fit.classes);
        let mut cells = vec![Count::default(); table.workers() * classes * classes];
        if let Some(history) = evidence.history() {
            for (cell, count) in cells.iter_mut().zip(history.counts()) {
                *cell = Count { expected: *count, worth: *count };
            }
        }
        for (task, worker, class) in table.rows() {
            let from = (num::index(worker) * classes + usize::from(class)) * classes;
            let counts = cells.get_mut(from..from + classes).unwrap_or_default();
            counts.iter_mut().zip(fit.posterior(task)).for_each(|(count, share)| count.add(*share));
        }
        let mut totals = vec![Count::default(); table.workers() * classes];
        let workers = cells.chunks_exact((classes * classes).max(1));
        for (totals, cells) in totals.chunks_exact_mut(classes.max(1)).zip(workers) {
            for row in cells.chunks_exact(classes) {
                for (total, count) in totals.iter_mut().zip(row) {
                    total.expected += count.expected;
                    total.worth += count.worth;
                }
            }
        }
        let mut shares = vec![Count::default(); classes];
        for row in fit.posteriors().chunks_exact(classes.max(1)) {
            shares.iter_mut().zip(row).for_each(|(count, share)| count.add(*share));
        }
        let half = num::real(classes) / 2.0;
        let cells = cells.into_iter().map(|count| Seen::new(count, 0.5)).collect();
        let totals = totals.into_iter().map(|count| Seen::new(count, half)).collect();
        let shares = shares.into_iter().map(|count| Seen::new(count, 0.5)).collect();
        Self { classes, cells, totals, shares }
    }

    /// Adds what a worker's answer says of each class, as the other tasks tell.
    fn add(&self, worker: usize, given: usize, own: &[f64], logs: &mut [Log]) {
        let from = (worker * self.classes + given) * self.classes;
        let cells = self.cells.get(from..from + self.classes).unwrap_or_default();
        let totals = self.totals.get(worker * self.classes..).unwrap_or_default();
        for (log, ((cell, total), own)) in logs.iter_mut().zip(cells.iter().zip(totals).zip(own)) {
            let (cell, total) = (cell.without(*own), total.without(*own));
            log.mean += cell.mean - total.mean;
            log.variance += (cell.variance - total.variance).max(0.0);
        }
    }
}

/// The expected numbers of right and wrong answers of every worker.
fn coin(evidence: &Evidence<'_>, fit: &Fit) -> Spread {
    let mut workers = vec![[Count::default(); 2]; fit.skills.len()];
    for (task, worker, class) in evidence.table().rows() {
        if let Some([right, wrong]) = workers.get_mut(num::index(worker)) {
            let share = num::at(fit.posterior(task), usize::from(class));
            right.add(share);
            wrong.add(1.0 - share);
        }
    }
    Spread::Coin(workers)
}

/// ln (K − 1): an error goes to one of so many classes.
fn others(classes: usize) -> f64 {
    num::real(classes.saturating_sub(1)).max(1.0).ln()
}
