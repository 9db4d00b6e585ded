//! Pieces of one line brought together, and columns kept apart.

use super::chains::{Band, Chain};

/// A gutter must be seen beside at least this many lines.
const GUTTER_LINES: usize = 4;
/// Lines this far above and below are asked about a gutter, in x-heights.
const GUTTER_VIEW: f64 = 12.0;
/// A column is at least this wide on average, in x-heights; page numbers and figures in a table are narrower.
const COLUMN: f64 = 7.0;

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
    let mut joined: Vec<Chain> = Vec::new();
    for line in lines {
        let head = line.band_at(f64::from(line.left()));
        let best = joined
            .iter()
            .enumerate()
            .filter(|(_, other)| goes_on(other, &line, &head, x_height))
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

/// Whether `next` stands right of `line` on the same band.
fn goes_on(line: &Chain, next: &Chain, head: &Band, x_height: f64) -> bool {
    let gap = f64::from(next.left()) - f64::from(line.right);
    let band = line.band_at(f64::from(line.right));
    let sizes = band.height() / head.height();
    gap > -1.2 * x_height && band.overlap(head) > 0.5 && (0.4..=2.5).contains(&sizes)
}

/// Whether the gap from `left` to `right` is part of a white strip between columns: of the lines above and below,
/// none crosses it, and several stand on each side that are as wide as a column.
fn is_gutter(left: f64, right: f64, middle: f64, outlines: &[Outline], x_height: f64) -> bool {
    if right - left < 0.8 * x_height {
        return false;
    }
    let near = || outlines.iter().filter(|other| (other.middle - middle).abs() < GUTTER_VIEW * x_height);
    let strip = |at: f64| {
        let crossing = near().filter(|other| other.left < at && other.right > at).count();
        let side = |on_left: bool| {
            let widths: Vec<f64> = near()
                .filter(|other| if on_left { other.right <= at } else { other.left >= at })
                .filter(|other| {
                    let distance = if on_left { at - other.right } else { other.left - at };
                    distance < 4.0 * x_height + (right - left)
                })
                .map(|other| other.right - other.left)
                .collect();
            let total: f64 = widths.iter().sum();
            widths.len() >= GUTTER_LINES
                && total >= COLUMN * x_height * kazi_formats::raster::number::float_of(widths.len())
        };
        crossing == 0 && side(true) && side(false)
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
        let page: Vec<Chain> =
            (0..10).flat_map(|line| [words(0, 300, line * 45), words(700, 740, line * 45)]).collect();
        assert_eq!(join(page, 20.0).len(), 10);
    }
}
