//! For who forgot the password: asking for a letter, and choosing another one behind its link.

use std::net::SocketAddr;

use askama::Template;
use axum::Form;
use axum::extract::{ConnectInfo, Query, State};
use axum::response::Response;
use kazi_app::access::recover::{self, Forgetful, RecoverError};
use kazi_app::access::{Password, SignInError, TokenHash};
use kazi_app::{Turn, now};

use super::again;
use super::field::{Field, Fields, Input};
use super::invited::Key;
use super::refused::Refused;
use super::typed::{Problems, Typed};
use crate::door::{NotLetIn, page};
use crate::error::AppError;
use crate::extract::Turning;
use crate::frame::Frame;
use crate::route::{Rate, Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static FORM: Route = Route::get("/forgotten", Who::Anyone);
static ASK: Route = Route::post("/forgotten", Who::Anyone).rate(Rate::SignIn);
static CHOOSE: Route = Route::get("/forgotten/new", Who::Anyone);
static CHOSEN: Route = Route::post("/forgotten/new", Who::Anyone).rate(Rate::SignIn);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&FORM, form).add(&ASK, ask).add(&CHOOSE, choose).add(&CHOSEN, chosen)
}

#[derive(Template)]
#[template(path = "staff/forgotten.html")]
struct ForgottenPage {
    frame: Frame,
    /// A letter is on its way, should the address belong to somebody.
    sent: bool,
    form: Fields,
}

#[derive(Template)]
#[template(path = "staff/new-password.html")]
struct NewPasswordPage {
    frame: Frame,
    key: String,
    /// Name and address; none when the link is over.
    whose: Option<(String, String)>,
    /// The password is set.
    done: bool,
    form: Fields,
}

fn forgotten_page(frame: Frame, sent: bool) -> ForgottenPage {
    let email = Field::new("email", frame.texts.email(), Input::Line("email"));
    let form = Fields::new(vec![email.required().autocomplete("username")]);
    ForgottenPage { frame, sent, form }
}

async fn form(frame: Frame) -> Result<Response, AppError> {
    page(&forgotten_page(frame, false))
}

async fn ask(
    State(state): State<WebState>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    frame: Frame,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let mut shown = forgotten_page(frame, false);
    if typed.given("email").is_none() {
        let problems = Problems::one("email", &shown.frame.texts.email_missing());
        shown.form = shown.form.again(&typed, &problems);
        return again(&shown);
    }
    let (email, address, site) = (typed.get("email").to_owned(), from.ip().to_string(), state.site());
    let asked = state.app.db.write(move |tx| recover::ask(tx, (&email, &address), &site, &turn)).await;
    match asked {
        Ok(()) => {
            state.bell.notify_one();
            page(&forgotten_page(shown.frame, true))
        }
        Err(error) => {
            let why = NotLetIn::with_password(SignInError::from(error), &shown.frame)?;
            shown.form = shown.form.again(&typed, &Problems::one("email", &why.sentence));
            why.on(&shown)
        }
    }
}

async fn find(state: &WebState, key: &str) -> Result<Option<Forgetful>, AppError> {
    let token = TokenHash::of(key);
    Ok(state.app.db.read(move |read| recover::look(read, token, now())).await?)
}

fn new_password_page(frame: Frame, key: String, whose: Option<&Forgetful>) -> NewPasswordPage {
    let texts = frame.texts;
    let password = Field::new("new_password", texts.password_new(), Input::Line("password"));
    let form =
        Fields::new(vec![password.hint(texts.password_hint()).autocomplete("new-password").required()]);
    let whose = whose.map(|one| (one.shown_name.clone(), one.email.clone()));
    NewPasswordPage { frame, key, whose, done: false, form }
}

async fn choose(
    State(state): State<WebState>,
    frame: Frame,
    Query(Key { key }): Query<Key>,
) -> Result<Response, AppError> {
    let whose = find(&state, &key).await?;
    page(&new_password_page(frame, key, whose.as_ref()))
}

/// Hashes apart, then sets.
async fn set(state: &WebState, key: &str, new: &str) -> Result<(), Refused> {
    let chosen = Password::choose(new)?;
    let hash = tokio::task::spawn_blocking(move || chosen.hash()).await.map_err(AppError::fault)?;
    let (token, site) = (TokenHash::of(key), state.site());
    let done = state.app.db.write(move |tx| -> Result<_, Refused> {
        Ok(recover::choose(tx, token, &hash, &site, &Turn::now())?)
    });
    done.await
}

async fn chosen(
    State(state): State<WebState>,
    frame: Frame,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let key = typed.raw("key").to_owned();
    let Some(whose) = find(&state, &key).await? else {
        return again(&new_password_page(frame, key, None));
    };
    let done = set(&state, &key, typed.raw("new_password")).await;
    let mut shown = new_password_page(frame, key, Some(&whose));
    let Err(refused) = done else {
        state.bell.notify_one();
        shown.done = true;
        return page(&shown);
    };
    shown.form = shown.form.again(&typed, &refused.problems()?);
    again(&shown)
}

impl From<RecoverError> for Refused {
    fn from(error: RecoverError) -> Self {
        match error {
            RecoverError::Over => Self::Form(Problems::one("", &RecoverError::Over.to_string())),
            RecoverError::Db(error) => error.into(),
        }
    }
}
