//! A proofread page and what the pages around say of it. What the proofreader set otherwise than they were shown stands;
//! what they left as it was proposed follows the book.

use super::Leaf;
use crate::digitisation::answer::{Block, BlockKind, PageText};
use crate::digitisation::build::{Belongs, Verdict};
use crate::digitisation::text::tidy;

/// The page as it goes into the book. `alone` is what the proofreader was shown, `among` the page as it is built by the
/// verdict.
pub fn settled(
    mut page: PageText,
    leaf: &Leaf,
    alone: &PageText,
    among: &PageText,
    verdict: &Verdict,
) -> PageText {
    for (line, belongs) in &verdict.lines {
        let (Some(shown), Some(right)) = (with(alone, *line), with(among, *line)) else { continue };
        let Some(at) = page.blocks.iter().position(|block| block.lines.contains(line)) else { continue };
        let Some(block) = page.blocks.get_mut(at).filter(|block| block.kind == shown.kind) else { continue };
        if block.lines == [*line] {
            block.kind = right.kind;
        } else if *belongs != Belongs::Text
            && let Some((cut, first)) = cut(block, right.kind, *line, leaf)
        {
            let place = if first { at } else { at.saturating_add(1) };
            page.blocks.insert(place, cut);
        }
    }
    go_on_as(&mut page, alone, among);
    if page.page_number == alone.page_number {
        page.page_number.clone_from(&among.page_number);
    }
    page
}

fn with(page: &PageText, line: u32) -> Option<&Block> {
    page.blocks.iter().find(|block| block.lines.contains(&line))
}

/// Takes a line out of a paragraph that it begins or ends; says whether it began it.
fn cut(block: &mut Block, kind: BlockKind, line: u32, leaf: &Leaf) -> Option<(Block, bool)> {
    let text = leaf.lines.iter().find(|set| set.item.index == line).map(|set| tidy(&set.outcome.text))?;
    let (rest, first) = if block.lines.first() == Some(&line) {
        (block.text.strip_prefix(text.as_str()).filter(|rest| rest.starts_with(' '))?, true)
    } else if block.lines.last() == Some(&line) {
        (block.text.strip_suffix(text.as_str()).filter(|rest| rest.ends_with(' '))?, false)
    } else {
        return None;
    };
    block.text = rest.trim().to_owned();
    block.lines.retain(|one| *one != line);
    Some((Block { kind, text, lines: vec![line], ..Block::default() }, first))
}

/// The text of a page may begin with another block now: whether that goes on from the page before is told by the page as
/// it is built.
fn go_on_as(page: &mut PageText, alone: &PageText, among: &PageText) {
    let body = |block: &&mut Block| {
        !block.kind.of_the_sheet() && !matches!(block.kind, BlockKind::Figure | BlockKind::Caption)
    };
    let Some(block) = page.blocks.iter_mut().find(body) else { return };
    let Some(line) = block.lines.first().copied() else { return };
    let (Some(shown), Some(right)) = (with(alone, line), with(among, line)) else { return };
    let as_shown = shown.lines.first() != Some(&line) || shown.continues == block.continues;
    if as_shown && block.kind == right.kind {
        block.continues = right.continues;
    }
}
