//! A page with the places of its text, for ALTO and PAGE-XML.

use kazi_formats::alto::{Place, Region, RegionKind, Sheet, SheetLine};

use super::inline::plain;
use super::{Leaf, SetLine};
use crate::Settings;
use crate::digitisation::answer::{Block, BlockKind, Mark, PageText};
use crate::digitisation::build::lay_on_lines;
use crate::digitisation::spec::Spec;

/// The page as a sheet. A line holds what the proofreader made of it, printed hyphens and all.
pub fn sheet(leaf: &Leaf, page: &PageText, spec: &Spec, settings: &Settings) -> Sheet {
    let mut regions: Vec<Region> = page.blocks.iter().filter_map(|block| region(leaf, block)).collect();
    let placed: Vec<u32> = page.blocks.iter().flat_map(|block| block.lines.iter().copied()).collect();
    let left = leaf.lines.iter().filter(|line| !placed.contains(&line.item.index) && has_text(line));
    regions.extend(left.map(|line| Region {
        kind: RegionKind::Paragraph,
        place: place(line),
        lines: vec![sheet_line(line, line.outcome.text.clone())],
    }));
    let rule = |[x, y, w, h]: &[u32; 4]| Region {
        kind: RegionKind::Rule,
        place: Place { x: *x, y: *y, w: *w, h: *h },
        lines: Vec::new(),
    };
    regions.extend(leaf.item.rules.iter().map(rule));
    Sheet {
        image: if leaf.item.label.is_empty() {
            format!("p{:04}", leaf.number)
        } else {
            leaf.item.label.clone()
        },
        number: leaf.number,
        printed: page.page_number.clone(),
        width: leaf.item.width,
        height: leaf.item.height,
        dpi: leaf.item.dpi,
        language: spec.language().to_owned(),
        date: settings.date.clone(),
        creator: settings.operator.clone(),
        regions,
    }
}

fn has_text(line: &SetLine) -> bool {
    line.outcome.mark != Mark::Blank && !line.outcome.text.is_empty()
}

fn place(line: &SetLine) -> Place {
    Place { x: line.item.x, y: line.item.y, w: line.item.w, h: line.item.h }
}

fn sheet_line(line: &SetLine, text: String) -> SheetLine {
    SheetLine {
        id: format!("l{:03}", line.item.index),
        place: place(line),
        text,
        confidence: line.confidence,
    }
}

fn region(leaf: &Leaf, block: &Block) -> Option<Region> {
    if block.kind == BlockKind::Figure {
        let (figure, alt) = leaf.alt(block.figure?)?;
        if alt.as_ref().is_some_and(|alt| alt.not_a_figure) {
            return None;
        }
        let place = Place { x: figure.x, y: figure.y, w: figure.w, h: figure.h };
        return Some(Region { kind: RegionKind::Figure, place, lines: Vec::new() });
    }
    let of_block = |line: &&SetLine| block.lines.contains(&line.item.index) && has_text(line);
    let lines: Vec<&SetLine> = leaf.lines.iter().filter(of_block).collect();
    let first = lines.first()?;
    let drafts: Vec<&str> = lines.iter().map(|line| line.outcome.text.as_str()).collect();
    let text = plain(&block.text);
    let text = if block.note.is_empty() { text } else { format!("{} {text}", block.note) };
    let texts = lay_on_lines(&drafts, &text);
    let around = lines.iter().fold(place(first), |around, line| around.with(&place(line)));
    let lines = lines.iter().zip(texts).map(|(line, text)| sheet_line(line, text)).collect();
    Some(Region { kind: kind(block.kind), place: around, lines })
}

fn kind(kind: BlockKind) -> RegionKind {
    match kind {
        BlockKind::Heading1 | BlockKind::Heading2 | BlockKind::Heading3 => RegionKind::Heading,
        BlockKind::RunningHead => RegionKind::Header,
        BlockKind::PageNumber => RegionKind::PageNumber,
        BlockKind::Footnote => RegionKind::Footnote,
        BlockKind::Caption => RegionKind::Caption,
        BlockKind::Figure => RegionKind::Figure,
        BlockKind::Paragraph
        | BlockKind::Quote
        | BlockKind::Verse
        | BlockKind::ListItem
        | BlockKind::Break => RegionKind::Paragraph,
    }
}
