//! Multi-page TIFF files: every directory is a page; fax (G3, G4), LZW, deflate, `PackBits` and JPEG data are read.

use crate::pages::{Limits, PageProblem, Reader, Refusal};
use crate::raster::number::{index, round, sample};
use crate::raster::{Gray8, Orientation, Raster, Rgb8};
use crate::raster::{
    bits_of_white, check_size, cmyk_to_rgb, gray_on_white, high_bytes, plausible_dpi, rgb_on_white,
};
use tiff::decoder::{Decoder, DecodingResult};
use tiff::tags::Tag;
use tiff::{ColorType, TiffError};

/// A TIFF file opened for reading, page after page or by number.
pub struct TiffPages<'a> {
    decoder: Decoder<Reader<'a>>,
    count: usize,
}

impl std::fmt::Debug for TiffPages<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "TiffPages({} pages)", self.count)
    }
}

impl<'a> TiffPages<'a> {
    /// Opens the file and counts its pages without decoding any.
    ///
    /// # Errors
    /// [`Refusal::Damaged`] when the first directory cannot be read, [`Refusal::TooManyPages`] beyond the limit.
    pub fn open(reader: Reader<'a>, limits: &Limits) -> Result<Self, Refusal> {
        let damaged = || Refusal::Damaged { kind: "TIFF" };
        let mut tiff_limits = tiff::decoder::Limits::default();
        let bytes = usize::try_from(limits.pixels.saturating_mul(4)).unwrap_or(usize::MAX);
        tiff_limits.decoding_buffer_size = bytes;
        tiff_limits.intermediate_buffer_size = bytes;
        let mut decoder = Decoder::new(reader).map_err(|_| damaged())?.with_limits(tiff_limits);
        let mut count = 1_usize;
        // A directory that does not parse ends the count: what comes before it is still good. Directories in a
        // ring would never end; the limit ends them too.
        while decoder.more_images() {
            if count > limits.pages {
                return Err(Refusal::TooManyPages { found: count, most: limits.pages });
            }
            if decoder.next_image().is_err() {
                break;
            }
            count += 1;
        }
        if count > limits.pages {
            return Err(Refusal::TooManyPages { found: count, most: limits.pages });
        }
        Ok(Self { decoder, count })
    }

    /// Number of pages, at least 1.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Decodes a page, counted from 0.
    ///
    /// # Errors
    /// A [`PageProblem`] when this page is too large, damaged or of an unsupported kind.
    pub fn page(&mut self, at: usize, limits: &Limits) -> Result<Raster, PageProblem> {
        self.decoder.seek_to_image(at).map_err(|error| problem(&error))?;
        let (width, height) = self.decoder.dimensions().map_err(|error| problem(&error))?;
        limits.check(width, height)?;
        check_size(width, height, limits.pixels)?;
        let kind = self.decoder.colortype().map_err(|error| problem(&error))?;
        let dpi = self.dpi();
        let orientation: Option<u32> = self.decoder.find_tag_unsigned(Tag::Orientation).unwrap_or_default();
        let samples = self.decoder.read_image().map_err(|error| problem(&error))?;
        let raster = to_raster(width, height, kind, samples)?;
        Ok(raster.with_dpi(dpi).oriented(Orientation::from_exif(orientation.unwrap_or(1))))
    }

    /// Dots an inch as the directory says; the unit 3 means dots a centimetre, 1 means that there is none.
    fn dpi(&mut self) -> Option<u32> {
        let value = self.decoder.find_tag(Tag::XResolution).ok()??.into_f64().ok()?;
        let unit: Option<u32> = self.decoder.find_tag_unsigned(Tag::ResolutionUnit).ok()?;
        let dpi = match unit.unwrap_or(2) {
            2 => round(value),
            3 => round(value * 2.54),
            _ => return None,
        };
        plausible_dpi(dpi).then_some(dpi)
    }
}

fn problem(error: &TiffError) -> PageProblem {
    match error {
        TiffError::UnsupportedError(_) => PageProblem::Unsupported,
        _ => PageProblem::Damaged,
    }
}

fn to_raster(
    width: u32,
    height: u32,
    kind: ColorType,
    samples: DecodingResult,
) -> Result<Raster, PageProblem> {
    let (bytes, deep) = match samples {
        DecodingResult::U8(bytes) => (bytes, false),
        DecodingResult::U16(words) => {
            (high_bytes(&words.iter().flat_map(|word| word.to_ne_bytes()).collect::<Vec<u8>>()), true)
        }
        _ => return Err(PageProblem::Unsupported),
    };
    let pixels = index(width).saturating_mul(index(height));
    let gray = |bytes: Vec<u8>| Gray8::new(width, height, bytes).map(Raster::from_gray);
    let rgb = |bytes: Vec<u8>| Rgb8::new(width, height, bytes).map(Raster::from_rgb);
    let depth = if deep { 8 } else { kind.bit_depth() };
    Ok(match (kind, depth) {
        (ColorType::Gray(_), 1) if bytes.len() < pixels || width < 8 => bits_of_white(width, height, &bytes),
        (ColorType::Gray(_), 1) => {
            gray(bytes.into_iter().map(|bit| if bit == 0 { 0 } else { 255 }).collect())?
        }
        (ColorType::Gray(_), bits @ (2 | 4)) => gray(unpack(width, height, bits, &bytes))?,
        (ColorType::Gray(_), 8) => gray(bytes)?,
        (ColorType::GrayA(_), 8) => gray(gray_on_white(&bytes))?,
        (ColorType::RGB(_), 8) => rgb(bytes)?,
        (ColorType::YCbCr(_), 8) => rgb(ycbcr_to_rgb(&bytes))?,
        (ColorType::RGBA(_), 8) => rgb(rgb_on_white(&bytes))?,
        (ColorType::CMYK(_), 8) => rgb(cmyk_to_rgb(&bytes))?,
        _ => return Err(PageProblem::Unsupported),
    })
}

/// Full-range `YCbCr` as JPEG has it (ITU-T T.871, clause 7), which the decoder hands on unconverted.
fn ycbcr_to_rgb(samples: &[u8]) -> Vec<u8> {
    let mut converted = Vec::with_capacity(samples.len());
    for [luma, blue, red] in samples.as_chunks::<3>().0 {
        let (luma, blue, red) = (f64::from(*luma), f64::from(*blue) - 128.0, f64::from(*red) - 128.0);
        let parts = [luma + 1.402 * red, luma - 0.344_136 * blue - 0.714_136 * red, luma + 1.772 * blue];
        converted.extend(parts.map(|part| sample(round(part.max(0.0)))));
    }
    converted
}

/// Samples of two or four bits, rows padded to bytes, spread over 0 to 255.
fn unpack(width: u32, height: u32, bits: u8, bytes: &[u8]) -> Vec<u8> {
    let a_byte = 8 / usize::from(bits);
    let top = (1_u8 << bits) - 1;
    let stride = index(width).div_ceil(a_byte);
    let mut samples = Vec::with_capacity(index(width) * index(height));
    for row in bytes.chunks(stride.max(1)).take(index(height)) {
        let values = row
            .iter()
            .flat_map(|byte| (0..8 / bits).map(move |place| (byte >> (8 - bits - place * bits)) & top));
        samples.extend(values.take(index(width)).map(|value| value * (255 / top)));
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;
    use tiff::encoder::{TiffEncoder, colortype};

    fn file_of(pages: usize) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
        for page in 0..pages {
            let samples = vec![u8::try_from(page % 200).unwrap() + 20; 12];
            encoder.write_image::<colortype::Gray8>(4, 3, &samples).unwrap();
        }
        bytes.into_inner()
    }

    #[test]
    fn every_directory_is_a_page() {
        let mut pages = TiffPages::open(Box::new(Cursor::new(file_of(5))), &Limits::default()).unwrap();
        assert_eq!(pages.count(), 5);
        for at in [4, 0, 2] {
            let page = pages.page(at, &Limits::default()).unwrap().to_gray();
            assert_eq!(usize::from(page.samples()[0]), at + 20);
        }
    }

    #[test]
    fn more_pages_than_the_limit_are_refused() {
        let limits = Limits { pages: 10, ..Limits::default() };
        assert!(matches!(
            TiffPages::open(Box::new(Cursor::new(file_of(11))), &limits),
            Err(Refusal::TooManyPages { most: 10, .. })
        ));
        assert_eq!(TiffPages::open(Box::new(Cursor::new(file_of(10))), &limits).unwrap().count(), 10);
    }

    #[test]
    fn small_samples_are_spread() {
        assert_eq!(unpack(3, 2, 4, &[0x0F, 0x80, 0xF0, 0x10]), vec![0, 255, 136, 255, 0, 17]);
        assert_eq!(unpack(4, 1, 2, &[0b00_01_10_11]), vec![0, 85, 170, 255]);
    }
}
