//! Matrix mean-subsequence-reduced: skills from how pairs of workers agree.

use super::ClassMethod;
use super::majority::{finish, vote};
use crate::error::Error;
use crate::evidence::Evidence;
use crate::fit::Fit;
use crate::num;
use crate::table::Table;

/// M-MSR (Ma and Olshevsky, "Adversarial Crowdsourcing Through Robust Rank-One Matrix Completion", `NeurIPS` 2020).
///
/// For workers i and j, c(i,j) = (K · agreement(i,j) − 1) / (K − 1) is about `s_i` `s_j`, where s = (K · accuracy − 1) /
/// (K − 1). The rank-one factors are found by alternating means from which the largest and smallest values are cut, so
/// that a few adversaries cannot bend them; pairs count by how many tasks they share, which the original does not do
/// and which makes sparse data usable. Votes then weigh ln(accuracy (K − 1) / (1 − accuracy)).
///
/// Use it when some workers may collude or answer at random on purpose. Not on sparse data where workers share few
/// tasks. Gold does not enter the pairs; it fixes its tasks. Time and space: Σ answers² a task, then pairs an iteration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mmsr {
    /// Most alternations.
    pub iterations: usize,
    /// Stop when no skill moves by more than this.
    pub tolerance: f64,
    /// The share of each worker's partners cut at either end.
    pub cut: f64,
}

impl Default for Mmsr {
    fn default() -> Self {
        Self { iterations: 1000, tolerance: 1e-8, cut: 0.1 }
    }
}

/// A partner of a worker: who, c(i,j), and how many tasks they share.
type Partner = (u32, f64, f64);

impl ClassMethod for Mmsr {
    fn name(&self) -> &'static str {
        "m-msr"
    }

    fn fit(&self, evidence: &Evidence<'_>) -> Result<Fit, Error> {
        evidence.refuse_history(self.name())?;
        if !(0.0..0.5).contains(&self.cut) {
            return Err(Error::option("cut", self.cut, "at least 0 and below 0.5"));
        }
        let table = evidence.table();
        if table.classes() < 2 {
            return Ok(finish(self.name(), table, vote(evidence, &vec![1.0; table.workers()]), 0, true));
        }
        let partners = partners(table);
        let mut skill = vec![0.5; table.workers()];
        let (mut ran, mut settled) = (0, false);
        while ran < self.iterations && !settled {
            ran += 1;
            let next: Vec<f64> =
                partners.iter().zip(&skill).map(|(mine, own)| self.estimate(mine, &skill, *own)).collect();
            let mut moved = 0.0_f64;
            for (skill, next) in skill.iter_mut().zip(next) {
                // The mean of old and new keeps the alternation from swinging between two scales.
                let step = f64::midpoint(*skill, next) - *skill;
                moved = moved.max(step.abs());
                *skill += step;
            }
            settled = moved < self.tolerance;
        }
        let weights = weights(table, &skill, &partners);
        Ok(finish(self.name(), table, super::ledger::signed_vote(evidence, &weights), ran, settled))
    }
}

impl Mmsr {
    /// A worker's skill from the partners', without the extreme values. A worker whom no partner can judge keeps
    /// the old estimate.
    fn estimate(&self, partners: &[Partner], skill: &[f64], own: f64) -> f64 {
        let judge = |(other, alike, shared): &Partner| {
            let theirs = num::at(skill, num::index(*other));
            // A partner near zero skill says nothing: the quotient would only be noise.
            (theirs.abs() > 0.05).then(|| (alike / theirs, shared * theirs * theirs))
        };
        let mut values: Vec<(f64, f64)> = partners.iter().filter_map(judge).collect();
        if values.is_empty() {
            return own;
        }
        values.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));
        let total: f64 = values.iter().map(|(_, weight)| weight).sum();
        let (low, high) = (total * self.cut, total * (1.0 - self.cut));
        let (mut passed, mut sum, mut kept) = (0.0, 0.0, 0.0);
        for (value, weight) in values {
            let inside = ((passed + weight).min(high) - f64::max(passed, low)).max(0.0);
            sum += value * inside;
            kept += inside;
            passed += weight;
        }
        if kept > 0.0 { (sum / kept).clamp(-1.0, 1.0) } else { own }
    }
}

/// For each worker the partners with whom tasks are shared.
fn partners(table: &Table) -> Vec<Vec<Partner>> {
    let mut pairs: Vec<(u32, u32, bool)> = Vec::new();
    for task in 0..table.tasks() {
        let (workers, classes) = table.task(task);
        for (place, (one, first)) in workers.iter().zip(classes).enumerate() {
            let rest = workers.iter().zip(classes).skip(place + 1);
            pairs.extend(
                rest.filter(|(other, _)| *other != one)
                    .map(|(other, second)| (*one, *other, first == second)),
            );
        }
    }
    pairs.sort_unstable();
    let classes = num::real(table.classes());
    let mut partners = vec![Vec::new(); table.workers()];
    for group in pairs.chunk_by(|left, right| (left.0, left.1) == (right.0, right.1)) {
        let Some((one, other, _)) = group.first() else { continue };
        let shared = num::real(group.len());
        let agreed = num::real(group.iter().filter(|(_, _, alike)| *alike).count()) / shared;
        let alike = (classes * agreed - 1.0) / (classes - 1.0);
        for (worker, partner) in [(one, other), (other, one)] {
            if let Some(mine) = partners.get_mut(num::index(*worker)) {
                mine.push((*partner, alike, shared));
            }
        }
    }
    partners
}

/// Log-odds weights from skills, each skill pulled towards the mean by two imaginary shared tasks.
fn weights(table: &Table, skill: &[f64], partners: &[Vec<Partner>]) -> Vec<f64> {
    let classes = num::real(table.classes());
    let shared: Vec<f64> = partners.iter().map(|mine| mine.iter().map(|(.., shared)| shared).sum()).collect();
    let total: f64 = shared.iter().sum();
    let mean = if total > 0.0 {
        skill.iter().zip(&shared).map(|(skill, n)| skill * n).sum::<f64>() / total
    } else {
        0.5
    };
    let bound = 1.0 / num::real(table.tasks().max(4)).sqrt();
    let weight = |(skill, shared): (&f64, &f64)| {
        let steady = (skill * shared + 2.0 * mean) / (shared + 2.0);
        let accuracy = (steady * (classes - 1.0) + 1.0) / classes;
        let accuracy = accuracy.clamp(bound / classes, 1.0 - bound * (classes - 1.0) / classes);
        (accuracy * (classes - 1.0) / (1.0 - accuracy)).ln()
    };
    skill.iter().zip(&shared).map(weight).collect()
}
