//! Pages of a PDF as images, and its text layer.
//!
//! A scan is taken as it lies in the file, to the pixel; anything else is drawn. Sizes are checked before a pixel is
//! decoded or drawn. What a page's instructions may cost in time and memory is not bounded here: run this inside a
//! process with limits.

mod probe;
mod render;
mod text;

pub use text::TextWord;

use crate::pages::{Limits, PageProblem, Refusal};
use crate::raster::Raster;
use hayro::RenderCache;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::page::Page;
use hayro::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use probe::{Probe, probe, take};
use std::sync::Arc;

/// Points an inch, the unit of PDF coordinates.
const POINTS: f64 = 72.0;

/// How a page image came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The pixels are those of the file.
    Taken,
    /// The page was drawn from text, lines and pictures.
    Drawn,
}

/// One page of a PDF.
#[derive(Debug, Clone)]
pub struct PdfPage {
    /// The image, with its resolution.
    pub raster: Raster,
    /// Taken or drawn.
    pub origin: Origin,
    /// The words of the text layer in the order of the file, placed on the image. Empty for a plain scan. Where
    /// the page is a scan, this is somebody's machine reading; else it is the document's own text.
    pub words: Vec<TextWord>,
}

/// A PDF opened for reading.
pub struct PdfPages {
    pdf: Pdf,
    settings: InterpreterSettings,
    count: usize,
}

impl std::fmt::Debug for PdfPages {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "PdfPages({} pages)", self.count)
    }
}

impl PdfPages {
    /// Opens a PDF and counts its pages.
    ///
    /// # Errors
    /// [`Refusal::PasswordProtected`], [`Refusal::UnsupportedEncryption`], [`Refusal::Damaged`],
    /// [`Refusal::NoPages`], [`Refusal::TooManyPages`].
    pub fn open(bytes: Vec<u8>, limits: &Limits) -> Result<Self, Refusal> {
        let pdf = Pdf::new(Arc::new(bytes)).map_err(|error| match error {
            LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Refusal::PasswordProtected,
            LoadPdfError::Decryption(_) => Refusal::UnsupportedEncryption,
            LoadPdfError::Invalid => Refusal::Damaged { kind: "PDF" },
        })?;
        let count = pdf.pages().len();
        if count == 0 {
            return Err(Refusal::NoPages { kind: "PDF" });
        }
        if count > limits.pages {
            return Err(Refusal::TooManyPages { found: count, most: limits.pages });
        }
        let settings = InterpreterSettings::default();
        Ok(Self { pdf, settings, count })
    }

    /// Number of pages, at least 1.
    pub fn count(&self) -> usize {
        self.count
    }

    /// A page, counted from 0.
    ///
    /// # Errors
    /// A [`PageProblem`] when this page cannot be drawn within the limits.
    pub fn page(&self, at: usize, limits: &Limits) -> Result<PdfPage, PageProblem> {
        let page = self.pdf.pages().get(at).ok_or(PageProblem::NotDrawn)?;
        // A cache a page: fonts are few, and one kept for a thousand pages would only grow.
        let cache = RenderCache::new();
        let found = probe(page, &self.settings);
        for image in &found.images {
            limits.check(image.width, image.height)?;
        }
        if let Some((orientation, dpi)) = found.whole_page_image() {
            let raster = take(page, &self.settings).ok_or(PageProblem::Damaged)?;
            limits.check(raster.width(), raster.height())?;
            let raster = raster.with_dpi(dpi).oriented(orientation);
            let scale = (f64::from(raster.width()) / found.width, f64::from(raster.height()) / found.height);
            return Ok(PdfPage { words: found.words(scale), raster, origin: Origin::Taken });
        }
        self.draw(page, &cache, &found, limits)
    }

    fn draw<'a>(
        &self,
        page: &'a Page<'a>,
        cache: &RenderCache<'a>,
        found: &Probe,
        limits: &Limits,
    ) -> Result<PdfPage, PageProblem> {
        let dpi = render::resolution(found, limits)?;
        let raster = render::draw(page, cache, &self.settings, (found.width, found.height), dpi)?;
        let scale = f64::from(dpi) / POINTS;
        Ok(PdfPage { words: found.words((scale, scale)), raster, origin: Origin::Drawn })
    }
}

#[cfg(test)]
mod tests;
