//! A secret that is shown once: a key, a PIN, an enrolment code. It stands in the answer to the form itself,
//! for it is kept nowhere.

use askama::Template;
use axum::response::Response;

use super::nav::Here;
use crate::door::page;
use crate::error::AppError;
use crate::frame::Frame;

/// The secret with what to do with it.
#[derive(Debug, Template)]
#[template(path = "staff/once.html")]
pub(super) struct Once {
    pub(super) frame: Frame,
    pub(super) here: Here,
    pub(super) title: String,
    pub(super) secret: String,
    /// What to do now.
    pub(super) sentence: String,
    pub(super) back: String,
}

impl Once {
    pub(super) fn page(&self) -> Result<Response, AppError> {
        page(self)
    }
}
