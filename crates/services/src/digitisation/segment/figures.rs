//! Figures: large pieces of ink brought together to the regions they make up.

use super::chains::Chain;
use super::components::Component;
use super::plan::{is_text, lies_in};
use kazi_formats::raster::Rect;
use kazi_formats::raster::number::round;

/// A figure and the ink in it.
#[derive(Debug, Clone)]
pub struct Region {
    /// The box round it.
    pub place: Rect,
    /// Labels of its components.
    pub labels: Vec<u32>,
}

impl Region {
    /// Makes pieces part of the figure.
    pub fn take_in(&mut self, pieces: &[Component]) {
        for piece in pieces {
            self.place = self.place.union(&piece.place());
            self.labels.push(piece.label);
        }
    }
}

/// Brings large pieces together that overlap or nearly touch, unless a line of print would end up inside.
pub fn regions(parts: &[Component], lines: &[Chain], x_height: f64) -> Vec<Region> {
    let near = round(x_height);
    let text: Vec<&Chain> = lines.iter().filter(|line| is_text(line, x_height)).collect();
    let mut regions: Vec<Region> = Vec::new();
    let mut waiting: Vec<Region> =
        parts.iter().map(|part| Region { place: part.place(), labels: vec![part.label] }).collect();
    waiting.sort_by_key(|region| std::cmp::Reverse(region.place.area()));
    for mut next in waiting {
        // Each merge may bring the figure near to another one.
        while let Some(at) = regions.iter().position(|other| belongs(other, &next, near, &text)) {
            let other = regions.swap_remove(at);
            next.place = next.place.union(&other.place);
            next.labels.extend(other.labels);
        }
        regions.push(next);
    }
    regions.sort_by_key(|region| (region.place.y, region.place.x));
    regions
}

fn belongs(one: &Region, other: &Region, near: u32, text: &[&Chain]) -> bool {
    let grown = one.place.grown(near, u32::MAX, u32::MAX);
    if grown.intersection(&other.place).area() == 0 {
        return false;
    }
    let both = one.place.union(&other.place);
    let caught = |place: &Rect| text.iter().filter(|line| lies_in(line, place)).count();
    caught(&both) <= caught(&one.place) + caught(&other.place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_nearly_touch_are_one_figure() {
        let part =
            |label, left, top| Component { label, left, top, right: left + 100, bottom: top + 100, ink: 900 };
        let found = regions(&[part(0, 0, 0), part(1, 110, 20), part(2, 500, 0), part(3, 90, 110)], &[], 20.0);
        assert_eq!(found.iter().map(|region| region.labels.len()).collect::<Vec<_>>(), [3, 1]);
        assert_eq!(found[0].place, Rect::from_edges(0, 0, 210, 210));
    }
}
