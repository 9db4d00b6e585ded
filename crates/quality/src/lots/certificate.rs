//! What may be said of a delivered lot after a sample of it was checked.

use super::at_most;
use crate::error::{Error, share};
use crate::num::real;
use crate::skill::Interval;

/// A statement about a lot that can be checked by anyone.
#[derive(Debug, Clone, PartialEq)]
pub struct Certificate {
    /// Items in the lot.
    pub lot: usize,
    /// Items that were checked, drawn at random without replacement.
    pub sampled: usize,
    /// How many of them were right.
    pub right: usize,
    /// The accuracy of the lot: as measured, and its two-sided bounds.
    pub accuracy: Interval,
    /// With this confidence (one-sided) the accuracy is at least [`Certificate::at_least`].
    pub confidence: f64,
    /// The bound to quote.
    pub at_least: f64,
    /// How the bounds were found, for the small print.
    pub method: &'static str,
}

/// Certifies a lot from a random sample of it: exact hypergeometric bounds, which count the finite lot, so that a
/// fully checked lot has no uncertainty left. The lower bound is the smallest number of right items in the lot under
/// which so many right ones in the sample would have a chance of more than 1 − confidence (Buonaccorsi 1987).
///
/// # Errors
/// When nothing was sampled, more were right than sampled or sampled than in the lot, or the confidence is not
/// strictly between 0 and 1.
///
/// ```
/// let certificate = kazi_quality::lots::certify(10_000, 200, 198, 0.95)?;
/// assert!((certificate.accuracy.value - 0.99).abs() < 1e-12);
/// assert!((certificate.at_least - 0.969).abs() < 0.001);
/// // A lot that was checked in full has no doubt left.
/// assert_eq!(kazi_quality::lots::certify(200, 200, 198, 0.95)?.at_least, 0.99);
/// # Ok::<(), kazi_quality::Error>(())
/// ```
pub fn certify(lot: usize, sampled: usize, right: usize, confidence: f64) -> Result<Certificate, Error> {
    share("confidence", confidence)?;
    if sampled == 0 {
        return Err(Error::Empty);
    }
    if right > sampled {
        return Err(Error::option("right", right, "at most the number sampled"));
    }
    if sampled > lot {
        return Err(Error::option("sampled", sampled, "at most the number in the lot"));
    }
    let found = sampled - right;
    let side = |tail: f64| 1.0 - real(most_bad(lot, sampled, found, tail)) / real(lot);
    let high = 1.0 - real(fewest_bad(lot, sampled, found, (1.0 - confidence) / 2.0)) / real(lot);
    let value = real(right) / real(sampled);
    Ok(Certificate {
        lot,
        sampled,
        right,
        accuracy: Interval { low: side((1.0 - confidence) / 2.0).min(value), value, high: high.max(value) },
        confidence,
        at_least: side(1.0 - confidence).min(value),
        method: "exact hypergeometric bound on a simple random sample without replacement",
    })
}

/// The most bad items in the lot that the sample does not rule out: P(at most found) > tail.
fn most_bad(lot: usize, sampled: usize, found: usize, tail: f64) -> usize {
    let (mut low, mut high) = (found, lot - (sampled - found));
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if at_most(found, lot, middle, sampled) > tail {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

/// The fewest bad items in the lot that the sample does not rule out: P(at least found) > tail.
fn fewest_bad(lot: usize, sampled: usize, found: usize, tail: f64) -> usize {
    if found == 0 {
        return 0;
    }
    let (mut low, mut high) = (found, lot - (sampled - found));
    while low < high {
        let middle = low.midpoint(high);
        if 1.0 - at_most(found - 1, lot, middle, sampled) > tail {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}
