//! Changing people: edit, put out and let in, passwords; the computers of a centre; and asking people in by letter.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use kazi_app::access::{Password, device};
use kazi_app::journal::Entry;
use kazi_app::network::invitations::{self, Invite};
use kazi_app::network::people::{self, Change, Person};
use kazi_app::network::{may_manage, may_manage_centre, may_manage_team};
use kazi_domain::{Id, Kind, Role, kind};
use serde::Deserialize;

use super::members::{DeviceShown, InvitationList, InvitationShown, PersonShown};
use super::projects::ListQuery;
use super::sent::Sent;
use super::shown::Made;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::{Right, seen};
use crate::state::WebState;

static GET: Route = Route::get("/api/v1/people/{person}", Who::Api);
static EDIT: Route = Route::patch("/api/v1/people/{person}", Who::Api);
static ACTIVE: Route = Route::put("/api/v1/people/{person}/active", Who::Api);
static PASSWORD: Route = Route::put("/api/v1/people/{person}/password", Who::Api);
static DEVICES: Route = Route::get("/api/v1/centres/{centre}/devices", Who::Api);
static REVOKE: Route = Route::delete("/api/v1/centres/{centre}/devices/{device}", Who::Api);
static INVITED: Route = Route::get("/api/v1/organisations/{organisation}/invitations", Who::Api);
static INVITE: Route = Route::post("/api/v1/organisations/{organisation}/invitations", Who::Api);
static AGAIN: Route = Route::post("/api/v1/invitations/{invitation}/again", Who::Api);
static TAKE_BACK: Route = Route::delete("/api/v1/invitations/{invitation}", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .add(&GET, get)
        .add(&EDIT, edit)
        .add(&ACTIVE, set_active)
        .add(&PASSWORD, set_password)
        .add(&DEVICES, devices)
        .add(&REVOKE, revoke_device)
        .add(&INVITED, invited)
        .add(&INVITE, invite)
        .add(&AGAIN, send_again)
        .add(&TAKE_BACK, take_back)
}

fn id<K: Kind>(text: &str) -> Result<Id<K>, AppError> {
    text.parse().map_err(|_| AppError::not_there())
}

/// Somebody whom one manages.
#[utoipa::path(get, path = "/api/v1/people/{person}", params(("person" = String, Path)), responses((status = 200, body = PersonShown), (status = 404)))]
pub(super) async fn get(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(person): Path<String>,
) -> Result<Json<PersonShown>, AppError> {
    let (person, asker): (Id<kind::Person>, _) = (id(&person)?, who.clone());
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let right = Right::of(read, &asker)?;
        Ok((people::get(read, right.by(), person)?, !matches!(right, Right::Centre(_))))
    });
    let (found, with_address) = found.await?;
    seen(&state, &who, Entry::about("person.seen", person)).await?;
    Ok(Json(PersonShown::of(&found, with_address)))
}

/// What is to be changed; what is left out stays as it is.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
pub(super) struct Wish {
    /// The name on screens.
    name: Option<String>,
    /// For the operator: the address that somebody signs in with.
    email: Option<String>,
    language: Option<String>,
    picture: Option<String>,
    #[schema(value_type = Option<Vec<String>>)]
    roles: Option<Vec<Role>>,
}

fn changed(wish: Wish, now: Person, operator: bool) -> Change {
    Change {
        shown_name: wish.name.unwrap_or(now.shown_name),
        email: wish.email.filter(|_| operator).or(now.email),
        picture: wish.picture.unwrap_or(now.picture),
        language: wish.language.unwrap_or(now.language),
        roles: wish.roles.map_or(now.roles, |roles| roles.into_iter().collect()),
        centre: now.centre,
    }
}

/// Changes somebody whom one manages.
#[utoipa::path(patch, path = "/api/v1/people/{person}", params(("person" = String, Path)), request_body = Wish, responses((status = 204), (status = 404), (status = 422)))]
pub(super) async fn edit(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(person): Path<String>,
    Turning(turn): Turning,
    Sent(wish): Sent<Wish>,
) -> Result<StatusCode, AppError> {
    let person: Id<kind::Person> = id(&person)?;
    let done = state.app.db.write(move |tx| -> Result<_, AppError> {
        let right = Right::of(tx, &who)?;
        let now = people::get(tx, right.by(), person)?;
        let change = changed(wish.clone(), now, matches!(right, Right::Network(_)));
        Ok(people::edit(tx, right.by(), person, &change, &turn)?)
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether somebody may sign in.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct Active {
    active: bool,
}

/// Puts somebody out, which ends all their sessions at once, or lets them in again. What they earned stays theirs.
#[utoipa::path(put, path = "/api/v1/people/{person}/active", params(("person" = String, Path)), request_body = Active, responses((status = 204), (status = 404), (status = 422)))]
pub(super) async fn set_active(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(person): Path<String>,
    Turning(turn): Turning,
    Sent(Active { active }): Sent<Active>,
) -> Result<StatusCode, AppError> {
    let person: Id<kind::Person> = id(&person)?;
    let done = state.app.db.write(move |tx| -> Result<_, AppError> {
        let right = Right::of(tx, &who)?;
        Ok(people::set_active(tx, right.by(), person, active, &turn)?)
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A password to set.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct NewPassword {
    /// At least ten characters.
    password: String,
}

/// Sets the password of somebody with an e-mail address, and ends their sessions. For the operator.
#[utoipa::path(put, path = "/api/v1/people/{person}/password", params(("person" = String, Path)), request_body = NewPassword, responses((status = 204), (status = 404), (status = 422)))]
pub(super) async fn set_password(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(person): Path<String>,
    Turning(turn): Turning,
    Sent(NewPassword { password }): Sent<NewPassword>,
) -> Result<StatusCode, AppError> {
    let (can, person) = (may_manage(&who.actor).ok_or_else(AppError::not_there)?, id(&person)?);
    let new = Password::choose(&password)?;
    let hash = tokio::task::spawn_blocking(move || new.hash()).await.map_err(AppError::fault)?;
    state.app.db.write(move |tx| people::set_password(tx, &can, person, &hash, &turn)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The computers of a centre, by name.
#[utoipa::path(get, path = "/api/v1/centres/{centre}/devices", params(("centre" = String, Path)), responses((status = 200, body = Vec<DeviceShown>), (status = 404)))]
pub(super) async fn devices(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(centre): Path<String>,
) -> Result<Json<Vec<DeviceShown>>, AppError> {
    let centre: Id<kind::Centre> = id(&centre)?;
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can = may_manage_centre(read, &who.actor, centre)?;
        Ok(device::list(read, &can)?)
    });
    Ok(Json(found.await?.iter().map(DeviceShown::from).collect()))
}

/// Revokes a computer of a centre: whoever works on it is signed out at once.
#[utoipa::path(delete, path = "/api/v1/centres/{centre}/devices/{device}", params(("centre" = String, Path), ("device" = String, Path)), responses((status = 204), (status = 404)))]
pub(super) async fn revoke_device(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path((centre, device)): Path<(String, String)>,
    Turning(turn): Turning,
) -> Result<StatusCode, AppError> {
    let (centre, computer): (Id<kind::Centre>, Id<kind::Device>) = (id(&centre)?, id(&device)?);
    let done = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can = may_manage_centre(tx, &who.actor, centre)?;
        Ok(device::revoke(tx, &can, computer, &turn)?)
    });
    if done.await? { Ok(StatusCode::NO_CONTENT) } else { Err(AppError::not_there()) }
}

/// Who was asked into an organisation and has not come yet, the latest first. For the operator and whoever leads its people.
#[utoipa::path(get, path = "/api/v1/organisations/{organisation}/invitations", params(("organisation" = String, Path), ListQuery), responses((status = 200, body = InvitationList), (status = 404)))]
pub(super) async fn invited(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(organisation): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Json<InvitationList>, AppError> {
    let organisation: Id<kind::Organisation> = id(&organisation)?;
    let can = may_manage_team(&who.actor, organisation).ok_or_else(AppError::not_there)?;
    let ask = query.ask()?;
    let found = state.app.db.read(move |read| invitations::list(read, &can, &ask)).await?;
    seen(&state, &who, Entry::about("people.listed", organisation)).await?;
    let invitations = found.rows.iter().map(InvitationShown::from).collect();
    Ok(Json(InvitationList { invitations, next: found.next.map(|next| next.to_string()) }))
}

/// Somebody to ask in.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct NewInvitation {
    name: String,
    email: String,
    /// The language of the letter.
    #[serde(default = "english")]
    language: String,
    /// `client` and `client_lead` for a client, `team_leader` and `reviewer` for a partner, `operator` for the operator.
    #[schema(value_type = Vec<String>)]
    roles: Vec<Role>,
    /// Where, for those who work at a centre.
    centre: Option<String>,
}

fn english() -> String {
    "en".to_owned()
}

/// Asks somebody in by letter. The link in it opens once, within seven days.
#[utoipa::path(post, path = "/api/v1/organisations/{organisation}/invitations", params(("organisation" = String, Path)), request_body = NewInvitation, responses((status = 201, body = Made), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn invite(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(organisation): Path<String>,
    Turning(turn): Turning,
    Sent(new): Sent<NewInvitation>,
) -> Result<(StatusCode, Json<Made>), AppError> {
    let can = may_manage_team(&who.actor, id(&organisation)?).ok_or_else(AppError::not_there)?;
    let NewInvitation { name: shown_name, email, language, roles, centre } = new;
    let (centre, roles) = (centre.as_deref().map(id).transpose()?, roles.into_iter().collect());
    let (wish, site) = (Invite { email, shown_name, language, roles, centre }, state.site());
    let made = state.app.db.write(move |tx| invitations::invite(tx, &can, &wish, &site, &turn)).await?;
    state.bell.notify_one();
    Ok((StatusCode::CREATED, Json(Made::of(made))))
}

/// Sends the letter of an invitation once more, with a new link: the one before is over.
#[utoipa::path(post, path = "/api/v1/invitations/{invitation}/again", params(("invitation" = String, Path)), responses((status = 204), (status = 404)))]
pub(super) async fn send_again(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(invitation): Path<String>,
    Turning(turn): Turning,
) -> Result<StatusCode, AppError> {
    let (invitation, site): (Id<kind::Invitation>, _) = (id(&invitation)?, state.site());
    let sent = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can = invitations::may_manage(tx, &who.actor, invitation)?.ok_or_else(AppError::not_there)?;
        Ok(invitations::again(tx, &can, invitation, &site, &turn)?)
    });
    sent.await?;
    state.bell.notify_one();
    Ok(StatusCode::NO_CONTENT)
}

/// Takes an invitation back: its link opens nothing any more.
#[utoipa::path(delete, path = "/api/v1/invitations/{invitation}", params(("invitation" = String, Path)), responses((status = 204), (status = 404)))]
pub(super) async fn take_back(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(invitation): Path<String>,
    Turning(turn): Turning,
) -> Result<StatusCode, AppError> {
    let invitation: Id<kind::Invitation> = id(&invitation)?;
    let ended = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can = invitations::may_manage(tx, &who.actor, invitation)?.ok_or_else(AppError::not_there)?;
        Ok(invitations::revoke(tx, &can, invitation, &turn)?)
    });
    ended.await?;
    Ok(StatusCode::NO_CONTENT)
}
