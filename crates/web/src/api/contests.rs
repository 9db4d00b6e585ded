//! Answers that were not accepted, and deciding on second looks.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use kazi_app::contest::{self, Decision, Filter, Row};
use kazi_app::projects;
use kazi_domain::policy::{Can, MendProject};
use kazi_domain::{Id, LookState, WhyNot, kind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::projects::{ListQuery, id};
use super::sent::Sent;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static REJECT: Route = Route::post("/api/v1/projects/{project}/answers/{answer}/reject", Who::Api);
static LIST: Route = Route::get("/api/v1/contests", Who::Api);
static DECIDE: Route = Route::post("/api/v1/contests/{answer}", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&REJECT, reject).add(&LIST, list).add(&DECIDE, decide)
}

fn answer_id(text: &str) -> Result<Id<kind::Answer>, AppError> {
    text.parse().map_err(|_| AppError::not_there())
}

/// Why an answer is not accepted.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewRejection {
    /// `empty`, `made_up`, `instructions` or `other`.
    #[schema(value_type = String)]
    reason: WhyNot,
    /// What is wrong with it, for its worker to read.
    note: String,
}

/// Does not accept an answer to an item that is stuck. For the operator.
#[utoipa::path(post, path = "/api/v1/projects/{project}/answers/{answer}/reject", params(("project" = String, Path), ("answer" = String, Path)), request_body = NewRejection, responses((status = 204), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn reject(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path((project, answer)): Path<(String, String)>,
    Turning(turn): Turning,
    Sent(NewRejection { reason, note }): Sent<NewRejection>,
) -> Result<StatusCode, AppError> {
    let (project, answer) = (id(&project)?, answer_id(&answer)?);
    let done = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<MendProject> = projects::may(tx, &who.actor, project)?;
        Ok(contest::reject(tx, &can, answer, (reason, &note), &turn)?)
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A second look that somebody asked for. Nobody is named in it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ContestShown {
    answer: String,
    project: String,
    project_name: String,
    stage: String,
    key: String,
    /// What the answer would have paid, in millionths.
    pay: i64,
    currency: String,
    /// `empty`, `made_up`, `instructions` or `other`.
    reason: &'static str,
    /// What its worker says: `right`, `instructions`, `unclear` or `trouble`.
    plea: &'static str,
    asked_at: i64,
    /// `waiting`, `put_right` or `upheld`.
    state: &'static str,
}

impl From<&Row> for ContestShown {
    fn from(row: &Row) -> Self {
        Self {
            answer: row.answer.to_string(),
            project: row.project.to_string(),
            project_name: row.project_name.clone(),
            stage: row.stage.clone(),
            key: row.key.clone(),
            pay: row.pay.micros,
            currency: row.pay.currency.code().to_owned(),
            reason: row.reason.word(),
            plea: row.plea.word(),
            asked_at: row.contested_at.micros(),
            state: row.state.word(),
        }
    }
}

/// Second looks, and where the next page begins.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ContestList {
    contests: Vec<ContestShown>,
    #[schema(required)]
    next: Option<String>,
}

/// Which second looks.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct StateQuery {
    /// Only those that stand so: `waiting`, `put_right` or `upheld`.
    #[param(value_type = Option<String>)]
    state: Option<LookState>,
}

/// The second looks that workers ask for, newest first: all to the operator, those of the own centre to its team leaders.
#[utoipa::path(get, path = "/api/v1/contests", params(ListQuery, StateQuery), responses((status = 200, body = ContestList), (status = 404)))]
pub(super) async fn list(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Query(query): Query<ListQuery>,
    Query(StateQuery { state: only }): Query<StateQuery>,
) -> Result<Json<ContestList>, AppError> {
    let (ask, filter) = (query.ask()?, Filter { oldest_first: false, state: only });
    let found = state.app.db.read(move |read| contest::for_person(read, &who.actor, filter, &ask)).await?;
    let contests = found.rows.iter().map(ContestShown::from).collect();
    Ok(Json(ContestList { contests, next: found.next.map(|next| next.to_string()) }))
}

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewDecision {
    /// Whether the answer is accepted and paid after all.
    put_right: bool,
    /// Why; needed where it stays unaccepted.
    #[serde(default)]
    note: String,
}

/// Decides on a second look. Not for whoever did not accept the answer, gave it, or answered the same item.
#[utoipa::path(post, path = "/api/v1/contests/{answer}", params(("answer" = String, Path)), request_body = NewDecision, responses((status = 204), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn decide(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(answer): Path<String>,
    Turning(turn): Turning,
    Sent(NewDecision { put_right, note }): Sent<NewDecision>,
) -> Result<StatusCode, AppError> {
    let (answer, decision) = (answer_id(&answer)?, Decision { put_right, note });
    let done = state.app.db.write(move |tx| -> Result<_, AppError> {
        let project = contest::project_of(tx, answer)?;
        let can = contest::may_decide(tx, &who.actor, project)?;
        Ok(contest::decide(tx, &can, answer, &decision, &turn)?)
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}
