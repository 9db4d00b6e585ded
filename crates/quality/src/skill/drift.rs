//! Notices that a worker has become worse (or better) than usual.

use crate::error::{Error, share};

/// Page's cumulative sum (Page 1954) on right and wrong answers, as log-likelihood ratios: after each answer
///
/// S ← max(0, S + ln P(answer | drifted) − ln P(answer | usual)), alarm when S ≥ h.
///
/// The threshold h trades delay against false alarms: the mean number of answers to a false alarm is at least eʰ.
/// Use it for long streams of answers with known truth; for a handful of answers look at the interval instead.
#[derive(Debug, Clone, PartialEq)]
pub struct Cusum {
    right: f64,
    wrong: f64,
    threshold: f64,
    sum: f64,
    since: usize,
}

/// What the latest answer says about a worker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Drift {
    /// Nothing unusual; the evidence so far, as a share of what raises the alarm.
    Usual(f64),
    /// The worker has changed, since about this many answers ago.
    Changed(usize),
}

impl Cusum {
    /// Watches for a change from the `usual` accuracy to the `drifted` one.
    ///
    /// # Errors
    /// When an accuracy is not strictly between 0 and 1, the two are equal, or the threshold is not positive.
    ///
    /// ```
    /// use kazi_quality::skill::{Cusum, Drift};
    /// let mut watch = Cusum::new(0.95, 0.75, 5.0)?;
    /// let alarm = (0..40).map(|answer| watch.push(answer < 20)).position(|drift| matches!(drift, Drift::Changed(_)));
    /// assert_eq!(alarm, Some(23));
    /// # Ok::<(), kazi_quality::Error>(())
    /// ```
    pub fn new(usual: f64, drifted: f64, threshold: f64) -> Result<Self, Error> {
        share("usual accuracy", usual)?;
        share("drifted accuracy", drifted)?;
        if (usual - drifted).abs() < 1e-9 {
            return Err(Error::option("drifted accuracy", drifted, "different from the usual accuracy"));
        }
        if !(threshold > 0.0 && threshold.is_finite()) {
            return Err(Error::option("threshold", threshold, "above zero"));
        }
        let right = (drifted / usual).ln();
        let wrong = ((1.0 - drifted) / (1.0 - usual)).ln();
        Ok(Self { right, wrong, threshold, sum: 0.0, since: 0 })
    }

    /// Notes whether an answer was right.
    pub fn push(&mut self, right: bool) -> Drift {
        self.sum = (self.sum + if right { self.right } else { self.wrong }).max(0.0);
        self.since = if self.sum > 0.0 { self.since + 1 } else { 0 };
        if self.sum >= self.threshold {
            Drift::Changed(self.since)
        } else {
            Drift::Usual(self.sum / self.threshold)
        }
    }

    /// Starts afresh, as after a talk with the worker.
    pub fn reset(&mut self) {
        self.sum = 0.0;
        self.since = 0;
    }
}
