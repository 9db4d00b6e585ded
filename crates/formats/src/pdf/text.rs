//! The text layer: glyphs with places, joined to words.

use crate::raster::Rect;
use crate::raster::number::round;
use hayro::kurbo::Point;
use serde::{Deserialize, Serialize};

/// A glyph of the text layer, in points of the upright page.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    /// What it stands for; empty when the file does not say.
    pub(super) text: String,
    /// On the baseline, where the glyph begins.
    pub(super) start: Point,
    /// On the baseline, where the next begins.
    pub(super) end: Point,
    /// Height of the type.
    pub(super) em: f64,
    /// Drawn invisibly, as the text layer of a scan is.
    pub(super) hidden: bool,
}

/// A word of the text layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextWord {
    /// The text.
    pub text: String,
    /// Where it stands on the page image: from about ascender to descender.
    pub place: Rect,
    /// Drawn invisibly: somebody's machine reading of a scan, not the document's own text.
    pub hidden: bool,
}

/// Parts of the type height above and below the baseline that a word's box takes in.
const ABOVE: f64 = 0.75;
const BELOW: f64 = 0.25;

/// Words under way: the text so far and its edges in points.
struct Open {
    text: String,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    hidden: bool,
}

/// Joins glyphs, in the order of the file, to words: a blank, a gap of a fifth of the type height, a step back or
/// another baseline begins a new one.
pub(super) fn words(glyphs: &[Glyph], scale: (f64, f64)) -> Vec<TextWord> {
    let mut found = Vec::new();
    let mut open: Option<Open> = None;
    let mut before: Option<&Glyph> = None;
    for glyph in glyphs {
        let finite =
            [glyph.start.x, glyph.start.y, glyph.end.x, glyph.em].iter().all(|value| value.is_finite());
        let blank = glyph.text.trim().is_empty();
        let joined = before.is_some_and(|last| follows(last, glyph));
        if blank || !joined || !finite {
            found.extend(open.take().map(|word| close(word, scale)));
        }
        before = finite.then_some(glyph);
        if blank || !finite {
            continue;
        }
        let (left, right) = (glyph.start.x.min(glyph.end.x), glyph.start.x.max(glyph.end.x));
        let (top, bottom) = (glyph.start.y - ABOVE * glyph.em, glyph.start.y + BELOW * glyph.em);
        let word =
            open.get_or_insert(Open { text: String::new(), left, right, top, bottom, hidden: glyph.hidden });
        word.text.push_str(glyph.text.trim());
        word.left = word.left.min(left);
        word.right = word.right.max(right);
        word.top = word.top.min(top);
        word.bottom = word.bottom.max(bottom);
    }
    found.extend(open.take().map(|word| close(word, scale)));
    found
}

fn follows(last: &Glyph, glyph: &Glyph) -> bool {
    let em = last.em.max(glyph.em).max(1e-6);
    let gap = (glyph.start.x - last.end.x) / em;
    let step = (glyph.start.y - last.start.y).abs() / em;
    (-0.5..0.2).contains(&gap) && step < 0.3 && last.hidden == glyph.hidden
}

fn close(word: Open, (across, down): (f64, f64)) -> TextWord {
    let place = Rect::from_edges(
        round(word.left * across),
        round(word.top * down),
        round(word.right * across),
        round(word.bottom * down),
    );
    TextWord { text: word.text, place, hidden: word.hidden }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glyph(text: &str, x: f64, y: f64) -> Glyph {
        Glyph {
            text: text.to_owned(),
            start: Point::new(x, y),
            end: Point::new(x + 5.0, y),
            em: 10.0,
            hidden: false,
        }
    }

    #[test]
    fn gaps_blanks_and_baselines_part_words() {
        let glyphs = [
            glyph("a", 0.0, 20.0),
            glyph("b", 5.1, 20.0),
            glyph("c", 14.0, 20.0),
            glyph(" ", 19.0, 20.0),
            glyph("d", 24.0, 20.0),
            glyph("e", 0.0, 40.0),
        ];
        let texts: Vec<String> = words(&glyphs, (1.0, 1.0)).into_iter().map(|word| word.text).collect();
        assert_eq!(texts, ["ab", "c", "d", "e"]);
    }

    #[test]
    fn places_are_scaled_to_pixels() {
        let found = words(&[glyph("a", 10.0, 20.0)], (2.0, 2.0));
        assert_eq!(found[0].place, Rect::from_edges(20, 25, 30, 45));
    }

    #[test]
    fn places_beyond_all_measure_do_no_harm() {
        let found = words(&[glyph("a", f64::NAN, 20.0), glyph("b", 1e300, -1e300)], (4.0, 4.0));
        assert_eq!(found.len(), 1);
    }
}
