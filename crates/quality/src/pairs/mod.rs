//! Rankings from comparisons: "which of the two is better?"

mod bradley_terry;
mod noisy;

pub use bradley_terry::{BradleyTerry, Ranking};
pub use noisy::{NoisyBradleyTerry, NoisyRanking};

use crate::answers::Name;
use crate::error::Error;
use crate::ids::{Ids, Interner};
use crate::num;

/// What a worker said of two items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Winner {
    /// The left item is better.
    Left,
    /// The right item is better.
    Right,
    /// They are alike: half a win for each.
    Tie,
}

/// One comparison, in ids: left, right, worker, and the left item's share of the win.
pub(crate) type Comparison = (u32, u32, u32, f64);

/// Comparisons of items by workers.
#[derive(Debug, Clone, PartialEq)]
pub struct Pairs<I, W> {
    items: Ids<I>,
    workers: Ids<W>,
    /// Sorted, the left item being the one with the smaller id.
    pub(crate) comparisons: Vec<Comparison>,
}

impl<I: Name, W: Name> Pairs<I, W> {
    /// Collects rows of left item, right item, worker and winner.
    ///
    /// # Errors
    /// When there is no row, or a row compares an item with itself.
    pub fn from_rows(rows: impl IntoIterator<Item = (I, I, W, Winner)>) -> Result<Self, Error> {
        let (mut items, mut workers) = (Interner::new(), Interner::new());
        let mut collected: Vec<Comparison> = Vec::new();
        for (row, (left, right, worker, winner)) in rows.into_iter().enumerate() {
            let share = match winner {
                Winner::Left => 1.0,
                Winner::Right => 0.0,
                Winner::Tie => 0.5,
            };
            let (left, right) = (items.intern(&left), items.intern(&right));
            if left == right {
                return Err(Error::Shape { row, why: "an item is compared with itself; leave the row out" });
            }
            collected.push((left, right, workers.intern(&worker), share));
        }
        if collected.is_empty() {
            return Err(Error::Empty);
        }
        let ((items, item_map), (workers, worker_map)) = (items.finish(), workers.finish());
        let place = |map: &[u32], id: u32| map.get(num::index(id)).copied().unwrap_or(0);
        let sorted = |(left, right, worker, share): Comparison| {
            let (left, right, worker) =
                (place(&item_map, left), place(&item_map, right), place(&worker_map, worker));
            if left < right { (left, right, worker, share) } else { (right, left, worker, 1.0 - share) }
        };
        let mut comparisons: Vec<Comparison> = collected.into_iter().map(sorted).collect();
        comparisons.sort_by(|one, other| {
            (one.0, one.1, one.2).cmp(&(other.0, other.1, other.2)).then(one.3.total_cmp(&other.3))
        });
        Ok(Self { items, workers, comparisons })
    }

    /// The items.
    pub fn items(&self) -> &Ids<I> {
        &self.items
    }

    /// The workers.
    pub fn workers(&self) -> &Ids<W> {
        &self.workers
    }

    /// How many comparisons there are.
    pub fn len(&self) -> usize {
        self.comparisons.len()
    }

    /// Whether there is none (never, once built).
    pub fn is_empty(&self) -> bool {
        self.comparisons.is_empty()
    }
}
