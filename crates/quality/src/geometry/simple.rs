//! Shapes with one or two numbers: spans of text, intervals of time, points.

use super::{Shape, middle, over_union};
use crate::num::{count, real};

/// A stretch of text: from `start` up to but not including `end`, in whatever the caller counts (characters, tokens).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first position.
    pub start: usize,
    /// One past the last position.
    pub end: usize,
}

impl Shape for Span {
    fn similarity(&self, other: &Self) -> f64 {
        let both = self.end.min(other.end).saturating_sub(self.start.max(other.start));
        over_union(real(both), real(self.end - self.start), real(other.end - other.start))
    }

    /// The weighted middle of the starts and of the ends.
    fn merged(parts: &[(&Self, f64)]) -> Option<Self> {
        let start = count(middle(parts.iter().map(|(part, weight)| (real(part.start), *weight))).floor());
        let end = count(middle(parts.iter().map(|(part, weight)| (real(part.end), *weight))).ceil());
        (!parts.is_empty()).then_some(Self { start, end: end.max(start + 1) })
    }

    fn fault(&self) -> Option<&'static str> {
        (self.start >= self.end).then_some("the span ends before it begins; swap its ends or leave it out")
    }
}

/// A stretch of time (or of any line of numbers).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Where it begins.
    pub start: f64,
    /// Where it ends.
    pub end: f64,
}

impl Shape for Interval {
    fn similarity(&self, other: &Self) -> f64 {
        let both = (self.end.min(other.end) - self.start.max(other.start)).max(0.0);
        over_union(both, self.end - self.start, other.end - other.start)
    }

    /// The weighted middle of the starts and of the ends.
    fn merged(parts: &[(&Self, f64)]) -> Option<Self> {
        let start = middle(parts.iter().map(|(part, weight)| (part.start, *weight)));
        let end = middle(parts.iter().map(|(part, weight)| (part.end, *weight)));
        (!parts.is_empty()).then_some(Self { start, end })
    }

    fn fault(&self) -> Option<&'static str> {
        let sound = self.start.is_finite() && self.end.is_finite() && self.start < self.end;
        (!sound).then_some("the interval must begin before it ends, both finite; correct it or leave it out")
    }
}

/// A place in the plane, known to within a radius.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Across.
    pub x: f64,
    /// Down.
    pub y: f64,
    /// How far apart two marks of the same thing may be: their similarity is 1 at no distance and falls to 0.5 at the
    /// mean of their radii and to 0 at twice that.
    pub radius: f64,
}

impl Shape for Point {
    fn similarity(&self, other: &Self) -> f64 {
        let reach = self.radius + other.radius;
        let apart = (self.x - other.x).hypot(self.y - other.y);
        if reach > 0.0 { (1.0 - apart / reach).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// The weighted middle of each coordinate.
    fn merged(parts: &[(&Self, f64)]) -> Option<Self> {
        let of = |get: fn(&Self) -> f64| middle(parts.iter().map(|(part, weight)| (get(part), *weight)));
        (!parts.is_empty()).then(|| Self { x: of(|p| p.x), y: of(|p| p.y), radius: of(|p| p.radius) })
    }

    fn fault(&self) -> Option<&'static str> {
        let sound = self.x.is_finite() && self.y.is_finite() && self.radius > 0.0 && self.radius.is_finite();
        (!sound).then_some(
            "the point needs finite coordinates and a radius above zero; correct it or leave it out",
        )
    }
}
