//! Bodies as programs send them; what cannot be read is told with the place where it is wrong.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use serde::de::DeserializeOwned;

use crate::error::AppError;
use crate::state::WebState;

/// A body in JSON.
#[derive(Debug)]
pub(super) struct Sent<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<WebState> for Sent<T> {
    type Rejection = AppError;

    async fn from_request(request: Request, state: &WebState) -> Result<Self, AppError> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(told(&rejection)),
        }
    }
}

fn told(rejection: &JsonRejection) -> AppError {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => AppError::of_status(StatusCode::PAYLOAD_TOO_LARGE),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => AppError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "The body must be JSON, and `Content-Type` must say `application/json`.",
        ),
        // The library's own sentence names the field and the place; what it is about stands before the colon.
        _ => AppError::new(StatusCode::UNPROCESSABLE_ENTITY, "body", rejection.body_text()),
    }
}
