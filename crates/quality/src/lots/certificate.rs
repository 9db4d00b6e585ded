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
    /// How many of the others have been put right since.
    pub mended: usize,
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
    certify_mended(lot, sampled, right, 0, confidence)
}

/// [`certify`] for a lot in which `mended` of the bad items that the sample found have been put right since. The sample
/// bounds how many bad items the lot held; those mended are no longer among them. So the bounds of [`certify`] rise by
/// mended / lot, and the measured accuracy counts the sample as it is now and the rest as the sample was.
///
/// # Errors
/// As [`certify`], and when more were mended than were found bad.
///
/// ```
/// use kazi_quality::lots::{certify, certify_mended};
/// let (before, after) = (certify(1_000, 100, 98, 0.95)?, certify_mended(1_000, 100, 98, 2, 0.95)?);
/// assert!((after.at_least - before.at_least - 0.002).abs() < 1e-12);
/// assert!((after.accuracy.value - 0.982).abs() < 1e-12);
/// # Ok::<(), kazi_quality::Error>(())
/// ```
pub fn certify_mended(
    lot: usize,
    sampled: usize,
    right: usize,
    mended: usize,
    confidence: f64,
) -> Result<Certificate, Error> {
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
    if mended > found {
        return Err(Error::option("mended", mended, "at most the number found bad"));
    }
    let good = |bad: usize| 1.0 - real(bad.saturating_sub(mended)) / real(lot);
    let side = |tail: f64| good(most_bad(lot, sampled, found, tail));
    let high = good(fewest_bad(lot, sampled, found, (1.0 - confidence) / 2.0));
    let rest = real(lot - sampled) * real(right) / real(sampled);
    let value = (rest + real(right + mended)) / real(lot);
    Ok(Certificate {
        lot,
        sampled,
        right,
        mended,
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn mending_what_was_found_never_lowers_what_is_certified(lot in 1usize..400, of in 0.0f64..1.0, bad in 0.0f64..1.0) {
            let part = |whole: usize, share: f64| crate::num::count((real(whole) * share).floor()).min(whole);
            let sampled = part(lot - 1, of) + 1;
            let found = part(sampled, bad);
            let mut before: Option<Certificate> = None;
            for mended in 0..=found {
                let now = certify_mended(lot, sampled, sampled - found, mended, 0.95).unwrap();
                let Interval { low, value, high } = now.accuracy;
                prop_assert!((0.0..=value).contains(&low) && (value..=1.0 + 1e-12).contains(&high), "{now:?}");
                prop_assert!(now.at_least >= low - 1e-12 && now.at_least <= value);
                if let Some(before) = before {
                    prop_assert!(now.at_least >= before.at_least && now.accuracy.value > before.accuracy.value - 1e-12);
                }
                before = Some(now);
            }
            // A lot that was looked at in full, with all that was wrong mended, is wholly right.
            let whole = certify_mended(lot, lot, lot - part(lot, bad), part(lot, bad), 0.95).unwrap();
            prop_assert!((whole.at_least - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn no_more_can_be_mended_than_was_found() {
        assert!(certify_mended(100, 10, 9, 2, 0.95).is_err());
    }
}
