//! The task page: the first task rendered whole, so that it shows after one request and works without script.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use kazi_app::Turn;
use kazi_app::overview;
use kazi_app::work::{self, Given, Refused, WorkError};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Moment, Money, kind};
use kazi_services::Problem;
use kazi_texts::Texts;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::api::{Wish, take};
use super::batch::{AHEAD, Batch, Today, lend, today};
use super::notices;
use super::refuse::{Reasons, reasons};
use super::task::{TaskBody, body_from, stage_name};
use crate::door::page;
use crate::error::{AppError, told};
use crate::extract::{At, Turning, WorkerAt};
use crate::frame::Frame;
use crate::headers::PicturesFrom;
use crate::route::{Rate, Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static TASK: Route = Route::get("/work/{project}/{stage}", Who::Worker);
static SEND: Route = Route::post("/work/{project}/{stage}", Who::Worker).rate(Rate::Work);

pub(crate) fn add(routes: Routes) -> Routes {
    routes.add(&TASK, task).add(&SEND, send)
}

/// What stands around a task on its page.
#[derive(Template)]
#[template(path = "work/task.html")]
pub(super) struct TaskPage {
    pub(super) frame: Frame,
    pub(super) title: String,
    pub(super) project: Id<kind::Project>,
    /// The stage as the script names it: `type`, or `type/practice`.
    pub(super) stage: String,
    pub(super) worker: Id<kind::Person>,
    pub(super) task: TaskBody,
    pub(super) today: Today,
    pub(super) hour: Option<String>,
    /// What practice says of itself; for paid work, nothing.
    pub(super) practice: Option<Practice>,
    pub(super) form: PlainForm,
    /// The titles of the lessons, for the help.
    pub(super) lessons: Vec<String>,
    /// Where the help without script lies.
    pub(super) help: String,
}

/// What practice says of itself.
pub(super) struct Practice {
    pub(super) says: String,
    pub(super) left: String,
}

/// What a browser without script needs, and the script too at its first task.
#[derive(Default)]
pub(super) struct PlainForm {
    /// The id for the answer.
    pub(super) answer: String,
    /// When the page was made, in microseconds: the answer took so long.
    pub(super) begun: i64,
    /// What was wrong with what was sent.
    pub(super) problems: Vec<Problem>,
    /// The answer that was just sent: it can be taken back.
    pub(super) sent: Option<Id<kind::Answer>>,
}

/// The icons around every task.
macro_rules! frame_icons {
    () => {
        "speaker-high question lock-simple check-circle-fill arrow-counter-clockwise skip-forward flag hand-coins \
         pencil-simple student warning-circle-fill"
    };
}

#[derive(Serialize)]
struct Start<'a> {
    texts: &'a RawValue,
    task: serde_json::Value,
    today: &'a Today,
    hour: &'a Option<String>,
}

impl TaskPage {
    /// The value that the script starts from; no text in it can end the element it stands in.
    fn start(&self) -> String {
        let mut task = serde_json::to_value(&self.task).unwrap_or_default();
        if let Some(screen) = task.pointer_mut("/screen").and_then(serde_json::Value::as_object_mut) {
            screen.remove("html");
        }
        let Ok(texts) = RawValue::from_string(self.frame.texts.script()) else { return String::new() };
        let start = Start { texts: &texts, task, today: &self.today, hour: &self.hour };
        serde_json::to_string(&start).unwrap_or_default().replace('<', "\\u003c")
    }

    fn wide(&self) -> bool {
        self.task.screen.element == "kazi-proofread"
    }

    /// Whether what is written may have many rows, so that Enter alone does not send.
    fn long(&self) -> bool {
        matches!(self.task.screen.element.as_str(), "kazi-proofread" | "kazi-describe")
    }

    /// The icons of the page and of its tool, and no others: each costs bytes on the line.
    fn icons(&self) -> &'static str {
        match self.task.screen.element.as_str() {
            "kazi-question" => frame_icons!(),
            "kazi-proofread" => {
                concat!(
                    frame_icons!(),
                    " arrow-up arrow-down scissors arrows-in plus trash text-italic text-b"
                )
            }
            _ => concat!(frame_icons!(), " book-open minus-square eye-slash"),
        }
    }

    fn script(&self) -> String {
        self.frame.script(&format!("{}.js", self.task.screen.element))
    }

    fn skip(&self) -> Reasons {
        reasons(Refused::Skip, self.frame.texts)
    }

    fn report(&self) -> Reasons {
        reasons(Refused::Report, self.frame.texts)
    }

    /// The page as a response. Pictures may come from elsewhere if its tasks show such pictures.
    pub(super) fn response(&self, foreign_pictures: bool) -> Result<Response, AppError> {
        let mut response = page(self)?;
        if foreign_pictures {
            // The tasks that the script fetches later may name other places than the first ones.
            response.extensions_mut().insert(PicturesFrom(vec!["https:".to_owned()]));
        }
        Ok(response)
    }
}

/// Whether a screen shows pictures that lie elsewhere.
fn foreign(task: &TaskBody) -> bool {
    task.screen.media.iter().any(|address| address.to_ascii_lowercase().starts_with("https://"))
}

#[derive(Template)]
#[template(path = "work/nothing.html")]
struct NothingPage {
    frame: Frame,
    title: String,
    says: String,
    again: String,
    sent: Option<Id<kind::Answer>>,
}

#[derive(Debug, Deserialize)]
struct Before {
    sent: Option<String>,
}

async fn task(
    State(state): State<WebState>,
    at: At,
    WorkerAt(who): WorkerAt,
    (frame, Turning(turn)): (Frame, Turning),
    Query(Before { sent }): Query<Before>,
) -> Result<Response, AppError> {
    if who.unread {
        return Ok(notices::first(&format!("/work/{}/{}", at.project, at.stage)));
    }
    let sent = sent.and_then(|sent| sent.parse().ok());
    let form = PlainForm { sent, ..PlainForm::default() };
    show(&state, (who.actor, at), frame, turn, Begin { form, again: None }).await
}

/// How a page begins.
struct Begin {
    form: PlainForm,
    /// The task that must be done again, with what was given, as far as that could be read.
    again: Option<(Id<kind::Task>, Option<String>)>,
}

async fn show(
    state: &WebState,
    (actor, at): (Actor, At),
    frame: Frame,
    turn: Turn,
    Begin { mut form, again }: Begin,
) -> Result<Response, AppError> {
    form.begun = turn.at.micros();
    form.problems = told(&form.problems, frame.texts);
    form.answer = turn.mint::<kind::Answer>().to_string();
    let address = format!("/work/{}/{}", at.project, at.stage);
    let (batch, today, offset) = match lent(state, actor.clone(), at.clone(), turn.clone()).await {
        Err(WorkError::LearnFirst) => return Ok(Redirect::to(&format!("{address}/learn")).into_response()),
        Err(WorkError::ReadFirst) => {
            return Ok(Redirect::to(&format!("{address}/changes")).into_response());
        }
        Err(WorkError::NotRunning(_)) => {
            let (title, says) = (frame.texts.work_stopped_title(), frame.texts.work_stopped());
            return page(&NothingPage { frame, title, says, again: address, sent: form.sent });
        }
        other => other?,
    };
    let chosen = |(task, _): &(Id<kind::Task>, _)| batch.tasks.iter().find(|(lent, _)| lent.task == *task);
    let first = again.as_ref().and_then(chosen).or(batch.tasks.first());
    let Some((lent, shown)) = first else {
        let (title, says) = (frame.texts.nothing_now_title(), frame.texts.nothing_now());
        return page(&NothingPage { frame, title, says, again: address, sent: form.sent });
    };
    let given = again.as_ref().filter(|(task, _)| *task == lent.task).and_then(|(_, given)| given.as_deref());
    let task = body_from(&batch.head, (shown, given), lent.until, frame.texts)?;
    let foreign = batch.bodies(frame.texts)?.iter().any(foreign);
    let hour = hour(state, &actor, (&at, offset), turn.at, frame.texts).await?;
    let service = &*batch.head.terms.service;
    let shown = TaskPage {
        title: stage_name(service, &at.stage, frame.texts),
        project: at.project,
        worker: actor.person,
        task,
        today,
        hour,
        practice: None,
        form,
        lessons: lessons(service, &at.stage, frame.texts),
        help: format!("{address}/help"),
        stage: at.stage,
        frame,
    };
    shown.response(foreign)
}

/// The titles of a stage's lessons.
pub(super) fn lessons(service: &dyn kazi_services::BoundService, stage: &str, texts: &Texts) -> Vec<String> {
    let course = service.course(stage);
    course.into_iter().flat_map(|course| course.lessons).filter_map(|one| texts.by_key(one.key)).collect()
}

async fn lent(state: &WebState, actor: Actor, at: At, turn: Turn) -> Result<(Batch, Today, i32), WorkError> {
    let app = state.app.clone();
    let lent = state.app.db.write(move |tx| {
        let (permit, batch) = lend(tx, &app, &actor, (&at, AHEAD), &turn)?;
        let offset = permit.utc_offset_minutes;
        let today = today(tx, &actor, (batch.head.terms.currency, offset), turn.at)?;
        Ok((batch, today, offset))
    });
    lent.await
}

/// What an hour at the stage has really paid, in a sentence.
async fn hour(
    state: &WebState,
    actor: &Actor,
    (at, offset): (&At, i32),
    now: Moment,
    texts: &Texts,
) -> Result<Option<String>, AppError> {
    let (projects, actor) = (state.app.projects.clone(), actor.clone());
    let home = state.app.db.read(move |read| {
        let can = overview::may_view_own(&actor).ok_or_else(AppError::not_there)?;
        Ok::<_, AppError>(overview::home(read, &projects, &can, offset, now)?)
    });
    let queue = home.await?.queues.into_iter().find(|one| one.project == at.project && one.stage == at.stage);
    let paid = queue.and_then(|queue| Some(Money::new(queue.pay_an_hour?, queue.currency)));
    Ok(paid.map(|paid| texts.hour_has_paid(paid.to_string())))
}

/// The fields of a plain form: the page's own, and those that make the answer.
pub(super) struct Sent {
    pub(super) task: String,
    pub(super) answer: String,
    begun: i64,
    pub(super) fields: Vec<(String, String)>,
}

impl Sent {
    pub(super) fn of(fields: Vec<(String, String)>) -> Self {
        let mut sent =
            Self { task: String::new(), answer: String::new(), begun: i64::MAX, fields: Vec::new() };
        for (name, value) in fields {
            match name.as_str() {
                "task" => sent.task = value,
                "answer" => sent.answer = value,
                "begun" => sent.begun = value.parse().unwrap_or(i64::MAX),
                _ => sent.fields.push((name, value)),
            }
        }
        sent
    }

    /// How long it took, in milliseconds.
    fn millis(&self, now: Moment) -> i64 {
        now.micros().saturating_sub(self.begun).max(0) / 1_000
    }
}

async fn send(
    State(state): State<WebState>,
    at: At,
    WorkerAt(who): WorkerAt,
    (frame, Turning(turn)): (Frame, Turning),
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let sent = Sent::of(fields);
    let task = sent.task.parse().map_err(|_| AppError::not_there())?;
    let id: Id<kind::Answer> = sent.answer.parse().map_err(|_| AppError::not_there())?;
    let millis = sent.millis(turn.at);
    let again = |problems, given| Begin {
        form: PlainForm { problems, ..PlainForm::default() },
        again: Some((task, given)),
    };
    let body = match read(&state, who.actor.clone(), task, sent.fields).await? {
        Ok(body) => body,
        Err(problems) => return show(&state, (who.actor, at), frame, turn, again(problems, None)).await,
    };
    let given = Given { id, task, body: body.clone(), millis };
    let wish = Wish { given, correct: false, next: 0 };
    match take(&state.app, who.actor.clone(), wish, turn.clone()).await {
        Err(WorkError::Form(problems)) => {
            show(&state, (who.actor, at), frame, turn, again(problems, Some(body))).await
        }
        done => {
            done?;
            let to = format!("/work/{}/{}?sent={id}", at.project, at.stage);
            Ok(Redirect::to(&to).into_response())
        }
    }
}

/// The answer that the fields of a plain form make, or what is wrong with them.
pub(super) async fn read(
    state: &WebState,
    actor: Actor,
    task: Id<kind::Task>,
    fields: Vec<(String, String)>,
) -> Result<Result<String, Vec<Problem>>, WorkError> {
    let projects = state.app.projects.clone();
    let read = state.app.db.read(move |read| {
        let (project, _) = work::place_of(read, task)?;
        let permit = work::permit(read, &actor, project)?;
        let shown = work::show(read, &projects, &permit, task)?;
        let head = projects.head(read, project)?;
        Ok(head.terms.service.read_form(&shown.stage, &shown.item, &fields))
    });
    read.await
}
