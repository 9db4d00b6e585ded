//! Single-page image files: JPEG (turned as its EXIF says), PNG, WebP, JPEG 2000; the size is checked before a pixel
//! is decoded.

mod resolution;

use crate::pages::{Limits, PageProblem};
use crate::raster::{Gray8, Orientation, Raster, RasterError, Rgb8};
use crate::raster::{
    cmyk_to_rgb, damaged_image, decode_png, decode_webp, decode_with, gray_on_white, rgb_on_white,
};
use crate::sniff::FileKind;
use hayro_jpeg2000::{ColorSpace, DecodeSettings, DecoderContext};
use image::ImageDecoder;
use std::io::Cursor;

/// Decodes an image file of a kind told by [`crate::sniff::sniff`].
///
/// # Errors
/// [`PageProblem::TooLarge`] before decoding, [`PageProblem::Damaged`], [`PageProblem::Unsupported`]; and
/// [`PageProblem::NotAnImage`] for a kind that is no single image.
pub fn decode(bytes: &[u8], kind: FileKind, limits: &Limits) -> Result<Raster, PageProblem> {
    let raster = match kind {
        FileKind::Jpeg => decode_jpeg(bytes, limits)?,
        FileKind::Png => decode_png(bytes, limits.pixels)?,
        FileKind::Webp => decode_webp(bytes, limits.pixels)?,
        FileKind::Jpeg2000 => decode_jpeg2000(bytes, limits)?,
        _ => return Err(PageProblem::NotAnImage),
    };
    limits.check(raster.width(), raster.height())?;
    Ok(raster)
}

fn decode_jpeg(bytes: &[u8], limits: &Limits) -> Result<Raster, PageProblem> {
    if is_cut(bytes) {
        return Err(PageProblem::Damaged);
    }
    let damaged = |error| PageProblem::from(damaged_image(&error));
    let mut decoder = image::codecs::jpeg::JpegDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    limits.check(width, height)?;
    // A broken EXIF block does not spoil the picture.
    let exif = decoder.orientation().map_or(1, |orientation| u32::from(orientation.to_exif()));
    let raster = decode_with(decoder, limits.pixels)?;
    Ok(raster.with_dpi(resolution::of_jpeg(bytes)).oriented(Orientation::from_exif(exif)))
}

/// Whether the end of the picture is missing. The decoder would fill it with grey, and text would be lost unseen.
/// The mark for the end (FF D9) must follow the last scan (FF DA); inside a scan neither can occur.
fn is_cut(bytes: &[u8]) -> bool {
    let last = |mark: [u8; 2]| bytes.array_windows::<2>().rposition(|pair| *pair == mark);
    last([0xFF, 0xD9]) < last([0xFF, 0xDA])
}

fn decode_jpeg2000(bytes: &[u8], limits: &Limits) -> Result<Raster, PageProblem> {
    let settings = DecodeSettings::default();
    let image = hayro_jpeg2000::Image::new(bytes, &settings).map_err(|_| PageProblem::Damaged)?;
    let (width, height) = (image.width(), image.height());
    limits.check(width, height)?;
    if image.original_bit_depth() == 0 {
        return Err(PageProblem::Damaged);
    }
    let (alpha, colours) = (image.has_alpha(), image.color_space().clone());
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(|_| PageProblem::Damaged)?;
    let planes = decoded.components().len();
    let expected = u64::from(width) * u64::from(height);
    let whole = |samples: usize| u64::try_from(samples).is_ok_and(|samples| samples == expected);
    if planes == 0 || !decoded.components().iter().all(|plane| whole(plane.samples().len())) {
        return Err(PageProblem::Unsupported);
    }
    let samples = decoded.data_u8();
    let gray = |samples: Vec<u8>| Gray8::new(width, height, samples).map(Raster::from_gray);
    let rgb = |samples: Vec<u8>| Rgb8::new(width, height, samples).map(Raster::from_rgb);
    let raster: Result<Raster, RasterError> = match (planes, alpha, colours) {
        (1, _, _) => gray(samples),
        (2, true, _) => gray(gray_on_white(&samples)),
        (3, _, _) => rgb(samples),
        (4, true, _) => rgb(rgb_on_white(&samples)),
        (4, false, ColorSpace::CMYK | ColorSpace::Icc { .. }) => rgb(cmyk_to_rgb(&samples)),
        _ => return Err(PageProblem::Unsupported),
    };
    Ok(raster?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_that_is_no_image_is_said_so() {
        assert_eq!(decode(b"%PDF-1.4", FileKind::Pdf, &Limits::default()), Err(PageProblem::NotAnImage));
    }

    #[test]
    fn broken_files_of_each_kind_are_damaged() {
        for (start, kind) in [
            (&b"\xFF\xD8\xFF\xE0junk"[..], FileKind::Jpeg),
            (b"\x89PNG\r\n\x1A\njunk", FileKind::Png),
            (b"RIFF\x10\0\0\0WEBPVP8 junk", FileKind::Webp),
            (b"\0\0\0\x0CjP  \r\n\x87\njunk", FileKind::Jpeg2000),
        ] {
            assert_eq!(decode(start, kind, &Limits::default()), Err(PageProblem::Damaged), "{kind:?}");
        }
    }
}
