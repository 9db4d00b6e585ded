//! The web hooks of one's own organisation, and making one.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::Response;
use kazi_app::access::SignedIn;
use kazi_app::hooks::{self, Hook, HookError, Made, New};
use kazi_domain::HookEvent;

use super::{chip, event_name, form, may, problems, typed_new};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::again;
use crate::staff::field::Fields;
use crate::staff::nav::Here;
use crate::staff::once::Once;
use crate::staff::parts::Chip;
use crate::staff::typed::Typed;
use crate::staff::words::Clock;
use crate::state::WebState;

static LIST: Route = Route::get("/hooks", Who::Staff);
static MAKE: Route = Route::post("/hooks", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&LIST, list).add(&MAKE, make)
}

#[derive(Debug)]
struct Row {
    id: String,
    address: String,
    events: String,
    chip: Chip,
    made: String,
}

#[derive(Debug, Template)]
#[template(path = "staff/hooks.html")]
struct HooksPage {
    frame: Frame,
    here: Here,
    rows: Vec<Row>,
    form: Fields,
}

async fn find(state: &WebState, who: &SignedIn) -> Result<Vec<Hook>, AppError> {
    let can = may(who)?;
    Ok(state.app.db.read(move |read| hooks::list(read, &can)).await?)
}

fn hooks_page(frame: Frame, found: &[Hook]) -> HooksPage {
    let (texts, clock) = (frame.texts, Clock::of(&frame));
    let names = |events: &[HookEvent]| -> Vec<String> {
        events.iter().map(|event| event_name(texts, *event)).collect()
    };
    let row = |hook: &Hook| Row {
        id: hook.id.to_string(),
        address: hook.address.clone(),
        events: names(&hook.events).join(", "),
        chip: chip(texts, hook.state),
        made: clock.day(hook.made_at),
    };
    HooksPage { here: Here::Keys, rows: found.iter().map(row).collect(), form: form(texts), frame }
}

async fn list(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
) -> Result<Response, AppError> {
    page(&hooks_page(frame, &find(&state, &who).await?))
}

async fn save(
    state: &WebState,
    who: &SignedIn,
    (new, turn): (Result<New, HookError>, kazi_app::Turn),
) -> Result<Result<Made, HookError>, AppError> {
    let can = may(who)?;
    let new = match new {
        Ok(new) => new,
        Err(error) => return Ok(Err(error)),
    };
    Ok(state.app.db.write(move |tx| hooks::make(tx, &can, &new, &turn)).await)
}

/// The page that shows a secret once.
pub(super) fn once(frame: Frame, made: &Made) -> Result<Response, AppError> {
    let shown = Once {
        here: Here::Keys,
        title: frame.texts.hook_secret(),
        secret: made.secret.text().to_owned(),
        sentence: frame.texts.hook_secret_tell(),
        back: format!("/hooks/{}", made.id),
        frame,
    };
    shown.page()
}

async fn make(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let new = typed_new(&typed, state.config.hooks);
    let error = match save(&state, &who, (new, turn)).await? {
        Ok(made) => return once(frame, &made),
        Err(error) => error,
    };
    let mut shown = hooks_page(frame, &find(&state, &who).await?);
    shown.form = shown.form.again(&typed, &problems(error)?);
    again(&shown)
}
