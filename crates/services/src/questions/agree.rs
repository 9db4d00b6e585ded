//! What the answers to a row say together.

use kazi_quality::online::{Posterior, WorkerModel};

use super::{Answer, DECIDE, Outcome, Spec};
use crate::{Reading, Verdict};

/// Nobody is believed more than this on a single answer: a row that people differ on is harder than the rows
/// their record comes from. Two against one is then never enough for the usual targets, three against one is.
const MOST: f64 = 0.9;
/// A reviewer sees the answers, takes time, and decides.
const MOST_REVIEWER: f64 = 0.99;
/// Nobody is believed less than a coin.
const LEAST: f64 = 0.5;

/// Enough answers and a leader that is likely enough settle a row; otherwise one more is asked, until
/// `at_most`; then a reviewer decides.
pub(super) fn agree(spec: &Spec, stage: &str, readings: &[Reading<Answer>]) -> Verdict<Outcome> {
    if stage == DECIDE {
        let Some(last) = readings.iter().rfind(|reading| reading.stage == DECIDE) else {
            return Verdict::More(1);
        };
        let confidence = confidence(last.answer.choice, readings);
        return Verdict::Settled { outcome: Outcome { choice: last.answer.choice }, confidence };
    }
    let given = u32::try_from(readings.len()).unwrap_or(u32::MAX);
    if given < spec.answers {
        return Verdict::More(spec.answers - given);
    }
    let leader = readings
        .iter()
        .map(|reading| reading.answer.choice)
        .map(|choice| (choice, confidence(choice, readings)))
        // Of two that are as likely, the one with the lower number: whoever came first must not count.
        .min_by(|one, two| two.1.total_cmp(&one.1).then(one.0.cmp(&two.0)));
    match leader {
        Some((choice, confidence)) if confidence >= spec.target => {
            Verdict::Settled { outcome: Outcome { choice }, confidence }
        }
        Some(_) if given < spec.at_most => Verdict::More(1),
        _ => Verdict::Call(DECIDE),
    }
}

/// How likely a choice is to be right, by Bayes' rule from the reliabilities.
///
/// Only the choices that somebody gave compete, and one more where all are of one mind: wrong answers flock
/// to the one tempting mistake rather than spread over all choices, so this is the careful reading.
fn confidence(choice: usize, readings: &[Reading<Answer>]) -> f64 {
    // Sums of fractions depend on their order in the last digit; a verdict must not.
    let mut votes: Vec<(usize, f64)> =
        readings.iter().map(|reading| (reading.answer.choice, believed(reading))).collect();
    votes.sort_by(|one, two| one.0.cmp(&two.0).then(one.1.total_cmp(&two.1)));
    let mut given: Vec<usize> = votes.iter().map(|(choice, _)| *choice).collect();
    given.dedup();
    let classes = given.len().max(2);
    let place = |choice: usize| given.iter().position(|one| *one == choice);
    let posterior = || {
        let mut posterior = Posterior::new(&vec![1.0; classes]).ok()?;
        for (choice, reliability) in &votes {
            let reader = WorkerModel::from_accuracy(*reliability, classes).ok()?;
            posterior.update(&reader, place(*choice)?).ok()?;
        }
        posterior.probabilities().get(place(choice)?).copied()
    };
    // The numbers above are always ones that the posterior takes; were they not, nothing would be certain.
    posterior().unwrap_or(0.0)
}

fn believed(reading: &Reading<Answer>) -> f64 {
    let most = if reading.stage == DECIDE { MOST_REVIEWER } else { MOST };
    if reading.reliability.is_finite() { reading.reliability.clamp(LEAST, most) } else { LEAST }
}
