//! The page behind the link of an invitation: name, language, password, and one is in.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use kazi_app::access::{NewSession, Password, TokenHash};
use kazi_app::network::invitations::{self, AcceptError, Offer};
use kazi_app::{Turn, now};
use serde::Deserialize;

use super::field::{Field, Fields, Input};
use super::people::language_field;
use super::refused::Refused;
use super::typed::{Problems, Typed};
use super::{again, see};
use crate::door::{agent, begin, page};
use crate::error::AppError;
use crate::extract::Caller;
use crate::frame::Frame;
use crate::route::{Rate, Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

// The key stands behind the question mark, for what stands before it is written into logs.
static SHOW: Route = Route::get("/invitation", Who::Anyone);
static ACCEPT: Route = Route::post("/invitation", Who::Anyone).rate(Rate::SignIn);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&SHOW, show).add(&ACCEPT, accept)
}

#[derive(Template)]
#[template(path = "staff/invited.html")]
struct InvitedPage {
    frame: Frame,
    key: String,
    /// Who asks, for whom, and the address; none when the link is over.
    offer: Option<(String, String, String)>,
    form: Fields,
}

/// What a link holds.
#[derive(Debug, Deserialize)]
pub(super) struct Key {
    #[serde(default)]
    pub(super) key: String,
}

async fn find(state: &WebState, key: &str) -> Result<Option<Offer>, AppError> {
    let token = TokenHash::of(key);
    Ok(state.app.db.read(move |read| invitations::offered(read, token, now())).await?)
}

fn invited_page(frame: Frame, key: String, offer: Option<&Offer>) -> InvitedPage {
    let texts = frame.texts;
    let password = Field::new("new_password", texts.password(), Input::Line("password"));
    let form = offer.map(|offer| {
        Fields::new(vec![
            Field::line("name", texts.person_name())
                .value(offer.shown_name.as_str())
                .required()
                .autocomplete("name"),
            language_field(texts, &offer.language),
            password.hint(texts.password_hint()).autocomplete("new-password").required(),
        ])
    });
    let offer = offer.map(|one| (one.by.clone(), one.organisation_name.clone(), one.email.clone()));
    InvitedPage { form: form.unwrap_or_default(), offer, key, frame }
}

async fn show(
    State(state): State<WebState>,
    frame: Frame,
    Query(Key { key }): Query<Key>,
) -> Result<Response, AppError> {
    let offer = find(&state, &key).await?;
    page(&invited_page(frame, key, offer.as_ref()))
}

/// Hashes apart, then lets in.
async fn let_in(state: &WebState, key: &str, typed: &Typed, agent: String) -> Result<NewSession, Refused> {
    let chosen = Password::choose(typed.raw("new_password"))?;
    let hash = tokio::task::spawn_blocking(move || chosen.hash()).await.map_err(AppError::fault)?;
    let (name, language) = (typed.get("name").to_owned(), typed.get("language").to_owned());
    let token = TokenHash::of(key);
    let done = state.app.db.write(move |tx| -> Result<_, Refused> {
        Ok(invitations::accept(tx, token, (&name, &language, &hash), &agent, &Turn::now())?)
    });
    done.await
}

async fn accept(
    State(state): State<WebState>,
    Caller { session, .. }: Caller,
    (frame, headers, jar): (Frame, HeaderMap, CookieJar),
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let key = typed.raw("key").to_owned();
    let Some(offer) = find(&state, &key).await? else { return again(&invited_page(frame, key, None)) };
    match let_in(&state, &key, &typed, agent(&headers)).await {
        Ok(opened) => Ok((begin(&state, session, &opened, jar).await?, see("/home")).into_response()),
        Err(refused) => {
            let problems = refused.problems()?;
            let mut shown = invited_page(frame, key, Some(&offer));
            shown.form = shown.form.again(&typed, &problems);
            again(&shown)
        }
    }
}

impl From<AcceptError> for Refused {
    fn from(error: AcceptError) -> Self {
        match error {
            AcceptError::Person(error) => error.into(),
            AcceptError::Over => Self::Form(Problems::one("", &AcceptError::Over.to_string())),
            AcceptError::Db(error) => error.into(),
        }
    }
}
