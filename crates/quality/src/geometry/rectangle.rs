//! Upright boxes.

use super::{Shape, middle, over_union};

/// An upright box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rectangle {
    /// Its left edge.
    pub left: f64,
    /// Its top edge (the smaller y).
    pub top: f64,
    /// Its right edge.
    pub right: f64,
    /// Its bottom edge (the larger y).
    pub bottom: f64,
}

impl Rectangle {
    /// Its area.
    pub fn area(&self) -> f64 {
        (self.right - self.left).max(0.0) * (self.bottom - self.top).max(0.0)
    }
}

impl Shape for Rectangle {
    /// Intersection over union.
    fn similarity(&self, other: &Self) -> f64 {
        let wide = (self.right.min(other.right) - self.left.max(other.left)).max(0.0);
        let high = (self.bottom.min(other.bottom) - self.top.max(other.top)).max(0.0);
        over_union(wide * high, self.area(), other.area())
    }

    /// The weighted middle of each edge.
    fn merged(parts: &[(&Self, f64)]) -> Option<Self> {
        let of = |get: fn(&Self) -> f64| middle(parts.iter().map(|(part, weight)| (get(part), *weight)));
        (!parts.is_empty()).then(|| Self {
            left: of(|part| part.left),
            top: of(|part| part.top),
            right: of(|part| part.right),
            bottom: of(|part| part.bottom),
        })
    }

    fn fault(&self) -> Option<&'static str> {
        let finite = [self.left, self.top, self.right, self.bottom].iter().all(|edge| edge.is_finite());
        let sound = finite && self.left < self.right && self.top < self.bottom;
        (!sound).then_some(
            "the box needs left below right and top below bottom, all finite; correct it or leave it out",
        )
    }
}
