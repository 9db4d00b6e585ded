//! Wald's sequential test: check item by item and stop as soon as it is clear.

use super::plan::Risks;
use crate::error::{Error, share};

/// Accept, reject, or check one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The lot is good.
    Accept,
    /// The lot is poor.
    Reject,
    /// Not clear yet.
    More,
}

/// The sequential probability ratio test (Wald 1945): with p₀ the good and p₁ the poor share, α and β the risks, after
/// each item S += ln(p₁/p₀) for a bad one and ln((1−p₁)/(1−p₀)) for a good one; reject at S ≥ ln((1−β)/α), accept at
/// S ≤ ln(β/(1−α)).
///
/// On average it needs about half the items of a fixed plan with the same risks. Use it when items are checked one by
/// one; use [`Plan`](super::Plan) when the sample must be set beforehand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sequential {
    bad: f64,
    good: f64,
    accept: f64,
    reject: f64,
    sum: f64,
    checked: usize,
    found: usize,
}

impl Sequential {
    /// A test with these risks.
    ///
    /// # Errors
    /// When a share or risk is not strictly between 0 and 1, or `poor` is not above `good`.
    ///
    /// ```
    /// use kazi_quality::lots::{Risks, Sequential, Verdict};
    /// let mut test = Sequential::new(Risks::default())?;
    /// let checked = (1..).find(|_| test.check(true) == Verdict::Accept);
    /// assert_eq!(checked, Some(55));
    /// # Ok::<(), kazi_quality::Error>(())
    /// ```
    pub fn new(risks: Risks) -> Result<Self, Error> {
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
        Ok(Self {
            bad: (risks.poor / risks.good).ln(),
            good: ((1.0 - risks.poor) / (1.0 - risks.good)).ln(),
            accept: (risks.accept_poor / (1.0 - risks.reject_good)).ln(),
            reject: ((1.0 - risks.accept_poor) / risks.reject_good).ln(),
            sum: 0.0,
            checked: 0,
            found: 0,
        })
    }

    /// Notes one checked item.
    pub fn check(&mut self, right: bool) -> Verdict {
        self.sum += if right { self.good } else { self.bad };
        self.checked += 1;
        self.found += usize::from(!right);
        self.verdict()
    }

    /// Where the test stands.
    pub fn verdict(&self) -> Verdict {
        if self.sum <= self.accept {
            Verdict::Accept
        } else if self.sum >= self.reject {
            Verdict::Reject
        } else {
            Verdict::More
        }
    }

    /// How many items were checked, and how many of them were bad.
    pub fn checked(&self) -> (usize, usize) {
        (self.checked, self.found)
    }
}
