//! Confidence intervals of a share.

use crate::special::{beta_quantile, normal_quantile};

/// An estimate between two bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower bound.
    pub low: f64,
    /// The estimate.
    pub value: f64,
    /// The upper bound.
    pub high: f64,
}

/// Wilson's score interval (Wilson 1927) of a share: `hits` out of `total` at a two-sided confidence such as
/// 0.95. With z the normal quantile and p = hits / total,
///
/// (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n).
///
/// Good from a handful of trials on, never leaves 0 to 1; hits may be a fraction (an expectation). Without
/// trials it is 0 to 1 around one half.
///
/// ```
/// let skill = kazi_quality::skill::wilson(8.0, 10.0, 0.95);
/// assert!((skill.low - 0.4902).abs() < 1e-4 && (skill.high - 0.9433).abs() < 1e-4);
/// ```
pub fn wilson(hits: f64, total: f64, confidence: f64) -> Interval {
    let hits = if hits.is_finite() { hits.clamp(0.0, total.max(0.0)) } else { 0.0 };
    if !(total > 0.0 && total.is_finite()) {
        return Interval { low: 0.0, value: 0.5, high: 1.0 };
    }
    let z = two_sided(confidence);
    let share = hits / total;
    let shrink = 1.0 + z * z / total;
    let centre = (share + z * z / (2.0 * total)) / shrink;
    let half = z / shrink * (share * (1.0 - share) / total + z * z / (4.0 * total * total)).sqrt();
    Interval { low: (centre - half).clamp(0.0, share), value: share, high: (centre + half).clamp(share, 1.0) }
}

/// The exact interval of Clopper and Pearson (1934): every bound errs on the safe side, at the price of width.
/// The one to print on a certificate. Its bounds are beta quantiles, B(α/2; hits, total−hits+1) and
/// B(1−α/2; hits+1, total−hits).
///
/// ```
/// let bound = kazi_quality::skill::exact(0.0, 50.0, 0.95);
/// assert!((bound.high - 0.0711).abs() < 1e-4);
/// ```
pub fn exact(hits: f64, total: f64, confidence: f64) -> Interval {
    if !(total > 0.0 && total.is_finite()) {
        return Interval { low: 0.0, value: 0.5, high: 1.0 };
    }
    let hits = if hits.is_finite() { hits.clamp(0.0, total) } else { 0.0 };
    let tail = tail(confidence);
    let low = if hits > 0.0 { beta_quantile(tail, hits, total - hits + 1.0) } else { 0.0 };
    let high = if hits < total { beta_quantile(1.0 - tail, hits + 1.0, total - hits) } else { 1.0 };
    Interval { low, value: hits / total, high }
}

fn tail(confidence: f64) -> f64 {
    if confidence > 0.0 && confidence < 1.0 { (1.0 - confidence) / 2.0 } else { 0.025 }
}

fn two_sided(confidence: f64) -> f64 {
    // The default is by far the most asked for, once a worker; the quantile's bisection is not cheap.
    if (confidence - 0.95).abs() < f64::EPSILON {
        1.959_963_984_540_054
    } else {
        normal_quantile(1.0 - tail(confidence))
    }
}
