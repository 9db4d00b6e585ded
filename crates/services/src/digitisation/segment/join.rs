//! Pieces of one line brought together, and columns kept apart.

use super::chains::{Band, Chain};
use super::plan::is_text;
use kazi_formats::raster::number::float_of;

/// A gutter must be seen beside at least this many lines.
const GUTTER_LINES: usize = 4;
/// Lines this far above and below are asked about a gutter, in x-heights.
const GUTTER_VIEW: f64 = 12.0;
/// A column is at least this wide on average, in x-heights; page numbers, figures in a table and first words are narrower.
const COLUMN: f64 = 12.0;

/// Joins chains that stand on the same band: fragments that overlap, and neighbours that no gutter parts.
pub fn join(chains: Vec<Chain>, x_height: f64) -> Vec<Chain> {
    let lines = join_overlapping(chains, x_height);
    join_neighbours(lines, x_height)
}

/// Fragments in one another's way: bands that agree over columns that overlap.
fn join_overlapping(mut chains: Vec<Chain>, x_height: f64) -> Vec<Chain> {
    chains.sort_by_key(|chain| std::cmp::Reverse(chain.letters.len()));
    let mut kept: Vec<Chain> = Vec::new();
    for chain in chains {
        let home = kept.iter_mut().find(|other| {
            let shared = f64::from(chain.right.min(other.right)) - f64::from(chain.left().max(other.left()));
            let short = chain.width().min(other.width());
            let middle = f64::from(chain.left()).midpoint(f64::from(chain.right));
            shared > 0.5 * short.min(4.0 * x_height)
                && other.band_at(middle).overlap(&chain.band_at(middle)) > 0.6
        });
        match home {
            Some(other) => other.join(chain),
            None => kept.push(chain),
        }
    }
    kept
}

/// What a chain looks like from afar.
#[derive(Clone, Copy)]
struct Outline {
    left: f64,
    right: f64,
    middle: f64,
}

fn outline(chain: &Chain) -> Outline {
    let (left, right) = (f64::from(chain.left()), f64::from(chain.right));
    Outline { left, right, middle: chain.band_at(left.midpoint(right)).middle() }
}

fn join_neighbours(mut lines: Vec<Chain>, x_height: f64) -> Vec<Chain> {
    // Gutters are judged on the fragments as they were found: joining must not hide what parts columns.
    let outlines: Vec<Outline> = lines.iter().map(outline).collect();
    lines.sort_by_key(Chain::left);
    let body = Body::of(&lines, x_height);
    let mut joined: Vec<Chain> = Vec::new();
    for line in lines {
        let head = line.band_at(f64::from(line.left()));
        let best = joined
            .iter()
            .enumerate()
            .filter(|(_, other)| {
                goes_on(other, &line, &head, x_height) && body.allows(other, &line, x_height)
            })
            .filter(|(_, other)| {
                !is_gutter(f64::from(other.right), f64::from(line.left()), head.middle(), &outlines, x_height)
            })
            .max_by_key(|(_, other)| other.right)
            .map(|(at, _)| at);
        match best.and_then(|at| joined.get_mut(at)) {
            Some(other) => other.join(line),
            None => joined.push(line),
        }
    }
    joined
}

/// The columns between which the page's print stands.
pub struct Body {
    left: f64,
    right: f64,
}

impl Body {
    /// From the lines that are print beyond doubt; the whole page when there are too few.
    pub fn of(lines: &[Chain], x_height: f64) -> Self {
        let text: Vec<&Chain> = lines.iter().filter(|line| is_text(line, x_height)).collect();
        if text.len() < 3 {
            return Self { left: 0.0, right: f64::INFINITY };
        }
        let left = text.iter().map(|line| line.left()).min().map_or(0.0, f64::from);
        let right = text.iter().map(|line| line.right).max().map_or(0.0, f64::from);
        Self { left, right }
    }

    /// Whether a chain stands wholly outside.
    pub fn leaves_out(&self, line: &Chain, x_height: f64) -> bool {
        f64::from(line.left()) > self.right + x_height || f64::from(line.right) < self.left - x_height
    }

    /// Whether two chains may be one line: what stands outside the print is only joined from close by.
    fn allows(&self, line: &Chain, next: &Chain, x_height: f64) -> bool {
        let gap = f64::from(next.left()) - f64::from(line.right);
        gap < 3.0 * x_height || !(self.leaves_out(line, x_height) || self.leaves_out(next, x_height))
    }
}

/// Whether `next` stands right of `line` on the same band.
fn goes_on(line: &Chain, next: &Chain, head: &Band, x_height: f64) -> bool {
    let gap = f64::from(next.left()) - f64::from(line.right);
    let band = line.band_at(f64::from(line.right));
    let sizes = band.height() / head.height();
    // A lone upright stroke is the side of a frame or a crease rather than a letter far from its line.
    let lone = gap > 2.0 * x_height && (is_stroke(line) || is_stroke(next));
    gap > -1.2 * x_height && band.overlap(head) > 0.5 && (0.4..=2.5).contains(&sizes) && !lone
}

fn is_stroke(chain: &Chain) -> bool {
    matches!(chain.letters.as_slice(), [only] if only.height() > only.width().saturating_mul(4))
}

/// Whether the gap from `left` to `right` is part of a white strip between columns: from the nearest line above that
/// crosses it to the nearest below, several lines stand on each side that are as wide as a column.
fn is_gutter(left: f64, right: f64, middle: f64, outlines: &[Outline], x_height: f64) -> bool {
    if right - left < 0.8 * x_height {
        return false;
    }
    let strip = |at: f64| {
        let view = GUTTER_VIEW * x_height;
        let (mut above, mut below) = (middle - view, middle + view);
        for other in outlines.iter().filter(|other| other.left < at && other.right > at) {
            if other.middle < middle {
                above = above.max(other.middle);
            } else {
                below = below.min(other.middle);
            }
        }
        let side = |distance: &dyn Fn(&Outline) -> f64| {
            let widths: Vec<f64> = outlines
                .iter()
                .filter(|other| other.middle > above && other.middle < below)
                .filter(|other| (0.0..4.0 * x_height + (right - left)).contains(&distance(other)))
                .map(|other| other.right - other.left)
                .collect();
            let total: f64 = widths.iter().sum();
            widths.len() >= GUTTER_LINES && total >= COLUMN * x_height * float_of(widths.len())
        };
        side(&|other| at - other.right) && side(&|other| other.left - at)
    };
    [0.5, 0.25, 0.75].iter().any(|part| strip(left + (right - left) * part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digitisation::segment::components::Component;

    fn words(left: u32, right: u32, top: u32) -> Chain {
        let letter =
            |left: u32| Component { label: 0, left, top, right: left + 14, bottom: top + 20, ink: 100 };
        let mut chain = Chain::new(letter(left));
        for at in (left + 18..right.saturating_sub(14)).step_by(18) {
            chain.push(letter(at));
        }
        chain
    }

    #[test]
    fn columns_stay_apart() {
        let page: Vec<Chain> =
            (0..10).flat_map(|line| [words(0, 400, line * 45), words(440, 840, line * 45)]).collect();
        assert_eq!(join(page, 20.0).len(), 20);
    }

    #[test]
    fn wide_word_gaps_and_page_numbers_are_joined() {
        let mut page: Vec<Chain> = (1..10).map(|line| words(0, 800, line * 45)).collect();
        page.extend([words(0, 300, 460), words(360, 800, 460), words(200, 600, 0), words(770, 800, 0)]);
        let lines = join(page, 20.0);
        assert_eq!(lines.len(), 11);
    }

    #[test]
    fn titles_and_their_page_numbers_are_one_line_each() {
        let mut page: Vec<Chain> =
            (0..10).flat_map(|line| [words(0, 300, line * 45), words(700, 740, line * 45)]).collect();
        page.extend((10..13).map(|line| words(0, 760, line * 45)));
        assert_eq!(join(page, 20.0).len(), 13);
    }
}
