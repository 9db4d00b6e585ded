//! The pages of operators, clients and team leaders: server-rendered, with plain forms and no script.
//!
//! Each form is read as it was typed, so that it can be shown again with its problems beside the fields. What
//! changes something answers with a redirect; only secrets that are shown once stand in the answer itself,
//! for they are kept nowhere. What cannot be undone asks once more on a page of its own.

mod account;
mod board;
mod centre;
mod centres;
mod confirm;
mod contests;
mod enquiries;
mod field;
mod forgotten;
mod here;
mod home;
mod hooks;
mod import;
mod invited;
mod jobs;
mod keys;
mod letters;
mod nav;
mod new_project;
mod notices;
mod once;
mod organisation;
mod own_data;
mod parts;
mod people;
mod person;
mod pilot;
mod project;
mod projects;
mod qr;
mod questions;
mod quote;
mod record;
mod refused;
mod sample;
mod second_factor;
mod second_rule;
mod settings;
mod styleguide;
mod take_back;
mod team;
mod typed;
mod wage;
mod words;

pub(crate) use here::{coach, stuck, watched};
pub(crate) use import::{added, language_of, wrong};
pub(crate) use keys::may_have_keys;
pub(crate) use nav::links;
pub(crate) use notices::{sent, withdrawn};
pub(crate) use people::Right;
pub(crate) use pilot::{begun, opened};
pub(crate) use project::{about, pictures};
pub(crate) use record::seen;
pub(crate) use sample::drawn;
pub(crate) use second_factor::PLACE as SECOND_FACTOR;
pub(crate) use styleguide::{Wish, add as add_styleguide};
pub(crate) use take_back::taken;
pub(crate) use words::sentence;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kazi_domain::{Id, Kind};

use crate::door::page;
use crate::error::AppError;
use crate::routes::Routes;

/// The icons of these pages.
pub(crate) const ICONS: &str = "arrow-left arrow-right buildings check-circle-fill clock certificate download-simple file-text \
     hourglass-medium info pause pencil-simple play flag plus trash upload-simple user users-three warning-circle-fill \
     x-circle-fill lock-key-open";

pub(crate) fn add(routes: Routes) -> Routes {
    let routes = home::add(routes);
    let routes = projects::add(routes);
    let routes = new_project::add(routes);
    let routes = project::add(routes);
    let routes = pilot::add(sample::add(routes));
    let routes = hooks::add(questions::add(jobs::add(routes)));
    let routes = record::add(letters::add(routes));
    let routes = centres::add(routes);
    let routes = organisation::add(routes);
    let routes = board::add(import::add(notices::add(routes)));
    let routes = take_back::add(here::add(wage::add(centre::add(routes))));
    let routes = person::add(contests::add(routes));
    let routes = team::add(routes);
    let routes = invited::add(routes);
    let routes = forgotten::add(routes);
    let routes = enquiries::add(quote::add(routes));
    let routes = keys::add(routes);
    let routes = own_data::add(routes);
    second_rule::add(second_factor::add(account::add(routes)))
}

/// An id out of an address: what is no id is not there.
fn id<K: Kind>(text: &str) -> Result<Id<K>, AppError> {
    text.parse().map_err(|_| AppError::not_there())
}

/// A form that must be looked at again.
fn again(template: &impl askama::Template) -> Result<Response, AppError> {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(template)?).into_response())
}

/// What follows a change: the page to look at.
fn see(address: &str) -> Response {
    Redirect::to(address).into_response()
}

/// What the reader did wrong, as a sentence to show; what is our fault or hidden goes up.
fn told(error: AppError) -> Result<String, AppError> {
    let theirs = error.status.is_client_error() && error.status != StatusCode::NOT_FOUND;
    if theirs { Ok(words::sentence(&error.message)) } else { Err(error) }
}
