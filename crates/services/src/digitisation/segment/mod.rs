//! A page image to its lines and figures.
//!
//! Invariant: every pixel of ink of the straightened page belongs to exactly one piece: a line, a figure, or the
//! rest (rules, the scan's border, dust). [`Segmentation::coverage`] proves it for a page.
//!
//! The way: straighten the page by the feet of its letters, part ink from paper, find connected components, grow
//! lines from those of the size of letters on a band that follows the baseline, join what no gutter parts, give dots
//! and commas to the nearest line, and take what is much larger than letters as figures. All distances are measured
//! in the height of the small letters, so that the resolution of the scan does not matter.

mod chains;
mod components;
pub mod draft;
mod figures;
mod join;
mod order;
mod pieces;
mod plan;
mod scale;
mod sort;

pub use pieces::{Coverage, Segmentation};

use chains::Chain;
use components::Components;
use kazi_formats::raster::number::round;
use kazi_formats::raster::{Bitonal, Raster, Rect};
use plan::{Owner, Plan, plan};
use serde::{Deserialize, Serialize};
use sort::Sheet;

/// Pages turned by less than this many degrees are left as they are: over the width of a page it is two or three
/// pixels, which the bands of the lines follow anyway, and turning blurs.
const LEAST_TURN: f64 = 0.12;

/// One printed line on the straightened page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineBox {
    /// The box round all ink of the line.
    pub place: Rect,
    /// Row of the tops of the small letters, in the middle of the line.
    pub x_height_top: u32,
    /// Row of the baseline, in the middle of the line.
    pub baseline: u32,
    /// How far the baseline falls from the left end of the line to the right, in pixels.
    pub fall: i64,
    /// Pixels of ink.
    pub ink: u64,
}

/// A piece of the page that is read or described.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PageItem {
    /// The line of that number in [`PageLayout::lines`].
    Line(usize),
    /// The figure of that number in [`PageLayout::figures`].
    Figure(usize),
}

/// Where everything stands on the straightened page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageLayout {
    /// Columns of the straightened page.
    pub width: u32,
    /// Rows of the straightened page.
    pub height: u32,
    /// Dots an inch, where the source says so.
    pub dpi: Option<u32>,
    /// By how many degrees the scan was turned clockwise; the page was turned back by as much.
    pub skew_degrees: f64,
    /// Usual height of the small letters in pixels; 0 on a page without print.
    pub x_height: u32,
    /// The lines in reading order.
    pub lines: Vec<LineBox>,
    /// The figures in reading order.
    pub figures: Vec<Rect>,
    /// Lines and figures together in reading order.
    pub order: Vec<PageItem>,
    /// Ruled strokes and frames.
    pub rules: Vec<Rect>,
    /// The scan's border and what shows of the neighbouring page.
    pub borders: Vec<Rect>,
}

impl PageLayout {
    /// Where a place of the scan came to lie on the straightened page.
    #[must_use]
    pub fn straightened(&self, (x, y): (f64, f64), (scan_width, scan_height): (u32, u32)) -> (f64, f64) {
        let middle = |length: u32| (f64::from(length) - 1.0) / 2.0;
        if self.skew_degrees.abs() < LEAST_TURN {
            return (x, y);
        }
        let (sine, cosine) = (-self.skew_degrees).to_radians().sin_cos();
        let (across, down) = (x - middle(scan_width), y - middle(scan_height));
        (
            across * cosine - down * sine + middle(self.width),
            across * sine + down * cosine + middle(self.height),
        )
    }
}

/// Finds the lines and figures of a page.
#[must_use]
pub fn segment(page: &Raster) -> Segmentation {
    let mut ink = part_ink(page);
    let mut found = Components::of(&ink);
    let mut x_height = scale::x_height(&found.all, ink.height());
    let mut skew = scale::skew(&found.all, x_height);
    let mut straight = page.clone();
    if skew.abs() < LEAST_TURN {
        skew = 0.0;
    } else {
        straight = page.rotated(-skew);
        ink = part_ink(&straight);
        found = Components::of(&ink);
        x_height = scale::x_height(&found.all, ink.height());
    }
    let shift = round(skew.abs().to_radians().tan() * f64::from(ink.width().max(ink.height())) / 2.0);
    let sheet = Sheet { width: ink.width(), height: ink.height(), x_height, edge: 4 + shift };
    let plan = plan(&found, &sheet);
    assemble(straight, &ink, &found, &plan, skew, x_height)
}

/// The ink of a page of any kind.
fn part_ink(page: &Raster) -> Bitonal {
    match page {
        Raster::Bitonal(print) => print.clone(),
        Raster::Gray(gray) => gray.binarise(),
        Raster::Rgb(colour) => colour.to_gray().binarise(),
    }
}

/// Puts lines and figures into reading order and measures them.
fn assemble(
    page: Raster,
    ink: &Bitonal,
    found: &Components,
    plan: &Plan,
    skew: f64,
    x_height: f64,
) -> Segmentation {
    let places: Vec<Rect> = plan.lines.iter().map(Chain::place).chain(plan.figures.iter().copied()).collect();
    let mut numbers = pieces::Numbers::new(plan.lines.len(), plan.figures.len());
    let mut order = Vec::with_capacity(places.len());
    for at in order::reading_order(&places) {
        order.push(numbers.give(at));
    }
    let mut layout = PageLayout {
        width: ink.width(),
        height: ink.height(),
        dpi: page.dpi(),
        skew_degrees: skew,
        x_height: round(x_height),
        lines: numbers.in_order(plan.lines.iter().map(line_box).collect()),
        figures: numbers.figures_in_order(plan.figures.clone()),
        order,
        rules: boxes_of(found, plan, Owner::Rule),
        borders: boxes_of(found, plan, Owner::Border),
    };
    let owned = pieces::owners_of_runs(found, plan, &numbers);
    pieces::measure(&mut layout, &found.runs, &owned);
    Segmentation::new(layout, page, found.runs.clone(), owned)
}

fn line_box(line: &Chain) -> LineBox {
    let (band, fall) = line.whole_band();
    LineBox {
        place: line.place(),
        x_height_top: round(band.top),
        baseline: round(band.bottom),
        fall: kazi_formats::raster::number::round_signed(fall),
        ink: 0,
    }
}

fn boxes_of(found: &Components, plan: &Plan, owner: Owner) -> Vec<Rect> {
    let pieces = found.all.iter().zip(&plan.owners).filter(|(_, of)| **of == owner);
    let mut boxes: Vec<Rect> = pieces.map(|(piece, _)| piece.place()).collect();
    // Specks along the edge are many; only what has a size is told.
    boxes.retain(|place| place.width.max(place.height) > 8);
    boxes.truncate(1_000);
    boxes
}

#[cfg(test)]
mod tests;
