//! How far a reading is trusted: what known truths showed of its reader, on top of a careful belief.
//!
//! Only known truths are an independent measure. What tasks settled to is not: every answer, and the machine's
//! reading, had a part in it, so errors that readers share are never seen. It may therefore make a belief lower, and
//! never raises it.

/// How much was judged, and how much of it was wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) units: i64,
    pub(super) errors: i64,
}

/// What is known of a reader at a stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// On known truths.
    pub(super) known: Judged,
    /// Against what the tasks settled to.
    pub(super) settled: Judged,
}

/// How often a reader is believed to be right before anything is known of them, and how many units that weighs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Belief {
    rate: f64,
    weight: f64,
}

/// People have passed a course before they come to a stage.
pub(super) const OF_PEOPLE: Belief = Belief { rate: 0.99, weight: 200.0 };
/// A machine has passed nothing, and on a bad scan it misreads the same shapes page after page. A thousand letters are
/// some twenty lines: fewer known ones say little of a book.
pub(super) const OF_THE_MACHINE: Belief = Belief { rate: 0.97, weight: 1_000.0 };

impl Belief {
    /// How often the reader is right on one unit.
    pub(super) fn of(self, record: Record) -> f64 {
        let settled = self.with(record.settled).rate.min(self.rate);
        Self { rate: settled, ..self }.with(record.known).rate
    }

    /// The belief after so much was judged.
    fn with(self, judged: Judged) -> Self {
        let count = |n: i64| f64::from(i32::try_from(n.max(0)).unwrap_or(i32::MAX));
        let (units, errors) = (count(judged.units), count(judged.errors));
        let right = (units - errors).max(0.0) + self.rate * self.weight;
        Self { rate: right / (units + self.weight), weight: units + self.weight }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(known: (i64, i64), settled: (i64, i64)) -> Record {
        let judged = |(units, errors)| Judged { units, errors };
        Record { known: judged(known), settled: judged(settled) }
    }

    #[test]
    fn nothing_known_is_the_careful_belief() {
        assert!((OF_PEOPLE.of(Record::default()) - 0.99).abs() < 1e-12);
        assert!((OF_THE_MACHINE.of(Record::default()) - 0.97).abs() < 1e-12);
    }

    #[test]
    fn few_known_letters_move_it_little_and_many_decide() {
        let few = OF_THE_MACHINE.of(record((100, 0), (0, 0)));
        assert!((0.97..0.975).contains(&few), "{few}");
        let good = OF_THE_MACHINE.of(record((100_000, 500), (0, 0)));
        assert!((good - 0.9948).abs() < 1e-4, "{good}");
        let bad = OF_THE_MACHINE.of(record((100_000, 20_000), (0, 0)));
        assert!((bad - 0.8017).abs() < 1e-4, "{bad}");
    }

    #[test]
    fn what_was_only_agreed_on_lowers_trust_and_never_raises_it() {
        let agreed = OF_THE_MACHINE.of(record((0, 0), (1_000_000, 0)));
        assert!((agreed - 0.97).abs() < 1e-12, "{agreed}");
        let disagreed = OF_THE_MACHINE.of(record((0, 0), (100_000, 20_000)));
        assert!((disagreed - 0.8017).abs() < 1e-4, "{disagreed}");
        // What is known outweighs it in the end.
        let known = OF_THE_MACHINE.of(record((1_000_000, 1_000), (100_000, 20_000)));
        assert!(known > 0.998, "{known}");
    }

    #[test]
    fn it_is_always_a_probability() {
        for odd in [(-5, 3), (10, 20), (i64::MAX, i64::MAX), (i64::MAX, 0)] {
            for belief in [OF_PEOPLE, OF_THE_MACHINE] {
                let reliability = belief.of(record(odd, odd));
                assert!((0.0..=1.0).contains(&reliability), "{odd:?}: {reliability}");
            }
        }
    }
}
