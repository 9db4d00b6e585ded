//! Single sampling plans.

use super::at_most;
use crate::error::{Error, share};
use crate::num::{count, real};

/// Check `sample` items of the lot, accept it when at most `accept` of them are bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Items in the lot.
    pub lot: usize,
    /// Items to check.
    pub sample: usize,
    /// Most bad items for the lot to pass.
    pub accept: usize,
}

/// The two ways to err about a lot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Risks {
    /// A share of bad items that should pass: the acceptable quality level.
    pub good: f64,
    /// The chance to reject such a lot all the same (the producer's risk).
    pub reject_good: f64,
    /// A share of bad items that should not pass: the limiting quality.
    pub poor: f64,
    /// The chance to accept such a lot all the same (the consumer's risk).
    pub accept_poor: f64,
}

impl Default for Risks {
    fn default() -> Self {
        Self { good: 0.01, reject_good: 0.05, poor: 0.05, accept_poor: 0.10 }
    }
}

/// The smallest sample that keeps both risks, for a lot of this size: hypergeometric, so that small lots need
/// no more than they must. For each acceptance number from zero up, the smallest sample that rejects poor lots often
/// enough is found by bisection; the first that also accepts good lots often enough is the plan. When no sample can
/// keep both, all items are checked.
///
/// # Errors
/// When a share or risk is not strictly between 0 and 1, `poor` is not above `good`, or the lot is empty.
///
/// ```
/// use kazi_quality::lots::{Plan, Risks, ideal_plan};
/// let risks = Risks { good: 0.01, reject_good: 0.05, poor: 0.08, accept_poor: 0.10 };
/// let plan = ideal_plan(1000, risks)?;
/// assert_eq!((plan.sample, plan.accept), (64, 2));
/// assert!(plan.acceptance(80) <= 0.10 && plan.acceptance(10) >= 0.95);
/// # Ok::<(), kazi_quality::Error>(())
/// ```
pub fn ideal_plan(lot: usize, risks: Risks) -> Result<Plan, Error> {
    for (name, value) in [
        ("good", risks.good),
        ("reject_good", risks.reject_good),
        ("poor", risks.poor),
        ("accept_poor", risks.accept_poor),
    ] {
        share(name, value)?;
    }
    if risks.poor <= risks.good {
        return Err(Error::option("poor", risks.poor, "above good"));
    }
    if lot == 0 {
        return Err(Error::Empty);
    }
    let good = count((risks.good * real(lot)).floor());
    let poor = count((risks.poor * real(lot)).ceil());
    let mut least = 1;
    for accept in 0..lot.min(poor) {
        let Some(sample) =
            smallest(least, lot, |sample| at_most(accept, lot, poor, sample) <= risks.accept_poor)
        else {
            break;
        };
        let plan = Plan { lot, sample, accept };
        if plan.acceptance(good) >= 1.0 - risks.reject_good {
            return Ok(plan);
        }
        least = sample;
    }
    Ok(Plan { lot, sample: lot, accept: good })
}

/// The smallest number in a range for which a condition holds that stays true once it is.
fn smallest(from: usize, to: usize, holds: impl Fn(usize) -> bool) -> Option<usize> {
    if !holds(to) {
        return None;
    }
    let (mut low, mut high) = (from, to);
    while low < high {
        let middle = low.midpoint(high);
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(high)
}

impl Plan {
    /// The chance to accept a lot with this many bad items.
    pub fn acceptance(&self, bad: usize) -> f64 {
        at_most(self.accept, self.lot, bad.min(self.lot), self.sample)
    }

    /// The operating-characteristic curve: at each of `points` + 1 evenly spaced shares of bad items up to `worst`,
    /// the chance to accept.
    ///
    /// ```
    /// let plan = kazi_quality::lots::Plan { lot: 1000, sample: 64, accept: 2 };
    /// let curve = plan.curve(0.1, 4);
    /// assert_eq!(curve.len(), 5);
    /// assert!(curve.windows(2).all(|pair| pair[0].1 >= pair[1].1));
    /// ```
    pub fn curve(&self, worst: f64, points: usize) -> Vec<(f64, f64)> {
        let at = |step: usize| {
            let bad = worst.clamp(0.0, 1.0) * real(step) / real(points.max(1));
            (bad, self.acceptance(count(bad * real(self.lot))))
        };
        (0..=points).map(at).collect()
    }

    /// The mean share of bad items that pass inspection when rejected lots are checked and corrected in full, for
    /// lots with this many bad items (average outgoing quality).
    pub fn outgoing(&self, bad: usize) -> f64 {
        let left = real(bad) * real(self.lot - self.sample.min(self.lot)) / real(self.lot.max(1));
        self.acceptance(bad) * left / real(self.lot.max(1))
    }

    /// What the sample says.
    pub fn accepts(&self, found: usize) -> bool {
        found <= self.accept
    }
}
