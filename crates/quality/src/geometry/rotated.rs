//! Boxes at an angle.

use super::polygon::{area, clip_convex};
use super::{Shape, middle, over_union};
use std::f64::consts::{FRAC_PI_2, PI};

/// A box at an angle: text lines on a photograph, ships from above.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RotatedRectangle {
    /// The centre, across.
    pub x: f64,
    /// The centre, down.
    pub y: f64,
    /// The length of the side that lies along the angle.
    pub width: f64,
    /// The length of the other side.
    pub height: f64,
    /// The angle of the width side in radians, counted from the x axis towards the y axis.
    pub angle: f64,
}

impl RotatedRectangle {
    /// Its corners, in turn.
    pub fn corners(&self) -> [(f64, f64); 4] {
        let (sin, cos) = self.angle.sin_cos();
        let (along, across) = (self.width / 2.0, self.height / 2.0);
        [(-along, -across), (along, -across), (along, across), (-along, across)]
            .map(|(u, v)| (self.x + u * cos - v * sin, self.y + u * sin + v * cos))
    }

    /// The same box written so that its angle is nearest to that of another: a box turned by 90° with its sides
    /// swapped is the same box.
    fn turned_towards(&self, angle: f64) -> Self {
        let quarters = ((angle - self.angle) / FRAC_PI_2).round();
        let swap = quarters.rem_euclid(2.0) > 0.5;
        let (width, height) = if swap { (self.height, self.width) } else { (self.width, self.height) };
        Self { width, height, angle: self.angle + quarters * FRAC_PI_2, ..*self }
    }
}

impl Shape for RotatedRectangle {
    /// Intersection over union, exact.
    fn similarity(&self, other: &Self) -> f64 {
        let both = clip_convex(&self.corners(), &other.corners());
        over_union(area(&both), self.width * self.height, other.width * other.height)
    }

    /// The weighted middle of centre, sides and angle, after all boxes are written at the angle nearest to the
    /// heaviest one's.
    fn merged(parts: &[(&Self, f64)]) -> Option<Self> {
        let (first, _) = parts.iter().reduce(|best, part| if part.1 > best.1 { part } else { best })?;
        let turned: Vec<(Self, f64)> =
            parts.iter().map(|(part, weight)| (part.turned_towards(first.angle), *weight)).collect();
        let of = |get: fn(&Self) -> f64| middle(turned.iter().map(|(part, weight)| (get(part), *weight)));
        let angle = of(|part| part.angle);
        Some(Self {
            x: of(|part| part.x),
            y: of(|part| part.y),
            width: of(|part| part.width),
            height: of(|part| part.height),
            angle: (angle + PI).rem_euclid(2.0 * PI) - PI,
        })
    }

    fn fault(&self) -> Option<&'static str> {
        let finite =
            [self.x, self.y, self.width, self.height, self.angle].iter().all(|value| value.is_finite());
        let sound = finite && self.width > 0.0 && self.height > 0.0 && self.angle.abs() < 1e6;
        (!sound).then_some(
            "the rotated box needs sides above zero and finite numbers; correct it or leave it out",
        )
    }
}
