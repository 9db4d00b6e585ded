//! Choosing a method by a stated rule, without seeing any truth.

use super::profile::Profile;
use super::{ClassMethod, DawidSkene, Ibcc, Majority, OneCoin};
use crate::error::Error;
use crate::evidence::Evidence;
use crate::fit::Fit;
use crate::special::normal_quantile;

/// Chooses majority, one-coin or Dawid–Skene by what there is to learn from the answers; its grounds are a [`Profile`].
///
/// The rule, in this order:
///
/// 1. If tasks have fewer than 1.5 answers on average, or half of the answers come from workers with fewer than 4,
///    or all answers are of one class: [`Majority`]. Nobody's skill can be told apart from luck.
/// 2. If less than half of the variance between workers (and between workers and classes) is more than luck, and it is
///    smaller than the agreement beyond chance: [`Majority`]. Weights would be noise. (Where differences are as large as the
///    agreement itself some workers pull against the rest; a vote is then hopeless, and a model finds out who.)
/// 3. If half of the answers come from workers with less than one answer for each cell of a confusion matrix
///    (classes²), or with three classes and more where the workers' confusions differ hardly more than their skills
///    (less than 1.2 times): [`OneCoin`]. One number a worker is all that the data bear or all that they need.
/// 4. Else [`DawidSkene`].
///
/// The evidence, on simulated crowds of 2,000 tasks with five answers and four classes unless it says otherwise; few
/// answers are 25 a worker, else there are 200. Percent right, mean of three draws (a test reproduces the table):
///
/// | simulated crowd | majority | one-coin | Dawid–Skene | `auto` | takes |
/// | --- | --- | --- | --- | --- | --- |
/// | all alike, 0.45 | 59.3 | 58.6 | 43.5 | 59.3 | majority |
/// | all alike, 0.45, few answers | 60.4 | 46.0 | 49.1 | 60.4 | majority |
/// | 0.45 to 0.65, few answers | 74.5 | 71.5 | 66.7 | 74.5 | majority |
/// | 0.35 to 0.85 | 81.9 | 85.5 | 81.7 | 85.5 | one-coin |
/// | 0.35 to 0.85, few answers | 80.9 | 82.3 | 75.6 | 82.3 | one-coin |
/// | a fifth mostly wrong | 81.0 | 86.5 | 84.6 | 86.5 | one-coin |
/// | confusions of their own | 80.6 | 81.7 | 87.7 | 87.7 | dawid-skene |
/// | confusions of their own, ten answers a task | 93.5 | 94.0 | 98.1 | 98.1 | dawid-skene |
/// | confusions of their own, few answers | 81.4 | 80.2 | 81.5 | 81.4 | majority |
/// | two classes, all alike, 0.7, few answers | 84.5 | 74.2 | 74.3 | 84.5 | majority |
/// | two classes, 0.6 to 0.98 | 93.8 | 95.1 | 95.1 | 95.1 | dawid-skene |
/// | two classes, two fifths mostly wrong, few answers | 59.9 | 85.0 | 84.6 | 84.6 | dawid-skene |
///
/// With strong confusions and five answers a task Dawid–Skene is 2.2 points ahead of one-coin at 0.7 answers a cell and 5.1
/// points behind at 0.4; where errors are spread evenly it is 3.2 points behind at 1.3 answers a cell and 4.3 at 0.7 (the test
/// `auto_never_takes_a_matrix_below_the_crossing`): so the switch at one answer a cell. On five real crowds, of which the rule
/// has seen no truth, its choice is at least as accurate as the best of seven methods of crowd-kit (the test
/// `auto_is_at_least_the_best_of_the_peers_methods`). The thresholds are round numbers, set with the simulated crowds in view.
///
/// What it does not weigh: gold, which any of the three then holds fixed, and biases that all workers share.
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
        let table = evidence.table();
        let profile = Profile::of(table);
        let sparse = profile.answers_per_task < 1.5
            || profile.answers_per_worker < 4.0
            || profile.largest_class >= 1.0;
        let history = evidence.history().is_some();
        if !history && (sparse || profile.all_alike()) {
            Box::new(Majority::default())
        } else if sparse || profile.answers_per_cell < 1.0 || (table.classes() > 2 && profile.one_number()) {
            Box::new(OneCoin::default())
        } else {
            Box::new(DawidSkene::default())
        }
    }
}

impl Profile {
    /// Whether what sets workers apart is mostly luck, and smaller than what they agree on.
    fn all_alike(&self) -> bool {
        let signal = self.skill_signal.max(self.confusion_signal);
        let spread = self.skill_spread.max(self.confusion_spread);
        signal < 0.5 && (spread <= 0.0 || spread < self.beyond_chance)
    }

    /// Whether one number a worker says what there is to say.
    fn one_number(&self) -> bool {
        self.confusion_spread < 1.2 * self.skill_spread
    }
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
        "ebcc" => Box::new(super::Ebcc::default()),
        "bwa" => Box::new(super::Bwa::default()),
        _ => return None,
    })
}

/// The names that [`method`] knows.
pub const METHODS: [&str; 12] = [
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
    "ebcc",
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
