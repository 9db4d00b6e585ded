//! Messages to the people of a centre.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use kazi_app::notice::{self, Audience, Filter, Line, New, NoticeError};
use kazi_domain::{Id, Moment, Span, kind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::projects::ListQuery;
use super::sent::Sent;
use super::shown::Made;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::{sent, withdrawn};
use crate::state::WebState;

static LIST: Route = Route::get("/api/v1/centres/{centre}/messages", Who::Api);
static SEND: Route = Route::post("/api/v1/centres/{centre}/messages", Who::Api);
static GET: Route = Route::get("/api/v1/centres/{centre}/messages/{notice}", Who::Api);
static WITHDRAW: Route = Route::delete("/api/v1/centres/{centre}/messages/{notice}", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&LIST, list).add(&SEND, send).add(&GET, get).add(&WITHDRAW, withdraw)
}

fn centre_id(text: &str) -> Result<Id<kind::Centre>, AppError> {
    text.parse().map_err(|_| AppError::not_there())
}

fn notice_id(text: &str) -> Result<Id<kind::Notice>, AppError> {
    text.parse().map_err(|_| AppError::not_there())
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NoticeShown {
    id: String,
    body: String,
    language: String,
    /// `centre`, `project` or `people`.
    audience: String,
    /// The name of the project whose people it went to.
    #[schema(required)]
    project: Option<String>,
    /// To how many it went.
    sent_to: i64,
    /// How many of them have read it.
    read: i64,
    from: String,
    made_at: i64,
    /// Until when it is shown.
    until: i64,
    #[schema(required)]
    withdrawn_at: Option<i64>,
}

impl From<&Line> for NoticeShown {
    fn from(line: &Line) -> Self {
        Self {
            id: line.id.to_string(),
            body: line.body.clone(),
            language: line.language.clone(),
            audience: line.audience.clone(),
            project: line.project.clone(),
            sent_to: line.sent_to,
            read: line.read,
            from: line.from.clone(),
            made_at: line.made_at.micros(),
            until: line.until.micros(),
            withdrawn_at: line.withdrawn_at.map(Moment::micros),
        }
    }
}

/// Messages, and where the next page begins.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NoticeList {
    messages: Vec<NoticeShown>,
    #[schema(required)]
    next: Option<String>,
}

/// Which messages.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct StateQuery {
    /// Only those that are `shown`, `over` or `withdrawn`.
    state: Option<String>,
}

/// The messages of a centre, newest first. For the operator and its team leaders.
#[utoipa::path(get, path = "/api/v1/centres/{centre}/messages", params(("centre" = String, Path), ListQuery, StateQuery), responses((status = 200, body = NoticeList), (status = 404)))]
pub(super) async fn list(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(centre): Path<String>,
    Query(query): Query<ListQuery>,
    Query(only): Query<StateQuery>,
    Turning(turn): Turning,
) -> Result<Json<NoticeList>, AppError> {
    let (centre, ask) = (centre_id(&centre)?, query.ask()?);
    let filter = Filter { state: only.state.unwrap_or_default(), oldest_first: false };
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can = notice::may_send(read, &who.actor, centre)?;
        Ok(notice::lines(read, &can, &filter, (&ask, turn.at))?)
    });
    let found = found.await?;
    let messages = found.rows.iter().map(NoticeShown::from).collect();
    Ok(Json(NoticeList { messages, next: found.next.map(|next| next.to_string()) }))
}

/// A message to send.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewNotice {
    /// At most 500 characters.
    body: String,
    /// The language it is written in, such as `sw`.
    language: String,
    /// Only to those who are on this project.
    #[serde(default)]
    project: Option<String>,
    /// Only to these people.
    #[serde(default)]
    people: Option<Vec<String>>,
    /// For how many hours it is shown to who has not read it; 24 where it is left out.
    #[serde(default)]
    hours: Option<u32>,
}

fn new(wish: NewNotice) -> Result<New, NoticeError> {
    let audience = match (wish.project, wish.people) {
        (Some(project), None) => Audience::Project(project.parse().map_err(|_| NoticeError::Nobody)?),
        (None, Some(people)) => Audience::People(people.iter().filter_map(|id| id.parse().ok()).collect()),
        (None, None) => Audience::Centre,
        (Some(_), Some(_)) => return Err(NoticeError::Nobody),
    };
    let counts = Span::minutes(wish.hours.unwrap_or(24).saturating_mul(60));
    Ok(New { body: wish.body, language: wish.language, audience, counts })
}

/// Sends a message to people of a centre: shown once above their work, and confirmed with a tap.
#[utoipa::path(post, path = "/api/v1/centres/{centre}/messages", params(("centre" = String, Path)), request_body = NewNotice, responses((status = 201, body = Made), (status = 404), (status = 422)))]
pub(super) async fn send(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(centre): Path<String>,
    Turning(turn): Turning,
    Sent(wish): Sent<NewNotice>,
) -> Result<(StatusCode, Json<Made>), AppError> {
    let (centre, actor) = (centre_id(&centre)?, who.actor.clone());
    // Whoever may not is told nothing else.
    state.app.db.read(move |read| notice::may_send(read, &actor, centre).map(drop)).await?;
    let (id, _) = sent(&state, &who, (centre, new(wish)?), turn).await??;
    Ok((StatusCode::CREATED, Json(Made::of(id))))
}

/// Somebody to whom a message went.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReaderShown {
    person: String,
    name: String,
    #[schema(required)]
    read_at: Option<i64>,
}

/// A message with everybody to whom it went.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NoticeWhole {
    message: NoticeShown,
    /// Who has not read it first.
    readers: Vec<ReaderShown>,
}

/// A message of a centre, and who has read it.
#[utoipa::path(get, path = "/api/v1/centres/{centre}/messages/{notice}", params(("centre" = String, Path), ("notice" = String, Path)), responses((status = 200, body = NoticeWhole), (status = 404)))]
pub(super) async fn get(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path((centre, notice)): Path<(String, String)>,
    Turning(turn): Turning,
) -> Result<Json<NoticeWhole>, AppError> {
    let (centre, one) = (centre_id(&centre)?, notice_id(&notice)?);
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can = notice::may_send(read, &who.actor, centre)?;
        Ok(notice::one(read, &can, (one, turn.at))?)
    });
    let found = found.await?;
    let reader = |reader: &notice::Reader| ReaderShown {
        person: reader.person.to_string(),
        name: reader.shown_name.clone(),
        read_at: reader.read_at.map(Moment::micros),
    };
    let readers = found.readers.iter().map(reader).collect();
    Ok(Json(NoticeWhole { message: NoticeShown::from(&found.line), readers }))
}

/// Takes a message back: who has not read it is not shown it any more.
#[utoipa::path(delete, path = "/api/v1/centres/{centre}/messages/{notice}", params(("centre" = String, Path), ("notice" = String, Path)), responses((status = 204), (status = 404), (status = 409)))]
pub(super) async fn withdraw(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path((centre, notice)): Path<(String, String)>,
    Turning(turn): Turning,
) -> Result<StatusCode, AppError> {
    withdrawn(&state, &who, (centre_id(&centre)?, notice_id(&notice)?), turn).await?;
    Ok(StatusCode::NO_CONTENT)
}
