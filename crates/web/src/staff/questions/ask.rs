//! Asking something about a project, or about one item of it.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kazi_app::access::SignedIn;
use kazi_app::talk::{self, New, TalkError};
use kazi_app::{Turn, projects};
use kazi_domain::policy::{Can, Talk, ViewProject};
use kazi_domain::{Id, Role, kind};
use serde::Deserialize;

use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::field::{Field, Fields, Input};
use crate::staff::nav::Here;
use crate::staff::typed::{Problems, Typed};
use crate::staff::{again, id, see, told};
use crate::state::WebState;

static FORM: Route = Route::get("/projects/{project}/questions/new", Who::Staff);
static ASK: Route = Route::post("/projects/{project}/questions", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&FORM, form).add(&ASK, ask)
}

#[derive(Debug, Deserialize)]
struct About {
    #[serde(default)]
    item: String,
}

#[derive(Debug, Template)]
#[template(path = "staff/ask.html")]
struct AskPage {
    frame: Frame,
    here: Here,
    project: Id<kind::Project>,
    name: String,
    /// The id that the question will have: sent twice it is asked once.
    thread: String,
    /// Whose words a browser keeps until they are sent.
    person: String,
    /// The item's id, and a sentence about it.
    item: Option<(String, String)>,
    fields: Fields,
}

/// The item that a form is about, if it is about one.
fn item(text: &str) -> Result<Option<Id<kind::Item>>, AppError> {
    if text.is_empty() { Ok(None) } else { id(text).map(Some) }
}

async fn ask_page(
    state: &WebState,
    (who, frame): (&SignedIn, Frame),
    (project, item): (Id<kind::Project>, Option<Id<kind::Item>>),
    thread: String,
) -> Result<AskPage, AppError> {
    let actor = who.actor.clone();
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<Talk> = projects::may(read, &actor, project)?;
        let see: Can<ViewProject> = projects::may(read, &actor, project)?;
        let about = match item.map(|item| talk::about_item(read, &can, item)) {
            None | Some(Err(TalkError::NoItem)) => None,
            Some(found) => Some(found?),
        };
        Ok((projects::name(read, &see)?, about))
    });
    let (name, about) = found.await?;
    let texts = frame.texts;
    let who_reads =
        if frame.is(Role::Operator) { texts.ask_text_operator() } else { texts.ask_text_client() };
    let fields = Fields::new(vec![
        Field::line("subject", texts.ask_subject()).hint(texts.ask_subject_hint()).required(),
        Field::new("text", texts.ask_text(), Input::Lines(8)).hint(who_reads).required(),
    ]);
    Ok(AskPage {
        here: Here::Projects,
        project,
        name,
        thread,
        person: who.actor.person.to_string(),
        item: item.zip(about).map(|(item, (key, source))| (item.to_string(), texts.ask_item(key, source))),
        fields,
        frame,
    })
}

async fn form(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
    Query(About { item: about }): Query<About>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let thread: Id<kind::Thread> = turn.mint();
    let about = (id(&project)?, item(&about)?);
    page(&ask_page(&state, (&who, frame), about, thread.to_string()).await?)
}

async fn save(
    state: &WebState,
    who: &SignedIn,
    project: Id<kind::Project>,
    (new, turn): (New, Turn),
) -> Result<Result<Id<kind::Thread>, TalkError>, AppError> {
    let actor = who.actor.clone();
    let done = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<Talk> = projects::may(tx, &actor, project)?;
        match talk::ask(tx, &can, &new, &turn) {
            Err(TalkError::Db(error)) => Err(error.into()),
            other => Ok(other),
        }
    });
    done.await
}

async fn ask(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let (project, about) = (id(&project)?, item(typed.get("item"))?);
    let thread = typed.given("id").map_or_else(|| Ok(turn.mint()), id)?;
    let (subject, body) = (typed.get("subject").to_owned(), typed.get("text").to_owned());
    let new = New { id: thread, item: about, subject, body };
    let error = match save(&state, &who, project, (new, turn)).await? {
        Ok(thread) => return Ok(see(&format!("/projects/{project}/questions/{thread}"))),
        Err(error) => error,
    };
    let field = match error {
        TalkError::NoSubject | TalkError::LongSubject => "subject",
        TalkError::NoText | TalkError::LongText(_) => "text",
        _ => "",
    };
    let problems = Problems::one(field, &told(error.into())?);
    let mut shown = ask_page(&state, (&who, frame), (project, about), thread.to_string()).await?;
    shown.fields = shown.fields.again(&typed, &problems);
    again(&shown)
}
