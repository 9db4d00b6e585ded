//! A browser's manners for simulated people: cookies, forms, JSON.

use std::collections::BTreeMap;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client as Connections;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// Why a simulated person could not go on.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server refused.
    #[error("{what} was answered with {status}: {body}")]
    Refused {
        /// What was asked.
        what: String,
        /// The status.
        status: StatusCode,
        /// What the server said.
        body: String,
    },
    /// The connection.
    #[error("the server cannot be reached: {0}")]
    Away(String),
}

/// One person's browser.
#[derive(Debug, Clone)]
pub struct Client {
    base: String,
    cookies: BTreeMap<String, String>,
    connections: Connections<HttpConnector, Full<Bytes>>,
}

/// What came back.
#[derive(Debug)]
pub struct Answered {
    /// The status.
    pub status: StatusCode,
    /// Where the server leads to.
    pub location: Option<String>,
    /// The body.
    pub body: Bytes,
}

impl Answered {
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

impl Client {
    /// A browser without cookies.
    pub fn new(base: impl Into<String>) -> Self {
        let connections = Connections::builder(TokioExecutor::new()).build_http();
        Self { base: base.into(), cookies: BTreeMap::new(), connections }
    }

    /// Asks, and keeps the cookies that come back.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn ask(
        &mut self,
        method: Method,
        path: &str,
        body: impl Into<Bytes>,
        kind: &str,
    ) -> Result<Answered, ClientError> {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let away = |error: &dyn std::fmt::Display| ClientError::Away(error.to_string());
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        let request = request
            .header(CONTENT_TYPE, kind)
            .header("accept", "application/json")
            .body(Full::new(body.into()))
            .map_err(|error| away(&error))?;
        let response = self.connections.request(request).await.map_err(|error| away(&error))?;
        let (head, body) = response.into_parts();
        for cookie in head.headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            self.keep(cookie);
        }
        let location = head.headers.get(LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let body = body.collect().await.map_err(|error| away(&error))?.to_bytes();
        Ok(Answered { status: head.status, location, body })
    }

    fn keep(&mut self, cookie: &str) {
        let pair = cookie.split(';').next().unwrap_or_default();
        if let Some((name, value)) = pair.split_once('=') {
            self.cookies.insert(name.trim().to_owned(), value.trim().to_owned());
        }
    }

    /// Sends JSON and wants success.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn json(&mut self, method: Method, path: &str, body: &Value) -> Result<Value, ClientError> {
        let answered = self.ask(method.clone(), path, body.to_string(), "application/json").await?;
        wanted(answered, &format!("{method} {path}")).map(|answered| answered.json())
    }

    /// Gets bytes and wants success.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn get(&mut self, path: &str) -> Result<Bytes, ClientError> {
        let answered = self.ask(Method::GET, path, "", "application/json").await?;
        wanted(answered, &format!("GET {path}")).map(|answered| answered.body)
    }

    /// Sends a form, as a browser does, and wants to be led to `to`.
    ///
    /// # Errors
    /// See [`ClientError`].
    pub async fn form(&mut self, path: &str, fields: &[(&str, &str)], to: &str) -> Result<(), ClientError> {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
        let answered =
            self.ask(Method::POST, path, pairs.join("&"), "application/x-www-form-urlencoded").await?;
        if answered.status.is_redirection() && answered.location.as_deref() == Some(to) {
            return Ok(());
        }
        let Answered { status, body, .. } = answered;
        let body = String::from_utf8_lossy(&body).chars().take(300).collect();
        Err(ClientError::Refused { what: format!("POST {path}"), status, body })
    }
}

fn wanted(answered: Answered, what: &str) -> Result<Answered, ClientError> {
    if answered.status.is_success() {
        return Ok(answered);
    }
    let body = String::from_utf8_lossy(&answered.body).chars().take(600).collect();
    Err(ClientError::Refused { what: what.to_owned(), status: answered.status, body })
}

/// A value as forms and addresses write it.
pub fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_for_forms() {
        assert_eq!(escaped("a b&c=é"), "a%20b%26c%3D%C3%A9");
    }
}
