//! What an hour of work pays, beside what a living wage is where it is done; and why a project may pay less.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kazi_app::projects::fair::{self, Pace};
use kazi_app::projects::view::{StageView, View};
use kazi_app::projects::{self, fair::CentreWage};
use kazi_domain::policy::{Can, PayBelowWage};
use kazi_domain::{Currency, Id, Money, ProjectState, Role, kind};
use kazi_texts::Texts;

use super::show::show_again;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::field::{Field, Input};
use crate::staff::parts::Chip;
use crate::staff::typed::{Problems, Typed};
use crate::staff::words::{count, money, named};
use crate::staff::{id, see, told};
use crate::state::WebState;

static STATE: Route = Route::post("/projects/{project}/below-wage", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&STATE, state_reason)
}

#[derive(Debug)]
struct Paid {
    stage: String,
    hour: String,
    how: String,
    below: Option<Chip>,
}

/// What an hour pays at each stage, and the living wages of the centres.
#[derive(Debug, Template)]
#[template(path = "staff/fair.html")]
pub(super) struct Fair {
    texts: &'static Texts,
    id: Id<kind::Project>,
    hours: Vec<Paid>,
    /// Centre, wage, and whose figure it is.
    wages: Vec<(String, String, String)>,
    reason: Option<String>,
    /// Where a reason is missing: the field to give it, for the operator.
    asks: Option<Field>,
    by_operator: bool,
}

/// A time in seconds, with a decimal where it is short.
fn seconds(millis: i64) -> String {
    if millis < 10_000 {
        format!("{}.{}", millis / 1_000, millis % 1_000 / 100)
    } else {
        count((millis + 500) / 1_000)
    }
}

/// How it is known how long an answer takes.
pub(in crate::staff) fn how(texts: &Texts, pace: Pace) -> String {
    match pace.answers {
        0 => texts.pay_hour_expected(seconds(pace.millis)),
        answers => texts.pay_hour_seen(count(answers), seconds(pace.millis)),
    }
}

/// What an amount for an answer comes to in an hour, for the help beside its field.
pub(in crate::staff) fn hint(texts: &Texts, (pay, currency): (i64, Currency), pace: Pace) -> String {
    texts.pay_hour_hint(money(pay, currency), money(pace.hour(pay), currency), how(texts, pace))
}

/// The living wages that an amount is held against, in a sentence; empty where none is known.
pub(super) fn held_against(texts: &Texts, wages: &[CentreWage]) -> String {
    let one = |one: &CentreWage| {
        let hour = one.wage.as_ref()?.hour;
        Some(format!("{} {}", one.name, money(hour.micros, hour.currency)))
    };
    let all: Vec<String> = wages.iter().filter_map(one).collect();
    if all.is_empty() { String::new() } else { texts.pay_hour_wages(all.join(", ")) }
}

/// What is below a living wage, at the fields of the form.
pub(super) fn problems(texts: &Texts, below: &[fair::Below]) -> Problems {
    let mut problems = Problems::default();
    let told = |amount: Money| money(amount.micros, amount.currency);
    for one in below {
        let sentence = texts.below_wage_field(told(one.hour), one.centre.as_str(), told(one.wage));
        problems.add(&format!("pay.{}", one.stage), &sentence);
    }
    problems
}

/// The field in which the operator says why.
pub(super) fn reason_field(texts: &Texts) -> Field {
    Field::new("below_reason", texts.below_wage_reason(), Input::Lines(3))
        .hint(texts.below_wage_reason_hint())
}

fn wage(texts: &Texts, one: &CentreWage, currency: Currency) -> (String, String, String) {
    let Some(wage) = &one.wage else {
        return (one.name.clone(), texts.living_wage_unknown(), String::new());
    };
    let amount = money(wage.hour.micros, wage.hour.currency);
    let hour = if wage.hour.currency == currency {
        texts.living_wage_hour(amount)
    } else {
        texts.living_wage_elsewhere(amount)
    };
    (one.name.clone(), hour, texts.living_wage_by(wage.source.as_str(), wage.as_of.as_str()))
}

impl Fair {
    pub(super) fn of(frame: &Frame, view: &View) -> Self {
        let (texts, below) = (frame.texts, view.below());
        let hour = |stage: &StageView| Paid {
            stage: named(texts, "stage", &stage.key),
            hour: money(stage.hour(), view.currency),
            how: how(texts, stage.pace),
            below: below.iter().any(|one| one.stage == stage.key).then(|| Chip::bad(texts.below_wage())),
        };
        let operator = frame.is(Role::Operator);
        let open = !view.state.next().is_empty() && !below.is_empty();
        let missing = view.below_reason.is_none() && view.state == ProjectState::Draft && open;
        Self {
            texts,
            id: view.id,
            hours: view.stages.iter().map(hour).collect(),
            wages: view.wages.iter().map(|one| wage(texts, one, view.currency)).collect(),
            reason: view.below_reason.clone().filter(|_| !below.is_empty()),
            asks: (operator && missing).then(|| reason_field(texts).required()),
            by_operator: missing && !operator,
        }
    }
}

async fn state_reason(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let project: Id<kind::Project> = id(&project)?;
    let (actor, at) = (who.actor.clone(), turn.clone());
    let said = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<PayBelowWage> = projects::may(tx, &actor, project)?;
        Ok(fair::state(tx, &can, typed.get("below_reason"), &at)?)
    });
    match said.await {
        Ok(()) => Ok(see(&format!("/projects/{project}"))),
        Err(error) => show_again(&state, &who, (frame, turn), project, vec![told(error)?]).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_stands_where_it_belongs() {
        let texts = kazi_texts::texts(kazi_texts::Language::En);
        let kes = |text: &str| "KES".parse().ok().and_then(|kes| Money::parse(text, kes).ok()).unwrap();
        let below = fair::Below {
            stage: "type".to_owned(),
            hour: kes("90"),
            centre: "Kibera".to_owned(),
            wage: kes("183.17"),
        };
        let told = problems(texts, &[below]).of("pay.type").unwrap();
        let plain: String = told.chars().filter(|c| !('\u{2066}'..='\u{2069}').contains(c)).collect();
        assert!(
            plain.starts_with("KES 90.00 an hour is less than a living wage at Kibera, KES 183.17."),
            "{plain}"
        );
        let shown = hint(texts, (kes("0.20").micros, kes("1").currency), Pace { millis: 8_000, answers: 0 });
        let plain: String = shown.chars().filter(|c| !('\u{2066}'..='\u{2069}').contains(c)).collect();
        assert!(plain.starts_with("KES 0.20 an answer is KES 90.00 an hour."), "{plain}");
    }

    #[test]
    fn short_times_have_a_decimal() {
        assert_eq!([8_000, 4_250, 24_600, 180_000].map(seconds), ["8.0", "4.2", "25", "180"]);
    }
}
