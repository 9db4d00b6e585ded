//! Practice: tasks with a known answer, judged at once. It looks and works like paid work, says clearly that it is
//! not, and keeps nothing in the outbox: each try is judged while the worker waits.

use std::fmt;
use std::str::FromStr;

use askama::Template;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use kazi_app::bound::Head;
use kazi_app::practice::{self, Exercise, Learning, Tried};
use kazi_app::work;
use kazi_app::{App, Turn};
use kazi_db::Read;
use kazi_domain::policy::Actor;
use kazi_domain::{Moment, Money, Span};
use kazi_services::{BlobRef, JsonView, Problem};
use kazi_texts::Texts;
use serde_json::json;

use super::api::{Count, NextBody};
use super::batch::{Today, today};
use super::page::{PlainForm, Practice, Sent, TaskPage, lessons};
use super::task::{Pay, TaskBody, rfc3339, stage_name, summary};
use crate::door::page;
use crate::error::{AppError, told};
use crate::extract::{At, Language, Turning, WorkerAt};
use crate::frame::Frame;
use crate::route::{Cache, Rate, Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static PAGE: Route = Route::get("/work/{project}/{stage}/practice", Who::Worker);
static TRY: Route = Route::post("/work/{project}/{stage}/practice", Who::Worker).rate(Rate::Work);
static NEXT: Route = Route::get("/work/{project}/{stage}/practice/next", Who::Worker).rate(Rate::Work);
static MEDIA: Route =
    Route::get("/work/{project}/{stage}/practice/media/{hash}", Who::Worker).cache(Cache::PrivateForever);

pub(crate) fn add(routes: Routes) -> Routes {
    routes.add(&PAGE, first).add(&TRY, plain_try).add(&NEXT, next).add(&MEDIA, media)
}

/// How the page names a try at an exercise. Each try has its own name: a browser remembers which tasks are done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PracticeTask {
    at: At,
    number: u32,
    tries: i64,
}

impl fmt::Display for PracticeTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at: At { project, stage }, number, tries } = self;
        write!(f, "practice.{project}.{stage}.{number}.{tries}")
    }
}

impl FromStr for PracticeTask {
    type Err = AppError;

    fn from_str(text: &str) -> Result<Self, AppError> {
        let rest = text.strip_prefix("practice.").ok_or_else(AppError::not_there)?;
        let parts: Vec<&str> = rest.split('.').collect();
        let &[project, stage, number, tries] = parts.as_slice() else { return Err(AppError::not_there()) };
        let not_there = |_| AppError::not_there();
        Ok(Self {
            at: At { project: project.parse().map_err(|_| AppError::not_there())?, stage: stage.to_owned() },
            number: number.parse().map_err(not_there)?,
            tries: tries.parse().map_err(not_there)?,
        })
    }
}

/// Where somebody practises, and how far they are.
pub(super) struct Class {
    pub(super) head: Head,
    pub(super) learning: Learning,
    pub(super) today: Today,
    at: At,
}

/// Looks up the course of a stage and how far the person is.
pub(super) async fn class(state: &WebState, actor: Actor, at: At, now: Moment) -> Result<Class, AppError> {
    let app = state.app.clone();
    let found = state.app.db.read(move |read: &mut Read<'_>| {
        let permit = work::permit(read, &actor, at.project)?;
        let head = app.projects.head(read, at.project)?;
        let learning = practice::learning(read, &app.projects, &permit, &at.stage)?;
        let clock = (head.terms.currency, permit.utc_offset_minutes);
        let today = today(read, &actor, clock, now)?;
        Ok::<_, AppError>(Class { head, learning, today, at: at.clone() })
    });
    found.await
}

impl Class {
    /// The exercises to do next: no more than must still be right, those least tried first.
    fn open(&self, count: u32) -> Vec<&Exercise> {
        let mut open: Vec<&Exercise> = self.learning.exercises.iter().filter(|one| !one.right).collect();
        open.sort_by_key(|one| (one.tries, one.number));
        let most = self.learning.left().min(count.clamp(1, 20));
        open.truncate(usize::try_from(most).unwrap_or(1));
        open
    }

    fn body(
        &self,
        exercise: &Exercise,
        given: Option<&str>,
        (turn, texts): (&Turn, &Texts),
    ) -> Result<TaskBody, AppError> {
        let At { project, stage } = &self.at;
        let key = format!("practice/{}", exercise.number);
        let media = |blob: &BlobRef| format!("/work/{project}/{stage}/practice/media/{}", blob.0);
        let view = JsonView {
            stage,
            key: &key,
            item: &exercise.task.item,
            parent: None,
            pieces: &[],
            readings: &[],
            given,
            media: &media,
            texts,
            practice: true,
        };
        let task = PracticeTask { at: self.at.clone(), number: exercise.number, tries: exercise.tries };
        Ok(TaskBody {
            task: task.to_string(),
            key: key.clone(),
            lease_until: rfc3339(turn.at + Span::minutes(24 * 60)),
            practice: true,
            screen: self.head.terms.service.screen(&view).map_err(AppError::fault)?,
            pay: Pay { text: None },
        })
    }

    /// What learning pays, if it pays at all.
    pub(super) fn pays(&self) -> Option<String> {
        let Learning { pays, currency, .. } = self.learning;
        (pays > 0).then(|| Money::new(pays, currency).to_string())
    }
}

async fn first(
    State(state): State<WebState>,
    at: At,
    WorkerAt(who): WorkerAt,
    (frame, Turning(turn)): (Frame, Turning),
) -> Result<Response, AppError> {
    let class = class(&state, who.actor.clone(), at, turn.at).await?;
    show(&class, &who.actor, frame, &turn, Again::default())
}

/// What a page after a formless try begins from.
#[derive(Default)]
struct Again {
    number: Option<u32>,
    given: Option<String>,
    problems: Vec<Problem>,
}

fn show(
    class: &Class,
    actor: &Actor,
    frame: Frame,
    turn: &Turn,
    Again { number, given, problems }: Again,
) -> Result<Response, AppError> {
    let address = format!("/work/{}/{}", class.at.project, class.at.stage);
    let open = class.open(20);
    let Some(exercise) = open.iter().find(|one| Some(one.number) == number).or(open.first()) else {
        return Ok(Redirect::to(&format!("{address}/learn")).into_response());
    };
    let t = frame.texts;
    let service = &*class.head.terms.service;
    let says = if class.pays().is_some() { t.practice_paid_once() } else { t.practice_not_paid() };
    let shown = TaskPage {
        title: format!("{}: {}", t.practice(), stage_name(service, &class.at.stage, t)),
        project: class.at.project,
        stage: format!("{}/practice", class.at.stage),
        worker: actor.person,
        task: class.body(exercise, given.as_deref(), (turn, t))?,
        today: class.today.clone(),
        hour: None,
        practice: Some(Practice { says, left: t.practice_left(class.learning.left()) }),
        form: PlainForm { problems: told(&problems, t), begun: turn.at.micros(), ..PlainForm::default() },
        lessons: lessons(service, &class.at.stage, t),
        help: format!("{address}/learn"),
        frame,
    };
    shown.response(false)
}

async fn next(
    State(state): State<WebState>,
    at: At,
    Query(Count { count }): Query<Count>,
    WorkerAt(who): WorkerAt,
    Language { texts, .. }: Language,
    Turning(turn): Turning,
) -> Result<Json<NextBody>, AppError> {
    let class = class(&state, who.actor, at, turn.at).await?;
    let bodies = class.open(count).into_iter().map(|one| class.body(one, None, (&turn, texts)));
    let tasks = bodies.collect::<Result<_, _>>()?;
    Ok(Json(NextBody { tasks, today: Some(class.today), news: false, hour: None }))
}

/// How a try went, in words.
#[derive(Template)]
#[template(path = "work/feedback.html")]
struct Feedback {
    t: &'static Texts,
    right: bool,
    reason: Option<String>,
    given: String,
    truth: String,
    left: Option<String>,
    passed: bool,
    paid: Option<String>,
    start: String,
}

fn feedback(
    class: &Class,
    tried: &Tried,
    given: &str,
    (turn, t): (&Turn, &'static Texts),
    number: u32,
) -> Result<Feedback, AppError> {
    let exercise = class.learning.exercises.iter().find(|one| one.number == number);
    let exercise = exercise.ok_or_else(AppError::not_there)?;
    let screen = class.body(exercise, None, (turn, t))?.screen;
    let paid = tried.passed.filter(|paid| *paid > 0);
    Ok(Feedback {
        t,
        right: tried.right,
        reason: tried.reason.and_then(|key| t.by_key(key)),
        given: summary(given, &screen),
        truth: summary(&tried.truth, &screen),
        left: (tried.left > 0).then(|| t.practice_left(tried.left)),
        passed: tried.left == 0,
        paid: paid.map(|paid| t.practice_paid_you(Money::new(paid, class.learning.currency).to_string())),
        start: format!("/work/{}/{}", class.at.project, class.at.stage),
    })
}

async fn try_it(
    app: &App,
    actor: Actor,
    (PracticeTask { at, number, .. }, answer): (PracticeTask, String),
    turn: Turn,
) -> Result<Tried, AppError> {
    let projects = app.projects.clone();
    let tried = app.db.write(move |tx| {
        let permit = work::permit(tx, &actor, at.project)?;
        Ok::<_, AppError>(practice::try_it(tx, &projects, &permit, (&at.stage, number, &answer), &turn)?)
    });
    tried.await
}

/// Judges what the script sends for a practice task.
pub(super) async fn judged(
    state: &WebState,
    (actor, texts): (Actor, &'static Texts),
    (task, answer): (PracticeTask, String),
    turn: Turn,
) -> Result<Response, AppError> {
    let wish = (task.clone(), answer.clone());
    let tried = try_it(&state.app, actor.clone(), wish, turn.clone()).await?;
    let class = class(state, actor, task.at, turn.at).await?;
    let told = feedback(&class, &tried, &answer, (&turn, texts), task.number)?;
    let html = told.render().map_err(AppError::fault)?;
    let body = json!({
        "state": "accepted",
        "late": false,
        "today": class.today,
        "feedback": {"right": tried.right, "html": html},
    });
    Ok(Json(body).into_response())
}

#[derive(Template)]
#[template(path = "work/tried.html")]
struct TriedPage {
    frame: Frame,
    says: String,
    again: String,
    passed: bool,
}

async fn plain_try(
    State(state): State<WebState>,
    at: At,
    WorkerAt(who): WorkerAt,
    (frame, Turning(turn)): (Frame, Turning),
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let sent = Sent::of(fields);
    let task: PracticeTask = sent.task.parse()?;
    let before = class(&state, who.actor.clone(), at.clone(), turn.at).await?;
    let exercise = before.learning.exercises.iter().find(|one| one.number == task.number);
    let item = &exercise.ok_or_else(AppError::not_there)?.task.item;
    let again = |problems, given| Again { number: Some(task.number), given, problems };
    let answer = match before.head.terms.service.read_form(&at.stage, item, &sent.fields) {
        Ok(answer) => answer,
        Err(problems) => return show(&before, &who.actor, frame, &turn, again(problems, None)),
    };
    let task = PracticeTask { at: at.clone(), ..task.clone() };
    let tried =
        match try_it(&state.app, who.actor.clone(), (task.clone(), answer.clone()), turn.clone()).await {
            Err(error) if !error.problems.is_empty() => {
                return show(&before, &who.actor, frame, &turn, again(error.problems, Some(answer)));
            }
            other => other?,
        };
    let told = feedback(&before, &tried, &answer, (&turn, frame.texts), task.number)?;
    let says = told.render().map_err(AppError::fault)?;
    let again = format!("/work/{}/{}/practice", at.project, at.stage);
    page(&TriedPage { frame, says, again, passed: told.passed })
}

/// The pictures of exercises come with the program.
async fn media(
    State(state): State<WebState>,
    at: At,
    Path((_, _, hash)): Path<(String, String, String)>,
    WorkerAt(who): WorkerAt,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let class = class(&state, who.actor, at, turn.at).await?;
    let all = class.learning.exercises.iter().flat_map(|one| &one.task.media);
    let (_, kind, bytes) =
        all.into_iter().find(|(blob, ..)| blob.0 == hash).ok_or_else(AppError::not_there)?;
    Ok(([(header::CONTENT_TYPE, *kind)], Body::from(*bytes)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_try_keeps_its_name() {
        let name = "practice.project_0192f3a4b5c67d8e9f00112233445566.answer.3.1";
        assert_eq!(name.parse::<PracticeTask>().unwrap().to_string(), name);
        for wrong in ["task_1", "practice.", "practice.project_1.answer.0.0", "practice.a.b.c"] {
            assert!(wrong.parse::<PracticeTask>().is_err(), "{wrong}");
        }
    }
}
