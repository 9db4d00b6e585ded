//! ZIP archives of page images: entries in natural order of their names, unsafe names left out, bombs refused.
//!
//! Nothing is ever written to disk; names only sort and label pages. They are still refused when they point outside
//! the archive, because such an archive was not made by an honest tool.

mod order;

pub use order::natural_order;

use crate::pages::{Limits, PageProblem, Reader, Refusal};
use crate::sniff::{FileKind, SNIFF_LENGTH, sniff};
use std::io::Read;
use zip::ZipArchive;
use zip::result::ZipError;

/// Entries looked at for each page that is allowed; text files and thumbnails beside the images are common.
const ENTRIES_A_PAGE: usize = 20;

/// An entry of the archive that may become pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name in the archive.
    pub name: String,
    /// What it is, or why it is left out.
    pub content: Result<FileKind, PageProblem>,
    index: usize,
}

/// A ZIP archive opened for reading.
pub struct ImageArchive<'a> {
    archive: ZipArchive<Reader<'a>>,
    entries: Vec<Entry>,
    /// Bytes that may still be unpacked; what headers claim is checked first, what really comes out after.
    left: u64,
}

impl std::fmt::Debug for ImageArchive<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ImageArchive").field("entries", &self.entries).finish_non_exhaustive()
    }
}

impl<'a> ImageArchive<'a> {
    /// Opens an archive and sorts its entries. Folders and the litter of operating systems are passed over.
    ///
    /// # Errors
    /// [`Refusal::Damaged`], [`Refusal::NoImages`], [`Refusal::TooManyPages`], [`Refusal::ArchiveTooLarge`].
    pub fn open(reader: Reader<'a>, limits: &Limits) -> Result<Self, Refusal> {
        let mut archive = ZipArchive::new(reader).map_err(|_| Refusal::Damaged { kind: "ZIP" })?;
        if archive.len() > limits.pages.saturating_mul(ENTRIES_A_PAGE) {
            return Err(Refusal::TooManyPages { found: archive.len(), most: limits.pages });
        }
        // Office documents and books are ZIP files too, and some hold a thumbnail that is no page.
        let document = ["mimetype", "[Content_Types].xml"];
        if document.iter().any(|mark| archive.index_for_name(mark).is_some()) {
            return Err(Refusal::UnsupportedKind { kind: "office document or EPUB" });
        }
        let mut entries = Vec::new();
        let mut claimed = 0_u64;
        for index in 0..archive.len() {
            let Some((entry, size)) = look_at(&mut archive, index, limits) else { continue };
            if entry.content.is_ok() {
                claimed = claimed.saturating_add(size);
            }
            entries.push(entry);
        }
        let images = entries.iter().filter(|entry| entry.content.is_ok()).count();
        if images > limits.pages {
            return Err(Refusal::TooManyPages { found: images, most: limits.pages });
        }
        if claimed > limits.unpacked_bytes {
            return Err(Refusal::ArchiveTooLarge);
        }
        // An archive of broken images is told page by page; one that never held any, as a whole.
        if !entries.iter().any(|entry| entry.content != Err(PageProblem::NotAnImage)) {
            return Err(Refusal::NoImages);
        }
        entries.sort_by(|one, other| natural_order(&one.name, &other.name));
        Ok(Self { archive, entries, left: limits.unpacked_bytes })
    }

    /// The entries in page order, with those that are left out.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Unpacks an entry, counted from 0.
    ///
    /// # Errors
    /// The problem that the entry was left out for; [`PageProblem::EntryTooLarge`], also when more comes out than
    /// its header claims; [`PageProblem::EntryDamaged`].
    pub fn read(&mut self, at: usize, limits: &Limits) -> Result<(FileKind, Vec<u8>), PageProblem> {
        let entry = self.entries.get(at).ok_or(PageProblem::EntryDamaged)?;
        let kind = entry.content.clone()?;
        let most = limits.entry_bytes.min(self.left);
        let file = self.archive.by_index(entry.index).map_err(|error| problem(&error))?;
        let mut bytes = Vec::new();
        let read = file.take(most.saturating_add(1)).read_to_end(&mut bytes);
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if length > most {
            return Err(PageProblem::EntryTooLarge);
        }
        self.left -= length;
        read.map_err(|_| PageProblem::EntryDamaged)?;
        Ok((kind, bytes))
    }
}

/// What an entry is and what size it claims; none for folders and litter.
fn look_at(archive: &mut ZipArchive<Reader<'_>>, index: usize, limits: &Limits) -> Option<(Entry, u64)> {
    let data = archive.by_index_data(index).ok()?;
    let name = data
        .name()
        .map_or_else(|_| String::from_utf8_lossy(data.name_raw()).into_owned(), std::borrow::Cow::into_owned);
    if data.is_dir() || is_litter(&name) {
        return None;
    }
    let (size, encrypted) = (data.size(), data.encrypted());
    let content = if is_unsafe(&name) {
        Err(PageProblem::UnsafeName)
    } else if encrypted {
        Err(PageProblem::EntryEncrypted)
    } else if size > limits.entry_bytes {
        Err(PageProblem::EntryTooLarge)
    } else {
        kind_of(archive, index)
    };
    Some((Entry { name, content, index }, size))
}

fn kind_of(archive: &mut ZipArchive<Reader<'_>>, index: usize) -> Result<FileKind, PageProblem> {
    let file = archive.by_index(index).map_err(|error| problem(&error))?;
    let mut start = Vec::with_capacity(SNIFF_LENGTH);
    let wanted = u64::try_from(SNIFF_LENGTH).unwrap_or(u64::MAX);
    // A stream that breaks after the first bytes is found out when it is read; here the mark is enough.
    let read = file.take(wanted).read_to_end(&mut start);
    match sniff(&start) {
        Some(
            kind @ (FileKind::Tiff | FileKind::Jpeg | FileKind::Png | FileKind::Jpeg2000 | FileKind::Webp),
        ) => Ok(kind),
        None if read.is_err() => Err(PageProblem::EntryDamaged),
        _ => Err(PageProblem::NotAnImage),
    }
}

fn problem(error: &ZipError) -> PageProblem {
    match error {
        ZipError::UnsupportedArchive(text) if text.contains("assword") => PageProblem::EntryEncrypted,
        ZipError::InvalidPassword => PageProblem::EntryEncrypted,
        _ => PageProblem::EntryDamaged,
    }
}

/// Whether the name would leave the folder it is unpacked to, on any operating system.
fn is_unsafe(name: &str) -> bool {
    let drive = matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    let climbs = name.split(['/', '\\']).any(|part| part == "..");
    drive || climbs || name.starts_with(['/', '\\']) || name.contains('\0')
}

/// Files that operating systems leave in archives without being asked.
fn is_litter(name: &str) -> bool {
    let mut parts = name.split(['/', '\\']);
    let last = parts.next_back().unwrap_or_default();
    let known =
        ["thumbs.db", "desktop.ini", ".ds_store"].iter().any(|litter| last.eq_ignore_ascii_case(litter));
    known || last.is_empty() || last.starts_with("._") || parts.any(|folder| folder == "__MACOSX")
}

#[cfg(test)]
mod tests;
