//! Keys of one's own. A key makes and revokes keys only with the scope for people, and none that may more than itself.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kazi_app::access::key;
use kazi_domain::{Id, ScopeSet, kind};
use serde::Deserialize;

use super::members::{KeyMade, KeyShown};
use super::sent::Sent;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::may_have_keys;
use crate::state::WebState;

static LIST: Route = Route::get("/api/v1/keys", Who::Api);
static MAKE: Route = Route::post("/api/v1/keys", Who::Api);
static REVOKE: Route = Route::delete("/api/v1/keys/{key}", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&LIST, list).add(&MAKE, make).add(&REVOKE, revoke)
}

/// One's own keys, the latest first.
#[utoipa::path(get, path = "/api/v1/keys", responses((status = 200, body = Vec<KeyShown>)))]
pub(super) async fn list(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
) -> Result<Json<Vec<KeyShown>>, AppError> {
    let can = may_have_keys(&who)?;
    let found = state.app.db.read(move |read| key::list(read, &can)).await?;
    Ok(Json(found.iter().map(KeyShown::from).collect()))
}

/// A key to make.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct NewKey {
    /// Which program uses it.
    name: String,
    /// What it may be used for: `projects:read`, `projects:write`, `people`, `jobs`.
    scopes: Vec<String>,
}

/// Makes a key. What the program sends is in the answer and nowhere else.
#[utoipa::path(post, path = "/api/v1/keys", request_body = NewKey, responses((status = 201, body = KeyMade), (status = 409), (status = 422)))]
pub(super) async fn make(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Turning(turn): Turning,
    Sent(NewKey { name, scopes }): Sent<NewKey>,
) -> Result<(StatusCode, Json<KeyMade>), AppError> {
    let (can, scopes) = (may_have_keys(&who)?, ScopeSet::from_words(&scopes.join(" ")));
    let made = state.app.db.write(move |tx| key::make(tx, &can, &name, scopes, &turn)).await?;
    let shown = KeyMade { id: made.id.to_string(), key: made.token.text().to_owned() };
    Ok((StatusCode::CREATED, Json(shown)))
}

/// Revokes a key at once.
#[utoipa::path(delete, path = "/api/v1/keys/{key}", params(("key" = String, Path)), responses((status = 204), (status = 404)))]
pub(super) async fn revoke(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(key): Path<String>,
    Turning(turn): Turning,
) -> Result<StatusCode, AppError> {
    let can = may_have_keys(&who)?;
    let key: Id<kind::ApiKey> = key.parse().map_err(|_| AppError::not_there())?;
    let revoked = state.app.db.write(move |tx| key::revoke(tx, &can, key, &turn)).await?;
    if revoked { Ok(StatusCode::NO_CONTENT) } else { Err(AppError::not_there()) }
}
