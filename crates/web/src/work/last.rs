//! The last answers of a person: to look at, to correct for a while, to take back at once.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use kazi_app::App;
use kazi_app::bound::Head;
use kazi_app::overview::{self, Latest};
use kazi_app::work::{self, Given, Shown, WorkError};
use kazi_db::Read;
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Moment, kind};
use kazi_services::{Problem, Screen};
use kazi_texts::Texts;
use serde::{Deserialize, Serialize};

use super::api::{Wish, take};
use super::page::read;
use super::task::{TaskBody, body_from, rfc3339, screen, summary};
use crate::door::page;
use crate::error::{AppError, told};
use crate::extract::{Named, Turning, WorkerAt};
use crate::frame::Frame;
use crate::guard::wants_page;
use crate::route::{Rate, Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static LAST: Route = Route::get("/work/answers", Who::Worker);
static CORRECT_PAGE: Route = Route::get("/work/answers/{answer}", Who::Worker);
static CORRECT: Route = Route::post("/work/answers/{answer}", Who::Worker).rate(Rate::Work);
static TAKE_BACK: Route = Route::post("/work/answers/{answer}/take-back", Who::Worker).rate(Rate::Work);

pub(crate) fn add(routes: Routes) -> Routes {
    routes.add(&LAST, last).add(&CORRECT_PAGE, correct_page).add(&CORRECT, correct).add(&TAKE_BACK, take_back)
}

#[derive(Debug, Deserialize)]
struct HowMany {
    last: Option<usize>,
}

#[derive(Debug, Serialize)]
struct LastBody {
    answers: Vec<AnswerRow>,
}

/// One of the last answers.
#[derive(Debug, Serialize)]
struct AnswerRow {
    answer_id: Id<kind::Answer>,
    at: String,
    summary: String,
    state: &'static str,
    text: String,
    open: bool,
    task: TaskBody,
}

/// An answer with what its screen needs.
struct Seen {
    latest: Latest,
    head: Head,
    shown: Shown,
}

impl Seen {
    fn row(&self, texts: &Texts) -> Result<AnswerRow, AppError> {
        let Self { latest, head, shown } = self;
        let given = shown.given.as_ref().map(|(_, body)| body.as_str()).unwrap_or_default();
        let task =
            body_from(head, (shown, Some(given).filter(|given| !given.is_empty())), latest.given_at, texts)?;
        let (state, text) = if latest.rejected {
            ("not_accepted", texts.answer_not_accepted())
        } else if latest.accepted {
            ("accepted", texts.answer_accepted())
        } else {
            ("waiting", texts.answer_being_checked())
        };
        let at = rfc3339(latest.given_at);
        let summary = summary(given, &task.screen);
        Ok(AnswerRow {
            answer_id: latest.id,
            at,
            summary,
            state,
            text,
            open: latest.correctable && !latest.rejected,
            task,
        })
    }
}

fn seen(read: &mut Read<'_>, app: &App, actor: &Actor, now: Moment) -> Result<Vec<Seen>, WorkError> {
    let can = overview::may_view_own(actor).ok_or(WorkError::NotThere)?;
    let mut all = Vec::new();
    for latest in overview::latest(read, &can, now)? {
        // What was done for a project that is no longer at the person's centre is not shown any more.
        let permit = match work::permit(read, actor, latest.project) {
            Err(WorkError::NotThere) => continue,
            other => other?,
        };
        let shown = work::show(read, &app.projects, &permit, latest.task)?;
        let head = app.projects.head(read, latest.project)?;
        all.push(Seen { latest, head, shown });
    }
    Ok(all)
}

#[derive(Template)]
#[template(path = "work/last.html")]
struct LastPage {
    frame: Frame,
    rows: Vec<AnswerRow>,
}

async fn last(
    State(state): State<WebState>,
    WorkerAt(who): WorkerAt,
    Query(HowMany { last }): Query<HowMany>,
    (headers, frame): (HeaderMap, Frame),
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let app = state.app.clone();
    let seen = state.app.db.read(move |read| seen(read, &app, &who.actor, turn.at)).await?;
    let rows = seen.iter().take(last.unwrap_or(usize::MAX)).map(|one| one.row(frame.texts));
    let answers = rows.collect::<Result<Vec<_>, _>>()?;
    if wants_page(&headers, &LAST) {
        return page(&LastPage { frame, rows: answers });
    }
    Ok(Json(LastBody { answers }).into_response())
}

#[derive(Template)]
#[template(path = "work/correct.html")]
struct CorrectPage {
    frame: Frame,
    answer: Id<kind::Answer>,
    screen: Screen,
    problems: Vec<Problem>,
}

/// One of the person's last answers.
async fn one(state: &WebState, actor: Actor, id: Id<kind::Answer>, now: Moment) -> Result<Seen, AppError> {
    let app = state.app.clone();
    let all = state.app.db.read(move |read| seen(read, &app, &actor, now)).await?;
    all.into_iter().find(|one| one.latest.id == id).ok_or_else(AppError::not_there)
}

fn correcting(
    seen: &Seen,
    frame: Frame,
    given: Option<&str>,
    problems: &[Problem],
) -> Result<Response, AppError> {
    let before = seen.shown.given.as_ref().map(|(_, body)| body.as_str());
    let screen = screen(&seen.head, &seen.shown, given.or(before), frame.texts)?;
    let problems = told(problems, frame.texts);
    page(&CorrectPage { frame, answer: seen.latest.id, screen, problems })
}

async fn correct_page(
    State(state): State<WebState>,
    Named(id): Named<kind::Answer>,
    WorkerAt(who): WorkerAt,
    (frame, Turning(turn)): (Frame, Turning),
) -> Result<Response, AppError> {
    correcting(&one(&state, who.actor, id, turn.at).await?, frame, None, &[])
}

async fn correct(
    State(state): State<WebState>,
    Named(id): Named<kind::Answer>,
    WorkerAt(who): WorkerAt,
    (frame, Turning(turn)): (Frame, Turning),
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let seen = one(&state, who.actor.clone(), id, turn.at).await?;
    let task = seen.latest.task;
    let body = match read(&state, who.actor.clone(), task, fields).await? {
        Ok(body) => body,
        Err(problems) => return correcting(&seen, frame, None, &problems),
    };
    let given = Given { id, task, body: body.clone(), millis: 0 };
    match take(&state.app, who.actor, Wish { given, correct: true, next: 0 }, turn).await {
        Err(WorkError::Form(problems)) => correcting(&seen, frame, Some(&body), &problems),
        done => {
            done?;
            Ok(Redirect::to("/work/answers").into_response())
        }
    }
}

async fn take_back(
    State(state): State<WebState>,
    Named(id): Named<kind::Answer>,
    WorkerAt(who): WorkerAt,
    Turning(turn): Turning,
) -> Result<Redirect, AppError> {
    let projects = state.app.projects.clone();
    let place = state.app.db.write(move |tx| {
        let task = work::take_back(tx, &projects, &who.actor, id, &turn)?;
        work::place_of(tx, task)
    });
    let (project, stage) = place.await?;
    Ok(Redirect::to(&format!("/work/{project}/{stage}")))
}
