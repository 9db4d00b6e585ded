//! How large a sample is, what it says, and when it says enough: plain rules.

use kazi_domain::SampleVerdict;
use kazi_quality::lots::{Certificate, Plan, Risks, certify_mended, ideal_plan};

/// No sample holds more: nobody looks through more with care.
pub const MOST: u32 = 1_000;
/// What is certified holds with this confidence.
pub const CONFIDENCE: f64 = 0.95;

/// The reasons for which a client may call an item wrong; `other` needs words.
pub const REASONS: [&str; 6] = ["wrong", "missing", "extra", "layout", "rules", "other"];

/// Which items of a delivery a client looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// As many at random as the usual risks need.
    Plan,
    /// So many at random.
    Count(u32),
    /// So many of a hundred, at random.
    Percent(u32),
    /// One of each person who worked on it. Not every item is equally likely, so it proves nothing of the rest.
    Worker,
    /// All that was sent back the last time.
    Redone,
}

impl Way {
    /// The word in the database, forms and the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Count(_) => "count",
            Self::Percent(_) => "percent",
            Self::Worker => "worker",
            Self::Redone => "redone",
        }
    }

    /// The way with this word and number.
    pub fn of(word: &str, number: u32) -> Option<Self> {
        match word {
            "plan" => Some(Self::Plan),
            "count" => Some(Self::Count(number)),
            "percent" => Some(Self::Percent(number)),
            "worker" => Some(Self::Worker),
            "redone" => Some(Self::Redone),
            _ => None,
        }
    }

    /// Whether each item of the lot is as likely as any other to be in the sample: only then it says something of all.
    pub fn is_random(word: &str) -> bool {
        matches!(word, "plan" | "count" | "percent")
    }

    /// How many items to draw at random from a lot, and how many of them may be wrong by the plan, if it is one; `None`
    /// for what is not drawn at random, or for a number that does not fit the lot.
    pub fn size(self, lot: u32) -> Option<(u32, Option<u32>)> {
        let drawn = match self {
            Self::Plan => {
                let plan = plan(lot)?;
                return Some((count(plan.sample).min(MOST), Some(count(plan.accept))));
            }
            Self::Count(wanted) => Some(wanted),
            Self::Percent(share) if (1..=100).contains(&share) => {
                u32::try_from((u64::from(lot) * u64::from(share)).div_ceil(100)).ok()
            }
            Self::Percent(_) | Self::Worker | Self::Redone => None,
        };
        drawn.filter(|drawn| (1..=lot.min(MOST)).contains(drawn)).map(|drawn| (drawn, None))
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn whole(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

/// The plan for a lot: what is 1 % wrong is accepted nineteen times in twenty, what is 5 % wrong once in ten.
pub fn plan(lot: u32) -> Option<Plan> {
    ideal_plan(usize::try_from(lot).ok()?, Risks::default()).ok()
}

/// Where a sample stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Items of the delivery that could have been drawn.
    pub lot: i64,
    /// Items in the sample.
    pub sampled: i64,
    /// Of these, called right.
    pub right: i64,
    /// Called wrong.
    pub wrong: i64,
    /// To be decided later.
    pub unsure: i64,
}

impl Standing {
    /// How many have not been looked at.
    pub fn left(&self) -> i64 {
        self.sampled - self.right - self.wrong - self.unsure
    }

    /// Whether every item has been called right or wrong.
    pub fn is_complete(&self) -> bool {
        self.sampled > 0 && self.right + self.wrong == self.sampled
    }

    /// What a complete random sample says of all items, with `mended` of the wrong ones put right since.
    pub fn certificate(&self, mended: i64) -> Option<Certificate> {
        if !self.is_complete() {
            return None;
        }
        let (lot, sampled, right) = (whole(self.lot), whole(self.sampled), whole(self.right));
        certify_mended(lot, sampled, right, whole(mended), CONFIDENCE).ok()
    }
}

/// What somebody said of an item of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// What.
    pub verdict: SampleVerdict,
    /// Why it is wrong, one of [`REASONS`].
    pub reason: String,
    /// More about it.
    pub note: String,
}

/// Notes are cut to this many characters.
const LONGEST_NOTE: usize = 2_000;

/// What is missing of what was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// Wrong needs a reason.
    #[error("choose what is wrong: whoever does it again must know")]
    Reason,
    /// Another reason needs words.
    #[error("write what is wrong")]
    Words,
}

impl Said {
    /// The same as it is kept: only what is wrong has a reason.
    ///
    /// # Errors
    /// When something is wrong and nobody could tell what.
    pub fn checked(&self) -> Result<Self, Missing> {
        let note: String = self.note.trim().chars().filter(|c| *c != '\0').take(LONGEST_NOTE).collect();
        let wrong = self.verdict == SampleVerdict::Wrong;
        if wrong && !REASONS.contains(&self.reason.as_str()) {
            return Err(Missing::Reason);
        }
        if wrong && self.reason == "other" && note.is_empty() {
            return Err(Missing::Words);
        }
        let reason = if wrong { self.reason.clone() } else { String::new() };
        Ok(Self { verdict: self.verdict, reason, note })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn said(verdict: SampleVerdict, reason: &str, note: &str) -> Said {
        Said { verdict, reason: reason.to_owned(), note: note.to_owned() }
    }

    #[test]
    fn the_size_follows_the_way() {
        assert_eq!(Way::Plan.size(1_000), Some((128, Some(3))));
        assert_eq!(Way::Percent(10).size(1_001), Some((101, None)));
        assert_eq!(Way::Count(20).size(20), Some((20, None)));
        assert_eq!(Way::Count(21).size(20), None, "no more than there is");
        assert_eq!(Way::Count(0).size(20), None);
        assert_eq!(Way::Percent(101).size(20), None);
        assert_eq!(Way::Percent(50).size(1_000_000), None, "more than anybody looks through");
        assert_eq!(Way::Plan.size(0), None);
    }

    #[test]
    fn what_is_wrong_has_a_reason_and_nothing_else_has() {
        assert_eq!(said(SampleVerdict::Wrong, "", "x").checked(), Err(Missing::Reason));
        assert_eq!(said(SampleVerdict::Wrong, "invented", "x").checked(), Err(Missing::Reason));
        assert_eq!(said(SampleVerdict::Wrong, "other", " ").checked(), Err(Missing::Words));
        let right = said(SampleVerdict::Right, "missing", " a\0b ").checked().unwrap();
        assert_eq!((right.reason.as_str(), right.note.as_str()), ("", "ab"));
    }

    proptest! {
        #[test]
        fn every_size_fits_the_lot(lot in 0u32..2_000_000, number in 0u32..3_000) {
            for way in [Way::Plan, Way::Count(number), Way::Percent(number), Way::Worker, Way::Redone] {
                prop_assert_eq!(Way::of(way.word(), number), Some(way));
                if let Some((drawn, allowed)) = way.size(lot) {
                    prop_assert!(drawn >= 1 && drawn <= lot && drawn <= MOST);
                    prop_assert!(allowed.is_none_or(|allowed| allowed < drawn));
                }
            }
        }

        #[test]
        fn a_sample_says_nothing_of_all_before_it_is_looked_through(
            right in 0i64..50, wrong in 0i64..50, unsure in 0i64..5, left in 0i64..5, rest in 0i64..1_000,
        ) {
            let sampled = right + wrong + unsure + left;
            let standing = Standing { lot: sampled + rest, sampled, right, wrong, unsure };
            prop_assert_eq!(standing.left(), left);
            let certificate = standing.certificate(0);
            prop_assert_eq!(certificate.is_some(), sampled > 0 && unsure + left == 0);
            if let Some(certificate) = certificate {
                prop_assert!(certificate.at_least <= certificate.accuracy.value + 1e-12);
                prop_assert!(standing.certificate(wrong).unwrap().at_least >= certificate.at_least);
                prop_assert_eq!(standing.certificate(wrong + 1), None, "no more is mended than was wrong");
            }
        }
    }
}
