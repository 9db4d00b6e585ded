//! What needs a person of the staff: items that are stuck, and background jobs.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use kazi_app::access::SignedIn;
use kazi_app::jobs::{self, Filter};
use kazi_app::projects;
use kazi_app::work::{self, Mend};
use kazi_domain::policy::{Can, Facts, ManageJobs, MendProject, permit};
use kazi_domain::{Id, kind};
use serde::Deserialize;
use serde_json::Value;

use super::projects::{ListQuery, id};
use super::sent::Sent;
use super::shown::{JobList, JobShown, StuckList, StuckShown};
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static STUCK: Route = Route::get("/api/v1/projects/{project}/stuck", Who::Api);
static MEND: Route = Route::post("/api/v1/projects/{project}/items/{item}/mend", Who::Api);
static JOBS: Route = Route::get("/api/v1/jobs", Who::Api);
static CANCEL: Route = Route::post("/api/v1/jobs/{job}/cancel", Who::Api);
static RETRY: Route = Route::post("/api/v1/jobs/{job}/retry", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .add(&STUCK, stuck)
        .add(&MEND, mend)
        .add(&JOBS, jobs)
        .add(&CANCEL, cancel_job)
        .add(&RETRY, retry_job)
}

/// Items that wait for the staff, and why.
#[utoipa::path(get, path = "/api/v1/projects/{project}/stuck", params(("project" = String, Path), ListQuery), responses((status = 200, body = StuckList), (status = 404)))]
pub(super) async fn stuck(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Json<StuckList>, AppError> {
    let (project, ask) = (id(&project)?, query.ask()?);
    let found = state
        .app
        .db
        .read(move |read| -> Result<_, AppError> {
            let can: Can<MendProject> = projects::may(read, &who.actor, project)?;
            Ok(projects::trouble::stuck(read, &can, &ask)?)
        })
        .await?;
    let items = found.rows.iter().map(StuckShown::from).collect();
    Ok(Json(StuckList { items, next: found.next.map(|next| next.to_string()) }))
}

/// What to do with an item.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum MendBody {
    /// Ask one more person.
    Reopen,
    /// Leave it out.
    Drop,
    /// Settle it with this outcome.
    Settle { outcome: Value },
}

/// Mends an item that is stuck.
#[utoipa::path(post, path = "/api/v1/projects/{project}/items/{item}/mend", params(("project" = String, Path), ("item" = String, Path)), request_body = MendBody, responses((status = 204), (status = 404), (status = 409)))]
pub(super) async fn mend(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path((project, item)): Path<(String, String)>,
    Turning(turn): Turning,
    Sent(body): Sent<MendBody>,
) -> Result<StatusCode, AppError> {
    let project = id(&project)?;
    let item: Id<kind::Item> = item.parse().map_err(|_| AppError::not_there())?;
    let decision = match body {
        MendBody::Reopen => Mend::Reopen,
        MendBody::Drop => Mend::Drop,
        MendBody::Settle { outcome } => Mend::Settle(outcome.to_string()),
    };
    let all = state.app.projects.clone();
    state
        .app
        .db
        .write(move |tx| -> Result<_, AppError> {
            let can: Can<MendProject> = projects::may(tx, &who.actor, project)?;
            Ok(work::mend(tx, &all, &can, (item, &decision), &turn)?)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) fn may_steer(who: &SignedIn) -> Result<Can<ManageJobs>, AppError> {
    permit(&who.actor, who.actor.organisation, Facts::default()).ok_or_else(AppError::not_there)
}

/// Background jobs, newest first.
#[utoipa::path(get, path = "/api/v1/jobs", params(ListQuery), responses((status = 200, body = JobList), (status = 404)))]
pub(super) async fn jobs(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Query(query): Query<ListQuery>,
) -> Result<Json<JobList>, AppError> {
    let (can, ask) = (may_steer(&who)?, query.ask()?);
    let found = state.app.db.read(move |read| jobs::page(read, &can, &Filter::default(), &ask)).await?;
    let jobs = found.rows.iter().map(|row| JobShown::from(&row.job)).collect();
    Ok(Json(JobList { jobs, next: found.next.map(|next| next.to_string()) }))
}

/// Calls a job off.
#[utoipa::path(post, path = "/api/v1/jobs/{job}/cancel", params(("job" = String, Path)), responses((status = 204), (status = 404), (status = 409)))]
pub(super) async fn cancel_job(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(job): Path<String>,
    Turning(turn): Turning,
) -> Result<StatusCode, AppError> {
    let can = may_steer(&who)?;
    let job: Id<kind::Job> = job.parse().map_err(|_| AppError::not_there())?;
    state.app.db.write(move |tx| jobs::cancel(tx, &can, job, &turn)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tries a job again that was given up.
#[utoipa::path(post, path = "/api/v1/jobs/{job}/retry", params(("job" = String, Path)), responses((status = 204), (status = 404), (status = 409)))]
pub(super) async fn retry_job(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(job): Path<String>,
    Turning(turn): Turning,
) -> Result<StatusCode, AppError> {
    let can = may_steer(&who)?;
    let job: Id<kind::Job> = job.parse().map_err(|_| AppError::not_there())?;
    state.app.db.write(move |tx| jobs::retry(tx, &can, job, &turn)).await?;
    Ok(StatusCode::NO_CONTENT)
}
