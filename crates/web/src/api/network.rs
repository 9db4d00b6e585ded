//! Organisations, centres, people and computers.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kazi_app::access::{Password, Pin, SecretHash, device};
use kazi_app::network::organisations::{self, OrganisationKind};
use kazi_app::network::people::{self, NewPerson};
use kazi_app::network::{self, centres};
use kazi_app::practice;
use kazi_domain::{Id, Role, RoleSet, kind};
use serde::Deserialize;

use super::sent::Sent;
use super::shown::{CodeShown, Made};
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static ORGANISATION: Route = Route::post("/api/v1/organisations", Who::Api);
static CENTRE: Route = Route::post("/api/v1/organisations/{organisation}/centres", Who::Api);
static BUYER: Route = Route::post("/api/v1/organisations/{organisation}/people", Who::Api);
static PERSON: Route = Route::post("/api/v1/centres/{centre}/people", Who::Api);
static CERTIFICATE: Route = Route::post("/api/v1/centres/{centre}/people/{person}/certificates", Who::Api);
static CODE: Route = Route::post("/api/v1/centres/{centre}/devices", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .add(&ORGANISATION, create_organisation)
        .add(&CENTRE, create_centre)
        .add(&BUYER, add_to_organisation)
        .add(&PERSON, add_person)
        .add(&CERTIFICATE, vouch)
        .add(&CODE, device_code)
}

type Created = Result<(StatusCode, Json<Made>), AppError>;

fn made<K: kazi_domain::Kind>(id: Id<K>) -> (StatusCode, Json<Made>) {
    (StatusCode::CREATED, Json(Made::of(id)))
}

/// A client or a partner.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct NewOrganisation {
    name: String,
    /// `client` or `partner`.
    kind: String,
}

/// Adds a client or a partner. For the operator.
#[utoipa::path(post, path = "/api/v1/organisations", request_body = NewOrganisation, responses((status = 201, body = Made), (status = 404), (status = 422)))]
pub(super) async fn create_organisation(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Turning(turn): Turning,
    Sent(NewOrganisation { name, kind }): Sent<NewOrganisation>,
) -> Created {
    let can = network::may_manage(&who.actor).ok_or_else(AppError::not_there)?;
    let kind = match kind.as_str() {
        "client" => OrganisationKind::Client,
        "partner" => OrganisationKind::Partner,
        _ => {
            let sentence = "`kind` is `client` or `partner`.";
            return Err(AppError::new(StatusCode::UNPROCESSABLE_ENTITY, "organisation", sentence));
        }
    };
    let id = state.app.db.write(move |tx| organisations::create(tx, &can, kind, &name, &turn)).await?;
    Ok(made(id))
}

/// A centre.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct NewCentre {
    name: String,
    /// Minutes ahead of UTC: pay is summed by the worker's own day.
    #[serde(default)]
    utc_offset_minutes: i32,
}

/// Adds a centre to a partner. For the operator.
#[utoipa::path(post, path = "/api/v1/organisations/{organisation}/centres", params(("organisation" = String, Path)), request_body = NewCentre, responses((status = 201, body = Made), (status = 404), (status = 422)))]
pub(super) async fn create_centre(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(organisation): Path<String>,
    Turning(turn): Turning,
    Sent(NewCentre { name, utc_offset_minutes }): Sent<NewCentre>,
) -> Created {
    let can = network::may_manage(&who.actor).ok_or_else(AppError::not_there)?;
    let organisation: Id<kind::Organisation> = organisation.parse().map_err(|_| AppError::not_there())?;
    let id = state
        .app
        .db
        .write(move |tx| centres::create(tx, &can, organisation, (&name, utc_offset_minutes), &turn))
        .await?;
    Ok(made(id))
}

/// Somebody who works at a centre.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct NewAtCentre {
    /// The name on screens.
    name: String,
    /// Six digits, for the centre's computers.
    pin: Option<String>,
    /// For team leaders, who sign in elsewhere too.
    email: Option<String>,
    password: Option<String>,
    #[serde(default)]
    picture: String,
    #[serde(default = "english")]
    language: String,
    /// `worker`, `reviewer`, `team_leader`.
    #[schema(value_type = Vec<String>)]
    roles: Vec<Role>,
}

fn english() -> String {
    "en".to_owned()
}

impl NewAtCentre {
    /// Hashes the secrets: slow, so not on a thread that serves others.
    fn hashed(self) -> Result<NewPerson, AppError> {
        let wrong = |error: &dyn std::fmt::Display| {
            AppError::new(StatusCode::UNPROCESSABLE_ENTITY, "secret", error.to_string())
        };
        let pin = self.pin.map(|pin| Pin::choose(&pin)).transpose().map_err(|error| wrong(&error))?;
        let password =
            self.password.map(|text| Password::choose(&text)).transpose().map_err(|error| wrong(&error))?;
        let hash: (Option<SecretHash>, Option<SecretHash>) =
            (pin.map(|pin| pin.hash()), password.map(|password| password.hash()));
        Ok(NewPerson {
            shown_name: self.name,
            email: self.email,
            password: hash.1,
            pin: hash.0,
            picture: self.picture,
            language: self.language,
            roles: self.roles.into_iter().collect::<RoleSet>(),
        })
    }
}

/// Adds somebody to an organisation, such as a client's buyer (`client`). For the operator.
#[utoipa::path(post, path = "/api/v1/organisations/{organisation}/people", params(("organisation" = String, Path)), request_body = NewAtCentre, responses((status = 201, body = Made), (status = 404), (status = 422)))]
pub(super) async fn add_to_organisation(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(organisation): Path<String>,
    Turning(turn): Turning,
    Sent(new): Sent<NewAtCentre>,
) -> Created {
    let can = network::may_manage(&who.actor).ok_or_else(AppError::not_there)?;
    let organisation: Id<kind::Organisation> = organisation.parse().map_err(|_| AppError::not_there())?;
    let person = tokio::task::spawn_blocking(move || new.hashed()).await.map_err(AppError::fault)??;
    let id = state
        .app
        .db
        .write(move |tx| people::create_in_organisation(tx, &can, organisation, &person, &turn))
        .await?;
    Ok(made(id))
}

/// Adds somebody to a centre.
#[utoipa::path(post, path = "/api/v1/centres/{centre}/people", params(("centre" = String, Path)), request_body = NewAtCentre, responses((status = 201, body = Made), (status = 404), (status = 422)))]
pub(super) async fn add_person(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(centre): Path<String>,
    Turning(turn): Turning,
    Sent(new): Sent<NewAtCentre>,
) -> Created {
    let centre: Id<kind::Centre> = centre.parse().map_err(|_| AppError::not_there())?;
    let person = tokio::task::spawn_blocking(move || new.hashed()).await.map_err(AppError::fault)??;
    let id = state
        .app
        .db
        .write(move |tx| -> Result<_, AppError> {
            let can = network::may_manage_centre(tx, &who.actor, centre)?;
            Ok(people::create_at_centre(tx, &can, &person, &turn)?)
        })
        .await?;
    Ok(made(id))
}

/// A computer that is to be enrolled.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct NewDevice {
    /// What the centre calls it.
    name: String,
}

/// Makes a code that enrols a computer of the centre; it counts for fifteen minutes.
#[utoipa::path(post, path = "/api/v1/centres/{centre}/devices", params(("centre" = String, Path)), request_body = NewDevice, responses((status = 201, body = CodeShown), (status = 404), (status = 422)))]
pub(super) async fn device_code(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(centre): Path<String>,
    Turning(turn): Turning,
    Sent(NewDevice { name }): Sent<NewDevice>,
) -> Result<(StatusCode, Json<CodeShown>), AppError> {
    let centre: Id<kind::Centre> = centre.parse().map_err(|_| AppError::not_there())?;
    let code = state
        .app
        .db
        .write(move |tx| -> Result<_, AppError> {
            let can = network::may_manage_centre(tx, &who.actor, centre)?;
            Ok(device::make_code(tx, &can, &name, &turn)?)
        })
        .await?;
    let shown = CodeShown { id: code.device.to_string(), code: code.text, until: code.until.micros() };
    Ok((StatusCode::CREATED, Json(shown)))
}

/// A stage that somebody knows.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct NewCertificate {
    service: String,
    stage: String,
}

/// Vouches that somebody of the centre knows a stage: they need no practice. It stands in the journal.
#[utoipa::path(post, path = "/api/v1/centres/{centre}/people/{person}/certificates", params(("centre" = String, Path), ("person" = String, Path)), request_body = NewCertificate, responses((status = 204), (status = 404)))]
pub(super) async fn vouch(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path((centre, person)): Path<(String, String)>,
    Turning(turn): Turning,
    Sent(NewCertificate { service, stage }): Sent<NewCertificate>,
) -> Result<StatusCode, AppError> {
    let centre: Id<kind::Centre> = centre.parse().map_err(|_| AppError::not_there())?;
    let person: Id<kind::Person> = person.parse().map_err(|_| AppError::not_there())?;
    let known = state
        .app
        .db
        .write(move |tx| -> Result<_, AppError> {
            let can = network::may_manage_centre(tx, &who.actor, centre)?;
            Ok(practice::vouch(tx, &can, person, (&service, &stage), &turn)?)
        })
        .await?;
    if known { Ok(StatusCode::NO_CONTENT) } else { Err(AppError::not_there()) }
}
