//! From components to lines, figures and the rest: who owns which piece of ink.

mod settle;
mod strokes;

use settle::distance;
use strokes::part_strokes;

use super::chains::{Chain, chains, share};
use super::components::{Component, Components};
use super::figures::{Region, regions};
use super::join::{Body, join};
use super::sort::{Kind, Sheet};
use kazi_formats::raster::Rect;
use kazi_formats::raster::number::{index, round};
use std::collections::BTreeMap;

/// What a piece of ink belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The line of that number.
    Line(u32),
    /// The figure of that number.
    Figure(u32),
    /// A ruled stroke or frame.
    Rule,
    /// The scan's border or the neighbouring page.
    Border,
    /// Specks away from any line.
    Dust,
}

/// Who owns what.
#[derive(Debug)]
pub struct Plan {
    /// The lines, not yet in reading order.
    pub lines: Vec<Chain>,
    /// The figures.
    pub figures: Vec<Rect>,
    /// The owner of each component.
    pub owners: Vec<Owner>,
    /// Components that belong to several lines: rows above each limit go to its line, top to bottom.
    pub shared: BTreeMap<u32, Vec<(u32, u32)>>,
}

/// Letters above this many x-heights are initials, headings, or letters of two lines that touch.
const TALL: f64 = 2.3;
/// An initial is at most this high and wide, in x-heights.
const INITIAL: f64 = 9.0;

/// Shares out all ink of a page.
pub fn plan(found: &Components, sheet: &Sheet) -> Plan {
    let mut by_kind = ByKind::default();
    for piece in &found.all {
        by_kind.add(*piece, sheet);
    }
    let x_height = sheet.x_height;
    let body = join(chains(&by_kind.body, x_height), x_height);
    let mut lines: Vec<Chain> = body;
    let mut owners = vec![Owner::Dust; found.all.len()];
    let mut shared_tall = Vec::new();
    let mut headings = Vec::new();
    let mut initials = Vec::new();
    for tall in &by_kind.tall {
        match standing_of(tall, &lines, x_height) {
            Standing::Alone => headings.push(*tall),
            Standing::In(line) | Standing::Initial(line) => initials.push((*tall, line)),
            Standing::Across => shared_tall.push(*tall),
        }
    }
    let (figure_parts, frames) = large_pieces(&by_kind.large, &lines, x_height, &mut initials);
    for (piece, line) in initials {
        if let Some(chain) = lines.get_mut(line) {
            chain.push(piece);
        }
    }
    lines.extend(chains(&headings, x_height));
    let lines = absorb(join(lines, x_height), x_height);
    let lines = part_strokes(lines, &mut by_kind.rules, x_height);
    let mut regions = regions(&figure_parts, &lines, x_height);
    let (lines, loose) = keep_text(lines, &mut regions, sheet, &mut owners);
    let mut plan = Plan { lines, figures: Vec::new(), owners, shared: BTreeMap::new() };
    plan.own_letters();
    for piece in by_kind.border {
        plan.set(&piece, Owner::Border);
    }
    for piece in frames {
        plan.set(&piece, Owner::Rule);
    }
    plan.share_tall(&shared_tall, x_height);
    let attachable = by_kind.small.into_iter().chain(loose).collect();
    plan.attach(attachable, &mut regions, sheet);
    for piece in &by_kind.rules {
        plan.place_rule(piece, &mut regions, x_height);
    }
    plan.own_figures(&regions);
    plan.continue_rules(found, &by_kind.rules, x_height);
    plan
}

/// Fragments of up to three letters that stand in a longer line become part of it: quotes as high as letters, the
/// loose foot of a broken g.
fn absorb(lines: Vec<Chain>, x_height: f64) -> Vec<Chain> {
    let (fragments, mut kept): (Vec<Chain>, Vec<Chain>) =
        lines.into_iter().partition(|line| line.letters.len() <= 3 && line.width() < 5.0 * x_height);
    let boxes: Vec<Rect> = kept.iter().map(Chain::place).collect();
    let mut alone = Vec::new();
    for fragment in fragments {
        let far = |line: &Chain, place: &Rect| {
            let each = fragment.letters.iter().map(|letter| distance(letter, line, place, x_height));
            each.collect::<Option<Vec<f64>>>().map(|all| all.into_iter().fold(0.0, f64::max))
        };
        let best = kept
            .iter()
            .zip(&boxes)
            .enumerate()
            .filter_map(|(at, (line, place))| Some((far(line, place).filter(|far| *far < 0.7)?, at)))
            .min_by(|one, other| one.0.total_cmp(&other.0));
        match best.and_then(|(_, at)| kept.get_mut(at)) {
            Some(line) => line.join(fragment),
            None => alone.push(fragment),
        }
    }
    kept.extend(alone);
    kept
}

/// The components by what they may be.
#[derive(Default)]
struct ByKind {
    body: Vec<Component>,
    tall: Vec<Component>,
    small: Vec<Component>,
    large: Vec<Component>,
    rules: Vec<Component>,
    border: Vec<Component>,
}

impl ByKind {
    fn add(&mut self, piece: Component, sheet: &Sheet) {
        let home = match sheet.kind(&piece) {
            Kind::Letter if f64::from(piece.height()) > TALL * sheet.x_height => &mut self.tall,
            Kind::Letter => &mut self.body,
            Kind::Small => &mut self.small,
            Kind::Large => &mut self.large,
            Kind::Rule => &mut self.rules,
            Kind::Border => &mut self.border,
        };
        home.push(piece);
    }
}

/// Where a small piece belongs.
enum Home {
    Line(u32),
    Region(usize),
}

/// How a tall letter stands to the lines of the text.
enum Standing {
    /// Beside no line: part of a heading.
    Alone,
    /// In one line.
    In(usize),
    /// Before several lines: an initial, read with the first of them.
    Initial(usize),
    /// In several lines: their letters touch.
    Across,
}

fn standing_of(tall: &Component, lines: &[Chain], x_height: f64) -> Standing {
    let mut met: Vec<(f64, usize)> = Vec::new();
    let mut before_all = true;
    for (at, line) in lines.iter().enumerate() {
        let (left, right) = (f64::from(line.left()), f64::from(line.right));
        let middle = tall.middle();
        if line.letters.len() < 2 || middle < left - 4.0 * x_height || middle > right + x_height {
            continue;
        }
        let band = line.band_at(middle);
        let shared = f64::from(tall.bottom).min(band.bottom) - f64::from(tall.top).max(band.top);
        if shared >= 0.6 * band.height() {
            let gap = left - f64::from(tall.right);
            if gap > 2.0 * x_height {
                continue;
            }
            before_all &= gap > -0.7 * x_height;
            met.push((band.middle(), at));
        }
    }
    met.sort_by(|one, other| one.0.total_cmp(&other.0));
    match met.as_slice() {
        [] => Standing::Alone,
        [(_, only)] => Standing::In(*only),
        [(_, first), ..] if before_all => Standing::Initial(*first),
        _ => Standing::Across,
    }
}

/// Parts large pieces into those of figures and those of frames; initials go to their lines.
fn large_pieces(
    large: &[Component],
    lines: &[Chain],
    x_height: f64,
    initials: &mut Vec<(Component, usize)>,
) -> (Vec<Component>, Vec<Component>) {
    let (mut figures, mut frames) = (Vec::new(), Vec::new());
    for piece in large {
        let size = f64::from(piece.width().max(piece.height()));
        if size <= INITIAL * x_height
            && let Standing::Initial(line) = standing_of(piece, lines, x_height)
        {
            initials.push((*piece, line));
            continue;
        }
        let place = piece.place();
        let thin = piece.ink * 8 < place.area();
        let inside = lines.iter().filter(|line| is_text(line, x_height) && lies_in(line, &place)).count();
        if thin && inside >= 2 { frames.push(*piece) } else { figures.push(*piece) }
    }
    (figures, frames)
}

/// Whether a chain is print beyond doubt: long and straight.
pub fn is_text(line: &Chain, x_height: f64) -> bool {
    line.letters.len() >= 8 && line.width() >= 9.0 * x_height && line.straightness() >= 0.6
}

/// Whether most of a chain lies in a rectangle.
pub fn lies_in(line: &Chain, place: &Rect) -> bool {
    let inside = line
        .letters
        .iter()
        .filter(|letter| place.contains(round(letter.middle()), letter.top.midpoint(letter.bottom)));
    share(inside.count(), line.letters.len()) > 0.7
}

/// Sets aside chains that are no lines: strokes inside figures, the neighbouring page, blots. What is set aside may
/// still be attached to a line or figure.
fn keep_text(
    lines: Vec<Chain>,
    regions: &mut [Region],
    sheet: &Sheet,
    owners: &mut [Owner],
) -> (Vec<Chain>, Vec<Component>) {
    let body = Body::of(&lines, sheet.x_height);
    let (mut kept, mut loose) = (Vec::new(), Vec::new());
    for line in lines {
        let region = regions.iter_mut().find(|region| lies_in(&line, &region.place));
        if let Some(region) = region
            && !is_text(&line, sheet.x_height)
        {
            region.take_in(&line.letters);
        } else if is_neighbour(&line, sheet)
            || (line.letters.len() <= 4 && body.leaves_out(&line, sheet.x_height))
        {
            for letter in &line.letters {
                if let Some(owner) = owners.get_mut(index(letter.label)) {
                    *owner = Owner::Border;
                }
            }
        } else if is_blot(&line, sheet.x_height) {
            loose.extend(line.letters);
        } else {
            kept.push(line);
        }
    }
    (kept, loose)
}

/// Whether a chain is a sliver of the neighbouring page at the left or right edge.
fn is_neighbour(line: &Chain, sheet: &Sheet) -> bool {
    let at_side = line.left() <= sheet.edge || line.right + sheet.edge >= sheet.width;
    at_side && line.width() < 0.12 * f64::from(sheet.width) && line.letters.len() < 8
}

/// Whether a chain is a single mark too small or too faint for a letter standing alone.
fn is_blot(line: &Chain, x_height: f64) -> bool {
    match line.letters.as_slice() {
        [only] => {
            let thin = only.height() > only.width().saturating_mul(5);
            thin || f64::from(only.height()) < 0.75 * x_height || only.ink * 12 < only.place().area()
        }
        _ => false,
    }
}
