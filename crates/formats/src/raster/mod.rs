//! Page images: grey, colour and bitonal rasters, and what is done to them.
//!
//! Invariant: a raster's buffer always has exactly the length that its width and height ask for; no operation
//! reads or writes outside it, whatever the arguments.

mod bitonal;
mod decode;
mod encode;
mod geometry;
pub mod number;
mod size;
mod threshold;

pub use bitonal::{Bitonal, Run};
pub(crate) use decode::{
    bits_of_white, check_size, cmyk_to_rgb, damaged_image, decode_with, gray_on_white, high_bytes,
    plausible_dpi, rgb_on_white,
};
pub use decode::{decode_png, decode_webp};
pub use encode::{Encoded, MediaType, encode, encode_lossy, encode_png, encode_webp_lossless};
pub use geometry::Orientation;

use number::index;
use serde::{Deserialize, Serialize};

/// What can go wrong with a raster.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RasterError {
    /// The buffer's length is not `width × height × channels`.
    #[error("the buffer holds {found} samples, but the image needs {expected}")]
    Length {
        /// Samples that the image's size asks for.
        expected: usize,
        /// Samples that were given.
        found: usize,
    },
    /// The image has no pixels.
    #[error("the image is empty")]
    Empty,
    /// The image is larger than the limit.
    #[error("the image is {width} × {height} pixels, which is more than can be opened")]
    TooLarge {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// The bytes are not such an image, or are damaged.
    #[error("the image is damaged: {0}")]
    Damaged(String),
    /// The encoder refused.
    #[error("the image could not be written: {0}")]
    Encoding(String),
}

/// A rectangle of pixels; `x` and `y` are its top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Rect {
    /// Left edge.
    pub x: u32,
    /// Top edge.
    pub y: u32,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl Rect {
    /// The rectangle from its edges; `right` and `bottom` are outside it.
    #[must_use]
    pub fn from_edges(left: u32, top: u32, right: u32, bottom: u32) -> Self {
        Self { x: left, y: top, width: right.saturating_sub(left), height: bottom.saturating_sub(top) }
    }

    /// The first column right of the rectangle.
    #[must_use]
    pub fn right(&self) -> u32 {
        self.x.saturating_add(self.width)
    }

    /// The first row below the rectangle.
    #[must_use]
    pub fn bottom(&self) -> u32 {
        self.y.saturating_add(self.height)
    }

    /// Number of pixels.
    #[must_use]
    pub fn area(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// Whether the pixel lies inside.
    #[must_use]
    pub fn contains(&self, x: u32, y: u32) -> bool {
        x >= self.x && y >= self.y && x < self.right() && y < self.bottom()
    }

    /// The smallest rectangle that holds both; an empty one counts for nothing.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        if self.area() == 0 {
            return *other;
        }
        if other.area() == 0 {
            return *self;
        }
        Self::from_edges(
            self.x.min(other.x),
            self.y.min(other.y),
            self.right().max(other.right()),
            self.bottom().max(other.bottom()),
        )
    }

    /// What both hold; empty (zero width or height) when they do not meet.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self::from_edges(
            self.x.max(other.x),
            self.y.max(other.y),
            self.right().min(other.right()),
            self.bottom().min(other.bottom()),
        )
    }

    /// The rectangle with `margin` more pixels on every side, kept inside a page of that size.
    #[must_use]
    pub fn grown(&self, margin: u32, page_width: u32, page_height: u32) -> Self {
        Self::from_edges(
            self.x.saturating_sub(margin),
            self.y.saturating_sub(margin),
            self.right().saturating_add(margin).min(page_width),
            self.bottom().saturating_add(margin).min(page_height),
        )
    }
}

/// An image of eight-bit samples, `CHANNELS` of them a pixel, row by row from the top, without padding.
#[derive(Clone, PartialEq, Eq)]
pub struct Pixels<const CHANNELS: usize> {
    width: u32,
    height: u32,
    /// Dots an inch of the paper, where the source says so.
    pub dpi: Option<u32>,
    samples: Vec<u8>,
}

/// A grey image: 0 is black, 255 is white.
pub type Gray8 = Pixels<1>;

/// A colour image: red, green, blue.
pub type Rgb8 = Pixels<3>;

impl<const CHANNELS: usize> std::fmt::Debug for Pixels<CHANNELS> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Pixels<{CHANNELS}>({} × {}, {:?} dpi)", self.width, self.height, self.dpi)
    }
}

impl<const CHANNELS: usize> Pixels<CHANNELS> {
    /// An image from its samples.
    ///
    /// # Errors
    /// [`RasterError::Empty`] without pixels, [`RasterError::Length`] when the buffer does not fit the size.
    pub fn new(width: u32, height: u32, samples: Vec<u8>) -> Result<Self, RasterError> {
        if width == 0 || height == 0 {
            return Err(RasterError::Empty);
        }
        let expected = index(width).saturating_mul(index(height)).saturating_mul(CHANNELS);
        if samples.len() != expected {
            return Err(RasterError::Length { expected, found: samples.len() });
        }
        Ok(Self { width, height, dpi: None, samples })
    }

    /// An image of one value; a size of 0 becomes 1, so that an image always has a pixel.
    #[must_use]
    pub fn filled(width: u32, height: u32, value: u8) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        let length = index(width).saturating_mul(index(height)).saturating_mul(CHANNELS);
        Self { width, height, dpi: None, samples: vec![value; length] }
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

    /// All samples, row by row.
    #[must_use]
    pub fn samples(&self) -> &[u8] {
        &self.samples
    }

    /// The buffer itself.
    #[must_use]
    pub fn into_samples(self) -> Vec<u8> {
        self.samples
    }

    fn row_length(&self) -> usize {
        index(self.width) * CHANNELS
    }

    /// The samples of a row; empty below the image.
    #[must_use]
    pub fn row(&self, y: u32) -> &[u8] {
        let start = index(y).saturating_mul(self.row_length());
        self.samples.get(start..start.saturating_add(self.row_length())).unwrap_or_default()
    }

    /// The samples of a row, to write; empty below the image.
    pub fn row_mut(&mut self, y: u32) -> &mut [u8] {
        let start = index(y).saturating_mul(self.row_length());
        let end = start.saturating_add(self.row_length());
        self.samples.get_mut(start..end).unwrap_or_default()
    }

    /// All rows from the top.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &[u8]> + ExactSizeIterator {
        self.samples.chunks_exact(self.row_length())
    }

    /// All rows from the top, to write.
    pub fn rows_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut [u8]> + ExactSizeIterator {
        let length = self.row_length();
        self.samples.chunks_exact_mut(length)
    }
}

impl Rgb8 {
    /// The brightness of each pixel (ITU-R BT.601 luma: 0.299 R + 0.587 G + 0.114 B).
    #[must_use]
    pub fn to_gray(&self) -> Gray8 {
        let samples = self.samples.as_chunks::<3>().0.iter().map(|pixel| luma(*pixel)).collect();
        Gray8 { width: self.width, height: self.height, dpi: self.dpi, samples }
    }
}

/// ITU-R BT.601 luma in integers; the weights sum to 65,536.
pub(crate) fn luma([red, green, blue]: [u8; 3]) -> u8 {
    let weighted = 19_595 * u32::from(red) + 38_470 * u32::from(green) + 7_471 * u32::from(blue);
    number::sample((weighted + 32_768) >> 16)
}

/// A page image in the leanest form that holds it without loss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Raster {
    /// Black on white, one bit a pixel.
    Bitonal(Bitonal),
    /// Shades of grey.
    Gray(Gray8),
    /// Colours.
    Rgb(Rgb8),
}

impl Raster {
    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        match self {
            Self::Bitonal(image) => image.width(),
            Self::Gray(image) => image.width(),
            Self::Rgb(image) => image.width(),
        }
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        match self {
            Self::Bitonal(image) => image.height(),
            Self::Gray(image) => image.height(),
            Self::Rgb(image) => image.height(),
        }
    }

    /// Dots an inch, where the source says so.
    #[must_use]
    pub fn dpi(&self) -> Option<u32> {
        match self {
            Self::Bitonal(image) => image.dpi,
            Self::Gray(image) => image.dpi,
            Self::Rgb(image) => image.dpi,
        }
    }

    /// The same image with a resolution.
    #[must_use]
    pub fn with_dpi(self, dpi: Option<u32>) -> Self {
        match self {
            Self::Bitonal(image) => Self::Bitonal(image.with_dpi(dpi)),
            Self::Gray(image) => Self::Gray(image.with_dpi(dpi)),
            Self::Rgb(image) => Self::Rgb(image.with_dpi(dpi)),
        }
    }

    /// The image in grey.
    #[must_use]
    pub fn to_gray(&self) -> Gray8 {
        match self {
            Self::Bitonal(image) => image.to_gray(),
            Self::Gray(image) => image.clone(),
            Self::Rgb(image) => image.to_gray(),
        }
    }

    /// The leanest form of a grey image: bitonal when it has only black and white.
    #[must_use]
    pub fn from_gray(image: Gray8) -> Self {
        if image.samples().iter().all(|sample| matches!(sample, 0 | 255)) {
            Self::Bitonal(image.threshold(127))
        } else {
            Self::Gray(image)
        }
    }

    /// The leanest form of a colour image: grey when every pixel's channels are equal or nearly so.
    #[must_use]
    pub fn from_rgb(image: Rgb8) -> Self {
        /// Scanners and lossy compression leave this much of a tint in what is meant as grey.
        const TINT: u8 = 12;
        let coloured =
            image.samples().as_chunks::<3>().0.iter().any(|[red, green, blue]| {
                red.max(green).max(blue).abs_diff(*red.min(green).min(blue)) > TINT
            });
        if coloured { Self::Rgb(image) } else { Self::from_gray(image.to_gray()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_of_the_wrong_length_is_refused() {
        assert_eq!(Gray8::new(3, 2, vec![0; 5]), Err(RasterError::Length { expected: 6, found: 5 }));
        assert_eq!(Gray8::new(0, 2, vec![]), Err(RasterError::Empty));
    }

    #[test]
    fn black_and_white_becomes_bitonal_and_a_faint_tint_becomes_grey() {
        let rgb = Rgb8::new(2, 1, vec![255, 255, 255, 0, 0, 0]).unwrap();
        assert!(matches!(Raster::from_rgb(rgb), Raster::Bitonal(_)));
        let tinted = Rgb8::new(1, 1, vec![200, 195, 190]).unwrap();
        assert!(matches!(Raster::from_rgb(tinted), Raster::Gray(_)));
        let red = Rgb8::new(1, 1, vec![200, 20, 20]).unwrap();
        assert!(matches!(Raster::from_rgb(red), Raster::Rgb(_)));
    }

    #[test]
    fn rectangles_join_and_meet() {
        let one = Rect::from_edges(2, 2, 6, 6);
        let two = Rect::from_edges(4, 4, 9, 5);
        assert_eq!(one.union(&two), Rect::from_edges(2, 2, 9, 6));
        assert_eq!(one.intersection(&two), Rect::from_edges(4, 4, 6, 5));
        assert_eq!(one.intersection(&Rect::from_edges(7, 7, 8, 8)).area(), 0);
    }
}
