//! Classes in an order: decide by what a mistake costs.

use crate::fit::Fit;
use crate::num;

/// What it costs to say one class when another is true, by the distance between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Loss {
    /// Any mistake costs the same: the most probable class is best.
    Hit,
    /// By the number of steps: the middle of the posterior is best.
    #[default]
    Absolute,
    /// By the squared number of steps: the class nearest to the posterior mean is best.
    Squared,
}

/// A decision on an ordered class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ordinal {
    /// The class of the least expected loss; of two that tie, the one with the larger probability, then the lower one.
    pub class: usize,
    /// The expected loss.
    pub loss: f64,
    /// The posterior mean on the scale of the class numbers.
    pub mean: f64,
}

/// For each task of a fit, the class of the least expected loss under the posterior: argmin over c of Σ P(t) L(c, t).
///
/// Any method for classes gives the posterior, Dawid–Skene being the usual one. Use it for grades and severities,
/// where "one off" is better than "far off". Time: tasks × classes².
///
/// ```
/// use kazi_quality::ordinal::{Loss, decide};
/// let shares = [0.4, 0.0, 0.3, 0.3];
/// assert_eq!(decide(&shares, Loss::Hit).class, 0);
/// assert_eq!(decide(&shares, Loss::Absolute).class, 2);
/// ```
pub fn decide_all(fit: &Fit, loss: Loss) -> Vec<Ordinal> {
    (0..fit.tasks()).map(|task| decide(fit.posterior(task), loss)).collect()
}

/// As [`decide_all`] for one posterior.
pub fn decide(posterior: &[f64], loss: Loss) -> Ordinal {
    let cost = |class: usize| -> f64 {
        let of = |(truth, share): (usize, &f64)| {
            let steps = num::real(class.abs_diff(truth));
            share
                * match loss {
                    Loss::Hit => steps.min(1.0),
                    Loss::Absolute => steps,
                    Loss::Squared => steps * steps,
                }
        };
        posterior.iter().enumerate().map(of).sum()
    };
    let mut best = (0, f64::INFINITY, 0.0);
    for (class, share) in posterior.iter().enumerate() {
        let cost = cost(class);
        let tie = (cost - best.1).abs() <= num::TIE * cost.abs().max(best.1.abs());
        if (!tie && cost < best.1) || (tie && *share > best.2 * (1.0 + num::TIE)) {
            best = (class, cost, *share);
        }
    }
    let mean = posterior.iter().enumerate().map(|(class, share)| num::real(class) * share).sum();
    Ordinal { class: best.0, loss: best.1, mean }
}
