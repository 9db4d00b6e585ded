//! Names of any type, turned once into small dense numbers.

use std::borrow::Borrow;
use std::fmt::Debug;
use std::hash::{BuildHasher, Hash};

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};

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
    pub fn id<Q: Ord + ?Sized>(&self, name: &Q) -> Option<u32>
    where
        T: Borrow<Q>,
    {
        self.names.binary_search_by(|known| known.borrow().cmp(name)).ok().map(num::id)
    }
}

/// Gives names provisional ids in order of arrival.
#[derive(Debug, Clone)]
pub(crate) struct Interner<T> {
    /// In order of arrival.
    names: Vec<T>,
    /// Places in `names`, found by the name's hash: each name is held once.
    places: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl<T: Ord + Hash + Clone> Interner<T> {
    pub(crate) fn new() -> Self {
        Self { names: Vec::new(), places: HashTable::new(), hasher: DefaultHashBuilder::default() }
    }

    /// The id of a name that need not be owned; only a new one is copied.
    pub(crate) fn intern<Q>(&mut self, name: &Q) -> u32
    where
        T: Borrow<Q>,
        Q: Hash + Eq + ToOwned<Owned = T> + ?Sized,
    {
        let Self { names, places, hasher } = self;
        let known = |place: &u32| names.get(num::index(*place)).map(Borrow::borrow);
        let same = |place: &u32| known(place) == Some(name);
        let hash_of = |place: &u32| known(place).map_or(0, |name| hasher.hash_one(name));
        match places.entry(hasher.hash_one(name), same, hash_of) {
            Entry::Occupied(found) => *found.get(),
            Entry::Vacant(free) => {
                let id = num::id(names.len());
                free.insert(id);
                names.push(name.to_owned());
                id
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// The sorted names, and for each provisional id its final one.
    pub(crate) fn finish(self) -> (Ids<T>, Vec<u32>) {
        drop(self.places);
        let mut order: Vec<(T, u32)> = self.names.into_iter().zip(0..).collect();
        order.sort_unstable_by(|(left, _), (right, _)| left.cmp(right));
        let mut renumbered = vec![0; order.len()];
        let place = |(place, (name, provisional)): (usize, (T, u32))| {
            if let Some(slot) = renumbered.get_mut(num::index(provisional)) {
                *slot = num::id(place);
            }
            name
        };
        let names = order.into_iter().enumerate().map(place).collect();
        (Ids { names }, renumbered)
    }
}
