//! The pieces of a book: pages, the lines and figures on them, and the keys they go by.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::BlobRef;

/// A piece of a book. In JSON the field `kind` tells which: `page`, `line` or `figure`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Item {
    /// One page of the source, upright.
    Page(PageItem),
    /// One printed line.
    Line(LineItem),
    /// One picture, drawing, ornament or table that is no line.
    Figure(FigureItem),
}

impl Item {
    /// The word for its kind in the database: `page`, `line` or `figure`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Page(_) => PAGE,
            Self::Line(_) => LINE,
            Self::Figure(_) => FIGURE,
        }
    }
}

/// The kind of a page.
pub const PAGE: &str = "page";
/// The kind of a line.
pub const LINE: &str = "line";
/// The kind of a figure.
pub const FIGURE: &str = "figure";

/// One page of the source, blank ones too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageItem {
    /// Its place in the source, from 1.
    pub number: u32,
    /// Width in pixels of the straightened page: the frame of all coordinates on it.
    pub width: u32,
    /// Height in pixels of the straightened page.
    pub height: u32,
    /// Pixels per inch of that frame.
    pub dpi: u32,
    /// The picture of the page for screens.
    pub image: BlobRef,
    /// Width of that picture in pixels.
    pub image_w: u32,
    /// Height of that picture in pixels.
    pub image_h: u32,
    /// A small picture, for overviews.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumb: Option<BlobRef>,
    /// Printed strokes that part or frame the text, as left, top, width and height.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<[u32; 4]>,
    /// The name of the page in its source, such as a file name inside a ZIP; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
}

/// One printed line. Coordinates are pixels of the page's frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineItem {
    /// The page's place in the source, from 1; 0 in practice.
    pub page: u32,
    /// Its place on the page in reading order, from 1.
    pub index: u32,
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub w: u32,
    /// Height.
    pub h: u32,
    /// The row on which its letters stand; 0 where unknown.
    #[serde(default)]
    pub baseline: u32,
    /// The height of its small letters; 0 where unknown.
    #[serde(default)]
    pub x_height: u32,
    /// The picture of the line, with a little white around it.
    pub image: BlobRef,
    /// Width of that picture in pixels.
    pub image_w: u32,
    /// Height of that picture in pixels.
    pub image_h: u32,
    /// The line before it on the page, for whoever settles a difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Strip>,
    /// Whether the machine cuts this line otherwise than we do: something for a reviewer to look at.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub odd: bool,
}

/// A picture of a part of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strip {
    /// The picture.
    pub image: BlobRef,
    /// Its width in pixels.
    pub image_w: u32,
    /// Its height in pixels.
    pub image_h: u32,
}

/// One figure. Coordinates are pixels of the page's frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FigureItem {
    /// The page's place in the source, from 1.
    pub page: u32,
    /// Its place on the page, from 1.
    pub index: u32,
    /// Left edge.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub w: u32,
    /// Height.
    pub h: u32,
    /// The picture, as it goes into the book.
    pub image: BlobRef,
    /// Its width in pixels.
    pub image_w: u32,
    /// Its height in pixels.
    pub image_h: u32,
    /// How many lines of the page stand above it.
    #[serde(default)]
    pub after_line: u32,
    /// The lines just above and below it: its caption is often among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub around: Vec<Strip>,
}

/// The key of a piece within its source: `p0007`, `p0007/l012`, `p0007/f01`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The page, from 1.
    pub page: u32,
    /// The part of the page, if it is one.
    pub part: Part,
}

/// Which part of a page a key means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The page itself.
    Whole,
    /// A line, from 1.
    Line(u32),
    /// A figure, from 1.
    Figure(u32),
}

impl Key {
    /// The key of a page.
    pub const fn page(page: u32) -> Self {
        Self { page, part: Part::Whole }
    }

    /// The key of a line.
    pub const fn line(page: u32, index: u32) -> Self {
        Self { page, part: Part::Line(index) }
    }

    /// The key of a figure.
    pub const fn figure(page: u32, index: u32) -> Self {
        Self { page, part: Part::Figure(index) }
    }

    /// Reads a key; `None` when it is none of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let (page, part) = match text.split_once('/') {
            Some((page, part)) => (page, Some(part)),
            None => (text, None),
        };
        let page = page.strip_prefix('p')?.parse().ok()?;
        let part = match part {
            None => Part::Whole,
            Some(part) => match part.strip_prefix('l') {
                Some(index) => Part::Line(index.parse().ok()?),
                None => Part::Figure(part.strip_prefix('f')?.parse().ok()?),
            },
        };
        Some(Self { page, part })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p{:04}", self.page)?;
        match self.part {
            Part::Whole => Ok(()),
            Part::Line(index) => write!(f, "/l{index:03}"),
            Part::Figure(index) => write!(f, "/f{index:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_written() {
        for (key, text) in [
            (Key::page(7), "p0007"),
            (Key::line(7, 12), "p0007/l012"),
            (Key::figure(12_345, 1), "p12345/f01"),
        ] {
            assert_eq!(key.to_string(), text);
            assert_eq!(Key::parse(text), Some(key));
        }
        assert_eq!(Key::parse("q7"), None);
        assert_eq!(Key::parse("p7/x1"), None);
    }
}
