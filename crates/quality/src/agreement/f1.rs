//! Agreement on sets (spans, tags, boxes) where "everything else" cannot be counted.

use std::collections::{BTreeMap, BTreeSet};

/// The mean F1 between pairs of workers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairwiseF1 {
    /// The mean over all pairs of answers to the same task; 1 when there is no pair.
    pub mean: f64,
    /// How many pairs were compared.
    pub pairs: usize,
}

/// Mean pairwise F1 (Hripcsak and Rothschild 2005) of sets of things that workers marked: rows of (task, worker,
/// thing); `workers_seen` names every (task, worker) including those who marked nothing.
///
/// F1 of two sets = 2 |A ∩ B| / (|A| + |B|), and 1 when both are empty. As the number of true negatives grows,
/// kappa tends to this value, so it is the measure for spans. Time: Σ answers² a task.
///
/// ```
/// use kazi_quality::agreement::pairwise_f1;
/// let seen = [("doc", "amina"), ("doc", "juma")];
/// let marked = [("doc", "amina", (0, 4)), ("doc", "amina", (9, 12)), ("doc", "juma", (0, 4))];
/// assert!((pairwise_f1(seen, marked).mean - 2.0 / 3.0).abs() < 1e-12);
/// ```
pub fn pairwise_f1<T: Ord + Clone, W: Ord + Clone, S: Ord>(
    workers_seen: impl IntoIterator<Item = (T, W)>,
    marked: impl IntoIterator<Item = (T, W, S)>,
) -> PairwiseF1 {
    let mut tasks: BTreeMap<T, BTreeMap<W, BTreeSet<S>>> = BTreeMap::new();
    for (task, worker) in workers_seen {
        tasks.entry(task).or_default().entry(worker).or_default();
    }
    for (task, worker, thing) in marked {
        tasks.entry(task).or_default().entry(worker).or_default().insert(thing);
    }
    let (mut sum, mut pairs) = (0.0, 0);
    for sets in tasks.values() {
        let sets: Vec<&BTreeSet<S>> = sets.values().collect();
        for (position, one) in sets.iter().enumerate() {
            for other in sets.iter().skip(position + 1) {
                let both = crate::num::real(one.intersection(other).count());
                let size = crate::num::real(one.len() + other.len());
                sum += if size > 0.0 { 2.0 * both / size } else { 1.0 };
                pairs += 1;
            }
        }
    }
    PairwiseF1 { mean: if pairs > 0 { sum / crate::num::real(pairs) } else { 1.0 }, pairs }
}
