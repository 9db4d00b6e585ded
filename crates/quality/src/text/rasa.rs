//! RASA and HRRASA: choose the best whole answer, by a distance of the caller's.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::num;
use crate::special::chi_squared_quantile;

/// Whole answers to tasks, with the distances between the answers to one task. What an answer is (a translation, a
/// drawing, a recording) does not matter: only how far apart two are.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Choices {
    /// For each task, the worker of each answer.
    pub workers: Vec<Vec<u32>>,
    /// For each task, the squared distances between its answers, row after row.
    pub squares: Vec<Vec<f64>>,
}

impl Choices {
    /// Measures all pairs of answers of each task: `tasks[i]` holds (worker, answer), `distance` is at least zero and
    /// zero for equal answers.
    ///
    /// # Errors
    /// When there is no answer, or a distance is negative or not a number.
    pub fn measure<A>(tasks: &[Vec<(u32, A)>], distance: impl Fn(&A, &A) -> f64) -> Result<Self, Error> {
        if tasks.iter().all(Vec::is_empty) {
            return Err(Error::Empty);
        }
        let mut choices = Self::default();
        for (row, answers) in tasks.iter().enumerate() {
            let width = answers.len();
            let mut squares = vec![0.0; width * width];
            for (one, (_, left)) in answers.iter().enumerate() {
                for (other, (_, right)) in answers.iter().enumerate().skip(one + 1) {
                    let apart = distance(left, right);
                    if !(apart >= 0.0 && apart.is_finite()) {
                        return Err(Error::NotFinite {
                            row,
                            what: "the distance of two answers (or it is negative)",
                        });
                    }
                    num::set(&mut squares, one * width + other, apart * apart);
                    num::set(&mut squares, other * width + one, apart * apart);
                }
            }
            choices.workers.push(answers.iter().map(|(worker, _)| *worker).collect());
            choices.squares.push(squares);
        }
        Ok(choices)
    }
}

/// Reliability-aware sequence aggregation (Li and Fukumoto, "A Dataset of Crowdsourced Word Sequences: Collections and
/// Answer Aggregation for Ground Truth Creation", 2019) and its hybrid form (Li, "Crowdsourced Text Sequence Aggregation
/// Based on Hybrid Reliability and Representation", SIGIR 2020).
///
/// reliability(w) = χ²(1 − α/2; `n_w`) / Σ squared distance of w's answers to their tasks' weighted centre; the answer
/// nearest to the centre wins. The centre of answers in a metric space is not needed: squared distances to it follow
/// from the pairwise ones, d²(x, centre) = Σ `p_j` d²(x, j) − ½ ΣΣ `p_j` `p_k` d²(j, k). With `local` above zero an answer also
/// counts by its own nearness to the others, Σ exp(−d²) (the hybrid form), which helps workers with few answers.
///
/// Use it for translations, summaries, free text: where answers differ as wholes. Use ROVER where they differ in
/// places. Time: answers² a task, an iteration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rasa {
    /// Most iterations to run.
    pub iterations: usize,
    /// Stop when no reliability moves by more than this share.
    pub tolerance: f64,
    /// The significance α.
    pub alpha: f64,
    /// How much an answer's own nearness to the others counts: 0 is RASA, 1 is HRRASA.
    pub local: f64,
}

impl Default for Rasa {
    fn default() -> Self {
        Self { iterations: 100, tolerance: 1e-9, alpha: 0.05, local: 0.0 }
    }
}

impl Rasa {
    /// The hybrid form.
    pub fn hybrid() -> Self {
        Self { local: 1.0, ..Self::default() }
    }
}

/// What RASA chose.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// For each task the position of the chosen answer; none for a task without answers. Of equally good answers the
    /// first one.
    pub best: Vec<Option<usize>>,
    /// For each task the share of the weight behind each answer.
    pub weights: Vec<Vec<f64>>,
    /// For each worker the reliability, with mean 1; workers without answers have 1.
    pub reliability: Vec<f64>,
    /// Iterations that were run.
    pub iterations: usize,
}

impl Rasa {
    /// Chooses one answer for each task.
    ///
    /// # Errors
    /// When an option is out of range.
    pub fn fit(&self, choices: &Choices) -> Result<Chosen, Error> {
        crate::error::share("alpha", self.alpha)?;
        if !(0.0..=1.0).contains(&self.local) {
            return Err(Error::option("local", self.local, "from 0 to 1"));
        }
        let workers = choices.workers.iter().flatten().max().map_or(0, |id| num::index(*id) + 1);
        let prior = self.prior(choices, workers);
        let nearness: Vec<Vec<f64>> =
            choices.squares.iter().zip(&choices.workers).map(|(s, w)| nearness(s, w)).collect();
        let mut reliability = vec![1.0; workers];
        let (mut iterations, mut settled) = (0, false);
        while iterations < self.iterations && !settled {
            iterations += 1;
            let weights = self.weights(choices, &nearness, &reliability);
            let mut losses = vec![0.0; workers];
            for ((ids, squares), weights) in choices.workers.iter().zip(&choices.squares).zip(&weights) {
                for (id, apart) in ids.iter().zip(from_centre(squares, weights)) {
                    num::add(&mut losses, num::index(*id), apart);
                }
            }
            let next = scaled(&prior, &losses);
            let moved =
                next.iter().zip(&reliability).map(|(new, old)| (new / old - 1.0).abs()).fold(0.0, f64::max);
            reliability = next;
            settled = moved < self.tolerance;
        }
        let weights = self.weights(choices, &nearness, &reliability);
        let best = choices
            .squares
            .iter()
            .zip(&weights)
            .map(|(squares, weights)| nearest(squares, weights))
            .collect();
        Ok(Chosen { best, weights, reliability, iterations })
    }

    /// χ²(1 − α/2; n) for each worker.
    fn prior(&self, choices: &Choices, workers: usize) -> Vec<f64> {
        let mut counts = vec![0_usize; workers];
        for id in choices.workers.iter().flatten() {
            if let Some(count) = counts.get_mut(num::index(*id)) {
                *count += 1;
            }
        }
        let mut known: BTreeMap<usize, f64> = BTreeMap::new();
        let quantile = |count: usize| {
            if count == 0 {
                0.0
            } else {
                *known
                    .entry(count)
                    .or_insert_with(|| chi_squared_quantile(1.0 - self.alpha / 2.0, num::real(count)))
            }
        };
        counts.into_iter().map(quantile).collect()
    }

    /// Each task's weights, which sum to one.
    fn weights(&self, choices: &Choices, nearness: &[Vec<f64>], reliability: &[f64]) -> Vec<Vec<f64>> {
        let of = |(ids, near): (&Vec<u32>, &Vec<f64>)| {
            let weight = |(id, near): (&u32, &f64)| {
                num::at(reliability, num::index(*id)) * (1.0 - self.local + self.local * near)
            };
            let mut weights: Vec<f64> = ids.iter().zip(near).map(weight).collect();
            num::normalise(&mut weights);
            weights
        };
        choices.workers.iter().zip(nearness).map(of).collect()
    }
}

/// How near each answer is to those of the other workers: the mean of exp(−d²).
fn nearness(squares: &[f64], workers: &[u32]) -> Vec<f64> {
    let width = workers.len();
    let near = |(one, id): (usize, &u32)| {
        let others = workers.iter().zip(num::row(squares, one, width)).filter(|(other, _)| *other != id);
        let (sum, count) =
            others.fold((0.0, 0), |(sum, count), (_, square)| (sum + (-square).exp(), count + 1));
        if count > 0 { sum / num::real(count) } else { 1.0 }
    };
    workers.iter().enumerate().map(near).collect()
}

/// The squared distance of each answer to the weighted centre.
fn from_centre(squares: &[f64], weights: &[f64]) -> Vec<f64> {
    let width = weights.len();
    let mean = |one: usize| -> f64 {
        num::row(squares, one, width).iter().zip(weights).map(|(square, weight)| square * weight).sum()
    };
    let means: Vec<f64> = (0..width).map(mean).collect();
    let within: f64 = means.iter().zip(weights).map(|(mean, weight)| mean * weight).sum::<f64>() / 2.0;
    // In a space that is not Euclidean the difference may fall below zero.
    means.into_iter().map(|mean| (mean - within).max(0.0)).collect()
}

/// The position of the answer nearest to the centre.
fn nearest(squares: &[f64], weights: &[f64]) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for (place, apart) in from_centre(squares, weights).into_iter().enumerate() {
        if best.is_none_or(|(_, least)| apart < least - num::TIE * least.abs()) {
            best = Some((place, apart));
        }
    }
    best.map(|(place, _)| place)
}

/// Prior over loss, scaled to mean one over the workers who have answers.
fn scaled(prior: &[f64], losses: &[f64]) -> Vec<f64> {
    let floor = 1e-5_f64.max(losses.iter().sum::<f64>() * 1e-6);
    let raw: Vec<f64> = prior.iter().zip(losses).map(|(prior, loss)| prior / loss.max(floor)).collect();
    let active = num::real(prior.iter().filter(|prior| **prior > 0.0).count().max(1));
    let mean = raw.iter().sum::<f64>() / active;
    raw.into_iter().map(|value| if value > 0.0 && mean > 0.0 { value / mean } else { 1.0 }).collect()
}
