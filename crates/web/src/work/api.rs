//! What the task screen's script asks for. The hot path of the whole program: one read says who asks, one
//! write takes the answer and lends what comes next.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kazi_app::instructions;
use kazi_app::work::{self, Given, Receipt, Taken, WorkError};
use kazi_app::{App, Turn};
use kazi_db::Tx;
use kazi_domain::policy::Actor;
use kazi_domain::{Id, kind};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::batch::{AHEAD, Batch, Today, lend, lend_after, today, today_ahead};
use super::practice::{self, PracticeTask};
use super::task::TaskBody;
use crate::error::AppError;
use crate::extract::{At, Language, Named, Turning, WorkerAt};
use crate::route::{Rate, Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static NEXT: Route = Route::get("/work/{project}/{stage}/next", Who::Worker).rate(Rate::Work);
static ANSWER: Route = Route::put("/work/answers/{answer}", Who::Worker).rate(Rate::Work);
static TAKE_BACK: Route = Route::delete("/work/answers/{answer}", Who::Worker).rate(Rate::Work);
static HEARTBEAT: Route = Route::post("/work/tasks/{task}/heartbeat", Who::Worker).rate(Rate::Work);

pub(crate) fn add(routes: Routes) -> Routes {
    routes.add(&NEXT, next).add(&ANSWER, answer).add(&TAKE_BACK, take_back).add(&HEARTBEAT, heartbeat)
}

/// How many tasks to fetch ahead.
#[derive(Debug, Deserialize)]
pub(super) struct Count {
    #[serde(default = "ahead")]
    pub(super) count: u32,
}

const fn ahead() -> u32 {
    AHEAD
}

/// The reply to asking for tasks.
#[derive(Debug, Serialize)]
pub(super) struct NextBody {
    pub(super) tasks: Vec<TaskBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) today: Option<Today>,
    /// Set when the worker must first read what changed in the instructions, or what the centre's lead has written: the
    /// script asks for the page again, and is shown it.
    #[serde(skip_serializing_if = "is_no")]
    pub(super) news: bool,
    /// What an hour has paid stands in the page already and moves slowly: it is not told again with each fetch.
    pub(super) hour: Option<String>,
}

async fn next(
    State(state): State<WebState>,
    at: At,
    Query(Count { count }): Query<Count>,
    WorkerAt(who): WorkerAt,
    Language { texts, .. }: Language,
    Turning(turn): Turning,
) -> Result<Json<NextBody>, AppError> {
    if who.unread {
        return Ok(Json(NextBody { tasks: Vec::new(), today: None, news: true, hour: None }));
    }
    let app = state.app.clone();
    let lent = state.app.db.write(move |tx| {
        today_ahead(tx, &who, turn.at)?;
        let (permit, batch) = lend(tx, &app, &who.actor, (&at, count), &turn)?;
        let clock = (batch.head.terms.currency, permit.utc_offset_minutes);
        let today = today(tx, &who.actor, clock, turn.at)?;
        Ok::<_, WorkError>((batch, today))
    });
    let (batch, today) = match lent.await {
        Err(WorkError::ReadFirst) => {
            return Ok(Json(NextBody { tasks: Vec::new(), today: None, news: true, hour: None }));
        }
        other => other?,
    };
    Ok(Json(NextBody { tasks: batch.bodies(texts)?, today: Some(today), news: false, hour: None }))
}

/// What the browser sends for an answer.
#[derive(Debug, Deserialize)]
struct AnswerBody {
    task: String,
    answer: Box<RawValue>,
    #[serde(default)]
    seconds: f64,
}

#[derive(Debug, Deserialize)]
struct AnswerQuery {
    /// 1 to replace what was given for the task before.
    #[serde(default)]
    correct: u8,
    /// So many next tasks of the same stage are wanted in the reply.
    #[serde(default)]
    next: u32,
}

#[derive(Debug, Serialize)]
struct ReceiptBody {
    state: &'static str,
    late: bool,
    today: Today,
    /// Set when the worker must read what changed in the instructions, or what the centre's lead has written: the script
    /// asks for the page again, and is shown it.
    #[serde(skip_serializing_if = "is_no")]
    news: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tasks: Vec<TaskBody>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks in this way")]
const fn is_no(flag: &bool) -> bool {
    !*flag
}

async fn answer(
    State(state): State<WebState>,
    (Path(id), Query(AnswerQuery { correct, next })): (Path<String>, Query<AnswerQuery>),
    (WorkerAt(who), language): (WorkerAt, Language),
    Turning(turn): Turning,
    Json(AnswerBody { task, answer, seconds }): Json<AnswerBody>,
) -> Result<Response, AppError> {
    if let Ok(exercise) = task.parse::<PracticeTask>() {
        let wish = (exercise, answer.get().to_owned());
        return practice::judged(&state, (who.actor, language.texts), wish, turn).await;
    }
    let id = id.parse().map_err(|_| AppError::not_there())?;
    let task = task.parse().map_err(|_| AppError::not_there())?;
    let given = Given { id, task, body: answer.get().to_owned(), millis: millis(seconds) };
    let wish = Wish { given, correct: correct == 1, next };
    let unread = who.unread;
    let Told { receipt, batch, news } = take(&state.app, who.actor, wish, turn).await?;
    let tasks = batch.map(|batch| batch.bodies(language.texts)).transpose()?.unwrap_or_default();
    let state = if receipt.accepted { "accepted" } else { "waiting" };
    let body =
        ReceiptBody { state, late: receipt.late, today: Today::of(&receipt), news: news || unread, tasks };
    Ok(Json(body).into_response())
}

/// What one request about an answer wants.
#[derive(Clone)]
pub(super) struct Wish {
    pub(super) given: Given,
    pub(super) correct: bool,
    pub(super) next: u32,
}

/// What came of it.
pub(super) struct Told {
    pub(super) receipt: Receipt,
    pub(super) batch: Option<Batch>,
    /// Whether the instructions changed since the worker read them.
    pub(super) news: bool,
}

/// Takes an answer, or a correction, and lends what is wanted next.
pub(super) async fn take(app: &App, actor: Actor, wish: Wish, turn: Turn) -> Result<Told, WorkError> {
    let (inner, asking, wished, now) = (app.clone(), actor.clone(), wish.clone(), turn.clone());
    let done = app.db.write(move |tx| one_turn(tx, &inner, &asking, &wished, &now)).await;
    if matches!(done, Err(WorkError::OtherBytes)) {
        app.db.write(move |tx| work::keep_other_bytes(tx, &actor, &wish.given, &turn)).await?;
    }
    done
}

fn one_turn(
    tx: &mut Tx<'_>,
    app: &App,
    actor: &Actor,
    Wish { given, correct, next }: &Wish,
    turn: &Turn,
) -> Result<Told, WorkError> {
    let taken = if *correct {
        let before = given_before(tx, app, actor, given.task)?;
        let receipt = work::correct(tx, &app.projects, actor, (before, &given.body), turn)?;
        let (project, stage) = work::place_of(tx, given.task)?;
        let (permit, head) = work::enter(tx, &app.projects, actor, project)?;
        Taken { receipt, permit, head, stage }
    } else {
        work::take(tx, &app.projects, actor, given, turn)?
    };
    let receipt = taken.receipt.clone();
    let version = instructions::read_version(tx, actor.person, &taken.head)?;
    let news = version < taken.head.terms.instructions;
    if *next == 0 {
        return Ok(Told { receipt, batch: None, news });
    }
    match lend_after(tx, taken, *next, turn) {
        // The answer counts even when nothing is lent any more.
        Err(WorkError::NotRunning(_) | WorkError::ReadFirst) => Ok(Told { receipt, batch: None, news }),
        other => Ok(Told { receipt, batch: Some(other?), news }),
    }
}

/// The answer that a correction stands for: the one the person gave for the task.
fn given_before(
    tx: &mut Tx<'_>,
    app: &App,
    actor: &Actor,
    task: Id<kind::Task>,
) -> Result<Id<kind::Answer>, WorkError> {
    let (project, _) = work::place_of(tx, task)?;
    let permit = work::permit(tx, actor, project)?;
    let shown = work::show(tx, &app.projects, &permit, task)?;
    shown.given.map(|(id, _)| id).ok_or(WorkError::NotThere)
}

/// Seconds as the browser counts them, in whole milliseconds; nonsense counts as none.
fn millis(seconds: f64) -> i64 {
    let whole = seconds.clamp(0.0, 86_400.0) * 1_000.0;
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "clamped above; NaN becomes 0"
    )]
    let millis = whole as i64;
    millis
}

#[derive(Debug, Serialize)]
struct TakenBack {
    task: String,
}

async fn take_back(
    State(state): State<WebState>,
    Named(id): Named<kind::Answer>,
    WorkerAt(who): WorkerAt,
    Turning(turn): Turning,
) -> Result<Json<TakenBack>, AppError> {
    let projects = state.app.projects.clone();
    let task = state.app.db.write(move |tx| work::take_back(tx, &projects, &who.actor, id, &turn)).await?;
    Ok(Json(TakenBack { task: task.to_string() }))
}

async fn heartbeat(
    State(state): State<WebState>,
    Path(task): Path<String>,
    WorkerAt(who): WorkerAt,
    Turning(turn): Turning,
) -> Result<StatusCode, AppError> {
    let (person, task) = (who.actor.person, task.parse::<Id<kind::Task>>().ok());
    let beat = state.app.db.write(move |tx| {
        work::extend(tx, person, &turn)?;
        task.map_or(Ok(false), |task| work::was_taken_back(tx, person, task))
    });
    if beat.await? {
        let says = "This task was given to somebody else. What you wrote is kept.";
        return Err(AppError::new(StatusCode::GONE, "task_taken_back", says));
    }
    Ok(StatusCode::NO_CONTENT)
}
