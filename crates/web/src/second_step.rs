//! The second step of coming in: after the password, the code of an app or from paper.

use std::net::SocketAddr;

use askama::Template;
use axum::Form;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar};
use kazi_app::access::{Entered, NewSession, SecondError, SignInError, TokenHash, second};
use kazi_app::{Turn, now};
use serde::Deserialize;

use crate::door::{NotLetIn, begin, cookie, page};
use crate::error::AppError;
use crate::extract::Caller;
use crate::frame::Frame;
use crate::route::{Rate, Route, Who};
use crate::routes::Routes;
use crate::state::{Config, WebState};

static FORM: Route = Route::get("/sign-in/code", Who::Anyone);
static GIVE: Route = Route::post("/sign-in/code", Who::Anyone).rate(Rate::SignIn);

pub(crate) fn add(routes: Routes) -> Routes {
    routes.add(&FORM, form).add(&GIVE, give)
}

#[derive(Template)]
#[template(path = "door/code.html")]
struct CodePage {
    frame: Frame,
    problem: Option<String>,
    /// Too late: only signing in anew helps.
    over: bool,
}

/// The cookie of somebody whose password was right.
fn half_cookie(config: &Config) -> &'static str {
    if config.secure { "__Host-kazi-half" } else { "kazi-half" }
}

/// What follows a right password: the pages, or the question for a code.
pub(crate) async fn let_in(
    state: &WebState,
    before: Option<TokenHash>,
    entered: Entered,
    jar: CookieJar,
) -> Result<Response, AppError> {
    match entered {
        Entered::In(opened) => {
            let jar = begin(state, before, &opened, jar).await?;
            Ok((jar, Redirect::to("/home")).into_response())
        }
        Entered::Half(half) => {
            let name = half_cookie(&state.config);
            let jar = jar.add(cookie(name, half.token.text().to_owned(), &state.config));
            Ok((jar, Redirect::to("/sign-in/code")).into_response())
        }
    }
}

async fn form(State(state): State<WebState>, frame: Frame, jar: CookieJar) -> Result<Response, AppError> {
    if jar.get(half_cookie(&state.config)).is_none() {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    page(&CodePage { frame, problem: None, over: false })
}

#[derive(Debug, Deserialize)]
struct CodeForm {
    #[serde(default)]
    code: String,
}

/// Counts the try, then takes the code.
async fn take(
    state: &WebState,
    half: TokenHash,
    (code, address): (String, String),
) -> Result<NewSession, SecondError> {
    let tried = state.app.db.write(move |tx| second::begin(tx, half, &address, now())).await?;
    let site = state.site();
    let opened = state
        .app
        .db
        .write(move |tx| second::finish(tx, (half, &tried), &code, (&site, &Turn::now())))
        .await?;
    state.bell.notify_one();
    Ok(opened)
}

async fn give(
    State(state): State<WebState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    (frame, jar, Caller { session, .. }): (Frame, CookieJar, Caller),
    Form(CodeForm { code }): Form<CodeForm>,
) -> Result<Response, AppError> {
    let name = half_cookie(&state.config);
    let Some(half) = jar.get(name).map(|half| TokenHash::of(half.value())) else {
        return Ok(Redirect::to("/sign-in").into_response());
    };
    if code.trim().is_empty() {
        let problem = Some(frame.texts.sign_in_code_missing());
        let why = NotLetIn::new(StatusCode::UNPROCESSABLE_ENTITY, String::new());
        return why.on(&CodePage { frame, problem, over: false });
    }
    match take(&state, half, (code, from.ip().to_string())).await {
        Ok(opened) => {
            let gone = Cookie::build(name).path("/").secure(state.config.secure);
            let jar = begin(&state, session, &opened, jar.remove(gone)).await?;
            Ok((jar, Redirect::to("/home")).into_response())
        }
        Err(error) => {
            let over = error == SecondError::Over;
            let why = why(error, &frame)?;
            let problem = Some(why.sentence.clone());
            why.on(&CodePage { frame, problem, over })
        }
    }
}

fn why(error: SecondError, frame: &Frame) -> Result<NotLetIn, AppError> {
    let t = frame.texts;
    tracing::warn!(%error, "not let in with a code");
    Ok(match error {
        SecondError::TooMany(tries) => NotLetIn::with_password(SignInError::TooMany(tries), frame)?,
        SecondError::Db(error) => return Err(error.into()),
        SecondError::Over => NotLetIn::new(StatusCode::UNAUTHORIZED, t.sign_in_code_over()),
        _ => NotLetIn::new(StatusCode::UNAUTHORIZED, t.sign_in_code_wrong()),
    })
}
