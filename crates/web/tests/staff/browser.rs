//! A browser without script: it keeps cookies, sends forms, and finds links in what it is shown.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU8, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use tower::ServiceExt;

/// Each browser has an address of its own, for tries to sign in are counted by it.
static ADDRESSES: AtomicU8 = AtomicU8::new(1);

pub struct Browser {
    router: Router,
    cookies: BTreeMap<String, String>,
    address: SocketAddr,
}

/// What came back.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub body: String,
    location: Option<String>,
}

impl Page {
    /// The page that a form leads to.
    #[track_caller]
    pub fn leads_to(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.body);
        self.location.as_deref().unwrap()
    }

    /// The text of a page that is there.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body
    }

    /// The text of a form that must be looked at again.
    #[track_caller]
    pub fn refused(&self) -> String {
        assert_eq!(self.status, 422, "{}", self.body);
        self.body.clone()
    }

    /// The secret that is shown once.
    #[track_caller]
    pub fn once(&self) -> String {
        assert_eq!(self.status, 200, "{}", self.body);
        let (_, rest) = self.body.split_once("<p class=\"once\"><bdi dir=\"ltr\">").unwrap();
        rest.split_once('<').unwrap().0.to_owned()
    }

    #[track_caller]
    fn first(&self, attribute: &str, part: &str) -> String {
        let start = format!("{attribute}=\"");
        let values = self.body.split(&start).skip(1).filter_map(|rest| rest.split_once('"'));
        let found = values.map(|(value, _)| value).find(|value| value.contains(part));
        found.unwrap_or_else(|| panic!("no {attribute} with {part} in {}", self.body)).to_owned()
    }

    /// The first link whose address holds this.
    #[track_caller]
    pub fn link_with(&self, part: &str) -> String {
        self.first("href", part)
    }

    /// The first value of a field that holds this.
    #[track_caller]
    pub fn value_with(&self, part: &str) -> String {
        self.first("value", part)
    }

    /// The first form whose address holds this.
    #[track_caller]
    pub fn action_with(&self, part: &str) -> String {
        self.first("action", part)
    }
}

/// A page as it is read: the marks that keep what is filled into a sentence apart from the direction of the
/// sentence have no look of their own.
fn as_read(page: &str) -> String {
    page.replace(['\u{2068}', '\u{2069}'], "")
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

impl Browser {
    pub fn new(router: Router) -> Self {
        let last = ADDRESSES.fetch_add(1, Ordering::Relaxed);
        Self { router, cookies: BTreeMap::new(), address: SocketAddr::from(([192, 0, 2, last], 4000)) }
    }

    async fn ask(&mut self, mut request: Request<Body>) -> Page {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        request.headers_mut().insert(header::ACCEPT, "text/html".parse().unwrap());
        request.headers_mut().insert(header::HOST, "kazi.example".parse().unwrap());
        request.extensions_mut().insert(ConnectInfo(self.address));
        let response = self.router.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let location =
            response.headers().get(header::LOCATION).map(|place| place.to_str().unwrap().to_owned());
        let status = response.status().as_u16();
        let body = to_bytes(response.into_body(), 1 << 24).await.unwrap();
        Page { status, body: as_read(&String::from_utf8_lossy(&body)), location }
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.ask(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Asks as a program with a key.
    pub async fn with_key(&mut self, key: &str, path: &str) -> Page {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {key}"));
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request.body(Body::from(body.join("&"))).unwrap()).await
    }

    /// Sends files with a form.
    pub async fn upload(&mut self, path: &str, files: &[(&str, &str)]) -> Page {
        let mut body = String::new();
        for (name, text) in files {
            let head = format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"");
            write!(body, "--cut\r\n{head}\r\nContent-Type: text/csv\r\n\r\n{text}\r\n").unwrap();
        }
        body.push_str("--cut--\r\n");
        let request = Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut");
        self.ask(request.body(Body::from(body)).unwrap()).await
    }
}
