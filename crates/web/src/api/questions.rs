//! Questions between a client and the operator: list, ask, read, answer, correct, settle.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use kazi_app::projects;
use kazi_app::talk::{self, Filter, New, Reply, Row, Thread, Told, Whose};
use kazi_domain::policy::{Can, Talk, ViewProject};
use kazi_domain::{Id, QuestionState, kind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::projects::{ListQuery, id};
use super::sent::Sent;
use super::shown::Made;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static ALL: Route = Route::get("/api/v1/questions", Who::Api);
static LIST: Route = Route::get("/api/v1/projects/{project}/questions", Who::Api);
static ASK: Route = Route::post("/api/v1/projects/{project}/questions", Who::Api);
static GET: Route = Route::get("/api/v1/projects/{project}/questions/{question}", Who::Api);
static SAY: Route = Route::post("/api/v1/projects/{project}/questions/{question}/messages", Who::Api);
static CORRECT: Route =
    Route::put("/api/v1/projects/{project}/questions/{question}/messages/{message}", Who::Api);
static SETTLE: Route = Route::put("/api/v1/projects/{project}/questions/{question}/settled", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    let routes = routes.add(&ALL, all).add(&LIST, list).add(&ASK, ask).add(&GET, get);
    routes.add(&SAY, say).add(&CORRECT, correct).add(&SETTLE, settle)
}

/// A question in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct QuestionRow {
    id: String,
    project: String,
    project_name: String,
    subject: String,
    /// The key of the item that it is about, if it is about one.
    #[schema(required)]
    item_key: Option<String>,
    /// `yours` where it waits for your side, `theirs` where it waits for the other, `settled`.
    state: &'static str,
    messages: i64,
    said_at: i64,
}

impl From<&Row> for QuestionRow {
    fn from(row: &Row) -> Self {
        Self {
            id: row.id.to_string(),
            project: row.project.to_string(),
            project_name: row.project_name.clone(),
            subject: row.subject.clone(),
            item_key: row.key.clone(),
            state: row.state.word(),
            messages: row.messages,
            said_at: row.said_at.micros(),
        }
    }
}

/// Questions, and where the next page begins.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct QuestionList {
    questions: Vec<QuestionRow>,
    #[schema(required)]
    next: Option<String>,
}

impl From<kazi_app::listing::Page<Row>> for QuestionList {
    fn from(found: kazi_app::listing::Page<Row>) -> Self {
        let questions = found.rows.iter().map(QuestionRow::from).collect();
        Self { questions, next: found.next.map(|next| next.to_string()) }
    }
}

/// Which questions.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct StateQuery {
    /// Only those that stand so: `yours`, `theirs` or `settled`.
    #[param(value_type = Option<String>)]
    state: Option<QuestionState>,
}

/// The questions that one may read, the latest first: all to the operator, those of its own projects to a client.
#[utoipa::path(get, path = "/api/v1/questions", params(ListQuery, StateQuery), responses((status = 200, body = QuestionList), (status = 404)))]
pub(super) async fn all(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Query(query): Query<ListQuery>,
    Query(StateQuery { state: only }): Query<StateQuery>,
) -> Result<Json<QuestionList>, AppError> {
    let (ask, filter) = (query.ask()?, Filter { oldest_first: false, state: only });
    let found = state.app.db.read(move |read| talk::for_person(read, &who.actor, filter, &ask)).await?;
    Ok(Json(found.into()))
}

/// The questions of a project, the latest first.
#[utoipa::path(get, path = "/api/v1/projects/{project}/questions", params(("project" = String, Path), ListQuery, StateQuery), responses((status = 200, body = QuestionList), (status = 404)))]
pub(super) async fn list(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
    Query(query): Query<ListQuery>,
    Query(StateQuery { state: only }): Query<StateQuery>,
) -> Result<Json<QuestionList>, AppError> {
    let project = id(&project)?;
    let (ask, filter) = (query.ask()?, Filter { oldest_first: false, state: only });
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<ViewProject> = projects::may(read, &who.actor, project)?;
        Ok(talk::list(read, Whose::Project(&can), filter, &ask)?)
    });
    Ok(Json(found.await?.into()))
}

/// A question to ask.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewQuestion {
    /// Its id, `thread_…`, if you make it yourself: sent twice it is asked once.
    #[schema(value_type = Option<String>)]
    id: Option<Id<kind::Thread>>,
    /// The item that it is about, if it is about one.
    #[schema(value_type = Option<String>)]
    item: Option<Id<kind::Item>>,
    /// What it is about: a line of at most 200 characters.
    subject: String,
    /// The question: plain text of at most 10,000 characters.
    text: String,
}

/// Asks the other side something. It gets a letter that it is its turn, once an hour at most.
#[utoipa::path(post, path = "/api/v1/projects/{project}/questions", params(("project" = String, Path)), request_body = NewQuestion, responses((status = 201, body = Made), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn ask(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
    Turning(turn): Turning,
    Sent(NewQuestion { id: own, item, subject, text }): Sent<NewQuestion>,
) -> Result<(StatusCode, Json<Made>), AppError> {
    let project = id(&project)?;
    let new = New { id: own.unwrap_or_else(|| turn.mint()), item, subject, body: text };
    let done = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<Talk> = projects::may(tx, &who.actor, project)?;
        Ok(talk::ask(tx, &can, &new, &turn)?)
    });
    Ok((StatusCode::CREATED, Json(Made::of(done.await?))))
}

fn question(text: &str) -> Result<Id<kind::Thread>, AppError> {
    text.parse().map_err(|_| AppError::not_there())
}

/// One message.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MessageShown {
    id: String,
    number: i64,
    /// Who speaks: `client` or `operator`.
    side: &'static str,
    name: String,
    text: String,
    said_at: i64,
    #[schema(required)]
    corrected_at: Option<i64>,
}

impl From<&Told> for MessageShown {
    fn from(told: &Told) -> Self {
        Self {
            id: told.id.to_string(),
            number: told.number,
            side: told.side.word(),
            name: told.name.clone(),
            text: told.body.clone(),
            said_at: told.said_at.micros(),
            corrected_at: told.corrected_at.map(kazi_domain::Moment::micros),
        }
    }
}

/// A question and what was said about it, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct QuestionShown {
    id: String,
    project: String,
    subject: String,
    #[schema(required)]
    item: Option<String>,
    #[schema(required)]
    item_key: Option<String>,
    /// `yours`, `theirs` or `settled`.
    state: &'static str,
    messages: Vec<MessageShown>,
    /// Give it as `before` to read what was said earlier.
    #[schema(required)]
    earlier: Option<i64>,
}

impl From<&Thread> for QuestionShown {
    fn from(thread: &Thread) -> Self {
        let item = thread.item.as_ref();
        Self {
            id: thread.id.to_string(),
            project: thread.project.to_string(),
            subject: thread.subject.clone(),
            item: item.map(|(item, ..)| item.to_string()),
            item_key: item.map(|(_, key, ..)| key.clone()),
            state: thread.state.word(),
            messages: thread.said.iter().map(MessageShown::from).collect(),
            earlier: thread.earlier,
        }
    }
}

/// Which part of a long question.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PartQuery {
    /// Only messages before this number.
    before: Option<i64>,
}

/// A question with its latest hundred messages.
#[utoipa::path(get, path = "/api/v1/projects/{project}/questions/{question}", params(("project" = String, Path), ("question" = String, Path), PartQuery), responses((status = 200, body = QuestionShown), (status = 404)))]
pub(super) async fn get(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path((project, thread)): Path<(String, String)>,
    Query(PartQuery { before }): Query<PartQuery>,
    Turning(turn): Turning,
) -> Result<Json<QuestionShown>, AppError> {
    let (project, thread) = (id(&project)?, question(&thread)?);
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<ViewProject> = projects::may(read, &who.actor, project)?;
        Ok(talk::show(read, &can, thread, (before, turn.at))?)
    });
    Ok(Json(QuestionShown::from(&found.await?)))
}

/// A message to send.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewMessage {
    /// Its id, `message_…`, if you make it yourself: sent twice it is said once.
    #[schema(value_type = Option<String>)]
    id: Option<Id<kind::Message>>,
    /// Plain text of at most 10,000 characters.
    text: String,
}

/// Says something; the question then waits for the other side, also if it was settled.
#[utoipa::path(post, path = "/api/v1/projects/{project}/questions/{question}/messages", params(("project" = String, Path), ("question" = String, Path)), request_body = NewMessage, responses((status = 201, body = Made), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn say(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path((project, thread)): Path<(String, String)>,
    Turning(turn): Turning,
    Sent(NewMessage { id: own, text }): Sent<NewMessage>,
) -> Result<(StatusCode, Json<Made>), AppError> {
    let (project, thread) = (id(&project)?, question(&thread)?);
    let said = Reply { id: own.unwrap_or_else(|| turn.mint()), thread, body: text };
    let made = Made::of(said.id);
    let done = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<Talk> = projects::may(tx, &who.actor, project)?;
        Ok(talk::reply(tx, &can, &said, &turn)?)
    });
    done.await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// A correction.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Correction {
    /// What the message should have said.
    text: String,
}

/// Corrects one's own message while it is the last one, within ten minutes.
#[utoipa::path(put, path = "/api/v1/projects/{project}/questions/{question}/messages/{message}", params(("project" = String, Path), ("question" = String, Path), ("message" = String, Path)), request_body = Correction, responses((status = 204), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn correct(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path((project, thread, message)): Path<(String, String, String)>,
    Turning(turn): Turning,
    Sent(Correction { text }): Sent<Correction>,
) -> Result<StatusCode, AppError> {
    let (project, thread) = (id(&project)?, question(&thread)?);
    let message: Id<kind::Message> = message.parse().map_err(|_| AppError::not_there())?;
    let done = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<Talk> = projects::may(tx, &who.actor, project)?;
        Ok(talk::correct(tx, &can, (thread, message), (&text, &turn))?)
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whether a question is settled.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Settled {
    settled: bool,
}

/// Settles a question, or opens it again.
#[utoipa::path(put, path = "/api/v1/projects/{project}/questions/{question}/settled", params(("project" = String, Path), ("question" = String, Path)), request_body = Settled, responses((status = 204), (status = 404), (status = 422)))]
pub(super) async fn settle(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path((project, thread)): Path<(String, String)>,
    Turning(turn): Turning,
    Sent(Settled { settled }): Sent<Settled>,
) -> Result<StatusCode, AppError> {
    let (project, thread) = (id(&project)?, question(&thread)?);
    let what = if settled { talk::settle } else { talk::reopen };
    let done = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<Talk> = projects::may(tx, &who.actor, project)?;
        Ok(what(tx, &can, thread, &turn)?)
    });
    done.await?;
    Ok(StatusCode::NO_CONTENT)
}
