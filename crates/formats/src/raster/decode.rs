//! PNG and WebP to rasters, with the size checked before a pixel is read.

use super::number::index;
use super::{Bitonal, Gray8, Raster, RasterError, Rgb8};
use image::ImageDecoder;
use std::io::Cursor;

/// Refuses what is empty or has more than `most_pixels`.
pub(crate) fn check_size(width: u32, height: u32, most_pixels: u64) -> Result<(), RasterError> {
    if width == 0 || height == 0 {
        return Err(RasterError::Empty);
    }
    if u64::from(width) * u64::from(height) > most_pixels {
        return Err(RasterError::TooLarge { width, height });
    }
    Ok(())
}

/// A PNG file as a raster; transparent parts are laid on white.
///
/// # Errors
/// [`RasterError::TooLarge`] above `most_pixels`, before decoding; [`RasterError::Damaged`] when it is no PNG or
/// ends early.
pub fn decode_png(bytes: &[u8], most_pixels: u64) -> Result<Raster, RasterError> {
    let damaged = |error: png::DecodingError| RasterError::Damaged(error.to_string());
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: 512 << 20 });
    decoder.set_transformations(png::Transformations::STRIP_16);
    let header = decoder.read_header_info().map_err(damaged)?;
    let (width, height) = (header.width, header.height);
    check_size(width, height, most_pixels)?;
    let plain_bits = header.bit_depth == png::BitDepth::One && header.color_type == png::ColorType::Grayscale;
    if !plain_bits {
        decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    }
    let mut reader = decoder.read_info().map_err(damaged)?;
    let dpi = reader.info().pixel_dims.and_then(dots_an_inch);
    let mut samples = vec![0; reader.output_buffer_size().ok_or(RasterError::TooLarge { width, height })?];
    let frame = reader.next_frame(&mut samples).map_err(damaged)?;
    samples.truncate(frame.buffer_size());
    if plain_bits && frame.bit_depth == png::BitDepth::One {
        let ink = samples.into_iter().map(|byte| !byte).collect();
        return Ok(Raster::Bitonal(Bitonal::from_packed(width, height, ink).with_dpi(dpi)));
    }
    let raster = match frame.color_type {
        png::ColorType::Grayscale | png::ColorType::Indexed => {
            Raster::from_gray(Gray8::new(width, height, samples)?)
        }
        png::ColorType::GrayscaleAlpha => {
            Raster::from_gray(Gray8::new(width, height, gray_on_white(&samples))?)
        }
        png::ColorType::Rgb => Raster::from_rgb(Rgb8::new(width, height, samples)?),
        png::ColorType::Rgba => Raster::from_rgb(Rgb8::new(width, height, rgb_on_white(&samples))?),
    };
    Ok(raster.with_dpi(dpi))
}

fn dots_an_inch(dimensions: png::PixelDimensions) -> Option<u32> {
    let metric = matches!(dimensions.unit, png::Unit::Meter);
    let dpi = (u64::from(dimensions.xppu) * 254 + 5_000) / 10_000;
    u32::try_from(dpi).ok().filter(|dpi| metric && plausible_dpi(*dpi))
}

/// Files claim all sorts of resolutions; only what a scanner or camera can have made is believed.
pub(crate) fn plausible_dpi(dpi: u32) -> bool {
    (50..=2_400).contains(&dpi)
}

/// A WebP file as a raster; transparent parts are laid on white.
///
/// # Errors
/// As [`decode_png`].
pub fn decode_webp(bytes: &[u8], most_pixels: u64) -> Result<Raster, RasterError> {
    let decoder =
        image::codecs::webp::WebPDecoder::new(Cursor::new(bytes)).map_err(|error| damaged_image(&error))?;
    decode_with(decoder, most_pixels)
}

/// Any decoder of the `image` crate, the size checked first.
pub(crate) fn decode_with(mut decoder: impl ImageDecoder, most_pixels: u64) -> Result<Raster, RasterError> {
    let (width, height) = decoder.dimensions();
    check_size(width, height, most_pixels)?;
    let mut limits = image::Limits::no_limits();
    limits.max_alloc = Some(most_pixels.saturating_mul(8));
    decoder.set_limits(limits).map_err(|error| damaged_image(&error))?;
    let kind = decoder.color_type();
    let length =
        usize::try_from(decoder.total_bytes()).map_err(|_| RasterError::TooLarge { width, height })?;
    let mut samples = vec![0; length];
    decoder.read_image(&mut samples).map_err(|error| damaged_image(&error))?;
    from_color_type(width, height, kind, samples)
}

fn from_color_type(
    width: u32,
    height: u32,
    kind: image::ColorType,
    samples: Vec<u8>,
) -> Result<Raster, RasterError> {
    use image::ColorType;
    Ok(match kind {
        ColorType::L8 => Raster::from_gray(Gray8::new(width, height, samples)?),
        ColorType::La8 => Raster::from_gray(Gray8::new(width, height, gray_on_white(&samples))?),
        ColorType::Rgb8 => Raster::from_rgb(Rgb8::new(width, height, samples)?),
        ColorType::Rgba8 => Raster::from_rgb(Rgb8::new(width, height, rgb_on_white(&samples))?),
        ColorType::L16 => Raster::from_gray(Gray8::new(width, height, high_bytes(&samples))?),
        ColorType::Rgb16 => Raster::from_rgb(Rgb8::new(width, height, high_bytes(&samples))?),
        other => return Err(RasterError::Damaged(format!("pixels of the kind {other:?} are not supported"))),
    })
}

/// The high byte of each native-endian 16-bit sample.
pub(crate) fn high_bytes(samples: &[u8]) -> Vec<u8> {
    samples
        .as_chunks::<2>()
        .0
        .iter()
        .map(|pair| u16::from_ne_bytes(*pair).to_be_bytes())
        .map(|[high, _]| high)
        .collect()
}

/// Grey and alpha laid on white paper.
pub(crate) fn gray_on_white(samples: &[u8]) -> Vec<u8> {
    samples.as_chunks::<2>().0.iter().map(|[gray, alpha]| on_white(*gray, *alpha)).collect()
}

/// Colour and alpha laid on white paper.
pub(crate) fn rgb_on_white(samples: &[u8]) -> Vec<u8> {
    let mut laid = Vec::with_capacity(samples.len() / 4 * 3);
    for [red, green, blue, alpha] in samples.as_chunks::<4>().0 {
        laid.extend([on_white(*red, *alpha), on_white(*green, *alpha), on_white(*blue, *alpha)]);
    }
    laid
}

fn on_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u32::from(value), u32::from(alpha));
    super::number::sample((value * alpha + 255 * (255 - alpha) + 127) / 255)
}

/// An error of the `image` crate in our words.
pub(crate) fn damaged_image(error: &image::ImageError) -> RasterError {
    RasterError::Damaged(error.to_string())
}

/// Ink levels of CMYK samples as colour: plain subtraction, which is near enough for reading.
pub(crate) fn cmyk_to_rgb(samples: &[u8]) -> Vec<u8> {
    let mut converted = Vec::with_capacity(samples.len() / 4 * 3);
    for [cyan, magenta, yellow, black] in samples.as_chunks::<4>().0 {
        let light = |ink: u8| {
            let product = (255 - u32::from(ink)) * (255 - u32::from(*black));
            super::number::sample((product + 127) / 255)
        };
        converted.extend([light(*cyan), light(*magenta), light(*yellow)]);
    }
    converted
}

/// One-bit samples, a set bit being white, eight a byte with padded rows.
pub(crate) fn bits_of_white(width: u32, height: u32, samples: &[u8]) -> Raster {
    let stride = index(width.div_ceil(8));
    let ink = samples.iter().take(stride * index(height)).map(|byte| !byte).collect();
    Raster::Bitonal(Bitonal::from_packed(width, height, ink))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_huge_header_is_refused_before_decoding() {
        let header = png_header(30_000, 30_000);
        assert_eq!(
            decode_png(&header, 200_000_000),
            Err(RasterError::TooLarge { width: 30_000, height: 30_000 })
        );
    }

    #[test]
    fn a_cut_file_is_damaged() {
        let image = Raster::Gray(
            Gray8::new(40, 40, (0..1_600_u32).map(|v| u8::try_from(v * 7 % 256).unwrap()).collect()).unwrap(),
        );
        let file = super::super::encode_png(&image).unwrap();
        for cut in [0, 7, 20, 60, file.len() * 9 / 10] {
            assert!(matches!(decode_png(&file[..cut], 10_000), Err(RasterError::Damaged(_))), "cut at {cut}");
        }
    }

    #[test]
    fn what_is_transparent_is_white() {
        assert_eq!(rgb_on_white(&[0, 0, 0, 0, 10, 20, 30, 255]), vec![255, 255, 255, 10, 20, 30]);
        assert_eq!(gray_on_white(&[0, 128]), vec![127]);
        assert_eq!(cmyk_to_rgb(&[0, 0, 0, 255, 255, 0, 0, 0]), vec![0, 0, 0, 0, 255, 255]);
    }

    /// The start of a PNG that claims a size.
    fn png_header(width: u32, height: u32) -> Vec<u8> {
        let mut chunk = b"IHDR".to_vec();
        chunk.extend(width.to_be_bytes());
        chunk.extend(height.to_be_bytes());
        chunk.extend([8, 0, 0, 0, 0]);
        let mut crc = flate2::Crc::new();
        crc.update(&chunk);
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        file.extend(13_u32.to_be_bytes());
        file.extend(&chunk);
        file.extend(crc.sum().to_be_bytes());
        file
    }
}
