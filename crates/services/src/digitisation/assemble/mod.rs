//! Finished pages to the client's files: EPUB, plain text, ALTO, PAGE-XML and the report on quality.
//!
//! A page is written when all its pieces and those of a few pages after it are in: by them its running head and number
//! are judged. What stays in memory is those pages, the chapter in hand and a row of figures a page.

mod book;
mod inline;
mod obey;
mod report;
mod sheet;

pub use inline::{parse, plain};

use std::collections::VecDeque;

use book::Book;
use report::{PageQuality, Report};

use super::answer::{Alt, Answer, BlockKind, LineOutcome, Mark, Outcome, PageText};
use super::build::{AROUND, Edges, Set, Words, build, build_among, judge};
use super::item::{FigureItem, Item, LineItem, PageItem};
use super::number;
use super::spec::Spec;
use super::text::tidy;
use super::{Digitisation, stages};
use crate::{Assembler, Desk, Done, Fault, Settings};

/// A page with all its pieces.
#[derive(Debug)]
struct Leaf {
    /// Its number over all sources, from 1.
    number: u32,
    item: PageItem,
    /// What the proofreader gave, if there was one.
    proofread: Option<PageText>,
    lines: Vec<SetLine>,
    figures: Vec<(FigureItem, Option<Alt>)>,
}

#[derive(Debug)]
struct SetLine {
    item: LineItem,
    outcome: LineOutcome,
    confidence: f64,
    people: u32,
    answers: Vec<(String, Answer)>,
}

impl Leaf {
    fn sets(&self) -> Vec<Set<'_>> {
        self.lines
            .iter()
            .map(|line| Set { line: &line.item, text: &line.outcome.text, mark: line.outcome.mark })
            .collect()
    }

    fn figures(&self) -> Vec<&FigureItem> {
        self.figures.iter().map(|(figure, _)| figure).collect()
    }

    fn alt(&self, index: u32) -> Option<&(FigureItem, Option<Alt>)> {
        self.figures.iter().find(|(figure, _)| figure.index == index)
    }
}

/// A page that waits for those after it.
#[derive(Debug)]
struct Waiting {
    leaf: Leaf,
    /// The page as it is taken by itself: what a proofreader was shown.
    alone: PageText,
    edges: Edges,
}

/// Puts a book together, page by page.
#[derive(Debug)]
pub struct Binder {
    spec: Spec,
    settings: Settings,
    book: Book,
    report: Report,
    words: Words,
    leaf: Option<Leaf>,
    /// Pages with all their pieces, not yet written; at most [`AROUND`] but for a moment.
    waiting: VecDeque<Waiting>,
    /// The edges of the pages before them, as many.
    passed: VecDeque<Edges>,
    source: String,
    /// The number of the last page of the sources before.
    before: u32,
    last: u32,
}

impl Binder {
    /// Begins a delivery.
    pub fn new(spec: &Spec, settings: &Settings) -> Self {
        Self {
            spec: spec.clone(),
            settings: settings.clone(),
            book: Book::new(spec, settings),
            report: Report::default(),
            words: Words::default(),
            leaf: None,
            waiting: VecDeque::new(),
            passed: VecDeque::new(),
            source: String::new(),
            before: 0,
            last: 0,
        }
    }

    fn open(&mut self, source: String, item: PageItem, outcome: Option<Outcome>) {
        if source != self.source {
            self.before = self.last;
            self.source = source;
        }
        let number = self.before.saturating_add(item.number);
        self.last = number;
        let proofread = match outcome {
            Some(Outcome::Page(page)) => Some(page),
            _ => None,
        };
        self.leaf = Some(Leaf { number, item, proofread, lines: Vec::new(), figures: Vec::new() });
    }

    /// Lets the page in hand wait for those after it, and writes the one that has waited long enough.
    fn close(&mut self, desk: &mut dyn Desk) -> Result<(), Fault> {
        let Some(leaf) = self.leaf.take() else { return Ok(()) };
        for line in &leaf.lines {
            self.words.learn(&line.outcome.text);
        }
        let alone = build(leaf.item.height, &leaf.sets(), &leaf.figures(), &self.words);
        let said = leaf.proofread.as_ref().map(|page| &page.page_number);
        let said = said.filter(|said| **said != alone.page_number).map_or("", String::as_str);
        let edges = Edges::of(leaf.number, leaf.item.height, &leaf.sets(), &alone, said);
        self.waiting.push_back(Waiting { leaf, alone, edges });
        if count(self.waiting.len()) > AROUND { self.write_first(desk) } else { Ok(()) }
    }

    /// Writes the page that has waited longest.
    fn write_first(&mut self, desk: &mut dyn Desk) -> Result<(), Fault> {
        let Some(Waiting { leaf, alone, edges }) = self.waiting.pop_front() else { return Ok(()) };
        let around: Vec<&Edges> =
            self.passed.iter().chain(self.waiting.iter().map(|waiting| &waiting.edges)).collect();
        let verdict = judge(&edges, &around);
        self.passed.push_back(edges);
        if count(self.passed.len()) > AROUND {
            self.passed.pop_front();
        }
        let built = build_among(leaf.item.height, &leaf.sets(), &leaf.figures(), &self.words, &verdict);
        self.report.add(PageQuality::of(&leaf, &built));
        let page = leaf.proofread.clone().map(|page| obey::settled(page, &leaf, &alone, &built, &verdict));
        self.write(&leaf, page.unwrap_or(built), desk)
    }

    fn write(&mut self, leaf: &Leaf, mut page: PageText, desk: &mut dyn Desk) -> Result<(), Fault> {
        add_forgotten_figures(&mut page, leaf);
        let name = format!("p{:04}", leaf.number);
        desk.write(&format!("text/{name}.txt"), page_text(&page).as_bytes())?;
        let sheet = sheet::sheet(leaf, &page, &self.spec, &self.settings);
        let failed =
            |error: std::io::Error| Fault(format!("page {} could not be written: {error}", leaf.number));
        desk.write(&format!("alto/{name}.xml"), &kazi_formats::alto::write(&sheet).map_err(failed)?)?;
        desk.write(&format!("page/{name}.xml"), &kazi_formats::page_xml::write(&sheet).map_err(failed)?)?;
        self.book.page(leaf, &page, &self.words, desk)
    }
}

impl Assembler<Digitisation> for Binder {
    fn item(&mut self, done: Done<Digitisation>, desk: &mut dyn Desk) -> Result<(), Fault> {
        let Done { source, body, outcome, confidence, people, answers, .. } = done;
        match (body, outcome) {
            (Item::Page(item), outcome) => {
                self.close(desk)?;
                self.open(source, item, outcome);
            }
            (Item::Line(item), outcome) => {
                let outcome = match outcome {
                    Some(Outcome::Line(outcome)) => outcome,
                    _ => LineOutcome { mark: Mark::Blank, ..LineOutcome::default() },
                };
                if let Some(leaf) = &mut self.leaf {
                    leaf.lines.push(SetLine { item, outcome, confidence, people, answers });
                }
            }
            (Item::Figure(item), outcome) => {
                let alt = match outcome {
                    Some(Outcome::Alt(alt)) => Some(alt),
                    _ => None,
                };
                if let Some(leaf) = &mut self.leaf {
                    leaf.figures.push((item, alt));
                }
            }
        }
        Ok(())
    }

    fn finish(&mut self, desk: &mut dyn Desk) -> Result<(), Fault> {
        self.close(desk)?;
        while !self.waiting.is_empty() {
            self.write_first(desk)?;
        }
        self.book.finish(desk)?;
        desk.write("quality.csv", self.report.csv().as_bytes())?;
        let html = self.report.html(&self.settings).map_err(|error| Fault(error.to_string()))?;
        desk.write("quality.html", html.as_bytes())
    }
}

/// A figure that the proofreader's page does not place stands at its end.
fn add_forgotten_figures(page: &mut PageText, leaf: &Leaf) {
    for (figure, alt) in &leaf.figures {
        let dropped = alt.as_ref().is_some_and(|alt| alt.not_a_figure);
        let placed = page.blocks.iter().any(|block| block.figure == Some(figure.index));
        if !placed && !dropped {
            page.blocks.push(super::answer::Block {
                kind: BlockKind::Figure,
                figure: Some(figure.index),
                ..super::answer::Block::default()
            });
        }
    }
}

/// The text of a page as it was printed, running head and page number too: a blank line between blocks.
pub fn page_text(page: &PageText) -> String {
    let blocks: Vec<String> = page
        .blocks
        .iter()
        .filter(|block| block.kind != BlockKind::Figure)
        .map(|block| {
            let text = plain(&block.text);
            if block.note.is_empty() { text } else { format!("{} {text}", block.note) }
        })
        .filter(|text| !text.trim().is_empty())
        .collect();
    let mut text = blocks.join("\n\n");
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// The letters of a page without what belongs to the sheet, for counting corrections.
fn letters(page: &PageText) -> Vec<char> {
    tidy(&page_text(page)).chars().collect()
}

/// Whether an answer of a typist or resolver says the same as the outcome.
fn typed_text(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Line(line) if line.mark != Mark::Unreadable => Some(super::text::comparable(&line.text)),
        _ => None,
    }
}

fn is_resolved(line: &SetLine) -> bool {
    line.answers.iter().any(|(stage, _)| stage == stages::RESOLVE)
}

fn count(length: usize) -> u32 {
    number::count(length)
}
