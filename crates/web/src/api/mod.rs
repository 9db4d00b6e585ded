//! The REST API: everything that the pages of staff and clients can do. Pages and API call the same use cases.

mod accounts;
mod board;
mod contests;
mod deletion;
mod enquiries;
mod errors;
mod hooks;
mod keys;
mod members;
mod network;
mod notices;
mod people;
mod pilots;
mod presence;
mod projects;
mod questions;
mod replies;
mod samples;
mod second_factor;
mod sent;
mod shown;
mod sources;
mod steer;
mod terms;
mod uploads;
mod wages;

use replies::Replies;
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
    components(schemas(crate::error::ProblemDocument)),
    modifiers(&Replies),
    paths(
        description,
        projects::services,
        projects::list,
        projects::create,
        projects::get,
        projects::start,
        projects::pause,
        projects::resume,
        projects::cancel,
        projects::assign,
        terms::change,
        sources::list,
        sources::upload,
        sources::put,
        sources::problems,
        sources::remove,
        uploads::begin,
        uploads::look,
        uploads::feed,
        uploads::give_up,
        sources::deliveries,
        sources::file,
        pilots::look,
        pilots::begin,
        pilots::open_rest,
        samples::desk,
        samples::draw,
        samples::set_aside,
        samples::items,
        samples::say,
        samples::accept,
        samples::send_back,
        samples::certificate,
        steer::stuck,
        steer::mend,
        steer::jobs,
        steer::cancel_job,
        steer::retry_job,
        contests::reject,
        contests::list,
        contests::decide,
        questions::all,
        questions::list,
        questions::ask,
        questions::get,
        questions::say,
        questions::correct,
        questions::settle,
        deletion::get,
        deletion::set,
        deletion::undo,
        deletion::always,
        hooks::list,
        hooks::make,
        hooks::get,
        hooks::change,
        hooks::remove,
        hooks::rotate,
        hooks::try_out,
        hooks::sendings,
        hooks::again,
        wages::set,
        wages::state_reason,
        network::create_organisation,
        network::create_centre,
        network::add_to_organisation,
        network::add_person,
        network::device_code,
        network::vouch,
        people::list_organisations,
        people::list_centres,
        people::list_people,
        people::list_of_centre,
        people::reset_pin,
        people::import_list,
        presence::here,
        presence::take_back,
        notices::list,
        notices::send,
        notices::get,
        notices::withdraw,
        board::get,
        accounts::get,
        accounts::edit,
        accounts::set_active,
        accounts::set_password,
        accounts::devices,
        accounts::revoke_device,
        accounts::invited,
        accounts::invite,
        accounts::send_again,
        accounts::take_back,
        enquiries::list,
        enquiries::invite,
        enquiries::decline,
        second_factor::demand,
        keys::list,
        keys::make,
        keys::revoke
    )
)]
struct Description;

pub(crate) fn add(routes: Routes) -> Routes {
    let routes = projects::add(routes.add(&DESCRIPTION, description));
    let routes = uploads::add(sources::add(routes));
    let routes = deletion::add(hooks::add(questions::add(routes)));
    let routes = steer::add(pilots::add(samples::add(routes)));
    let routes = accounts::add(people::add(network::add(second_factor::add(routes))));
    let routes = enquiries::add(board::add(notices::add(presence::add(routes))));
    wages::add(contests::add(keys::add(terms::add(routes))))
}

/// This description.
#[utoipa::path(get, path = "/api/v1/openapi.json", responses((status = 200, body = Object)))]
async fn description() -> Json<utoipa::openapi::OpenApi> {
    Json(Description::openapi())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_says_how_it_refuses() {
        let text = serde_json::to_value(Description::openapi()).unwrap();
        let paths = text["paths"].as_object().unwrap();
        assert!(paths.len() >= 20, "{}", paths.len());
        for (path, operations) in paths {
            for (method, operation) in operations.as_object().unwrap() {
                let replies = operation["responses"].as_object().unwrap();
                assert!(
                    operation["summary"].as_str().is_some_and(|said| said.ends_with('.')),
                    "{method} {path}"
                );
                assert!(replies.keys().any(|status| status.starts_with('2')), "{method} {path}");
                for (status, reply) in replies.iter().filter(|(status, _)| !status.starts_with('2')) {
                    let document = &reply["content"]["application/problem+json"]["schema"]["$ref"];
                    assert_eq!(document, "#/components/schemas/ProblemDocument", "{method} {path} {status}");
                    assert_ne!(reply["description"], "", "{method} {path} {status}");
                }
            }
        }
    }
}
