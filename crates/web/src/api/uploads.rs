//! Files that go on where they broke off, by the tus protocol (tus.io, version 1.0.0: core, creation, termination).
//!
//! A file is announced with its length and gets an address; its bytes are appended there with as many requests as it
//! takes. What was acknowledged is on the disk. An upload is fed at the node that it was announced to.

use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::{Stream, StreamExt};
use kazi_app::access::SignedIn;
use kazi_app::intake::{self, Arriving, UploadError};
use kazi_app::{Turn, projects};
use kazi_db::Read;
use kazi_domain::policy::{Can, ManageProject};
use kazi_domain::{Id, kind};
use kazi_services::BlobRef;
use serde::Deserialize;

use super::projects::id;
use super::shown::UploadShown;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static ANNOUNCE: Route = Route::post("/api/v1/projects/{project}/uploads", Who::Api);
static LOOK: Route = Route::get("/api/v1/projects/{project}/uploads/{source}", Who::Api);
static FEED: Route = Route::patch("/api/v1/projects/{project}/uploads/{source}", Who::Api).files();
static GIVE_UP: Route = Route::delete("/api/v1/projects/{project}/uploads/{source}", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&ANNOUNCE, begin).add(&LOOK, look).add(&FEED, feed).add(&GIVE_UP, give_up)
}

const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const VERSION: HeaderName = HeaderName::from_static("tus-resumable");
/// The version of the protocol.
const SPOKEN: HeaderValue = HeaderValue::from_static("1.0.0");
/// What the body of an appending request is called.
const BYTES: &str = "application/offset+octet-stream";

type Place = (Id<kind::Project>, Id<kind::Source>);

fn place((project, source): (String, String)) -> Result<Place, AppError> {
    Ok((id(&project)?, source.parse().map_err(|_| AppError::not_there())?))
}

fn wrong(key: &'static str, sentence: &str) -> AppError {
    AppError::new(StatusCode::BAD_REQUEST, key, sentence)
}

/// Adds a source that has no bytes yet.
pub(super) async fn announce(
    state: &WebState,
    who: &SignedIn,
    project: Id<kind::Project>,
    (name, bytes): (String, Option<u64>),
) -> Result<(Id<kind::Source>, Can<ManageProject>), AppError> {
    let actor = who.actor.clone();
    let announced = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<ManageProject> = projects::may(tx, &actor, project)?;
        Ok((intake::add_source(tx, &can, &name, bytes, &Turn::now())?, can))
    });
    announced.await
}

/// Says that all bytes of a source are kept, so that it is split.
pub(super) async fn keep(
    state: &WebState,
    who: &SignedIn,
    (project, source): Place,
    (hash, bytes): (BlobRef, u64),
) -> Result<(), AppError> {
    let actor = who.actor.clone();
    let kept = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<ManageProject> = projects::may(tx, &actor, project)?;
        Ok(intake::arrived(tx, &can, source, (&hash, bytes), &Turn::now())?)
    });
    kept.await?;
    state.app.uploads.discard(source);
    state.bell.notify_one();
    Ok(())
}

async fn arriving(state: &WebState, who: &SignedIn, (project, source): Place) -> Result<Arriving, AppError> {
    let actor = who.actor.clone();
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<ManageProject> = projects::may(read, &actor, project)?;
        Ok(intake::arriving(read, &can, source)?)
    });
    found.await
}

/// Puts a file of which all bytes are here into the store.
async fn finish(state: &WebState, who: &SignedIn, named: Place, whole: u64) -> Result<(), AppError> {
    let kept = state.app.uploads.finish(named.1, Some(whole)).await?;
    keep(state, who, named, kept).await
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// The file's name as tus clients send it: pairs of a word and a value in base64.
fn name_in(metadata: &str) -> Option<String> {
    let mut pairs = metadata.split(',').filter_map(|pair| pair.trim().split_once(' '));
    let (_, value) = pairs.find(|(key, _)| ["filename", "name"].contains(key))?;
    String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()
}

fn at(offset: u64) -> [(HeaderName, HeaderValue); 2] {
    [(VERSION, SPOKEN), (OFFSET, HeaderValue::from(offset))]
}

/// How long somebody who sends what is not wanted is listened to.
const HEAR_OUT: Duration = Duration::from_secs(10);

/// Reads what is still being sent and throws it away, for a while: a client that is cut off while it sends never
/// reads why.
pub(super) async fn hear_out<S, E>(stream: &mut S)
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
{
    let rest = async { while let Some(Ok(_)) = stream.next().await {} };
    // Whoever is slower than that must do without.
    drop(tokio::time::timeout(HEAR_OUT, rest).await);
}

#[derive(Debug, Deserialize)]
pub(super) struct Called {
    pub(super) name: Option<String>,
}

/// Announces a file. Its length comes in `Upload-Length`; its name as the parameter `name`, or as `filename` in
/// `Upload-Metadata`. The answer's `Location` is where its bytes are appended.
#[utoipa::path(post, path = "/api/v1/projects/{project}/uploads", params(("project" = String, Path), ("name" = Option<String>, Query), ("Upload-Length" = u64, Header), ("Upload-Metadata" = Option<String>, Header)), responses((status = 201, body = UploadShown, headers(("Location" = String), ("Upload-Offset" = u64))), (status = 400), (status = 404), (status = 409), (status = 413), (status = 422)))]
pub(super) async fn begin(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
    Query(Called { name }): Query<Called>,
    headers: HeaderMap,
) -> Result<Response, AppError> {
    let project = id(&project)?;
    let actor = who.actor.clone();
    // Whoever may not is told nothing else.
    let may = move |read: &mut Read<'_>| projects::may::<ManageProject>(read, &actor, project).map(drop);
    state.app.db.read(may).await?;
    let sentence = "Say how long the file is: send the header Upload-Length.";
    let length = number(&headers, &LENGTH).ok_or_else(|| wrong("upload_length", sentence))?;
    let metadata = headers.get(&METADATA).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = name.or_else(|| name_in(metadata)).unwrap_or_default();
    let (source, _) = announce(&state, &who, project, (name.clone(), Some(length))).await?;
    state.app.uploads.begin(source).await?;
    if length == 0 {
        finish(&state, &who, (project, source), 0).await?;
    }
    let location = HeaderValue::from_str(&format!("/api/v1/projects/{project}/uploads/{source}"))
        .map_err(AppError::fault)?;
    let body =
        Json(UploadShown { id: source.to_string(), name, offset: 0, bytes: length, arrived: length == 0 });
    Ok((StatusCode::CREATED, at(0), [(header::LOCATION, location)], body).into_response())
}

/// How far a file has come: `Upload-Offset` bytes of `Upload-Length` are here for good. Also for HEAD.
#[utoipa::path(get, path = "/api/v1/projects/{project}/uploads/{source}", params(("project" = String, Path), ("source" = String, Path)), responses((status = 200, body = UploadShown, headers(("Upload-Offset" = u64), ("Upload-Length" = u64))), (status = 404), (status = 410)))]
pub(super) async fn look(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(named): Path<(String, String)>,
) -> Result<Response, AppError> {
    let named = place(named)?;
    let Arriving { id, name, bytes, arrived } = arriving(&state, &who, named).await?;
    let offset = if arrived { bytes } else { state.app.uploads.offset(id).await? };
    if offset == bytes && !arrived {
        // The answer to the last bytes got lost, or the program stopped before it could be given.
        finish(&state, &who, named, bytes).await?;
    }
    let body = UploadShown { id: id.to_string(), name, offset, bytes, arrived: offset == bytes };
    let length = [(LENGTH, HeaderValue::from(bytes))];
    Ok((at(offset), length, Json(body)).into_response())
}

/// Appends bytes at `Upload-Offset`, which must be as many as are here. When the last byte is here, the file is split.
#[utoipa::path(patch, path = "/api/v1/projects/{project}/uploads/{source}", params(("project" = String, Path), ("source" = String, Path), ("Upload-Offset" = u64, Header)), request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"), responses((status = 204, headers(("Upload-Offset" = u64))), (status = 400), (status = 404), (status = 409), (status = 410), (status = 413), (status = 415), (status = 423), (status = 507)))]
pub(super) async fn feed(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(named): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, AppError> {
    let named = place(named)?;
    let Arriving { id, bytes, arrived, .. } = arriving(&state, &who, named).await?;
    if headers.get(header::CONTENT_TYPE).is_none_or(|kind| kind != BYTES) {
        let sentence = format!("Send the bytes as `Content-Type: {BYTES}`.");
        return Err(AppError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "upload_type", sentence));
    }
    let sentence = "Say where these bytes belong: send the header Upload-Offset.";
    let offset = number(&headers, &OFFSET).ok_or_else(|| wrong("upload_offset", sentence))?;
    if arrived {
        let end = (StatusCode::NO_CONTENT, at(bytes)).into_response();
        return if offset == bytes { Ok(end) } else { Err(UploadError::Offset { have: bytes }.into()) };
    }
    let mut body = body.into_data_stream();
    let appended = state.app.uploads.append(id, offset, Some(bytes), &mut body).await;
    if appended.is_err() {
        hear_out(&mut body).await;
    }
    let have = appended?;
    if have == bytes {
        finish(&state, &who, named, bytes).await?;
    }
    Ok((StatusCode::NO_CONTENT, at(have)).into_response())
}

/// Gives an upload up: its bytes are thrown away.
#[utoipa::path(delete, path = "/api/v1/projects/{project}/uploads/{source}", params(("project" = String, Path), ("source" = String, Path)), responses((status = 204), (status = 404), (status = 409)))]
pub(super) async fn give_up(
    state: State<WebState>,
    who: StaffMember,
    named: Path<(String, String)>,
    turn: Turning,
) -> Result<StatusCode, AppError> {
    super::sources::remove(state, who, named, turn).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_found_among_the_metadata() {
        assert_eq!(name_in("filetype YQ==,filename Ym9vay5wZGY=").as_deref(), Some("book.pdf"));
        assert_eq!(name_in("name w6kudHh0").as_deref(), Some("é.txt"));
        for none in ["", "filename", "filename !!", "title Ym9vay5wZGY=", "filename /w=="] {
            assert_eq!(name_in(none), None, "{none}");
        }
    }
}
