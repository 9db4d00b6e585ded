//! The EPUB and the text of the whole book, page by page.

mod figures;

use std::collections::{HashMap, HashSet};

use kazi_formats::epub::{Chapter, Epub, EpubError, Metadata, Node};

use super::Leaf;
use super::inline::{guarded, note_reference, page_start, parse, plain};
use crate::digitisation::answer::{Block, BlockKind, PageText};
use crate::digitisation::build::{Words, append};
use crate::digitisation::spec::{RunningHeads, Spec};
use crate::{Desk, Fault, Settings};

const FILE: &str = "book.epub";
const TEXT: &str = "book.txt";
/// A chapter is cut at the next page when it grows beyond this many bytes of text: readers load one file whole.
const LONG: usize = 250_000;

/// The book in the making.
#[derive(Debug)]
pub struct Book {
    metadata: Metadata,
    running_heads: RunningHeads,
    epub: Option<Epub>,
    nodes: Vec<Node>,
    notes: Vec<Node>,
    /// A paragraph that may go on on the next page.
    open: Option<String>,
    /// Figures that stand in the middle of the open paragraph: they come after it.
    floating: Vec<Node>,
    /// A page that has begun but of which nothing stands yet.
    starting: Option<String>,
    /// What has its place in the book already: the labels of pages, the names of figures.
    placed: HashSet<String>,
    last_label: String,
    title: String,
    headings: u32,
    length: usize,
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn failed(error: EpubError) -> Fault {
    Fault(error.to_string())
}

impl Book {
    /// A book without pages.
    pub fn new(spec: &Spec, settings: &Settings) -> Self {
        let or = |one: &String, other: &str| if one.is_empty() { other.to_owned() } else { one.clone() };
        let metadata = Metadata {
            identifier: or(&spec.identifier, &format!("urn:kazi:{}", settings.project)),
            title: or(&spec.title, &settings.title),
            languages: spec.languages.clone(),
            creators: spec.authors.clone(),
            publisher: spec.publisher.clone(),
            date: spec.published.clone(),
            modified: settings.date.clone(),
            source: spec.print_source.clone(),
            rights: spec.rights.clone(),
            certified_by: settings.operator.clone(),
            ..Metadata::default()
        };
        Self {
            metadata,
            running_heads: spec.running_heads,
            epub: None,
            nodes: Vec::new(),
            notes: Vec::new(),
            open: None,
            floating: Vec::new(),
            starting: None,
            placed: HashSet::new(),
            last_label: String::new(),
            title: String::new(),
            headings: 0,
            length: 0,
        }
    }

    fn epub(&mut self, desk: &mut dyn Desk) -> Result<&mut Epub, Fault> {
        if self.epub.is_none() {
            let (epub, bytes) = Epub::start(self.metadata.clone()).map_err(failed)?;
            desk.write(FILE, &bytes)?;
            self.epub = Some(epub);
        }
        self.epub.as_mut().ok_or_else(|| Fault("the book could not be begun".to_owned()))
    }

    /// Takes the next page.
    pub fn page(
        &mut self,
        leaf: &Leaf,
        page: &PageText,
        words: &Words,
        desk: &mut dyn Desk,
    ) -> Result<(), Fault> {
        if self.length > LONG {
            self.flush(desk)?;
        }
        self.begin_page(&page.page_number);
        let notes: Vec<&Block> =
            page.blocks.iter().filter(|block| block.kind == BlockKind::Footnote).collect();
        let mut waiting: HashMap<String, (String, &Block)> = HashMap::new();
        for (place, note) in notes.iter().enumerate() {
            waiting.insert(note.note.clone(), (format!("note-{}-{place}", leaf.number), note));
        }
        for block in &page.blocks {
            let text = self.with_notes(&block.text, &mut waiting);
            self.block(leaf, block, &text, words, desk)?;
        }
        // What nothing refers to comes after the text of the page all the same.
        let mut left: Vec<(String, &Block)> = waiting.into_values().collect();
        left.sort_by(|one, other| one.0.cmp(&other.0));
        for (id, note) in left {
            self.note(id, String::new(), note);
        }
        Ok(())
    }

    /// Labels a page by its printed number; one without goes on counting from the page before.
    fn begin_page(&mut self, printed: &str) {
        if let Some(earlier) = self.starting.take() {
            match &mut self.open {
                // A page of nothing but a figure, in the middle of a paragraph.
                Some(open) => open.insert_str(open.rfind(' ').map_or(0, |at| at + 1), &page_start(&earlier)),
                None => self.nodes.push(Node::Page(earlier)),
            }
        }
        let label = if printed.is_empty() {
            self.last_label
                .parse::<u32>()
                .map_or_else(|_| String::new(), |last| last.saturating_add(1).to_string())
        } else {
            guarded(printed.trim())
        };
        self.last_label.clone_from(&label);
        let id: String =
            label.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
        if !label.is_empty() && self.placed.insert(id) {
            self.starting = Some(label);
        }
    }

    /// The text with its footnote marks as references; the notes go to the end of the chapter.
    fn with_notes(&mut self, text: &str, waiting: &mut HashMap<String, (String, &Block)>) -> String {
        let mut text = guarded(text);
        let marks: Vec<String> = waiting.keys().cloned().collect();
        for mark in marks {
            let written = format!("[^{mark}]");
            if mark.is_empty() || !text.contains(&written) {
                continue;
            }
            if let Some((id, note)) = waiting.remove(&mark) {
                text = text.replacen(&written, &note_reference(&id, &mark), 1);
                let back = format!("ref-{id}");
                self.note(id, back, note);
            }
        }
        text
    }

    fn note(&mut self, id: String, back: String, note: &Block) {
        let content = parse(&guarded(&note.text));
        self.notes.push(Node::Footnote { id, back, mark: note.note.clone(), content });
    }

    fn block(
        &mut self,
        leaf: &Leaf,
        block: &Block,
        text: &str,
        words: &Words,
        desk: &mut dyn Desk,
    ) -> Result<(), Fault> {
        match block.kind {
            BlockKind::PageNumber | BlockKind::Footnote => {}
            BlockKind::RunningHead => {
                if self.running_heads == RunningHeads::Keep && !text.trim().is_empty() {
                    self.push(Node::RunningHead(parse(text)), &plain(text), desk)?;
                }
            }
            BlockKind::Paragraph => self.paragraph(block.continues, text, words, desk)?,
            BlockKind::Heading1 | BlockKind::Heading2 | BlockKind::Heading3 => {
                self.heading(block.kind.heading_rank().unwrap_or(1), text, desk)?;
            }
            BlockKind::Figure => self.figure(leaf, block.figure.unwrap_or(0), desk)?,
            BlockKind::Caption => self.caption(text, desk)?,
            BlockKind::Quote => self.push(Node::Quote(parse(text)), &plain(text), desk)?,
            BlockKind::Verse => {
                let lines = text.lines().map(|line| parse(line.trim())).collect();
                self.push(Node::Verse(lines), &plain(text), desk)?;
            }
            BlockKind::ListItem => {
                self.settle(desk)?;
                desk.write(TEXT, format!("{}\n\n", plain(text)).as_bytes())?;
                match self.nodes.last_mut() {
                    Some(Node::List(items)) => items.push(parse(text)),
                    _ => self.nodes.push(Node::List(vec![parse(text)])),
                }
            }
            BlockKind::Break => self.push(Node::Break, "* * *", desk)?,
        }
        Ok(())
    }

    /// A paragraph begins, or the one that is open goes on.
    fn paragraph(
        &mut self,
        continues: bool,
        text: &str,
        words: &Words,
        desk: &mut dyn Desk,
    ) -> Result<(), Fault> {
        if text.trim().is_empty() {
            return Ok(());
        }
        if continues && self.open.is_some() {
            let label = self.starting.take();
            if let Some(open) = &mut self.open {
                go_on(open, text, label.as_deref(), words);
            }
            return Ok(());
        }
        self.write_open(desk)?;
        self.length = self.length.saturating_add(text.len());
        let start = self.starting.take().map(|label| page_start(&label)).unwrap_or_default();
        self.open = Some(start + text);
        Ok(())
    }

    fn heading(&mut self, rank: u8, text: &str, desk: &mut dyn Desk) -> Result<(), Fault> {
        if text.trim().is_empty() {
            return Ok(());
        }
        self.write_open(desk)?;
        let has_text = self.nodes.iter().any(|node| !matches!(node, Node::Heading { .. } | Node::Page(_)));
        if rank == 1 && has_text {
            self.flush(desk)?;
        }
        self.settle(desk)?;
        self.headings = self.headings.saturating_add(1);
        let words = plain(text);
        if self.title.is_empty() {
            self.title.clone_from(&words);
        }
        desk.write(TEXT, format!("{words}\n\n").as_bytes())?;
        let id = format!("heading-{}", self.headings);
        self.nodes.push(Node::Heading { rank, id, content: parse(text) });
        Ok(())
    }

    fn push(&mut self, node: Node, text: &str, desk: &mut dyn Desk) -> Result<(), Fault> {
        self.settle(desk)?;
        self.length = self.length.saturating_add(text.len());
        desk.write(TEXT, format!("{text}\n\n").as_bytes())?;
        self.nodes.push(node);
        Ok(())
    }

    /// Closes what is open and says where the page starts.
    fn settle(&mut self, desk: &mut dyn Desk) -> Result<(), Fault> {
        self.write_open(desk)?;
        if let Some(label) = self.starting.take() {
            self.nodes.push(Node::Page(label));
        }
        Ok(())
    }

    fn write_open(&mut self, desk: &mut dyn Desk) -> Result<(), Fault> {
        if let Some(open) = &self.open {
            desk.write(TEXT, format!("{}\n\n", plain(open)).as_bytes())?;
        }
        self.close_paragraph();
        Ok(())
    }

    fn close_paragraph(&mut self) {
        if let Some(open) = self.open.take() {
            self.nodes.push(Node::Paragraph(parse(&open)));
        }
        self.nodes.append(&mut self.floating);
    }

    /// Ends the chapter.
    fn flush(&mut self, desk: &mut dyn Desk) -> Result<(), Fault> {
        self.write_open(desk)?;
        let mut nodes = std::mem::take(&mut self.nodes);
        nodes.append(&mut self.notes);
        self.length = 0;
        let title = std::mem::take(&mut self.title);
        if nodes.is_empty() {
            return Ok(());
        }
        let bytes = self.epub(desk)?.chapter(&Chapter { title, nodes }).map_err(failed)?;
        desk.write(FILE, &bytes)
    }

    /// Ends the book. One without any text has no EPUB.
    pub fn finish(&mut self, desk: &mut dyn Desk) -> Result<(), Fault> {
        self.settle(desk)?;
        self.flush(desk)?;
        match self.epub.take() {
            Some(epub) => desk.write(FILE, &epub.finish().map_err(failed)?),
            None => Ok(()),
        }
    }
}

/// A paragraph goes on on the next page. A word broken over the pages is whole again, and the page starts
/// after it.
fn go_on(open: &mut String, text: &str, label: Option<&str>, words: &Words) {
    let start = label.map(page_start).unwrap_or_default();
    let whole = crate::digitisation::build::ends_in_hyphen(open);
    let (first, rest) = if whole { text.split_once(' ').unwrap_or((text, "")) } else { ("", text) };
    if whole {
        append(open, first, words);
        open.push_str(&start);
        if !rest.is_empty() {
            open.push(' ');
        }
        open.push_str(rest);
    } else {
        if !open.ends_with('—') {
            open.push(' ');
        }
        open.push_str(&start);
        open.push_str(rest);
    }
}

#[cfg(test)]
mod tests;
