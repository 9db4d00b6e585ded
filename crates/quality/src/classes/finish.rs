//! The last pass: the posteriors of all tasks, and the skills that they imply.

use rayon::prelude::*;
use std::ops::Range;

use super::log_sum::LogSum;
use super::pass::{BLOCK, Likelihood, Pass, by_classes, rescale, settle};
use crate::evidence::Evidence;
use crate::num;
use crate::skill::Skill;

impl Pass<'_> {
    /// The posteriors of all tasks under a model, row after row, and the skills that they imply.
    pub(crate) fn finish(&self, likelihood: Likelihood<'_>) -> (Vec<f64>, Vec<Skill>) {
        let table = self.evidence.table();
        let classes = table.classes().max(1);
        let mut posterior = vec![0.0; table.tasks() * classes];
        let mut parts: Vec<(Range<usize>, &mut [f64], Vec<f64>)> = Vec::new();
        let mut rest = posterior.as_mut_slice();
        for tasks in self.tasks() {
            let (mine, after) = rest.split_at_mut((tasks.len() * classes).min(rest.len()));
            parts.push((tasks, mine, vec![0.0; table.workers()]));
            rest = after;
        }
        parts.par_iter_mut().for_each(|(tasks, posterior, right)| {
            let into = (tasks.clone(), &mut **posterior, right.as_mut_slice());
            let about = (self.evidence, self.rows.as_slice(), likelihood);
            by_classes!(classes, settle_fixed, settle_any, (about, into));
        });
        let mut right = vec![0.0; table.workers()];
        for (_, _, part) in &parts {
            right.iter_mut().zip(part).for_each(|(sum, more)| *sum += more);
        }
        let skills = right.iter().zip(table.answers_by_worker());
        let skills = skills.map(|(right, answers)| Skill::new(*right, answers)).collect();
        (posterior, skills)
    }
}

/// What the final posteriors are made from: the answers, their rows, and the model.
type About<'a> = (Evidence<'a>, &'a [u32], Likelihood<'a>);
/// Where they go: the tasks, their posteriors, and for each worker the expected number of right answers.
type Onto<'a> = (Range<usize>, &'a mut [f64], &'a mut [f64]);

fn settle_fixed<const K: usize>(about: About<'_>, into: Onto<'_>) {
    let ((evidence, rows, likelihood), (tasks, posterior, right)) = (about, into);
    let (cells, _) = likelihood.cells.as_chunks::<K>();
    let (posterior, _) = posterior.as_chunks_mut::<K>();
    let Some(prior) = likelihood.prior.first_chunk::<K>() else { return };
    let mut logs = LogSum::new();
    let ranges = evidence.table().ranges(tasks.clone());
    for ((task, range), row) in tasks.zip(ranges).zip(posterior) {
        *row = *prior;
        for block in rows.get(range).unwrap_or_default().chunks(BLOCK) {
            for answer in block {
                if let Some(likelihoods) = cells.get(num::index(*answer)) {
                    row.iter_mut().zip(likelihoods).for_each(|(value, factor)| *value *= factor);
                }
            }
            if block.len() == BLOCK {
                rescale(row, &mut logs);
            }
        }
        settle(evidence, task, row, &mut logs);
        credit(evidence, task, row, right);
    }
}

fn settle_any((evidence, rows, likelihood): About<'_>, (tasks, posterior, right): Onto<'_>) {
    let width = likelihood.prior.len().max(1);
    let mut logs = LogSum::new();
    for (task, row) in tasks.zip(posterior.chunks_exact_mut(width)) {
        row.copy_from_slice(likelihood.prior);
        for block in rows.get(evidence.table().range(task)).unwrap_or_default().chunks(BLOCK) {
            for answer in block {
                let likelihoods = num::row(likelihood.cells, num::index(*answer), width);
                row.iter_mut().zip(likelihoods).for_each(|(value, factor)| *value *= factor);
            }
            if block.len() == BLOCK {
                rescale(row, &mut logs);
            }
        }
        settle(evidence, task, row, &mut logs);
        credit(evidence, task, row, right);
    }
}

/// Adds to each worker how probable it is that the answer to this task is right.
#[inline]
fn credit(evidence: Evidence<'_>, task: usize, row: &[f64], right: &mut [f64]) {
    let (workers, given) = evidence.table().task(task);
    for (worker, class) in workers.iter().zip(given) {
        num::add(right, num::index(*worker), num::at(row, usize::from(*class)));
    }
}
