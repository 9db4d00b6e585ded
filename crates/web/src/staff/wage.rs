//! What a living wage is at a centre: shown to all who run it, set by the operator.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kazi_app::Turn;
use kazi_app::access::SignedIn;
use kazi_app::network::may_set_wage;
use kazi_app::network::wage::{self, LivingWage};
use kazi_domain::{Currency, Id, Money, kind};
use kazi_texts::Texts;

use super::centre::{centre_page, find};
use super::field::{Field, Fields};
use super::parts::ListQuery;
use super::refused::Refused;
use super::typed::{Problems, Typed};
use super::words::{amount, money};
use super::{again, id, see};
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static SET: Route = Route::post("/centres/{centre}/living-wage", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&SET, set)
}

/// The figure, and whose it is.
pub(super) fn told(texts: &Texts, wage: &LivingWage) -> (String, String) {
    let hour = texts.living_wage_hour(money(wage.hour.micros, wage.hour.currency));
    (hour, texts.living_wage_by(wage.source.as_str(), wage.as_of.as_str()))
}

/// The form, with the figure that stands.
pub(super) fn form(texts: &Texts, wage: Option<&LivingWage>) -> Fields {
    let hour = wage.map(|wage| amount(wage.hour.micros)).unwrap_or_default();
    let currency = wage.map_or("KES", |wage| wage.hour.currency.code());
    let text = |of: fn(&LivingWage) -> &String| wage.map(of).cloned().unwrap_or_default();
    Fields::new(vec![
        Field::line("wage", texts.wage_hour()).hint(texts.wage_hour_hint()).value(hour).required(),
        Field::line("wage_currency", texts.wage_currency())
            .hint(texts.wage_currency_hint())
            .value(currency)
            .required(),
        Field::line("wage_source", texts.wage_source())
            .hint(texts.wage_source_hint())
            .value(text(|wage| &wage.source))
            .required(),
        Field::line("wage_as_of", texts.wage_as_of())
            .hint(texts.wage_as_of_hint())
            .value(text(|wage| &wage.as_of))
            .required(),
    ])
}

fn read(typed: &Typed) -> Result<LivingWage, Refused> {
    let wrong =
        |field: &str, error: kazi_domain::MoneyError| Refused::Form(Problems::one(field, &error.to_string()));
    let currency: Currency =
        typed.get("wage_currency").to_uppercase().parse().map_err(|error| wrong("wage_currency", error))?;
    let hour =
        Money::parse(&typed.get("wage").replace(',', "."), currency).map_err(|error| wrong("wage", error))?;
    let (source, as_of) = (typed.get("wage_source").to_owned(), typed.get("wage_as_of").to_owned());
    Ok(LivingWage { hour, source, as_of })
}

async fn save(
    state: &WebState,
    who: &SignedIn,
    centre: Id<kind::Centre>,
    (typed, turn): (&Typed, Turn),
) -> Result<(), Refused> {
    let can = may_set_wage(&who.actor, centre).ok_or_else(AppError::not_there)?;
    let wage = read(typed)?;
    state.app.db.write(move |tx| -> Result<_, Refused> { Ok(wage::set(tx, &can, &wage, &turn)?) }).await
}

async fn set(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(centre): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let centre = id(&centre)?;
    let refused = match save(&state, &who, centre, (&typed, turn)).await {
        Ok(()) => return Ok(see(&format!("/centres/{centre}#living-wage"))),
        Err(refused) => refused.problems()?,
    };
    let found = find(&state, &who, centre, &ListQuery::default()).await?;
    let mut shown = centre_page(frame, &ListQuery::default(), found);
    shown.wage_form = shown.wage_form.map(|form| form.again(&typed, &refused));
    again(&shown)
}
