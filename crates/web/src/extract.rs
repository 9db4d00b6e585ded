//! What a handler asks for by type: who, where, in which language, at which moment.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use kazi_app::Turn;
use kazi_app::access::{SignedIn, TokenHash, device};
use kazi_texts::Texts;

use crate::error::AppError;
use crate::guard::Asking;
use crate::state::WebState;

/// Who is signed in, if anybody; with the session that says so.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who.
    pub signed_in: Option<SignedIn>,
    /// By which session.
    pub session: Option<TokenHash>,
}

/// Somebody signed in. The route's own `who` has been kept before.
#[derive(Debug, Clone)]
pub struct StaffMember(pub SignedIn);

/// Somebody signed in who does tasks.
#[derive(Debug, Clone)]
pub struct WorkerAt(pub SignedIn);

/// The enrolled computer that asks, if it is one.
#[derive(Debug, Clone)]
pub struct OnDevice(pub Option<device::Device>);

/// The texts of the reader's language: the signed-in person's own, else what the browser asks for.
#[derive(Debug, Clone, Copy)]
pub struct Language {
    /// Which language.
    pub language: kazi_texts::Language,
    /// Its texts.
    pub texts: &'static Texts,
}

/// The turn of this request: the moment it is handled, and fresh ids.
#[derive(Debug, Clone)]
pub struct Turning(pub Turn);

fn asking(parts: &Parts) -> Asking {
    parts.extensions.get::<Asking>().cloned().unwrap_or_default()
}

impl FromRequestParts<WebState> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, Infallible> {
        let Asking { signed_in, session, .. } = asking(parts);
        Ok(Self { signed_in, session })
    }
}

impl FromRequestParts<WebState> for StaffMember {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, AppError> {
        asking(parts).signed_in.map(Self).ok_or_else(AppError::not_there)
    }
}

impl FromRequestParts<WebState> for WorkerAt {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, AppError> {
        asking(parts).signed_in.map(Self).ok_or_else(AppError::not_there)
    }
}

impl FromRequestParts<WebState> for OnDevice {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, Infallible> {
        Ok(Self(asking(parts).device))
    }
}

impl FromRequestParts<WebState> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &WebState) -> Result<Self, Infallible> {
        let own = asking(parts).signed_in.and_then(|signed_in| signed_in.language.parse().ok());
        let language = own.unwrap_or_else(|| {
            let asked = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
            kazi_texts::Language::negotiate(asked.unwrap_or("en"))
        });
        Ok(Self { language, texts: kazi_texts::texts(language) })
    }
}

impl FromRequestParts<WebState> for Turning {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &WebState) -> Result<Self, Infallible> {
        Ok(Self(Turn::now()))
    }
}
