//! Names of any type, turned once into small dense numbers.

use std::collections::HashMap;
use std::fmt::Debug;
use std::hash::Hash;

use crate::num;

/// Distinct names in ascending order; a name's place in it is its id in the [`Table`](crate::Table).
///
/// Ids follow the names' order, not the rows', so that the same rows in another order give the same numbers
/// down to the last bit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ids<T> {
    names: Vec<T>,
}

impl<T: Ord + Hash + Clone> Ids<T> {
    /// How many distinct names there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no name at all.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The names, in the order of their ids.
    pub fn names(&self) -> &[T] {
        &self.names
    }

    /// The name of an id.
    pub fn name(&self, id: u32) -> Option<&T> {
        self.names.get(num::index(id))
    }

    /// The id of a name.
    pub fn id(&self, name: &T) -> Option<u32> {
        self.names.binary_search(name).ok().map(num::id)
    }
}

/// Gives names provisional ids in order of arrival.
#[derive(Debug, Clone)]
pub(crate) struct Interner<T> {
    seen: HashMap<T, u32>,
}

impl<T: Ord + Hash + Clone> Interner<T> {
    pub(crate) fn new() -> Self {
        Self { seen: HashMap::new() }
    }

    pub(crate) fn intern(&mut self, name: T) -> u32 {
        let next = num::id(self.seen.len());
        *self.seen.entry(name).or_insert(next)
    }

    pub(crate) fn len(&self) -> usize {
        self.seen.len()
    }

    /// The sorted names, and for each provisional id its final one.
    pub(crate) fn finish(self) -> (Ids<T>, Vec<u32>) {
        let mut names: Vec<T> = self.seen.keys().cloned().collect();
        names.sort_unstable();
        let mut renumbered = vec![0; names.len()];
        for (place, name) in names.iter().enumerate() {
            let slot =
                self.seen.get(name).and_then(|provisional| renumbered.get_mut(num::index(*provisional)));
            if let Some(slot) = slot {
                *slot = num::id(place);
            }
        }
        (Ids { names }, renumbered)
    }
}
