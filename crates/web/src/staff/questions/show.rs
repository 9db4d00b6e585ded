//! One question: what was said, saying more, correcting one's own last word, settling.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kazi_app::access::SignedIn;
use kazi_app::talk::{self, Reply, TalkError, Thread, Told};
use kazi_app::{Turn, now, projects};
use kazi_db::Tx;
use kazi_domain::policy::{Can, Talk, ViewProject};
use kazi_domain::{Id, ItemState, QuestionState, Role, kind};
use kazi_texts::Texts;
use serde::Deserialize;

use super::chip;
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::field::{Field, Input};
use crate::staff::nav::Here;
use crate::staff::parts::Chip;
use crate::staff::typed::{Problems, Typed};
use crate::staff::words::{Clock, named};
use crate::staff::{again, id, see, told};
use crate::state::WebState;

static SHOW: Route = Route::get("/projects/{project}/questions/{question}", Who::Staff);
static SAY: Route = Route::post("/projects/{project}/questions/{question}", Who::Staff);
static CORRECT: Route =
    Route::post("/projects/{project}/questions/{question}/messages/{message}", Who::Staff);
static SETTLE: Route = Route::post("/projects/{project}/questions/{question}/settle", Who::Staff);
static REOPEN: Route = Route::post("/projects/{project}/questions/{question}/reopen", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    let routes = routes.add(&SHOW, show).add(&SAY, say).add(&CORRECT, correct);
    routes.add(&SETTLE, settle).add(&REOPEN, reopen)
}

#[derive(Debug, Deserialize)]
struct Part {
    before: Option<i64>,
}

#[derive(Debug)]
struct Message {
    id: String,
    /// The part of the id that a form's own id shares with it.
    place: String,
    by: String,
    when: String,
    corrected: bool,
    body: String,
    /// The form that corrects it.
    correct: Option<Field>,
}

#[derive(Debug, Template)]
#[template(path = "staff/question.html")]
struct QuestionPage {
    frame: Frame,
    here: Here,
    /// The address of this question.
    address: String,
    project: Id<kind::Project>,
    name: String,
    subject: String,
    chip: Chip,
    settled: Option<String>,
    /// Key and file of the item, and where it can be mended.
    item: Option<(String, String, Option<String>)>,
    messages: Vec<Message>,
    earlier: Option<i64>,
    /// Whether earlier messages than the latest are shown.
    is_earlier: bool,
    /// The id that the next message will have: sent twice it is said once.
    next: String,
    /// Whose words a browser keeps until they are sent.
    person: String,
    field: Field,
    problem: Option<String>,
}

fn message(texts: &Texts, clock: &Clock, told: &Told) -> Message {
    let id = told.id.to_string();
    let correct = || {
        Field::new(format!("said-{}", told.number), texts.question_correct_text(), Input::Lines(6))
            .hint(texts.question_correct_hint())
            .value(told.body.as_str())
            .required()
    };
    Message {
        place: id.rsplit('_').next().unwrap_or_default().to_owned(),
        by: texts.question_by(told.name.as_str(), named(texts, "question-side", told.side.word())),
        when: clock.moment(told.said_at),
        corrected: told.corrected_at.is_some(),
        body: told.body.clone(),
        correct: told.correctable.then(correct),
        id,
    }
}

/// Where the item of a question is to be looked at.
fn item(frame: &Frame, thread: &Thread) -> Option<(String, String, Option<String>)> {
    let (item, key, source, state) = thread.item.clone()?;
    let mends = state == ItemState::Stuck && frame.is(Role::Operator);
    let place = mends.then(|| format!("/projects/{}/stuck#{item}", thread.project));
    Some((key, source, place))
}

impl QuestionPage {
    fn new(frame: Frame, who: &SignedIn, thread: &Thread, (next, is_earlier): (String, bool)) -> Self {
        let (texts, clock) = (frame.texts, Clock::of(&frame));
        let label = match thread.state {
            QuestionState::Yours => texts.question_reply(),
            _ => texts.question_reply_more(),
        };
        let settled = thread.settled.as_ref();
        Self {
            here: Here::Projects,
            address: format!("/projects/{}/questions/{}", thread.project, thread.id),
            project: thread.project,
            name: thread.project_name.clone(),
            subject: thread.subject.clone(),
            chip: chip(texts, thread.state),
            settled: settled.map(|(name, at)| texts.question_settled_by(name.as_str(), clock.moment(*at))),
            item: item(&frame, thread),
            messages: thread.said.iter().map(|told| message(texts, &clock, told)).collect(),
            earlier: thread.earlier,
            is_earlier,
            next,
            person: who.actor.person.to_string(),
            field: Field::new("text", label, Input::Lines(5)).hint(texts.question_reply_hint()).required(),
            problem: None,
            frame,
        }
    }
}

/// A project and a question of it, as an address names them.
type Place = (Id<kind::Project>, Id<kind::Thread>);

async fn find(
    state: &WebState,
    who: &SignedIn,
    (project, thread): Place,
    before: Option<i64>,
) -> Result<Thread, AppError> {
    let actor = who.actor.clone();
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<ViewProject> = projects::may(read, &actor, project)?;
        Ok(talk::show(read, &can, thread, (before, now()))?)
    });
    found.await
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path((project, question)): Path<(String, String)>,
    Query(Part { before }): Query<Part>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let thread = find(&state, &who, (id(&project)?, id(&question)?), before).await?;
    let next: Id<kind::Message> = turn.mint();
    page(&QuestionPage::new(frame, &who, &thread, (next.to_string(), before.is_some())))
}

/// Does something with a question; what the reader did wrong comes back apart from what is our fault.
async fn change(
    state: &WebState,
    who: &SignedIn,
    project: Id<kind::Project>,
    what: impl Fn(&mut Tx<'_>, &Can<Talk>) -> Result<(), TalkError> + Send + 'static,
) -> Result<Result<(), TalkError>, AppError> {
    let actor = who.actor.clone();
    let done = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<Talk> = projects::may(tx, &actor, project)?;
        match what(tx, &can) {
            Err(TalkError::Db(error)) => Err(error.into()),
            other => Ok(other),
        }
    });
    done.await
}

/// The page as it was typed, with what is wrong.
async fn shown_again(
    state: &WebState,
    (who, frame): (&SignedIn, Frame),
    (place, next): (Place, String),
    (typed, error): (&Typed, TalkError),
) -> Result<Response, AppError> {
    let told = told(error.into())?;
    let thread = find(state, who, place, None).await?;
    let mut shown = QuestionPage::new(frame, who, &thread, (next, false));
    if typed.has("text") {
        shown.field = shown.field.again(typed, &Problems::one("text", &told));
        return again(&shown);
    }
    let correct = shown.messages.iter_mut().find_map(|message| message.correct.as_mut());
    if let Some(field) = correct.filter(|field| typed.has(&field.name)) {
        *field = field.clone().again(typed, &Problems::one(&field.name, &told));
    } else {
        // What cannot be corrected any more can still be said.
        let kept = Typed::default().with("text", corrected(typed));
        shown.field = shown.field.again(&kept, &Problems::one("text", &told));
    }
    again(&shown)
}

async fn say(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path((project, question)): Path<(String, String)>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let place: Place = (id(&project)?, id(&question)?);
    let next: Id<kind::Message> = typed.given("id").map_or_else(|| Ok(turn.mint()), id)?;
    let said = Reply { id: next, thread: place.1, body: typed.get("text").to_owned() };
    match change(&state, &who, place.0, move |tx, can| talk::reply(tx, can, &said, &turn)).await? {
        Ok(()) => Ok(see(&format!("/projects/{project}/questions/{question}"))),
        Err(error) => shown_again(&state, (&who, frame), (place, next.to_string()), (&typed, error)).await,
    }
}

/// What was typed into the form of a correction: its field is named by the number of the message.
fn corrected(typed: &Typed) -> String {
    typed.first_with("said-").to_owned()
}

async fn correct(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path((project, question, message)): Path<(String, String, String)>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let (place, message): (Place, _) = ((id(&project)?, id(&question)?), id(&message)?);
    let (body, next) = (corrected(&typed), turn.mint::<kind::Message>().to_string());
    let done = change(&state, &who, place.0, move |tx, can| {
        talk::correct(tx, can, (place.1, message), (&body, &turn))
    });
    match done.await? {
        Ok(()) => Ok(see(&format!("/projects/{project}/questions/{question}"))),
        Err(error) => shown_again(&state, (&who, frame), (place, next), (&typed, error)).await,
    }
}

/// What is done with a question.
type Step = fn(&mut Tx<'_>, &Can<Talk>, Id<kind::Thread>, &Turn) -> Result<(), TalkError>;

async fn steer(
    state: WebState,
    who: SignedIn,
    (project, question): (String, String),
    (what, turn): (Step, Turn),
) -> Result<Response, AppError> {
    let place: Place = (id(&project)?, id(&question)?);
    change(&state, &who, place.0, move |tx, can| what(tx, can, place.1, &turn)).await??;
    Ok(see(&format!("/projects/{project}/questions/{question}")))
}

async fn settle(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(place): Path<(String, String)>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    steer(state, who, place, (talk::settle, turn)).await
}

async fn reopen(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(place): Path<(String, String)>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    steer(state, who, place, (talk::reopen, turn)).await
}
