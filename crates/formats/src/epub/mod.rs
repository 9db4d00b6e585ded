//! EPUB 3: a book written chapter by chapter into anything that only grows, ready for screen readers.
//!
//! Package, navigation and pages are written by hand; the ready-made crate tried fails `EPUBCheck`. The same
//! book gives the same bytes. `EPUBCheck` 4.2.6 (EPUB 3.2) and 5.x (3.3) accept the files without a warning.

mod content;
mod navigation;
mod package;

pub use content::{Inline, Node};

use std::io;

use crate::zip_out::{Keep, ZipOut, ZipOutError};

/// What can go wrong while a book is written.
#[derive(Debug, thiserror::Error)]
pub enum EpubError {
    /// The archive cannot hold it.
    #[error(transparent)]
    Zip(#[from] ZipOutError),
    /// A part could not be written.
    #[error("a part of the book could not be written: {0}")]
    Writing(#[from] io::Error),
    /// There is no chapter.
    #[error("the book has no page with text; there is nothing to make an EPUB of")]
    Empty,
}

/// What the book says about itself.
#[derive(Debug, Clone, Default)]
pub struct Metadata {
    /// The unique identifier: `urn:isbn:…`, `urn:uuid:…` or a URI.
    pub identifier: String,
    /// The title.
    pub title: String,
    /// Languages as BCP 47 tags, the main one first; must hold one.
    pub languages: Vec<String>,
    /// Authors.
    pub creators: Vec<String>,
    /// Publisher; may be empty.
    pub publisher: String,
    /// When the book was published (W3C-DTF); may be empty.
    pub date: String,
    /// When the file was made, such as `2026-11-22`.
    pub modified: String,
    /// The printed book that page numbers come from; may be empty.
    pub source: String,
    /// Rights; may be empty.
    pub rights: String,
    /// Who vouches for the accessibility of the file; may be empty.
    pub certified_by: String,
    /// The words that the book needs of its own.
    pub labels: Labels,
}

/// The words in a book that are none of the author's, in the book's language.
#[derive(Debug, Clone)]
pub struct Labels {
    /// Over the list of chapters.
    pub contents: String,
    /// Over the list of pages.
    pub pages: String,
    /// Over the landmarks.
    pub landmarks: String,
    /// Where the text begins.
    pub start: String,
    /// Over the long description of a figure.
    pub description: String,
    /// On the way back from a footnote.
    pub back: String,
}

impl Default for Labels {
    fn default() -> Self {
        Self {
            contents: "Contents".to_owned(),
            pages: "Pages".to_owned(),
            landmarks: "Landmarks".to_owned(),
            start: "Start of the text".to_owned(),
            description: "Description".to_owned(),
            back: "Back to the text".to_owned(),
        }
    }
}

/// A chapter: what one file of the book holds.
#[derive(Debug, Clone, Default)]
pub struct Chapter {
    /// Its title, for readers that show one; the book's where empty.
    pub title: String,
    /// What stands in it.
    pub nodes: Vec<Node>,
}

#[derive(Debug)]
struct Place {
    label: String,
    rank: u8,
    href: String,
}

#[derive(Debug)]
struct Picture {
    id: String,
    file: String,
    media_type: String,
}

/// A book in the making. Every call gives the bytes to append.
#[derive(Debug)]
pub struct Epub {
    metadata: Metadata,
    zip: ZipOut,
    chapters: u32,
    headings: Vec<Place>,
    pages: Vec<Place>,
    pictures: Vec<Picture>,
    described: bool,
    long_descriptions: bool,
}

/// What the pages of a book have been found to hold, for its metadata.
#[derive(Debug, Clone, Copy)]
struct Found {
    pictures: Pictures,
    long_descriptions: bool,
    pages: bool,
}

/// The pictures of a book, as its metadata tell of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pictures {
    None,
    Described,
    SomeNotDescribed,
}

const CSS: &str = include_str!("book.css");

impl Epub {
    /// Begins a book.
    ///
    /// # Errors
    /// Never in practice: the first entries are small.
    pub fn start(metadata: Metadata) -> Result<(Self, Vec<u8>), EpubError> {
        let mut book = Self {
            metadata,
            zip: ZipOut::default(),
            chapters: 0,
            headings: Vec::new(),
            pages: Vec::new(),
            pictures: Vec::new(),
            described: true,
            long_descriptions: false,
        };
        let mut bytes = book.zip.entry("mimetype", b"application/epub+zip", Keep::Stored)?;
        bytes.extend(book.zip.entry("META-INF/container.xml", &package::container()?, Keep::Deflated)?);
        bytes.extend(book.zip.entry("EPUB/book.css", CSS.as_bytes(), Keep::Deflated)?);
        Ok((book, bytes))
    }

    /// Puts a picture into the book; `name` (`p0007-f01`) is what [`Node::Figure`] calls it by. Gives its
    /// file name, or nothing where the media type is none that EPUB knows.
    ///
    /// # Errors
    /// When the archive cannot hold it.
    pub fn picture(
        &mut self,
        name: &str,
        media_type: &str,
        content: &[u8],
    ) -> Result<Option<(String, Vec<u8>)>, EpubError> {
        let ending = match media_type {
            "image/png" => "png",
            "image/jpeg" => "jpg",
            "image/webp" => "webp",
            "image/gif" => "gif",
            "image/svg+xml" => "svg",
            _ => return Ok(None),
        };
        let file = format!("images/{name}.{ending}");
        let bytes = self.zip.entry(&format!("EPUB/{file}"), content, Keep::Stored)?;
        self.pictures.push(Picture {
            id: format!("img-{name}"),
            file: file.clone(),
            media_type: media_type.to_owned(),
        });
        Ok(Some((file, bytes)))
    }

    /// Adds a chapter.
    ///
    /// # Errors
    /// When the archive cannot hold it.
    pub fn chapter(&mut self, chapter: &Chapter) -> Result<Vec<u8>, EpubError> {
        self.chapters = self.chapters.saturating_add(1);
        let file = file_of(self.chapters);
        for node in &chapter.nodes {
            self.note(node, &file);
        }
        let title = if chapter.title.is_empty() { &self.metadata.title } else { &chapter.title };
        let page = content::page(title, &chapter.nodes, &self.metadata)?;
        Ok(self.zip.entry(&format!("EPUB/{file}"), &page, Keep::Deflated)?)
    }

    /// Remembers what navigation and metadata will tell.
    fn note(&mut self, node: &Node, file: &str) {
        if let Node::Heading { rank, id, content } = node {
            let label = content::plain(content);
            self.headings.push(Place { label, rank: *rank, href: format!("{file}#{id}") });
        }
        if let Node::Figure { alt, decorative, long, .. } = node {
            self.described &= *decorative || !alt.is_empty();
            self.long_descriptions |= !long.is_empty();
        }
        node.each_page(&mut |label| {
            self.pages.push(Place {
                label: label.to_owned(),
                rank: 1,
                href: format!("{file}#{}", content::page_id(label)),
            });
        });
    }

    /// Ends the book: navigation, package, directory.
    ///
    /// # Errors
    /// When there was no chapter or the archive is too large.
    pub fn finish(mut self) -> Result<Vec<u8>, EpubError> {
        if self.chapters == 0 {
            return Err(EpubError::Empty);
        }
        let found = Found {
            pictures: match (self.pictures.is_empty(), self.described) {
                (true, _) => Pictures::None,
                (false, true) => Pictures::Described,
                (false, false) => Pictures::SomeNotDescribed,
            },
            long_descriptions: self.long_descriptions,
            pages: !self.pages.is_empty(),
        };
        let navigation = navigation::page(&self.metadata, &self.headings, &self.pages)?;
        let package = package::package(&self.metadata, self.chapters, &self.pictures, found)?;
        let mut bytes = self.zip.entry("EPUB/nav.xhtml", &navigation, Keep::Deflated)?;
        bytes.extend(self.zip.entry("EPUB/package.opf", &package, Keep::Deflated)?);
        bytes.extend(self.zip.finish()?);
        Ok(bytes)
    }
}

fn file_of(chapter: u32) -> String {
    format!("chapter-{chapter:03}.xhtml")
}
