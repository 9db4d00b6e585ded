//! Skipping and reporting a task: from the script's windows, or on pages of their own without script.

use askama::Template;
use axum::Form;
use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use kazi_app::Turn;
use kazi_app::work::{self, Refused, WorkError};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, kind};
use kazi_texts::Texts;
use serde::Deserialize;

use crate::door::page;
use crate::error::AppError;
use crate::extract::{Named, Turning, WorkerAt};
use crate::frame::Frame;
use crate::route::{Rate, Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static SKIP: Route = Route::post("/work/tasks/{task}/skip", Who::Worker).rate(Rate::Work);
static SKIP_PAGE: Route = Route::get("/work/tasks/{task}/skip", Who::Worker);
static REPORT: Route = Route::post("/work/tasks/{task}/report", Who::Worker).rate(Rate::Work);
static REPORT_PAGE: Route = Route::get("/work/tasks/{task}/report", Who::Worker);

pub(crate) fn add(routes: Routes) -> Routes {
    routes.add(&SKIP, skip).add(&SKIP_PAGE, skip_page).add(&REPORT, report).add(&REPORT_PAGE, report_page)
}

/// A reason and its words.
pub(super) struct Choice {
    pub(super) value: &'static str,
    pub(super) text: String,
}

/// The reasons for skipping or reporting, with their title.
pub(super) struct Reasons {
    pub(super) title: String,
    pub(super) choices: Vec<Choice>,
}

pub(super) fn reasons(how: Refused, t: &Texts) -> Reasons {
    let choice = |value, text| Choice { value, text };
    match how {
        Refused::Skip => Reasons {
            title: t.why_skip(),
            choices: vec![
                choice("too_hard", t.skip_too_hard()),
                choice("not_clear", t.skip_not_clear()),
                choice("other_language", t.skip_other_language()),
                choice("other", t.skip_other()),
            ],
        },
        Refused::Report => Reasons {
            title: t.what_is_wrong(),
            choices: vec![
                choice("broken", t.report_broken()),
                choice("wrong_place", t.report_wrong_place()),
                choice("upsetting", t.report_upsetting()),
                choice("private", t.report_private()),
            ],
        },
    }
}

#[derive(Template)]
#[template(path = "work/reasons.html")]
struct ReasonsPage {
    frame: Frame,
    reasons: Reasons,
    back: String,
}

/// The reason, as the script or a plain form sends it.
struct Said {
    reason: String,
    /// Whether a person waits for a page.
    plain: bool,
}

#[derive(Debug, Deserialize)]
struct Reason {
    #[serde(default)]
    reason: String,
}

impl FromRequest<WebState> for Said {
    type Rejection = Response;

    async fn from_request(request: Request, state: &WebState) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let plain = kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        let reason = if plain {
            let Form(Reason { reason }) =
                Form::from_request(request, state).await.map_err(IntoResponse::into_response)?;
            reason
        } else {
            let Json(Reason { reason }) =
                Json::from_request(request, state).await.map_err(IntoResponse::into_response)?;
            reason
        };
        Ok(Self { reason, plain })
    }
}

async fn skip(
    State(state): State<WebState>,
    Named(task): Named<kind::Task>,
    WorkerAt(who): WorkerAt,
    Turning(turn): Turning,
    said: Said,
) -> Result<Response, AppError> {
    refuse(&state, (who.actor, task), (Refused::Skip, said), turn).await
}

async fn report(
    State(state): State<WebState>,
    Named(task): Named<kind::Task>,
    WorkerAt(who): WorkerAt,
    Turning(turn): Turning,
    said: Said,
) -> Result<Response, AppError> {
    refuse(&state, (who.actor, task), (Refused::Report, said), turn).await
}

async fn refuse(
    state: &WebState,
    (actor, task): (Actor, Id<kind::Task>),
    (how, Said { reason, plain }): (Refused, Said),
    turn: Turn,
) -> Result<Response, AppError> {
    let refused = state.app.db.write(move |tx| {
        work::refuse(tx, &actor, task, (how, &reason), &turn)?;
        work::place_of(tx, task)
    });
    let (project, stage) = refused.await?;
    if plain {
        return Ok(Redirect::to(&format!("/work/{project}/{stage}")).into_response());
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn skip_page(
    state: State<WebState>,
    task: Named<kind::Task>,
    who: WorkerAt,
    frame: Frame,
) -> Result<Response, AppError> {
    reasons_page(state, task, who, (frame, Refused::Skip)).await
}

async fn report_page(
    state: State<WebState>,
    task: Named<kind::Task>,
    who: WorkerAt,
    frame: Frame,
) -> Result<Response, AppError> {
    reasons_page(state, task, who, (frame, Refused::Report)).await
}

async fn reasons_page(
    State(state): State<WebState>,
    Named(task): Named<kind::Task>,
    WorkerAt(who): WorkerAt,
    (frame, how): (Frame, Refused),
) -> Result<Response, AppError> {
    let place = state.app.db.read(move |read| {
        let (project, stage) = work::place_of(read, task)?;
        work::permit(read, &who.actor, project)?;
        Ok::<_, WorkError>(format!("/work/{project}/{stage}"))
    });
    let back = place.await?;
    let reasons = reasons(how, frame.texts);
    page(&ReasonsPage { frame, reasons, back })
}
