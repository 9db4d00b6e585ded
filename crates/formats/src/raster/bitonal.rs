//! Black and white images, one bit a pixel.

use super::number::{coordinate, index};
use super::{Gray8, Rect};

/// A stretch of ink in one row; `end` is the first column after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Run {
    /// Row.
    pub y: u32,
    /// First column.
    pub start: u32,
    /// First column after the run.
    pub end: u32,
}

impl Run {
    /// Pixels in the run.
    #[must_use]
    pub fn length(&self) -> u32 {
        self.end.saturating_sub(self.start)
    }
}

/// A black and white image: a set bit is ink, the leftmost pixel is a byte's highest bit, and each row starts on a
/// byte. Bits right of the image are never set.
#[derive(Clone, PartialEq, Eq)]
pub struct Bitonal {
    width: u32,
    height: u32,
    /// Dots an inch of the paper, where the source says so.
    pub dpi: Option<u32>,
    bits: Vec<u8>,
}

impl std::fmt::Debug for Bitonal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Bitonal({} × {}, {:?} dpi)", self.width, self.height, self.dpi)
    }
}

impl Bitonal {
    /// A white image; a size of 0 becomes 1.
    #[must_use]
    pub fn white(width: u32, height: u32) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        Self {
            width,
            height,
            dpi: None,
            bits: vec![0; index(width.div_ceil(8)).saturating_mul(index(height))],
        }
    }

    /// An image from packed rows in which a set bit is ink; bits beyond the width are cleared.
    /// Missing rows are white, surplus bytes are dropped.
    #[must_use]
    pub fn from_packed(width: u32, height: u32, mut bits: Vec<u8>) -> Self {
        let mut image = Self::white(width, height);
        bits.resize(image.bits.len(), 0);
        image.bits = bits;
        image.clear_padding();
        image
    }

    fn clear_padding(&mut self) {
        let used = self.width % 8;
        if used == 0 {
            return;
        }
        let mask = 0xFF_u8 << (8 - used);
        let stride = self.stride();
        for row in self.bits.chunks_exact_mut(stride) {
            if let Some(last) = row.last_mut() {
                *last &= mask;
            }
        }
    }

    /// The same image with a resolution.
    #[must_use]
    pub fn with_dpi(mut self, dpi: Option<u32>) -> Self {
        self.dpi = dpi;
        self
    }

    /// Width in pixels, at least 1.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least 1.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The whole image as a rectangle.
    #[must_use]
    pub fn bounds(&self) -> Rect {
        Rect { x: 0, y: 0, width: self.width, height: self.height }
    }

    /// Bytes a row.
    #[must_use]
    pub fn stride(&self) -> usize {
        index(self.width.div_ceil(8))
    }

    /// The packed rows.
    #[must_use]
    pub fn bits(&self) -> &[u8] {
        &self.bits
    }

    /// The packed rows, from the top.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator {
        self.bits.chunks_exact(self.stride())
    }

    fn row(&self, y: u32) -> &[u8] {
        let start = index(y).saturating_mul(self.stride());
        self.bits.get(start..start.saturating_add(self.stride())).unwrap_or_default()
    }

    /// Whether there is ink at that place; outside the image there is none.
    #[must_use]
    pub fn ink(&self, x: u32, y: u32) -> bool {
        x < self.width && self.row(y).get(index(x / 8)).is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }

    /// Number of ink pixels.
    #[must_use]
    pub fn ink_count(&self) -> u64 {
        self.bits.iter().map(|byte| u64::from(byte.count_ones())).sum()
    }

    /// Puts ink on a run; what lies outside the image is dropped.
    pub fn draw(&mut self, run: Run) {
        let end = run.end.min(self.width);
        if run.y >= self.height || run.start >= end {
            return;
        }
        let stride = self.stride();
        let start_of_row = index(run.y).saturating_mul(stride);
        let Some(row) = self.bits.get_mut(start_of_row..start_of_row.saturating_add(stride)) else { return };
        let first = index(run.start / 8);
        let last = index((end - 1) / 8);
        let head = 0xFF_u8 >> (run.start % 8);
        let tail = 0xFF_u8 << (7 - (end - 1) % 8);
        let Some(touched) = row.get_mut(first..=last) else { return };
        match touched {
            [only] => *only |= head & tail,
            [start, middle @ .., stop] => {
                *start |= head;
                middle.fill(0xFF);
                *stop |= tail;
            }
            [] => {}
        }
    }

    /// Every run of ink, row by row from the top, left to right within a row.
    pub fn runs(&self) -> impl Iterator<Item = Run> + '_ {
        self.rows().enumerate().flat_map(|(y, row)| RowRuns { row, y: coordinate(y), at: 0 })
    }

    /// The image in grey: ink is 0, paper 255.
    #[must_use]
    pub fn to_gray(&self) -> Gray8 {
        let mut image = Gray8::filled(self.width, self.height, 255).with_dpi(self.dpi);
        for (target, source) in image.rows_mut().zip(self.rows()) {
            for (pixels, byte) in target.chunks_mut(8).zip(source) {
                if *byte != 0 {
                    for (bit, pixel) in pixels.iter_mut().enumerate() {
                        if byte & (0x80 >> bit) != 0 {
                            *pixel = 0;
                        }
                    }
                }
            }
        }
        image
    }

    /// A part of the image, cut to what lies inside; at least one pixel.
    #[must_use]
    pub fn crop(&self, part: Rect) -> Self {
        let part = part.intersection(&self.bounds());
        let mut cut = Self::white(part.width, part.height).with_dpi(self.dpi);
        let shift = part.x % 8;
        let first = index(part.x / 8);
        let stride = cut.stride();
        for (y, target) in (part.y..part.bottom()).zip(cut.bits.chunks_exact_mut(stride)) {
            let source = self.row(y).get(first..).unwrap_or_default();
            for (place, byte) in target.iter_mut().enumerate() {
                let high = source.get(place).copied().unwrap_or(0);
                let low = source.get(place + 1).copied().unwrap_or(0);
                let pair = (u16::from(high) << 8) | u16::from(low);
                let [byte_now, _] = (pair << shift).to_be_bytes();
                *byte = byte_now;
            }
        }
        cut.clear_padding();
        cut
    }
}

/// The runs of one packed row.
struct RowRuns<'a> {
    row: &'a [u8],
    y: u32,
    at: u32,
}

impl RowRuns<'_> {
    /// The first column at or after `from` whose bit is `wanted`, or none up to the row's end.
    fn seek(&self, from: u32, wanted: bool) -> Option<u32> {
        let flip = if wanted { 0 } else { 0xFF };
        let mut place = index(from / 8);
        let mut byte = (self.row.get(place)? ^ flip) & (0xFF_u8 >> (from % 8));
        while byte == 0 {
            place += 1;
            byte = self.row.get(place)? ^ flip;
        }
        Some(coordinate(place) * 8 + byte.leading_zeros())
    }
}

impl Iterator for RowRuns<'_> {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        let start = self.seek(self.at, true)?;
        let end = self.seek(start, false).unwrap_or_else(|| coordinate(self.row.len()) * 8);
        self.at = end;
        Some(Run { y: self.y, start, end })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_image() -> impl Strategy<Value = Bitonal> {
        (1_u32..40, 1_u32..12).prop_flat_map(|(width, height)| {
            let length = index(width.div_ceil(8)) * index(height);
            proptest::collection::vec(any::<u8>(), length)
                .prop_map(move |bits| Bitonal::from_packed(width, height, bits))
        })
    }

    proptest! {
        #[test]
        fn drawing_all_runs_gives_the_image_back(image in any_image()) {
            let mut again = Bitonal::white(image.width(), image.height());
            let mut ink = 0_u64;
            for run in image.runs() {
                ink += u64::from(run.length());
                again.draw(run);
            }
            prop_assert_eq!(ink, image.ink_count());
            prop_assert_eq!(again, image);
        }

        #[test]
        fn a_cut_shows_the_same_pixels(image in any_image(), x in 0_u32..40, y in 0_u32..12, w in 1_u32..40, h in 1_u32..12) {
            let part = Rect { x, y, width: w, height: h }.intersection(&image.bounds());
            prop_assume!(part.area() > 0);
            let cut = image.crop(part);
            for row in 0..part.height {
                for column in 0..part.width {
                    prop_assert_eq!(cut.ink(column, row), image.ink(x + column, y + row));
                }
            }
        }

        #[test]
        fn grey_and_back_is_the_same(image in any_image()) {
            prop_assert_eq!(image.to_gray().threshold(127), image);
        }
    }

    #[test]
    fn a_run_reaches_the_last_column() {
        let image = Bitonal::from_packed(16, 1, vec![0x00, 0x0F]);
        assert_eq!(image.runs().collect::<Vec<_>>(), vec![Run { y: 0, start: 12, end: 16 }]);
    }
}
