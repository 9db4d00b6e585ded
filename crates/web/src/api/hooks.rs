//! Web hooks of one's own organisation: list, make, change, hold, exchange the secret, remove; what was sent, and sending it
//! again.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use kazi_app::access::SignedIn;
use kazi_app::hooks::{self, Address, Hook, HookError, Made as MadeHook, New, Sending};
use kazi_domain::policy::{Can, ManageHooks};
use kazi_domain::{HookEvent, HookState, Id, Moment, SendingState, kind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::projects::ListQuery;
use super::sent::Sent;
use super::shown::Made;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static LIST: Route = Route::get("/api/v1/hooks", Who::Api);
static MAKE: Route = Route::post("/api/v1/hooks", Who::Api);
static GET: Route = Route::get("/api/v1/hooks/{hook}", Who::Api);
static CHANGE: Route = Route::patch("/api/v1/hooks/{hook}", Who::Api);
static REMOVE: Route = Route::delete("/api/v1/hooks/{hook}", Who::Api);
static ROTATE: Route = Route::post("/api/v1/hooks/{hook}/secret", Who::Api);
static TRY: Route = Route::post("/api/v1/hooks/{hook}/try", Who::Api);
static SENDINGS: Route = Route::get("/api/v1/hooks/{hook}/sent", Who::Api);
static AGAIN: Route = Route::post("/api/v1/hooks/{hook}/sent/{sending}/again", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    let routes = routes.add(&LIST, list).add(&MAKE, make).add(&GET, get).add(&CHANGE, change);
    let routes = routes.add(&REMOVE, remove).add(&ROTATE, rotate).add(&TRY, try_out);
    routes.add(&SENDINGS, sendings).add(&AGAIN, again)
}

fn may(who: &SignedIn) -> Result<Can<ManageHooks>, AppError> {
    hooks::may_manage(&who.actor).ok_or_else(AppError::not_there)
}

fn hook_id(text: &str) -> Result<Id<kind::Hook>, AppError> {
    text.parse().map_err(|_| AppError::not_there())
}

/// A web hook, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HookShown {
    id: String,
    address: String,
    /// What it is told, such as `project.delivered`.
    events: Vec<&'static str>,
    /// `on`, `held`, or `off` where it took nothing for days.
    state: &'static str,
    /// Why it is off.
    #[schema(required)]
    problem: Option<String>,
    /// Since when it has taken no message.
    #[schema(required)]
    failing_since: Option<i64>,
    /// Until when the secret before the last exchange counts.
    #[schema(required)]
    old_secret_until: Option<i64>,
    made_at: i64,
}

impl From<&Hook> for HookShown {
    fn from(hook: &Hook) -> Self {
        Self {
            id: hook.id.to_string(),
            address: hook.address.clone(),
            events: hook.events.iter().map(|event| event.word()).collect(),
            state: hook.state.word(),
            problem: hook.problem.clone(),
            failing_since: hook.failing_since.map(Moment::micros),
            old_secret_until: hook.old_until.map(Moment::micros),
            made_at: hook.made_at.micros(),
        }
    }
}

/// The web hooks of one's own organisation, the oldest first.
#[utoipa::path(get, path = "/api/v1/hooks", responses((status = 200, body = Vec<HookShown>), (status = 404)))]
pub(super) async fn list(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
) -> Result<Json<Vec<HookShown>>, AppError> {
    let can = may(&who)?;
    let found = state.app.db.read(move |read| hooks::list(read, &can)).await?;
    Ok(Json(found.iter().map(HookShown::from).collect()))
}

/// A web hook to make.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewHook {
    /// Begins with `https://`.
    address: String,
    /// What it is told: `project.started`, `project.paused`, `project.resumed`, `project.cancelled`, `project.delivered`,
    /// `project.failed`, `project.accepted`, `sample.rejected`, `item.stuck`, `question.asked`, `question.answered`.
    #[schema(value_type = Vec<String>)]
    events: Vec<HookEvent>,
}

/// A web hook with its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HookMade {
    id: String,
    /// What messages are signed with, `whsec_…`; shown once.
    secret: String,
}

impl From<&MadeHook> for HookMade {
    fn from(made: &MadeHook) -> Self {
        Self { id: made.id.to_string(), secret: made.secret.text().to_owned() }
    }
}

/// Has an address told what happens to the projects of one's own organisation; the operator's are told of all projects.
#[utoipa::path(post, path = "/api/v1/hooks", request_body = NewHook, responses((status = 201, body = HookMade), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn make(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Turning(turn): Turning,
    Sent(NewHook { address, events }): Sent<NewHook>,
) -> Result<(StatusCode, Json<HookMade>), AppError> {
    let can = may(&who)?;
    let address = Address::parse(&address, state.config.hooks).map_err(HookError::from)?;
    let new = New { address, events };
    let made = state.app.db.write(move |tx| hooks::make(tx, &can, &new, &turn)).await?;
    Ok((StatusCode::CREATED, Json(HookMade::from(&made))))
}

/// One web hook.
#[utoipa::path(get, path = "/api/v1/hooks/{hook}", params(("hook" = String, Path)), responses((status = 200, body = HookShown), (status = 404)))]
pub(super) async fn get(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(hook): Path<String>,
) -> Result<Json<HookShown>, AppError> {
    let (can, hook) = (may(&who)?, hook_id(&hook)?);
    let found = state.app.db.read(move |read| hooks::get(read, &can, hook)).await?;
    Ok(Json(HookShown::from(&found)))
}

/// What to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct HookChange {
    address: Option<String>,
    #[schema(value_type = Option<Vec<String>>)]
    events: Option<Vec<HookEvent>>,
    /// `true` holds it: what happens is told when it goes on.
    held: Option<bool>,
}

/// Changes a web hook, holds it, or lets it go on after it was held or switched off.
#[utoipa::path(patch, path = "/api/v1/hooks/{hook}", params(("hook" = String, Path)), request_body = HookChange, responses((status = 204), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn change(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(hook): Path<String>,
    Turning(turn): Turning,
    Sent(HookChange { address, events, held }): Sent<HookChange>,
) -> Result<StatusCode, AppError> {
    let (can, hook, reach) = (may(&who)?, hook_id(&hook)?, state.config.hooks);
    let done = state.app.db.write(move |tx| -> Result<_, HookError> {
        let before = hooks::get(tx, &can, hook)?;
        if address.is_some() || events.is_some() {
            let address = Address::parse(address.as_deref().unwrap_or(&before.address), reach)?;
            let to = New { address, events: events.clone().unwrap_or(before.events) };
            hooks::edit(tx, &can, (hook, &to), &turn)?;
        }
        match held {
            Some(true) if before.state != HookState::Held => hooks::hold(tx, &can, hook, &turn),
            Some(false) => hooks::resume(tx, &can, hook, &turn),
            _ => Ok(()),
        }
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a web hook.
#[utoipa::path(delete, path = "/api/v1/hooks/{hook}", params(("hook" = String, Path)), responses((status = 204), (status = 404)))]
pub(super) async fn remove(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(hook): Path<String>,
    Turning(turn): Turning,
) -> Result<StatusCode, AppError> {
    let (can, hook) = (may(&who)?, hook_id(&hook)?);
    state.app.db.write(move |tx| hooks::remove(tx, &can, hook, &turn)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Exchanges the secret; for a day messages are signed with both.
#[utoipa::path(post, path = "/api/v1/hooks/{hook}/secret", params(("hook" = String, Path)), responses((status = 200, body = HookMade), (status = 404)))]
pub(super) async fn rotate(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(hook): Path<String>,
    Turning(turn): Turning,
) -> Result<Json<HookMade>, AppError> {
    let (can, hook) = (may(&who)?, hook_id(&hook)?);
    let made = state.app.db.write(move |tx| hooks::rotate(tx, &can, hook, &turn)).await?;
    Ok(Json(HookMade::from(&made)))
}

/// Sends a message that says nothing happened, to see whether the address takes it.
#[utoipa::path(post, path = "/api/v1/hooks/{hook}/try", params(("hook" = String, Path)), responses((status = 201, body = Made), (status = 404), (status = 409)))]
pub(super) async fn try_out(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(hook): Path<String>,
    Turning(turn): Turning,
) -> Result<(StatusCode, Json<Made>), AppError> {
    let (can, hook) = (may(&who)?, hook_id(&hook)?);
    let sending = state.app.db.write(move |tx| hooks::try_out(tx, &can, hook, &turn)).await?;
    state.bell.notify_one();
    Ok((StatusCode::CREATED, Json(Made::of(sending))))
}

/// A message and how it went.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SendingShown {
    /// What the receiver reads as `webhook-id`.
    id: String,
    event: &'static str,
    /// `waiting`, `held`, `sent` or `failed`.
    state: &'static str,
    tries: i64,
    /// What was answered at the last try.
    #[schema(required)]
    status: Option<i64>,
    #[schema(required)]
    millis: Option<i64>,
    /// The first bytes of the answer.
    #[schema(required)]
    answer: Option<String>,
    #[schema(required)]
    problem: Option<String>,
    body: String,
    made_at: i64,
    #[schema(required)]
    tried_at: Option<i64>,
}

impl From<&Sending> for SendingShown {
    fn from(sending: &Sending) -> Self {
        Self {
            id: sending.id.to_string(),
            event: sending.event.word(),
            state: sending.state.word(),
            tries: sending.tries,
            status: sending.status,
            millis: sending.millis,
            answer: sending.answer.clone(),
            problem: sending.problem.clone(),
            body: sending.body.clone(),
            made_at: sending.made_at.micros(),
            tried_at: sending.tried_at.map(Moment::micros),
        }
    }
}

/// Messages, and where the next page begins.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SendingList {
    messages: Vec<SendingShown>,
    #[schema(required)]
    next: Option<String>,
}

/// Which messages.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct StateQuery {
    /// Only those that stand so: `waiting`, `held`, `sent` or `failed`.
    #[param(value_type = Option<String>)]
    state: Option<SendingState>,
}

/// What a web hook has sent or will send, the newest first.
#[utoipa::path(get, path = "/api/v1/hooks/{hook}/sent", params(("hook" = String, Path), ListQuery, StateQuery), responses((status = 200, body = SendingList), (status = 404)))]
pub(super) async fn sendings(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(hook): Path<String>,
    Query(query): Query<ListQuery>,
    Query(StateQuery { state: only }): Query<StateQuery>,
) -> Result<Json<SendingList>, AppError> {
    let (can, hook, ask) = (may(&who)?, hook_id(&hook)?, query.ask()?);
    let found = state.app.db.read(move |read| -> Result<_, HookError> {
        hooks::get(read, &can, hook)?;
        Ok(hooks::sendings(read, &can, (hook, only, false), &ask)?)
    });
    let found = found.await?;
    let messages = found.rows.iter().map(SendingShown::from).collect();
    Ok(Json(SendingList { messages, next: found.next.map(|next| next.to_string()) }))
}

/// Sends a message once more, under the same id.
#[utoipa::path(post, path = "/api/v1/hooks/{hook}/sent/{sending}/again", params(("hook" = String, Path), ("sending" = String, Path)), responses((status = 204), (status = 404), (status = 409)))]
pub(super) async fn again(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path((hook, sending)): Path<(String, String)>,
    Turning(turn): Turning,
) -> Result<StatusCode, AppError> {
    let (can, hook) = (may(&who)?, hook_id(&hook)?);
    let sending = sending.parse().map_err(|_| AppError::not_there())?;
    state.app.db.write(move |tx| hooks::again(tx, &can, (hook, sending), &turn)).await?;
    state.bell.notify_one();
    Ok(StatusCode::NO_CONTENT)
}
