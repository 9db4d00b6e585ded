//! Lines grown from letters, left to right, on a band that follows the baseline.

use super::components::Component;
use kazi_formats::raster::Rect;

/// From the top of the small letters to the baseline, at some place of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Band {
    /// Top of the small letters.
    pub top: f64,
    /// The baseline.
    pub bottom: f64,
}

impl Band {
    /// The band of one letter.
    pub fn of(piece: &Component) -> Self {
        Self { top: f64::from(piece.top), bottom: f64::from(piece.bottom) }
    }

    /// Its height, at least 1.
    pub fn height(&self) -> f64 {
        (self.bottom - self.top).max(1.0)
    }

    /// How much of the lower of the two bands the other covers, 0 to 1.
    pub fn overlap(&self, other: &Self) -> f64 {
        let shared = self.bottom.min(other.bottom) - self.top.max(other.top);
        (shared / self.height().min(other.height())).clamp(0.0, 1.0)
    }

    /// The middle row.
    pub fn middle(&self) -> f64 {
        self.top.midpoint(self.bottom)
    }
}

/// The band that most of some letters share: medians, so that ascenders and descenders do not count.
pub fn common_band<'a>(letters: impl Iterator<Item = &'a Component>) -> Option<Band> {
    let (mut tops, mut bottoms): (Vec<u32>, Vec<u32>) =
        letters.map(|piece| (piece.top, piece.bottom)).unzip();
    Some(Band { top: f64::from(median(&mut tops)?), bottom: f64::from(median(&mut bottoms)?) })
}

/// The middle value; the lower of two.
fn median(values: &mut [u32]) -> Option<u32> {
    let middle = values.len().checked_sub(1)? / 2;
    values.sort_unstable();
    values.get(middle).copied()
}

/// Letters that a band is taken from.
const NEAR: usize = 7;

/// Letters that stand in one row, left to right.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    /// The letters, by their left edges.
    pub letters: Vec<Component>,
    /// Right edge of all letters.
    pub right: u32,
    /// The band at the right end, where the chain goes on.
    head: Band,
}

impl Chain {
    /// A chain of one letter.
    pub fn new(letter: Component) -> Self {
        Self { letters: vec![letter], right: letter.right, head: Band::of(&letter) }
    }

    /// Left edge.
    pub fn left(&self) -> u32 {
        self.letters.first().map_or(0, |letter| letter.left)
    }

    /// First row of any letter.
    pub fn top(&self) -> u32 {
        self.letters.iter().map(|letter| letter.top).min().unwrap_or(0)
    }

    /// First row below all letters.
    pub fn bottom(&self) -> u32 {
        self.letters.iter().map(|letter| letter.bottom).max().unwrap_or(0)
    }

    /// The box round all letters.
    pub fn place(&self) -> Rect {
        Rect::from_edges(self.left(), self.top(), self.right, self.bottom())
    }

    /// Columns from the first letter to the last.
    pub fn width(&self) -> f64 {
        f64::from(self.right.saturating_sub(self.left()))
    }

    /// Adds a letter at its place.
    pub fn push(&mut self, letter: Component) {
        let at = self.letters.partition_point(|other| other.left <= letter.left);
        self.letters.insert(at, letter);
        self.right = self.right.max(letter.right);
        self.head = self.band_at(f64::from(self.right));
    }

    /// Takes in all letters of another chain.
    pub fn join(&mut self, other: Self) {
        self.letters.extend(other.letters);
        self.letters.sort_by_key(|letter| letter.left);
        self.right = self.right.max(other.right);
        self.head = self.band_at(f64::from(self.right));
    }

    /// The band round a column: that of the nearest letters.
    pub fn band_at(&self, x: f64) -> Band {
        let at = self.letters.partition_point(|letter| letter.middle() < x);
        let start = at.saturating_sub(NEAR / 2 + 1).min(self.letters.len().saturating_sub(NEAR));
        let near = self.letters.iter().skip(start).take(NEAR);
        common_band(near).unwrap_or(Band { top: 0.0, bottom: 0.0 })
    }

    /// The band in the middle of the line and how far it falls from end to end: medians over the whole line, so that
    /// a word of ascenders or capitals neither lifts nor tilts it.
    pub fn whole_band(&self) -> (Band, f64) {
        let (left, right) = (f64::from(self.left()), f64::from(self.right));
        let middle = left.midpoint(right);
        let bands: Vec<(f64, Band)> =
            self.letters.iter().map(|letter| (letter.middle(), self.band_at(letter.middle()))).collect();
        let slope = slope(&bands).unwrap_or_else(|| {
            (self.band_at(right).bottom - self.band_at(left).bottom) / (right - left).max(1.0)
        });
        let height = middle_of(bands.iter().map(|(_, band)| band.height()));
        let bottom = middle_of(bands.iter().map(|(x, band)| band.bottom - slope * (x - middle)));
        match (height, bottom) {
            (Some(height), Some(bottom)) => (Band { top: bottom - height, bottom }, slope * (right - left)),
            _ => (self.band_at(middle), 0.0),
        }
    }

    /// How straight the letters stand: the share whose feet are within a fifth of the band's height of the
    /// baseline. Print has 0.7 and more, the strokes of a picture much less.
    pub fn straightness(&self) -> f64 {
        let standing = self.letters.iter().filter(|letter| {
            let band = self.band_at(letter.middle());
            (f64::from(letter.bottom) - band.bottom).abs() <= 0.2 * band.height().max(5.0)
        });
        share(standing.count(), self.letters.len())
    }
}

/// How much a line falls for each column, from its first third to its last; none where it is short.
fn slope(bands: &[(f64, Band)]) -> Option<f64> {
    let third = bands.len() / 3;
    let (first, last) = (bands.get(..third)?, bands.get(bands.len() - third..)?);
    let centre = |part: &[(f64, Band)]| {
        Some((middle_of(part.iter().map(|(x, _)| *x))?, middle_of(part.iter().map(|(_, band)| band.bottom))?))
    };
    let ((from, high), (to, low)) = (centre(first)?, centre(last)?);
    (third >= 4 && to > from).then(|| (low - high) / (to - from))
}

/// The middle value; the lower of two.
fn middle_of(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len().checked_sub(1)? / 2).copied()
}

/// One count as a part of another; 0 of nothing.
pub fn share(part: usize, whole: usize) -> f64 {
    use kazi_formats::raster::number::float_of;
    if whole == 0 { 0.0 } else { float_of(part) / float_of(whole) }
}

/// Widest gap, in x-heights, over which a chain goes on by itself: wider than between words, narrower than between
/// columns. Wider gaps are judged later, with the whole page in view.
const GAP: f64 = 1.8;

/// Chains of letters over the whole page.
pub fn chains(letters: &[Component], x_height: f64) -> Vec<Chain> {
    let mut sorted: Vec<Component> = letters.to_vec();
    sorted.sort_by_key(|letter| (letter.left, letter.top));
    let mut done: Vec<Chain> = Vec::new();
    let mut open: Vec<Chain> = Vec::new();
    for letter in sorted {
        let left = f64::from(letter.left);
        let (going, ended): (Vec<Chain>, Vec<Chain>) =
            open.into_iter().partition(|chain| left - f64::from(chain.right) <= reach(chain, x_height));
        open = going;
        done.extend(ended);
        let place = Band::of(&letter);
        let best = open
            .iter()
            .enumerate()
            .map(|(at, chain)| (at, fit(chain, &place, left, x_height)))
            .filter(|(_, fit)| *fit > 0.5)
            .max_by(|one, other| one.1.total_cmp(&other.1));
        match best.and_then(|(at, _)| open.get_mut(at)) {
            Some(chain) => chain.push(letter),
            None => open.push(Chain::new(letter)),
        }
    }
    done.extend(open);
    done
}

/// How far right of its end a chain still takes a letter: headings in large type have wide gaps.
fn reach(chain: &Chain, x_height: f64) -> f64 {
    GAP * x_height.max(0.8 * chain.head.height())
}

/// How well a letter continues a chain: the overlap with its band, less a little for letters that are far away or
/// of another size. 0 when it does not.
fn fit(chain: &Chain, letter: &Band, left: f64, x_height: f64) -> f64 {
    let band = chain.head;
    let overlap = band.overlap(letter);
    let sizes = band.height() / letter.height();
    if !(0.3..=3.4).contains(&sizes) {
        return 0.0;
    }
    let gap = ((left - f64::from(chain.right)) / x_height.max(1.0)).max(0.0);
    let off = (band.bottom - letter.bottom).abs() / x_height.max(1.0);
    if overlap <= 0.5 { 0.0 } else { (overlap - 0.02 * gap - 0.1 * off.min(2.0)).max(0.51) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(left: u32, top: u32, height: u32) -> Component {
        Component { label: 0, left, top, right: left + 14, bottom: top + height, ink: 100 }
    }

    #[test]
    fn letters_on_a_falling_baseline_stay_together_and_lines_apart() {
        let mut letters = Vec::new();
        for line in 0..3 {
            for place in 0..60 {
                let drift = place / 4;
                let (rise, fall) = (if place % 5 == 0 { 10 } else { 0 }, if place % 7 == 0 { 8 } else { 0 });
                letters.push(letter(50 + place * 20, 100 + line * 44 + drift - rise, 20 + rise + fall));
            }
        }
        let found = chains(&letters, 20.0);
        assert_eq!(found.iter().map(|chain| chain.letters.len()).collect::<Vec<_>>(), [60, 60, 60]);
        assert!(found.iter().all(|chain| chain.straightness() > 0.7));
    }

    #[test]
    fn a_word_of_ascenders_does_not_lift_the_band_of_its_line() {
        let tall = |place: u32| (27..34).contains(&place);
        let mut letters = (0..60).map(|place| {
            let rise = if tall(place) { 11 } else { 0 };
            letter(50 + place * 20, 100 + place / 6 - rise, 20 + rise)
        });
        let mut chain = Chain::new(letters.next().unwrap());
        letters.for_each(|letter| chain.push(letter));
        assert!(chain.band_at(50.0 + 30.0 * 20.0).height() > 28.0);
        let (band, fall) = chain.whole_band();
        assert!((band.height() - 20.0).abs() < 1.5, "{band:?}");
        assert!((band.bottom - 125.0).abs() < 1.5 && (fall - 10.0).abs() < 2.0, "{band:?} {fall}");
    }

    #[test]
    fn a_wide_gap_ends_a_chain() {
        let letters = [letter(0, 10, 20), letter(18, 10, 20), letter(100, 10, 20)];
        assert_eq!(chains(&letters, 20.0).len(), 2);
    }

    #[test]
    fn bands_overlap_by_the_lower_of_the_two() {
        let low = Band { top: 10.0, bottom: 20.0 };
        assert!((low.overlap(&Band { top: 0.0, bottom: 40.0 }) - 1.0).abs() < 1e-9);
        assert!((low.overlap(&Band { top: 15.0, bottom: 40.0 }) - 0.5).abs() < 1e-9);
        assert!(low.overlap(&Band { top: 21.0, bottom: 40.0 }).abs() < 1e-9);
    }
}
