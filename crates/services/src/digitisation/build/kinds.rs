//! What a line is, from where it stands, how large it is, and what it says.

use super::margins::{Belongs, Verdict};
use super::{Set, ends_in_hyphen};
use crate::digitisation::answer::BlockKind;
use crate::digitisation::item::LineItem;
use crate::digitisation::number;

/// A line and what it is taken for.
#[derive(Debug, Clone, Copy)]
pub struct Labelled<'a> {
    /// The line.
    pub set: Set<'a>,
    /// What it is.
    pub kind: BlockKind,
    /// Whether a block begins with it.
    pub starts: bool,
}

/// The measures of a page's text: all lines are judged against them.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    height: f64,
    left: f64,
    right: f64,
    leading: f64,
    x_height: f64,
    justified: bool,
}

impl Frame {
    /// Measures a page.
    pub fn of(height: u32, lines: &[Set<'_>]) -> Self {
        let middle = |mut values: Vec<f64>, share: f64| {
            values.sort_by(f64::total_cmp);
            let at = number::pixels(number::float(values.len().saturating_sub(1)) * share);
            values.get(number::index(at)).copied().unwrap_or(0.0)
        };
        let widest = lines.iter().map(|set| set.line.w).max().unwrap_or(0);
        let long =
            || lines.iter().filter(move |set| set.line.w.saturating_mul(10) >= widest.saturating_mul(7));
        let left = middle(long().map(|set| f64::from(set.line.x)).collect(), 0.35);
        let right = middle(long().map(|set| right(set.line)).collect(), 0.65);
        let steps = lines.windows(2).filter_map(|pair| match pair {
            [one, next] => Some(foot(next.line) - foot(one.line)).filter(|step| *step > 0.0),
            _ => None,
        });
        // Wide steps around headings are few on a full page, but many on one with little text.
        let leading = middle(steps.collect(), 0.4).max(1.0);
        let x_height = middle(lines.iter().map(|set| size(set.line)).collect(), 0.5).max(1.0);
        let full = long().filter(|set| (right - self::right(set.line)).abs() < x_height).count();
        let justified = full.saturating_mul(2) > long().count();
        Self { height: f64::from(height), left, right, leading, x_height, justified }
    }

    /// Whether lines reach the same right edge.
    pub fn is_justified(&self) -> bool {
        self.justified
    }

    fn measure(&self) -> f64 {
        (self.right - self.left).max(1.0)
    }

    /// Whether a line begins a good letter's width inside the left edge.
    pub fn is_indented(&self, line: &LineItem) -> bool {
        f64::from(line.x) - self.left > 0.8 * self.x_height
    }

    fn is_centred(&self, line: &LineItem) -> bool {
        let (before, after) = (f64::from(line.x) - self.left, self.right - right(line));
        // The wider a line, the more exactly it must stand in the middle.
        let stands = |margin: f64, off: f64| {
            let (margin, off) = (margin * self.measure(), off * self.measure());
            before > margin && after > margin && (before - after).abs() < off
        };
        stands(0.06, 0.12) || stands(0.025, 0.02)
    }

    /// Whether a line begins and ends where full lines do.
    fn is_full(&self, line: &LineItem) -> bool {
        !self.is_indented(line) && !self.is_short(line)
    }

    fn is_short(&self, line: &LineItem) -> bool {
        self.right - right(line) > 0.12 * self.measure()
    }

    fn gap(&self, above: Option<&LineItem>, line: &LineItem) -> f64 {
        above.map_or(f64::INFINITY, |above| (foot(line) - foot(above)) / self.leading)
    }

    /// The room between a line and the next row inward from the head or the foot of the page, in usual steps.
    pub fn room(&self, lines: &[Set<'_>], at: usize, at_top: bool) -> f64 {
        let Some(line) = lines.get(at).map(|set| foot(set.line)) else { return f64::INFINITY };
        let room = |set: &Set<'_>| (foot(set.line) - line).abs() / self.leading;
        let beyond = |room: &f64| *room > 0.4;
        let next = if at_top {
            lines.iter().skip(at).map(room).find(beyond)
        } else {
            lines.iter().take(at).rev().map(room).find(beyond)
        };
        next.unwrap_or(f64::INFINITY)
    }

    /// Whether a heading is one of the book's main ones: set larger, or it says so.
    pub fn is_main_heading(&self, group: &[Labelled<'_>]) -> bool {
        group.iter().any(|line| {
            let first = line.set.text.split_whitespace().next().unwrap_or_default();
            let first = first.trim_matches(|letter: char| !letter.is_alphanumeric()).to_uppercase();
            size(line.set.line) > 1.25 * self.x_height
                || matches!(
                    first.as_str(),
                    "PART" | "CHAPTER" | "BOOK" | "PREFACE" | "INTRODUCTION" | "CONTENTS" | "SURA"
                )
                || is_capitals(line.set.text)
        })
    }
}

fn right(line: &LineItem) -> f64 {
    f64::from(line.x) + f64::from(line.w)
}

/// The row a line stands on.
pub(super) fn foot(line: &LineItem) -> f64 {
    f64::from(if line.baseline > 0 { line.baseline } else { line.y.saturating_add(line.h) })
}

/// How large a line is set.
pub(super) fn size(line: &LineItem) -> f64 {
    if line.x_height > 0 { f64::from(line.x_height) } else { f64::from(line.h) * 0.5 }
}

fn is_capitals(text: &str) -> bool {
    let letters = text.chars().filter(|letter| letter.is_alphabetic());
    let (mut all, mut small) = (0_u32, 0_u32);
    for letter in letters {
        all = all.saturating_add(1);
        small = small.saturating_add(u32::from(letter.is_lowercase()));
    }
    all >= 3 && small == 0
}

/// Whether a line holds a page number and nothing else: `19`, `— xii —`, `[3]`.
pub fn is_page_number(text: &str) -> bool {
    let inner = text.trim().trim_matches(|letter: char| "[]()—–-. ".contains(letter));
    let digits = (1..=4).contains(&inner.len()) && inner.bytes().all(|byte| byte.is_ascii_digit());
    digits || is_roman(inner)
}

fn is_roman(text: &str) -> bool {
    (1..=7).contains(&text.len()) && text.chars().all(|letter| "ivxlc".contains(letter))
}

/// The page number in a running head or a line of its own: `58 SEAT WEAVING` has 58.
pub fn printed_number(text: &str) -> Option<String> {
    if is_page_number(text) {
        return Some(text.trim().trim_matches(|letter: char| "[]()—–-. ".contains(letter)).to_owned());
    }
    let mut words = text.split_whitespace();
    let (first, last) = (words.next()?, words.next_back().unwrap_or_default());
    let number =
        |word: &&str| (1..=4).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    [first, last].into_iter().find(number).map(str::to_owned)
}

/// The mark at the start of a footnote, and the rest.
pub fn footnote_mark(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|letter: char| !"*†‡§¶0123456789".contains(letter))?;
    let (mark, rest) = text.split_at_checked(end)?;
    let good = !mark.is_empty() && mark.chars().count() <= 3;
    good.then(|| (mark, rest.trim_start_matches(|letter: char| " .)".contains(letter))))
}

/// Says of each line what it is. `figures` tells for each figure after which line it stands, `verdict` what the pages
/// around say.
pub fn label<'a>(frame: &Frame, lines: &[Set<'a>], figures: &[u32], verdict: &Verdict) -> Vec<Labelled<'a>> {
    let mut labelled: Vec<Labelled<'a>> =
        lines.iter().map(|set| Labelled { set: *set, kind: BlockKind::Paragraph, starts: false }).collect();
    label_margins(frame, &mut labelled);
    for line in &mut labelled {
        line.kind = match verdict.of(line.set.line.index) {
            Some(Belongs::Head) => BlockKind::RunningHead,
            Some(Belongs::Number) => BlockKind::PageNumber,
            Some(Belongs::Text) => BlockKind::Paragraph,
            None => line.kind,
        };
    }
    label_footnotes(frame, &mut labelled);
    label_captions(frame, &mut labelled, figures);
    label_headings(frame, &mut labelled);
    label_verse(frame, &mut labelled);
    for line in &mut labelled {
        let text = line.set.text.trim();
        if line.kind == BlockKind::Paragraph
            && !text.is_empty()
            && text.chars().all(|letter| "*·•— -".contains(letter))
        {
            line.kind = BlockKind::Break;
        }
    }
    labelled
}

/// Running heads and page numbers: the first and last lines of the page.
fn label_margins(frame: &Frame, lines: &mut [Labelled<'_>]) {
    let below = lines.get(1).map(|line| line.set.line.clone());
    if let Some(top) = lines.first_mut() {
        let line = top.set.line;
        let apart = below_gap(frame, line, below.as_ref());
        let high = foot(line) < 0.2 * frame.height;
        // A part or chapter opens with headings one below the other in the middle; a running head stands above text,
        // or is set over the whole measure.
        let opens = frame.is_centred(line) && below.as_ref().is_some_and(|below| frame.is_centred(below));
        if is_page_number(top.set.text) {
            top.kind = BlockKind::PageNumber;
        } else if high
            && !opens
            && apart > 1.25
            && (is_capitals(top.set.text) || printed_number(top.set.text).is_some())
        {
            let more = below.is_some();
            top.kind = if more { BlockKind::RunningHead } else { BlockKind::Paragraph };
        }
    }
    if let Some(bottom) = lines.last_mut()
        && bottom.set.line.index > 1
        && is_page_number(bottom.set.text)
    {
        bottom.kind = BlockKind::PageNumber;
    }
}

fn below_gap(frame: &Frame, line: &LineItem, below: Option<&LineItem>) -> f64 {
    below.map_or(f64::INFINITY, |below| frame.gap(Some(line), below))
}

/// Footnotes: small lines at the foot of the page, the first with a mark.
fn label_footnotes(frame: &Frame, lines: &mut [Labelled<'_>]) {
    let small = |line: &Labelled<'_>| size(line.set.line) < 0.9 * frame.x_height;
    let body: Vec<usize> =
        (0..lines.len()).filter(|at| lines.get(*at).is_some_and(|line| !line.kind.of_the_sheet())).collect();
    let tail = body.iter().rev().take_while(|at| lines.get(**at).is_some_and(small)).count();
    let notes: Vec<usize> = body.iter().copied().skip(body.len().saturating_sub(tail)).collect();
    let marked = |at: &usize| lines.get(*at).is_some_and(|line| footnote_mark(line.set.text).is_some());
    let Some(from) = notes.iter().position(marked) else { return };
    let starts: Vec<bool> = notes.iter().map(marked).collect();
    for (at, starts) in notes.iter().zip(starts).skip(from) {
        if let Some(line) = lines.get_mut(*at) {
            line.kind = BlockKind::Footnote;
            line.starts = starts;
        }
    }
}

/// The words that captions begin with.
const CAPTIONS: [&str; 9] =
    ["fig", "figs", "figure", "figures", "plate", "illustration", "table", "map", "abb"];

fn begins_caption(text: &str) -> bool {
    let mut words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let named = words.next().is_some_and(|word| CAPTIONS.contains(&word.to_lowercase().as_str()));
    let number =
        |word: &str| word.bytes().any(|byte| byte.is_ascii_digit()) || is_roman(&word.to_lowercase());
    named && words.next().is_none_or(number)
}

/// Captions: beside a figure, or in capitals, a line that names a figure and its number; and what goes on with it in
/// the same style.
fn label_captions(frame: &Frame, lines: &mut [Labelled<'_>], figures: &[u32]) {
    let mut above: Option<LineItem> = None;
    for line in lines.iter_mut().filter(|line| line.kind == BlockKind::Paragraph) {
        let item = line.set.line;
        let beside =
            figures.iter().any(|after| *after == item.index || after.saturating_add(1) == item.index);
        let styled =
            is_capitals(line.set.text) || frame.is_centred(item) || size(item) < 0.92 * frame.x_height;
        let names = begins_caption(line.set.text) && styled && (beside || is_capitals(line.set.text));
        let goes_on = above.is_some_and(|above| styled && frame.gap(Some(&above), item) < ROOM);
        above = (names || goes_on).then(|| item.clone());
        if names || goes_on {
            line.kind = BlockKind::Caption;
            line.starts = names;
        }
    }
}

/// Room between two lines, in usual steps, that tells of a heading.
const ROOM: f64 = 1.25;
/// Room below a heading where there is more above.
const LESS_ROOM: f64 = 1.12;

/// Headings: centred with room around them, or in capitals or larger with room above. A centred line that
/// follows a heading closely goes on with it.
fn label_headings(frame: &Frame, lines: &mut [Labelled<'_>]) {
    let plain: Vec<LineItem> = lines.iter().map(|line| line.set.line.clone()).collect();
    let gap_at = |at: usize| {
        let above = at.checked_sub(1).and_then(|at| plain.get(at));
        plain.get(at).map_or(f64::INFINITY, |line| frame.gap(above, line))
    };
    let mut follows = false;
    for (at, line) in lines.iter_mut().enumerate() {
        let item = line.set.line;
        let (above, below) = (gap_at(at), gap_at(at.saturating_add(1)));
        let larger = size(item) / frame.x_height;
        // A line over the whole measure is text, however large its letters were measured, unless it is clearly so.
        let emphatic = is_capitals(line.set.text) || larger > if frame.is_full(item) { 1.4 } else { 1.15 };
        let alone = above > ROOM && (below > ROOM || below > LESS_ROOM && above + below > 2.0 * ROOM + 0.25);
        let centred = frame.is_centred(item);
        let goes_on = follows && emphatic && (centred || above <= ROOM);
        let heading =
            centred && (alone || emphatic && (above > ROOM || below > ROOM)) || emphatic && above > ROOM;
        follows = line.kind == BlockKind::Paragraph && (heading || goes_on) && !ends_in_hyphen(line.set.text);
        if follows {
            line.kind = BlockKind::Heading1;
            line.starts = above > 1.2;
        }
    }
}

/// Verse: three lines or more that begin inside the margin, each with a capital, none reaching the right edge.
fn label_verse(frame: &Frame, lines: &mut [Labelled<'_>]) {
    let like = |line: &Labelled<'_>| {
        line.kind == BlockKind::Paragraph
            && frame.is_indented(line.set.line)
            && frame.is_short(line.set.line)
            && line.set.text.chars().find(|letter| letter.is_alphabetic()).is_some_and(char::is_uppercase)
    };
    let flags: Vec<bool> = lines.iter().map(like).collect();
    let mut at = 0;
    while at < flags.len() {
        let run = flags.iter().skip(at).take_while(|flag| **flag).count();
        if run >= 3 {
            for (place, line) in lines.iter_mut().skip(at).take(run).enumerate() {
                line.kind = BlockKind::Verse;
                line.starts = place == 0;
            }
        }
        at = at.saturating_add(run).saturating_add(1);
    }
}

/// The lines in groups, each one block.
pub fn groups<'a>(frame: &Frame, lines: Vec<Labelled<'a>>) -> Vec<Vec<Labelled<'a>>> {
    let mut groups: Vec<Vec<Labelled<'a>>> = Vec::new();
    for line in lines {
        let above = groups.last().and_then(|group| group.last());
        let begins = above.is_none_or(|above| begins(frame, above, &line));
        match groups.last_mut() {
            Some(group) if !begins => group.push(line),
            _ => groups.push(vec![line]),
        }
    }
    groups
}

/// Whether a line begins a block of its own.
fn begins(frame: &Frame, above: &Labelled<'_>, line: &Labelled<'_>) -> bool {
    if line.starts || above.kind != line.kind {
        return true;
    }
    match line.kind {
        BlockKind::Heading1 => frame.gap(Some(above.set.line), line.set.line) > 1.2,
        BlockKind::Footnote | BlockKind::Verse | BlockKind::Caption => false,
        BlockKind::Paragraph => {
            let gap = frame.gap(Some(above.set.line), line.set.line);
            let indented = frame.is_indented(line.set.line);
            let ended = above.set.text.trim_end().ends_with(['.', '!', '?', '”', '"', '’', '\'', ':', ')']);
            let outdented = indented && !frame.is_indented(above.set.line);
            let same_row = gap < 0.4;
            !same_row
                && (outdented
                    || gap > 1.5
                    || frame.is_short(above.set.line) && ended && (indented || !frame.justified))
                || indented && ended
        }
        _ => true,
    }
}
