//! What a person or a program is told when a wish cannot be met.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kazi_app::bound::HeadError;
use kazi_app::practice::PracticeError;
use kazi_app::work::WorkError;
use kazi_db::DbError;
use kazi_services::Problem;
use kazi_texts::{Language, Texts};
use serde::Serialize;

/// A wish that cannot be met: a status, a stable key, a sentence, and what is wrong with each field.
///
/// As a response it is a problem document (RFC 9457); the guard around each route turns it into a page for browsers that
/// ask for pages.
#[derive(Debug, Clone)]
pub struct AppError {
    /// The status of the response.
    pub status: StatusCode,
    /// The key of the message, stable for programs and the key of its translation.
    pub key: &'static str,
    /// The sentence in English.
    pub message: String,
    /// Field by field.
    pub problems: Vec<Problem>,
    /// Seconds after which to try again.
    pub retry_after: Option<u32>,
    /// For the log, never for the reader.
    pub cause: Option<String>,
}

/// The body of a problem document.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProblemDocument {
    /// `about:blank` is all that is needed: `kind` tells them apart.
    #[serde(rename = "type")]
    pub about: &'static str,
    /// The sentence in English.
    pub title: String,
    /// The status of the response.
    pub status: u16,
    /// What a program goes by: the stable key, written like `too_late`.
    pub kind: String,
    /// The sentence in the reader's language.
    pub detail: String,
    /// Field by field: `field`, `key` and `message`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<std::collections::BTreeMap<String, String>>)]
    pub problems: Vec<Problem>,
}

impl AppError {
    /// An error with this status, key and sentence.
    pub fn new(status: StatusCode, key: &'static str, message: impl Into<String>) -> Self {
        Self { status, key, message: message.into(), problems: Vec::new(), retry_after: None, cause: None }
    }

    /// What is not there, or not for this reader.
    pub fn not_there() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-there", "There is no such page, or it is not for you.")
    }

    /// A fault of ours, with its cause for the log.
    pub fn fault(cause: impl std::fmt::Display) -> Self {
        let mut error = Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "fault",
            "Something went wrong here. Your work is kept; try again in a moment.",
        );
        error.cause = Some(cause.to_string());
        error
    }

    /// With problems field by field.
    #[must_use]
    pub fn with_problems(mut self, problems: Vec<Problem>) -> Self {
        self.problems = problems;
        self
    }

    /// What an answer without words of its own says, such as one that a framework made of a body it could not read.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Self { status, ..Self::not_there() },
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(status, "too-large", "This is too large."),
            status if status.is_server_error() => Self { status, ..Self::fault("an answer without words") },
            status => Self::new(status, "not-understood", "This was not understood. Go back and try again."),
        }
    }

    /// The same with its sentences in a language, as far as they are translated.
    #[must_use]
    pub fn told_in(&self, texts: &Texts) -> Self {
        let message = texts
            .by_key(&format!("problem-{}", self.key.replace('_', "-")))
            .unwrap_or_else(|| self.message.clone());
        Self { message, problems: told(&self.problems, texts), ..self.clone() }
    }

    /// The body of the problem document, with its detail in a language.
    pub fn document(&self, texts: &Texts) -> ProblemDocument {
        let Self { message: detail, problems, .. } = self.told_in(texts);
        ProblemDocument {
            about: "about:blank",
            title: self.message.clone(),
            status: self.status.as_u16(),
            kind: self.key.replace('-', "_"),
            detail,
            problems,
        }
    }

    /// The response, in a language.
    pub(crate) fn response(&self, texts: &Texts) -> Response {
        let body = serde_json::to_vec(&self.document(texts)).unwrap_or_default();
        let mut response = (self.status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        if let Some(cause) = &self.cause {
            tracing::error!(key = self.key, cause, "a request failed");
        }
        let mut response = self.response(kazi_texts::texts(Language::En));
        response.extensions_mut().insert(self);
        response
    }
}

impl From<DbError> for AppError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unavailable { .. } | DbError::Serialization(_) | DbError::Closed => {
                let mut shown = Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "database-away",
                    "The database cannot be reached now. Nothing that was confirmed is lost; try again in a moment.",
                );
                shown.retry_after = Some(2);
                shown.cause = Some(error.to_string());
                shown
            }
            DbError::Full(_) => {
                let mut shown = Self::new(
                    StatusCode::INSUFFICIENT_STORAGE,
                    "disk-full",
                    "The disk of the server is full. Nothing that was confirmed is lost; tell whoever runs Kazi.",
                );
                shown.cause = Some(error.to_string());
                shown
            }
            DbError::BadText => {
                let sentence =
                    "The text holds a character that cannot be kept (NUL). Take it out and send it again.";
                Self::new(StatusCode::BAD_REQUEST, "bad-text", sentence)
            }
            other => Self::fault(other),
        }
    }
}

impl From<WorkError> for AppError {
    fn from(error: WorkError) -> Self {
        let message = error.to_string();
        match error {
            WorkError::NotThere => Self::not_there(),
            WorkError::NotRunning(_) => Self::new(StatusCode::CONFLICT, "work-stopped", message),
            WorkError::LearnFirst => Self::new(StatusCode::CONFLICT, "learn-first", message),
            WorkError::ReadFirst => Self::new(StatusCode::CONFLICT, "read-first", message),
            WorkError::OtherBytes => Self::new(StatusCode::CONFLICT, "other-bytes", message),
            WorkError::TooLate => Self::new(StatusCode::CONFLICT, "too-late", message),
            WorkError::Form(problems) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "not-well-formed", message)
                    .with_problems(problems)
            }
            WorkError::Broken(cause) => Self::fault(cause),
            WorkError::Db(error) => error.into(),
        }
    }
}

impl From<HeadError> for AppError {
    fn from(error: HeadError) -> Self {
        WorkError::from(error).into()
    }
}

impl From<PracticeError> for AppError {
    fn from(error: PracticeError) -> Self {
        let message = error.to_string();
        match error {
            PracticeError::NotThere => Self::not_there(),
            PracticeError::Form(problems) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "not-well-formed", message)
                    .with_problems(problems)
            }
            PracticeError::Broken(cause) => Self::fault(cause),
            PracticeError::Db(error) => error.into(),
        }
    }
}
/// Problems with their sentences in a language, as far as they are translated.
pub(crate) fn told(problems: &[Problem], texts: &Texts) -> Vec<Problem> {
    let told = |problem: &Problem| Problem {
        message: texts.by_key(&problem.key).unwrap_or_else(|| problem.message.clone()),
        ..problem.clone()
    };
    problems.iter().map(told).collect()
}
