//! How far marks are those that should be there.

use super::{Shape, assign};
use crate::num;

/// Marks beside the true ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// (found, true, similarity), as positions in what was handed in.
    pub pairs: Vec<(usize, usize, f64)>,
    /// True marks that nobody found, as positions.
    pub missed: Vec<usize>,
    /// Marks where nothing is, as positions.
    pub wrong: Vec<usize>,
}

/// Matches marks one to one with the true ones of their class, so that the total similarity is greatest (Hungarian
/// method); pairs less alike than `same_at` are no pairs. This is how object detection is scored at one threshold
/// (Everingham and others, "The PASCAL Visual Object Classes Challenge", 2010), but for the matching, which there is
/// greedy by confidence. Time: marks³.
///
/// ```
/// use kazi_quality::geometry::{Rectangle, compare};
/// let at = |left: f64| ("cat", Rectangle { left, top: 0.0, right: left + 10.0, bottom: 10.0 });
/// let seen = compare(&[at(1.0), at(70.0)], &[at(0.0), at(30.0)], 0.5);
/// assert_eq!((seen.pairs[0].0, seen.pairs[0].1), (0, 0));
/// assert_eq!((seen.missed, seen.wrong), (vec![1], vec![1]));
/// ```
pub fn compare<C: PartialEq, S: Shape>(found: &[(C, S)], truth: &[(C, S)], same_at: f64) -> Comparison {
    let alike = |one: &(C, S), other: &(C, S)| {
        let value = if one.0 == other.0 { one.1.similarity(&other.1) } else { 0.0 };
        // A pair that does not count must not take a place from one that does.
        if value > 0.0 && value >= same_at { value } else { 0.0 }
    };
    let gains: Vec<Vec<f64>> =
        found.iter().map(|one| truth.iter().map(|other| alike(one, other)).collect()).collect();
    let mut pairs = Vec::new();
    for (one, other) in assign(&gains).into_iter().enumerate() {
        let value = |other: usize| gains.get(one).map_or(0.0, |row| num::at(row, other));
        if let Some(other) = other.filter(|other| value(*other) > 0.0) {
            pairs.push((one, other, value(other)));
        }
    }
    let rest = |all: usize, taken: Vec<usize>| (0..all).filter(|place| !taken.contains(place)).collect();
    Comparison {
        missed: rest(truth.len(), pairs.iter().map(|pair| pair.1).collect()),
        wrong: rest(found.len(), pairs.iter().map(|pair| pair.0).collect()),
        pairs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Span;

    fn at(class: char, start: usize) -> (char, Span) {
        (class, Span { start, end: start + 10 })
    }

    #[test]
    fn another_class_is_another_thing() {
        let seen = compare(&[at('a', 0)], &[at('b', 0)], 0.5);
        assert_eq!(seen, Comparison { pairs: Vec::new(), missed: vec![0], wrong: vec![0] });
    }

    /// The nearest pair first would leave the second true mark without a partner.
    #[test]
    fn as_many_as_possible_are_paired() {
        let seen = compare(&[at('a', 2), at('a', 5)], &[at('a', 0), at('a', 3)], 0.5);
        assert_eq!(seen.pairs.iter().map(|pair| (pair.0, pair.1)).collect::<Vec<_>>(), [(0, 0), (1, 1)]);
        assert!((seen.pairs[0].2 - 8.0 / 12.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_beside_nothing() {
        assert_eq!(compare::<char, Span>(&[], &[], 0.5).pairs, []);
        assert_eq!(compare(&[], &[at('a', 0)], 0.5).missed, [0]);
        assert_eq!(compare(&[at('a', 0)], &[], 0.5).wrong, [0]);
    }
}
