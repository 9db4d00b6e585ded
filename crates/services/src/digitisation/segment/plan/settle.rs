//! Who owns what: letters to their lines, tall pieces cut where lines touch, small ink to the nearest line.

use kazi_formats::raster::Rect;
use kazi_formats::raster::number::{index, round};

use super::{Home, Owner, Plan};
use crate::digitisation::segment::chains::{Band, Chain};
use crate::digitisation::segment::components::Component;
use crate::digitisation::segment::figures::Region;
use crate::digitisation::segment::sort::Sheet;

impl Plan {
    pub(super) fn set(&mut self, piece: &Component, owner: Owner) {
        if let Some(place) = self.owners.get_mut(index(piece.label)) {
            *place = owner;
        }
    }

    pub(super) fn own_letters(&mut self) {
        for (at, line) in (0_u32..).zip(&self.lines) {
            for letter in &line.letters {
                if let Some(place) = self.owners.get_mut(index(letter.label)) {
                    *place = Owner::Line(at);
                }
            }
        }
    }

    /// Cuts letters that touch across lines between the baseline of the upper and the small letters of the lower.
    pub(super) fn share_tall(&mut self, tall: &[Component], x_height: f64) {
        for piece in tall {
            let mut met: Vec<(Band, u32)> = (0_u32..)
                .zip(&self.lines)
                .filter(|(_, line)| {
                    let middle = piece.middle();
                    middle >= f64::from(line.left()) - x_height && middle <= f64::from(line.right) + x_height
                })
                .map(|(at, line)| (line.band_at(piece.middle()), at))
                .filter(|(band, _)| {
                    let shared =
                        f64::from(piece.bottom).min(band.bottom) - f64::from(piece.top).max(band.top);
                    shared >= 0.6 * band.height()
                })
                .collect();
            met.sort_by(|one, other| one.0.middle().total_cmp(&other.0.middle()));
            let Some((_, last)) = met.last().copied() else { continue };
            let mut limits: Vec<(u32, u32)> = met
                .windows(2)
                .filter_map(|pair| {
                    let [(upper, line), (lower, _)] = pair else { return None };
                    Some((round(upper.bottom.midpoint(lower.top)), *line))
                })
                .collect();
            limits.push((u32::MAX, last));
            self.shared.insert(piece.label, limits);
            self.set(piece, Owner::Line(last));
        }
    }

    /// Gives each small piece to the line or figure that it is nearest to; what is far from all stays dust. Lines
    /// grow by what they are given, so that a row of small pieces is taken in one after the other.
    pub(super) fn attach(&mut self, pieces: Vec<Component>, regions: &mut [Region], sheet: &Sheet) {
        let mut boxes: Vec<Rect> = self.lines.iter().map(Chain::place).collect();
        let mut waiting = pieces;
        loop {
            let before = waiting.len();
            waiting.retain(|piece| match self.home_of(piece, &boxes, regions, sheet.x_height) {
                Some(Home::Line(at)) => {
                    if let Some(place) = boxes.get_mut(index(at)) {
                        *place = place.union(&piece.place());
                    }
                    self.set(piece, Owner::Line(at));
                    false
                }
                Some(Home::Region(at)) => {
                    if let Some(region) = regions.get_mut(at) {
                        region.take_in(std::slice::from_ref(piece));
                    }
                    false
                }
                None => true,
            });
            if waiting.len() == before {
                break;
            }
        }
        for piece in waiting.iter().filter(|piece| sheet.touches_edge(piece)) {
            self.set(piece, Owner::Border);
        }
    }

    pub(super) fn home_of(
        &self,
        piece: &Component,
        boxes: &[Rect],
        regions: &[Region],
        x_height: f64,
    ) -> Option<Home> {
        let nearest = (0_u32..)
            .zip(self.lines.iter().zip(boxes))
            .filter_map(|(at, (line, place))| Some((distance(piece, line, place, x_height)?, at)))
            .min_by(|one, other| one.0.total_cmp(&other.0));
        let (x, y) = (round(piece.middle()), piece.top.midpoint(piece.bottom));
        let region = regions.iter().position(|region| region.place.contains(x, y));
        match (nearest, region) {
            // Inside a figure only what stands in the line itself is the line's.
            (Some((near, at)), Some(_)) if near < 0.05 => Some(Home::Line(at)),
            (_, Some(region)) => Some(Home::Region(region)),
            (Some((_, at)), None) => Some(Home::Line(at)),
            // What is no line's and close to a figure is the figure's: its frayed edge.
            (None, None) => near_region(piece, regions, x_height).map(Home::Region),
        }
    }

    /// An underline belongs to its line, a stroke inside a figure to the figure; others are rules.
    pub(super) fn place_rule(&mut self, piece: &Component, regions: &mut [Region], x_height: f64) {
        if let Some(region) = near_region(piece, regions, x_height).and_then(|at| regions.get_mut(at)) {
            region.take_in(std::slice::from_ref(piece));
            return;
        }
        let level = f64::from(piece.top).midpoint(f64::from(piece.bottom));
        let home = (0_u32..).zip(&self.lines).find(|(_, line)| {
            let band = line.band_at(piece.middle());
            let inside = f64::from(piece.left) > f64::from(line.left()) - x_height
                && f64::from(piece.right) < f64::from(line.right) + x_height;
            inside && level > band.top - 0.3 * x_height && level < band.bottom + 0.5 * x_height
        });
        let owner = home.map_or(Owner::Rule, |(at, _)| Owner::Line(at));
        self.set(piece, owner);
    }

    pub(super) fn own_figures(&mut self, regions: &[Region]) {
        for (at, region) in (0_u32..).zip(regions) {
            for label in &region.labels {
                if let Some(place) = self.owners.get_mut(index(*label)) {
                    *place = Owner::Figure(at);
                }
            }
        }
        self.figures = regions.iter().map(|region| region.place).collect();
    }
}

/// The figure in which the middle of a piece lies, or which all of it nearly touches: the figure's frame.
fn near_region(piece: &Component, regions: &[Region], x_height: f64) -> Option<usize> {
    let near = round(0.8 * x_height);
    let (x, y) = (round(piece.middle()), piece.top.midpoint(piece.bottom));
    let inside = regions.iter().position(|region| region.place.contains(x, y));
    inside.or_else(|| {
        regions.iter().position(|region| {
            let place = region.place.grown(near, u32::MAX, u32::MAX);
            place.intersection(&piece.place()) == piece.place()
        })
    })
}

/// How far a small piece is from a line, in x-heights; none when it is too far to belong to it.
pub(super) fn distance(piece: &Component, line: &Chain, place: &Rect, x_height: f64) -> Option<f64> {
    let size = f64::from(piece.width().max(piece.height()));
    // Dust must lie within the line; a dash or quote may stand a little outside.
    let reach = if size < 0.16 * x_height { 0.4 } else { 2.0 };
    let aside =
        (f64::from(place.x) - f64::from(piece.right)).max(f64::from(piece.left) - f64::from(place.right()));
    let beyond =
        (f64::from(place.y) - f64::from(piece.bottom)).max(f64::from(piece.top) - f64::from(place.bottom()));
    if aside > reach * x_height || beyond > 1.3 * x_height {
        return None;
    }
    let band = line.band_at(piece.middle());
    let above = (band.top - f64::from(piece.bottom)) / x_height;
    let below = (f64::from(piece.top) - band.bottom) / x_height;
    if above > 1.1 || below > 0.9 {
        return None;
    }
    let level = (Band::of(piece).middle() - band.middle()).abs() / x_height;
    Some(above.max(below).max(0.0) + 0.3 * (aside / x_height).max(0.0) + 0.001 * level)
}
