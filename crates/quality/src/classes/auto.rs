//! Choosing a method by a stated rule, without seeing any truth.

use super::{ClassMethod, DawidSkene, Ibcc, Majority, OneCoin};
use crate::error::Error;
use crate::evidence::Evidence;
use crate::fit::Fit;
use crate::num;
use crate::special::normal_quantile;
use crate::table::Table;

/// What a data set looks like; what [`Auto`] decides by, and worth printing beside any result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Profile {
    /// Mean number of answers a task.
    pub answers_per_task: f64,
    /// Half of all answers come from workers with at least this many answers.
    pub answers_per_worker: f64,
    /// That number divided by classes²: how much there is to learn one entry of a confusion matrix from.
    pub answers_per_cell: f64,
    /// The share of the most frequent answer.
    pub largest_class: f64,
    /// The share of pairs of answers to the same task that are alike.
    pub agreement: f64,
    /// The standard deviation of the workers' agreement with others beyond what chance would give; 0 means that no
    /// difference in skill can be seen.
    pub skill_spread: f64,
}

/// Chooses majority, one-coin or Dawid–Skene by how much can be learnt from the answers.
///
/// The rule, in this order:
///
/// 1. If tasks have fewer than 1.5 answers on average, or half of the answers come from workers with fewer than 4,
///    or all answers are of one class: [`Majority`]. Nobody's skill can be told apart from luck.
/// 2. If half of the answers come from workers with less than one answer for each cell of a confusion matrix
///    (classes²): [`OneCoin`]. One number a worker is all that the data can bear.
/// 3. Else [`DawidSkene`].
///
/// The evidence: on simulated crowds of four classes and five answers a task, where workers have strong confusions of
/// their own, Dawid–Skene is 2.2 points ahead of one-coin at 0.7 answers a cell and 5.1 points behind at 0.4; where errors
/// are spread evenly, so that a matrix has nothing to find, it is 3.2 points behind at 1.3 answers a cell and 4.3 at 0.7 (the
/// test `auto_switches_near_the_crossing` holds all four). So the switch at one answer a cell lies between the two
/// crossings. On five real crowds, of which the rule has seen no truth, its choice is at least as accurate as the best of
/// seven methods of crowd-kit (the test `auto_is_at_least_the_best_of_the_peers_methods`). The thresholds are round numbers,
/// not fitted ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Auto {}

impl ClassMethod for Auto {
    fn name(&self) -> &'static str {
        "auto"
    }

    fn fit(&self, evidence: &Evidence<'_>) -> Result<Fit, Error> {
        self.choose(evidence).fit(evidence)
    }
}

impl Auto {
    /// The method that the rule picks for these answers. With worker history, which majority cannot use, the sparse
    /// case goes to one-coin as well; history adds to what is known of each worker.
    pub fn choose(&self, evidence: &Evidence<'_>) -> Box<dyn ClassMethod> {
        let profile = Profile::of(evidence.table());
        let sparse = profile.answers_per_task < 1.5
            || profile.answers_per_worker < 4.0
            || profile.largest_class >= 1.0;
        if sparse && evidence.history().is_none() {
            Box::new(Majority::default())
        } else if sparse || profile.answers_per_cell < 1.0 {
            Box::new(OneCoin::default())
        } else {
            Box::new(DawidSkene::default())
        }
    }
}

impl Profile {
    /// Looks at a table; linear in the answers.
    pub fn of(table: &Table) -> Self {
        let mut counts = table.answers_by_worker();
        counts.sort_unstable_by(|one, other| other.cmp(one));
        let mut seen = 0;
        let half = counts.iter().find(|count| {
            seen += **count;
            2 * seen >= table.answers()
        });
        let answers_per_worker = num::real(half.copied().unwrap_or(0));
        let classes = num::real(table.classes());
        let largest = table.answers_by_class().into_iter().max().unwrap_or(0);
        let (agreement, skill_spread) = spread(table);
        Self {
            answers_per_task: num::real(table.answers()) / num::real(table.tasks().max(1)),
            answers_per_worker,
            answers_per_cell: answers_per_worker / (classes * classes),
            largest_class: num::real(largest) / num::real(table.answers().max(1)),
            agreement,
            skill_spread,
        }
    }
}

/// The share of pairs that agree, and the spread of workers' shares beyond sampling noise.
fn spread(table: &Table) -> (f64, f64) {
    let pairs: Vec<(f64, f64)> = crate::agreement::worker_pairs(table);
    let met: f64 = pairs.iter().map(|(_, met)| met).sum();
    if met <= 0.0 {
        return (1.0, 0.0);
    }
    let mean = pairs.iter().map(|(agreed, _)| agreed).sum::<f64>() / met;
    let judged: Vec<(f64, f64)> = pairs.into_iter().filter(|(_, met)| *met > 0.0).collect();
    let workers = num::real(judged.len());
    let variance = judged.iter().map(|(agreed, met)| (agreed / met - mean).powi(2)).sum::<f64>() / workers;
    let noise = judged.iter().map(|(_, met)| mean * (1.0 - mean) / met).sum::<f64>() / workers;
    (mean, (variance - noise).max(0.0).sqrt())
}

/// Every method for classes by the name that the command line uses, with its default options.
///
/// ```
/// use kazi_quality::classes::{METHODS, method};
/// assert!(METHODS.iter().all(|name| method(name).is_some_and(|found| found.name() == *name)));
/// assert!(method("tarot").is_none());
/// ```
pub fn method(name: &str) -> Option<Box<dyn ClassMethod>> {
    Some(match name {
        "auto" => Box::new(Auto::default()),
        "majority" => Box::new(Majority::default()),
        "wawa" => Box::new(super::Wawa::default()),
        "zero-based" => Box::new(super::ZeroBasedSkill::default()),
        "dawid-skene" => Box::new(DawidSkene::default()),
        "one-coin" => Box::new(OneCoin::default()),
        "mace" => Box::new(super::Mace::default()),
        "glad" => Box::new(super::Glad::default()),
        "m-msr" => Box::new(super::Mmsr::default()),
        "ibcc" => Box::new(Ibcc::default()),
        "bwa" => Box::new(super::Bwa::default()),
        _ => return None,
    })
}

/// The names that [`method`] knows.
pub const METHODS: [&str; 11] = [
    "auto",
    "majority",
    "wawa",
    "zero-based",
    "dawid-skene",
    "one-coin",
    "mace",
    "glad",
    "m-msr",
    "ibcc",
    "bwa",
];

/// How many answers a task needs from workers of this accuracy, voting by majority on two classes, for a chance of
/// error of at most `error`: the normal approximation n ≈ z² p (1 − p) / (p − ½)², a first guess for a plan.
pub fn rough_answers(accuracy: f64, error: f64) -> Option<f64> {
    let usable = accuracy > 0.5 && accuracy < 1.0 && error > 0.0 && error < 0.5;
    usable.then(|| {
        (normal_quantile(1.0 - error).powi(2) * accuracy * (1.0 - accuracy) / (accuracy - 0.5).powi(2))
            .max(1.0)
    })
}
