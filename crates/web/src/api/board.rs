//! What all projects under way need.

use axum::Json;
use axum::extract::{Query, State};
use kazi_app::projects::board::{self, Filter, Row, Why};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::projects::ListQuery;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static BOARD: Route = Route::get("/api/v1/board", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&BOARD, get)
}

/// A project under way, and what it needs.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BoardRow {
    project: String,
    name: String,
    organisation: String,
    state: &'static str,
    /// The most urgent first. Each has a `why`: `failed`, `jobs_failed`, `stuck`, `no_centre`, `nobody_works`, `quality`,
    /// `below_wage` or `undecided`, and the figures that it rests on.
    #[schema(value_type = Vec<Object>)]
    why: Vec<Why>,
}

impl From<&Row> for BoardRow {
    fn from(row: &Row) -> Self {
        Self {
            project: row.project.to_string(),
            name: row.name.clone(),
            organisation: row.organisation.clone(),
            state: row.state.word(),
            why: row.why.clone(),
        }
    }
}

/// Projects under way, and where the next page begins.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BoardList {
    projects: Vec<BoardRow>,
    #[schema(required)]
    next: Option<String>,
    /// Letters that could not be sent; 100 stand for more.
    letters_failed: i64,
    /// Background jobs that were given up; 100 stand for more.
    jobs_failed: i64,
}

/// Which projects.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhyQuery {
    /// Only those with this reason.
    why: Option<String>,
    /// Those that need nothing too.
    all: Option<bool>,
}

/// What all projects under way need, the most urgent first, at most 25 a page. For the operator.
#[utoipa::path(get, path = "/api/v1/board", params(ListQuery, WhyQuery), responses((status = 200, body = BoardList), (status = 404)))]
pub(super) async fn get(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Query(query): Query<ListQuery>,
    Query(why): Query<WhyQuery>,
    Turning(turn): Turning,
) -> Result<Json<BoardList>, AppError> {
    let can = board::may_see(&who.actor).ok_or_else(AppError::not_there)?;
    let (ask, projects) = (query.ask()?, state.app.projects.clone());
    let filter = Filter { all: why.all.unwrap_or(false), why: why.why.unwrap_or_default() };
    let found =
        state.app.db.read(move |read| board::board(read, &projects, &can, (&filter, &ask), turn.at)).await?;
    let projects = found.page.rows.iter().map(BoardRow::from).collect();
    let next = found.page.next.map(|next| next.to_string());
    Ok(Json(BoardList { projects, next, letters_failed: found.letters, jobs_failed: found.jobs }))
}
