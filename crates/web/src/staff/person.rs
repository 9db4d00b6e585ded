//! One person: changed, given a new PIN or password, put out and let in again.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use kazi_app::Turn;
use kazi_app::access::{Password, Pin, SignedIn, pin};
use kazi_app::journal::Entry;
use kazi_app::network::people::{self, Change, Person};
use kazi_app::network::{may_manage, may_manage_centre};
use kazi_domain::{Id, Role, kind};

use super::field::{Field, Fields, Input};
use super::nav::Here;
use super::once::Once;
use super::parts::Chip;
use super::people::{Right, language_field, picture_field, role_field, roles, ticked};
use super::refused::Refused;
use super::typed::{Problems, Typed};
use super::words::Clock;
use super::{again, id, see, seen, told};
use crate::door::{page, picture};
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static SHOW: Route = Route::get("/people/{person}", Who::Staff);
static CHANGE: Route = Route::post("/people/{person}", Who::Staff);
static PIN: Route = Route::post("/people/{person}/pin", Who::Staff);
static PASSWORD: Route = Route::post("/people/{person}/password", Who::Staff);
static ACTIVE: Route = Route::post("/people/{person}/active", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .add(&SHOW, show)
        .add(&CHANGE, change)
        .add(&PIN, new_pin)
        .add(&PASSWORD, new_password)
        .add(&ACTIVE, set_active)
}

#[derive(Debug, Template)]
#[template(path = "staff/person.html")]
#[expect(clippy::struct_excessive_bools, reason = "each shows a part of the page of its own")]
struct PersonPage {
    frame: Frame,
    here: Here,
    id: String,
    name: String,
    picture: String,
    place: String,
    back: String,
    about: String,
    chip: Chip,
    problem: Option<String>,
    active: bool,
    form: Fields,
    /// Whether they sign in on the computers of a centre.
    has_pin_door: bool,
    password_form: Option<Fields>,
    /// Whether the reader may take a second factor away that is lost.
    may_reset_factor: bool,
    /// Whether the reader may take along what is held about them, to hand it over.
    may_take_data: bool,
}

async fn find(state: &WebState, who: &SignedIn, person: Id<kind::Person>) -> Result<Person, AppError> {
    let who = who.clone();
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let right = Right::of(read, &who)?;
        Ok(people::get(read, right.by(), person)?)
    });
    found.await
}

/// The roles that the reader may give to somebody.
fn may_give(frame: &Frame, person: &Person) -> Vec<Role> {
    let mut all = if person.centre.is_some() { vec![Role::Worker, Role::Reviewer] } else { Vec::new() };
    if frame.is(Role::Operator) {
        all.extend(person.centre.map(|_| Role::TeamLeader));
        all.extend(person.roles.iter().filter(|role| *role == Role::Operator));
    }
    if person.roles.has(Role::Client) {
        all.extend([Role::Client, Role::ClientLead]);
    }
    all
}

fn person_page(frame: Frame, person: &Person) -> PersonPage {
    let (texts, operator) = (frame.texts, frame.is(Role::Operator));
    let mut fields =
        vec![Field::line("name", texts.person_name()).value(person.shown_name.as_str()).required()];
    if operator {
        let email = person.email.clone().unwrap_or_default();
        fields.push(Field::new("email", texts.email(), Input::Line("email")).value(email));
    }
    fields.push(role_field(texts, &may_give(&frame, person), person.roles));
    fields.push(language_field(texts, &person.language));
    if person.centre.is_some() {
        fields.push(picture_field(texts, picture(&person.picture)));
    }
    let secret = Field::new("new_password", texts.password_new(), Input::Line("password"));
    let secret = secret.hint(texts.password_hint()).autocomplete("new-password").required();
    let (place, back) = match (person.centre, &person.centre_name) {
        _ if frame.is(Role::ClientLead) && !operator => {
            (person.organisation_name.clone(), "/team".to_owned())
        }
        (Some(centre), Some(name)) => (name.clone(), format!("/centres/{centre}")),
        _ => (person.organisation_name.clone(), format!("/organisations/{}", person.organisation)),
    };
    let chip = if person.active { Chip::ok(texts.person_in()) } else { Chip::over(texts.person_out()) };
    PersonPage {
        here: if frame.is(Role::ClientLead) && !operator { Here::Team } else { Here::Centres },
        id: person.id.to_string(),
        name: person.shown_name.clone(),
        picture: picture(&person.picture).to_owned(),
        about: format!(
            "{} · {}",
            roles(texts, person.roles),
            texts.known_since(Clock::of(&frame).day(person.made_at))
        ),
        place,
        back,
        chip,
        problem: None,
        active: person.active,
        form: Fields::new(fields),
        has_pin_door: person.centre.is_some(),
        may_take_data: operator || (person.centre.is_some() && person.roles.iter().all(|role| !leads(role))),
        may_reset_factor: operator && person.has_second_factor,
        password_form: (operator && person.email.is_some()).then(|| Fields::new(vec![secret])),
        frame,
    }
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(person): Path<String>,
) -> Result<Response, AppError> {
    let person = find(&state, &who, id(&person)?).await?;
    seen(&state, &who, Entry::about("person.seen", person.id)).await?;
    page(&person_page(frame, &person))
}

/// What was typed; a team leader leaves the address as it is.
fn changed(typed: &Typed, now: &Person, operator: bool) -> Change {
    Change {
        shown_name: typed.get("name").to_owned(),
        email: if operator { typed.given("email").map(str::to_owned) } else { now.email.clone() },
        picture: typed.given("picture").unwrap_or(&now.picture).to_owned(),
        language: typed.given("language").unwrap_or(&now.language).to_owned(),
        roles: ticked(typed),
        centre: now.centre,
    }
}

async fn change(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(person): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let now = find(&state, &who, id(&person)?).await?;
    let (change, person) = (changed(&typed, &now, frame.is(Role::Operator)), now.id);
    let done = state.app.db.write(move |tx| -> Result<_, Refused> {
        let right = Right::of(tx, &who)?;
        Ok(people::edit(tx, right.by(), person, &change, &turn)?)
    });
    let Err(refused) = done.await else { return Ok(see(&format!("/people/{person}"))) };
    let mut shown = person_page(frame, &now);
    shown.form = shown.form.again(&typed, &refused.problems()?);
    again(&shown)
}

/// Sets a PIN that was just made up.
async fn set_pin(state: &WebState, who: &SignedIn, person: &Person, turn: Turn) -> Result<Pin, AppError> {
    let (centre, person, who) = (person.centre.ok_or_else(AppError::not_there)?, person.id, who.clone());
    let fresh = tokio::task::spawn_blocking(|| {
        let pin = Pin::fresh();
        let hash = pin.hash();
        (pin, hash)
    });
    let (pin, hash) = fresh.await.map_err(AppError::fault)?;
    let set = state.app.db.write(move |tx| -> Result<_, Refused> {
        let right = Right::of(tx, &who)?;
        // Only those whom one may change: a team leader gives no PIN to another.
        let found = people::get(tx, right.by(), person).map_err(AppError::from)?;
        let reached = matches!(right, Right::Network(_)) || found.roles.iter().all(|role| !leads(role));
        let can = may_manage_centre(tx, &who.actor, centre)?;
        if reached {
            Ok(pin::set(tx, &can, person, &hash, &turn)?)
        } else {
            Err(AppError::not_there().into())
        }
    });
    match set.await {
        Ok(()) => Ok(pin),
        Err(Refused::Page(error)) => Err(error),
        Err(Refused::Form(_)) => Err(AppError::not_there()),
    }
}

fn leads(role: Role) -> bool {
    !matches!(role, Role::Worker | Role::Reviewer)
}

async fn new_pin(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(person): Path<String>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let person = find(&state, &who, id(&person)?).await?;
    let pin = set_pin(&state, &who, &person, turn).await?;
    show_pin(frame, &person.shown_name, &pin, format!("/people/{}", person.id))
}

/// Shows a PIN once.
pub(super) fn show_pin(frame: Frame, name: &str, pin: &Pin, back: String) -> Result<Response, AppError> {
    let texts = frame.texts;
    let shown = Once {
        here: Here::Centres,
        title: texts.pin_of(name),
        secret: pin.text().to_owned(),
        sentence: texts.pin_tell(),
        back,
        frame,
    };
    shown.page()
}

async fn new_password(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(person): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let person = find(&state, &who, id(&person)?).await?;
    let can = may_manage(&who.actor).ok_or_else(AppError::not_there)?;
    let typed = typed.raw("new_password").to_owned();
    let hashed =
        tokio::task::spawn_blocking(move || Password::choose(&typed).map(|password| password.hash()));
    let hash = match hashed.await.map_err(AppError::fault)? {
        Ok(hash) => hash,
        Err(error) => {
            let mut shown = person_page(frame, &person);
            let problems = Problems::one("new_password", &error.to_string());
            shown.password_form = shown.password_form.map(|form| form.again(&Typed::default(), &problems));
            return again(&shown);
        }
    };
    let one = person.id;
    state.app.db.write(move |tx| people::set_password(tx, &can, one, &hash, &turn)).await?;
    Ok(see(&format!("/people/{one}")))
}

async fn set_active(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(person): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let (person, active): (Id<kind::Person>, bool) = (id(&person)?, typed.has("active"));
    let asker = who.clone();
    let done = state.app.db.write(move |tx| -> Result<_, AppError> {
        let right = Right::of(tx, &asker)?;
        Ok(people::set_active(tx, right.by(), person, active, &turn)?)
    });
    let Err(error) = done.await else { return Ok(see(&format!("/people/{person}"))) };
    let problem = told(error)?;
    let found = find(&state, &who, person).await?;
    again(&PersonPage { problem: Some(problem), ..person_page(frame, &found) })
}
