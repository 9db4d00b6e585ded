//! Second factors of others: the operator resets one that is lost, and says who must have one.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kazi_app::access::{SecondError, second};
use kazi_app::network::may_manage;
use kazi_app::network::people::{self, By};
use kazi_domain::{Id, kind};

use super::confirm::Confirm;
use super::nav::Here;
use super::typed::Typed;
use super::{id, see};
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static ASK: Route = Route::get("/people/{person}/second-factor/reset", Who::Staff);
static RESET: Route = Route::post("/people/{person}/second-factor/reset", Who::Staff);
static DEMAND: Route = Route::post("/organisations/{organisation}/second-factor", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&ASK, ask).add(&RESET, reset).add(&DEMAND, demand)
}

async fn ask(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(person): Path<String>,
) -> Result<Response, AppError> {
    let (person, can): (Id<kind::Person>, _) = (id(&person)?, may_manage(&who.actor));
    second::may_reset(&who.actor, person).ok_or_else(AppError::not_there)?;
    let can = can.ok_or_else(AppError::not_there)?;
    let found = state.app.db.read(move |read| people::get(read, By::Network(&can), person)).await?;
    let texts = frame.texts;
    let shown = Confirm {
        here: Here::Centres,
        title: texts.factor_reset_of(&found.shown_name),
        sentence: texts.factor_reset_more(),
        button: texts.factor_reset(),
        action: format!("/people/{person}/second-factor/reset"),
        says: None,
        back: format!("/people/{person}"),
        frame,
    };
    shown.page()
}

async fn reset(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(person): Path<String>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let (person, site): (Id<kind::Person>, _) = (id(&person)?, state.site());
    let can = second::may_reset(&who.actor, person).ok_or_else(AppError::not_there)?;
    match state.app.db.write(move |tx| second::reset(tx, &can, (&site, &turn))).await {
        // Whoever pressed twice finds it done.
        Ok(()) | Err(SecondError::NotOn) => {
            state.bell.notify_one();
            Ok(see(&format!("/people/{person}")))
        }
        Err(error) => Err(error.into()),
    }
}

async fn demand(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(organisation): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let organisation: Id<kind::Organisation> = id(&organisation)?;
    let can = second::may_demand(&who.actor, organisation).ok_or_else(AppError::not_there)?;
    let demanded = typed.has("demanded");
    state.app.db.write(move |tx| second::demand(tx, &can, demanded, &turn)).await?;
    Ok(see(&format!("/organisations/{organisation}")))
}
