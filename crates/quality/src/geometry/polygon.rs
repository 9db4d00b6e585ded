//! Polygons of any form, by scan lines.

use super::mask::{Mask, outline};
use super::{Shape, over_union};
use crate::num::{at, count, real};

/// Scan lines for overlaps: an overlap is exact across and accurate to about a part in a thousand down.
const LINES: usize = 512;
/// The longer side of the grid on which polygons are merged.
const GRID: f64 = 256.0;

/// A polygon: its corners in turn, closed by itself. It may be concave; where it crosses itself the even-odd rule
/// says what is inside.
#[derive(Debug, Clone, PartialEq)]
pub struct Polygon {
    /// The corners as (x, y).
    pub corners: Vec<(f64, f64)>,
}

impl Polygon {
    /// Its area, by the even-odd rule.
    pub fn area(&self) -> f64 {
        let (top, bottom) = self.reach(|(_, y)| *y);
        scan(top, bottom, |y| self.inside(y).iter().map(|(from, to)| to - from).sum())
    }

    /// The least and greatest value of a coordinate.
    fn reach(&self, get: fn(&(f64, f64)) -> f64) -> (f64, f64) {
        let start = (f64::INFINITY, f64::NEG_INFINITY);
        self.corners.iter().map(get).fold(start, |(low, high), value| (low.min(value), high.max(value)))
    }

    /// The stretches of a horizontal line that lie inside, from left to right.
    pub(crate) fn inside(&self, y: f64) -> Vec<(f64, f64)> {
        let next = self.corners.iter().cycle().skip(1);
        let mut crossings: Vec<f64> = self
            .corners
            .iter()
            .zip(next)
            .filter(|((_, y0), (_, y1))| (*y0 <= y) != (*y1 <= y))
            .map(|((x0, y0), (x1, y1))| x0 + (y - y0) / (y1 - y0) * (x1 - x0))
            .collect();
        crossings.sort_by(f64::total_cmp);
        crossings.chunks_exact(2).map(|pair| (at(pair, 0), at(pair, 1))).collect()
    }
}

/// The integral of a length over a range of y, by the midpoint rule.
fn scan(top: f64, bottom: f64, length: impl Fn(f64) -> f64) -> f64 {
    let step = (bottom - top) / real(LINES);
    if !(step > 0.0 && step.is_finite()) {
        return 0.0;
    }
    (0..LINES).map(|line| length(top + (real(line) + 0.5) * step)).sum::<f64>() * step
}

/// The length that two sorted lists of stretches share.
fn shared(one: &[(f64, f64)], other: &[(f64, f64)]) -> f64 {
    let overlap = |(from, to): &(f64, f64)| -> f64 {
        other.iter().map(|(start, end)| (to.min(*end) - from.max(*start)).max(0.0)).sum()
    };
    one.iter().map(overlap).sum()
}

impl Shape for Polygon {
    /// Intersection over union.
    fn similarity(&self, other: &Self) -> f64 {
        let ((top, bottom), (upper, lower)) = (self.reach(|p| p.1), other.reach(|p| p.1));
        let ((left, right), (start, end)) = (self.reach(|p| p.0), other.reach(|p| p.0));
        if bottom.min(lower) <= top.max(upper) || right.min(end) <= left.max(start) {
            return 0.0;
        }
        // All three on the same lines, so that equal polygons overlap exactly.
        let (top, bottom) = (top.min(upper), bottom.max(lower));
        let both = scan(top, bottom, |y| shared(&self.inside(y), &other.inside(y)));
        let length = |polygon: &Self, y: f64| polygon.inside(y).iter().map(|(from, to)| to - from).sum();
        over_union(both, scan(top, bottom, |y| length(self, y)), scan(top, bottom, |y| length(other, y)))
    }

    /// The outline of the largest area that at least half of the weight covers, on a grid of 256 cells along the longer
    /// side.
    fn merged(parts: &[(&Self, f64)]) -> Option<Self> {
        if let [(only, _)] = parts {
            return Some((*only).clone());
        }
        let fold = |get: fn(&(f64, f64)) -> f64| {
            let reaches = parts.iter().map(|(part, _)| part.reach(get));
            reaches.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), (low, high)| (a.min(low), b.max(high)))
        };
        let ((left, right), (top, bottom)) = (fold(|p| p.0), fold(|p| p.1));
        let cell = (right - left).max(bottom - top) / GRID;
        if !(cell > 0.0 && cell.is_finite()) {
            return None;
        }
        let columns = count(((right - left) / cell).ceil()).max(1);
        let rows = count(((bottom - top) / cell).ceil()).max(1);
        let total: f64 = parts.iter().map(|(_, weight)| weight).sum();
        let mut covered = vec![0.0; columns * rows];
        for (row, line) in covered.chunks_exact_mut(columns).enumerate() {
            let y = top + (real(row) + 0.5) * cell;
            for (part, weight) in parts {
                for (from, to) in part.inside(y) {
                    let first = count(((from - left) / cell - 0.5).ceil().max(0.0));
                    let last = count(((to - left) / cell - 0.5).ceil().max(0.0));
                    let cells = line.get_mut(first..last.min(columns)).unwrap_or_default();
                    for value in cells {
                        *value += weight;
                    }
                }
            }
        }
        let cells = covered.iter().map(|weight| *weight >= total / 2.0 * (1.0 - crate::num::TIE));
        let mask = Mask::new(columns, rows, cells.collect()).ok()?;
        let corners: Vec<(f64, f64)> =
            outline(&mask).into_iter().map(|(x, y)| (left + real(x) * cell, top + real(y) * cell)).collect();
        (corners.len() > 2).then_some(Self { corners })
    }

    fn fault(&self) -> Option<&'static str> {
        if self.corners.len() < 3 {
            return Some("the polygon needs at least three corners; add some or leave it out");
        }
        if self.corners.iter().any(|(x, y)| !x.is_finite() || !y.is_finite()) {
            return Some("the polygon has a corner that is not a finite number; correct it or leave it out");
        }
        (self.area() <= 0.0).then_some("the polygon has no area; draw it again or leave it out")
    }
}

/// The area of a simple polygon (Gauss's shoelace formula).
pub(crate) fn area(corners: &[(f64, f64)]) -> f64 {
    let next = corners.iter().cycle().skip(1);
    let twice: f64 = corners.iter().zip(next).map(|((x0, y0), (x1, y1))| x0 * y1 - x1 * y0).sum();
    twice.abs() / 2.0
}

/// The part of one convex polygon inside another (Sutherland and Hodgman 1974); both turn the same way round.
pub(crate) fn clip_convex(subject: &[(f64, f64)], clip: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut kept = subject.to_vec();
    for ((x0, y0), (x1, y1)) in clip.iter().zip(clip.iter().cycle().skip(1)) {
        let side = |(x, y): (f64, f64)| (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0);
        let corners = std::mem::take(&mut kept);
        for (from, to) in corners.iter().zip(corners.iter().cycle().skip(1)) {
            let (before, after) = (side(*from), side(*to));
            if before >= 0.0 {
                kept.push(*from);
            }
            if (before >= 0.0) != (after >= 0.0) {
                let share = before / (before - after);
                kept.push((from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1)));
            }
        }
    }
    kept
}
