//! Taking away what Kazi holds about a person: one's own, or by whoever leads the place for somebody who works there.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kazi_app::Turn;
use kazi_app::access::SignedIn;
use kazi_app::network::own_data;
use kazi_domain::{Id, kind};

use super::id;
use crate::error::AppError;
use crate::extract::StaffMember;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static OWN: Route = Route::post("/account/data", Who::Staff);
static OF: Route = Route::post("/people/{person}/data", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&OWN, own).add(&OF, of)
}

/// The archive as it is made; the record says so before its first byte.
async fn take(state: &WebState, who: SignedIn, person: Id<kind::Person>) -> Result<Response, AppError> {
    let proven = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can = own_data::may_take(tx, &who.actor, person)?;
        own_data::note(tx, &can, &Turn::now())?;
        Ok(can)
    });
    let can = proven.await?;
    let name = HeaderValue::from_str(&format!("attachment; filename=\"kazi-{person}.zip\""))
        .map_err(AppError::fault)?;
    let kind = HeaderValue::from_static("application/zip");
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(own_data::stream(&state.app.db, &can))).into_response())
}

async fn own(State(state): State<WebState>, StaffMember(who): StaffMember) -> Result<Response, AppError> {
    let person = who.actor.person;
    take(&state, who, person).await
}

async fn of(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(person): Path<String>,
) -> Result<Response, AppError> {
    let person = id(&person)?;
    take(&state, who, person).await
}
