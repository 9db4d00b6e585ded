//! MACE: each answer is either known or made up.

use super::ClassMethod;
use super::coin::{Coin, CoinShards, CoinSums, coin_posteriors};
use super::dawid_skene::{ClassPrior, check_class_prior, set_class_prior};
use crate::error::Error;
use crate::evidence::Evidence;
use crate::fit::{Fit, skills};
use crate::num;
use crate::special::digamma;
use crate::table::Table;

/// Multi-annotator competence estimation (Hovy, Berg-Kirkpatrick, Vaswani and Hovy, "Learning Whom to Trust with
/// MACE", NAACL 2013), by variational Bayes.
///
/// P(w says l | truth k) = `knows_w` \[l = k\] + (1 − `knows_w`) `habit_w(l)`: a worker either knows the answer or spams
/// with a habit of their own. Beta(½, ½) priors on knowing and Dirichlet(10) on habits, as in the paper's software.
///
/// Use it to find spammers: [`Fit::skills`] and the habits tell them from honest beginners. Not when honest workers
/// confuse particular classes. The likelihood has several peaks, so it is climbed from each of a few starts that
/// differ in how much workers are believed at first and in their habits; the best wins. The starts do not depend on
/// the order of workers or on a seed, so they are never the same start twice.
///
/// Time: linear in the answers, an iteration and a start. Space: workers × classes.
#[derive(Debug, Clone, PartialEq)]
pub struct Mace {
    /// Most iterations from each start.
    pub iterations: usize,
    /// Stop when the log-likelihood per answer gains less than this.
    pub tolerance: f64,
    /// How many starts, at most 6.
    pub starts: usize,
    /// Prior counts of making it up and of knowing.
    pub knowing: (f64, f64),
    /// Prior count of each class in a worker's habit.
    pub habit: f64,
    /// Where the shares of the classes come from (the paper's are uniform, which loses skewed data sets).
    pub class_prior: ClassPrior,
}

impl Default for Mace {
    fn default() -> Self {
        Self {
            iterations: 100,
            tolerance: 1e-6,
            starts: 3,
            knowing: (0.5, 0.5),
            habit: 10.0,
            class_prior: ClassPrior::Estimated,
        }
    }
}

/// The starts: the share of answers that are known, and whether habits start as the worker's own answers (else even).
const STARTS: [(f64, bool); 6] =
    [(0.5, false), (0.9, true), (0.5, true), (0.9, false), (0.7, true), (0.7, false)];

/// Where one start has led.
#[derive(Debug)]
struct Peak {
    state: State,
    prior: Vec<f64>,
    progress: Vec<f64>,
    converged: bool,
}

#[derive(Debug, Clone)]
struct State {
    /// P(made up), times the habit: `[worker * classes + given]`.
    made_up: Vec<f64>,
    /// P(knows), for each worker.
    knows: Vec<f64>,
}

impl ClassMethod for Mace {
    fn name(&self) -> &'static str {
        "mace"
    }

    fn fit(&self, evidence: &Evidence<'_>) -> Result<Fit, Error> {
        evidence.refuse_history(self.name())?;
        self.check()?;
        let table = evidence.table();
        check_class_prior(&self.class_prior, table.classes())?;
        let classes = table.classes();
        let given = counts(table);
        let mut prior = vec![1.0 / num::real(classes); classes];
        let mut shards = CoinShards::new(evidence);
        let mut best: Option<Peak> = None;
        for start in STARTS.iter().take(self.starts.clamp(1, STARTS.len())) {
            let mut state = begin(*start, &given, classes);
            prior.fill(1.0 / num::real(classes));
            let mut progress: Vec<f64> = Vec::new();
            let mut converged = false;
            while progress.len() < self.iterations.max(1) && !converged {
                let gain = gains(&state, classes);
                let sums = shards.run(evidence, Coin { gain: &gain, prior: &prior });
                let rest: f64 = given.iter().zip(&state.made_up).map(|(count, base)| count * base.ln()).sum();
                let gained = (sums.log_likelihood + rest) / num::real(table.answers());
                set_class_prior(&self.class_prior, &sums.classes, &mut prior);
                self.maximise(sums, &given, &mut state, classes);
                converged = progress.last().is_some_and(|last| (gained - last).abs() < self.tolerance);
                progress.push(gained);
            }
            if best.as_ref().is_none_or(|peak| progress.last() > peak.progress.last()) {
                best = Some(Peak { state, prior: prior.clone(), progress, converged });
            }
        }
        let Peak { state, prior, progress, converged } = best.ok_or(Error::Empty)?;
        let mut posterior = vec![0.0; table.tasks() * classes];
        coin_posteriors(evidence, Coin { gain: &gains(&state, classes), prior: &prior }, &mut posterior);
        Ok(Fit {
            method: self.name(),
            iterations: progress.len(),
            converged,
            progress,
            class_prior: prior,
            skills: skills(table, &posterior),
            confusion: None,
            classes,
            posterior,
        })
    }
}

impl Mace {
    fn check(&self) -> Result<(), Error> {
        for (name, value) in
            [("knowing.0", self.knowing.0), ("knowing.1", self.knowing.1), ("habit", self.habit)]
        {
            if !(value > 0.0 && value.is_finite()) {
                return Err(Error::option(name, value, "above zero"));
            }
        }
        Ok(())
    }

    /// The variational step: expected logarithms under the Beta and Dirichlet posteriors.
    fn maximise(&self, sums: &CoinSums, given: &[f64], state: &mut State, classes: usize) {
        let width = classes.max(1);
        let rows = state.made_up.chunks_exact_mut(width).zip(&mut state.knows);
        let counts = given.chunks_exact(width).zip(sums.right.chunks_exact(width));
        for ((base, knows), (given, right)) in rows.zip(counts) {
            let mut known = 0.0;
            for (base, (given, right)) in base.iter_mut().zip(given.iter().zip(right)) {
                let knew = right * *knows / (*base + *knows);
                known += knew;
                *base = given - knew;
            }
            let made_up: f64 = base.iter().sum();
            let total = digamma(made_up + known + self.knowing.0 + self.knowing.1);
            let spams = (digamma(made_up + self.knowing.0) - total).exp();
            *knows = (digamma(known + self.knowing.1) - total).exp().max(1e-300);
            let habits = digamma(made_up + self.habit * num::real(classes));
            for base in base {
                *base = (spams * (digamma(base.max(0.0) + self.habit) - habits).exp()).max(1e-12);
            }
        }
    }
}

/// How often each worker gave each class.
fn counts(table: &Table) -> Vec<f64> {
    let mut counts = vec![0.0; table.workers() * table.classes()];
    for (_, worker, class) in table.rows() {
        num::add(&mut counts, num::index(worker) * table.classes() + usize::from(class), 1.0);
    }
    counts
}

fn begin((knows, own): (f64, bool), given: &[f64], classes: usize) -> State {
    let width = classes.max(1);
    let mut made_up = given.to_vec();
    for row in made_up.chunks_exact_mut(width) {
        // One imaginary answer for each class keeps every habit possible.
        let total: f64 = if own { row.iter().map(|count| count + 1.0).sum() } else { num::real(width) };
        for value in row {
            *value = (1.0 - knows) * if own { *value + 1.0 } else { 1.0 } / total;
        }
    }
    State { made_up, knows: vec![knows; given.len() / width] }
}

fn gains(state: &State, classes: usize) -> Vec<f64> {
    let rows = state.made_up.chunks_exact(classes.max(1)).zip(&state.knows);
    rows.flat_map(|(row, knows)| row.iter().map(move |base| 1.0 + knows / base)).collect()
}

#[cfg(test)]
mod tests {
    use super::{STARTS, begin};

    /// Restarts that all begin alike are one start, paid for several times.
    #[test]
    fn no_two_starts_are_the_same() {
        let given = [3.0, 1.0, 0.0, 2.0, 2.0, 5.0];
        let states: Vec<(Vec<f64>, Vec<f64>)> = STARTS
            .iter()
            .map(|start| begin(*start, &given, 3))
            .map(|state| (state.made_up, state.knows))
            .collect();
        for (place, one) in states.iter().enumerate() {
            assert!(states.iter().skip(place + 1).all(|other| one != other), "start {place}");
        }
    }
}
