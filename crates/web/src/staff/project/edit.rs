//! Changing the terms of a project: name, instructions, pay, checks; in a draft the settings too.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kazi_app::access::SignedIn;
use kazi_app::projects::{self, Draft, Edit, ProjectError, View};
use kazi_app::{Turn, now};
use kazi_domain::policy::{Can, ManageProject, ViewProject};
use kazi_domain::{Id, ProjectState, Role, kind};
use kazi_services::AnyService;
use kazi_texts::Texts;

use super::fair;
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::field::Field;
use crate::staff::new_project::{TermsPage, draft, draft_with, terms_page};
use crate::staff::refused::Refused;
use crate::staff::settings::as_typed;
use crate::staff::typed::{Problems, Typed};
use crate::staff::words::amount;
use crate::staff::{again, id, see};
use crate::state::WebState;

static FORM: Route = Route::get("/projects/{project}/terms", Who::Staff);
static CHANGE: Route = Route::post("/projects/{project}/terms", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&FORM, form).add(&CHANGE, change)
}

async fn find(state: &WebState, who: &SignedIn, project: Id<kind::Project>) -> Result<View, AppError> {
    let actor = who.actor.clone();
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        projects::may::<ManageProject>(read, &actor, project)?;
        let can: Can<ViewProject> = projects::may(read, &actor, project)?;
        Ok(projects::view::view(read, &can, now())?)
    });
    found.await
}

fn service(view: &View) -> Result<&'static dyn AnyService, AppError> {
    kazi_services::find(&view.service).ok_or_else(AppError::not_there)
}

/// The terms as they would be typed.
fn typed(view: &View) -> Typed {
    let typed = Typed::default()
        .with("name", view.name.as_str())
        .with("instructions", view.instructions.as_str())
        .with("currency", view.currency.code())
        .with("gold_every", view.gold_every.to_string());
    let paid = view
        .stages
        .iter()
        .fold(typed, |typed, stage| typed.with(&format!("pay.{}", stage.key), amount(stage.pay)));
    as_typed(&view.spec, paid)
}

fn edit_page(frame: Frame, view: &View) -> Result<TermsPage, AppError> {
    let mut shown = terms_page(frame, &[], Some(service(view)?), "");
    shown.changes = Some((format!("/projects/{}", view.id), view.name.clone(), view.version));
    // A stage that these settings do not have is not paid either.
    let has = |name: &str| view.stages.iter().any(|stage| name == format!("pay.{}", stage.key));
    shown.terms.retain(|field| !field.name.starts_with("pay.") || has(&field.name));
    if view.state != ProjectState::Draft {
        shown.settings.clear();
        shown.terms.retain(|field| field.name != "currency");
    }
    let texts = shown.frame.texts;
    if view.state != ProjectState::Draft {
        let changed = Field::line("changed", texts.instructions_changed());
        shown.basics.push(changed.hint(texts.instructions_changed_hint()));
    }
    let against = fair::held_against(texts, &view.wages);
    for stage in &view.stages {
        let hint = fair::hint(texts, (stage.pay, view.currency), stage.pace);
        let name = format!("pay.{}", stage.key);
        let field = shown.terms.iter_mut().find(|field| field.name == name);
        if let Some(field) = field {
            *field = field.clone().hint(format!("{hint} {against}"));
        }
    }
    if shown.frame.is(Role::Operator) && view.state != ProjectState::Draft && !against.is_empty() {
        shown.terms.push(fair::reason_field(texts));
    }
    Ok(shown)
}

async fn form(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
) -> Result<Response, AppError> {
    let view = find(&state, &who, id(&project)?).await?;
    let below = fair::problems(frame.texts, &view.below());
    page(&edit_page(frame, &view)?.typed(&typed(&view), &below))
}

/// Reads the form; what cannot be changed any more stays as it is.
fn read(sent: &Typed, view: &View, frame: &Frame) -> Result<Edit, Refused> {
    let service = service(view)?;
    let read = if view.state == ProjectState::Draft {
        draft(sent, service, frame.texts)
    } else {
        let sent = sent.clone().with("currency", view.currency.code());
        draft_with(&sent, service, (view.spec.clone(), Problems::default()), frame.texts)
    };
    let Draft { name, spec, instructions, currency, gold_every, pay, .. } = read.map_err(Refused::Form)?;
    // Without a version nobody knows what was looked at.
    let version = sent.get("version").parse().unwrap_or(0);
    let below_reason = sent.given("below_reason").map(str::to_owned);
    let changed = sent.given("changed").map(str::to_owned);
    Ok(Edit { version, name, spec, instructions, currency, gold_every, pay, changed, below_reason })
}

async fn save(
    state: &WebState,
    who: SignedIn,
    project: Id<kind::Project>,
    (edit, turn): (Edit, Turn),
    texts: &'static Texts,
) -> Result<(), Refused> {
    let refused = move |error| match error {
        ProjectError::BelowWage(below) => Refused::Form(fair::problems(texts, &below)),
        other => other.into(),
    };
    let saved = state.app.db.write(move |tx| -> Result<_, Refused> {
        let can: Can<ManageProject> = projects::may(tx, &who.actor, project)?;
        projects::draft::edit(tx, &can, &edit, &turn).map_err(refused)
    });
    saved.await
}

async fn change(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
    Turning(turn): Turning,
    Form(sent): Form<Typed>,
) -> Result<Response, AppError> {
    let view = find(&state, &who, id(&project)?).await?;
    let done = match read(&sent, &view, &frame) {
        Ok(edit) => save(&state, who, view.id, (edit, turn), frame.texts).await,
        Err(refused) => Err(refused),
    };
    let Err(refused) = done else { return Ok(see(&format!("/projects/{}", view.id))) };
    again(&edit_page(frame, &view)?.typed(&sent, &refused.problems()?))
}
