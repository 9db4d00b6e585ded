//! Small arithmetic helpers that keep the numeric code free of casts and of panicking indexes.
//!
//! Every index that reaches these functions is in range by construction (the table checks its ids once, when
//! it is built); a value out of range reads as zero and writes nothing.

/// A table id as a position.
#[inline]
pub(crate) fn index(id: u32) -> usize {
    usize::try_from(id).unwrap_or(usize::MAX)
}

/// A position as a table id; the builder has already refused tables that would overflow.
#[inline]
pub(crate) fn id(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

/// A position as 64 bits.
#[inline]
pub(crate) fn bits(position: usize) -> u64 {
    u64::try_from(position).unwrap_or(u64::MAX)
}

/// A count as a number.
#[inline]
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "counts below 2^53 are exact in f64")]
pub(crate) fn real(count: usize) -> f64 {
    count as f64
}

/// The nearest count to a number; negative and NaN become zero.
#[inline]
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float cast saturates, and the callers pass counts"
)]
pub(crate) fn count(value: f64) -> usize {
    value.round() as usize
}

/// 64 random bits as a number in [0, 1).
#[inline]
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "53 bits are exact in f64")]
pub(crate) fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / 9_007_199_254_740_992.0
}

/// The value at a position.
#[inline]
pub(crate) fn at(values: &[f64], position: usize) -> f64 {
    values.get(position).copied().unwrap_or(0.0)
}

/// Adds to the value at a position.
#[inline]
pub(crate) fn add(values: &mut [f64], position: usize, amount: f64) {
    if let Some(value) = values.get_mut(position) {
        *value += amount;
    }
}

/// Sets the value at a position.
#[inline]
pub(crate) fn set(values: &mut [f64], position: usize, amount: f64) {
    if let Some(value) = values.get_mut(position) {
        *value = amount;
    }
}

/// One row of a matrix that is kept row after row.
#[inline]
pub(crate) fn row(values: &[f64], position: usize, width: usize) -> &[f64] {
    values.get(position * width..(position + 1) * width).unwrap_or_default()
}

/// One row of a matrix that is kept row after row, to write to.
#[inline]
pub(crate) fn row_mut(values: &mut [f64], position: usize, width: usize) -> &mut [f64] {
    values.get_mut(position * width..(position + 1) * width).unwrap_or_default()
}

/// Scales values to a sum of one; values without mass become uniform.
pub(crate) fn normalise(values: &mut [f64]) {
    let total: f64 = values.iter().sum();
    if total > 0.0 && total.is_finite() {
        for value in values.iter_mut() {
            *value /= total;
        }
    } else {
        let share = 1.0 / real(values.len().max(1));
        for value in values.iter_mut() {
            *value = share;
        }
    }
}

/// Turns log weights into probabilities without overflow.
pub(crate) fn softmax(logs: &mut [f64]) {
    let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if top.is_finite() {
        for value in logs.iter_mut() {
            *value = (*value - top).exp();
        }
    }
    normalise(logs);
}

/// ln(1 + eˣ) without overflow.
#[inline]
pub(crate) fn softplus(x: f64) -> f64 {
    if x > 30.0 { x } else { x.exp().ln_1p() }
}

/// 1 / (1 + e⁻ˣ).
#[inline]
pub(crate) fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// Positions of the largest values; more than one when they tie within a rounding error.
pub(crate) fn leaders(values: &[f64]) -> Vec<usize> {
    let top = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let slack = top.abs() * TIE;
    values
        .iter()
        .enumerate()
        .filter(|(_, value)| **value >= top - slack)
        .map(|(position, _)| position)
        .collect()
}

/// Two probabilities nearer than this share of the larger are a tie: summing in another order moves a
/// posterior by about 1e-15, and no data set tells 1e-9 apart.
pub(crate) const TIE: f64 = 1e-9;
