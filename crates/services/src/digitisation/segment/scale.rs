//! How large the type is, and how far the page is turned.

use super::components::Component;
use kazi_formats::raster::number::{float, float_of, index, round};

/// The usual height of the small letters in pixels; every other distance is measured in it.
///
/// First the height at which most of the page's box area stands: specks have no area, and what is taller than a
/// tenth of the page is no letter. That is the height of small letters or of those with ascenders; so then, from
/// somewhat more than half of it up, the height that most letters have, of which the small ones are the majority.
/// Heights within 12 % count together. 0 when the page has nothing of the size of letters.
pub fn x_height(components: &[Component], page_height: u32) -> f64 {
    let tallest = (page_height / 10).clamp(8, 600);
    let mut counts = vec![0_u64; index(tallest) + 1];
    let mut areas = counts.clone();
    for piece in components {
        let letter_like = piece.width() <= piece.height().saturating_mul(12) && piece.height() >= 4;
        let at = index(piece.height());
        if let (true, Some(area), Some(count)) = (letter_like, areas.get_mut(at), counts.get_mut(at)) {
            // Words that have run together count no more than two letters.
            *area += u64::from(piece.width().min(piece.height() * 2)) * u64::from(piece.height());
            *count += 1;
        }
    }
    let Some(large) = peak(&areas, 4, tallest) else { return 0.0 };
    let from = round(f64::from(large) * 0.56).max(4);
    let to = round(f64::from(large) * 1.05).min(tallest);
    peak(&counts, from, to).map_or(0.0, f64::from)
}

/// The height, of those asked for, round which most is counted; none when there is nothing.
fn peak(counts: &[u64], from: u32, to: u32) -> Option<u32> {
    let near = |height: u32| -> u64 {
        let (low, high) = (round(f64::from(height) * 0.88), round(f64::from(height) * 1.12));
        counts.iter().skip(index(low)).take(index(high.saturating_sub(low)) + 1).sum()
    };
    let heights = (from..=to).map(|height| (near(height), height));
    heights
        .max_by_key(|(sum, height)| (*sum, u32::MAX - height))
        .filter(|(sum, _)| *sum > 0)
        .map(|(_, height)| height)
}

/// Most degrees by which a page is taken to be turned.
const MOST_DEGREES: f64 = 8.0;

/// By how many degrees the lines fall to the right (clockwise); 0 when the page does not say.
///
/// The bottoms of letters are projected along each angle; the true one puts them on few, full rows (the sum of
/// squared counts is greatest).
pub fn skew(components: &[Component], x_height: f64) -> f64 {
    let feet: Vec<(f64, f64)> = components
        .iter()
        .filter(|piece| {
            let height = f64::from(piece.height());
            height > 0.5 * x_height && height < 3.0 * x_height && f64::from(piece.width()) < 6.0 * x_height
        })
        .map(|piece| (piece.middle(), f64::from(piece.bottom)))
        .collect();
    if feet.len() < 12 || x_height <= 0.0 {
        return 0.0;
    }
    let bin = (x_height / 6.0).max(1.0);
    let narrow = (bin / 2.0).max(1.0);
    let best = |candidates: &mut dyn Iterator<Item = f64>| -> (f64, f64) {
        candidates.map(|degrees| (sharpness(&feet, degrees, bin), degrees)).fold((-1.0, 0.0), |best, next| {
            let nearer = (next.0 - best.0).abs() < f64::EPSILON && next.1.abs() < best.1.abs();
            if next.0 > best.0 || nearer { next } else { best }
        })
    };
    let steps = |from: f64, to: f64, step: f64| {
        (0..=round((to - from) / step)).map(move |at| from + f64::from(at) * step)
    };
    let (_, coarse) = best(&mut steps(-MOST_DEGREES, MOST_DEGREES, 0.2));
    let (score, _) = best(&mut steps(coarse - 0.3, coarse + 0.3, 0.02));
    // A page without clear lines must not be turned for a hair's breadth of evidence.
    if score < sharpness(&feet, 0.0, bin) * 1.02 {
        return 0.0;
    }
    // Few lines fit into their rows at many angles nearly as well: the middle of these is meant.
    let fine: Vec<(f64, f64)> = steps(coarse - 0.3, coarse + 0.3, 0.02)
        .map(|degrees| (sharpness(&feet, degrees, narrow), degrees))
        .collect();
    let most = fine.iter().map(|(score, _)| *score).fold(0.0, f64::max);
    let near: Vec<f64> =
        fine.iter().filter(|(score, _)| *score >= AS_GOOD * most).map(|(_, degrees)| *degrees).collect();
    let middle = near.iter().sum::<f64>() / float_of(near.len().max(1));
    (middle * 100.0).round() / 100.0
}

/// The part of the greatest sharpness from which on an angle counts as good as the best.
const AS_GOOD: f64 = 0.97;

fn sharpness(feet: &[(f64, f64)], degrees: f64, bin: f64) -> f64 {
    let slope = degrees.to_radians().tan();
    let levels = feet.iter().map(|(x, y)| (y - x * slope) / bin);
    let lowest = levels.clone().fold(f64::INFINITY, f64::min);
    let mut counts: Vec<u64> = Vec::new();
    for level in levels {
        let row = index(round(level - lowest));
        if counts.len() <= row {
            counts.resize(row + 1, 0);
        }
        if let Some(count) = counts.get_mut(row) {
            *count += 1;
        }
    }
    // Neighbouring rows together, so that a line on the border of two bins counts like any other.
    counts.windows(2).map(|pair| float(pair.iter().sum::<u64>().pow(2))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Letters in rows that fall to the right by `degrees`.
    fn letters(degrees: f64, lines: u32) -> Vec<Component> {
        let slope = degrees.to_radians().tan();
        (0..lines)
            .flat_map(|line| (0..40_u32).map(move |place| (line, place)))
            .map(|(line, place)| {
                let left = 100 + place * 24;
                let bottom = round(f64::from(400 + line * 46) + f64::from(left) * slope);
                let height = if place % 4 == 0 { 30 } else { 20 };
                Component { label: 0, left, top: bottom - height, right: left + 16, bottom, ink: 200 }
            })
            .collect()
    }

    #[test]
    fn small_letters_set_the_scale_whatever_specks_there_are() {
        let mut page = letters(0.0, 20);
        page.extend((0..6_000).map(|at| Component {
            label: 0,
            left: at,
            top: 5,
            right: at + 2,
            bottom: 7,
            ink: 4,
        }));
        page.push(Component { label: 0, left: 0, top: 0, right: 900, bottom: 1_500, ink: 90_000 });
        let found = x_height(&page, 2_000);
        assert!((18.0..=22.0).contains(&found), "{found}");
        assert!(x_height(&[], 2_000).abs() < f64::EPSILON);
    }

    proptest! {
        #[test]
        fn the_turn_of_a_page_is_found(degrees in -7.0_f64..7.0) {
            let found = skew(&letters(degrees, 20), 20.0);
            prop_assert!((found - degrees).abs() < 0.1, "{} for {}", found, degrees);
        }
    }

    #[test]
    fn a_page_without_lines_is_not_turned() {
        assert!(skew(&letters(3.0, 20)[..5], 20.0).abs() < f64::EPSILON);
    }
}
