//! Enhanced Bayesian classifier combination: workers whose errors go together.

use rayon::prelude::*;
use std::ops::Range;

use super::ClassMethod;
use super::log_sum::LogSum;
use super::pass::{SMALLEST, rescale};
use crate::error::Error;
use crate::evidence::Evidence;
use crate::fit::{Confusion, Fit, skills};
use crate::num;
use crate::random::Random;
use crate::special::{digamma, ln_gamma};

/// Bayesian classifier combination in which each class has kinds of tasks (Li, Rubinstein and Cohn, "Exploiting Worker
/// Correlation for Label Aggregation in Crowdsourcing", ICML 2019), by variational Bayes.
///
/// P(answers, truth k, kind m) = τ(k) `π_k`(m) ∏ answers `θ_w(given | k, m)`, with π ~ Dirichlet(kind / kinds, …), θ ~
/// Dirichlet(wrong, …, right at k, …, wrong) and τ ~ Dirichlet(shares, …).
///
/// Given only the class, answers are then no longer independent: workers who err together do so on the same kind of
/// tasks, and their agreement counts for less than that of strangers. With one kind this is [`Ibcc`](super::Ibcc). Few
/// kinds stay in use, because the prior on π favours few.
///
/// Use it with ten or more answers a task, where there is enough to see who errs with whom, or where workers may copy each
/// other. Not with few answers a task and several classes: kinds are then noise (on the crowd `web` it ends below
/// majority, as the README shows, and its bound does not tell). It begins from random kinds, seeded, and keeps the best of several starts by the lower
/// bound of the evidence, which stands in [`Fit::progress`]. The probabilities' intervals
/// ([`probability_intervals`](super::probability_intervals)) know the workers' overall error rates, not the kinds.
///
/// Time: starts × answers × classes × kinds an iteration. Space: workers × classes² × kinds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ebcc {
    /// Most iterations of each start.
    pub iterations: usize,
    /// Stop when the bound per answer gains less than this.
    pub tolerance: f64,
    /// How many kinds of tasks a class may have.
    pub kinds: usize,
    /// Prior count of all kinds of a class together.
    pub kind: f64,
    /// Prior count of each right pair (true, given).
    pub right: f64,
    /// Prior count of each wrong pair.
    pub wrong: f64,
    /// Prior count of each class.
    pub shares: f64,
    /// How many random starts.
    pub starts: u32,
    /// The seed of the first start.
    pub seed: u64,
}

impl Default for Ebcc {
    fn default() -> Self {
        Self {
            iterations: 200,
            tolerance: 1e-6,
            kinds: 10,
            kind: 0.1,
            right: 4.0,
            wrong: 1.0,
            shares: 1.0,
            starts: 3,
            seed: 1,
        }
    }
}

/// After so many factors a row is brought back to size: none is below 1e-16, no prior below 1e-100.
const BLOCK: usize = 8;

impl ClassMethod for Ebcc {
    fn name(&self) -> &'static str {
        "ebcc"
    }

    fn fit(&self, evidence: &Evidence<'_>) -> Result<Fit, Error> {
        evidence.refuse_history(self.name())?;
        self.check(evidence)?;
        let table = evidence.table();
        let (classes, width) = (table.classes(), table.classes() * self.kinds);
        let mut pass = Pass::new(evidence, self.kinds);
        let mut best: Option<(Model, Vec<f64>, bool)> = None;
        for start in 0..self.starts {
            let found = self.one_start(&mut pass, self.seed.wrapping_add(u64::from(start)));
            let bound = |progress: &[f64]| progress.last().copied().unwrap_or(f64::NEG_INFINITY);
            if best.as_ref().is_none_or(|(_, progress, _)| bound(&found.1) > bound(progress)) {
                best = Some(found);
            }
        }
        let Some((model, progress, converged)) = best else { return Err(Error::Empty) };
        let mut posterior = vec![0.0; table.tasks() * classes];
        let (mut row, mut logs) = (vec![0.0; width], LogSum::new());
        for (task, into) in posterior.chunks_exact_mut(classes).enumerate() {
            expect(evidence, &pass.rows, &model, (task, self.kinds), &mut row, &mut logs);
            into.iter_mut()
                .zip(row.chunks_exact(self.kinds))
                .for_each(|(to, kinds)| *to = kinds.iter().sum());
            num::normalise(into);
        }
        let confusion = self.confusion(pass.run(&model), classes);
        let mut class_prior = vec![0.0; classes];
        for row in posterior.chunks_exact(classes) {
            class_prior.iter_mut().zip(row).for_each(|(share, value)| *share += value);
        }
        num::normalise(&mut class_prior);
        Ok(Fit {
            method: self.name(),
            iterations: progress.len(),
            converged,
            progress,
            class_prior,
            skills: skills(table, &posterior),
            confusion: Some(confusion),
            classes,
            posterior,
        })
    }
}

/// The variational means, as exp E ln: `cells[(worker * classes + given) * width + column]` and the prior of the
/// columns, where column = class × kinds + kind.
#[derive(Debug, Clone)]
struct Model {
    cells: Vec<f64>,
    prior: Vec<f64>,
    /// How far the variational distributions of the parameters are from their priors (Kullback and Leibler).
    distance: f64,
}

impl Ebcc {
    fn check(&self, evidence: &Evidence<'_>) -> Result<(), Error> {
        let amounts =
            [("right", self.right), ("wrong", self.wrong), ("shares", self.shares), ("kind", self.kind)];
        for (name, value) in amounts {
            if !(value > 0.0 && value.is_finite()) {
                return Err(Error::option(name, value, "above zero"));
            }
        }
        if !(1..=1000).contains(&self.kinds) {
            return Err(Error::option("kinds", self.kinds, "1 to 1000"));
        }
        if self.starts == 0 {
            return Err(Error::option("starts", self.starts, "at least 1"));
        }
        super::dawid_skene::check_cells(self.name(), evidence.table(), self.kinds)
    }

    /// Iterates from random kinds; returns the model, the bound after each iteration and whether it settled.
    fn one_start(&self, pass: &mut Pass<'_>, seed: u64) -> (Model, Vec<f64>, bool) {
        let answers = num::real(pass.evidence.table().answers());
        let mut model = self.maximise(pass.begin(seed));
        let mut progress: Vec<f64> = Vec::new();
        let mut converged = false;
        while progress.len() < self.iterations && !converged {
            let sums = pass.run(&model);
            let bound = (sums.log_likelihood - model.distance) / answers;
            converged = progress.last().is_some_and(|last| (bound - last).abs() < self.tolerance);
            progress.push(bound);
            if !converged {
                model = self.maximise(sums);
            }
        }
        (model, progress, converged)
    }

    /// The variational means from expected counts.
    fn maximise(&self, sums: &Sums) -> Model {
        let width = sums.columns.len();
        let classes = width / self.kinds;
        let mut cells = sums.counts.clone();
        let mut distance = 0.0;
        let mut column = vec![0.0; classes];
        for worker in cells.chunks_exact_mut((classes * width).max(1)) {
            for place in 0..width {
                let truth = place / self.kinds;
                for (given, count) in column.iter_mut().enumerate() {
                    *count = num::at(worker, given * width + place);
                }
                let prior = |given: usize| if given == truth { self.right } else { self.wrong };
                distance += dirichlet(&mut column, prior);
                for (given, value) in column.iter().enumerate() {
                    num::set(worker, given * width + place, value.exp().max(SMALLEST));
                }
            }
        }
        let mut prior = sums.columns.clone();
        let mut shares: Vec<f64> = prior.chunks_exact(self.kinds).map(|kinds| kinds.iter().sum()).collect();
        distance += dirichlet(&mut shares, |_| self.shares);
        for (kinds, share) in prior.chunks_exact_mut(self.kinds).zip(shares) {
            distance += dirichlet(kinds, |_| self.kind / num::real(self.kinds));
            for value in kinds.iter_mut() {
                *value = (*value + share).exp().max(1e-100);
            }
        }
        Model { cells, prior, distance }
    }

    /// Each worker's matrix whatever the kind: the mean of its Dirichlet posterior.
    fn confusion(&self, sums: &Sums, classes: usize) -> Confusion {
        let mut cells: Vec<f64> =
            sums.counts.chunks_exact(self.kinds).map(|kinds| kinds.iter().sum()).collect();
        for worker in cells.chunks_exact_mut((classes * classes).max(1)) {
            for (given, row) in worker.chunks_exact_mut(classes).enumerate() {
                for (truth, count) in row.iter_mut().enumerate() {
                    *count += if truth == given { self.right } else { self.wrong };
                }
            }
        }
        super::ibcc::normalise_cells(&mut cells, classes);
        Confusion { classes, cells }
    }
}

/// Turns counts n into E ln θ under Dirichlet(n + prior), and says how far that is from Dirichlet(prior).
fn dirichlet(counts: &mut [f64], prior: impl Fn(usize) -> f64) -> f64 {
    let known: f64 = (0..counts.len()).map(&prior).sum();
    let total = known + counts.iter().sum::<f64>();
    let mean = digamma(total);
    let mut distance = ln_gamma(total) - ln_gamma(known);
    for (place, count) in counts.iter_mut().enumerate() {
        let (before, seen) = (prior(place), *count);
        *count = digamma(seen + before) - mean;
        // What nobody has done changes nothing; most cells of rare kinds are so.
        if seen > 0.0 {
            distance += ln_gamma(before) - ln_gamma(seen + before) + seen * *count;
        }
    }
    distance
}

/// What a pass sums up: expected counts, laid out as the cells, and tasks of each column.
#[derive(Debug, Clone)]
struct Sums {
    counts: Vec<f64>,
    columns: Vec<f64>,
    log_likelihood: f64,
}

/// The answers as rows of the workers' tables, and the shards with their sums.
struct Pass<'a> {
    evidence: Evidence<'a>,
    kinds: usize,
    rows: Vec<u32>,
    shards: Vec<(Range<usize>, Sums)>,
    total: Sums,
}

impl<'a> Pass<'a> {
    fn new(evidence: &Evidence<'a>, kinds: usize) -> Self {
        let table = evidence.table();
        let width = table.classes() * kinds;
        let cells = table.workers() * table.classes() * width;
        let sums = || Sums { counts: vec![0.0; cells], columns: vec![0.0; width], log_likelihood: 0.0 };
        Self {
            evidence: *evidence,
            kinds,
            rows: table.worker_classes(),
            shards: table.shards(cells).into_iter().map(|tasks| (tasks, sums())).collect(),
            total: sums(),
        }
    }

    /// The sums of the majority vote, each task's share of a class spread over the kinds at random.
    fn begin(&mut self, seed: u64) -> &Sums {
        let (evidence, kinds) = (self.evidence, self.kinds);
        let table = evidence.table();
        let votes = super::majority::vote(&evidence, &vec![1.0; table.workers()]);
        self.total.clear();
        let mut row = vec![0.0; table.classes() * kinds];
        for task in 0..table.tasks() {
            // A stream of its own for each task: the start depends on nothing but the task's place and the seed.
            let mut random = Random::new(seed.wrapping_mul(0x9E37_79B9).wrapping_add(num::bits(task)) << 8);
            let shares = num::row(&votes, task, table.classes());
            for (kinds, share) in row.chunks_exact_mut(kinds).zip(shares) {
                for value in kinds.iter_mut() {
                    *value = -(1.0 - random.unit()).ln();
                }
                num::normalise(kinds);
                for value in kinds.iter_mut() {
                    *value *= share;
                }
            }
            self.total.add(self.rows.get(table.range(task)).unwrap_or_default(), &row);
        }
        &self.total
    }

    /// One pass. The shards are added in their order, so that the number of cores does not change the result.
    fn run(&mut self, model: &Model) -> &Sums {
        let (evidence, kinds, rows) = (self.evidence, self.kinds, self.rows.as_slice());
        self.shards.par_iter_mut().for_each(|(tasks, sums)| {
            sums.clear();
            let (mut row, mut logs) = (vec![0.0; sums.columns.len()], LogSum::new());
            for task in tasks.clone() {
                expect(&evidence, rows, model, (task, kinds), &mut row, &mut logs);
                sums.add(rows.get(evidence.table().range(task)).unwrap_or_default(), &row);
            }
            sums.log_likelihood = logs.finish();
        });
        self.total.clear();
        for (_, part) in &self.shards {
            self.total.counts.iter_mut().zip(&part.counts).for_each(|(sum, more)| *sum += more);
            self.total.columns.iter_mut().zip(&part.columns).for_each(|(sum, more)| *sum += more);
            self.total.log_likelihood += part.log_likelihood;
        }
        &self.total
    }
}

impl Sums {
    fn clear(&mut self) {
        self.counts.fill(0.0);
        self.columns.fill(0.0);
        self.log_likelihood = 0.0;
    }

    fn add(&mut self, answers: &[u32], row: &[f64]) {
        self.columns.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        for answer in answers {
            let counts = num::row_mut(&mut self.counts, num::index(*answer), row.len());
            counts.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
    }
}

/// The posterior of one task over the columns.
fn expect(
    evidence: &Evidence<'_>,
    rows: &[u32],
    model: &Model,
    (task, kinds): (usize, usize),
    row: &mut [f64],
    logs: &mut LogSum,
) {
    row.copy_from_slice(&model.prior);
    for block in rows.get(evidence.table().range(task)).unwrap_or_default().chunks(BLOCK) {
        for answer in block {
            let likelihoods = num::row(&model.cells, num::index(*answer), row.len());
            row.iter_mut().zip(likelihoods).for_each(|(value, factor)| *value *= factor);
        }
        if block.len() == BLOCK {
            rescale(row, logs);
        }
    }
    if let Some(truth) = evidence.truth(task) {
        for (class, kinds) in row.chunks_exact_mut(kinds).enumerate() {
            if class != truth {
                kinds.fill(0.0);
            }
        }
    }
    let sum: f64 = row.iter().sum();
    logs.push(sum);
    num::normalise(row);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Table;

    /// Six workers on their own who are right in three of four tasks, and three who copy a fourth: who is right in 60 of a
    /// hundred, and whom they follow nine times out of ten.
    fn copyists(seed: u64) -> (Table, Vec<usize>) {
        let mut random = Random::new(seed);
        let (mut task, mut worker, mut class, mut truth) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for place in 0..600_u32 {
            let right = random.below(2);
            truth.push(right);
            let mut say = |chance: f64, of: usize| if random.unit() < chance { of } else { 1 - of };
            let copied = say(0.6, right);
            for who in 0..9_u32 {
                let said = if who < 6 { say(0.75, right) } else { say(0.9, copied) };
                task.push(place);
                worker.push(who);
                class.push(u16::try_from(said).unwrap());
            }
        }
        (Table::from_ids(&task, &worker, &class).unwrap(), truth)
    }

    fn accuracy(method: &dyn ClassMethod, table: &Table, truth: &[usize]) -> f64 {
        let fit = method.fit(&table.into()).unwrap();
        fit.accuracy(truth.iter().copied().enumerate()).unwrap().value
    }

    /// Models that think all workers independent take the copyists' agreement for skill in some draws, and follow them.
    #[test]
    fn copyists_count_for_less() {
        let mut worst = [1.0_f64; 3];
        for seed in 1..=6 {
            let (table, truth) = copyists(seed);
            let others: [&dyn ClassMethod; 3] =
                [&Ebcc::default(), &super::super::Ibcc::default(), &super::super::DawidSkene::default()];
            for (worst, method) in worst.iter_mut().zip(others) {
                *worst = worst.min(accuracy(method, &table, &truth));
            }
        }
        println!("worst of six draws: {worst:?}");
        assert!(worst[0] > 0.7 && worst[1] < 0.65 && worst[2] < 0.65, "{worst:?}");
    }

    #[test]
    fn the_bound_never_falls() {
        let (table, _) = copyists(1);
        let fit = Ebcc { tolerance: 1e-9, ..Ebcc::default() }.fit(&(&table).into()).unwrap();
        assert!(fit.progress.len() > 5, "{:?}", fit.progress);
        for pair in fit.progress.windows(2) {
            assert!(pair[1] >= pair[0] - 1e-10, "{:?}", fit.progress);
        }
    }

    /// One kind is iBCC: the same model, fitted to the end.
    #[test]
    fn with_one_kind_it_is_ibcc() {
        let (table, _) = copyists(1);
        let end = |iterations| (iterations, 1e-13);
        let (iterations, tolerance) = end(2000);
        let one = Ebcc { kinds: 1, starts: 1, iterations, tolerance, ..Ebcc::default() };
        let other = super::super::Ibcc { iterations, tolerance, ..Default::default() };
        let (one, other) = (one.fit(&(&table).into()).unwrap(), other.fit(&(&table).into()).unwrap());
        for (one, other) in one.posteriors().iter().zip(other.posteriors()) {
            assert!((one - other).abs() < 1e-4, "{one} and {other}");
        }
    }

    #[test]
    fn options_out_of_range_are_refused() {
        let (table, _) = copyists(1);
        let refused = |method: Ebcc| method.fit(&(&table).into()).unwrap_err().to_string();
        assert!(refused(Ebcc { kinds: 0, ..Ebcc::default() }).contains("kinds"));
        assert!(refused(Ebcc { starts: 0, ..Ebcc::default() }).contains("starts"));
        assert!(refused(Ebcc { kind: f64::NAN, ..Ebcc::default() }).contains("kind"));
    }
}
