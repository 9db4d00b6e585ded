//! What to know of a stage: its lessons with right and wrong examples, before practice and as help.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kazi_app::{instructions, work};
use kazi_services::Lesson;
use kazi_texts::Texts;

use super::practice::class;
use super::task::stage_name;
use crate::door::page;
use crate::error::AppError;
use crate::extract::{At, Turning, WorkerAt};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static LEARN: Route = Route::get("/work/{project}/{stage}/learn", Who::Worker);
static HELP: Route = Route::get("/work/{project}/{stage}/help", Who::Worker);

pub(crate) fn add(routes: Routes) -> Routes {
    routes.add(&LEARN, learn).add(&HELP, help)
}

/// A lesson in words; an example is given line by line.
struct Shown {
    title: String,
    right: Vec<String>,
    wrong: Vec<String>,
}

fn shown(lesson: &Lesson, texts: &Texts) -> Shown {
    let own = |key: &str| texts.by_key(key).unwrap_or_default();
    let lines = |end: &str| {
        let text = own(&format!("{}-{end}", lesson.key));
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    Shown { title: own(lesson.key), right: lines("right"), wrong: lines("wrong") }
}

#[derive(Template)]
#[template(path = "work/learn.html")]
struct LearnPage {
    frame: Frame,
    title: String,
    address: String,
    lessons: Vec<Shown>,
    pass: u32,
    left: String,
    begun: bool,
    certified: bool,
    pays: Option<String>,
}

async fn learn(
    State(state): State<WebState>,
    at: At,
    WorkerAt(who): WorkerAt,
    (frame, Turning(turn)): (Frame, Turning),
) -> Result<Response, AppError> {
    let class = class(&state, who.actor, at.clone(), turn.at).await?;
    let t = frame.texts;
    let learning = &class.learning;
    page(&LearnPage {
        title: stage_name(&*class.head.terms.service, &at.stage, t),
        address: format!("/work/{}/{}", at.project, at.stage),
        lessons: learning.lessons.iter().map(|lesson| shown(lesson, t)).collect(),
        pass: learning.pass,
        left: t.practice_left(learning.left()),
        begun: learning.exercises.iter().any(|one| one.tries > 0),
        certified: learning.certified,
        pays: class.pays().map(|amount| t.learning_pays(amount)),
        frame,
    })
}

#[derive(Template)]
#[template(path = "work/help.html")]
struct HelpPage {
    frame: Frame,
    title: String,
    address: String,
    lessons: Vec<Shown>,
    /// What the project asks.
    instructions: String,
}

async fn help(
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
        Ok::<_, AppError>((head, news.body))
    });
    let (head, instructions) = found.await?;
    let service = &*head.terms.service;
    service.stage(&at.stage).ok_or_else(AppError::not_there)?;
    let lessons = service.course(&at.stage).into_iter().flat_map(|course| course.lessons);
    page(&HelpPage {
        title: stage_name(service, &at.stage, frame.texts),
        address: format!("/work/{}/{}", at.project, at.stage),
        lessons: lessons.map(|lesson| shown(&lesson, frame.texts)).collect(),
        instructions,
        frame,
    })
}
