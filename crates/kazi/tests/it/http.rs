//! A blocking client with a browser's manners: cookies, forms, JSON.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{HeaderMap, Request};
use hyper_util::client::legacy::Client as Connections;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::runtime::Runtime;

/// No answer takes longer unless something hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// Somebody who asks.
#[derive(Clone)]
pub struct Client {
    pub base: String,
    pub cookies: BTreeMap<String, String>,
    connections: Connections<HttpConnector, Full<Bytes>>,
    runtime: Arc<Runtime>,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The sentence of a problem document.
    pub fn detail(&self) -> String {
        self.json()["detail"].as_str().unwrap_or_default().to_owned()
    }

    #[track_caller]
    pub fn wanted(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}

impl Client {
    /// A browser of its own.
    pub fn new(base: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let connections = Connections::builder(TokioExecutor::new()).build_http();
        Self { base: base.to_owned(), cookies: BTreeMap::new(), connections, runtime: Arc::new(runtime) }
    }

    /// The server was started anew, perhaps at another address.
    pub fn moved_to(&mut self, base: &str) {
        *self = Self { cookies: std::mem::take(&mut self.cookies), ..Self::new(base) };
    }

    /// The same cookies in a browser of its own, to be used on another thread.
    pub fn twin(&self) -> Self {
        Self { cookies: self.cookies.clone(), ..Self::new(&self.base) }
    }

    /// Asks; an error when there is no server, or it went away before it had answered.
    pub fn try_ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Reply, String> {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        if !headers.iter().any(|(name, _)| *name == "accept") {
            request = request.header("accept", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body.into())).unwrap();
        let reply: Result<Reply, String> = self.runtime.block_on(async {
            let asking = async {
                let response = self.connections.request(request).await.map_err(|e| e.to_string())?;
                let (head, body) = response.into_parts();
                let body = body.collect().await.map_err(|e| e.to_string())?.to_bytes();
                Ok(Reply { status: head.status.as_u16(), headers: head.headers, body })
            };
            tokio::time::timeout(PATIENCE, asking).await.map_err(|_| "no answer in time".to_owned())?
        });
        let reply = reply?;
        for cookie in reply.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        Ok(reply)
    }

    #[track_caller]
    pub fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Reply {
        self.try_ask(method, path, headers, body).unwrap_or_else(|why| panic!("{method} {path}: {why}"))
    }

    #[track_caller]
    pub fn get(&mut self, path: &str) -> Reply {
        self.ask("GET", path, &[], "")
    }

    #[track_caller]
    pub fn json(&mut self, method: &str, path: &str, body: &Value) -> Reply {
        self.ask(method, path, &[("content-type", "application/json")], body.to_string())
    }

    #[track_caller]
    pub fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        self.ask("POST", path, &kind, pairs.join("&"))
    }
}

/// A value as forms and addresses write it.
pub fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
