//! Coming in and going out: tiles and PIN on a centre's computers, e-mail and password elsewhere.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use askama::Template;
use axum::Form;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use kazi_app::access::device::{self, EnrolError, Tile};
use kazi_app::access::{Entered, SignInError, TokenHash, TooManyTries, password, pin, session};
use kazi_app::{Turn, now};
use kazi_domain::{Id, Role, kind};
use serde::Deserialize;

use crate::error::AppError;
use crate::extract::{Caller, OnDevice, Turning};
use crate::frame::Frame;
use crate::guard::{device_cookie, session_cookie};
use crate::route::{Rate, Route, Who};
use crate::routes::Routes;
use crate::second_step;
use crate::state::{Config, WebState};

static DESK: Route = Route::get("/centre", Who::Device);
static ENROL: Route = Route::post("/centre/enrol", Who::Device).rate(Rate::SignIn);
static PIN: Route = Route::get("/centre/{person}", Who::Device);
static OPEN: Route = Route::post("/centre/{person}", Who::Device).rate(Rate::SignIn);
static LOCK: Route = Route::post("/lock", Who::Anyone);
static LOCKED: Route = Route::get("/lock", Who::Anyone);
static FORM: Route = Route::get("/sign-in", Who::Anyone);
static SIGN_IN: Route = Route::post("/sign-in", Who::Anyone).rate(Rate::SignIn);
static SIGN_OUT: Route = Route::post("/sign-out", Who::SignedIn).even_bound();

pub(crate) fn add(routes: Routes) -> Routes {
    routes
        .add(&DESK, desk)
        .add(&ENROL, enrol)
        .add(&PIN, pin_page)
        .add(&OPEN, open)
        .add(&LOCK, lock)
        .add(&LOCKED, locked)
        .add(&FORM, form)
        .add(&SIGN_IN, sign_in)
        .add(&SIGN_OUT, sign_out)
}

#[derive(Template)]
#[template(path = "door/desk.html")]
struct DeskPage {
    frame: Frame,
    device: Option<device::Device>,
    tiles: Vec<Tile>,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "door/pin.html")]
struct PinPage {
    frame: Frame,
    tiles: Vec<Tile>,
    tile: Tile,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "door/sign-in.html")]
struct SignInPage {
    frame: Frame,
    email: String,
    email_problem: Option<String>,
    password_problem: Option<String>,
}

/// A page as a response.
pub(crate) fn page(template: &impl Template) -> Result<Response, AppError> {
    Ok(Html(template.render().map_err(AppError::fault)?).into_response())
}

/// The picture of a tile; whoever has chosen none gets a bird.
pub(crate) fn picture(chosen: &str) -> &str {
    if chosen.is_empty() { "bird-fill" } else { chosen }
}

/// The pictures of these tiles, each once.
pub(crate) fn pictures(tiles: &[Tile]) -> String {
    let names: BTreeSet<&str> = tiles.iter().map(|tile| picture(&tile.picture)).collect();
    names.into_iter().collect::<Vec<_>>().join(" ")
}

async fn tiles(state: &WebState, device: &device::Device) -> Result<Vec<Tile>, AppError> {
    let device = device.clone();
    Ok(state.app.db.read(move |read| device::tiles(read, &device)).await?)
}

async fn desk(
    State(state): State<WebState>,
    frame: Frame,
    OnDevice(device): OnDevice,
) -> Result<Response, AppError> {
    let tiles = match &device {
        Some(device) => tiles(&state, device).await?,
        None => Vec::new(),
    };
    page(&DeskPage { frame, device, tiles, problem: None })
}

#[derive(Debug, Deserialize)]
struct Code {
    #[serde(default)]
    code: String,
}

async fn enrol(
    State(state): State<WebState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    frame: Frame,
    jar: CookieJar,
    Form(Code { code }): Form<Code>,
) -> Result<Response, AppError> {
    let address = from.ip().to_string();
    let begun = state.app.db.write(move |tx| device::begin_enrol(tx, &address, now())).await;
    let refused = |why: NotLetIn, frame: Frame| {
        let problem = Some(why.sentence.clone());
        why.on(&DeskPage { frame, device: None, tiles: Vec::new(), problem })
    };
    let attempt = match begun {
        Ok(attempt) => attempt,
        Err(error) => return refused(NotLetIn::with_pin(error.into(), &frame)?, frame),
    };
    match state.app.db.write(move |tx| device::enrol(tx, &attempt, &code, &Turn::now())).await {
        Ok((_, token)) => {
            let cookie = lasting(device_cookie(&state.config), token.text().to_owned(), &state.config);
            Ok((jar.add(cookie), Redirect::to("/centre")).into_response())
        }
        Err(EnrolError::Db(error)) => Err(error.into()),
        Err(EnrolError::WrongCode) => {
            let why = NotLetIn::new(StatusCode::UNPROCESSABLE_ENTITY, frame.texts.code_wrong());
            refused(why, frame)
        }
    }
}

/// The tile of a person at the computer's centre, among all of them.
async fn tile(
    state: &WebState,
    device: Option<device::Device>,
    person: &str,
) -> Result<(Vec<Tile>, Tile), AppError> {
    let person: Id<kind::Person> = person.parse().map_err(|_| AppError::not_there())?;
    let device = device.ok_or_else(AppError::not_there)?;
    let tiles = tiles(state, &device).await?;
    let found = tiles.iter().find(|tile| tile.person == person).cloned();
    Ok((tiles, found.ok_or_else(AppError::not_there)?))
}

async fn pin_page(
    State(state): State<WebState>,
    frame: Frame,
    OnDevice(device): OnDevice,
    Path(person): Path<String>,
) -> Result<Response, AppError> {
    let (tiles, tile) = tile(&state, device, &person).await?;
    page(&PinPage { frame, tiles, tile, problem: None })
}

#[derive(Debug, Deserialize)]
struct PinForm {
    #[serde(default)]
    pin: String,
}

async fn open(
    State(state): State<WebState>,
    (frame, headers, jar): (Frame, HeaderMap, CookieJar),
    (OnDevice(device), Caller { session, .. }): (OnDevice, Caller),
    Path(person): Path<String>,
    Form(PinForm { pin }): Form<PinForm>,
) -> Result<Response, AppError> {
    let (tiles, tile) = tile(&state, device, &person).await?;
    let token = jar.get(device_cookie(&state.config)).ok_or_else(AppError::not_there)?;
    let token = TokenHash::of(token.value());
    let agent = agent(&headers);
    match with_pin(&state, token, tile.person, pin, agent).await {
        Ok(opened) => {
            let jar = begin(&state, session, &opened, jar).await?;
            Ok((jar, Redirect::to("/work")).into_response())
        }
        Err(error) => {
            let why = NotLetIn::with_pin(error, &frame)?;
            let problem = Some(why.sentence.clone());
            why.on(&PinPage { frame, tiles, tile, problem })
        }
    }
}

/// Why somebody was not let in: a sentence in their language, to stand beside the field.
pub(crate) struct NotLetIn {
    status: StatusCode,
    pub(crate) sentence: String,
    /// Seconds until the next try.
    retry_after: Option<i64>,
}

impl NotLetIn {
    pub(crate) fn new(status: StatusCode, sentence: String) -> Self {
        Self { status, sentence, retry_after: None }
    }

    /// At a centre's computer.
    fn with_pin(error: SignInError, frame: &Frame) -> Result<Self, AppError> {
        let t = frame.texts;
        tracing::warn!(%error, "not let in with a PIN");
        Ok(match error {
            SignInError::Wrong => Self::new(StatusCode::UNAUTHORIZED, t.pin_wrong()),
            SignInError::NoPin => Self::new(StatusCode::FORBIDDEN, t.pin_none()),
            SignInError::NotEnrolled => Self::new(StatusCode::FORBIDDEN, t.computer_not_enrolled()),
            SignInError::TooMany(tries) => Self::later(tries, |minutes| t.pin_wait(minutes)),
            SignInError::Db(error) => return Err(error.into()),
        })
    }

    /// With e-mail and password; which of the two is wrong is not told.
    pub(crate) fn with_password(error: SignInError, frame: &Frame) -> Result<Self, AppError> {
        let t = frame.texts;
        tracing::warn!(%error, "not let in with a password");
        Ok(match error {
            SignInError::TooMany(tries) => Self::later(tries, |minutes| t.sign_in_wait(minutes)),
            SignInError::Db(error) => return Err(error.into()),
            SignInError::Wrong | SignInError::NoPin | SignInError::NotEnrolled => {
                Self::new(StatusCode::UNAUTHORIZED, t.sign_in_wrong())
            }
        })
    }

    fn later(TooManyTries { wait }: TooManyTries, words: impl Fn(u32) -> String) -> Self {
        // Rounded up: who waits that long need not wait again.
        let up = |unit: i64| wait.micros().saturating_sub(1).div_euclid(unit).saturating_add(1).max(1);
        let sentence = words(u32::try_from(up(60_000_000)).unwrap_or(1));
        Self { status: StatusCode::TOO_MANY_REQUESTS, sentence, retry_after: Some(up(1_000_000)) }
    }

    /// The page that says it.
    pub(crate) fn on(self, template: &impl Template) -> Result<Response, AppError> {
        let mut response = (self.status, page(template)?).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        Ok(response)
    }
}

async fn with_pin(
    state: &WebState,
    device: TokenHash,
    person: Id<kind::Person>,
    pin: String,
    agent: String,
) -> Result<session::NewSession, SignInError> {
    let challenge = state.app.db.write(move |tx| pin::begin(tx, device, person, now())).await?;
    let proven = apart(state, move || challenge.answer(&pin)).await?;
    state.app.db.write(move |tx| pin::finish(tx, &proven, &agent, &Turn::now())).await
}

/// Hashing takes its time and memory on purpose: never on the threads that serve others, and few at once.
async fn apart<T: Send + 'static>(
    state: &WebState,
    work: impl FnOnce() -> Result<T, SignInError> + Send + 'static,
) -> Result<T, SignInError> {
    let _turn = state.hashing.acquire().await;
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(SignInError::Wrong))
}

pub(crate) fn agent(headers: &HeaderMap) -> String {
    headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default().to_owned()
}

/// Gives the browser the session that was just opened. The one that it had before is over: whoever kept its token has
/// nothing in hand.
pub(crate) async fn begin(
    state: &WebState,
    before: Option<TokenHash>,
    opened: &session::NewSession,
    jar: CookieJar,
) -> Result<CookieJar, AppError> {
    if let Some(hash) = before {
        state.app.db.write(move |tx| session::sign_out(tx, hash)).await?;
    }
    tracing::info!(person = %opened.person, "signed in");
    Ok(jar.add(cookie(session_cookie(&state.config), opened.token.text().to_owned(), &state.config)))
}

pub(crate) fn cookie(name: &'static str, value: String, config: &Config) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(config.secure)
        .same_site(SameSite::Lax)
        .build()
}

/// A cookie that stays when the browser is closed: a computer is enrolled once.
fn lasting(name: &'static str, value: String, config: &Config) -> Cookie<'static> {
    let mut cookie = cookie(name, value, config);
    cookie.make_permanent();
    cookie
}

/// Ends the session and tells the browser to forget what it kept of this person.
async fn end(state: &WebState, session: Option<TokenHash>, jar: CookieJar) -> Result<CookieJar, AppError> {
    if let Some(hash) = session {
        state.app.db.write(move |tx| session::sign_out(tx, hash)).await?;
    }
    Ok(jar.remove(Cookie::build(session_cookie(&state.config)).path("/")))
}

async fn lock(
    State(state): State<WebState>,
    Caller { session, .. }: Caller,
    jar: CookieJar,
) -> Result<Response, AppError> {
    let jar = end(&state, session, jar).await?;
    Ok((jar, Redirect::to("/lock")).into_response())
}

async fn locked() -> Redirect {
    Redirect::to("/centre")
}

async fn form(frame: Frame) -> Result<Response, AppError> {
    let (email_problem, password_problem) = (None, None);
    page(&SignInPage { frame, email: String::new(), email_problem, password_problem })
}

#[derive(Debug, Deserialize)]
struct SignInForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
}

async fn sign_in(
    State(state): State<WebState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    (frame, headers, jar, Caller { session, .. }): (Frame, HeaderMap, CookieJar, Caller),
    Form(SignInForm { email, password }): Form<SignInForm>,
) -> Result<Response, AppError> {
    let t = frame.texts;
    let email_problem = email.trim().is_empty().then(|| t.email_missing());
    let password_problem = password.is_empty().then(|| t.password_missing());
    if email_problem.is_some() || password_problem.is_some() {
        let shown = SignInPage { frame, email, email_problem, password_problem };
        return NotLetIn::new(StatusCode::UNPROCESSABLE_ENTITY, String::new()).on(&shown);
    }
    let wish = (email.clone(), from.ip().to_string());
    match with_password(&state, wish, password, agent(&headers)).await {
        Ok(entered) => second_step::let_in(&state, session, entered, jar).await,
        Err(error) => {
            let why = NotLetIn::with_password(error, &frame)?;
            let password_problem = Some(why.sentence.clone());
            why.on(&SignInPage { frame, email, email_problem, password_problem })
        }
    }
}

async fn with_password(
    state: &WebState,
    (email, address): (String, String),
    given: String,
    agent: String,
) -> Result<Entered, SignInError> {
    let challenge = state.app.db.write(move |tx| password::begin(tx, &email, &address, now())).await?;
    let proven = apart(state, move || challenge.answer(&given)).await?;
    state.app.db.write(move |tx| password::finish(tx, &proven, &agent, &Turn::now())).await
}

async fn sign_out(
    State(state): State<WebState>,
    Caller { session, signed_in }: Caller,
    jar: CookieJar,
    Turning(_): Turning,
) -> Result<Response, AppError> {
    let jar = end(&state, session, jar).await?;
    let worker = signed_in.is_some_and(|who| who.device.is_some() && who.actor.roles.has(Role::Worker));
    let mut response = (jar, Redirect::to(if worker { "/centre" } else { "/" })).into_response();
    let forget = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(header::HeaderName::from_static("clear-site-data"), forget);
    Ok(response)
}
