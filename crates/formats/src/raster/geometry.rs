//! Cutting, turning and straightening.

use super::number::{float_of, index, round, round_signed, sample};
use super::{Bitonal, Pixels, Raster, Rect};

/// How a stored image must be turned to stand upright, as EXIF counts it (tag 0x0112).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Orientation {
    /// As stored.
    #[default]
    Upright,
    /// Mirrored left to right.
    FlippedHorizontally,
    /// Turned by 180°.
    Turned180,
    /// Mirrored top to bottom.
    FlippedVertically,
    /// Rows are columns: mirrored along the main diagonal.
    Transposed,
    /// Needs a quarter turn clockwise.
    Turned90,
    /// Mirrored along the other diagonal.
    Transversed,
    /// Needs a quarter turn anticlockwise.
    Turned270,
}

impl Orientation {
    /// From the EXIF value 1 to 8; anything else means upright.
    #[must_use]
    pub fn from_exif(value: u32) -> Self {
        match value {
            2 => Self::FlippedHorizontally,
            3 => Self::Turned180,
            4 => Self::FlippedVertically,
            5 => Self::Transposed,
            6 => Self::Turned90,
            7 => Self::Transversed,
            8 => Self::Turned270,
            _ => Self::Upright,
        }
    }

    /// Whether width and height change places.
    #[must_use]
    pub fn swaps_sides(self) -> bool {
        matches!(self, Self::Transposed | Self::Turned90 | Self::Transversed | Self::Turned270)
    }

    /// Whether, after an exchange of rows and columns where one is due, columns and rows run backwards.
    fn reversed(self) -> (bool, bool) {
        match self {
            Self::Upright | Self::Transposed => (false, false),
            Self::FlippedHorizontally | Self::Turned90 => (true, false),
            Self::Turned180 | Self::Transversed => (true, true),
            Self::FlippedVertically | Self::Turned270 => (false, true),
        }
    }
}

impl<const CHANNELS: usize> Pixels<CHANNELS> {
    /// A part of the image, cut to what lies inside; at least one pixel.
    #[must_use]
    pub fn crop(&self, part: Rect) -> Self {
        let part = part.intersection(&self.bounds());
        if part.area() == 0 {
            return Self::filled(1, 1, 255).with_dpi(self.dpi);
        }
        let columns = index(part.x) * CHANNELS..index(part.right()) * CHANNELS;
        let mut samples = Vec::with_capacity(columns.len() * index(part.height));
        for y in part.y..part.bottom() {
            samples.extend_from_slice(self.row(y).get(columns.clone()).unwrap_or_default());
        }
        Self { width: part.width, height: part.height, dpi: self.dpi, samples }
    }

    /// The image turned or mirrored to stand upright. Loses nothing.
    #[must_use]
    pub fn oriented(self, orientation: Orientation) -> Self {
        if orientation == Orientation::Upright {
            return self;
        }
        let base = if orientation.swaps_sides() { self.transposed() } else { self };
        let (columns_back, rows_back) = orientation.reversed();
        let mut samples = Vec::with_capacity(base.samples.len());
        let mut put = |row: &[u8]| {
            if columns_back {
                samples.extend(row.as_chunks::<CHANNELS>().0.iter().rev().flatten());
            } else {
                samples.extend_from_slice(row);
            }
        };
        if rows_back {
            base.rows().rev().for_each(&mut put);
        } else {
            base.rows().for_each(&mut put);
        }
        Self { width: base.width, height: base.height, dpi: base.dpi, samples }
    }

    fn transposed(&self) -> Self {
        /// Columns taken at once, so that each visit to a source row uses a whole cache line.
        const BLOCK: usize = 64;
        let (width, height) = (index(self.width), index(self.height));
        let mut turned = Self::filled(self.height, self.width, 0).with_dpi(self.dpi);
        for (block, target) in turned.samples.chunks_mut(BLOCK * height * CHANNELS).enumerate() {
            let first = block * BLOCK;
            let columns = first * CHANNELS..(first + BLOCK).min(width) * CHANNELS;
            for (y, row) in self.rows().enumerate() {
                let pixels = row.get(columns.clone()).unwrap_or_default().as_chunks::<CHANNELS>().0;
                for (column, pixel) in pixels.iter().enumerate() {
                    let start = (column * height + y) * CHANNELS;
                    if let Some(place) = target.get_mut(start..start + CHANNELS) {
                        place.copy_from_slice(pixel);
                    }
                }
            }
        }
        turned
    }

    /// The image turned by `degrees` (positive: clockwise as seen) about its centre, between pixels by bilinear
    /// weights, on a canvas large enough for all of it; what was outside is `background`.
    #[must_use]
    pub fn rotated(&self, degrees: f64, background: u8) -> Self {
        let (sine, cosine) = degrees.to_radians().sin_cos();
        let (width, height) = (f64::from(self.width), f64::from(self.height));
        let new_width = round((width * cosine.abs() + height * sine.abs()).ceil());
        let new_height = round((width * sine.abs() + height * cosine.abs()).ceil());
        let mut turned = Self::filled(new_width, new_height, background).with_dpi(self.dpi);
        let (centre_x, centre_y) = ((width - 1.0) / 2.0, (height - 1.0) / 2.0);
        let (new_x, new_y) = ((f64::from(new_width) - 1.0) / 2.0, (f64::from(new_height) - 1.0) / 2.0);
        for (y, target) in turned.rows_mut().enumerate() {
            let down = float_of(y) - new_y;
            let start = Fixed {
                x: fixed(centre_x - new_x * cosine + down * sine),
                y: fixed(centre_y + new_x * sine + down * cosine),
            };
            let step = Fixed { x: fixed(cosine), y: fixed(-sine) };
            self.sample_row(start, step, background, target);
        }
        turned
    }

    fn sample_row(&self, start: Fixed, step: Fixed, background: u8, target: &mut [u8]) {
        let mut at = start;
        for pixel in target.as_chunks_mut::<CHANNELS>().0 {
            if let Some(value) = self.between(at, background) {
                *pixel = value;
            }
            at = Fixed { x: at.x + step.x, y: at.y + step.y };
        }
    }

    /// The image's value at a place between pixels; none when all four neighbours are outside.
    fn between(&self, at: Fixed, background: u8) -> Option<[u8; CHANNELS]> {
        let (left, top) = (at.x >> FRACTION, at.y >> FRACTION);
        if left < -1 || top < -1 || left >= i64::from(self.width) || top >= i64::from(self.height) {
            return None;
        }
        let weight = |value: i64| u32::try_from((value >> (FRACTION - 8)) & 0xFF).unwrap_or(0);
        let (right_part, below_part) = (weight(at.x), weight(at.y));
        let row = |y: i64| u32::try_from(y).map(|y| self.row(y)).unwrap_or_default();
        let (above, below) = (row(top), row(top + 1));
        let pixel = |row: &[u8], x: i64| -> [u8; CHANNELS] {
            usize::try_from(x)
                .ok()
                .and_then(|x| row.get(x * CHANNELS..)?.first_chunk::<CHANNELS>().copied())
                .unwrap_or([background; CHANNELS])
        };
        let corners =
            [pixel(above, left), pixel(above, left + 1), pixel(below, left), pixel(below, left + 1)];
        let [a, b, c, d] = corners;
        if a == b && a == c && a == d {
            return Some(a);
        }
        let mut mixed = a;
        for ((((out, a), b), c), d) in mixed.iter_mut().zip(a).zip(b).zip(c).zip(d) {
            let upper = u32::from(a) * (256 - right_part) + u32::from(b) * right_part;
            let lower = u32::from(c) * (256 - right_part) + u32::from(d) * right_part;
            *out = sample((upper * (256 - below_part) + lower * below_part + 32_768) >> 16);
        }
        Some(mixed)
    }
}

impl Bitonal {
    /// The image turned or mirrored to stand upright. Loses nothing.
    #[must_use]
    pub fn oriented(self, orientation: Orientation) -> Self {
        if orientation == Orientation::Upright {
            return self;
        }
        self.to_gray().oriented(orientation).threshold(127)
    }

    /// The image turned by `degrees` (positive: clockwise as seen), on a canvas large enough for all of it.
    #[must_use]
    pub fn rotated(&self, degrees: f64) -> Self {
        self.to_gray().rotated(degrees, 255).threshold(127)
    }
}

impl Raster {
    /// A part of the image, cut to what lies inside; at least one pixel.
    #[must_use]
    pub fn crop(&self, part: Rect) -> Self {
        match self {
            Self::Bitonal(image) => Self::Bitonal(image.crop(part)),
            Self::Gray(image) => Self::Gray(image.crop(part)),
            Self::Rgb(image) => Self::Rgb(image.crop(part)),
        }
    }

    /// The image turned or mirrored to stand upright. Loses nothing.
    #[must_use]
    pub fn oriented(self, orientation: Orientation) -> Self {
        match self {
            Self::Bitonal(image) => Self::Bitonal(image.oriented(orientation)),
            Self::Gray(image) => Self::Gray(image.oriented(orientation)),
            Self::Rgb(image) => Self::Rgb(image.oriented(orientation)),
        }
    }

    /// The image turned by `degrees` (positive: clockwise as seen) on a white canvas large enough for all of it.
    #[must_use]
    pub fn rotated(&self, degrees: f64) -> Self {
        match self {
            Self::Bitonal(image) => Self::Bitonal(image.rotated(degrees)),
            Self::Gray(image) => Self::Gray(image.rotated(degrees, 255)),
            Self::Rgb(image) => Self::Rgb(image.rotated(degrees, 255)),
        }
    }
}

/// Bits after the point of a fixed-point coordinate.
const FRACTION: u32 = 20;

/// A place in the image, in 1/2^20 of a pixel.
#[derive(Clone, Copy)]
struct Fixed {
    x: i64,
    y: i64,
}

fn fixed(value: f64) -> i64 {
    round_signed(value * f64::from(1_u32 << FRACTION))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::Gray8;
    use proptest::prelude::*;

    fn numbered(width: u32, height: u32) -> Gray8 {
        let samples = (0..width * height).map(|value| u8::try_from(value % 251).unwrap()).collect();
        Gray8::new(width, height, samples).unwrap()
    }

    #[test]
    fn every_orientation_brings_the_stored_corner_to_its_place() {
        // The stored image's first pixel is 0; after the turn it must stand at these corners (x, y).
        let places = [
            (1, (0, 0)),
            (2, (2, 0)),
            (3, (2, 1)),
            (4, (0, 1)),
            (5, (0, 0)),
            (6, (1, 0)),
            (7, (1, 2)),
            (8, (0, 2)),
        ];
        for (exif, (x, y)) in places {
            let turned = numbered(3, 2).oriented(Orientation::from_exif(exif));
            assert_eq!(turned.row(y)[usize::try_from(x).unwrap()], 0, "orientation {exif}");
        }
    }

    proptest! {
        #[test]
        fn four_quarter_turns_change_nothing(width in 1_u32..150, height in 1_u32..150) {
            let image = numbered(width, height);
            let mut turned = image.clone();
            for _ in 0..4 {
                turned = turned.oriented(Orientation::Turned90);
            }
            prop_assert_eq!(turned, image);
        }

        #[test]
        fn a_turn_forth_and_back_keeps_a_smooth_image(degrees in -5.0_f64..5.0) {
            let mut image = Gray8::filled(90, 70, 255);
            for (y, row) in image.rows_mut().enumerate() {
                for (x, pixel) in row.iter_mut().enumerate() {
                    *pixel = u8::try_from(100 + x.midpoint(y)).unwrap();
                }
            }
            let back = image.rotated(degrees, 255).rotated(-degrees, 255);
            let (dx, dy) = ((back.width() - 90) / 2, (back.height() - 70) / 2);
            for y in 20..50 {
                for x in 20..70_usize {
                    let now = back.row(y + dy)[x + index(dx)];
                    prop_assert!(now.abs_diff(image.row(y)[x]) <= 2, "{} {} {}", x, y, now);
                }
            }
        }
    }

    #[test]
    fn turning_by_nothing_changes_nothing() {
        let image = numbered(13, 7);
        assert_eq!(image.rotated(0.0, 255), image);
    }

    #[test]
    fn positive_degrees_turn_clockwise() {
        // A dot right of the centre moves down.
        let mut image = Gray8::filled(101, 101, 255);
        for y in 49..52 {
            image.row_mut(y)[88..93].fill(0);
        }
        let turned = image.rotated(10.0, 255);
        let (_, row) =
            turned.rows().zip(0_u32..).map(|(row, y)| (*row.iter().min().unwrap(), y)).min().unwrap();
        assert!(row > turned.height() / 2 + 4, "the dot is in row {row}");
    }
}
