//! Connected pieces of ink: runs joined by a union-find forest (eight neighbours).

use kazi_formats::raster::number::{coordinate, index};
use kazi_formats::raster::{Bitonal, Rect, Run};

/// A connected piece of ink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Component {
    /// Its number in [`Components::all`].
    pub label: u32,
    /// First column.
    pub left: u32,
    /// First row.
    pub top: u32,
    /// First column after it.
    pub right: u32,
    /// First row below it.
    pub bottom: u32,
    /// Pixels of ink.
    pub ink: u64,
}

impl Component {
    /// Columns.
    pub fn width(&self) -> u32 {
        self.right.saturating_sub(self.left)
    }

    /// Rows.
    pub fn height(&self) -> u32 {
        self.bottom.saturating_sub(self.top)
    }

    /// The box round it.
    pub fn place(&self) -> Rect {
        Rect::from_edges(self.left, self.top, self.right, self.bottom)
    }

    /// The middle column, as a number between pixels.
    pub fn middle(&self) -> f64 {
        f64::from(self.left).midpoint(f64::from(self.right))
    }

    fn take_in(&mut self, run: Run) {
        self.left = self.left.min(run.start);
        self.right = self.right.max(run.end);
        self.top = self.top.min(run.y);
        self.bottom = self.bottom.max(run.y + 1);
        self.ink += u64::from(run.length());
    }
}

/// All ink of a page as runs, each with the number of the component it belongs to.
#[derive(Debug, Clone)]
pub struct Components {
    /// Every run of ink, row by row.
    pub runs: Vec<Run>,
    /// For each run the index of its component.
    pub labels: Vec<u32>,
    /// The components.
    pub all: Vec<Component>,
}

/// Trees of runs; a run whose parent is itself is the root of its component.
struct Forest {
    parents: Vec<u32>,
}

impl Forest {
    fn root(&mut self, of: u32) -> u32 {
        let mut at = of;
        while let Some(parent) = self.parents.get(index(at)).copied() {
            if parent == at {
                break;
            }
            // Halving the path keeps the trees flat.
            let above = self.parents.get(index(parent)).copied().unwrap_or(parent);
            if let Some(place) = self.parents.get_mut(index(at)) {
                *place = above;
            }
            at = above;
        }
        at
    }

    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        let (low, high) = (one.min(other), one.max(other));
        if let Some(parent) = self.parents.get_mut(index(high)) {
            *parent = low;
        }
    }
}

impl Components {
    /// The connected pieces of an image's ink.
    pub fn of(image: &Bitonal) -> Self {
        let runs: Vec<Run> = image.runs().collect();
        let mut forest = Forest { parents: (0..coordinate(runs.len())).collect() };
        join_rows(&runs, &mut forest);
        let mut labels = Vec::with_capacity(runs.len());
        let mut all: Vec<Component> = Vec::new();
        let mut numbers = vec![u32::MAX; runs.len()];
        for (at, run) in (0_u32..).zip(&runs) {
            let root = forest.root(at);
            let Some(number) = numbers.get_mut(index(root)) else { continue };
            if *number == u32::MAX {
                *number = coordinate(all.len());
                all.push(Component {
                    label: *number,
                    left: run.start,
                    top: run.y,
                    right: run.end,
                    bottom: run.y + 1,
                    ink: 0,
                });
            }
            labels.push(*number);
            if let Some(component) = all.get_mut(index(*number)) {
                component.take_in(*run);
            }
        }
        Self { runs, labels, all }
    }
}

/// Joins each run with those of the row above that touch it, also at a corner.
fn join_rows(runs: &[Run], forest: &mut Forest) {
    let mut above = 0_usize;
    for (at, run) in runs.iter().enumerate() {
        // Runs of rows before the last, and those that end left of this run, can touch no later run either.
        while runs
            .get(above)
            .is_some_and(|other| other.y + 1 < run.y || (other.y + 1 == run.y && other.end < run.start))
        {
            above += 1;
        }
        let mut next = above;
        while let Some(other) = runs.get(next) {
            if other.y + 1 != run.y || other.start > run.end {
                break;
            }
            forest.join(coordinate(next), coordinate(at));
            next += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn image(rows: &[&str]) -> Bitonal {
        let width = u32::try_from(rows[0].len()).unwrap();
        let mut image = Bitonal::white(width, u32::try_from(rows.len()).unwrap());
        for (y, row) in (0_u32..).zip(rows) {
            for (x, place) in (0_u32..).zip(row.bytes()) {
                if place == b'#' {
                    image.draw(Run { y, start: x, end: x + 1 });
                }
            }
        }
        image
    }

    #[test]
    fn corners_join_and_arms_are_one_piece() {
        let found = Components::of(&image(&["#..#.", ".##..", "....#", "#...#"]));
        let mut boxes: Vec<_> = found.all.iter().map(|piece| (piece.place(), piece.ink)).collect();
        boxes.sort_by_key(|(place, _)| (place.y, place.x));
        assert_eq!(
            boxes,
            [
                (Rect::from_edges(0, 0, 4, 2), 4),
                (Rect::from_edges(4, 2, 5, 4), 2),
                (Rect::from_edges(0, 3, 1, 4), 1)
            ]
        );
    }

    proptest! {
        #[test]
        fn neighbours_share_a_label_and_ink_is_kept(bits in proptest::collection::vec(any::<u8>(), 40)) {
            let image = Bitonal::from_packed(16, 20, bits);
            let found = Components::of(&image);
            prop_assert_eq!(found.runs.len(), found.labels.len());
            let label = |x: u32, y: u32| {
                found.runs.iter().zip(&found.labels).find(|(run, _)| run.y == y && run.start <= x && x < run.end).map(|(_, label)| *label)
            };
            for y in 0..20 {
                for x in 0..16 {
                    for (dx, dy) in [(1, 0), (0, 1), (1, 1)] {
                        if let (Some(one), Some(other)) = (label(x, y), label(x + dx, y + dy)) {
                            prop_assert_eq!(one, other);
                        }
                    }
                    if let (Some(one), Some(other)) = (label(x + 1, y), label(x, y + 1)) {
                        prop_assert_eq!(one, other);
                    }
                }
            }
            prop_assert_eq!(found.all.iter().map(|piece| piece.ink).sum::<u64>(), image.ink_count());
        }
    }
}
