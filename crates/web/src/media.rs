//! Stored bytes of a project, for whoever may work on it or see it.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};
use kazi_app::access::SignedIn;
use kazi_app::blobs::{Stored, shown_in};
use kazi_app::contest;
use kazi_app::network::NotForYou;
use kazi_app::projects;
use kazi_app::work::{self, WorkError};
use kazi_db::Read;
use kazi_domain::policy::ViewProject;
use kazi_domain::{Id, kind};
use kazi_services::BlobRef;

use crate::error::AppError;
use crate::extract::StaffMember;
use crate::route::{Cache, Rate, Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static MEDIA: Route =
    Route::get("/media/{project}/{hash}", Who::SignedIn).cache(Cache::PrivateForever).rate(Rate::Work);

/// What clients handed in is never run as a page of ours, whatever it claims to be.
const NO_PAGE: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

pub(crate) fn add(routes: Routes) -> Routes {
    routes.add(&MEDIA, media)
}

async fn media(
    State(state): State<WebState>,
    Path((project, hash)): Path<(String, String)>,
    StaffMember(who): StaffMember,
) -> Result<Response, AppError> {
    let project = project.parse().map_err(|_| AppError::not_there())?;
    let hash = BlobRef(hash);
    let found = state.app.db.read(move |read| stored(read, &who, project, &hash)).await?;
    let Stored { hash, media_type, .. } = found.ok_or_else(AppError::not_there)?;
    let (length, bytes) = state.app.blobs.stream(&hash).await?;
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_LENGTH, length.to_string()),
        (header::CONTENT_SECURITY_POLICY, NO_PAGE.to_owned()),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin".to_owned()),
    ];
    Ok((headers, Body::from_stream(bytes)).into_response())
}

/// The bytes, if the project has them and the person may do something about the project.
fn stored(
    read: &mut Read<'_>,
    who: &SignedIn,
    project: Id<kind::Project>,
    hash: &BlobRef,
) -> Result<Option<Stored>, AppError> {
    match work::permit(read, &who.actor, project) {
        Ok(permit) => return Ok(shown_in(read, &permit.can, hash)?),
        Err(WorkError::NotThere) => {}
        Err(error) => return Err(error.into()),
    }
    match projects::may::<ViewProject>(read, &who.actor, project) {
        Ok(can) => return Ok(shown_in(read, &can, hash)?),
        Err(NotForYou::Db(error)) => return Err(error.into()),
        Err(_) => {}
    }
    // Whoever decides on a second look sees what was looked at.
    match contest::may_decide(read, &who.actor, project) {
        Ok(can) => Ok(shown_in(read, &can, hash)?),
        Err(NotForYou::Db(error)) => Err(error.into()),
        Err(NotForYou::NotThere) => Ok(None),
    }
}
