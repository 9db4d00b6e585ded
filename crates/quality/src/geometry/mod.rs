//! Boxes, polygons, masks, spans, intervals and points: which marks mean the same thing, and what it looks like.
//!
//! [`Consensus`] works for every [`Shape`]: marks of different workers are matched one to one (Hungarian method) by how
//! much they overlap, groups with a quorum are kept, and each group is merged into one shape. [`compare`] scores marks against the true ones.

mod compare;
mod consensus;
mod hungarian;
mod mask;
mod polygon;
mod rectangle;
mod rotated;
mod simple;

pub use compare::{Comparison, compare};
pub use consensus::{Consensus, Found, Reader};
pub use hungarian::assign;
pub use mask::{Mask, Staple, staple, vote_masks};
pub use polygon::Polygon;
pub use rectangle::Rectangle;
pub use rotated::RotatedRectangle;
pub use simple::{Interval, Point, Span};

/// Something that a worker marks.
pub trait Shape: Clone + std::fmt::Debug {
    /// How much two marks are alike, from 0 (nothing in common) to 1 (the same). Symmetric.
    fn similarity(&self, other: &Self) -> f64;

    /// One shape from several with weights; `None` from nothing.
    fn merged(parts: &[(&Self, f64)]) -> Option<Self>;

    /// What is wrong with the shape, in a sentence, if anything is.
    fn fault(&self) -> Option<&'static str>;
}

/// The weighted median of a coordinate: one bad mark does not drag it away. Halfway when the weight splits evenly.
pub(crate) fn middle(values: impl Iterator<Item = (f64, f64)>) -> f64 {
    let mut values: Vec<(f64, f64)> = values.collect();
    values.sort_by(|one, other| one.0.total_cmp(&other.0));
    let half = values.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut passed = 0.0;
    let mut rest = values.iter().peekable();
    while let Some((value, weight)) = rest.next() {
        passed += weight;
        if passed >= half * (1.0 - crate::num::TIE) {
            let even = passed <= half * (1.0 + crate::num::TIE);
            return rest.peek().filter(|_| even).map_or(*value, |(next, _)| f64::midpoint(*value, *next));
        }
    }
    0.0
}

/// Overlap of two lengths, areas or counts over their union.
pub(crate) fn over_union(both: f64, one: f64, other: f64) -> f64 {
    let union = one + other - both;
    if union > 0.0 { (both / union).clamp(0.0, 1.0) } else { 0.0 }
}
