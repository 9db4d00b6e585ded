//! The few numeric conversions that work on pixels needs, in one place, so that the casts are seen and reasoned about once.

/// A pixel coordinate as an index. Saturates on platforms whose `usize` is narrower than 32 bits.
#[must_use]
pub fn index(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

/// A length or index as a pixel coordinate; saturates.
#[must_use]
pub fn coordinate(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// The nearest whole number; saturates at the ends of `u32`, and is 0 for what is not a number.
#[must_use]
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float-to-integer cast saturates and maps NaN to 0, which is what is promised"
)]
pub fn round(value: f64) -> u32 {
    value.round() as u32
}

/// The nearest whole number with a sign; saturates at the ends of `i64`, and is 0 for what is not a number.
#[must_use]
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "a float-to-integer cast saturates and maps NaN to 0, which is what is promised"
)]
pub fn round_signed(value: f64) -> i64 {
    value.round() as i64
}

/// A count as a float. Exact up to 2^53, which no page reaches.
#[must_use]
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "exact for every count below 2^53")]
pub fn float(value: u64) -> f64 {
    value as f64
}

/// A length as a float. Exact up to 2^53.
#[must_use]
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "exact for every length below 2^53")]
pub fn float_of(value: usize) -> f64 {
    value as f64
}

/// The low byte of a sample that is already known to lie in 0..=255; saturates otherwise.
#[must_use]
pub fn sample(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_saturates_and_never_panics() {
        assert_eq!(round(f64::NAN), 0);
        assert_eq!(round(-3.0), 0);
        assert_eq!(round(2.5), 3);
        assert_eq!(round(1e20), u32::MAX);
        assert_eq!(round_signed(-2.6), -3);
        assert_eq!(sample(300), 255);
    }
}
