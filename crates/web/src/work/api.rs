//! What the task screen's script asks for. The hot path of the whole program: one read says who asks, one
//! write takes the answer and lends what comes next.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use kazi_app::Turn;
use kazi_app::bound::Head;
use kazi_app::work::{self, Given, Lent, Permit, Receipt, Refused, Shown, WorkError};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Money, kind};
use kazi_texts::Texts;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::task::{TaskBody, body};
use crate::error::AppError;
use crate::extract::{Language, Turning, WorkerAt};
use crate::route::{Rate, Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static NEXT: Route = Route::get("/work/{project}/{stage}/next", Who::Worker).rate(Rate::Work);
static ANSWER: Route = Route::put("/work/answers/{answer}", Who::Worker).rate(Rate::Work);
static TAKE_BACK: Route = Route::delete("/work/answers/{answer}", Who::Worker).rate(Rate::Work);
static SKIP: Route = Route::post("/work/tasks/{task}/skip", Who::Worker).rate(Rate::Work);
static REPORT: Route = Route::post("/work/tasks/{task}/report", Who::Worker).rate(Rate::Work);
static HEARTBEAT: Route = Route::post("/work/tasks/{task}/heartbeat", Who::Worker).rate(Rate::Work);

pub(crate) fn add(routes: Routes) -> Routes {
    routes
        .add(&NEXT, next)
        .add(&ANSWER, answer)
        .add(&TAKE_BACK, take_back)
        .add(&SKIP, skip)
        .add(&REPORT, report)
        .add(&HEARTBEAT, heartbeat)
}

/// How many tasks to fetch ahead.
#[derive(Debug, Deserialize)]
struct Count {
    #[serde(default = "eight")]
    count: u32,
}

const fn eight() -> u32 {
    8
}

/// The money of today, in words.
#[derive(Debug, Serialize)]
pub(crate) struct Today {
    accepted: String,
    waiting: String,
}

#[derive(Debug, Serialize)]
struct NextBody {
    tasks: Vec<TaskBody>,
}

/// Tasks with what their screens need, as one transaction saw them.
type Batch = (Head, Vec<(Lent, Shown)>);

fn lend(
    tx: &mut kazi_db::Tx<'_>,
    state: &WebState,
    permit: &Permit,
    (stage, count): (&str, u32),
    turn: &Turn,
) -> Result<Batch, WorkError> {
    let projects = &state.app.projects;
    let lent = work::next(tx, projects, permit, stage, count, turn)?;
    let head = projects.head(tx, permit.can.subject())?;
    let shown = lent
        .into_iter()
        .map(|lent| Ok((lent, work::show(tx, projects, permit, lent.task)?)))
        .collect::<Result<_, WorkError>>()?;
    Ok((head, shown))
}

fn bodies((head, shown): &Batch, texts: &Texts) -> Result<Vec<TaskBody>, AppError> {
    shown.iter().map(|(lent, shown)| body(head, lent, shown, texts)).collect()
}

async fn next(
    State(state): State<WebState>,
    Path((project, stage)): Path<(String, String)>,
    Query(Count { count }): Query<Count>,
    WorkerAt(who): WorkerAt,
    Language { texts, .. }: Language,
    Turning(turn): Turning,
) -> Result<Json<NextBody>, AppError> {
    let project: Id<kind::Project> = project.parse().map_err(|_| AppError::not_there())?;
    let inner = state.clone();
    let batch = state
        .app
        .db
        .write(move |tx| {
            let permit = work::permit(tx, &who.actor, project)?;
            lend(tx, &inner, &permit, (&stage, count), &turn)
        })
        .await?;
    Ok(Json(NextBody { tasks: bodies(&batch, texts)? }))
}

/// What the browser sends for an answer.
#[derive(Debug, Deserialize)]
struct AnswerBody {
    task: Id<kind::Task>,
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tasks: Vec<TaskBody>,
}

impl ReceiptBody {
    fn new(receipt: &Receipt, tasks: Vec<TaskBody>) -> Self {
        let money = |micros| Money::new(micros, receipt.currency).to_string();
        let today = Today { accepted: money(receipt.accepted_today), waiting: money(receipt.held_today) };
        let state = if receipt.accepted { "accepted" } else { "waiting" };
        Self { state, late: receipt.late, today, tasks }
    }
}

async fn answer(
    State(state): State<WebState>,
    (Path(id), Query(AnswerQuery { correct, next })): (Path<String>, Query<AnswerQuery>),
    (WorkerAt(who), Language { texts, .. }): (WorkerAt, Language),
    Turning(turn): Turning,
    Json(AnswerBody { task, answer, seconds }): Json<AnswerBody>,
) -> Result<Json<ReceiptBody>, AppError> {
    let id = id.parse().map_err(|_| AppError::not_there())?;
    let given = Given { id, task, body: answer.get().to_owned(), millis: millis(seconds) };
    let wish = Wish { given, correct: correct == 1, next };
    let (receipt, batch) = take(&state, who.actor, wish, turn).await?;
    let tasks = batch.map(|batch| bodies(&batch, texts)).transpose()?.unwrap_or_default();
    Ok(Json(ReceiptBody::new(&receipt, tasks)))
}

/// What one request about an answer wants.
#[derive(Clone)]
struct Wish {
    given: Given,
    correct: bool,
    next: u32,
}

async fn take(
    state: &WebState,
    actor: Actor,
    wish: Wish,
    turn: Turn,
) -> Result<(Receipt, Option<Batch>), AppError> {
    let (inner, asking, wished, now) = (state.clone(), actor.clone(), wish.clone(), turn.clone());
    let done = state.app.db.write(move |tx| one_turn(tx, &inner, &asking, &wished, &now)).await;
    if matches!(done, Err(WorkError::OtherBytes)) {
        state.app.db.write(move |tx| work::keep_other_bytes(tx, &actor, &wish.given, &turn)).await?;
    }
    Ok(done?)
}

fn one_turn(
    tx: &mut kazi_db::Tx<'_>,
    state: &WebState,
    actor: &Actor,
    Wish { given, correct, next }: &Wish,
    turn: &Turn,
) -> Result<(Receipt, Option<Batch>), WorkError> {
    let projects = &state.app.projects;
    let receipt = if *correct {
        work::correct(tx, projects, actor, (given.id, &given.body), turn)?
    } else {
        work::answer(tx, projects, actor, given, turn)?
    };
    if *next == 0 {
        return Ok((receipt, None));
    }
    let (project, stage) = work::place_of(tx, given.task)?;
    let permit = work::permit(tx, actor, project)?;
    let batch = match lend(tx, state, &permit, (&stage, *next), turn) {
        // The answer counts even when nothing is lent any more.
        Err(WorkError::NotRunning(_)) => None,
        other => Some(other?),
    };
    Ok((receipt, batch))
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
    Path(id): Path<String>,
    WorkerAt(who): WorkerAt,
    Turning(turn): Turning,
) -> Result<Json<TakenBack>, AppError> {
    let id = id.parse().map_err(|_| AppError::not_there())?;
    let projects = state.app.projects.clone();
    let task = state.app.db.write(move |tx| work::take_back(tx, &projects, &who.actor, id, &turn)).await?;
    Ok(Json(TakenBack { task: task.to_string() }))
}

#[derive(Debug, Deserialize)]
struct Reason {
    #[serde(default)]
    reason: String,
}

async fn skip(
    state: State<WebState>,
    task: Path<String>,
    who: WorkerAt,
    turn: Turning,
    Json(reason): Json<Reason>,
) -> Result<StatusCode, AppError> {
    refuse(state, task, who, turn, (Refused::Skip, reason.reason)).await
}

async fn report(
    state: State<WebState>,
    task: Path<String>,
    who: WorkerAt,
    turn: Turning,
    Json(reason): Json<Reason>,
) -> Result<StatusCode, AppError> {
    refuse(state, task, who, turn, (Refused::Report, reason.reason)).await
}

async fn refuse(
    State(state): State<WebState>,
    Path(task): Path<String>,
    WorkerAt(who): WorkerAt,
    Turning(turn): Turning,
    (how, reason): (Refused, String),
) -> Result<StatusCode, AppError> {
    let task = task.parse().map_err(|_| AppError::not_there())?;
    state.app.db.write(move |tx| work::refuse(tx, &who.actor, task, (how, &reason), &turn)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn heartbeat(
    State(state): State<WebState>,
    Path(_): Path<String>,
    WorkerAt(who): WorkerAt,
    Turning(turn): Turning,
) -> Result<StatusCode, AppError> {
    state.app.db.write(move |tx| work::extend(tx, who.actor.person, &turn)).await?;
    Ok(StatusCode::NO_CONTENT)
}
