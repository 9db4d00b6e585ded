//! What a page holds, told by running its instructions without drawing.

use super::POINTS;
use super::render::pixels_of;
use super::text::{Glyph, TextWord, words};
use crate::raster::number::round;
use crate::raster::{Orientation, Raster};
use hayro::hayro_interpret::font::GlyphRun;
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, TransformExt, interpret_page,
};
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, BezPath, Point, Rect, Shape};

/// A page image must cover at least this part of the sheet to stand for it.
const WHOLE: f64 = 0.98;

/// Most glyphs whose places are kept; a page of small print has some 10,000.
const MOST_GLYPHS: usize = 200_000;

/// An image on the page.
#[derive(Debug, Clone)]
pub(super) struct PlacedImage {
    pub(super) width: u32,
    pub(super) height: u32,
    /// From the image's pixels to points on the upright page, y downward.
    transform: Affine,
    /// Has a mask of its own, or is one painted with a colour or pattern other than black.
    masked: bool,
}

impl PlacedImage {
    fn place(&self) -> Rect {
        let pixels = Rect::new(0.0, 0.0, f64::from(self.width), f64::from(self.height));
        self.transform.transform_rect_bbox(pixels)
    }

    /// Dots an inch along the image's rows and columns.
    fn dpi(&self) -> (f64, f64) {
        let [a, b, c, d, _, _] = self.transform.as_coeffs();
        (POINTS / a.hypot(b).max(1e-6), POINTS / c.hypot(d).max(1e-6))
    }

    /// How the image must be turned to stand as it does on the page; none when it is slanted.
    fn orientation(&self) -> Option<Orientation> {
        let [a, b, c, d, _, _] = self.transform.as_coeffs();
        let straight = |along: f64, across: f64| across.abs() <= along.abs() * 1e-3;
        if straight(a, b) && straight(d, c) {
            return Some(match (a > 0.0, d > 0.0) {
                (true, true) => Orientation::Upright,
                (false, true) => Orientation::FlippedHorizontally,
                (false, false) => Orientation::Turned180,
                (true, false) => Orientation::FlippedVertically,
            });
        }
        if straight(b, a) && straight(c, d) {
            return Some(match (b > 0.0, c > 0.0) {
                (true, true) => Orientation::Transposed,
                (true, false) => Orientation::Turned90,
                (false, false) => Orientation::Transversed,
                (false, true) => Orientation::Turned270,
            });
        }
        None
    }
}

/// What a page holds.
#[derive(Debug, Default)]
pub(super) struct Probe {
    /// Size of the upright sheet in points.
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) images: Vec<PlacedImage>,
    /// Something visible other than images, or something that changes how an image shows.
    other: bool,
    glyphs: Vec<Glyph>,
    /// Whether images are decoded as they come; the last one stays. A second walk over the page with this set costs
    /// less than decoding images that are then not wanted, and one device for both is compiled once.
    taking: bool,
    taken: Option<Raster>,
}

impl Probe {
    fn sheet(&self) -> Rect {
        Rect::new(0.0, 0.0, self.width, self.height)
    }

    /// The orientation and resolution of the one image that is the whole page, where there is one.
    pub(super) fn whole_page_image(&self) -> Option<(Orientation, Option<u32>)> {
        let [image] = self.images.as_slice() else { return None };
        if self.other || image.masked {
            return None;
        }
        let place = image.place();
        let sheet = self.sheet().area();
        let covers = place.intersect(self.sheet()).area() >= WHOLE * sheet;
        let fits = place.area() * WHOLE <= sheet;
        let (across, down) = image.dpi();
        let square = (across / down - 1.0).abs() < 0.02;
        let orientation = image.orientation()?;
        let dpi = round(across.midpoint(down));
        (covers && fits && square).then_some((orientation, (50..=2_400).contains(&dpi).then_some(dpi)))
    }

    /// The finest resolution among the images that take up at least a tenth of the sheet; 0 without any.
    pub(super) fn finest_image(&self) -> f64 {
        let large =
            |image: &&PlacedImage| image.place().intersect(self.sheet()).area() >= 0.1 * self.sheet().area();
        self.images.iter().filter(large).map(PlacedImage::dpi).map(|(x, y)| x.max(y)).fold(0.0, f64::max)
    }

    /// Whether nothing at all is on the page.
    pub(super) fn is_blank(&self) -> bool {
        self.images.is_empty() && !self.other
    }

    /// The words of the text layer, in pixels of an image that has `scale` pixels a point.
    pub(super) fn words(&self, scale: (f64, f64)) -> Vec<TextWord> {
        words(&self.glyphs, scale)
    }
}

/// Runs the page's instructions and notes what they would draw.
pub(super) fn probe<'a>(page: &'a Page<'a>, settings: &InterpreterSettings) -> Probe {
    let (width, height) = page.render_dimensions();
    let mut probe = Probe { width: f64::from(width), height: f64::from(height), ..Probe::default() };
    run(page, settings, &mut probe);
    probe
}

/// The pixels of the page's only image as they are stored; none when they cannot be decoded.
pub(super) fn take<'a>(page: &'a Page<'a>, settings: &InterpreterSettings) -> Option<Raster> {
    let mut probe = Probe { taking: true, ..Probe::default() };
    run(page, settings, &mut probe);
    probe.taken
}

/// Runs the page's instructions, in points of the upright page, y downward.
fn run<'a>(page: &'a Page<'a>, settings: &InterpreterSettings, device: &mut Probe) {
    let (width, height) = page.render_dimensions();
    let sheet = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let cache = InterpreterCache::new();
    let transform = page.initial_transform(true).to_kurbo();
    let mut context = Context::new(transform, sheet, &cache, page.xref(), settings.clone());
    interpret_page(page, &mut context, device);
}

impl<'a> Device<'a> for Probe {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        let empty = path.elements().is_empty() || matches!(mode, DrawMode::Invisible);
        let seen = props.transform.transform_rect_bbox(path.bounding_box());
        self.other |= !empty && seen.overlaps(self.sheet());
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        let kept = clip.path.bounding_box().intersect(self.sheet());
        self.other |= kept.area() < WHOLE * self.sheet().area();
    }

    fn push_transparency_group(&mut self, opacity: f32, mask: Option<SoftMask<'a>>, blend: BlendMode) {
        self.other |= opacity < 1.0 || mask.is_some() || blend != BlendMode::Normal;
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let hidden = matches!(mode, DrawMode::Invisible);
        for glyph in run.glyphs() {
            let text = match glyph.as_unicode() {
                Some(BfString::Char(character)) => character.to_string(),
                Some(BfString::String(string)) => string,
                None => String::new(),
            };
            let blank = !text.is_empty() && text.trim().is_empty();
            self.other |= !hidden && !blank;
            if self.glyphs.len() < MOST_GLYPHS {
                let advance = match &**glyph {
                    hayro::hayro_interpret::font::Glyph::Outline(outline) => outline.advance_width(),
                    hayro::hayro_interpret::font::Glyph::Type3(drawn) => drawn.advance_width(),
                };
                let place = props.transform * glyph.transform();
                let start = place * Point::ZERO;
                let end = place * Point::new(f64::from(advance.unwrap_or(500.0)), 0.0);
                let above = place * Point::new(0.0, 1_000.0);
                self.glyphs.push(Glyph { text, start, end, em: start.distance(above), hidden });
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        if self.taking {
            self.taken = pixels_of(&image);
            return;
        }
        let masked = match &image {
            Image::Raster(raster) => {
                let dict = raster.stream().dict();
                [&b"SMask"[..], b"Mask", b"SMaskInData"].iter().any(|key| dict.contains_key(*key))
            }
            // A stencil is a scan's print only when it is painted black; render::take checks the paint.
            Image::Stencil(_) => false,
        };
        self.images.push(PlacedImage {
            width: image.width(),
            height: image.height(),
            transform: props.transform,
            masked: masked || props.soft_mask.is_some() || props.blend_mode != BlendMode::Normal,
        });
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}
