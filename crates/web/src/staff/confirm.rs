//! The page that asks once more before what cannot be undone.

use askama::Template;
use axum::response::Response;

use super::nav::Here;
use crate::door::page;
use crate::error::AppError;
use crate::frame::Frame;

/// The question: what would happen, the button that does it, and the way back.
#[derive(Debug, Template)]
#[template(path = "staff/confirm.html")]
pub(super) struct Confirm {
    pub(super) frame: Frame,
    pub(super) here: Here,
    pub(super) title: String,
    pub(super) sentence: String,
    pub(super) button: String,
    /// Where the form is sent.
    pub(super) action: String,
    /// What the form says besides, as name and value.
    pub(super) says: Option<(&'static str, &'static str)>,
    pub(super) back: String,
}

impl Confirm {
    pub(super) fn page(&self) -> Result<Response, AppError> {
        page(self)
    }
}
