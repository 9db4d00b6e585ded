//! The day on which the data of a project is deleted: look, set, undo; and setting it by itself.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kazi_app::forget::{self, ForgetError, Plan};
use kazi_app::projects;
use kazi_domain::Moment;
use kazi_domain::policy::{Can, ForgetProject, ViewProject};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::projects::id;
use super::sent::Sent;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static GET: Route = Route::get("/api/v1/projects/{project}/deletion", Who::Api);
static SET: Route = Route::put("/api/v1/projects/{project}/deletion", Who::Api);
static UNDO: Route = Route::delete("/api/v1/projects/{project}/deletion", Who::Api);
static ALWAYS: Route = Route::put("/api/v1/projects/{project}/deletion/always", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&GET, get).add(&SET, set).add(&UNDO, undo).add(&ALWAYS, always)
}

/// What is planned for the data of a project, or was done with it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeletionShown {
    /// The day, if one is set.
    #[schema(required)]
    due_at: Option<i64>,
    #[schema(required)]
    begun_at: Option<i64>,
    #[schema(required)]
    done_at: Option<i64>,
    /// How many files were deleted, and so on; 0 before.
    files: i64,
    items: i64,
    answers: i64,
    delivered_files: i64,
    /// How many stored files stay, for another project shows the same bytes.
    kept_for_others: i64,
    /// So many days after each acceptance the client has its data deleted.
    #[schema(required)]
    default_days: Option<i64>,
}

impl From<&Plan> for DeletionShown {
    fn from(plan: &Plan) -> Self {
        let [files, items, answers, delivered_files, kept_for_others] = plan.counts;
        Self {
            due_at: plan.due_at.map(Moment::micros),
            begun_at: plan.begun_at.map(Moment::micros),
            done_at: plan.done_at.map(Moment::micros),
            files,
            items,
            answers,
            delivered_files,
            kept_for_others,
            default_days: plan.default_days,
        }
    }
}

/// What is planned for the data of a project, or was done with it.
#[utoipa::path(get, path = "/api/v1/projects/{project}/deletion", params(("project" = String, Path)), responses((status = 200, body = DeletionShown), (status = 404)))]
pub(super) async fn get(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
) -> Result<Json<DeletionShown>, AppError> {
    let project = id(&project)?;
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<ViewProject> = projects::may(read, &who.actor, project)?;
        Ok(forget::get(read, &can)?)
    });
    Ok(Json(DeletionShown::from(&found.await?)))
}

/// A day.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewDeletion {
    /// Microseconds since 1970, UTC: at least eight days from now.
    due_at: i64,
}

/// Sets the day on which the data of a project that has ended is deleted. For the operator and whoever leads the client's people.
#[utoipa::path(put, path = "/api/v1/projects/{project}/deletion", params(("project" = String, Path)), request_body = NewDeletion, responses((status = 204), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn set(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
    Turning(turn): Turning,
    Sent(NewDeletion { due_at }): Sent<NewDeletion>,
) -> Result<StatusCode, AppError> {
    let project = id(&project)?;
    let done = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<ForgetProject> = projects::may(tx, &who.actor, project)?;
        Ok(forget::set(tx, &can, Moment::from_micros(due_at), &turn)?)
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Undoes it, until the day.
#[utoipa::path(delete, path = "/api/v1/projects/{project}/deletion", params(("project" = String, Path)), responses((status = 204), (status = 404), (status = 409)))]
pub(super) async fn undo(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
    Turning(turn): Turning,
) -> Result<StatusCode, AppError> {
    let project = id(&project)?;
    let done = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<ForgetProject> = projects::may(tx, &who.actor, project)?;
        match forget::undo(tx, &can, &turn) {
            // What was not to be is undone already.
            Err(ForgetError::NotThere) => Ok(()),
            other => Ok(other?),
        }
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How long after each acceptance.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewDefault {
    /// 8 to 3650; nothing for never.
    days: Option<i64>,
}

/// Has the data of every project of the same client deleted so many days after its acceptance, from now on.
#[utoipa::path(put, path = "/api/v1/projects/{project}/deletion/always", params(("project" = String, Path)), request_body = NewDefault, responses((status = 204), (status = 404), (status = 422)))]
pub(super) async fn always(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
    Turning(turn): Turning,
    Sent(NewDefault { days }): Sent<NewDefault>,
) -> Result<StatusCode, AppError> {
    let project = id(&project)?;
    let done = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<ForgetProject> = projects::may(tx, &who.actor, project)?;
        Ok(forget::set_default(tx, &can, days, &turn)?)
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}
