//! What changed in a project's instructions: read once, before the next task.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use kazi_app::instructions::{self, News};
use kazi_app::work::{self, WorkError};
use serde::Deserialize;

use super::task::stage_name;
use crate::door::page;
use crate::error::AppError;
use crate::extract::{At, Turning, WorkerAt};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static SHOW: Route = Route::get("/work/{project}/{stage}/changes", Who::Worker);
static CONFIRM: Route = Route::post("/work/{project}/{stage}/changes", Who::Worker);

pub(crate) fn add(routes: Routes) -> Routes {
    routes.add(&SHOW, show).add(&CONFIRM, confirm)
}

#[derive(Template)]
#[template(path = "work/changes.html")]
struct ChangesPage {
    frame: Frame,
    title: String,
    address: String,
    news: News,
}

async fn show(
    State(state): State<WebState>,
    at: At,
    WorkerAt(who): WorkerAt,
    frame: Frame,
) -> Result<Response, AppError> {
    let (projects, project) = (state.app.projects.clone(), at.project);
    let found = state.app.db.read(move |read| {
        let permit = work::permit(read, &who.actor, project)?;
        let head = projects.head(read, project)?;
        let news = instructions::news(read, &permit.can, &head)?;
        Ok::<_, WorkError>((head, news))
    });
    let (head, news) = found.await?;
    head.terms.service.stage(&at.stage).ok_or_else(AppError::not_there)?;
    let title = stage_name(&*head.terms.service, &at.stage, frame.texts);
    let address = format!("/work/{}/{}", at.project, at.stage);
    page(&ChangesPage { frame, title, address, news })
}

#[derive(Debug, Deserialize)]
struct Read {
    /// The version that was shown.
    #[serde(default)]
    version: i64,
}

async fn confirm(
    State(state): State<WebState>,
    at: At,
    WorkerAt(who): WorkerAt,
    Turning(turn): Turning,
    Form(Read { version }): Form<Read>,
) -> Result<Response, AppError> {
    let (projects, project) = (state.app.projects.clone(), at.project);
    let confirmed = state.app.db.write(move |tx| {
        let permit = work::permit(tx, &who.actor, project)?;
        let head = projects.head(tx, project)?;
        instructions::confirm(tx, &permit.can, &head, version, &turn)?;
        Ok::<_, WorkError>(())
    });
    confirmed.await?;
    Ok(Redirect::to(&format!("/work/{}/{}", at.project, at.stage)).into_response())
}
