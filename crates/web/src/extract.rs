//! What a handler asks for by type: who, where, in which language, at which moment.

use std::collections::HashMap;
use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use kazi_app::Turn;
use kazi_app::access::{SignedIn, TokenHash, device};
use kazi_domain::{Id, Kind, kind};
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
        Ok(Self::of(parts.extensions.get::<Asking>(), &parts.headers))
    }
}

impl Language {
    /// The language of somebody who asks like this.
    pub(crate) fn of(asking: Option<&Asking>, headers: &HeaderMap) -> Self {
        let own =
            asking.and_then(|asking| asking.signed_in.as_ref()).and_then(|who| who.language.parse().ok());
        let language = own.unwrap_or_else(|| {
            let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
            kazi_texts::Language::negotiate(asked.unwrap_or("en"))
        });
        Self { language, texts: kazi_texts::texts(language) }
    }
}

/// The id that the address ends in or names alone; what is no id is not there.
#[derive(Debug, Clone, Copy)]
pub struct Named<K: Kind>(pub Id<K>);

impl<K: Kind> FromRequestParts<WebState> for Named<K> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, AppError> {
        let Path(text) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| AppError::not_there())?;
        text.parse().map(Self).map_err(|_| AppError::not_there())
    }
}

/// A stage of a project, as the addresses of work name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// The project.
    pub project: Id<kind::Project>,
    /// The stage's word.
    pub stage: String,
}

impl FromRequestParts<WebState> for At {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &WebState) -> Result<Self, AppError> {
        let path = Path::<HashMap<String, String>>::from_request_parts(parts, state).await;
        let Path(mut named) = path.map_err(|_| AppError::not_there())?;
        let project =
            named.get("project").and_then(|text| text.parse().ok()).ok_or_else(AppError::not_there)?;
        let stage = named.remove("stage").ok_or_else(AppError::not_there)?;
        Ok(Self { project, stage })
    }
}

impl FromRequestParts<WebState> for Turning {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &WebState) -> Result<Self, Infallible> {
        Ok(Self(Turn::now()))
    }
}
