//! A page of text from its lines: what is a heading, where paragraphs begin, which words go on in the next
//! line. A proofreader sees the result and has the last word.

mod join;
mod kinds;
mod lay;
mod margins;

pub use join::{Words, append, ends_in_hyphen, join_lines};
pub use kinds::printed_number;
pub use lay::lay_on_lines;
pub use margins::{AROUND, Belongs, Edges, Verdict, judge};

use super::answer::{Block, BlockKind, Mark, PageText};
use super::item::{FigureItem, LineItem};
use kinds::{Frame, Labelled};

/// A line with its settled text.
#[derive(Debug, Clone, Copy)]
pub struct Set<'a> {
    /// Where it stands.
    pub line: &'a LineItem,
    /// Its text.
    pub text: &'a str,
    /// What is said about it.
    pub mark: Mark,
}

impl Set<'_> {
    /// Whether anything stands there.
    pub fn has_text(&self) -> bool {
        self.mark != Mark::Blank && !self.text.trim().is_empty()
    }
}

/// Builds the page by itself. `height` is the page's, in pixels; `words` are those known of the book.
pub fn build(height: u32, lines: &[Set<'_>], figures: &[&FigureItem], words: &Words) -> PageText {
    build_among(height, lines, figures, words, &Verdict::default())
}

/// Builds the page by what the pages around say of its running head and number.
pub fn build_among(
    height: u32,
    lines: &[Set<'_>],
    figures: &[&FigureItem],
    words: &Words,
    verdict: &Verdict,
) -> PageText {
    let with_text: Vec<Set<'_>> = lines.iter().copied().filter(Set::has_text).collect();
    let frame = Frame::of(height, &with_text);
    let after: Vec<u32> = figures.iter().map(|figure| figure.after_line).collect();
    let labelled = kinds::label(&frame, &with_text, &after, verdict);
    let mut page = PageText::default();
    let mut figures: Vec<&FigureItem> = figures.to_vec();
    figures.sort_by_key(|figure| (figure.after_line, figure.index));
    let mut waiting = figures.into_iter().peekable();
    for group in kinds::groups(&frame, labelled) {
        let first = group.first().map_or(u32::MAX, |line| line.set.line.index);
        while let Some(figure) = waiting.next_if(|figure| figure.after_line < first) {
            page.blocks.push(figure_block(figure));
        }
        if let Some(block) = block(&frame, &group, words) {
            page.blocks.push(block);
        }
    }
    page.blocks.extend(waiting.map(figure_block));
    let printed = || {
        let of_the_sheet = page.blocks.iter().filter(|block| block.kind.of_the_sheet());
        of_the_sheet.into_iter().find_map(|block| printed_number(&block.text))
    };
    page.page_number = verdict.number.clone().or_else(printed).unwrap_or_default();
    mark_continued(&frame, &mut page, &with_text);
    page
}

fn figure_block(figure: &FigureItem) -> Block {
    Block { kind: BlockKind::Figure, figure: Some(figure.index), ..Block::default() }
}

fn block(frame: &Frame, group: &[Labelled<'_>], words: &Words) -> Option<Block> {
    let first = group.first()?;
    let texts: Vec<&str> = group.iter().map(|line| line.set.text).collect();
    let mut text = if first.kind == BlockKind::Verse { texts.join("\n") } else { join_lines(&texts, words) };
    let mut note = String::new();
    if first.kind == BlockKind::Footnote
        && let Some((mark, rest)) = kinds::footnote_mark(&text)
    {
        (note, text) = (mark.to_owned(), rest.to_owned());
    }
    let lines = group.iter().map(|line| line.set.line.index).collect();
    let kind = if first.kind == BlockKind::Heading1 && !frame.is_main_heading(group) {
        BlockKind::Heading2
    } else {
        first.kind
    };
    Some(Block { kind, text, note, lines, ..Block::default() })
}

/// A first paragraph that does not begin like one goes on from the page before.
fn mark_continued(frame: &Frame, page: &mut PageText, lines: &[Set<'_>]) {
    // Figures at the head of a page stand in the middle of a paragraph that goes on below them.
    let passed = |kind: BlockKind| matches!(kind, BlockKind::Figure | BlockKind::Caption);
    let body = page.blocks.iter_mut().find(|block| !block.kind.of_the_sheet() && !passed(block.kind));
    let Some(block) = body.filter(|block| block.kind == BlockKind::Paragraph) else { return };
    let first = block.lines.first().and_then(|index| lines.iter().find(|set| set.line.index == *index));
    let small = block.text.chars().next().is_some_and(|letter| !letter.is_uppercase());
    let flush = first.is_some_and(|set| !frame.is_indented(set.line));
    block.continues = flush && (small || frame.is_justified());
}

#[cfg(test)]
mod tests;
