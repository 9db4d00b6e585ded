//! What the centre's lead has written: shown once before the work, and confirmed with a tap.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use kazi_app::access::SignedIn;
use kazi_app::notice::{self, Waiting};
use kazi_app::{Turn, overview};
use kazi_domain::{Id, kind};
use kazi_texts::Language;
use serde::Deserialize;

use crate::door::page;
use crate::error::AppError;
use crate::extract::{Turning, WorkerAt};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static SHOW: Route = Route::get("/work/messages", Who::Worker);
static CONFIRM: Route = Route::post("/work/messages", Who::Worker);

pub(crate) fn add(routes: Routes) -> Routes {
    routes.add(&SHOW, show).add(&CONFIRM, confirm)
}

/// The way to what must be read first, and from there to where somebody wanted to go.
pub(super) fn first(to: &str) -> Response {
    Redirect::to(&format!("/work/messages?to={to}")).into_response()
}

/// Where to go on: a page of the work, and nothing else.
fn onward(to: &str) -> &str {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-');
    if to.starts_with("/work/") && to.bytes().all(plain) { to } else { "/work" }
}

/// A message on the screen.
#[derive(Debug)]
struct Message {
    id: String,
    from: String,
    lang: String,
    dir: &'static str,
    body: String,
}

impl From<Waiting> for Message {
    fn from(waiting: Waiting) -> Self {
        let language: Option<Language> = waiting.language.parse().ok();
        let dir = language.map_or("auto", |language| language.direction().as_str());
        let (id, from, lang, body) = (waiting.id.to_string(), waiting.from, waiting.language, waiting.body);
        Self { id, from, lang, dir, body }
    }
}

#[derive(Template)]
#[template(path = "work/messages.html")]
struct MessagesPage {
    frame: Frame,
    messages: Vec<Message>,
    to: String,
}

#[derive(Debug, Deserialize)]
struct To {
    #[serde(default)]
    to: String,
}

async fn show(
    State(state): State<WebState>,
    WorkerAt(who): WorkerAt,
    (frame, Turning(turn)): (Frame, Turning),
    Query(To { to }): Query<To>,
) -> Result<Response, AppError> {
    let (actor, now) = (who.actor.clone(), turn.at);
    let waiting = state.app.db.read(move |read| -> Result<_, AppError> {
        let can = overview::may_view_own(&actor).ok_or_else(AppError::not_there)?;
        Ok(notice::waiting(read, &can, now)?)
    });
    let waiting = waiting.await?;
    if waiting.is_empty() {
        // What waited is over or was taken back.
        confirmed(&state, who, Vec::new(), turn).await?;
        return Ok(Redirect::to(onward(&to)).into_response());
    }
    let messages = waiting.into_iter().map(Message::from).collect();
    page(&MessagesPage { frame, messages, to: onward(&to).to_owned() })
}

async fn confirmed(
    state: &WebState,
    who: SignedIn,
    read: Vec<Id<kind::Notice>>,
    turn: Turn,
) -> Result<(), AppError> {
    let done = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can = overview::may_view_own(&who.actor).ok_or_else(AppError::not_there)?;
        Ok(notice::confirm(tx, &can, &read, &turn)?)
    });
    done.await
}

async fn confirm(
    State(state): State<WebState>,
    WorkerAt(who): WorkerAt,
    Turning(turn): Turning,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let of = |wanted: &'static str| fields.iter().filter(move |(name, _)| name == wanted);
    let read = of("read").filter_map(|(_, id)| id.parse().ok()).collect();
    let to = of("to").next().map_or("/work", |(_, to)| onward(to)).to_owned();
    confirmed(&state, who, read, turn).await?;
    Ok(Redirect::to(&to).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_on_to_the_work_and_nowhere_else() {
        assert_eq!(onward("/work/project_1a/answer"), "/work/project_1a/answer");
        for elsewhere in
            ["", "/", "//evil.example", "https://evil.example", "/work/../audit", "/work/a?b", "/workers"]
        {
            assert_eq!(onward(elsewhere), "/work", "{elsewhere}");
        }
    }
}
