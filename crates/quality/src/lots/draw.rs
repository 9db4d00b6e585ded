//! Drawing the sample.

use crate::random::Random;

/// A simple random sample without replacement of a lot that comes by piece by piece: every set of so many pieces is
/// equally likely, however many come (Vitter 1985, algorithm R). The same seed and pieces give the same sample.
///
/// ```
/// use kazi_quality::lots::Draw;
/// let mut draw = Draw::new(3, 7);
/// (1..=100).for_each(|piece| draw.offer(piece));
/// assert_eq!(draw.seen(), 100);
/// assert_eq!(draw.finish().len(), 3);
/// ```
#[derive(Debug, Clone)]
pub struct Draw<T> {
    random: Random,
    wanted: usize,
    seen: usize,
    kept: Vec<T>,
}

impl<T> Draw<T> {
    /// A draw of `wanted` pieces, or of all where fewer come.
    pub fn new(wanted: usize, seed: u64) -> Self {
        Self { random: Random::new(seed), wanted, seen: 0, kept: Vec::new() }
    }

    /// One more piece of the lot comes by.
    pub fn offer(&mut self, piece: T) {
        self.seen += 1;
        if self.kept.len() < self.wanted {
            self.kept.push(piece);
            return;
        }
        let place = self.random.below(self.seen);
        if let Some(old) = self.kept.get_mut(place) {
            *old = piece;
        }
    }

    /// How many pieces have come by.
    pub fn seen(&self) -> usize {
        self.seen
    }

    /// The sample in random order, so that its beginning is a sample too.
    pub fn finish(mut self) -> Vec<T> {
        for place in (1..self.kept.len()).rev() {
            let other = self.random.below(place + 1);
            self.kept.swap(place, other);
        }
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_draws_so_many_different_pieces_of_the_lot(lot in 0usize..300, wanted in 0usize..50, seed: u64) {
            let drawn = |seed| {
                let mut draw = Draw::new(wanted, seed);
                (0..lot).for_each(|piece| draw.offer(piece));
                draw.finish()
            };
            let sample = drawn(seed);
            prop_assert_eq!(sample.len(), wanted.min(lot));
            prop_assert!(sample.iter().all(|piece| *piece < lot));
            let mut different = sample.clone();
            different.sort_unstable();
            different.dedup();
            prop_assert_eq!(different.len(), sample.len());
            prop_assert_eq!(drawn(seed), sample);
        }
    }

    #[test]
    fn every_piece_comes_first_and_at_all_equally_often() {
        let (mut drawn, mut first) = ([0_u32; 10], [0_u32; 10]);
        for seed in 0..20_000 {
            let mut draw = Draw::new(4, seed);
            (0..10_usize).for_each(|piece| draw.offer(piece));
            let sample = draw.finish();
            first[sample[0]] += 1;
            for piece in sample {
                drawn[piece] += 1;
            }
        }
        // 8,000 and 2,000 are expected; five standard deviations are 346 and 212.
        assert!(drawn.iter().all(|count| count.abs_diff(8_000) < 346), "{drawn:?}");
        assert!(first.iter().all(|count| count.abs_diff(2_000) < 212), "{first:?}");
    }
}
