//! Grey to black and white.

use super::number::{coordinate, float, float_of, index};
use super::{Bitonal, Gray8};

impl Gray8 {
    /// Ink where the sample is at most `level`.
    #[must_use]
    pub fn threshold(&self, level: u8) -> Bitonal {
        self.pack(|row, packed| {
            for (byte, pixels) in packed.iter_mut().zip(row.chunks(8)) {
                *byte = pack_byte(pixels.iter().map(|sample| *sample <= level));
            }
        })
    }

    /// How many pixels have each of the 256 values.
    #[must_use]
    pub fn histogram(&self) -> [u64; 256] {
        let mut counts = [0_u64; 256];
        for sample in self.samples() {
            if let Some(count) = counts.get_mut(usize::from(*sample)) {
                *count += 1;
            }
        }
        counts
    }

    /// The level that parts ink from paper best: it maximises the variance between the two classes
    /// (N. Otsu, 1979, "A threshold selection method from gray-level histograms").
    #[must_use]
    pub fn otsu(&self) -> u8 {
        let histogram = self.histogram();
        let total: u64 = histogram.iter().sum();
        let sum: f64 = (0_u32..).zip(histogram).map(|(value, count)| f64::from(value) * float(count)).sum();
        let (mut dark, mut dark_sum) = (0_u64, 0.0_f64);
        let (mut best, mut low, mut high) = (-1.0_f64, 127_u8, 127_u8);
        for (value, count) in (0_u8..=255).zip(histogram) {
            dark += count;
            dark_sum += f64::from(value) * float(count);
            let light = total - dark;
            if dark == 0 || light == 0 {
                continue;
            }
            let gap = dark_sum / float(dark) - (sum - dark_sum) / float(light);
            let between = float(dark) * float(light) * gap * gap;
            if between > best {
                (best, low, high) = (between, value, value);
            } else if (between - best).abs() <= f64::EPSILON * best {
                // Equal over an empty stretch of values: the middle of the stretch is the safest level.
                high = value;
            }
        }
        low.midpoint(high)
    }

    /// Ink where a pixel is darker than its neighbourhood: below `mean × (1 + k × (deviation / 128 − 1))` over a
    /// square of `2 × radius + 1` pixels (J. Sauvola, M. Pietikäinen, 2000, "Adaptive document image
    /// binarization"). For stained or unevenly lit pages. Memory is a few rows, whatever the radius.
    #[must_use]
    pub fn sauvola(&self, radius: u32, k: f64) -> Bitonal {
        let radius = index(radius.max(1));
        let width = index(self.width());
        let mut sums = Columns { total: vec![0; width], squares: vec![0; width], rows: 0 };
        for y in 0..radius.min(index(self.height())) {
            sums.add(self.row(coordinate(y)));
        }
        let mut y = 0_usize;
        self.pack(|row, packed| {
            let entering = coordinate(y + radius);
            if entering < self.height() {
                sums.add(self.row(entering));
            }
            if y > radius {
                sums.remove(self.row(coordinate(y - radius - 1)));
            }
            y += 1;
            let mut window = Window::new(&sums, radius);
            for (byte, pixels) in packed.iter_mut().zip(row.chunks(8)) {
                *byte = pack_byte(pixels.iter().map(|sample| {
                    let (mean, deviation) = window.advance();
                    f64::from(*sample) < mean * (1.0 + k * (deviation / 128.0 - 1.0))
                }));
            }
        })
    }

    /// Black and white by the method that the page asks for: one level for the whole page, or, where the paper
    /// itself is darker than that level in places (stains, shadow of the fold), a level for each place.
    #[must_use]
    pub fn binarise(&self) -> Bitonal {
        let level = self.otsu();
        if self.is_stained(level) {
            let radius = self.dpi.map_or(self.width() / 60, |dpi| dpi / 10);
            return self.sauvola(radius.max(8), 0.3);
        }
        self.threshold(level)
    }

    /// Whether the paper is darker than `level` in a part of the page: some tiles away from the edges have even
    /// their brightest tenth near or below it, while holding the contrast of print. Solid dark areas (photographs,
    /// black borders) have little contrast or lie at the edge, and do not count.
    fn is_stained(&self, level: u8) -> bool {
        const TILE: u32 = 64;
        let (mut tiles, mut dark) = (0_u32, 0_u32);
        let last_column = self.width().saturating_sub(2 * TILE);
        let mut y = TILE;
        while y + 2 * TILE <= self.height() {
            let mut x = TILE;
            while x <= last_column {
                let (low, high) = self.tile_range(x, y, TILE);
                tiles += 1;
                if high <= level.saturating_add(8) && high.saturating_sub(low) >= 40 {
                    dark += 1;
                }
                x += TILE;
            }
            y += TILE;
        }
        dark * 50 > tiles
    }

    /// The 5th and the 90th percentile of a tile's samples, from every fourth row.
    fn tile_range(&self, x: u32, y: u32, size: u32) -> (u8, u8) {
        let mut samples: Vec<u8> = (y..y + size)
            .step_by(4)
            .flat_map(|row| self.row(row).get(index(x)..index(x + size)).unwrap_or_default().iter().copied())
            .collect();
        samples.sort_unstable();
        let at = |part: usize| samples.get(samples.len() * part / 100).copied().unwrap_or(255);
        (at(5), at(90))
    }

    fn pack(&self, mut fill: impl FnMut(&[u8], &mut [u8])) -> Bitonal {
        let stride = index(self.width().div_ceil(8));
        let mut bits = vec![0_u8; stride * index(self.height())];
        for (packed, row) in bits.chunks_exact_mut(stride).zip(self.rows()) {
            fill(row, packed);
        }
        Bitonal::from_packed(self.width(), self.height(), bits).with_dpi(self.dpi)
    }
}

/// Up to eight pixels as a byte, the first in the highest bit.
fn pack_byte(ink: impl Iterator<Item = bool>) -> u8 {
    ink.zip(0_u32..8).fold(0, |byte, (set, place)| if set { byte | (0x80 >> place) } else { byte })
}

/// Sums of the samples and of their squares down each column, over the rows of the window.
struct Columns {
    total: Vec<u32>,
    squares: Vec<u32>,
    rows: usize,
}

impl Columns {
    fn add(&mut self, row: &[u8]) {
        self.rows += 1;
        for ((total, square), sample) in self.total.iter_mut().zip(&mut self.squares).zip(row) {
            *total += u32::from(*sample);
            *square += u32::from(*sample) * u32::from(*sample);
        }
    }

    fn remove(&mut self, row: &[u8]) {
        self.rows = self.rows.saturating_sub(1);
        for ((total, square), sample) in self.total.iter_mut().zip(&mut self.squares).zip(row) {
            *total -= u32::from(*sample);
            *square -= u32::from(*sample) * u32::from(*sample);
        }
    }
}

/// A window that slides along the columns.
struct Window<'a> {
    columns: &'a Columns,
    radius: usize,
    at: usize,
    first: usize,
    end: usize,
    total: u64,
    squares: u64,
}

impl<'a> Window<'a> {
    fn new(columns: &'a Columns, radius: usize) -> Self {
        Self { columns, radius, at: 0, first: 0, end: 0, total: 0, squares: 0 }
    }

    /// Mean and standard deviation round the next pixel.
    fn advance(&mut self) -> (f64, f64) {
        let width = self.columns.total.len();
        while self.end < width.min(self.at + self.radius + 1) {
            self.total += self.columns.total.get(self.end).copied().map_or(0, u64::from);
            self.squares += self.columns.squares.get(self.end).copied().map_or(0, u64::from);
            self.end += 1;
        }
        while self.first + self.radius < self.at {
            self.total -= self.columns.total.get(self.first).copied().map_or(0, u64::from);
            self.squares -= self.columns.squares.get(self.first).copied().map_or(0, u64::from);
            self.first += 1;
        }
        self.at += 1;
        let count = float_of((self.end - self.first) * self.columns.rows.max(1));
        let mean = float(self.total) / count;
        let variance = float(self.squares) / count - mean * mean;
        (mean, variance.max(0.0).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(paper: impl Fn(u32, u32) -> u8, ink: u8) -> Gray8 {
        let mut image = Gray8::filled(640, 640, 255);
        for y in 0..640 {
            for (x, pixel) in (0_u32..).zip(image.row_mut(y)) {
                let printed = x % 16 < 4 && y % 24 < 12;
                *pixel = if printed { paper(x, y).saturating_sub(ink) } else { paper(x, y) };
            }
        }
        image
    }

    #[test]
    fn otsu_parts_two_values_in_the_middle() {
        let image = page(|_, _| 220, 200);
        let level = image.otsu();
        assert!((90..150).contains(&level), "{level}");
        assert!(!image.is_stained(level));
    }

    #[test]
    fn a_stained_page_keeps_its_letters_and_only_them() {
        let image =
            page(|x, y| if (200..440).contains(&x) && (200..440).contains(&y) { 90 } else { 230 }, 80);
        let ink = image.binarise();
        let expected = page(|_, _| 255, 255).threshold(127);
        let wrong = (0..640)
            .flat_map(|y| (0..640).map(move |x| (x, y)))
            .filter(|(x, y)| ink.ink(*x, *y) != expected.ink(*x, *y))
            .count();
        assert!(wrong < 640 * 640 / 50, "{wrong} pixels are wrong");
    }

    #[test]
    fn sauvola_survives_a_radius_larger_than_the_image() {
        let image = Gray8::filled(5, 3, 200);
        assert_eq!(image.sauvola(50, 0.3).ink_count(), 0);
    }
}
