//! Any file that a client hands in, as a row of page images: one bad page does not stop the others.

mod limits;
mod refusal;
mod unpacking;

pub use limits::Limits;
pub use refusal::{PageProblem, PageRefusal, Refusal};

use crate::archive::ImageArchive;
use crate::image_file;
use crate::pdf::{Origin, PdfPage, PdfPages, TextWord};
use crate::raster::Raster;
use crate::sniff::{FileKind, SNIFF_LENGTH, sniff};
use crate::tiff::TiffPages;
use std::io::{Cursor, Read, Seek, SeekFrom};
use unpacking::Unpacking;

/// What can be read from any place. One boxed kind of reader for all files keeps the decoders, which are generic, from
/// being compiled again for each.
pub trait ReadSeek: Read + Seek {}

impl<R: Read + Seek> ReadSeek for R {}

/// A file to read pages from, buffered if reads of it are costly.
pub type Reader<'a> = Box<dyn ReadSeek + 'a>;

/// One page, ready to be segmented.
#[derive(Debug, Clone)]
pub struct PageImage {
    /// Number of the page in the file, from 1; a refused page keeps its number.
    pub number: usize,
    /// What the sender knows it by: "page 7", or its name in the archive.
    pub label: String,
    /// The image, upright, with its resolution where the file says so.
    pub raster: Raster,
    /// Whether the pixels are those of the file or were drawn.
    pub origin: Origin,
    /// The words of a PDF's text layer; empty where there is none.
    pub words: Vec<TextWord>,
}

/// A file opened for its pages. Iterate over it; each page is decoded when it is asked for.
#[derive(Debug)]
pub struct Pages<'a> {
    source: Source<'a>,
    kind: FileKind,
    name: String,
    limits: Limits,
    /// Pages given so far, refused ones too.
    given: usize,
}

#[derive(Debug)]
enum Source<'a> {
    Pdf(PdfPages),
    Tiff(Box<TiffPages<'a>>),
    Image(Vec<u8>),
    Archive(Box<Unpacking<'a>>),
}

impl<'a> Pages<'a> {
    /// [`Pages::open`] for bytes in memory.
    ///
    /// # Errors
    /// As [`Pages::open`].
    pub fn from_bytes(bytes: Vec<u8>, name: &str, limits: Limits) -> Result<Self, Refusal> {
        Self::open(Box::new(Cursor::new(bytes)), name, limits)
    }

    /// Opens a file by its content; the name only labels pages. A PDF or single image is read into memory, TIFF and
    /// ZIP files are read page by page.
    ///
    /// # Errors
    /// A [`Refusal`] that says what is wrong with the file and what to do.
    pub fn open(mut reader: Reader<'a>, name: &str, limits: Limits) -> Result<Self, Refusal> {
        let unreadable = |_| Refusal::Unreadable;
        reader.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let mut start = Vec::with_capacity(SNIFF_LENGTH);
        let wanted = u64::try_from(SNIFF_LENGTH).unwrap_or(u64::MAX);
        reader.by_ref().take(wanted).read_to_end(&mut start).map_err(unreadable)?;
        if start.is_empty() {
            return Err(Refusal::Empty);
        }
        let kind = sniff(&start).ok_or(Refusal::UnknownKind)?;
        let length = reader.seek(SeekFrom::End(0)).map_err(unreadable)?;
        reader.seek(SeekFrom::Start(0)).map_err(unreadable)?;
        let source = match kind {
            FileKind::Pdf => {
                Source::Pdf(PdfPages::open(read_all(reader, length, limits.file_bytes)?, &limits)?)
            }
            FileKind::Tiff => Source::Tiff(Box::new(TiffPages::open(reader, &limits)?)),
            FileKind::Jpeg | FileKind::Png | FileKind::Jpeg2000 | FileKind::Webp => {
                Source::Image(read_all(reader, length, limits.entry_bytes)?)
            }
            FileKind::Zip => {
                let archive = ImageArchive::open(reader, &limits)?;
                Source::Archive(Box::new(Unpacking::new(archive)))
            }
            other => return Err(Refusal::UnsupportedKind { kind: other.name() }),
        };
        Ok(Self { source, kind, name: name.to_owned(), limits, given: 0 })
    }

    /// What the file is.
    pub fn kind(&self) -> FileKind {
        self.kind
    }

    /// How many pages there are. For a ZIP file this counts its images, of which a TIFF may hold several pages.
    pub fn total(&self) -> usize {
        match &self.source {
            Source::Pdf(pdf) => pdf.count(),
            Source::Tiff(tiff) => tiff.count(),
            Source::Image(_) => 1,
            Source::Archive(unpacking) => unpacking.count(),
        }
    }

    /// Numbers what the walk through an archive came upon. A file that was never a page takes no number, and the
    /// first page beyond the limit is said once and ends the walk.
    fn next_of_archive(&mut self) -> Option<Result<PageImage, PageRefusal>> {
        let Source::Archive(unpacking) = &mut self.source else { return None };
        let step = unpacking.step(&self.limits)?;
        if let Err(problem @ (PageProblem::NotAnImage | PageProblem::UnsafeName)) = step.found {
            return Some(Err(problem.at(0, step.label)));
        }
        self.given += 1;
        if self.given > self.limits.pages {
            unpacking.stop();
            let problem = PageProblem::TooManyPages { most: self.limits.pages };
            return Some(Err(problem.at(self.given, step.label)));
        }
        Some(page(step.found, self.given, step.label))
    }
}

/// The whole file in memory, or a refusal when there is not enough of it.
fn read_all(mut reader: impl Read, length: u64, most: u64) -> Result<Vec<u8>, Refusal> {
    let size = usize::try_from(length).map_err(|_| Refusal::TooLarge)?;
    if length > most {
        return Err(Refusal::TooLarge);
    }
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(size).map_err(|_| Refusal::TooLarge)?;
    reader.by_ref().take(length).read_to_end(&mut bytes).map_err(|_| Refusal::Unreadable)?;
    Ok(bytes)
}

fn page(raster: Result<Raster, PageProblem>, number: usize, label: String) -> Result<PageImage, PageRefusal> {
    match raster {
        Ok(raster) => Ok(PageImage { number, label, raster, origin: Origin::Taken, words: Vec::new() }),
        Err(problem) => Err(problem.at(number, label)),
    }
}

impl Iterator for Pages<'_> {
    type Item = Result<PageImage, PageRefusal>;

    fn next(&mut self) -> Option<Self::Item> {
        if matches!(self.source, Source::Archive(_)) {
            return self.next_of_archive();
        }
        let at = self.given;
        if at >= self.total() {
            return None;
        }
        self.given += 1;
        let (number, label) = (self.given, format!("page {}", self.given));
        Some(match &mut self.source {
            Source::Pdf(pdf) => match pdf.page(at, &self.limits) {
                Ok(PdfPage { raster, origin, words }) => {
                    Ok(PageImage { number, label, raster, origin, words })
                }
                Err(problem) => Err(problem.at(number, label)),
            },
            Source::Tiff(tiff) => page(tiff.page(at, &self.limits), number, label),
            Source::Image(bytes) => {
                page(image_file::decode(bytes, self.kind, &self.limits), number, self.name.clone())
            }
            Source::Archive(_) => return None,
        })
    }

    /// Skips without decoding where the file allows it, so that a job can go on where it was broken off.
    fn nth(&mut self, count: usize) -> Option<Self::Item> {
        if matches!(self.source, Source::Archive(_)) {
            for _ in 0..count {
                self.next()?.ok();
            }
        } else {
            self.given = self.given.saturating_add(count);
        }
        self.next()
    }
}

#[cfg(test)]
mod tests;
