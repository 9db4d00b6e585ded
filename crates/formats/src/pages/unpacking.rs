//! The walk through an archive: each image is a page, a TIFF may be several.

use super::{Limits, PageProblem, Refusal};
use crate::archive::ImageArchive;
use crate::image_file;
use crate::raster::Raster;
use crate::sniff::FileKind;
use crate::tiff::TiffPages;
use std::io::Cursor;

/// Where the walk through an archive stands.
#[derive(Debug)]
pub(super) struct Unpacking<'a> {
    archive: ImageArchive<'a>,
    /// The next entry.
    entry: usize,
    tiff: Option<OpenTiff>,
}

/// A TIFF of the archive whose pages are being given.
#[derive(Debug)]
struct OpenTiff {
    name: String,
    pages: TiffPages<'static>,
    next: usize,
}

/// What the walk comes upon.
pub(super) struct Step {
    pub(super) label: String,
    pub(super) found: Result<Raster, PageProblem>,
}

impl<'a> Unpacking<'a> {
    pub(super) fn new(archive: ImageArchive<'a>) -> Self {
        Self { archive, entry: 0, tiff: None }
    }

    /// The images of the archive.
    pub(super) fn count(&self) -> usize {
        self.archive.entries().iter().filter(|entry| entry.content.is_ok()).count()
    }

    /// Ends the walk.
    pub(super) fn stop(&mut self) {
        self.tiff = None;
        self.entry = usize::MAX;
    }

    /// The next page, or what stands in its place.
    pub(super) fn step(&mut self, limits: &Limits) -> Option<Step> {
        if let Some(step) = self.tiff.as_mut().and_then(|tiff| tiff.step(limits)) {
            return Some(step);
        }
        self.tiff = None;
        let label = self.archive.entries().get(self.entry)?.name.clone();
        let found = self.archive.read(self.entry, limits);
        self.entry = self.entry.saturating_add(1);
        let found = match found {
            Ok((FileKind::Tiff, bytes)) => match TiffPages::open(Box::new(Cursor::new(bytes)), limits) {
                Ok(pages) if pages.count() > 1 => {
                    let mut tiff = OpenTiff { name: label, pages, next: 0 };
                    let step = tiff.step(limits);
                    self.tiff = Some(tiff);
                    return step;
                }
                Ok(mut pages) => pages.page(0, limits),
                Err(Refusal::TooManyPages { most, .. }) => Err(PageProblem::TooManyPages { most }),
                Err(_) => Err(PageProblem::Damaged),
            },
            Ok((kind, bytes)) => image_file::decode(&bytes, kind, limits),
            Err(problem) => Err(problem),
        };
        Some(Step { label, found })
    }
}

impl OpenTiff {
    fn step(&mut self, limits: &Limits) -> Option<Step> {
        if self.next >= self.pages.count() {
            return None;
        }
        let found = self.pages.page(self.next, limits);
        self.next += 1;
        Some(Step { label: format!("{}, page {}", self.name, self.next), found })
    }
}
