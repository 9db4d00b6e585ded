//! What needs attention first, and why: rules on what is known of a project at a moment.

use kazi_domain::{Moment, ProjectState, Span};
use serde::{Deserialize, Serialize};

use crate::projects::Measured;

/// Nobody has answered for so long, though tasks are open: nobody works on it.
const IDLE: Span = Span::minutes(24 * 60);
/// A delivery that its client has not decided on for so long is asked after.
const UNDECIDED: Span = Span::minutes(3 * 24 * 60);

/// Why a project needs attention, the most urgent first. The order of the variants is the rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// Its files could not be put together: the client waits for a thing that does not come.
    Failed,
    /// Background jobs of it were given up.
    JobsFailed {
        /// How many.
        jobs: i64,
    },
    /// Items wait for a person's decision: their workers' pay is held.
    Stuck {
        /// How many.
        items: i64,
    },
    /// It runs, and no centre may do the work.
    NoCentre,
    /// It runs, tasks are open, and nobody answers.
    NobodyWorks {
        /// Since when, in microseconds since 1970.
        since: i64,
    },
    /// Answers to known truths are clearly below the target: the whole interval is.
    Quality {
        /// The stage.
        stage: String,
        /// The share of units that was right.
        right: f64,
        /// With 95 % confidence no less than this.
        low: f64,
        /// And no more than this.
        high: f64,
        /// What it should be.
        target: f64,
    },
    /// An hour at these stages pays less than a living wage, and nobody has said why that is right.
    BelowWage {
        /// The stages.
        stages: Vec<String>,
    },
    /// Delivered, and its client has not decided for days.
    Undecided {
        /// Since when, in microseconds since 1970.
        since: i64,
    },
}

impl Why {
    /// The words of all reasons, in their order.
    pub const WORDS: [&'static str; 8] =
        ["failed", "jobs_failed", "stuck", "no_centre", "nobody_works", "quality", "below_wage", "undecided"];

    /// The word in addresses and the API.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::JobsFailed { .. } => "jobs_failed",
            Self::Stuck { .. } => "stuck",
            Self::NoCentre => "no_centre",
            Self::NobodyWorks { .. } => "nobody_works",
            Self::Quality { .. } => "quality",
            Self::BelowWage { .. } => "below_wage",
            Self::Undecided { .. } => "undecided",
        }
    }

    /// How much it weighs: each reason more than all that come after it together.
    fn weight(&self) -> i64 {
        let place = Self::WORDS.iter().position(|word| *word == self.word()).unwrap_or(Self::WORDS.len());
        1 << (Self::WORDS.len() - place)
    }
}

/// How urgent these reasons are together: the worst decides, and among equals the next worst. Nothing is 0.
pub(super) fn urgency(why: &[Why]) -> i64 {
    let mut weights: Vec<i64> = why.iter().map(Why::weight).collect();
    weights.sort_unstable();
    weights.dedup();
    weights.iter().sum()
}

/// What is known of a project.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    pub(super) jobs_failed: i64,
    pub(super) stuck: i64,
    pub(super) centres: i64,
    /// Tasks that are open, whoever holds them.
    pub(super) open: i64,
    /// When work began, or went on.
    pub(super) started: Option<Moment>,
    /// When somebody answered last.
    pub(super) answered: Option<Moment>,
    /// When it was delivered.
    pub(super) delivered: Option<Moment>,
    /// Stage by stage, what known truths showed.
    pub(super) quality: Vec<(String, Measured)>,
    pub(super) target: f64,
    /// Stages that pay less than a living wage without a reason.
    pub(super) below_wage: Vec<String>,
}

/// Why a project needs attention, the most urgent first.
pub(super) fn why(state: ProjectState, known: &Known, now: Moment) -> Vec<Why> {
    let mut all = Vec::new();
    let running = state == ProjectState::Running;
    all.extend((state == ProjectState::Failed).then_some(Why::Failed));
    all.extend((known.jobs_failed > 0).then_some(Why::JobsFailed { jobs: known.jobs_failed }));
    all.extend((known.stuck > 0).then_some(Why::Stuck { items: known.stuck }));
    if running && known.centres == 0 {
        all.push(Why::NoCentre);
    } else if running && known.open > 0 {
        let since = known.answered.max(known.started);
        let idle = since.filter(|since| now.since(*since) >= IDLE);
        all.extend(idle.map(|since| Why::NobodyWorks { since: since.micros() }));
    }
    let below = |(stage, seen): &(String, Measured)| {
        let (right, low, high) = (1.0 - seen.rate, 1.0 - seen.high, 1.0 - seen.low);
        let (stage, target) = (stage.clone(), known.target);
        (high < target).then_some(Why::Quality { stage, right, low, high, target })
    };
    if running || state == ProjectState::Paused {
        all.extend(known.quality.iter().filter_map(below));
        let stages = known.below_wage.clone();
        all.extend((!stages.is_empty()).then_some(Why::BelowWage { stages }));
    }
    if state == ProjectState::Delivered {
        let waits = known.delivered.filter(|since| now.since(*since) >= UNDECIDED);
        all.extend(waits.map(|since| Why::Undecided { since: since.micros() }));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Moment = Moment::from_micros(1_795_417_200_000_000);

    fn working() -> Known {
        let (centres, open, target) = (1, 5, 0.95);
        Known { centres, open, target, started: Some(NOW - Span::minutes(60)), ..Known::default() }
    }

    fn words(state: ProjectState, known: &Known) -> Vec<&'static str> {
        why(state, known, NOW).iter().map(Why::word).collect()
    }

    #[test]
    fn a_project_that_is_well_needs_nobody() {
        for state in
            [ProjectState::Running, ProjectState::Paused, ProjectState::Assembling, ProjectState::Delivered]
        {
            assert!(words(state, &working()).is_empty(), "{state:?}");
        }
        assert_eq!(urgency(&[]), 0);
    }

    #[test]
    fn each_reason_is_told_with_its_figures() {
        let day = Span::minutes(24 * 60);
        let idle = Known { started: Some(NOW - day), ..working() };
        assert_eq!(
            why(ProjectState::Running, &idle, NOW),
            [Why::NobodyWorks { since: (NOW - day).micros() }]
        );
        assert!(words(ProjectState::Paused, &idle).is_empty(), "it rests because somebody said so");
        let answered = Known { answered: Some(NOW - Span::minutes(1)), ..idle.clone() };
        assert!(words(ProjectState::Running, &answered).is_empty());
        assert!(
            words(ProjectState::Running, &Known { open: 0, ..idle.clone() }).is_empty(),
            "nothing is left to do"
        );
        assert_eq!(words(ProjectState::Running, &Known { centres: 0, ..idle }), ["no_centre"]);
        let few = Known { quality: vec![("answer".to_owned(), Measured::of(10, 1).unwrap())], ..working() };
        assert!(words(ProjectState::Running, &few).is_empty(), "nine of ten prove nothing");
        let poor =
            Known { quality: vec![("answer".to_owned(), Measured::of(400, 60).unwrap())], ..working() };
        assert_eq!(words(ProjectState::Running, &poor), ["quality"]);
        let waits = Known { delivered: Some(NOW - Span::minutes(3 * 24 * 60)), ..working() };
        assert_eq!(words(ProjectState::Delivered, &waits), ["undecided"]);
        assert_eq!(words(ProjectState::Accepted, &waits), Vec::<&str>::new());
    }

    #[test]
    fn the_worst_reason_decides() {
        let stuck = [Why::Stuck { items: 1 }];
        let lesser = [
            Why::NoCentre,
            Why::NobodyWorks { since: 0 },
            Why::Quality { stage: String::new(), right: 0.0, low: 0.0, high: 0.0, target: 1.0 },
            Why::BelowWage { stages: Vec::new() },
            Why::Undecided { since: 0 },
        ];
        assert!(urgency(&stuck) > urgency(&lesser));
        assert!(urgency(&[Why::Failed]) > urgency(&[Why::JobsFailed { jobs: 9 }, Why::Stuck { items: 99 }]));
        assert!(urgency(&[Why::Failed, Why::Stuck { items: 1 }]) > urgency(&[Why::Failed]));
    }

    proptest! {
        #[test]
        fn one_more_reason_never_makes_it_less_urgent(places in proptest::collection::vec(0usize..8, 0..8), more in 0usize..8) {
            let reason = |place: usize| match place {
                0 => Why::Failed,
                1 => Why::JobsFailed { jobs: 1 },
                2 => Why::Stuck { items: 1 },
                3 => Why::NoCentre,
                4 => Why::NobodyWorks { since: 0 },
                5 => Why::Quality { stage: String::new(), right: 0.5, low: 0.4, high: 0.6, target: 0.9 },
                6 => Why::BelowWage { stages: Vec::new() },
                _ => Why::Undecided { since: 0 },
            };
            let mut all: Vec<Why> = places.iter().map(|place| reason(*place)).collect();
            let before = urgency(&all);
            all.push(reason(more));
            prop_assert!(urgency(&all) >= before);
            let text = serde_json::to_string(&all).unwrap();
            prop_assert_eq!(serde_json::from_str::<Vec<Why>>(&text).unwrap(), all);
        }
    }
}
