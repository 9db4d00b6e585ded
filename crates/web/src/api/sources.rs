//! Files: handed in, and delivered.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kazi_app::delivery;
use kazi_app::intake;
use kazi_app::projects;
use kazi_app::{Turn, access::SignedIn};
use kazi_domain::policy::{Can, ManageProject, TakeDelivery, ViewProject};
use kazi_domain::{Id, kind};
use serde::Deserialize;
use tokio::runtime::Handle;

use super::projects::id;
use super::shown::{DeliveryShown, Made, PartShown, SourceShown};
use super::uploads;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static LIST: Route = Route::get("/api/v1/projects/{project}/sources", Who::Api);
static UPLOAD: Route = Route::post("/api/v1/projects/{project}/sources", Who::Api).files();
static PUT: Route = Route::put("/api/v1/projects/{project}/sources/{source}", Who::Api).files();
static PROBLEMS: Route = Route::get("/api/v1/projects/{project}/sources/{source}/problems", Who::Api);
static REMOVE: Route = Route::delete("/api/v1/projects/{project}/sources/{source}", Who::Api);
static DELIVERIES: Route = Route::get("/api/v1/projects/{project}/deliveries", Who::Api);
static FILE: Route = Route::get("/api/v1/projects/{project}/deliveries/{delivery}/{*name}", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .add(&LIST, list)
        .add(&UPLOAD, upload)
        .add(&PUT, put)
        .add(&PROBLEMS, problems)
        .add(&REMOVE, remove)
        .add(&DELIVERIES, deliveries)
        .add(&FILE, file)
}

/// The files of a project and what became of them.
#[utoipa::path(get, path = "/api/v1/projects/{project}/sources", params(("project" = String, Path)), responses((status = 200, body = Vec<SourceShown>), (status = 404)))]
pub(super) async fn list(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
) -> Result<Json<Vec<SourceShown>>, AppError> {
    let project = id(&project)?;
    let found = state
        .app
        .db
        .read(move |read| -> Result<_, AppError> {
            let can: Can<ViewProject> = projects::may(read, &who.actor, project)?;
            Ok(intake::sources(read, &can)?)
        })
        .await?;
    Ok(Json(found.iter().map(SourceShown::from).collect()))
}

/// What could not be used of a file, part by part: pages, rows.
#[utoipa::path(get, path = "/api/v1/projects/{project}/sources/{source}/problems", params(("project" = String, Path), ("source" = String, Path)), responses((status = 200, body = Vec<PartShown>), (status = 404)))]
pub(super) async fn problems(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path((project, source)): Path<(String, String)>,
) -> Result<Json<Vec<PartShown>>, AppError> {
    let project = id(&project)?;
    let source: Id<kind::Source> = source.parse().map_err(|_| AppError::not_there())?;
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<ViewProject> = projects::may(read, &who.actor, project)?;
        Ok(intake::problems(read, &can, source)?)
    });
    Ok(Json(found.await?.iter().map(PartShown::from).collect()))
}

#[derive(Debug, Deserialize)]
pub(super) struct Name {
    name: String,
}

/// Hands a file in with one request: its bytes are the body, its name a parameter. When the line breaks, nothing of
/// it stays; a file that is to go on where it broke off is sent to `uploads`.
#[utoipa::path(post, path = "/api/v1/projects/{project}/sources", params(("project" = String, Path), ("name" = String, Query)), request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 201, body = Made), (status = 404), (status = 409), (status = 413), (status = 422), (status = 507)))]
pub(super) async fn upload(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
    Query(Name { name }): Query<Name>,
    body: Body,
) -> Result<(StatusCode, Json<Made>), AppError> {
    let source = take_in(&state, &who, (id(&project)?, name), body.into_data_stream()).await?;
    Ok((StatusCode::CREATED, Json(Made::of(source))))
}

/// A file that comes in one request. Unless it has arrived when this is dropped, because the line broke, the disk
/// is full or the program that sent it went away, nothing of it stays.
struct OnItsWay {
    state: WebState,
    can: Can<ManageProject>,
    source: Id<kind::Source>,
    arrived: bool,
}

impl Drop for OnItsWay {
    fn drop(&mut self) {
        let Ok(runtime) = Handle::try_current() else { return };
        if self.arrived {
            return;
        }
        let (app, can, source) = (self.state.app.clone(), self.can.clone(), self.source);
        runtime.spawn(async move {
            app.uploads.discard(source);
            let forgotten = app.db.write(move |tx| intake::broke_off(tx, &can, source, &Turn::now())).await;
            if let Err(error) = forgotten {
                tracing::warn!(%error, %source, "an upload that broke off stays in the list until it is given up");
            }
        });
    }
}

/// Takes a whole file in as it comes and has it split.
pub(crate) async fn take_in<S, E>(
    state: &WebState,
    who: &SignedIn,
    (project, name): (Id<kind::Project>, String),
    mut stream: S,
) -> Result<Id<kind::Source>, AppError>
where
    S: futures_util::Stream<Item = Result<axum::body::Bytes, E>> + Unpin,
    E: std::fmt::Display,
{
    let (source, can) = uploads::announce(state, who, project, (name, None)).await?;
    let mut coming = OnItsWay { state: state.clone(), can, source, arrived: false };
    receive(state, who, (project, source), &mut stream).await?;
    coming.arrived = true;
    Ok(source)
}

async fn receive<S, E>(
    state: &WebState,
    who: &SignedIn,
    named: (Id<kind::Project>, Id<kind::Source>),
    stream: &mut S,
) -> Result<(), AppError>
where
    S: futures_util::Stream<Item = Result<axum::body::Bytes, E>> + Unpin,
    E: std::fmt::Display,
{
    let received = state.app.uploads.receive(named.1, &mut *stream).await;
    if received.is_err() {
        uploads::hear_out(stream).await;
    }
    uploads::keep(state, who, named, received?).await
}

/// Hands a file in under an id that the sender minted (`source_` and 32 hexadecimal digits). The same id with the same
/// bytes gives the same answer and changes nothing, so a sender that has heard no answer sends it again.
#[utoipa::path(put, path = "/api/v1/projects/{project}/sources/{source}", params(("project" = String, Path), ("source" = String, Path), ("name" = String, Query)), request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 201, body = Made), (status = 404), (status = 409), (status = 413), (status = 422), (status = 507)))]
pub(super) async fn put(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path((project, source)): Path<(String, String)>,
    Query(uploads::Called { name }): Query<uploads::Called>,
    body: Body,
) -> Result<(StatusCode, Json<Made>), AppError> {
    let project = id(&project)?;
    let source: Id<kind::Source> = source.parse().map_err(|_| AppError::not_there())?;
    let (actor, name) = (who.actor.clone(), name.unwrap_or_default());
    let added = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<ManageProject> = projects::may(tx, &actor, project)?;
        Ok(intake::add_source_once(tx, &can, (source, &name), &Turn::now())?)
    });
    let known = added.await?;
    let mut stream = body.into_data_stream();
    match known {
        // What breaks off stays in the list: its sender knows the id, and the next try begins it again.
        None => receive(&state, &who, (project, source), &mut stream).await?,
        Some(hash) => {
            if state.app.blobs.put_stream(&mut stream).await?.0 != hash {
                return Err(intake::SourceError::OtherBytes.into());
            }
        }
    }
    Ok((StatusCode::CREATED, Json(Made::of(source))))
}

/// Takes a file away again: before the project starts, or while it is still arriving.
#[utoipa::path(delete, path = "/api/v1/projects/{project}/sources/{source}", params(("project" = String, Path), ("source" = String, Path)), responses((status = 204), (status = 404), (status = 409)))]
pub(super) async fn remove(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path((project, source)): Path<(String, String)>,
    Turning(turn): Turning,
) -> Result<StatusCode, AppError> {
    let project = id(&project)?;
    let source: Id<kind::Source> = source.parse().map_err(|_| AppError::not_there())?;
    state
        .app
        .db
        .write(move |tx| -> Result<_, AppError> {
            let can: Can<ManageProject> = projects::may(tx, &who.actor, project)?;
            Ok(intake::remove_source(tx, &can, source, &turn)?)
        })
        .await?;
    state.app.uploads.discard(source);
    state.bell.notify_one();
    Ok(StatusCode::NO_CONTENT)
}

/// What was delivered, newest first.
#[utoipa::path(get, path = "/api/v1/projects/{project}/deliveries", params(("project" = String, Path)), responses((status = 200, body = Vec<DeliveryShown>), (status = 404)))]
pub(super) async fn deliveries(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
) -> Result<Json<Vec<DeliveryShown>>, AppError> {
    let project = id(&project)?;
    let found = state
        .app
        .db
        .read(move |read| -> Result<_, AppError> {
            let can: Can<TakeDelivery> = projects::may(read, &who.actor, project)?;
            Ok(delivery::deliveries(read, &can)?)
        })
        .await?;
    Ok(Json(found.iter().map(DeliveryShown::from).collect()))
}

/// One delivered file.
#[utoipa::path(get, path = "/api/v1/projects/{project}/deliveries/{delivery}/{name}", params(("project" = String, Path), ("delivery" = String, Path), ("name" = String, Path)), responses((status = 200, description = "The bytes of the file, under its own media type.", content_type = "*/*", body = Vec<u8>), (status = 404)))]
pub(super) async fn file(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path((project, of, name)): Path<(String, String, String)>,
) -> Result<Response, AppError> {
    let project = id(&project)?;
    let of: Id<kind::Delivery> = of.parse().map_err(|_| AppError::not_there())?;
    let found = state
        .app
        .db
        .read(move |read| -> Result<_, AppError> {
            let can: Can<TakeDelivery> = projects::may(read, &who.actor, project)?;
            Ok(delivery::file(read, &can, of, &name)?)
        })
        .await?
        .ok_or_else(AppError::not_there)?;
    let stream = delivery::open_file(&state.app.blobs, &found).await?;
    let short = found.name.rsplit('/').next().unwrap_or("file").replace(['"', '\\'], "_");
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{short}\""))
        .unwrap_or(HeaderValue::from_static("attachment"));
    let kind = HeaderValue::from_str(&found.media_type).map_err(AppError::fault)?;
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, Body::from_stream(stream)).into_response())
}
