//! Enquiries: what people who are no clients yet ask for. For the operator.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use kazi_app::access::SignedIn;
use kazi_app::journal::Entry;
use kazi_app::network::enquiries::{self, Enquiry, Filter};
use kazi_app::network::may_manage;
use kazi_domain::policy::{Can, ManageNetwork};
use kazi_domain::{EnquiryState, Id, kind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::projects::ListQuery;
use super::sent::Sent;
use super::shown::Made;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::seen;
use crate::state::WebState;

static LIST: Route = Route::get("/api/v1/enquiries", Who::Api);
static INVITE: Route = Route::post("/api/v1/enquiries/{enquiry}/invite", Who::Api);
static DECLINE: Route = Route::post("/api/v1/enquiries/{enquiry}/decline", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&LIST, list).add(&INVITE, invite).add(&DECLINE, decline)
}

fn right(who: &SignedIn) -> Result<Can<ManageNetwork>, AppError> {
    may_manage(&who.actor).ok_or_else(AppError::not_there)
}

fn id(text: &str) -> Result<Id<kind::Enquiry>, AppError> {
    text.parse().map_err(|_| AppError::not_there())
}

/// What somebody asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EnquiryShown {
    id: String,
    organisation_name: String,
    name: String,
    email: String,
    /// The key of a service, or empty.
    service: String,
    amount: String,
    needed_by: String,
    said: String,
    made_at: i64,
    /// `waiting`, `invited` or `declined`.
    state: &'static str,
    /// The client that came of it.
    #[schema(required)]
    organisation: Option<String>,
}

impl From<Enquiry> for EnquiryShown {
    fn from(one: Enquiry) -> Self {
        Self {
            id: one.id.to_string(),
            organisation_name: one.organisation_name,
            name: one.shown_name,
            email: one.email,
            service: one.service,
            amount: one.amount,
            needed_by: one.needed_by,
            said: one.said,
            made_at: one.made_at.micros(),
            state: one.state.word(),
            organisation: one.organisation.map(|id| id.to_string()),
        }
    }
}

/// Enquiries, and where the next page begins.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EnquiryList {
    enquiries: Vec<EnquiryShown>,
    #[schema(required)]
    next: Option<String>,
}

/// Which enquiries.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct StateQuery {
    /// Only those that stand so: `waiting`, `invited` or `declined`.
    #[param(value_type = Option<String>)]
    state: Option<EnquiryState>,
}

/// What people who are no clients yet asked for, newest first.
#[utoipa::path(get, path = "/api/v1/enquiries", params(ListQuery, StateQuery), responses((status = 200, body = EnquiryList), (status = 404)))]
pub(super) async fn list(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Query(query): Query<ListQuery>,
    Query(StateQuery { state: only }): Query<StateQuery>,
) -> Result<Json<EnquiryList>, AppError> {
    let (can, ask, filter) = (right(&who)?, query.ask()?, Filter { oldest_first: false, state: only });
    let found = state.app.db.read(move |read| enquiries::list(read, &can, filter, &ask)).await?;
    seen(&state, &who, Entry::about("enquiries.listed", who.actor.organisation)).await?;
    let enquiries = found.rows.into_iter().map(EnquiryShown::from).collect();
    Ok(Json(EnquiryList { enquiries, next: found.next.map(|next| next.to_string()) }))
}

/// Makes whoever asked a client and asks them in by letter. Gives the client's id.
#[utoipa::path(post, path = "/api/v1/enquiries/{enquiry}/invite", params(("enquiry" = String, Path)), responses((status = 201, body = Made), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn invite(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(enquiry): Path<String>,
    Turning(turn): Turning,
) -> Result<(StatusCode, Json<Made>), AppError> {
    let (can, enquiry, site) = (right(&who)?, id(&enquiry)?, state.site());
    let made = state.app.db.write(move |tx| enquiries::invite(tx, &can, enquiry, &site, &turn)).await?;
    state.bell.notify_one();
    Ok((StatusCode::CREATED, Json(Made::of(made))))
}

/// Why an enquiry is declined.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Declined {
    /// For whoever asked to read.
    reason: String,
}

/// Declines an enquiry; a letter says why.
#[utoipa::path(post, path = "/api/v1/enquiries/{enquiry}/decline", params(("enquiry" = String, Path)), request_body = Declined, responses((status = 204), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn decline(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(enquiry): Path<String>,
    Turning(turn): Turning,
    Sent(Declined { reason }): Sent<Declined>,
) -> Result<StatusCode, AppError> {
    let (can, enquiry, site) = (right(&who)?, id(&enquiry)?, state.site());
    state.app.db.write(move |tx| enquiries::decline(tx, &can, enquiry, &reason, &site, &turn)).await?;
    state.bell.notify_one();
    Ok(StatusCode::NO_CONTENT)
}
