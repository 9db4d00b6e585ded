//! Holding a web hook, letting it go on, exchanging its secret, trying it out, removing it, sending a message again.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kazi_app::Turn;
use kazi_app::hooks::{self, HookError};
use kazi_domain::policy::{Can, ManageHooks};
use kazi_domain::{Id, kind};

use super::list::once;
use super::may;
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

static STEER: Route = Route::post("/hooks/{hook}/steer", Who::Staff);
static ASK: Route = Route::get("/hooks/{hook}/remove", Who::Staff);
static REMOVE: Route = Route::post("/hooks/{hook}/remove", Who::Staff);
static SECRET: Route = Route::post("/hooks/{hook}/secret", Who::Staff);
static AGAIN: Route = Route::post("/hooks/{hook}/sent/{sending}/again", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    let routes = routes.add(&STEER, steer).add(&ASK, ask).add(&REMOVE, remove);
    routes.add(&SECRET, exchange).add(&AGAIN, once_more)
}

/// Does with a web hook what a button says.
fn pressed(
    tx: &mut kazi_db::Tx<'_>,
    can: &Can<ManageHooks>,
    (hook, what): (Id<kind::Hook>, &str),
    turn: &Turn,
) -> Result<(), HookError> {
    match what {
        "hold" => hooks::hold(tx, can, hook, turn),
        "resume" => hooks::resume(tx, can, hook, turn),
        "try" => hooks::try_out(tx, can, hook, turn).map(drop),
        _ => Err(HookError::NotThere),
    }
}

async fn steer(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(hook): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let (can, hook): (_, Id<kind::Hook>) = (may(&who)?, id(&hook)?);
    let what = typed.get("do").to_owned();
    let done = state.app.db.write(move |tx| pressed(tx, &can, (hook, &what), &turn)).await;
    state.bell.notify_one();
    match done {
        Ok(()) => Ok(see(&format!("/hooks/{hook}"))),
        Err(error) => show_again(&state, (&who, frame), hook, told(error.into())?).await,
    }
}

async fn ask(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(hook): Path<String>,
) -> Result<Response, AppError> {
    let (can, hook): (_, Id<kind::Hook>) = (may(&who)?, id(&hook)?);
    let found = state.app.db.read(move |read| hooks::get(read, &can, hook)).await?;
    let texts = frame.texts;
    let ask = Confirm {
        here: Here::Keys,
        title: texts.hook_remove_title(),
        sentence: texts.hook_remove_more(found.address),
        button: texts.hook_remove(),
        action: format!("/hooks/{hook}/remove"),
        says: None,
        back: format!("/hooks/{hook}"),
        frame,
    };
    ask.page()
}

async fn remove(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(hook): Path<String>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let (can, hook) = (may(&who)?, id(&hook)?);
    state.app.db.write(move |tx| hooks::remove(tx, &can, hook, &turn)).await?;
    Ok(see("/hooks"))
}

async fn exchange(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(hook): Path<String>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let (can, hook) = (may(&who)?, id(&hook)?);
    let made = state.app.db.write(move |tx| hooks::rotate(tx, &can, hook, &turn)).await?;
    once(frame, &made)
}

async fn once_more(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path((hook, sending)): Path<(String, String)>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let (can, hook, sending): (_, Id<kind::Hook>, _) = (may(&who)?, id(&hook)?, id(&sending)?);
    let done = state.app.db.write(move |tx| hooks::again(tx, &can, (hook, sending), &turn)).await;
    state.bell.notify_one();
    match done {
        Ok(()) => Ok(see(&format!("/hooks/{hook}"))),
        Err(error) => show_again(&state, (&who, frame), hook, told(error.into())?).await,
    }
}
