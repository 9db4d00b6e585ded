//! The REST API: everything that the pages of staff and clients can do. Pages and API call the same use cases.

mod errors;
mod network;
mod projects;
mod sources;
mod steer;
mod uploads;

pub(crate) use sources::take_in;
pub(crate) use steer::may_steer;

use axum::Json;
use utoipa::OpenApi;

use crate::route::{Cache, Route, Who};
use crate::routes::Routes;

static DESCRIPTION: Route = Route::get("/api/v1/openapi.json", Who::Anyone).cache(Cache::Hour);

/// The description of the API that programs read.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Kazi",
        description = "Ids are written with their kind: project_…, source_…. Moments are microseconds since 1970, UTC. \
                       Amounts are millionths of the currency beside them. Errors are problem documents (RFC 9457)."
    ),
    paths(
        projects::services,
        projects::list,
        projects::create,
        projects::get,
        projects::start,
        projects::pause,
        projects::resume,
        projects::cancel,
        projects::assign,
        sources::list,
        sources::upload,
        sources::put,
        sources::problems,
        sources::remove,
        uploads::begin,
        uploads::look,
        uploads::feed,
        sources::deliveries,
        sources::file,
        steer::stuck,
        steer::mend,
        steer::jobs,
        steer::cancel_job,
        steer::retry_job,
        network::create_organisation,
        network::create_centre,
        network::add_to_organisation,
        network::add_person,
        network::device_code,
        network::vouch
    )
)]
struct Description;

pub(crate) fn add(routes: Routes) -> Routes {
    let routes = projects::add(routes.add(&DESCRIPTION, description));
    let routes = uploads::add(sources::add(routes));
    let routes = steer::add(routes);
    network::add(routes)
}

async fn description() -> Json<utoipa::openapi::OpenApi> {
    Json(Description::openapi())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_is_a_document_with_every_path() {
        let paths = Description::openapi().paths.paths;
        assert!(paths.contains_key("/api/v1/projects/{project}/sources"));
        assert!(paths.len() >= 15);
    }
}
