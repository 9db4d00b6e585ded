//! Starting, pausing, going on, giving up; and which centres do the work.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kazi_app::access::SignedIn;
use kazi_app::bound::Projects;
use kazi_app::projects::{self, ProjectError, life};
use kazi_app::{Turn, network};
use kazi_db::Tx;
use kazi_domain::policy::{Can, ManageProject, ViewProject};
use kazi_domain::{Id, kind};

use super::show::show_again;
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

static START: Route = Route::post("/projects/{project}/start", Who::Staff);
static PAUSE: Route = Route::post("/projects/{project}/pause", Who::Staff);
static RESUME: Route = Route::post("/projects/{project}/resume", Who::Staff);
static ASK: Route = Route::get("/projects/{project}/cancel", Who::Staff);
static CANCEL: Route = Route::post("/projects/{project}/cancel", Who::Staff);
static ASSIGN: Route = Route::post("/projects/{project}/centres", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .add(&START, start)
        .add(&PAUSE, pause)
        .add(&RESUME, resume)
        .add(&ASK, ask)
        .add(&CANCEL, cancel)
        .add(&ASSIGN, assign)
}

type Change = fn(&mut Tx<'_>, &Projects, &Can<ManageProject>, &Turn) -> Result<(), ProjectError>;

/// What every change of a project's state is asked with.
type Asked = (State<WebState>, StaffMember, Frame, Path<String>, Turning);

async fn change(asked: Asked, change: Change) -> Result<Response, AppError> {
    let (State(state), StaffMember(who), frame, Path(project), Turning(turn)) = asked;
    let project: Id<kind::Project> = id(&project)?;
    let (actor, at, all) = (who.actor.clone(), turn.clone(), state.app.projects.clone());
    let changed = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<ManageProject> = projects::may(tx, &actor, project)?;
        Ok(change(tx, &all, &can, &at)?)
    });
    after(&state, &who, (frame, turn), project, changed.await).await
}

/// The page again, with what went wrong where something did.
async fn after(
    state: &WebState,
    who: &SignedIn,
    shown: (Frame, Turn),
    project: Id<kind::Project>,
    done: Result<(), AppError>,
) -> Result<Response, AppError> {
    match done {
        Ok(()) => Ok(see(&format!("/projects/{project}"))),
        Err(error) => show_again(state, who, shown, project, vec![told(error)?]).await,
    }
}

async fn start(asked: Asked) -> Result<Response, AppError> {
    change(asked, life::start).await
}

async fn pause(asked: Asked) -> Result<Response, AppError> {
    change(asked, |tx, _, can, turn| life::pause(tx, can, turn)).await
}

async fn resume(asked: Asked) -> Result<Response, AppError> {
    change(asked, |tx, _, can, turn| life::resume(tx, can, turn)).await
}

async fn cancel(asked: Asked) -> Result<Response, AppError> {
    change(asked, |tx, _, can, turn| life::cancel(tx, can, turn)).await
}

async fn ask(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let project: Id<kind::Project> = id(&project)?;
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<ViewProject> = projects::may(read, &who.actor, project)?;
        Ok(projects::view::view(read, &can, turn.at)?)
    });
    let (name, texts) = (found.await?.name, frame.texts);
    let ask = Confirm {
        here: Here::Projects,
        title: texts.cancel_project(name),
        sentence: texts.cancel_project_more(),
        button: texts.cancel_project_button(),
        action: format!("/projects/{project}/cancel"),
        says: None,
        back: format!("/projects/{project}"),
        frame,
    };
    ask.page()
}

async fn assign(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let project: Id<kind::Project> = id(&project)?;
    let centres = typed.all("centre").map(id).collect::<Result<Vec<Id<kind::Centre>>, AppError>>()?;
    let (actor, at) = (who.actor.clone(), turn.clone());
    let assigned = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<ManageProject> = projects::may(tx, &actor, project)?;
        let network = network::may_manage(&actor).ok_or_else(AppError::not_there)?;
        Ok(projects::draft::assign(tx, &can, &network, &centres, &at)?)
    });
    after(&state, &who, (frame, turn), project, assigned.await).await
}
