//! What an hour of work really pays, beside the living wage of the places where it is done.
//!
//! A rate for a piece says nothing of a wage until one knows how long a piece takes. That is the median of what accepted
//! answers took lately: half of those who work are quicker, and few that forgot their screen do not move it, as they would
//! a mean. Until enough were accepted, it is the time that the service expects. Breaks and waiting are not in it.

use std::collections::{BTreeMap, HashMap};

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::policy::{Can, PayBelowWage};
use kazi_domain::{Currency, Id, Money, kind};
use kazi_services::{BoundService, Stage};

use super::ProjectError;
use crate::journal::{self, Entry};
use crate::network::wage::{self, LivingWage};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// How long the latest answers took that were accepted, the shortest first.
    PACE = "select stage, millis from (select stage, millis, state, late from answer where project = $1 \
            order by given_at desc limit 1000) lately where state = 'accepted' and late = 0 and millis > 0 order by stage, millis";
    /// The centres that may do the work, with what a living wage is there.
    WAGES = "select c.id, c.name, c.wage, c.wage_currency, c.wage_source, c.wage_as_of from project_centre pc \
             join centre c on c.id = pc.centre where pc.project = $1 order by c.name, c.id";
    /// Why it may pay less, if that was said of these terms.
    REASON = "select below_wage from project where id = $1 and below_wage_version = version";
    /// Says why.
    STATE = "update project set below_wage = $2, below_wage_version = version where id = $1";
    /// What was said of the terms before holds for these too.
    CARRY = "update project set below_wage_version = version where id = $1 and below_wage_version = version - 1";
    /// What was said holds no more.
    FORGET = "update project set below_wage_version = null where id = $1 and state = 'draft'";
}

/// From so many accepted answers on, the time that they took is believed.
const ENOUGH: usize = 20;
/// Reasons are cut to this many characters.
const LONGEST_REASON: usize = 1_000;

/// How long one answer takes at a stage, and how that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Milliseconds.
    pub millis: i64,
    /// The median of this many accepted answers; 0 where it is only what the service expects.
    pub answers: i64,
}

impl Pace {
    /// What the service expects of a stage.
    pub fn expected(stage: &Stage) -> Self {
        Self { millis: (stage.usual.micros() / 1_000).max(1), answers: 0 }
    }

    /// The median of what answers took, the shortest first; nothing while there are too few.
    fn seen(millis: &[i64]) -> Option<Self> {
        let upper = *millis.get(millis.len() / 2).filter(|_| millis.len() >= ENOUGH)?;
        let lower = *millis.get((millis.len() - 1) / 2)?;
        let median = lower + (upper - lower) / 2;
        Some(Self { millis: median.max(1), answers: i64::try_from(millis.len()).unwrap_or(i64::MAX) })
    }

    /// What an hour comes to when one answer pays this much, both in millionths.
    pub fn hour(self, pay: i64) -> i64 {
        let hour = i128::from(pay) * 3_600_000 / i128::from(self.millis.max(1));
        i64::try_from(hour).unwrap_or(i64::MAX)
    }
}

/// How long an answer takes at each stage of a project.
///
/// # Errors
/// The database's.
pub(super) fn paces(
    read: &mut Read<'_>,
    project: Id<kind::Project>,
    service: &dyn BoundService,
) -> Result<HashMap<String, Pace>, DbError> {
    let mut took: HashMap<String, Vec<i64>> = HashMap::new();
    for (stage, millis) in read
        .query_all(&PACE, params![project.param()], |row| Ok((row.get::<String>(0)?, row.get::<i64>(1)?)))?
    {
        took.entry(stage).or_default().push(millis);
    }
    let pace = |stage: &Stage| {
        let seen = took.get(stage.key).and_then(|millis| Pace::seen(millis));
        (stage.key.to_owned(), seen.unwrap_or_else(|| Pace::expected(stage)))
    };
    Ok(service.stages().iter().map(pace).collect())
}

/// A centre that may do the work, and what a living wage is there, where that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CentreWage {
    /// The centre.
    pub centre: Id<kind::Centre>,
    /// Its name.
    pub name: String,
    /// What an hour must pay there.
    pub wage: Option<LivingWage>,
}

pub(super) fn wages(read: &mut Read<'_>, project: Id<kind::Project>) -> Result<Vec<CentreWage>, DbError> {
    read.query_all(&WAGES, params![project.param()], |row| {
        Ok(CentreWage { centre: row.id(0)?, name: row.get(1)?, wage: wage::read(row, 2)? })
    })
}

/// A stage whose pay comes to less than a living wage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Below {
    /// The stage.
    pub stage: String,
    /// What an hour comes to.
    pub hour: Money,
    /// The centre where most is missing.
    pub centre: String,
    /// What a living wage is there.
    pub wage: Money,
}

impl std::fmt::Display for Below {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { stage, hour, centre, wage } = self;
        write!(f, "an hour at the stage `{stage}` pays {hour}, and a living wage at {centre} is {wage}")
    }
}

/// Which stages pay less than a living wage at one of the centres: each is named with the centre where most is missing. A
/// wage in another currency than the pay cannot be held against it.
pub fn below<'s>(
    stages: impl IntoIterator<Item = (&'s str, i64)>,
    currency: Currency,
    wages: &[CentreWage],
) -> Vec<Below> {
    let same = |one: &&CentreWage| one.wage.as_ref().is_some_and(|wage| wage.hour.currency == currency);
    let micros = |one: &&CentreWage| one.wage.as_ref().map_or(0, |wage| wage.hour.micros);
    let Some(highest) = wages.iter().filter(same).max_by_key(micros) else { return Vec::new() };
    let wage = Money::new(micros(&highest), currency);
    let below = stages.into_iter().filter(|(_, hour)| *hour < wage.micros).map(|(stage, hour)| Below {
        stage: stage.to_owned(),
        hour: Money::new(hour, currency),
        centre: highest.name.clone(),
        wage,
    });
    below.collect()
}

/// The stages of a project that pay less than a living wage with this pay.
pub(super) fn of_project(
    read: &mut Read<'_>,
    project: Id<kind::Project>,
    (service, currency): (&dyn BoundService, Currency),
    pay: impl Fn(&str) -> i64,
) -> Result<Vec<Below>, DbError> {
    let wages = wages(read, project)?;
    if wages.iter().all(|one| one.wage.is_none()) {
        return Ok(Vec::new());
    }
    let paces = paces(read, project, service)?;
    let hours = service.stages().iter().filter_map(|stage| {
        let pace = paces.get(stage.key)?;
        Some((stage.key, pace.hour(pay(stage.key))))
    });
    Ok(below(hours, currency, &wages))
}

/// Why a project may pay less than a living wage, if that was said of its terms as they are.
pub(super) fn reason(read: &mut Read<'_>, project: Id<kind::Project>) -> Result<Option<String>, DbError> {
    Ok(read.query_opt(&REASON, params![project.param()], |row| row.get(0))?.flatten())
}

/// Lets a project pay less than a living wage, and says why; it stands in the record. It holds until pay is lowered or,
/// before the start, other centres are chosen.
///
/// # Errors
/// [`ProjectError::NoReason`], and no such project.
pub fn state(
    tx: &mut Tx<'_>,
    can: &Can<PayBelowWage>,
    reason: &str,
    turn: &Turn,
) -> Result<(), ProjectError> {
    let reason: String = reason.trim().chars().filter(|c| *c != '\0').take(LONGEST_REASON).collect();
    if reason.is_empty() {
        return Err(ProjectError::NoReason);
    }
    let project = can.subject();
    if tx.execute(&STATE, params![project.param(), reason.as_str()])? == 0 {
        return Err(ProjectError::NotThere);
    }
    let entry = Entry::about("project.below_wage", project).by(can.actor().person).of(project);
    Ok(journal::note(tx, turn, &entry.saying(reason))?)
}

/// The centres of a draft were chosen anew: what was said of others does not hold for them.
pub(super) fn forget(tx: &mut Tx<'_>, project: Id<kind::Project>) -> Result<(), DbError> {
    tx.execute(&FORGET, params![project.param()]).map(drop)
}

/// What a change of pay is held against.
pub(super) struct Change<'c> {
    pub(super) service: &'c dyn BoundService,
    pub(super) currency: Currency,
    /// Whether the amounts mean something else than before.
    pub(super) other_currency: bool,
    /// Whether people work by these terms already.
    pub(super) started: bool,
    pub(super) old: &'c BTreeMap<String, i64>,
    pub(super) new: &'c BTreeMap<String, i64>,
}

/// Looks at new terms that are written already: pay that was lowered below a living wage needs a reason as soon as people
/// work by it. Before that, starting does. A reason that was said of the terms before holds for pay that was not lowered.
pub(super) fn changed(
    tx: &mut Tx<'_>,
    project: Id<kind::Project>,
    change: &Change<'_>,
    stated: Option<(&Can<PayBelowWage>, &str)>,
    turn: &Turn,
) -> Result<(), ProjectError> {
    let pay = |stage: &str| change.new.get(stage).copied().unwrap_or(0);
    let mut below = of_project(tx, project, (change.service, change.currency), pay)?;
    let stated = stated.filter(|(_, reason)| !below.is_empty() && !reason.trim().is_empty());
    let lowered = |stage: &str| change.old.get(stage).is_none_or(|old| pay(stage) < *old);
    below.retain(|one| change.other_currency || lowered(&one.stage));
    match stated {
        Some((can, reason)) => state(tx, can, reason, turn),
        None if below.is_empty() => Ok(tx.execute(&CARRY, params![project.param()]).map(drop)?),
        None if change.started => Err(ProjectError::BelowWage(below)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kes(text: &str) -> Money {
        Money::parse(text, "KES".parse().unwrap()).unwrap()
    }

    fn centre(name: &str, wage: Option<Money>) -> CentreWage {
        let wage =
            wage.map(|hour| LivingWage { hour, source: "A report".to_owned(), as_of: "2019".to_owned() });
        CentreWage { centre: Id::from_bytes([7; 16]), name: name.to_owned(), wage }
    }

    #[test]
    fn seventy_seconds_at_five_shillings_are_257_an_hour() {
        let pace = Pace { millis: 70_000, answers: 100 };
        assert_eq!(Money::new(pace.hour(kes("5").micros), kes("1").currency).amount(), "257.142857");
        let slow = Pace { millis: 120_000, answers: 100 };
        assert_eq!(slow.hour(kes("5").micros), kes("150").micros);
    }

    #[test]
    fn a_median_needs_twenty_and_is_not_moved_by_a_forgotten_screen() {
        let mut millis = vec![10_000; 19];
        assert_eq!(Pace::seen(&millis), None);
        millis.push(3_600_000);
        assert_eq!(Pace::seen(&millis), Some(Pace { millis: 10_000, answers: 20 }));
        assert_eq!(Pace::seen(&[]), None);
        let even: Vec<i64> = [1_000, 2_000].into_iter().flat_map(|one| [one; 10]).collect();
        assert_eq!(Pace::seen(&even).unwrap().millis, 1_500);
    }

    #[test]
    fn the_dearest_centre_decides_and_other_currencies_do_not() {
        let dollars = Money::parse("90", "USD".parse().unwrap()).unwrap();
        let wages = [
            centre("Kibera", Some(kes("183.17"))),
            centre("Kisumu", Some(kes("150"))),
            centre("Raipur", Some(dollars)),
            centre("Lamu", None),
        ];
        let hours = [("type", kes("160").micros), ("resolve", kes("183.17").micros)];
        let below = below(hours, kes("1").currency, &wages);
        assert_eq!(below.len(), 1);
        assert_eq!(
            below[0].to_string(),
            "an hour at the stage `type` pays KES 160.00, and a living wage at Kibera is KES 183.17"
        );
        assert!(super::below(hours, "EUR".parse().unwrap(), &wages).is_empty());
    }

    proptest! {
        #[test]
        fn more_pay_is_never_below_where_less_was_not(
            millis in 1i64..3_600_000, pay in 0i64..1_000_000_000, more in 0i64..1_000_000_000, wage in 1i64..1_000_000_000_000
        ) {
            let pace = Pace { millis, answers: 20 };
            let wages = [centre("Kibera", Some(Money::new(wage, kes("1").currency)))];
            let is_below = |pay| !below([("type", pace.hour(pay))], kes("1").currency, &wages).is_empty();
            prop_assert!(pace.hour(pay + more) >= pace.hour(pay));
            prop_assert!(is_below(pay) || !is_below(pay + more));
        }

        #[test]
        fn a_median_lies_between_what_was_seen(mut millis in proptest::collection::vec(1i64..3_600_000, 20..60)) {
            millis.sort_unstable();
            let seen = Pace::seen(&millis).unwrap();
            prop_assert!((millis[0]..=millis[millis.len() - 1]).contains(&seen.millis));
        }
    }
}
