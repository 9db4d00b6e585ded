//! The page that a person sees when something cannot be done.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use kazi_domain::Role;

use crate::error::AppError;
use crate::frame::Frame;

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    frame: Frame,
    title: String,
    error: AppError,
    works: bool,
}

/// An error as a page.
pub(crate) fn page(error: &AppError, frame: Frame) -> Response {
    let texts = frame.texts;
    let title = match error.status {
        StatusCode::NOT_FOUND => texts.problem_title_not_there(),
        _ => texts.problem_title(),
    };
    let works = frame.is(Role::Worker) || frame.is(Role::Reviewer);
    let shown = ProblemPage { title, error: error.told_in(texts), works, frame };
    let Ok(body) = shown.render() else { return error.response(texts) };
    let mut response = (error.status, Html(body)).into_response();
    if let Some(seconds) = error.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
