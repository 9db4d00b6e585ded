//! Who needs help, by rules on what is known of a moment. Each reason carries the figures that it rests on, so that a page
//! can say it in words.

use kazi_domain::{Moment, Span};

use crate::projects::Measured;

/// From when on somebody is taken to need help. These are our own: what a centre has learnt may show better ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Seen this lately is here. A session is noted as seen every five minutes, and a task screen gives a sign each minute.
    pub here: Span,
    /// So many times as long on one task as is usual is long…
    pub times: i64,
    /// …but never less than this.
    pub at_least: Span,
    /// Nothing given for so long, with tasks in hand.
    pub silent: Span,
    /// So many tasks skipped one after the other.
    pub skips: i64,
    /// So many answers not accepted, and upheld when somebody looked again, within thirty days.
    pub upheld: i64,
    /// From so many known answers on something is said of them.
    pub known: i64,
}

/// The limits that pages use.
pub const LIMITS: Limits = Limits {
    here: Span::minutes(8),
    times: 4,
    at_least: Span::minutes(3),
    silent: Span::minutes(15),
    skips: 3,
    upheld: 2,
    known: 8,
};

/// Whether somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Signed in on a computer of the centre, and seen in the last minutes.
    Here,
    /// Signed in there, and not seen lately: away from the desk, or the line is down.
    Away,
    /// Not signed in.
    Out,
}

impl Place {
    /// Where somebody is whose session was seen at this moment.
    pub(super) fn of(seen: Option<Moment>, now: Moment, limits: &Limits) -> Self {
        match seen {
            None => Self::Out,
            Some(seen) if now.since(seen) <= limits.here => Self::Here,
            Some(_) => Self::Away,
        }
    }
}

/// What somebody is at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The project.
    pub project: kazi_domain::Id<kazi_domain::kind::Project>,
    /// Its name.
    pub project_name: String,
    /// Its service's key.
    pub service: String,
    /// The stage.
    pub stage: String,
    /// How many tasks are in hand, there and elsewhere: some are fetched ahead.
    pub holds: i64,
    /// Since when on the present task: since the last answer or skip, or since the first task in hand was lent. Without line
    /// answers arrive later, and this is told too long.
    pub since: Moment,
    /// How long an answer usually takes there: the mean of all, or what the service expects while there are few.
    pub usual: Span,
}

/// What somebody has given on the present day of their centre, in answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Today {
    /// Accepted.
    pub accepted: i64,
    /// Still being checked.
    pub waiting: i64,
}

/// How somebody's latest answers to known truths of a service were.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// The service's key.
    pub service: String,
    /// How many answers.
    pub answers: i64,
    /// Their units (letters, labels), and how many of these were wrong; `None` while there are too few to say anything.
    pub measured: Option<Measured>,
    /// The share of units that ought to be right.
    pub target: f64,
}

/// Why somebody cannot get on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stuck {
    /// Long on one task.
    Long {
        /// So long.
        on_it: Span,
        /// Usual there.
        usual: Span,
    },
    /// Nothing given, with tasks in hand.
    Silent {
        /// For so long.
        quiet: Span,
        /// So many tasks.
        holds: i64,
    },
    /// Skipped one after the other.
    Skips(i64),
}

/// Why somebody needs coaching.
#[derive(Debug, Clone, PartialEq)]
pub enum Coach {
    /// Known answers are clearly below the target: the whole interval is.
    Known(Known),
    /// Answers that were not accepted, and upheld after a second look.
    Upheld(i64),
}

/// What the rules on being stuck look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signs<'w> {
    pub(super) place: Place,
    pub(super) work: Option<&'w Work>,
    /// Tasks skipped since the last answer.
    pub(super) skips: i64,
}

/// Why somebody is stuck, the worst first. Silence says all that slowness would.
pub(super) fn stuck(signs: Signs<'_>, now: Moment, limits: &Limits) -> Vec<Stuck> {
    let mut why = Vec::new();
    if let Some(work) = signs.work.filter(|_| signs.place != Place::Out) {
        let (on_it, usual) = (now.since(work.since), work.usual);
        let long = usual.micros().saturating_mul(limits.times).max(limits.at_least.micros());
        if on_it >= limits.silent && on_it.micros() > long {
            why.push(Stuck::Silent { quiet: on_it, holds: work.holds });
        } else if signs.place == Place::Here && on_it.micros() > long {
            why.push(Stuck::Long { on_it, usual });
        }
    }
    if signs.skips >= limits.skips && signs.place != Place::Out {
        why.push(Stuck::Skips(signs.skips));
    }
    why
}

/// What is known of somebody's latest answers to known truths of one service.
pub(super) fn known(
    service: &str,
    (answers, units, errors): (i64, i64, i64),
    target: f64,
    limits: &Limits,
) -> Known {
    let measured = Measured::of(units, errors).filter(|_| answers >= limits.known);
    Known { service: service.to_owned(), answers, measured, target }
}

/// Why somebody needs coaching.
pub(super) fn coach(known: &[Known], upheld: i64, limits: &Limits) -> Vec<Coach> {
    // The errors are measured, so the best that is likely is where their interval begins.
    let below = |one: &&Known| one.measured.is_some_and(|seen| 1.0 - seen.low < one.target);
    let mut why: Vec<Coach> = known.iter().filter(below).cloned().map(Coach::Known).collect();
    why.extend((upheld >= limits.upheld).then_some(Coach::Upheld(upheld)));
    why
}

#[cfg(test)]
mod tests {
    use super::*;
    use kazi_domain::Id;
    use proptest::prelude::*;

    const NOW: Moment = Moment::from_micros(1_795_417_200_000_000);

    fn work(minutes: u32, usual: u32) -> Work {
        Work {
            project: Id::from_bytes([1; 16]),
            project_name: "Shops".to_owned(),
            service: "questions".to_owned(),
            stage: "answer".to_owned(),
            holds: 8,
            since: NOW - Span::minutes(minutes),
            usual: Span::seconds(usual),
        }
    }

    fn why(place: Place, minutes: u32, usual: u32, skips: i64) -> Vec<Stuck> {
        let work = work(minutes, usual);
        stuck(Signs { place, work: Some(&work), skips }, NOW, &LIMITS)
    }

    #[test]
    fn four_times_the_usual_time_is_long_and_a_quarter_of_an_hour_is_silence() {
        assert!(why(Place::Here, 3, 8, 0).is_empty(), "three minutes are nothing, however short the tasks");
        let long = Stuck::Long { on_it: Span::minutes(4), usual: Span::seconds(8) };
        assert_eq!(why(Place::Here, 4, 8, 0), [long]);
        assert!(why(Place::Here, 11, 180, 0).is_empty(), "describing a figure takes its time");
        assert!(why(Place::Here, 16, 600, 0).is_empty(), "and so does a page");
        let silent = Stuck::Silent { quiet: Span::minutes(15), holds: 8 };
        assert_eq!(why(Place::Here, 15, 8, 0), [silent]);
        assert_eq!(why(Place::Away, 15, 8, 0), [silent]);
        assert!(why(Place::Away, 4, 8, 0).is_empty() && why(Place::Out, 60, 8, 9).is_empty());
    }

    #[test]
    fn three_skips_in_a_row_are_a_sign() {
        assert!(why(Place::Here, 1, 30, 2).is_empty());
        assert_eq!(why(Place::Here, 1, 30, 3), [Stuck::Skips(3)]);
        let idle = Signs { place: Place::Here, work: None, skips: 4 };
        assert_eq!(stuck(idle, NOW, &LIMITS), [Stuck::Skips(4)]);
    }

    #[test]
    fn somebody_is_here_while_the_session_gives_signs() {
        let of = |minutes| Place::of(Some(NOW - Span::minutes(minutes)), NOW, &LIMITS);
        assert_eq!([of(0), of(8), of(9)], [Place::Here, Place::Here, Place::Away]);
        assert_eq!(Place::of(None, NOW, &LIMITS), Place::Out);
    }

    #[test]
    fn few_known_answers_prove_nothing_and_a_clear_lack_is_told() {
        let told = |answers, errors| {
            let known = known("questions", (answers, answers, errors), 0.95, &LIMITS);
            (known.measured.is_some(), coach(&[known], 0, &LIMITS).len())
        };
        assert_eq!(told(7, 7), (false, 0), "not enough evidence yet");
        assert_eq!(told(40, 4), (true, 0), "36 of 40 may be somebody who is right 19 times in 20");
        assert_eq!(told(40, 6), (true, 1), "34 of 40 is not");
        assert_eq!(coach(&[], 1, &LIMITS), []);
        assert_eq!(coach(&[], 2, &LIMITS), [Coach::Upheld(2)]);
    }

    proptest! {
        #[test]
        fn whoever_is_at_the_target_is_never_sent_to_coaching(answers in 8i64..2_000, per_mille in 0i64..=50) {
            let errors = answers * per_mille / 1_000;
            let known = known("questions", (answers, answers, errors), 0.95, &LIMITS);
            prop_assert!(coach(&[known], 0, &LIMITS).is_empty());
        }

        #[test]
        fn more_errors_never_look_better(answers in 8i64..500, errors in 0i64..500, more in 0i64..100) {
            let (errors, worse) = (errors.min(answers), (errors + more).min(answers));
            let coached = |errors| !coach(&[known("q", (answers, answers, errors), 0.95, &LIMITS)], 0, &LIMITS).is_empty();
            prop_assert!(coached(worse) || !coached(errors));
        }

        #[test]
        fn waiting_longer_never_ends_being_stuck(minutes in 0u32..60, more in 0u32..60, usual in 1u32..1_200) {
            let is = |minutes| !why(Place::Here, minutes, usual, 0).is_empty();
            prop_assert!(is(minutes + more) || !is(minutes));
        }
    }
}
