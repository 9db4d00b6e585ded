//! One organisation, for the operator: the people who sign in for it with a password.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kazi_app::Turn;
use kazi_app::access::SignedIn;
use kazi_app::journal::Entry;
use kazi_app::listing::Page;
use kazi_app::network::may_manage;
use kazi_app::network::organisations::{self, Organisation, OrganisationKind};
use kazi_app::network::people::{self, Person, Whose};
use kazi_domain::{Id, Role, kind};
use kazi_texts::Texts;

use super::centre::new_person_with;
use super::field::{Field, Fields, Input};
use super::nav::Here;
use super::parts::{ListQuery, Tools};
use super::people::{Row, language_field, people_sort, people_tools, pictures, row};
use super::refused::Refused;
use super::typed::{Problems, Typed};
use super::words::named;
use super::{again, id, see, seen};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static SHOW: Route = Route::get("/organisations/{organisation}", Who::Staff);
static PERSON: Route = Route::post("/organisations/{organisation}/people", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&SHOW, show).add(&PERSON, add_person)
}

#[derive(Debug, Template)]
#[template(path = "staff/organisation.html")]
struct OrganisationPage {
    frame: Frame,
    here: Here,
    id: String,
    name: String,
    kind: String,
    is_client: bool,
    people: Vec<Row>,
    /// Where there are many people, or some were searched for.
    tools: Option<Tools>,
    searched: bool,
    pictures: String,
    next: Option<String>,
    /// None for a partner: its people are added at their centre.
    form: Option<Fields>,
    factor_form: Fields,
}

type Found = (Organisation, Page<Person>);

async fn find(
    state: &WebState,
    who: &SignedIn,
    organisation: Id<kind::Organisation>,
    query: &ListQuery,
) -> Result<Found, AppError> {
    let can = may_manage(&who.actor).ok_or_else(AppError::not_there)?;
    let (ask, sort) = (query.ask()?, people_sort(query));
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let found = organisations::get(read, &can, organisation)?.ok_or_else(AppError::not_there)?;
        let people = people::list(read, Whose::Organisation(&can, organisation), sort, &ask)?;
        Ok((found, people))
    });
    found.await
}

/// What somebody of such an organisation does who works at no centre.
fn role(kind: OrganisationKind) -> Option<Role> {
    match kind {
        OrganisationKind::Operator => Some(Role::Operator),
        OrganisationKind::Client => Some(Role::Client),
        OrganisationKind::Partner => None,
    }
}

fn form(texts: &Texts) -> Fields {
    let password = Field::new("new_password", texts.password(), Input::Line("password"));
    Fields::new(vec![
        Field::line("name", texts.person_name()).required(),
        Field::new("email", texts.email(), Input::Line("email")).required(),
        password.hint(texts.password_hint()).autocomplete("new-password").required(),
        language_field(texts, "en"),
    ])
}

fn factor_field(texts: &Texts, demanded: bool) -> Field {
    let field = Field::new("demanded", texts.factor_demand(), Input::Tick).hint(texts.factor_demand_hint());
    if demanded { field.value("yes") } else { field }
}

fn organisation_page(frame: Frame, query: &ListQuery, (found, people): Found) -> OrganisationPage {
    let texts = frame.texts;
    let rows: Vec<Row> = people.rows.iter().map(|person| row(texts, person, true)).collect();
    OrganisationPage {
        here: Here::Centres,
        id: found.id.to_string(),
        kind: named(texts, "organisation-kind", found.kind.word()),
        is_client: found.kind == OrganisationKind::Client,
        pictures: pictures(&rows),
        people: rows,
        tools: people_tools(texts, query, &format!("/organisations/{}", found.id), people.rows.len()),
        searched: !query.is_plain(),
        next: query.next(&format!("/organisations/{}", found.id), people.next),
        form: role(found.kind).map(|_| form(texts)),
        factor_form: Fields::new(vec![factor_field(texts, found.second_factor)]),
        name: found.name,
        frame,
    }
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(organisation): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Response, AppError> {
    let found = find(&state, &who, id(&organisation)?, &query).await?;
    seen(&state, &who, Entry::about("people.listed", found.0.id)).await?;
    page(&organisation_page(frame, &query, found))
}

async fn create(
    state: &WebState,
    who: &SignedIn,
    (organisation, role): (Id<kind::Organisation>, Role),
    (typed, turn): (Typed, Turn),
) -> Result<(), Refused> {
    let can = may_manage(&who.actor).ok_or_else(AppError::not_there)?;
    if typed.raw("new_password").is_empty() {
        let problem = kazi_app::access::PasswordError::TooShort.to_string();
        return Err(Refused::Form(Problems::one("new_password", &problem)));
    }
    let typed = typed.with("role", role.word());
    let hashed = tokio::task::spawn_blocking(move || new_person_with(&typed, None));
    let person = hashed.await.map_err(AppError::fault)??;
    let made = state.app.db.write(move |tx| -> Result<_, Refused> {
        Ok(people::create_in_organisation(tx, &can, organisation, &person, &turn)?)
    });
    made.await.map(drop)
}

async fn add_person(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(organisation): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let organisation = id(&organisation)?;
    let found = find(&state, &who, organisation, &ListQuery::default()).await?;
    let role = role(found.0.kind).ok_or_else(AppError::not_there)?;
    let made = create(&state, &who, (organisation, role), (typed.clone(), turn)).await;
    let Err(refused) = made else { return Ok(see(&format!("/organisations/{organisation}"))) };
    let problems = refused.problems()?;
    let mut shown = organisation_page(frame, &ListQuery::default(), found);
    shown.form = shown.form.map(|form| form.again(&typed, &problems));
    again(&shown)
}
