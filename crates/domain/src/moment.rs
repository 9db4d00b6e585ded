//! Moments and spans of time, in microseconds, as the database keeps them.

use std::ops::{Add, Sub};

use serde::{Deserialize, Serialize};

/// A moment: microseconds since the start of 1970, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

/// A length of time in microseconds; never negative by construction of its named makers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(i64);

impl Moment {
    /// The moment this many microseconds after the start of 1970, UTC.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the start of 1970, UTC.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// How long after `earlier` this is; zero when it is not after.
    pub fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0).max(0))
    }

    /// The day this moment falls on in a place that is `offset_minutes` ahead of UTC,
    /// counted from 1 January 1970. Pay is summed by the worker's own day.
    pub fn day(self, offset_minutes: i32) -> i64 {
        self.0.saturating_add(i64::from(offset_minutes) * 60_000_000).div_euclid(86_400_000_000)
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A span of whole seconds.
    pub const fn seconds(seconds: u32) -> Self {
        Self::micros_of(seconds, 1_000_000)
    }

    /// A span of whole minutes.
    pub const fn minutes(minutes: u32) -> Self {
        Self::micros_of(minutes, 60_000_000)
    }

    /// A span of whole milliseconds.
    pub const fn millis(millis: u32) -> Self {
        Self::micros_of(millis, 1_000)
    }

    #[expect(clippy::as_conversions, reason = "widening u32 to i64 loses nothing; `From` is not const")]
    const fn micros_of(count: u32, unit: i64) -> Self {
        Self(count as i64 * unit)
    }

    /// A span of this many microseconds; negative counts as none.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros.max(0))
    }

    /// The length in microseconds.
    pub const fn micros(self) -> i64 {
        self.0
    }
}

impl Add<Span> for Moment {
    type Output = Self;

    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Moment {
    type Output = Self;

    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_in_nairobi_starts_a_new_day_three_hours_before_utc() {
        let nine_in_the_evening = Moment::from_micros(21 * 3_600_000_000);
        assert_eq!(nine_in_the_evening.day(0), 0);
        assert_eq!(nine_in_the_evening.day(180), 1);
        assert_eq!(Moment::from_micros(-1).day(0), -1);
    }

    #[test]
    fn a_span_is_never_negative() {
        let (early, late) = (Moment::from_micros(5), Moment::from_micros(9));
        assert_eq!(late.since(early).micros(), 4);
        assert_eq!(early.since(late), Span::ZERO);
    }
}
