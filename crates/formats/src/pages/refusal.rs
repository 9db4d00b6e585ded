//! Why a file, or one page of it, cannot be taken: what is wrong and what to do, in words for the person who sent it.

use crate::raster::RasterError;

/// Why a whole file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// No bytes at all.
    #[error("The file is empty. Check it on your computer and upload it again.")]
    Empty,
    /// The content is nothing that is known.
    #[error(
        "This is not a file we can read pages from. Send a PDF, TIFF, JPEG, PNG, WebP or JPEG 2000 file, or a ZIP of such images."
    )]
    UnknownKind,
    /// The content is known, but pages cannot be taken from it.
    #[error(
        "This file is of the kind {kind}, which we cannot read pages from. Save it as PDF, or as TIFF, JPEG or PNG images, and upload that."
    )]
    UnsupportedKind {
        /// What the file is.
        kind: &'static str,
    },
    /// The PDF asks for a password.
    #[error(
        "The PDF is protected by a password. Remove the password (open it, then save or print it as a new PDF) and upload it again."
    )]
    PasswordProtected,
    /// The PDF is locked by a method that cannot be opened.
    #[error(
        "The PDF is encrypted in a way we cannot open. Save or print it as a new PDF without encryption and upload it again."
    )]
    UnsupportedEncryption,
    /// The file is broken or was cut off.
    #[error(
        "The {kind} file is damaged or incomplete. Open it on your computer; if it looks right there, save it again and upload the new file."
    )]
    Damaged {
        /// What the file is.
        kind: &'static str,
    },
    /// The file is sound but holds no page.
    #[error("The {kind} file has no pages. Check that you chose the right file.")]
    NoPages {
        /// What the file is.
        kind: &'static str,
    },
    /// More pages than one file may have.
    #[error(
        "The file has {found} pages; at most {most} are taken at once. Split it into parts and upload them one after the other."
    )]
    TooManyPages {
        /// Pages (or images of an archive) found.
        found: usize,
        /// Most that are taken.
        most: usize,
    },
    /// The archive would unpack to too much.
    #[error(
        "The ZIP file would unpack to more than we can take. Send the images in several smaller ZIP files."
    )]
    ArchiveTooLarge,
    /// The archive holds no image.
    #[error(
        "The ZIP file holds no page images. Put TIFF, JPEG, PNG, WebP or JPEG 2000 files into it; send a PDF by itself."
    )]
    NoImages,
    /// The file is larger than fits in memory here.
    #[error("The file is too large to open. Split it into parts and upload them one after the other.")]
    TooLarge,
    /// The bytes could not be read.
    #[error("The file could not be read on our side. Try again; if it happens again, tell the operator.")]
    Unreadable,
}

impl Refusal {
    /// The stable name of the situation, for translation.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Empty => "file-empty",
            Self::UnknownKind => "file-unknown-kind",
            Self::UnsupportedKind { .. } => "file-unsupported-kind",
            Self::PasswordProtected => "file-password",
            Self::UnsupportedEncryption => "file-encryption",
            Self::Damaged { .. } => "file-damaged",
            Self::NoPages { .. } => "file-no-pages",
            Self::TooManyPages { .. } => "file-too-many-pages",
            Self::ArchiveTooLarge => "file-archive-too-large",
            Self::NoImages => "file-no-images",
            Self::TooLarge => "file-too-large",
            Self::Unreadable => "file-unreadable",
        }
    }
}

/// Why one page is refused; the others go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{label}: {reason}")]
pub struct PageRefusal {
    /// Number of the page in the file, from 1; 0 for a file of an archive that was never a page.
    pub number: usize,
    /// What the sender knows it by: "page 7", or the name in the archive.
    pub label: String,
    /// What is wrong with it.
    pub reason: PageProblem,
}

/// What can be wrong with one page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PageProblem {
    /// More pixels than can be opened.
    #[error(
        "the image is {width} × {height} pixels, which is too large. Scan it at 300 to 400 dots an inch, or cut it into parts."
    )]
    TooLarge {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// The page's sheet is beyond all measure.
    #[error(
        "the page is {width} × {height} millimetres, which is too large to draw. Save the PDF with a normal page size."
    )]
    SheetTooLarge {
        /// Width in millimetres.
        width: u64,
        /// Height in millimetres.
        height: u64,
    },
    /// The image is broken or was cut off.
    #[error("the image is damaged or incomplete. Scan or save it again and upload it.")]
    Damaged,
    /// The image uses something that is not supported.
    #[error(
        "the image is of a kind we cannot read. Save it as PNG, JPEG or TIFF (8 bits a colour) and upload it again."
    )]
    Unsupported,
    /// The page has no content to draw.
    #[error("the page could not be drawn. Save or print the PDF anew and upload it again.")]
    NotDrawn,
    /// The name would leave the folder it is unpacked to.
    #[error(
        "the name inside the ZIP file points outside it, so it was left out. Make the ZIP file anew from a plain folder."
    )]
    UnsafeName,
    /// A file of the archive that is no image.
    #[error(
        "this is not a page image, so it was left out. Only TIFF, JPEG, PNG, WebP and JPEG 2000 files in a ZIP become pages."
    )]
    NotAnImage,
    /// A file of the archive that unpacks to too much.
    #[error("this file would unpack to more than we can take. Save the image smaller.")]
    EntryTooLarge,
    /// A file of the archive that asks for a password.
    #[error(
        "this file is protected by a password inside the ZIP file. Make the ZIP file without a password."
    )]
    EntryEncrypted,
    /// A file of the archive that is broken.
    #[error("this file is damaged inside the ZIP file. Make the ZIP file anew and upload it again.")]
    EntryDamaged,
    /// The limit of pages was reached before this one.
    #[error(
        "at most {most} pages are taken at once; this and what follows was left out. Upload the rest separately."
    )]
    TooManyPages {
        /// Most pages that are taken.
        most: usize,
    },
}

impl PageProblem {
    /// The stable name of the situation, for translation.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "page-too-large",
            Self::SheetTooLarge { .. } => "page-sheet-too-large",
            Self::Damaged => "page-damaged",
            Self::Unsupported => "page-unsupported",
            Self::NotDrawn => "page-not-drawn",
            Self::UnsafeName => "page-unsafe-name",
            Self::NotAnImage => "page-not-an-image",
            Self::EntryTooLarge => "page-entry-too-large",
            Self::EntryEncrypted => "page-entry-encrypted",
            Self::EntryDamaged => "page-entry-damaged",
            Self::TooManyPages { .. } => "page-too-many",
        }
    }
}

impl From<RasterError> for PageProblem {
    fn from(error: RasterError) -> Self {
        match error {
            RasterError::TooLarge { width, height } => Self::TooLarge { width, height },
            _ => Self::Damaged,
        }
    }
}

impl PageProblem {
    /// This problem as the refusal of a page.
    #[must_use]
    pub fn at(self, number: usize, label: impl Into<String>) -> PageRefusal {
        PageRefusal { number, label: label.into(), reason: self }
    }
}
