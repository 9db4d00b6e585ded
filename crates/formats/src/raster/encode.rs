//! Rasters to the files that browsers show: 1-bit PNG and lossless WebP for print, lossy WebP for shades.

use super::number::index;
use super::{Bitonal, Gray8, Raster, RasterError};
use webp::{PixelLayout, WebPConfig};

/// The longest side that WebP can hold.
const WEBP_LONGEST: u32 = 16_383;

/// Below this many pixels the smaller of PNG and WebP is worth the time of making both.
const SMALL: u64 = 400_000;

/// What kind of file an encoder made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaType {
    /// `image/png`
    Png,
    /// `image/webp`
    Webp,
}

impl MediaType {
    /// The name that goes into `Content-Type`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }

    /// The ending for file names, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }
}

/// An encoded image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// What the bytes are.
    pub media_type: MediaType,
    /// The file.
    pub bytes: Vec<u8>,
}

/// The image as the file that suits its content: print without loss (a small image as the smaller of PNG and
/// lossless WebP, a page as PNG, which is twenty times quicker), shades as lossy WebP of quality 55.
///
/// # Errors
/// [`RasterError::Encoding`] when the encoder refuses.
pub fn encode(image: &Raster) -> Result<Encoded, RasterError> {
    let Raster::Bitonal(print) = image else { return encode_lossy(image, 55.0) };
    let png = Encoded { media_type: MediaType::Png, bytes: encode_png(image)? };
    if print.bounds().area() > SMALL {
        return Ok(png);
    }
    let webp = Encoded { media_type: MediaType::Webp, bytes: encode_webp_lossless(image)? };
    Ok(if webp.bytes.len() < png.bytes.len() { webp } else { png })
}

/// The image as lossy WebP, `quality` 0 to 100 (50 to 60 is right for grey pages and photographs); as PNG when a
/// side is too long for WebP.
///
/// # Errors
/// [`RasterError::Encoding`] when the encoder refuses.
pub fn encode_lossy(image: &Raster, quality: f32) -> Result<Encoded, RasterError> {
    if image.width().max(image.height()) > WEBP_LONGEST {
        return Ok(Encoded { media_type: MediaType::Png, bytes: encode_png(image)? });
    }
    let mut config = webp_config()?;
    config.quality = quality.clamp(0.0, 100.0);
    config.method = 4;
    Ok(Encoded { media_type: MediaType::Webp, bytes: webp(image, &config)? })
}

/// The image as lossless WebP.
///
/// # Errors
/// [`RasterError::Encoding`] when the encoder refuses, as it does for sides beyond 16,383 pixels.
pub fn encode_webp_lossless(image: &Raster) -> Result<Vec<u8>, RasterError> {
    let mut config = webp_config()?;
    config.lossless = 1;
    config.quality = 50.0;
    config.method = 2;
    webp(image, &config)
}

fn webp_config() -> Result<WebPConfig, RasterError> {
    WebPConfig::new().map_err(|()| RasterError::Encoding("libwebp has no configuration".to_owned()))
}

fn webp(image: &Raster, config: &WebPConfig) -> Result<Vec<u8>, RasterError> {
    if image.width().max(image.height()) > WEBP_LONGEST {
        return Err(RasterError::TooLarge { width: image.width(), height: image.height() });
    }
    let expanded;
    let samples = match image {
        Raster::Rgb(colour) => colour.samples(),
        Raster::Gray(gray) => {
            expanded = threefold(gray);
            &expanded
        }
        Raster::Bitonal(print) => {
            expanded = threefold(&print.to_gray());
            &expanded
        }
    };
    webp::Encoder::new(samples, PixelLayout::Rgb, image.width(), image.height())
        .encode_advanced(config)
        .map(|memory| memory.to_vec())
        .map_err(|error| RasterError::Encoding(format!("{error:?}")))
}

/// libwebp takes colour only; grey in three equal channels costs nothing in the file.
fn threefold(gray: &Gray8) -> Vec<u8> {
    gray.samples().iter().flat_map(|sample| [*sample; 3]).collect()
}

/// The image as PNG: one bit a pixel for print, eight for grey, twenty-four for colour.
///
/// # Errors
/// [`RasterError::Encoding`] when the encoder refuses.
pub fn encode_png(image: &Raster) -> Result<Vec<u8>, RasterError> {
    match image {
        Raster::Bitonal(print) => {
            let inverted: Vec<u8> = print.bits().iter().map(|byte| !byte).collect();
            png(
                print.width(),
                print.height(),
                print.dpi,
                (png::ColorType::Grayscale, png::BitDepth::One),
                &inverted,
            )
        }
        Raster::Gray(gray) => {
            let kind = (png::ColorType::Grayscale, png::BitDepth::Eight);
            png(gray.width(), gray.height(), gray.dpi, kind, gray.samples())
        }
        Raster::Rgb(colour) => {
            let kind = (png::ColorType::Rgb, png::BitDepth::Eight);
            png(colour.width(), colour.height(), colour.dpi, kind, colour.samples())
        }
    }
}

fn png(
    width: u32,
    height: u32,
    dpi: Option<u32>,
    (color, depth): (png::ColorType, png::BitDepth),
    samples: &[u8],
) -> Result<Vec<u8>, RasterError> {
    let refused = |error: png::EncodingError| RasterError::Encoding(error.to_string());
    let mut bytes = Vec::with_capacity(index(width) * index(height) / 32 + 1_024);
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    // Filters work on bytes: on packed bits they only spoil what the compressor would have found.
    encoder.set_filter(if depth == png::BitDepth::One { png::Filter::NoFilter } else { png::Filter::Paeth });
    encoder.set_compression(png::Compression::Balanced);
    if let Some(dpi) = dpi {
        let per_metre = (dpi * 10_000).div_ceil(254);
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: per_metre,
            yppu: per_metre,
            unit: png::Unit::Meter,
        }));
    }
    let mut writer = encoder.write_header().map_err(refused)?;
    writer.write_image_data(samples).map_err(refused)?;
    writer.finish().map_err(refused)?;
    Ok(bytes)
}

impl Bitonal {
    /// The image as a 1-bit PNG.
    ///
    /// # Errors
    /// [`RasterError::Encoding`] when the encoder refuses.
    pub fn to_png(&self) -> Result<Vec<u8>, RasterError> {
        encode_png(&Raster::Bitonal(self.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Rgb8, decode_png, decode_webp};
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn print_comes_back_from_png_and_lossless_webp(width in 1_u32..70, bits in proptest::collection::vec(any::<u8>(), 1..400)) {
            let height = u32::try_from(bits.len()).unwrap().div_ceil(width.div_ceil(8)).max(1);
            let image = Raster::Bitonal(Bitonal::from_packed(width, height, bits).with_dpi(Some(300)));
            let png = decode_png(&encode_png(&image).unwrap(), 1_000_000).unwrap();
            prop_assert_eq!(&png, &image);
            let webp = decode_webp(&encode_webp_lossless(&image).unwrap(), 1_000_000).unwrap();
            prop_assert_eq!(webp.with_dpi(Some(300)), image);
        }
    }

    #[test]
    fn grey_and_colour_come_back_from_png() {
        let gray = Raster::Gray(Gray8::new(2, 2, vec![1, 2, 3, 4]).unwrap());
        assert_eq!(decode_png(&encode_png(&gray).unwrap(), 100).unwrap(), gray);
        let colour = Raster::Rgb(Rgb8::new(1, 2, vec![255, 0, 0, 0, 0, 255]).unwrap());
        assert_eq!(decode_png(&encode_png(&colour).unwrap(), 100).unwrap(), colour);
    }

    #[test]
    fn shades_become_webp_and_what_is_too_long_for_it_png() {
        let shades = Gray8::new(4, 1, vec![10, 90, 160, 240]).unwrap();
        assert_eq!(encode(&Raster::Gray(shades)).unwrap().media_type, MediaType::Webp);
        let long = Raster::Gray(Gray8::filled(20_000, 2, 77));
        assert_eq!(encode(&long).unwrap().media_type, MediaType::Png);
        assert!(encode_webp_lossless(&long).is_err());
    }
}
