//! Clients that ask the router as people do: with cookies, in a language, from an address.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::{Router, http::Method};
use http_body_util::BodyExt;
use kazi_app::hooks::Reach;
use kazi_app::network::people::{self, NewPerson};
use kazi_app::schema::MIGRATIONS;
use kazi_app::testing::{Centre, Computer, PASSWORD, PIN, Project, World};
use kazi_db::testing::on_both;
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Role, RoleSet};
use kazi_web::{Config, Route, WebState};
use serde_json::Value;
use tower::ServiceExt;

/// Where everybody asks from.
const HOME: [u8; 4] = [192, 0, 2, 7];
/// The proxy that is believed.
pub const PROXY: [u8; 4] = [192, 0, 2, 9];

/// The router over a world.
pub struct Site<'w> {
    pub world: &'w World,
    pub state: WebState,
    router: Router,
    runtime: tokio::runtime::Runtime,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{}: {}", self.status, self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The value of an attribute or field that stands once in the page: what is between these two.
    pub fn between(&self, before: &str, after: &str) -> &str {
        let (_, rest) =
            self.text.split_once(before).unwrap_or_else(|| panic!("no {before} in {}", self.text));
        rest.split_once(after).unwrap().0
    }
}

/// Runs a test over a fresh world, on each engine that is there.
pub fn site(test: impl Fn(&Site<'_>)) {
    site_with(false, test);
}

/// The same behind https, as people use it: without the style guide.
pub fn secure_site(test: impl Fn(&Site<'_>)) {
    site_with(true, test);
}

fn site_with(secure: bool, test: impl Fn(&Site<'_>)) {
    on_both(MIGRATIONS, |db| {
        let world = World::new(db);
        let config = Config {
            public_url: format!("http{}://kazi.example", if secure { "s" } else { "" }),
            secure,
            operator_name: "Kazi Foundation".to_owned(),
            proxies: vec![PROXY.into()],
            styleguide: !secure,
            hooks: Reach::Public,
        };
        let state = WebState::new(world.app.clone(), config);
        let router = kazi_web::router(state.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        test(&Site { world: &world, state, router, runtime });
    });
}

impl Site<'_> {
    pub fn routes(&self) -> Vec<&'static Route> {
        kazi_web::routes(&self.state)
    }

    /// Does what takes its time, such as keeping a file.
    pub fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Somebody whom nobody knows.
    pub fn nobody(&self) -> Client<'_> {
        let (cookies, language) = (BTreeMap::new(), "en".to_owned());
        Client { site: self, cookies, key: None, language, page: false, from: HOME }
    }

    /// A browser at a centre's computer.
    pub fn at(&self, computer: &Computer) -> Client<'_> {
        let mut client = self.nobody();
        client.cookies.insert("kazi-device".to_owned(), computer.token.clone());
        client
    }

    /// Somebody who has given their PIN at a computer.
    pub fn worker(&self, computer: &Computer, person: &Actor) -> Client<'_> {
        let mut client = self.at(computer);
        let reply = client.form(&format!("/centre/{}", person.person), &[("pin", PIN)]);
        assert_eq!(
            (reply.status, reply.header("location")),
            (StatusCode::SEE_OTHER, "/work"),
            "{}",
            reply.text
        );
        client
    }

    /// Somebody who has given e-mail and password.
    pub fn staff(&self, email: &str) -> Client<'_> {
        let mut client = self.nobody();
        let reply = client.form("/sign-in", &[("email", email), ("password", PASSWORD)]);
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text);
        client
    }
}

/// Somebody with a browser.
#[derive(Clone)]
pub struct Client<'s> {
    site: &'s Site<'s>,
    pub cookies: BTreeMap<String, String>,
    /// The key of a program.
    pub key: Option<String>,
    language: String,
    page: bool,
    /// The address at the other end of the line.
    pub from: [u8; 4],
}

impl Client<'_> {
    /// The same, asking for pages.
    pub fn pages(mut self) -> Self {
        self.page = true;
        self
    }

    /// The same, asking for what programs read.
    pub fn programs(mut self) -> Self {
        self.page = false;
        self
    }

    pub fn speaking(mut self, language: &str) -> Self {
        language.clone_into(&mut self.language);
        self
    }

    pub fn get(&mut self, path: &str) -> Reply {
        self.ask(&Method::GET, path, &[], "")
    }

    pub fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "+"))).collect();
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        self.ask(&Method::POST, path, &kind, &pairs.join("&"))
    }

    pub fn json(&mut self, method: &Method, path: &str, body: &Value) -> Reply {
        self.ask(method, path, &[("content-type", "application/json")], &body.to_string())
    }

    pub fn ask(&mut self, method: &Method, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "kazi.example")
            .header(header::ACCEPT_LANGUAGE, &self.language)
            .header(header::ACCEPT, if self.page { "text/html" } else { "application/json" });
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if let Some(key) = &self.key {
            request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let from = ConnectInfo(SocketAddr::from((self.from, 4_000)));
        let request = request.extension(from).body(Body::from(body.to_owned())).unwrap();
        let reply = self.site.runtime.block_on(async {
            let response = self.site.router.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let bytes = body.collect().await.unwrap().to_bytes();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            Reply { status: parts.status, headers: parts.headers, text }
        });
        for cookie in reply.headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }
}

/// A worker of a centre whose pages are in a language.
pub fn worker_speaking(world: &World, centre: &Centre<'_>, language: &str) -> Actor {
    let mut like = centre.worker(&format!("Like {language}"));
    let person = NewPerson {
        shown_name: format!("Reader of {language}"),
        email: None,
        password: None,
        pin: Some(kazi_app::access::Pin::choose(PIN).unwrap().hash()),
        picture: "boat-fill".to_owned(),
        language: language.to_owned(),
        roles: RoleSet::default().with(Role::Worker),
    };
    let (can, turn) = (centre.managed(), world.turn());
    like.person = world
        .write(move |tx| {
            people::create_at_centre(tx, &can, &person, &turn)
                .map_err(|error| kazi_db::DbError::Other(error.to_string()))
        })
        .unwrap();
    like
}

/// An id that stands for nothing.
pub fn no<K: kazi_domain::Kind>() -> Id<K> {
    Id::mint(kazi_domain::Moment::from_micros(1), [9; 10])
}

/// The address of a project's questions.
pub fn questions(project: &Project<'_>) -> String {
    format!("/work/{}/answer", project.id)
}
