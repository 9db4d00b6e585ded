//! Running heads and page numbers, judged over neighbouring pages: what one page alone does not tell. A line at the
//! edge that comes again on pages nearby, at about the same place and of about the same size, is a running head; a
//! number that follows the sequence of the pages is a page number, and one that does not may be a chapter's.

mod numerals;

use kazi_quality::text::distance;

use super::Set;
use super::kinds::{Frame, foot, size};
use crate::digitisation::answer::{BlockKind, PageText};
use crate::digitisation::text::comparable;
use numerals::{Number, number_alone, words};

/// So many pages before and after a page are looked at. Titles of chapters come on every second page, and plates
/// stand between.
pub const AROUND: u32 = 8;
/// So many lines from the edge of a page may belong to the sheet.
const DEEP: usize = 3;
/// A longer line, in characters, is text.
const SHORT: usize = 80;
/// A line at the head ends in this part of the page's height, one at the foot as far from the bottom.
const BAND: f64 = 0.25;
/// How far lines on two pages may stand from the same place, in parts of the page's height: scans move.
const MOVED: f64 = 0.04;
/// How much larger one may be measured than the other.
const GROWN: f64 = 1.35;
/// Room to the text, in usual steps from line to line, that sets a line apart.
const APART: f64 = 1.25;

/// Whether a line belongs to the sheet or to the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Belongs {
    /// A title that is repeated from page to page.
    Head,
    /// The number of the page.
    Number,
    /// The text, though it looked like one of the others.
    Text,
}

/// What the pages around say about one page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// What is known of lines, by their number on the page.
    pub lines: Vec<(u32, Belongs)>,
    /// The printed number, where it follows that of other pages.
    pub number: Option<String>,
}

impl Verdict {
    /// What is known of a line.
    pub fn of(&self, line: u32) -> Option<Belongs> {
        self.lines.iter().find(|(index, _)| *index == line).map(|(_, belongs)| *belongs)
    }
}

/// The short lines at the edges of a page.
#[derive(Debug, Clone)]
pub struct Edges {
    page: u32,
    printed: Option<Number>,
    lines: Vec<EdgeLine>,
}

#[derive(Debug, Clone)]
struct EdgeLine {
    index: u32,
    at_top: bool,
    /// Where it ends, in parts of the page's height.
    foot: f64,
    size: f64,
    /// Whether there is room between it and the text.
    apart: bool,
    /// Whether a heading follows it.
    opens: bool,
    kind: BlockKind,
    letters: Vec<char>,
    numbers: Vec<Number>,
    /// The numbers that it begins and ends with: one of them may be the page's.
    ends: Vec<usize>,
    alone: Option<Number>,
}

impl Edges {
    /// The edges of a page. `built` is the page as it is taken by itself; `printed` is the page number if somebody
    /// said it.
    pub fn of(page: u32, height: u32, lines: &[Set<'_>], built: &PageText, printed: &str) -> Self {
        let lines: Vec<Set<'_>> = lines.iter().copied().filter(Set::has_text).collect();
        let frame = Frame::of(height, &lines);
        let height = f64::from(height.max(1));
        let top = (0..lines.len().min(DEEP)).map(|at| (at, true));
        let bottom = (lines.len().saturating_sub(DEEP)..lines.len()).rev().map(|at| (at, false));
        let found = top.chain(bottom).filter_map(|(at, at_top)| {
            let set = lines.get(at)?;
            let foot = foot(set.line) / height;
            let within = if at_top { foot < BAND } else { foot > 1.0 - BAND };
            let kind = kind_of(built, set.line.index)?;
            let text = comparable(set.text);
            let may = within
                && text.chars().count() <= SHORT
                && !matches!(kind, BlockKind::Caption | BlockKind::Footnote);
            may.then(|| {
                let (letters, numbers, ends) = words(&text);
                let next = lines.get(at.saturating_add(1)).and_then(|next| kind_of(built, next.line.index));
                EdgeLine {
                    index: set.line.index,
                    at_top,
                    foot,
                    size: size(set.line),
                    apart: frame.room(&lines, at, at_top) > APART,
                    opens: next.is_some_and(|kind| kind.heading_rank().is_some()),
                    kind,
                    letters,
                    numbers,
                    ends,
                    alone: number_alone(&text),
                }
            })
        });
        Self { page, printed: number_alone(printed), lines: found.collect() }
    }

    /// What may be the number of this page.
    fn numbers(&self) -> Vec<Number> {
        if let Some(printed) = self.printed {
            return vec![printed];
        }
        let alone: Vec<Number> = self.lines.iter().filter_map(|line| line.alone).collect();
        if !alone.is_empty() {
            return alone;
        }
        let ends = |line: &EdgeLine| -> Vec<Number> {
            line.ends.iter().filter_map(|at| line.numbers.get(*at).copied()).collect()
        };
        self.lines.iter().flat_map(ends).collect()
    }

    fn is_near(&self, other: &Self) -> bool {
        self.page != other.page && self.page.abs_diff(other.page) <= AROUND
    }
}

fn kind_of(page: &PageText, line: u32) -> Option<BlockKind> {
    page.blocks.iter().find(|block| block.lines.contains(&line)).map(|block| block.kind)
}

/// Judges a page by those around it. `pages` are in order; those farther than [`AROUND`] are not looked at.
pub fn judge(page: &Edges, pages: &[&Edges]) -> Verdict {
    let near: Vec<&Edges> = pages.iter().copied().filter(|other| page.is_near(other)).collect();
    let mut verdict = Verdict::default();
    let number = follows(page, &near);
    verdict.number = number.map(Number::written);
    for at_top in [true, false] {
        judge_edge(page, at_top, number, &near, &mut verdict);
    }
    verdict
}

/// Goes inward from the edge, as long as lines belong to the sheet.
fn judge_edge(page: &Edges, at_top: bool, number: Option<Number>, near: &[&Edges], verdict: &mut Verdict) {
    let mut heads = 0_u32;
    for line in page.lines.iter().filter(|line| line.at_top == at_top) {
        if let Some(alone) = line.alone {
            if Some(alone) == number {
                verdict.lines.push((line.index, Belongs::Number));
                continue;
            }
            if line.kind == BlockKind::PageNumber && is_out_of_sequence(line, alone, number, near) {
                verdict.lines.push((line.index, Belongs::Text));
            }
            return;
        }
        if comes_again(page, line, heads > 0, near) {
            heads = heads.saturating_add(1);
            verdict.lines.push((line.index, Belongs::Head));
            continue;
        }
        if line.kind == BlockKind::RunningHead && is_unlike_heads(line, near) {
            verdict.lines.push((line.index, Belongs::Text));
        }
        return;
    }
}

/// The number of this page that at least two pages around count along with.
fn follows(page: &Edges, near: &[&Edges]) -> Option<Number> {
    let votes = |number: &Number| {
        let along = |other: &&&Edges| {
            other.numbers().into_iter().any(|theirs| number.counts_along(page.page, theirs, other.page))
        };
        near.iter().filter(along).count()
    };
    let best =
        page.numbers().into_iter().map(|number| (votes(&number), number)).max_by_key(|(votes, _)| *votes);
    best.filter(|(votes, _)| *votes >= 2).map(|(_, number)| number)
}

/// Whether a number alone on its line is none of the page's: the pages around have theirs, in another place. A
/// misprinted or mistyped number stands where theirs do. A year on a title page is no page number either.
fn is_out_of_sequence(line: &EdgeLine, alone: Number, number: Option<Number>, near: &[&Edges]) -> bool {
    if number.is_some() {
        return true;
    }
    let counted: Vec<(&&Edges, Number)> =
        near.iter().filter_map(|other| Some((other, follows(other, near)?))).collect();
    let there = |(other, theirs): &(&&Edges, Number)| {
        other
            .lines
            .iter()
            .any(|one| one.alone == Some(*theirs) && one.at_top == line.at_top && is_in_place(one, line))
    };
    let a_year = alone.is_year() && counted.iter().all(|(_, theirs)| !theirs.is_year());
    counted.len() >= 3 && (a_year || !counted.iter().any(there))
}

/// Whether a line comes again on enough pages around.
fn comes_again(page: &Edges, line: &EdgeLine, has_head: bool, near: &[&Edges]) -> bool {
    if line.letters.len() < 3 {
        return false;
    }
    let again: Vec<(&Edges, &EdgeLine)> = near
        .iter()
        .filter_map(|other| Some((*other, other.lines.iter().find(|one| is_same(page, line, other, one))?)))
        .collect();
    // The heading of a chapter, which the pages after it repeat at their head, stays one.
    let first = !again.iter().any(|(other, _)| other.page < page.page);
    let level = again.iter().any(|(_, one)| (one.foot - line.foot).abs() < MOVED / 2.0);
    if first && line.kind.heading_rank().is_some() && (line.opens || !level) {
        return false;
    }
    let close = again.iter().any(|(other, _)| other.page.abs_diff(page.page) <= 2);
    match (has_head, line.apart) {
        (false, true) => close || again.len() >= 2,
        (false, false) => again.len() >= 3,
        (true, apart) => apart && again.len() >= 3,
    }
}

fn is_in_place(one: &EdgeLine, other: &EdgeLine) -> bool {
    let (small, large) = (one.size.min(other.size), one.size.max(other.size));
    (one.foot - other.foot).abs() <= MOVED && large <= GROWN * small.max(1.0)
}

/// Whether two lines are the same title, up to a few letters that were misread and to the numbers of their pages.
fn is_same(page: &Edges, line: &EdgeLine, other_page: &Edges, other: &EdgeLine) -> bool {
    let long = line.letters.len().max(other.letters.len());
    line.at_top == other.at_top
        && is_in_place(line, other)
        && line.letters.len().abs_diff(other.letters.len()) <= long / 6
        && has_same_numbers(page, line, other_page, other)
        && (line.letters == other.letters || distance(&line.letters, &other.letters) <= long / 6)
}

/// Whether the numbers in two lines are the same once those of the pages are taken out: `CHAPTER VI` is not
/// `CHAPTER VII`, however near.
fn has_same_numbers(page: &Edges, line: &EdgeLine, other_page: &Edges, other: &EdgeLine) -> bool {
    if line.numbers == other.numbers {
        return true;
    }
    let (ours, theirs) = (without_one(page, line), without_one(other_page, other));
    let counted = ours.iter().any(|(number, rest)| {
        let along = |(their_number, their_rest): &(Number, Vec<Number>)| {
            rest == their_rest && number.counts_along(page.page, *their_number, other_page.page)
        };
        theirs.iter().any(along)
    });
    // A number that was printed or read on one of the two only.
    counted
        || ours.iter().any(|(_, rest)| *rest == other.numbers)
        || theirs.iter().any(|(_, rest)| *rest == line.numbers)
}

/// Each number at an end of the line that may be the page's, with the numbers that are left.
fn without_one(page: &Edges, line: &EdgeLine) -> Vec<(Number, Vec<Number>)> {
    let alone: Vec<Number> = page.lines.iter().filter_map(|line| line.alone).collect();
    let may = |number: &Number| alone.is_empty() || alone.contains(number);
    let without = |at: &usize| {
        let mut rest = line.numbers.clone();
        let number = line.numbers.get(*at).copied().filter(may)?;
        rest.remove(*at);
        Some((number, rest))
    };
    line.ends.iter().filter_map(without).collect()
}

/// Whether a line stands where none of the titles stand that come again on at least three pages around: then it opens
/// a chapter. One in their place is a title that changes with the page.
fn is_unlike_heads(line: &EdgeLine, near: &[&Edges]) -> bool {
    let head = |other: &&Edges| {
        let around: Vec<&Edges> = near.iter().copied().filter(|one| other.is_near(one)).collect();
        other
            .lines
            .iter()
            .find(|one| {
                one.at_top == line.at_top && one.alone.is_none() && comes_again(other, one, false, &around)
            })
            .cloned()
    };
    let heads: Vec<EdgeLine> = near.iter().filter_map(head).collect();
    heads.len() >= 3 && !heads.iter().any(|head| is_in_place(head, line))
}

#[cfg(test)]
mod tests;
