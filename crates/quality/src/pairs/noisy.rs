//! Bradley–Terry with workers who may answer at random or prefer a side.

use super::bradley_terry::{BradleyTerry, Ranking};
use super::{Comparison, Pairs};
use crate::answers::Name;
use crate::error::Error;
use crate::num::{self, logistic};

/// Noisy Bradley–Terry (Bugakova, Fedorova, Gusev and Drutsa, "Aggregation of Pairwise Comparisons with Reduction of
/// Biases", 2019, without task features):
///
/// P(w says i beats j) = `g_w` σ(`s_i` − `s_j`) + (1 − `g_w`) `q_w`: with probability g the worker compares, else says "left"
/// with the habit q. Expectation–maximisation over "compared or not", with normal priors on scores, a Beta prior
/// on g, and one Newton step for each score in an iteration.
///
/// Use it when some workers click without looking. The sides are those of the items' ids, so keep the order in which
/// pairs were shown random. Time: comparisons an iteration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NoisyBradleyTerry {
    /// Most iterations to run.
    pub iterations: usize,
    /// Stop when no score moves by more than this.
    pub tolerance: f64,
    /// The precision of the normal prior on scores.
    pub precision: f64,
    /// Prior counts of comparing and of clicking at random.
    pub skill: (f64, f64),
}

impl Default for NoisyBradleyTerry {
    fn default() -> Self {
        Self { iterations: 500, tolerance: 1e-6, precision: 0.1, skill: (4.0, 1.0) }
    }
}

/// Scores of items and skills of workers.
#[derive(Debug, Clone, PartialEq)]
pub struct NoisyRanking {
    /// The items.
    pub ranking: Ranking,
    /// For each worker the probability of comparing at all.
    pub skills: Vec<f64>,
}

#[derive(Debug)]
struct State {
    scores: Vec<f64>,
    skills: Vec<f64>,
    habits: Vec<f64>,
}

impl NoisyBradleyTerry {
    /// Fits scores and skills.
    ///
    /// # Errors
    /// When a prior is not above zero.
    pub fn fit<I: Name, W: Name>(&self, pairs: &Pairs<I, W>) -> Result<NoisyRanking, Error> {
        for (name, value) in
            [("precision", self.precision), ("skill.0", self.skill.0), ("skill.1", self.skill.1)]
        {
            if !(value > 0.0 && value.is_finite()) {
                return Err(Error::option(name, value, "above zero"));
            }
        }
        let start = BradleyTerry { iterations: 20, imaginary: 1.0, ..BradleyTerry::default() }.fit(pairs)?;
        let mut state = State {
            scores: start.scores.iter().map(|score| score.max(1e-12).ln()).collect(),
            skills: vec![self.skill.0 / (self.skill.0 + self.skill.1); pairs.workers().len()],
            habits: vec![0.5; pairs.workers().len()],
        };
        centre(&mut state.scores);
        let mut compared = vec![0.0; pairs.len()];
        let (mut ran, mut settled) = (0, false);
        while ran < self.iterations && !settled {
            ran += 1;
            self.expect(&pairs.comparisons, &mut state, &mut compared);
            settled = self.step(&pairs.comparisons, &mut state, &compared) < self.tolerance;
        }
        let scores = state.scores.iter().map(|score| score.exp()).collect();
        Ok(NoisyRanking { ranking: Ranking::new(scores, ran, settled), skills: state.skills })
    }

    /// How probable it is that each comparison was made in earnest; then skills and habits.
    fn expect(&self, comparisons: &[Comparison], state: &mut State, compared: &mut [f64]) {
        let workers = state.skills.len();
        let mut sums = vec![(0.0, 0.0, 0.0); workers];
        for ((left, right, worker, share), compared) in comparisons.iter().zip(compared) {
            let chance = logistic(
                num::at(&state.scores, num::index(*left)) - num::at(&state.scores, num::index(*right)),
            );
            let worker = num::index(*worker);
            let (skill, habit) = (num::at(&state.skills, worker), num::at(&state.habits, worker));
            let says = |left: f64| share * left + (1.0 - share) * (1.0 - left);
            let earnest = skill * says(chance);
            let random = (1.0 - skill) * says(habit);
            *compared = if earnest + random > 0.0 { earnest / (earnest + random) } else { 0.5 };
            if let Some((total, random, left)) = sums.get_mut(worker) {
                *total += 1.0;
                *random += 1.0 - *compared;
                *left += (1.0 - *compared) * share;
            }
        }
        for ((skill, habit), (total, random, left)) in
            state.skills.iter_mut().zip(&mut state.habits).zip(sums)
        {
            *skill = (total - random + self.skill.0) / (total + self.skill.0 + self.skill.1);
            *habit = (left + 2.0) / (random + 4.0);
        }
    }

    /// One guarded Newton step for every score; returns the largest move.
    fn step(&self, comparisons: &[Comparison], state: &mut State, compared: &[f64]) -> f64 {
        let mut slope: Vec<f64> = state.scores.iter().map(|score| -self.precision * score).collect();
        let mut bend = vec![self.precision; state.scores.len()];
        for ((left, right, _, share), weight) in comparisons.iter().zip(compared) {
            let (left, right) = (num::index(*left), num::index(*right));
            let chance = logistic(num::at(&state.scores, left) - num::at(&state.scores, right));
            let pull = weight * (share - chance);
            let curve = weight * chance * (1.0 - chance);
            num::add(&mut slope, left, pull);
            num::add(&mut slope, right, -pull);
            num::add(&mut bend, left, curve);
            num::add(&mut bend, right, curve);
        }
        let mut moved = 0.0_f64;
        for (score, (slope, bend)) in state.scores.iter_mut().zip(slope.iter().zip(bend)) {
            // Neighbours move at the same time: half a step keeps the sum of their moves from overshooting.
            let step = (0.5 * slope / bend).clamp(-1.0, 1.0);
            moved = moved.max(step.abs());
            *score += step;
        }
        moved
    }
}

fn centre(scores: &mut [f64]) {
    let mean = scores.iter().sum::<f64>() / num::real(scores.len().max(1));
    for score in scores {
        *score -= mean;
    }
}
