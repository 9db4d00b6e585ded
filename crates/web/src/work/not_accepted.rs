//! One's own answers that were not accepted: why, and asking for a second look with one tap.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use kazi_app::contest::{self, Own};
use kazi_app::listing::{Ask, Page};
use kazi_app::overview::may_view_own;
use kazi_app::work;
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Moment, Plea, kind};
use kazi_texts::Texts;
use serde::Deserialize;

use super::task::{named, screen, summary};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{Named, Turning, WorkerAt};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::{about, pictures};
use crate::state::WebState;

static LIST: Route = Route::get("/work/not-accepted", Who::Worker);
static ASK: Route = Route::post("/work/not-accepted/{answer}", Who::Worker);

pub(crate) fn add(routes: Routes) -> Routes {
    routes.add(&LIST, list).add(&ASK, ask)
}

/// So many on a page.
const ROWS: u32 = 10;

struct Row {
    id: Id<kind::Answer>,
    title: String,
    project: String,
    given: String,
    /// The item: its picture, or its words.
    picture: Option<String>,
    about: String,
    unpaid: String,
    why: String,
    note: String,
    /// What came of it, or where it stands.
    stands: Option<String>,
    right: bool,
    said: String,
    may_ask: bool,
}

#[derive(Template)]
#[template(path = "work/not-accepted.html")]
struct NotAcceptedPage {
    frame: Frame,
    rows: Vec<Row>,
    pleas: Vec<(&'static str, String)>,
    next: Option<String>,
}

#[derive(Debug, Deserialize)]
struct After {
    after: Option<String>,
}

/// What was not accepted, each with what was given in words, as far as the work is still at the person's centre.
type Found = (Page<Own>, Vec<String>);

async fn find(state: &WebState, actor: Actor, ask: Ask, texts: &'static Texts) -> Result<Found, AppError> {
    let app = state.app.clone();
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can = may_view_own(&actor).ok_or_else(AppError::not_there)?;
        let page = contest::own(read, &can, &ask)?;
        let mut given = Vec::new();
        for one in &page.rows {
            let Ok(permit) = work::permit(read, &actor, one.project) else {
                given.push(one.key.clone());
                continue;
            };
            let shown = work::show(read, &app.projects, &permit, one.task)?;
            let head = app.projects.head(read, one.project)?;
            given.push(summary(&one.given, &screen(&head, &shown, Some(&one.given), texts)?));
        }
        Ok((page, given))
    });
    found.await
}

fn row(texts: &Texts, one: &Own, given: &str, now: Moment) -> Row {
    let stands = match &one.outcome {
        Some(outcome) if outcome.put_right => Some(texts.second_look_paid()),
        Some(_) => Some(texts.second_look_no()),
        None if one.plea.is_some() => Some(texts.second_look_waits()),
        None if !one.may_ask(now) => Some(texts.second_look_over()),
        None => None,
    };
    let word = one.reason.word().replace('_', "-");
    Row {
        id: one.answer,
        title: named(&one.service, &one.stage, texts),
        project: one.project_name.clone(),
        given: given.to_owned(),
        picture: pictures(&one.item).first().map(|hash| format!("/media/{}/{hash}", one.project)),
        about: about(&one.item),
        unpaid: texts.not_accepted_unpaid(one.pay.to_string()),
        why: texts.by_key(&format!("not-accepted-says-{word}")).unwrap_or_default(),
        note: one.note.clone(),
        stands,
        right: one.outcome.as_ref().is_some_and(|outcome| outcome.put_right),
        said: one.outcome.as_ref().map(|outcome| outcome.note.clone()).unwrap_or_default(),
        may_ask: one.may_ask(now),
    }
}

async fn list(
    State(state): State<WebState>,
    WorkerAt(who): WorkerAt,
    (frame, Turning(turn)): (Frame, Turning),
    Query(After { after }): Query<After>,
) -> Result<Response, AppError> {
    let after = after.map(|after| after.parse()).transpose().map_err(|_| AppError::not_there())?;
    let ask = Ask { after, rows: ROWS, ..Ask::default() };
    let texts = frame.texts;
    let (found, given) = find(&state, who.actor, ask, texts).await?;
    let rows = found.rows.iter().zip(&given).map(|(one, given)| row(texts, one, given, turn.at)).collect();
    let say = |one: &Plea| {
        let word = one.word();
        (word, texts.by_key(&format!("plea-say-{word}")).unwrap_or_default())
    };
    let pleas = Plea::ALL.iter().map(say).collect();
    let next = found.next.map(|next| format!("/work/not-accepted?after={next}"));
    page(&NotAcceptedPage { frame, rows, pleas, next })
}

#[derive(Debug, Deserialize)]
struct Said {
    #[serde(default)]
    plea: String,
}

async fn ask(
    State(state): State<WebState>,
    Named(answer): Named<kind::Answer>,
    WorkerAt(who): WorkerAt,
    Turning(turn): Turning,
    Form(Said { plea }): Form<Said>,
) -> Result<Response, AppError> {
    let can = may_view_own(&who.actor).ok_or_else(AppError::not_there)?;
    let plea: Plea = plea.parse().map_err(|_| AppError::not_there())?;
    state.app.db.write(move |tx| contest::ask_again(tx, &can, (answer, plea), &turn)).await?;
    Ok(Redirect::to(&format!("/work/not-accepted#{answer}")).into_response())
}
