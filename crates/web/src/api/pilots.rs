//! Pilots: a few items that are worked on before the rest is opened.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kazi_app::projects::{self, pilot};
use kazi_domain::policy::{Can, ViewProject};
use serde::{Deserialize, Serialize};

use super::projects::id;
use super::sent::Sent;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static LOOK: Route = Route::get("/api/v1/projects/{project}/pilot", Who::Api);
static BEGIN: Route = Route::post("/api/v1/projects/{project}/pilot", Who::Api);
static OPEN: Route = Route::post("/api/v1/projects/{project}/open-rest", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&LOOK, look).add(&BEGIN, begin).add(&OPEN, open_rest)
}

/// A pilot.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct PilotShown {
    /// Whether only its items are worked on.
    running: bool,
    items: i64,
    /// How many of them are finished or left out.
    finished: i64,
    /// What all items will cost if the rest is like the pilot, in millionths, once that can be told.
    cost: Option<i64>,
    /// The 95 % interval of that.
    cost_low: Option<i64>,
    cost_high: Option<i64>,
}

/// The pilot of a project.
#[utoipa::path(get, path = "/api/v1/projects/{project}/pilot", params(("project" = String, Path)), responses((status = 200, body = PilotShown), (status = 404)))]
pub(super) async fn look(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
) -> Result<Json<PilotShown>, AppError> {
    let project = id(&project)?;
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<ViewProject> = projects::may(read, &who.actor, project)?;
        Ok(pilot::look(read, &can)?)
    });
    let pilot = found.await?.ok_or_else(AppError::not_there)?;
    Ok(Json(PilotShown {
        running: pilot.running,
        items: pilot.items,
        finished: pilot.finished,
        cost: pilot.outlook.map(|outlook| outlook.cost),
        cost_low: pilot.outlook.map(|outlook| outlook.low),
        cost_high: pilot.outlook.map(|outlook| outlook.high),
    }))
}

/// How large a pilot is.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct PilotBody {
    /// 20 to 200 items, and fewer than there are.
    #[schema(minimum = 20, maximum = 200)]
    items: u32,
}

/// Starts a draft with a pilot: only the tasks of so many items, drawn at random, are offered.
#[utoipa::path(post, path = "/api/v1/projects/{project}/pilot", params(("project" = String, Path)), request_body = PilotBody, responses((status = 204), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn begin(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
    Turning(turn): Turning,
    Sent(PilotBody { items }): Sent<PilotBody>,
) -> Result<StatusCode, AppError> {
    crate::staff::begun(&state, &who, id(&project)?, (items, turn)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Opens the rest, once the pilot is finished.
#[utoipa::path(post, path = "/api/v1/projects/{project}/open-rest", params(("project" = String, Path)), responses((status = 204), (status = 404), (status = 409)))]
pub(super) async fn open_rest(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
    Turning(turn): Turning,
) -> Result<StatusCode, AppError> {
    crate::staff::opened(&state, &who, id(&project)?, turn).await?;
    Ok(StatusCode::NO_CONTENT)
}
