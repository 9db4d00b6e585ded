//! Masks: a yes or no for every pixel.

use std::collections::BTreeMap;

use super::{Shape, over_union};
use crate::error::{Error, share};
use crate::num::{at, real, set};

/// A picture of yes and no, row after row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mask {
    width: usize,
    height: usize,
    cells: Vec<bool>,
}

impl Mask {
    /// A mask of these cells.
    ///
    /// # Errors
    /// When the number of cells is not width × height.
    pub fn new(width: usize, height: usize, cells: Vec<bool>) -> Result<Self, Error> {
        let expected = width.saturating_mul(height);
        if cells.len() != expected {
            return Err(Error::Length { what: "mask", found: cells.len(), expected });
        }
        Ok(Self { width, height, cells })
    }

    /// Its width and height in cells.
    pub fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// The cells, row after row.
    pub fn cells(&self) -> &[bool] {
        &self.cells
    }

    /// Whether a cell is set; outside of the picture none is.
    pub fn get(&self, x: usize, y: usize) -> bool {
        x < self.width && self.cells.get(y * self.width + x).copied().unwrap_or(false)
    }
}

impl Shape for Mask {
    /// Intersection over union of the set cells; 0 for pictures of different size.
    fn similarity(&self, other: &Self) -> f64 {
        if self.size() != other.size() {
            return 0.0;
        }
        let mut counts = (0, 0, 0);
        for (one, other) in self.cells.iter().zip(&other.cells) {
            counts.0 += usize::from(*one && *other);
            counts.1 += usize::from(*one);
            counts.2 += usize::from(*other);
        }
        over_union(real(counts.0), real(counts.1), real(counts.2))
    }

    /// The cells that at least half of the weight sets.
    fn merged(parts: &[(&Self, f64)]) -> Option<Self> {
        vote_masks(parts).ok()
    }

    fn fault(&self) -> Option<&'static str> {
        (!self.cells.contains(&true)).then_some("the mask marks nothing; draw it again or leave it out")
    }
}

/// Majority vote on every cell; a cell on which the weight splits evenly is set.
///
/// # Errors
/// When there is no mask or they differ in size.
pub fn vote_masks(parts: &[(&Mask, f64)]) -> Result<Mask, Error> {
    let (first, _) = parts.first().ok_or(Error::Empty)?;
    let mut sums = vec![0.0; first.cells.len()];
    for (mask, weight) in parts {
        if mask.size() != first.size() {
            return Err(Error::Length { what: "mask", found: mask.cells.len(), expected: first.cells.len() });
        }
        for (sum, cell) in sums.iter_mut().zip(&mask.cells) {
            *sum += if *cell { *weight } else { 0.0 };
        }
    }
    let half = parts.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0 * (1.0 - crate::num::TIE);
    Mask::new(first.width, first.height, sums.into_iter().map(|sum| sum >= half).collect())
}

/// What STAPLE found.
#[derive(Debug, Clone, PartialEq)]
pub struct Staple {
    /// For each cell the probability that it belongs.
    pub probability: Vec<f64>,
    /// For each mask the share of belonging cells that it sets.
    pub sensitivity: Vec<f64>,
    /// For each mask the share of other cells that it leaves free.
    pub specificity: Vec<f64>,
}

/// STAPLE (Warfield, Zou and Wells, "Simultaneous Truth and Performance Level Estimation", 2004): Dawid and Skene's model
/// on cells, so that a worker who always draws too wide counts less outside. Cells that no or all masks set are
/// decided and tell nothing about the border, but they do set the prior, as in the paper. Cells with the same votes are
/// counted once: an iteration costs at most 2^masks, whatever the picture's size.
///
/// # Errors
/// When there are fewer than 2 or more than 20 masks, they differ in size, or the prior share is not between 0 and 1.
pub fn staple(masks: &[&Mask], prior: f64) -> Result<Staple, Error> {
    share("prior", prior)?;
    let first = masks.first().ok_or(Error::Empty)?;
    if !(2..=20).contains(&masks.len()) {
        return Err(Error::Unsuitable { method: "STAPLE", why: "it needs 2 to 20 masks; use vote_masks" });
    }
    if let Some(other) = masks.iter().find(|mask| mask.size() != first.size()) {
        return Err(Error::Length { what: "mask", found: other.cells.len(), expected: first.cells.len() });
    }
    let pattern = |cell: usize| {
        masks
            .iter()
            .fold(0_u32, |bits, mask| bits << 1 | u32::from(mask.cells.get(cell).copied().unwrap_or(false)))
    };
    let patterns: Vec<u32> = (0..first.cells.len()).map(pattern).collect();
    let mut counts: BTreeMap<u32, f64> = BTreeMap::new();
    for bits in &patterns {
        *counts.entry(*bits).or_default() += 1.0;
    }
    let says = |bits: u32, mask: usize| bits >> (masks.len() - 1 - mask) & 1 == 1;
    let (mut sensitivity, mut specificity) = (vec![0.9; masks.len()], vec![0.9; masks.len()]);
    let belongs = |bits: u32, sensitivity: &[f64], specificity: &[f64]| {
        let odds = (0..masks.len()).fold((prior / (1.0 - prior)).ln(), |odds, mask| {
            let (hit, free) = (at(sensitivity, mask), at(specificity, mask));
            odds + if says(bits, mask) { (hit / (1.0 - free)).ln() } else { ((1.0 - hit) / free).ln() }
        });
        crate::num::logistic(odds)
    };
    for _ in 0..200 {
        let (mut inside, mut outside) = (1e-9, 1e-9);
        let (mut hits, mut frees) = (vec![0.0; masks.len()], vec![0.0; masks.len()]);
        for (bits, times) in &counts {
            let chance = belongs(*bits, &sensitivity, &specificity);
            inside += chance * times;
            outside += (1.0 - chance) * times;
            for mask in 0..masks.len() {
                let (to, amount) =
                    if says(*bits, mask) { (&mut hits, chance) } else { (&mut frees, 1.0 - chance) };
                crate::num::add(to, mask, amount * times);
            }
        }
        let mut moved = 0.0_f64;
        for mask in 0..masks.len() {
            let hit = (at(&hits, mask) / inside).clamp(1e-6, 1.0 - 1e-6);
            let free = (at(&frees, mask) / outside).clamp(1e-6, 1.0 - 1e-6);
            moved =
                moved.max((hit - at(&sensitivity, mask)).abs()).max((free - at(&specificity, mask)).abs());
            set(&mut sensitivity, mask, hit);
            set(&mut specificity, mask, free);
        }
        if moved < 1e-9 {
            break;
        }
    }
    let known: BTreeMap<u32, f64> =
        counts.keys().map(|bits| (*bits, belongs(*bits, &sensitivity, &specificity))).collect();
    let probability = patterns.iter().map(|bits| known.get(bits).copied().unwrap_or(prior)).collect();
    Ok(Staple { probability, sensitivity, specificity })
}

/// The outline of the largest connected area, as grid corners in turn, straight stretches as one edge.
pub(crate) fn outline(mask: &Mask) -> Vec<(usize, usize)> {
    let Some(area) = largest_area(mask) else { return Vec::new() };
    let inside = |x: isize, y: isize| {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return false };
        x < area.width && area.get(x, y)
    };
    // The top-most, left-most set cell: its top left corner is on the outline, which runs to the right from there.
    let Some(start) = area.cells.iter().position(|cell| *cell) else { return Vec::new() };
    let whole = |value: usize| isize::try_from(value).unwrap_or(isize::MAX);
    let (first_x, first_y) = (whole(start % area.width), whole(start / area.width));
    let (mut x, mut y, mut dx, mut dy) = (first_x, first_y, 1, 0);
    let mut corners = Vec::new();
    loop {
        // With the area on the right hand: the two cells ahead decide whether to turn.
        let ahead_left = inside(x + (dx + dy - 1) / 2, y + (dy - dx - 1) / 2);
        let ahead_right = inside(x + (dx - dy - 1) / 2, y + (dy + dx - 1) / 2);
        let turned = if ahead_left && ahead_right {
            (dy, -dx)
        } else if ahead_right {
            (dx, dy)
        } else {
            (-dy, dx)
        };
        if turned != (dx, dy) {
            corners.push((usize::try_from(x).unwrap_or(0), usize::try_from(y).unwrap_or(0)));
        }
        (dx, dy) = turned;
        (x, y) = (x + dx, y + dy);
        if (x, y) == (first_x, first_y) || corners.len() > 4 * area.cells.len() {
            break;
        }
    }
    if corners.first() != Some(&(start % area.width, start / area.width)) {
        corners.push((start % area.width, start / area.width));
    }
    corners
}

/// The largest area whose cells touch along edges.
fn largest_area(mask: &Mask) -> Option<Mask> {
    let mut group = vec![0_usize; mask.cells.len()];
    let mut best = (0, 0);
    let mut groups = 0;
    for start in 0..mask.cells.len() {
        if group.get(start) != Some(&0) || mask.cells.get(start) != Some(&true) {
            continue;
        }
        groups += 1;
        let (mut size, mut open) = (0, vec![start]);
        while let Some(cell) = open.pop() {
            let free = mask.cells.get(cell) == Some(&true) && group.get(cell) == Some(&0);
            let Some(slot) = group.get_mut(cell).filter(|_| free) else { continue };
            *slot = groups;
            size += 1;
            let (x, y) = (cell % mask.width, cell / mask.width);
            if x > 0 {
                open.push(cell - 1);
            }
            if x + 1 < mask.width {
                open.push(cell + 1);
            }
            if y > 0 {
                open.push(cell - mask.width);
            }
            if y + 1 < mask.height {
                open.push(cell + mask.width);
            }
        }
        if size > best.1 {
            best = (groups, size);
        }
    }
    (best.1 > 0).then(|| Mask { cells: group.into_iter().map(|id| id == best.0).collect(), ..*mask })
}
