//! Taking the image of a scan, or drawing a page.

use super::POINTS;
use super::probe::Probe;
use crate::pages::{Limits, PageProblem};
use crate::raster::number::{float, round};
use crate::raster::{Bitonal, Gray8, Raster, Rgb8};
use hayro::hayro_interpret::{Image, ImageData, InterpreterSettings, Paint, TransformExt};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Affine;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};

/// Resolution at which a page without a finer image is drawn.
const USUAL_DPI: f64 = 300.0;
/// No page is drawn finer than this, whatever its images claim.
const FINEST_DPI: f64 = 600.0;
/// Below this a large sheet is refused rather than drawn illegibly.
const COARSEST_DPI: f64 = 100.0;
/// Drawing needs four bytes a pixel and more beside; this keeps it under 300 MB.
const MOST_DRAWN: f64 = 50_000_000.0;
/// The drawing library counts in 16 bits.
const LONGEST_DRAWN: f64 = 60_000.0;

/// The pixels of an image as they are stored; none when they cannot be decoded.
pub(super) fn pixels_of(image: &Image<'_, '_>) -> Option<Raster> {
    let mut taken = None;
    match image {
        Image::Raster(raster) => raster.with_rgba(
            |data, _alpha| {
                taken = match data {
                    ImageData::Luma(luma) => {
                        Gray8::new(luma.width, luma.height, luma.data).ok().map(Raster::from_gray)
                    }
                    ImageData::Rgb(rgb) => {
                        Rgb8::new(rgb.width, rgb.height, rgb.data).ok().map(Raster::from_rgb)
                    }
                };
            },
            None,
        ),
        Image::Stencil(stencil) => stencil.with_stencil(
            |mask, paint| {
                let light = matches!(paint, Paint::Color(colour) if is_light(colour.to_rgba().to_rgba8()));
                let inverted = mask.data.iter().map(|ink| !ink).collect();
                taken = if light {
                    // White paint on white paper leaves a white page.
                    Some(Raster::Bitonal(Bitonal::white(mask.width, mask.height)))
                } else {
                    Gray8::new(mask.width, mask.height, inverted).ok().map(Raster::from_gray)
                };
            },
            None,
        ),
    }
    taken
}

fn is_light([red, green, blue, _]: [u8; 4]) -> bool {
    [red, green, blue].iter().all(|part| *part > 240)
}

/// Dots an inch at which the page is drawn: at least 300, as fine as its finest large image, and as coarse as the
/// limits ask for.
///
/// # Errors
/// [`PageProblem::SheetTooLarge`] when it would be illegible within the limits.
pub(super) fn resolution(found: &Probe, limits: &Limits) -> Result<u32, PageProblem> {
    let (width, height) = (found.width / POINTS, found.height / POINTS);
    let most = MOST_DRAWN.min(float(limits.pixels));
    let longest = LONGEST_DRAWN.min(f64::from(limits.side));
    let fits = (most / (width * height)).sqrt().min(longest / width.max(height));
    let wanted = found.finest_image().clamp(USUAL_DPI, FINEST_DPI).min(fits).floor();
    if wanted.is_nan() || wanted < COARSEST_DPI {
        let millimetres = |inches: f64| u64::from(round(inches * 25.4));
        return Err(PageProblem::SheetTooLarge { width: millimetres(width), height: millimetres(height) });
    }
    Ok(round(if found.is_blank() { wanted.min(USUAL_DPI) } else { wanted }))
}

/// Draws a page of that size in points on white, at that resolution.
pub(super) fn draw<'a>(
    page: &'a Page<'a>,
    cache: &RenderCache<'a>,
    settings: &InterpreterSettings,
    (width, height): (f64, f64),
    dpi: u32,
) -> Result<Raster, PageProblem> {
    let scale = f64::from(dpi) / POINTS;
    let side =
        |points: f64| u16::try_from(round((points * scale).ceil()).max(1)).map_err(|_| PageProblem::NotDrawn);
    let (pixels_across, pixels_down) = (side(width)?, side(height)?);
    let mut context = RenderContext::new(pixels_across, pixels_down);
    let transform = Affine::scale(scale) * page.initial_transform(true).to_kurbo();
    render_into(page, cache, settings, &RenderSettings::default(), &mut context, transform);
    context.flush();
    let mut pixmap = Pixmap::new(pixels_across, pixels_down);
    let white = hayro::vello_cpu::color::palette::css::WHITE;
    let target =
        RasterizerSettings { target_init: TargetInit::Clear(white), ..RasterizerSettings::default() };
    context.render_with(&mut pixmap, &mut Resources::default(), target);
    let mut samples = Vec::with_capacity(usize::from(pixels_across) * usize::from(pixels_down) * 3);
    for [red, green, blue, _] in pixmap.data_as_u8_slice().as_chunks::<4>().0 {
        samples.extend([red, green, blue]);
    }
    drop(pixmap);
    let drawn = Rgb8::new(u32::from(pixels_across), u32::from(pixels_down), samples)?;
    Ok(Raster::from_rgb(drawn).with_dpi(Some(dpi)))
}
