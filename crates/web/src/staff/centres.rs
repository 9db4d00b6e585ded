//! The network at a glance, for the operator: centres and organisations, and adding both.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;
use kazi_app::access::SignedIn;
use kazi_app::listing::{Ask, Page};
use kazi_app::network::centres::{self, Centre, CentreError};
use kazi_app::network::may_manage;
use kazi_app::network::organisations::{self, Organisation, OrganisationKind};
use kazi_domain::{Id, kind};
use kazi_texts::Texts;

use super::field::{Field, Fields, Input};
use super::nav::Here;
use super::parts::ListQuery;
use super::refused::Refused;
use super::typed::Typed;
use super::words::{count, named};
use super::{again, see};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static LIST: Route = Route::get("/centres", Who::Staff);
static ADD: Route = Route::post("/centres", Who::Staff);
static ADD_ORGANISATION: Route = Route::post("/organisations", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&LIST, list).add(&ADD, add_centre).add(&ADD_ORGANISATION, add_organisation)
}

#[derive(Debug)]
struct Row {
    id: String,
    name: String,
    organisation: String,
    partner: String,
    people: String,
    clock: String,
}

#[derive(Debug, Template)]
#[template(path = "staff/centres.html")]
struct CentresPage {
    frame: Frame,
    here: Here,
    search: String,
    plain: bool,
    rows: Vec<Row>,
    next: Option<String>,
    /// Id, name and kind.
    organisations: Vec<(String, String, String)>,
    organisation_form: Fields,
    centre_form: Fields,
}

/// A clock as people write it: `UTC+3`, `UTC+5:30`.
pub(super) fn clock(minutes: i32) -> String {
    let (sign, ahead) = if minutes < 0 { ('-', minutes.abs()) } else { ('+', minutes) };
    match (ahead / 60, ahead % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

/// The clocks of the earth, by half hours and the few quarters that are in use.
fn clocks() -> Vec<(String, String)> {
    let mut all: Vec<i32> = (-24..=28).map(|halves| halves * 30).collect();
    all.extend([345, 525, 765]);
    all.sort_unstable();
    all.into_iter().map(|minutes| (minutes.to_string(), clock(minutes))).collect()
}

fn organisation_form(texts: &Texts) -> Fields {
    let kinds = ["client", "partner"].map(|kind| (kind.to_owned(), named(texts, "organisation-kind", kind)));
    Fields::new(vec![
        Field::line("organisation_name", texts.organisation_name()).required(),
        Field::new("kind", texts.organisation_kind(), Input::Choice(kinds.to_vec())).hint(texts.organisation_kind_hint()),
    ])
}

fn centre_form(texts: &Texts, organisations: &[Organisation]) -> Fields {
    let partners = organisations.iter().filter(|one| one.kind != OrganisationKind::Client);
    let partners = partners.map(|one| (one.id.to_string(), one.name.clone())).collect();
    Fields::new(vec![
        Field::line("centre_name", texts.centre_name()).required(),
        Field::new("partner", texts.column_partner(), Input::Choice(partners)),
        Field::new("clock", texts.column_clock(), Input::Choice(clocks())).hint(texts.clock_hint()).value("180"),
    ])
}

type Found = (Page<Centre>, Vec<Organisation>);

async fn find(state: &WebState, who: &SignedIn, ask: Ask) -> Result<Found, AppError> {
    let can = may_manage(&who.actor).ok_or_else(AppError::not_there)?;
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let every = Ask { rows: 200, ..Ask::default() };
        let organisations = organisations::list(read, &can, None, &every)?.rows;
        Ok((centres::list(read, &can, &ask)?, organisations))
    });
    found.await
}

fn centres_page(frame: Frame, query: ListQuery, (found, organisations): Found) -> CentresPage {
    let texts = frame.texts;
    let row = |centre: Centre| Row {
        id: centre.id.to_string(),
        name: centre.name,
        organisation: centre.organisation.to_string(),
        partner: centre.organisation_name,
        people: count(centre.people),
        clock: clock(centre.utc_offset_minutes),
    };
    let told = |one: &Organisation| {
        (one.id.to_string(), one.name.clone(), named(texts, "organisation-kind", one.kind.word()))
    };
    CentresPage {
        here: Here::Centres,
        plain: query.is_plain(),
        rows: found.rows.into_iter().map(row).collect(),
        next: query.next("/centres", found.next),
        organisations: organisations.iter().map(told).collect(),
        organisation_form: organisation_form(texts),
        centre_form: centre_form(texts, &organisations),
        search: query.search,
        frame,
    }
}

async fn list(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Query(query): Query<ListQuery>,
) -> Result<Response, AppError> {
    let found = find(&state, &who, query.ask()?).await?;
    page(&centres_page(frame, query, found))
}

async fn add_organisation(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let can = may_manage(&who.actor).ok_or_else(AppError::not_there)?;
    let kind: OrganisationKind = typed.get("kind").parse().map_err(|_| AppError::not_there())?;
    let name = typed.get("organisation_name").to_owned();
    let made = state.app.db.write(move |tx| -> Result<_, Refused> {
        Ok(organisations::create(tx, &can, kind, &name, &turn)?)
    });
    let refused = match made.await {
        Ok(organisation) => return Ok(see(&format!("/organisations/{organisation}"))),
        Err(refused) => refused,
    };
    let found = find(&state, &who, Ask::default()).await?;
    let mut shown = centres_page(frame, ListQuery::default(), found);
    shown.organisation_form = shown.organisation_form.again(&typed, &refused.problems()?);
    again(&shown)
}

async fn create(
    state: &WebState,
    who: &SignedIn,
    typed: &Typed,
    turn: kazi_app::Turn,
) -> Result<Id<kind::Centre>, Refused> {
    let can = may_manage(&who.actor).ok_or_else(AppError::not_there)?;
    let partner: Id<kind::Organisation> = typed.get("partner").parse().map_err(|_| CentreError::NoPartner)?;
    let clock: i32 = typed.get("clock").parse().map_err(|_| CentreError::NoClock)?;
    let name = typed.get("centre_name").to_owned();
    let made = state.app.db.write(move |tx| -> Result<_, Refused> {
        Ok(centres::create(tx, &can, partner, (&name, clock), &turn)?)
    });
    made.await
}

async fn add_centre(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let refused = match create(&state, &who, &typed, turn).await {
        Ok(centre) => return Ok(see(&format!("/centres/{centre}"))),
        Err(refused) => refused,
    };
    let found = find(&state, &who, Ask::default()).await?;
    let mut shown = centres_page(frame, ListQuery::default(), found);
    shown.centre_form = shown.centre_form.again(&typed, &refused.problems()?);
    again(&shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_read_as_people_write_them() {
        assert_eq!([clock(0), clock(180), clock(330), clock(-210)], ["UTC", "UTC+3", "UTC+5:30", "UTC-3:30"]);
        assert!(clocks().contains(&("345".to_owned(), "UTC+5:45".to_owned())));
    }
}
