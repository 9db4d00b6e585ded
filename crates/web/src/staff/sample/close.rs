//! Accepting, sending back, setting a sample aside: each asks once more.

use axum::extract::{Path, State};
use axum::response::Response;
use kazi_app::acceptance::{self, AcceptanceError};
use kazi_app::access::SignedIn;
use kazi_app::bound::Projects;
use kazi_app::{Turn, projects};
use kazi_db::Tx;
use kazi_domain::policy::{Can, JudgeDelivery};
use kazi_domain::{Id, kind};

use super::load;
use super::overview::show_again;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::confirm::Confirm;
use crate::staff::nav::Here;
use crate::staff::typed::Typed;
use crate::staff::{id, see, told};
use crate::state::WebState;

static ASK_ACCEPT: Route = Route::get("/projects/{project}/accept", Who::Staff);
static ACCEPT: Route = Route::post("/projects/{project}/accept", Who::Staff);
static ASK_BACK: Route = Route::get("/projects/{project}/send-back", Who::Staff);
static BACK: Route = Route::post("/projects/{project}/send-back", Who::Staff);
static ASK_ASIDE: Route = Route::get("/projects/{project}/set-aside", Who::Staff);
static ASIDE: Route = Route::post("/projects/{project}/set-aside", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .add(&ASK_ACCEPT, ask_accept)
        .add(&ACCEPT, accept)
        .add(&ASK_BACK, ask_back)
        .add(&BACK, send_back)
        .add(&ASK_ASIDE, ask_aside)
        .add(&ASIDE, set_aside)
}

/// What each of these is asked with.
type Asked = (State<WebState>, StaffMember, Frame, Path<String>, Turning);

/// What is asked once more: title, sentence, button.
type Question = fn(&kazi_texts::Texts, &super::Loaded) -> [String; 3];

async fn ask(asked: Asked, word: &str, question: Question) -> Result<Response, AppError> {
    let (State(state), StaffMember(who), frame, Path(project), _) = asked;
    let project: Id<kind::Project> = id(&project)?;
    let (loaded, ()) = load(&state, &who, project, |_, _, _| Ok(())).await?;
    let [title, sentence, button] = question(frame.texts, &loaded);
    let ask = Confirm {
        here: Here::Projects,
        title,
        sentence,
        button,
        action: format!("/projects/{project}/{word}"),
        says: None,
        back: format!("/projects/{project}/sample"),
        frame,
    };
    ask.page()
}

async fn ask_accept(asked: Asked) -> Result<Response, AppError> {
    ask(asked, "accept", |texts, loaded| {
        let more = match &loaded.desk.measured {
            Some(_) => texts.accept_more(),
            None => texts.accept_unmeasured(),
        };
        [texts.accept_title(loaded.view.name.as_str()), more, texts.accept_button()]
    })
    .await
}

async fn ask_back(asked: Asked) -> Result<Response, AppError> {
    ask(asked, "send-back", |texts, loaded| {
        let wrong = loaded.desk.sample.as_ref().map_or(0, |sample| sample.standing.wrong);
        [texts.send_back_title(wrong), texts.send_back_more(), texts.send_back_button()]
    })
    .await
}

async fn ask_aside(asked: Asked) -> Result<Response, AppError> {
    ask(asked, "set-aside", |texts, _| [texts.aside_title(), texts.aside_more(), texts.aside_button()]).await
}

type Change = fn(&mut Tx<'_>, &Projects, &Can<JudgeDelivery>, &Turn) -> Result<(), AcceptanceError>;

async fn changed(
    state: &WebState,
    who: &SignedIn,
    project: Id<kind::Project>,
    (change, turn): (Change, Turn),
) -> Result<(), AppError> {
    let (actor, all) = (who.actor.clone(), state.app.projects.clone());
    let changed = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<JudgeDelivery> = projects::may(tx, &actor, project)?;
        Ok(change(tx, &all, &can, &turn)?)
    });
    changed.await
}

async fn change(asked: Asked, to: &str, change: Change) -> Result<Response, AppError> {
    let (State(state), StaffMember(who), frame, Path(project), Turning(turn)) = asked;
    let project: Id<kind::Project> = id(&project)?;
    match changed(&state, &who, project, (change, turn)).await {
        Ok(()) => Ok(see(&format!("/projects/{project}{to}"))),
        Err(error) => show_again(&state, &who, frame, project, (&Typed::default(), told(error)?)).await,
    }
}

async fn accept(asked: Asked) -> Result<Response, AppError> {
    change(asked, "/certificate", |tx, _, can, turn| acceptance::accept(tx, can, turn)).await
}

async fn send_back(asked: Asked) -> Result<Response, AppError> {
    change(asked, "", |tx, all, can, turn| acceptance::send_back(tx, all, can, turn).map(drop)).await
}

async fn set_aside(asked: Asked) -> Result<Response, AppError> {
    change(asked, "/sample", |tx, _, can, turn| acceptance::set_aside(tx, can, turn)).await
}
