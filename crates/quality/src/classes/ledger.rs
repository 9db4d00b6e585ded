//! Votes that may count against a class.

use crate::evidence::Evidence;
use crate::fit::fixed;
use crate::num;

/// Each task's posterior when every vote adds its log-odds weight to the class it names: a negative weight speaks
/// against the class. With uniform classes and errors this is Bayes' rule.
pub(crate) fn signed_vote(evidence: &Evidence<'_>, weights: &[f64]) -> Vec<f64> {
    let table = evidence.table();
    let mut posterior = vec![0.0; table.tasks() * table.classes()];
    for (task, row) in posterior.chunks_exact_mut(table.classes().max(1)).enumerate() {
        if fixed(evidence, task, row) {
            continue;
        }
        let (workers, given) = table.task(task);
        for (worker, class) in workers.iter().zip(given) {
            num::add(row, usize::from(*class), num::at(weights, num::index(*worker)));
        }
        num::softmax(row);
    }
    posterior
}
