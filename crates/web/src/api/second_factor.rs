//! Who must have a second factor. To take away somebody's lost one is for people alone: a key that could do that, and set
//! passwords, would open every account.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use kazi_app::access::second;
use kazi_domain::{Id, kind};
use serde::Deserialize;

use super::sent::Sent;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static DEMAND: Route = Route::put("/api/v1/organisations/{organisation}/second-factor", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&DEMAND, demand)
}

/// Whether everybody who signs in with a password must have a second factor.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct Demand {
    demanded: bool,
}

/// Says whether everybody who signs in with a password for an organisation must have a second factor. Whoever has none is led
/// to it at the next sign-in, and can do nothing else before; keys of programs go on. For the operator.
#[utoipa::path(put, path = "/api/v1/organisations/{organisation}/second-factor", params(("organisation" = String, Path)), request_body = Demand, responses((status = 204), (status = 404), (status = 422)))]
pub(super) async fn demand(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(organisation): Path<String>,
    Turning(turn): Turning,
    Sent(Demand { demanded }): Sent<Demand>,
) -> Result<StatusCode, AppError> {
    let organisation: Id<kind::Organisation> = organisation.parse().map_err(|_| AppError::not_there())?;
    let can = second::may_demand(&who.actor, organisation).ok_or_else(AppError::not_there)?;
    state.app.db.write(move |tx| second::demand(tx, &can, demanded, &turn)).await?;
    Ok(StatusCode::NO_CONTENT)
}
