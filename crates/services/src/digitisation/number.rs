//! Conversions between kinds of numbers, in one place.

/// A count as `u32`; more than fit count as the most that do.
pub fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A count as a float.
pub fn float(number: usize) -> f64 {
    f64::from(count(number))
}

/// An index.
pub fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Rounds to a whole number of pixels; what is negative or no number becomes 0.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped first"
)]
pub fn pixels(number: f64) -> u32 {
    number.round().clamp(0.0, f64::from(u32::MAX)) as u32
}

/// A random number below `bound`; 0 where the bound is 0. The bias of the remainder is far below what a
/// simulation can show.
pub fn below(bound: usize, random: &mut dyn FnMut() -> u64) -> usize {
    let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
    usize::try_from(random() % bound).unwrap_or(0)
}

/// A random number from 0 to 1, 1 excluded.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "53 bits fit a float exactly")]
pub fn share(random: &mut dyn FnMut() -> u64) -> f64 {
    (random() >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_stay_within_bounds() {
        assert!(share(&mut || u64::MAX) < 1.0);
        assert!(share(&mut || 0).abs() < f64::EPSILON);
        assert_eq!(below(0, &mut || 7), 0);
        assert_eq!(below(5, &mut || 7), 2);
        assert_eq!(pixels(f64::NAN), 0);
    }
}
