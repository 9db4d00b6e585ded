//! What people who are no clients yet ask for, and the operator's answers.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kazi_app::access::SignedIn;
use kazi_app::journal::Entry;
use kazi_app::network::enquiries::{self, Enquiry, Filter};
use kazi_app::network::may_manage;
use kazi_domain::policy::{Can, ManageNetwork};
use kazi_domain::{EnquiryState, Id, kind};
use kazi_texts::Texts;

use super::field::{Field, Fields, Input};
use super::nav::Here;
use super::parts::{Chip, ListQuery, Tools, escaped};
use super::refused::Refused;
use super::typed::Typed;
use super::words::{Clock, named};
use super::{again, id, see, seen};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static LIST: Route = Route::get("/enquiries", Who::Staff);
static SHOW: Route = Route::get("/enquiries/{enquiry}", Who::Staff);
static INVITE: Route = Route::post("/enquiries/{enquiry}/invite", Who::Staff);
static DECLINE: Route = Route::post("/enquiries/{enquiry}/decline", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&LIST, list).add(&SHOW, show).add(&INVITE, invite).add(&DECLINE, decline)
}

#[derive(Debug)]
struct Row {
    id: String,
    organisation: String,
    about: String,
    chip: Chip,
    made: String,
}

#[derive(Debug, Template)]
#[template(path = "staff/enquiries.html")]
struct EnquiriesPage {
    frame: Frame,
    here: Here,
    /// Word and name of every state.
    states: Vec<(&'static str, String)>,
    chosen: String,
    tools: Tools,
    search: String,
    /// Whether this is the start of the whole list.
    plain: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "staff/enquiry.html")]
struct EnquiryPage {
    frame: Frame,
    here: Here,
    id: Id<kind::Enquiry>,
    organisation: String,
    about: String,
    chip: Chip,
    /// Label and value of what was asked, without the text.
    facts: Vec<(String, String)>,
    said: String,
    /// Why it was declined.
    reason: Option<String>,
    /// The client that came of it.
    client: Option<Id<kind::Organisation>>,
    may_invite: bool,
    may_decline: bool,
    problems: Vec<String>,
    form: Fields,
}

fn right(who: &SignedIn) -> Result<Can<ManageNetwork>, AppError> {
    may_manage(&who.actor).ok_or_else(AppError::not_there)
}

fn chip(texts: &Texts, state: EnquiryState) -> Chip {
    let word = named(texts, "enquiry-state", state.word());
    match state {
        EnquiryState::Waiting => Chip::wait(word),
        EnquiryState::Invited => Chip::ok(word),
        EnquiryState::Declined => Chip::over(word),
    }
}

/// The name of the service that was asked for; what this Kazi does not offer is something else.
fn service(texts: &Texts, key: &str) -> String {
    let known = kazi_services::find(key).is_some();
    if known { named(texts, "service", key) } else { texts.quote_other() }
}

fn row(texts: &Texts, clock: &Clock, one: &Enquiry) -> Row {
    Row {
        id: one.id.to_string(),
        organisation: one.organisation_name.clone(),
        about: [one.shown_name.as_str(), &service(texts, &one.service), &one.amount]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
        chip: chip(texts, one.state),
        made: clock.moment(one.made_at),
    }
}

async fn list(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Query(query): Query<ListQuery>,
) -> Result<Response, AppError> {
    let (can, ask) = (right(&who)?, query.ask()?);
    let filter = Filter { oldest_first: query.oldest_first(), state: query.state.parse().ok() };
    let found = state.app.db.read(move |read| enquiries::list(read, &can, filter, &ask)).await?;
    seen(&state, &who, Entry::about("enquiries.listed", who.actor.organisation)).await?;
    let (texts, clock) = (frame.texts, Clock::of(&frame));
    let name = |one: &EnquiryState| (one.word(), named(texts, "enquiry-state", one.word()));
    page(&EnquiriesPage {
        here: Here::Centres,
        states: EnquiryState::ALL.iter().map(name).collect(),
        tools: query.tools_by_age(texts, "/enquiries", texts.enquiries_search()),
        plain: query.is_plain(),
        rows: found.rows.iter().map(|one| row(texts, &clock, one)).collect(),
        next: query.next("/enquiries", found.next),
        search: escaped(&query.search),
        chosen: query.state,
        frame,
    })
}

async fn find(state: &WebState, who: &SignedIn, enquiry: Id<kind::Enquiry>) -> Result<Enquiry, Refused> {
    let can = right(who)?;
    Ok(state.app.db.read(move |read| enquiries::get(read, &can, enquiry)).await?)
}

fn enquiry_page(frame: Frame, found: Enquiry) -> EnquiryPage {
    let (texts, clock) = (frame.texts, Clock::of(&frame));
    let facts = [
        (texts.enquiry_name(), found.shown_name.clone()),
        (texts.email(), found.email.clone()),
        (texts.quote_service(), service(texts, &found.service)),
        (texts.quote_amount(), found.amount.clone()),
        (texts.enquiry_needed_by(), found.needed_by.clone()),
    ];
    let reason = Field::new("reason", texts.enquiry_reason(), Input::Lines(3));
    EnquiryPage {
        here: Here::Centres,
        id: found.id,
        about: texts.enquiry_came(clock.moment(found.made_at)),
        chip: chip(texts, found.state),
        facts: facts.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        said: found.said,
        reason: Some(found.answer).filter(|reason| !reason.is_empty()),
        client: found.organisation,
        may_invite: found.state != EnquiryState::Invited,
        may_decline: found.state == EnquiryState::Waiting,
        problems: Vec::new(),
        organisation: found.organisation_name,
        form: Fields::new(vec![reason.hint(texts.enquiry_reason_hint()).required()]),
        frame,
    }
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(enquiry): Path<String>,
) -> Result<Response, AppError> {
    let found = match find(&state, &who, id(&enquiry)?).await {
        Ok(found) => found,
        Err(refused) => return Err(hidden(refused)),
    };
    seen(&state, &who, Entry::about("enquiry.seen", found.id)).await?;
    page(&enquiry_page(frame, found))
}

/// What is refused where no form stands is not there, or our fault.
fn hidden(refused: Refused) -> AppError {
    refused.problems().err().unwrap_or_else(AppError::not_there)
}

async fn invite(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(enquiry): Path<String>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let (can, enquiry, site) = (right(&who)?, id(&enquiry)?, state.site());
    let done = state
        .app
        .db
        .write(move |tx| -> Result<_, Refused> { Ok(enquiries::invite(tx, &can, enquiry, &site, &turn)?) });
    let Err(refused) = done.await else {
        state.bell.notify_one();
        return Ok(see(&format!("/enquiries/{enquiry}")));
    };
    let problems = refused.problems()?;
    let mut shown = enquiry_page(frame, find(&state, &who, enquiry).await.map_err(hidden)?);
    shown.problems = problems.elsewhere(&|_| false);
    again(&shown)
}

async fn decline(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(enquiry): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let (can, enquiry, site) = (right(&who)?, id(&enquiry)?, state.site());
    let reason = typed.get("reason").to_owned();
    let done = state.app.db.write(move |tx| -> Result<_, Refused> {
        Ok(enquiries::decline(tx, &can, enquiry, &reason, &site, &turn)?)
    });
    let Err(refused) = done.await else {
        state.bell.notify_one();
        return Ok(see(&format!("/enquiries/{enquiry}")));
    };
    let problems = refused.problems()?;
    let mut shown = enquiry_page(frame, find(&state, &who, enquiry).await.map_err(hidden)?);
    shown.form = shown.form.again(&typed, &problems);
    again(&shown)
}
