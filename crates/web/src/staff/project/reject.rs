//! Not accepting an answer: why, on a page that says what follows.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kazi_app::access::SignedIn;
use kazi_app::contest::{self, ContestError};
use kazi_app::projects;
use kazi_domain::policy::{Can, MendProject};
use kazi_domain::{Id, WhyNot, kind};
use kazi_texts::Texts;

use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::field::{Field, Fields, Input};
use crate::staff::nav::Here;
use crate::staff::typed::{Problems, Typed};
use crate::staff::words::named;
use crate::staff::{again, id, see, told};
use crate::state::WebState;

static ASK: Route = Route::get("/projects/{project}/answers/{answer}/reject", Who::Staff);
static REJECT: Route = Route::post("/projects/{project}/answers/{answer}/reject", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&ASK, ask).add(&REJECT, reject)
}

#[derive(Debug, Template)]
#[template(path = "staff/reject.html")]
struct RejectPage {
    frame: Frame,
    here: Here,
    project: Id<kind::Project>,
    answer: Id<kind::Answer>,
    form: Fields,
}

fn form(texts: &Texts) -> Fields {
    let why = |one: &WhyNot| (one.word().to_owned(), named(texts, "why-not", one.word()));
    Fields::new(vec![
        Field::new("reason", texts.reject_answer_why(), Input::Choice(WhyNot::ALL.iter().map(why).collect())),
        Field::new("note", texts.reject_answer_note(), Input::Lines(3))
            .hint(texts.reject_answer_note_hint())
            .required(),
    ])
}

async fn ask(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path((project, answer)): Path<(String, String)>,
) -> Result<Response, AppError> {
    let (project, answer): (Id<kind::Project>, Id<kind::Answer>) = (id(&project)?, id(&answer)?);
    let may =
        move |read: &mut kazi_db::Read<'_>| projects::may::<MendProject>(read, &who.actor, project).map(drop);
    state.app.db.read(may).await?;
    page(&RejectPage { form: form(frame.texts), here: Here::Projects, project, answer, frame })
}

async fn save(
    state: &WebState,
    who: SignedIn,
    (project, answer): (Id<kind::Project>, Id<kind::Answer>),
    (typed, turn): (Typed, kazi_app::Turn),
) -> Result<(), ContestError> {
    let reason = typed.get("reason").parse().unwrap_or(WhyNot::Other);
    let done = state.app.db.write(move |tx| -> Result<_, ContestError> {
        let can: Can<MendProject> =
            projects::may(tx, &who.actor, project).map_err(|_| ContestError::NotThere)?;
        contest::reject(tx, &can, answer, (reason, typed.get("note")), &turn)
    });
    done.await
}

async fn reject(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path((project, answer)): Path<(String, String)>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let (project, answer): (Id<kind::Project>, Id<kind::Answer>) = (id(&project)?, id(&answer)?);
    let refused = match save(&state, who, (project, answer), (typed.clone(), turn)).await {
        Ok(()) => return Ok(see(&format!("/projects/{project}/stuck"))),
        Err(refused) => refused,
    };
    let problems = match refused {
        ContestError::NoNote => Problems::one("note", &refused.to_string()),
        other => Problems::one("", &told(other.into())?),
    };
    let form = form(frame.texts).again(&typed, &problems);
    again(&RejectPage { form, here: Here::Projects, project, answer, frame })
}
