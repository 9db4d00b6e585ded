//! The text of a book: its model, and the model as XHTML.

use std::io;

use super::Metadata;
use crate::xml_out::{Xml, document, element, empty, leaf, line, text};

/// A part of a chapter.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A heading.
    Heading {
        /// From 1, the highest, to 6.
        rank: u8,
        /// Unique in the chapter.
        id: String,
        /// Its words.
        content: Vec<Inline>,
    },
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A quotation set apart.
    Quote(Vec<Inline>),
    /// Verse: its lines.
    Verse(Vec<Vec<Inline>>),
    /// A list: its items.
    List(Vec<Vec<Inline>>),
    /// A break in the text.
    Break,
    /// A running head that the client wants to keep.
    RunningHead(Vec<Inline>),
    /// The start of a printed page between two parts.
    Page(String),
    /// A footnote.
    Footnote {
        /// Unique in the book.
        id: String,
        /// The id of the place that refers to it, in the same chapter; empty where none does.
        back: String,
        /// The mark as printed.
        mark: String,
        /// Its words.
        content: Vec<Inline>,
    },
    /// A figure.
    Figure {
        /// Unique in the book.
        id: String,
        /// The file that [`super::Epub::picture`] gave.
        file: String,
        /// The short description.
        alt: String,
        /// The long description; may be empty.
        long: String,
        /// Whether it only decorates.
        decorative: bool,
        /// The words printed under it.
        caption: Vec<Inline>,
    },
}

/// A part of a paragraph.
#[derive(Debug, Clone, PartialEq)]
pub enum Inline {
    /// Words.
    Text(String),
    /// Italic.
    Italic(Vec<Inline>),
    /// Bold.
    Bold(Vec<Inline>),
    /// Raised.
    Raised(Vec<Inline>),
    /// The start of a printed page.
    Page(String),
    /// The mark of a footnote.
    Note {
        /// The id of the footnote, in the same chapter.
        to: String,
        /// The id of this place.
        id: String,
        /// The mark as printed.
        mark: String,
    },
}

impl Node {
    /// Tells the labels of the printed pages that start in it.
    pub(super) fn each_page(&self, tell: &mut dyn FnMut(&str)) {
        match self {
            Self::Page(label) => tell(label),
            Self::Heading { content, .. }
            | Self::Paragraph(content)
            | Self::Quote(content)
            | Self::RunningHead(content)
            | Self::Footnote { content, .. }
            | Self::Figure { caption: content, .. } => each_page(content, tell),
            Self::Verse(lines) | Self::List(lines) => lines.iter().for_each(|line| each_page(line, tell)),
            Self::Break => {}
        }
    }
}

fn each_page(content: &[Inline], tell: &mut dyn FnMut(&str)) {
    for part in content {
        match part {
            Inline::Page(label) => tell(label),
            Inline::Italic(inner) | Inline::Bold(inner) | Inline::Raised(inner) => each_page(inner, tell),
            Inline::Text(_) | Inline::Note { .. } => {}
        }
    }
}

/// The words alone.
pub(super) fn plain(content: &[Inline]) -> String {
    content
        .iter()
        .map(|part| match part {
            Inline::Text(words) => words.clone(),
            Inline::Italic(inner) | Inline::Bold(inner) | Inline::Raised(inner) => plain(inner),
            Inline::Page(_) | Inline::Note { .. } => String::new(),
        })
        .collect()
}

/// The id of the start of a printed page.
pub(super) fn page_id(label: &str) -> String {
    let kept = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    format!("page-{}", label.chars().map(kept).collect::<String>())
}

/// A whole XHTML page.
pub(super) fn page(title: &str, nodes: &[Node], metadata: &Metadata) -> io::Result<Vec<u8>> {
    xhtml(title, metadata, |xml| {
        let kind = [("epub:type", "bodymatter chapter"), ("role", "doc-chapter")];
        let labelled = nodes.iter().find_map(|node| match node {
            Node::Heading { id, .. } => Some(id.as_str()),
            _ => None,
        });
        let mut attributes = kind.to_vec();
        match labelled {
            Some(id) => attributes.push(("aria-labelledby", id)),
            None => attributes.push(("aria-label", title)),
        }
        element(xml, "section", &attributes, |xml| {
            line(xml)?;
            for node in nodes {
                write_node(xml, node, metadata)?;
                line(xml)?;
            }
            Ok(())
        })
    })
}

/// The frame of an XHTML page.
pub(super) fn xhtml(
    title: &str,
    metadata: &Metadata,
    body: impl FnOnce(&mut Xml) -> io::Result<()>,
) -> io::Result<Vec<u8>> {
    let language = metadata.languages.first().map_or("en", String::as_str);
    let namespaces = [
        ("xmlns", "http://www.w3.org/1999/xhtml"),
        ("xmlns:epub", "http://www.idpf.org/2007/ops"),
        ("lang", language),
        ("xml:lang", language),
        ("dir", if is_right_to_left(language) { "rtl" } else { "ltr" }),
    ];
    document(|xml| {
        element(xml, "html", &namespaces, |xml| {
            element(xml, "head", &[], |xml| {
                leaf(xml, "title", &[], title)?;
                empty(xml, "link", &[("rel", "stylesheet"), ("type", "text/css"), ("href", "book.css")])
            })?;
            line(xml)?;
            element(xml, "body", &[], body)
        })
    })
}

/// Whether the main script of a language runs from right to left.
pub(super) fn is_right_to_left(tag: &str) -> bool {
    let main = tag.split('-').next().unwrap_or_default();
    matches!(main, "ar" | "fa" | "he" | "ur" | "ps" | "sd" | "ug" | "yi" | "dv" | "ckb")
}

fn write_node(xml: &mut Xml, node: &Node, metadata: &Metadata) -> io::Result<()> {
    match node {
        Node::Heading { rank, id, content } => {
            let name = format!("h{}", rank.clamp(&1, &6));
            element(xml, &name, &[("id", id)], |xml| inline(xml, content))
        }
        Node::Paragraph(content) => element(xml, "p", &[], |xml| inline(xml, content)),
        Node::Quote(content) => {
            element(xml, "blockquote", &[], |xml| element(xml, "p", &[], |xml| inline(xml, content)))
        }
        Node::Verse(lines) => rows(xml, "div", &[("class", "verse")], "p", lines),
        Node::List(items) => rows(xml, "ul", &[], "li", items),
        Node::Break => empty(xml, "hr", &[]),
        Node::RunningHead(content) => element(xml, "aside", &[("class", "head")], |xml| {
            element(xml, "p", &[], |xml| inline(xml, content))
        }),
        Node::Page(label) => element(xml, "div", &[], |xml| page_break(xml, label)),
        Node::Footnote { id, back, mark, content } => {
            let attributes =
                [("class", "note"), ("epub:type", "footnote"), ("role", "doc-footnote"), ("id", id.as_str())];
            element(xml, "aside", &attributes, |xml| {
                element(xml, "p", &[], |xml| note(xml, (back, mark), content, metadata))
            })
        }
        Node::Figure { .. } => figure(xml, node, metadata),
    }
}

fn rows(
    xml: &mut Xml,
    outer: &str,
    attributes: &[(&str, &str)],
    name: &str,
    rows: &[Vec<Inline>],
) -> io::Result<()> {
    element(xml, outer, attributes, |xml| {
        for row in rows {
            element(xml, name, &[], |xml| inline(xml, row))?;
            line(xml)?;
        }
        Ok(())
    })
}

fn note(
    xml: &mut Xml,
    (back, mark): (&str, &str),
    content: &[Inline],
    metadata: &Metadata,
) -> io::Result<()> {
    if back.is_empty() {
        text(xml, mark)?;
    } else {
        let href = format!("#{back}");
        let attributes = [
            ("epub:type", "backlink"),
            ("role", "doc-backlink"),
            ("href", href.as_str()),
            ("title", &metadata.labels.back),
        ];
        leaf(xml, "a", &attributes, mark)?;
    }
    text(xml, " ")?;
    inline(xml, content)
}

fn figure(xml: &mut Xml, node: &Node, metadata: &Metadata) -> io::Result<()> {
    let Node::Figure { id, file, alt, long, decorative, caption } = node else { return Ok(()) };
    let description = format!("{id}-description");
    element(xml, "figure", &[("id", id)], |xml| {
        let alt = if *decorative { "" } else { alt.as_str() };
        let mut attributes = vec![("src", file.as_str()), ("alt", alt)];
        if *decorative {
            attributes.push(("role", "presentation"));
        } else if !long.is_empty() {
            attributes.push(("aria-describedby", description.as_str()));
        }
        empty(xml, "img", &attributes)?;
        if !caption.is_empty() {
            element(xml, "figcaption", &[], |xml| inline(xml, caption))?;
        }
        Ok(())
    })?;
    if long.is_empty() || *decorative {
        return Ok(());
    }
    element(xml, "details", &[], |xml| {
        leaf(xml, "summary", &[], &metadata.labels.description)?;
        element(xml, "div", &[("id", &description)], |xml| {
            long.lines()
                .filter(|part| !part.trim().is_empty())
                .try_for_each(|part| leaf(xml, "p", &[], part.trim()))
        })
    })
}

fn page_break(xml: &mut Xml, label: &str) -> io::Result<()> {
    let id = page_id(label);
    let attributes =
        [("epub:type", "pagebreak"), ("role", "doc-pagebreak"), ("id", id.as_str()), ("aria-label", label)];
    element(xml, "span", &attributes, |_| Ok(()))
}

fn inline(xml: &mut Xml, content: &[Inline]) -> io::Result<()> {
    for part in content {
        match part {
            Inline::Text(words) => text(xml, words)?,
            Inline::Italic(inner) => element(xml, "i", &[], |xml| inline(xml, inner))?,
            Inline::Bold(inner) => element(xml, "b", &[], |xml| inline(xml, inner))?,
            Inline::Raised(inner) => element(xml, "sup", &[], |xml| inline(xml, inner))?,
            Inline::Page(label) => page_break(xml, label)?,
            Inline::Note { to, id, mark } => {
                let href = format!("#{to}");
                let attributes = [
                    ("epub:type", "noteref"),
                    ("role", "doc-noteref"),
                    ("href", href.as_str()),
                    ("id", id.as_str()),
                ];
                leaf(xml, "a", &attributes, mark)?;
            }
        }
    }
    Ok(())
}
