//! The Bradley–Terry model.

use super::Pairs;
use crate::answers::Name;
use crate::error::Error;
use crate::num;

/// Bradley and Terry's model ("Rank Analysis of Incomplete Block Designs", Biometrika 39, 1952): P(i beats j) = `s_i` /
/// (`s_i` + `s_j`), fitted by Hunter's minorise–maximise steps (2004): `s_i` ← `wins_i` / Σ `n_ij` / (`s_i` + `s_j`).
///
/// Use it when every item meets enough others and workers are alike. An item that always wins would run to infinity:
/// `imaginary` comparisons of every item with an average one keep scores finite and connect groups that never met.
/// Time: distinct pairs an iteration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BradleyTerry {
    /// Most iterations to run.
    pub iterations: usize,
    /// Stop when no score moves by more than this share.
    pub tolerance: f64,
    /// Imaginary ties of each item with an average one; 0 is the plain maximum-likelihood estimate.
    pub imaginary: f64,
}

impl Default for BradleyTerry {
    fn default() -> Self {
        Self { iterations: 2_000, tolerance: 1e-6, imaginary: 0.1 }
    }
}

/// Scores of items.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// For each item its score; scores sum to one.
    pub scores: Vec<f64>,
    /// Item ids from best to worst; equal scores in the order of ids.
    pub order: Vec<usize>,
    /// Iterations that were run.
    pub iterations: usize,
    /// Whether the scores settled.
    pub converged: bool,
}

impl Ranking {
    pub(crate) fn new(mut scores: Vec<f64>, iterations: usize, converged: bool) -> Self {
        num::normalise(&mut scores);
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|one, other| {
            num::at(&scores, *other).total_cmp(&num::at(&scores, *one)).then(one.cmp(other))
        });
        Self { scores, order, iterations, converged }
    }

    /// P(item `one` beats item `other`).
    pub fn beats(&self, one: usize, other: usize) -> f64 {
        let (one, other) = (num::at(&self.scores, one), num::at(&self.scores, other));
        if one + other > 0.0 { one / (one + other) } else { 0.5 }
    }
}

impl BradleyTerry {
    /// Fits the scores.
    ///
    /// # Errors
    /// When an option is negative or not a number.
    ///
    /// ```
    /// use kazi_quality::pairs::{BradleyTerry, Pairs, Winner};
    /// let pairs = Pairs::from_rows([
    ///     ("a", "b", 1, Winner::Left), ("a", "b", 2, Winner::Left), ("a", "b", 3, Winner::Left), ("a", "b", 4, Winner::Right),
    /// ])?;
    /// let ranking = BradleyTerry { imaginary: 0.0, ..BradleyTerry::default() }.fit(&pairs)?;
    /// assert!((ranking.beats(0, 1) - 0.75).abs() < 1e-6);
    /// # Ok::<(), kazi_quality::Error>(())
    /// ```
    pub fn fit<I: Name, W: Name>(&self, pairs: &Pairs<I, W>) -> Result<Ranking, Error> {
        for (name, value) in [("imaginary", self.imaginary), ("tolerance", self.tolerance)] {
            if !(value >= 0.0 && value.is_finite()) {
                return Err(Error::option(name, value, "zero or more"));
            }
        }
        let count = pairs.items().len();
        let mut wins = vec![self.imaginary / 2.0; count];
        let mut meetings: Vec<(usize, usize, f64)> = Vec::new();
        for group in pairs.comparisons.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
            let Some((left, right, ..)) = group.first() else { continue };
            let (left, right) = (num::index(*left), num::index(*right));
            let won: f64 = group.iter().map(|(.., share)| share).sum();
            num::add(&mut wins, left, won);
            num::add(&mut wins, right, num::real(group.len()) - won);
            meetings.push((left, right, num::real(group.len())));
        }
        let mut scores = vec![1.0; count];
        let (mut ran, mut settled) = (0, false);
        let mut rates = vec![0.0; count];
        while ran < self.iterations && !settled {
            ran += 1;
            rates.iter_mut().zip(&scores).for_each(|(rate, score)| *rate = self.imaginary / (score + 1.0));
            for (left, right, times) in &meetings {
                let rate = times / (num::at(&scores, *left) + num::at(&scores, *right));
                num::add(&mut rates, *left, rate);
                num::add(&mut rates, *right, rate);
            }
            let mut moved = 0.0_f64;
            let mut logs = 0.0;
            for (score, (wins, rate)) in scores.iter_mut().zip(wins.iter().zip(&rates)) {
                let next = (wins / rate).max(1e-12);
                moved = moved.max((next / *score - 1.0).abs());
                *score = next;
                logs += next.ln();
            }
            if self.imaginary <= 0.0 {
                // Without the average item the scale is free: keep the geometric mean at one.
                let scale = (logs / num::real(count.max(1))).exp();
                for score in &mut scores {
                    *score /= scale;
                }
            }
            settled = moved < self.tolerance;
        }
        Ok(Ranking::new(scores, ran, settled))
    }
}
