//! Whom one manages and where: organisations, centres, people; and a new PIN for who forgot theirs.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use kazi_app::access::{Pin, pin};
use kazi_app::journal::Entry;
use kazi_app::network::people::{self, Sort, Whose, import};
use kazi_app::network::{self, centres, organisations};
use kazi_domain::{Id, Role, kind};
use kazi_services::Problem;
use serde::{Deserialize, Serialize};

use super::members::{CentreList, CentreShown, OrganisationList, OrganisationShown, PersonList, PersonShown};
use super::projects::ListQuery;
use super::sent::Sent;
use crate::error::AppError;
use crate::extract::{Language, StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::{added, language_of, seen, sentence, wrong};
use crate::state::WebState;

static ORGANISATIONS: Route = Route::get("/api/v1/organisations", Who::Api);
static CENTRES: Route = Route::get("/api/v1/centres", Who::Api);
static PEOPLE: Route = Route::get("/api/v1/people", Who::Api);
static OF_CENTRE: Route = Route::get("/api/v1/centres/{centre}/people", Who::Api);
static IMPORT: Route = Route::post("/api/v1/centres/{centre}/people/import", Who::Api);
static PIN: Route = Route::put("/api/v1/centres/{centre}/people/{person}/pin", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .add(&ORGANISATIONS, list_organisations)
        .add(&CENTRES, list_centres)
        .add(&PEOPLE, list_people)
        .add(&OF_CENTRE, list_of_centre)
        .add(&PIN, reset_pin)
        .add(&IMPORT, import_list)
}

/// Organisations by name, a page at a time. For the operator.
#[utoipa::path(get, path = "/api/v1/organisations", params(ListQuery), responses((status = 200, body = OrganisationList), (status = 404)))]
pub(super) async fn list_organisations(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Query(query): Query<ListQuery>,
) -> Result<Json<OrganisationList>, AppError> {
    let can = network::may_manage(&who.actor).ok_or_else(AppError::not_there)?;
    let ask = query.ask()?;
    let found = state.app.db.read(move |read| organisations::list(read, &can, None, &ask)).await?;
    let organisations = found.rows.iter().map(OrganisationShown::from).collect();
    Ok(Json(OrganisationList { organisations, next: found.next.map(|next| next.to_string()) }))
}

/// Centres by name, a page at a time. For the operator.
#[utoipa::path(get, path = "/api/v1/centres", params(ListQuery), responses((status = 200, body = CentreList), (status = 404)))]
pub(super) async fn list_centres(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Query(query): Query<ListQuery>,
) -> Result<Json<CentreList>, AppError> {
    let can = network::may_manage(&who.actor).ok_or_else(AppError::not_there)?;
    let ask = query.ask()?;
    let found = state.app.db.read(move |read| centres::list(read, &can, &ask)).await?;
    let centres = found.rows.iter().map(CentreShown::from).collect();
    Ok(Json(CentreList { centres, next: found.next.map(|next| next.to_string()) }))
}

/// Everybody by name, a page at a time. For the operator.
#[utoipa::path(get, path = "/api/v1/people", params(ListQuery), responses((status = 200, body = PersonList), (status = 404)))]
pub(super) async fn list_people(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Query(query): Query<ListQuery>,
) -> Result<Json<PersonList>, AppError> {
    let can = network::may_manage(&who.actor).ok_or_else(AppError::not_there)?;
    let ask = query.ask()?;
    let found = state.app.db.read(move |read| people::list(read, Whose::All(&can), Sort::Name, &ask)).await?;
    seen(&state, &who, Entry::about("people.listed", who.actor.organisation)).await?;
    let people = found.rows.iter().map(|person| PersonShown::of(person, true)).collect();
    Ok(Json(PersonList { people, next: found.next.map(|next| next.to_string()) }))
}

/// The people of a centre by name, a page at a time. For the operator and its team leaders.
#[utoipa::path(get, path = "/api/v1/centres/{centre}/people", params(("centre" = String, Path), ListQuery), responses((status = 200, body = PersonList), (status = 404)))]
pub(super) async fn list_of_centre(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(centre): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Json<PersonList>, AppError> {
    let centre: Id<kind::Centre> = centre.parse().map_err(|_| AppError::not_there())?;
    let (ask, operator) = (query.ask()?, who.actor.roles.has(Role::Operator));
    let asker = who.actor.clone();
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can = network::may_manage_centre(read, &asker, centre)?;
        Ok(people::list(read, Whose::Centre(&can), Sort::Name, &ask)?)
    });
    let found = found.await?;
    seen(&state, &who, Entry::about("people.listed", centre)).await?;
    let people = found.rows.iter().map(|person| PersonShown::of(person, operator)).collect();
    Ok(Json(PersonList { people, next: found.next.map(|next| next.to_string()) }))
}

/// A PIN to set.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct NewPin {
    /// Six digits, not too easy to guess.
    pin: String,
}

/// Sets a new PIN for somebody of the centre; whoever uses the old one is signed out.
#[utoipa::path(put, path = "/api/v1/centres/{centre}/people/{person}/pin", params(("centre" = String, Path), ("person" = String, Path)), request_body = NewPin, responses((status = 204), (status = 404), (status = 422)))]
pub(super) async fn reset_pin(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path((centre, person)): Path<(String, String)>,
    Turning(turn): Turning,
    Sent(NewPin { pin }): Sent<NewPin>,
) -> Result<StatusCode, AppError> {
    let centre: Id<kind::Centre> = centre.parse().map_err(|_| AppError::not_there())?;
    let person: Id<kind::Person> = person.parse().map_err(|_| AppError::not_there())?;
    let actor = who.actor.clone();
    // Whoever may not is told nothing else, and costs no hashing.
    state.app.db.read(move |read| network::may_manage_centre(read, &actor, centre).map(drop)).await?;
    let new = Pin::choose(&pin)?;
    let hash = tokio::task::spawn_blocking(move || new.hash()).await.map_err(AppError::fault)?;
    let set = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can = network::may_manage_centre(tx, &who.actor, centre)?;
        Ok(pin::set(tx, &can, person, &hash, &turn)?)
    });
    set.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A list of workers.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct NewList {
    /// A person on each line: name, language, PIN, parted by commas or semicolons; the first line may name the columns.
    list: String,
    /// The language of those whose line says none; `en` where it is left out.
    #[serde(default)]
    language: Option<String>,
}

/// Somebody who was added.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct AddedShown {
    person: String,
    name: String,
    /// The PIN, where one was made: it is told once.
    #[schema(required)]
    pin: Option<String>,
}

/// Adds a list of workers to a centre, all of them or none; what is wrong is told line by line.
#[utoipa::path(post, path = "/api/v1/centres/{centre}/people/import", params(("centre" = String, Path)), request_body = NewList, responses((status = 201, body = [AddedShown]), (status = 404), (status = 422)))]
pub(super) async fn import_list(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Language { texts, .. }: Language,
    Path(centre): Path<String>,
    Turning(turn): Turning,
    Sent(sent): Sent<NewList>,
) -> Result<(StatusCode, Json<Vec<AddedShown>>), AppError> {
    let centre: Id<kind::Centre> = centre.parse().map_err(|_| AppError::not_there())?;
    let actor = who.actor.clone();
    let taken = state.app.db.read(move |read| -> Result<_, AppError> {
        let can = network::may_manage_centre(read, &actor, centre)?;
        Ok(import::names(read, &can)?)
    });
    let (taken, usual) = (taken.await?, sent.language.unwrap_or_else(|| "en".to_owned()));
    let rows = import::look_over(sent.list.as_bytes(), &taken, |called| language_of(called, &usual));
    let rows = rows.map_err(|error| AppError::new(WRONG, "list", sentence(&error.to_string())))?;
    mended(texts, &rows)?;
    let added = added(&state, &who, (centre, rows), turn).await?;
    let added = added.map_err(|problem| AppError::new(WRONG, "list", problem))?;
    let shown =
        |(id, name, pin): (Id<kind::Person>, String, _)| AddedShown { person: id.to_string(), name, pin };
    Ok((StatusCode::CREATED, Json(added.into_iter().map(shown).collect())))
}

/// A list in which nothing is wrong; otherwise what is, line by line.
fn mended(texts: &kazi_texts::Texts, rows: &[import::Row]) -> Result<(), AppError> {
    let problems = rows.iter().flat_map(|row| row.wrong.iter().map(|one| problem(texts, row.line, one)));
    let problems: Vec<Problem> = problems.collect();
    if problems.is_empty() {
        return Ok(());
    }
    let says = "Some lines must be mended; nobody was added.";
    Err(AppError::new(WRONG, "list", says).with_problems(problems))
}

fn problem(texts: &kazi_texts::Texts, line: u64, one: &import::RowWrong) -> Problem {
    Problem { field: line.to_string(), key: "line".to_owned(), message: wrong(texts, one) }
}

const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
