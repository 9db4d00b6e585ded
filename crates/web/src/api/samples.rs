//! What a client does with a delivery: a sample of it, what is said of its items, accepting, sending back.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use kazi_app::acceptance::{self, AcceptanceError, Desk, Filter, Row, Said, Sample, Way};
use kazi_app::bound::Projects;
use kazi_app::{Turn, projects};
use kazi_db::Tx;
use kazi_domain::policy::{Can, JudgeDelivery, TakeDelivery};
use kazi_domain::{Id, SampleVerdict, kind};
use kazi_quality::lots::Certificate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::projects::{ListQuery, id};
use super::sent::Sent;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static DESK: Route = Route::get("/api/v1/projects/{project}/sample", Who::Api);
static DRAW: Route = Route::post("/api/v1/projects/{project}/sample", Who::Api);
static ASIDE: Route = Route::delete("/api/v1/projects/{project}/sample", Who::Api);
static ITEMS: Route = Route::get("/api/v1/projects/{project}/sample/items", Who::Api);
static SAY: Route = Route::put("/api/v1/projects/{project}/sample/items/{number}", Who::Api);
static ACCEPT: Route = Route::post("/api/v1/projects/{project}/accept", Who::Api);
static BACK: Route = Route::post("/api/v1/projects/{project}/send-back", Who::Api);
static CERTIFICATE: Route = Route::get("/api/v1/projects/{project}/certificate", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .add(&DESK, desk)
        .add(&DRAW, draw)
        .add(&ASIDE, set_aside)
        .add(&ITEMS, items)
        .add(&SAY, say)
        .add(&ACCEPT, accept)
        .add(&BACK, send_back)
        .add(&CERTIFICATE, certificate)
}

/// A sample and what was said of it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct SampleShown {
    id: String,
    delivery: String,
    /// How it was drawn: `plan`, `count`, `percent`, `worker` or `redone`.
    way: String,
    /// `open`, `set_aside`, `accepted` or `sent_back`.
    state: String,
    /// How many items could have been drawn.
    lot: i64,
    sampled: i64,
    right: i64,
    wrong: i64,
    unsure: i64,
    /// How many may be wrong, where a plan says so.
    allowed: Option<i64>,
}

impl From<&Sample> for SampleShown {
    fn from(sample: &Sample) -> Self {
        let of = sample.standing;
        Self {
            id: sample.id.to_string(),
            delivery: sample.delivery.to_string(),
            way: sample.way.clone(),
            state: sample.state.word().to_owned(),
            lot: of.lot,
            sampled: of.sampled,
            right: of.right,
            wrong: of.wrong,
            unsure: of.unsure,
            allowed: sample.allowed,
        }
    }
}

/// What a sample says of all items.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct MeasuredShown {
    /// The share of items that are right, as far as it can be told.
    accuracy: f64,
    /// The bounds of that, on both sides.
    low: f64,
    high: f64,
    /// It is at least this.
    at_least: f64,
    /// With this confidence.
    confidence: f64,
    lot: u64,
    sampled: u64,
    right: u64,
    /// How many of the wrong ones were done again and are right now.
    mended: u64,
    method: String,
}

impl From<&Certificate> for MeasuredShown {
    fn from(of: &Certificate) -> Self {
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        Self {
            accuracy: of.accuracy.value,
            low: of.accuracy.low,
            high: of.accuracy.high,
            at_least: of.at_least,
            confidence: of.confidence,
            lot: count(of.lot),
            sampled: count(of.sampled),
            right: count(of.right),
            mended: count(of.mended),
            method: of.method.to_owned(),
        }
    }
}

/// A delivery that waits for a decision.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct DeskShown {
    /// What the project is doing.
    state: String,
    /// The kind of item that is looked at.
    kind: String,
    /// How many of them there are.
    lot: u32,
    /// The sample that is being looked through, or the last one.
    sample: Option<SampleShown>,
    /// What the samples say of all items as they are now.
    measured: Option<MeasuredShown>,
}

impl From<&Desk> for DeskShown {
    fn from(desk: &Desk) -> Self {
        Self {
            state: desk.state.word().to_owned(),
            kind: desk.kind.to_owned(),
            lot: desk.lot,
            sample: desk.sample.as_ref().map(SampleShown::from),
            measured: desk.measured.as_ref().map(MeasuredShown::from),
        }
    }
}

/// What is said of one item of a sample.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct SampledShown {
    number: i64,
    item: String,
    key: String,
    file: String,
    /// `right`, `wrong` or `unsure`; nothing while nobody has looked.
    verdict: Option<String>,
    reason: String,
    note: String,
}

impl From<&Row> for SampledShown {
    fn from(row: &Row) -> Self {
        Self {
            number: row.number,
            item: row.item.to_string(),
            key: row.key.clone(),
            file: row.source.clone(),
            verdict: row.verdict.map(|verdict| verdict.word().to_owned()),
            reason: row.reason.clone(),
            note: row.note.clone(),
        }
    }
}

/// Items of a sample.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct SampledList {
    items: Vec<SampledShown>,
    /// Send it as `after` for the next page.
    next: Option<String>,
}

/// A delivery that waits for a decision, and its sample.
#[utoipa::path(get, path = "/api/v1/projects/{project}/sample", params(("project" = String, Path)), responses((status = 200, body = DeskShown), (status = 404)))]
pub(super) async fn desk(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
) -> Result<Json<DeskShown>, AppError> {
    let (project, all) = (id(&project)?, state.app.projects.clone());
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<JudgeDelivery> = projects::may(read, &who.actor, project)?;
        Ok(acceptance::desk(read, &all, &can)?)
    });
    Ok(Json(DeskShown::from(&found.await?)))
}

/// How to draw a sample.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct DrawBody {
    /// `plan`, `count`, `percent`, `worker` or `redone`.
    way: String,
    /// How many, or how many of a hundred.
    #[serde(default)]
    number: u32,
}

/// Draws a sample of what was delivered.
#[utoipa::path(post, path = "/api/v1/projects/{project}/sample", params(("project" = String, Path)), request_body = DrawBody, responses((status = 201, body = DeskShown), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn draw(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
    Turning(turn): Turning,
    Sent(DrawBody { way, number }): Sent<DrawBody>,
) -> Result<(StatusCode, Json<DeskShown>), AppError> {
    let no_way = "write how to draw the sample: plan, count, percent, worker or redone";
    let way = Way::of(&way, number)
        .ok_or_else(|| AppError::new(StatusCode::UNPROCESSABLE_ENTITY, "sample_way", no_way))?;
    crate::staff::drawn(&state, &who, id(&project)?, (way, turn)).await?;
    let Json(shown) = desk(State(state), StaffMember(who), Path(project)).await?;
    Ok((StatusCode::CREATED, Json(shown)))
}

/// Items of the sample that is being looked through, or of the last one.
#[utoipa::path(get, path = "/api/v1/projects/{project}/sample/items", params(("project" = String, Path), ListQuery), responses((status = 200, body = SampledList), (status = 404)))]
pub(super) async fn items(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Json<SampledList>, AppError> {
    let (project, ask, all) = (id(&project)?, query.ask()?, state.app.projects.clone());
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<JudgeDelivery> = projects::may(read, &who.actor, project)?;
        let sample = acceptance::desk(read, &all, &can)?.sample.ok_or(AcceptanceError::NotThere)?;
        Ok(acceptance::rows(read, &can, sample.id, (Filter::All, &ask))?)
    });
    let found = found.await?;
    let items = found.rows.iter().map(SampledShown::from).collect();
    Ok(Json(SampledList { items, next: found.next.map(|next| next.to_string()) }))
}

/// What is said of an item.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct SayBody {
    /// The sample, so that nothing is said of another one.
    sample: String,
    /// `right`, `wrong` or `unsure`.
    #[schema(value_type = String)]
    verdict: SampleVerdict,
    /// What is wrong: `wrong`, `missing`, `extra`, `layout`, `rules` or `other`.
    #[serde(default)]
    reason: String,
    /// More about it.
    #[serde(default)]
    note: String,
}

/// Says what an item of the sample is; it can be said anew until the sample is closed.
#[utoipa::path(put, path = "/api/v1/projects/{project}/sample/items/{number}", params(("project" = String, Path), ("number" = i64, Path)), request_body = SayBody, responses((status = 204), (status = 404), (status = 409), (status = 422)))]
pub(super) async fn say(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path((project, number)): Path<(String, String)>,
    Turning(turn): Turning,
    Sent(SayBody { sample, verdict, reason, note }): Sent<SayBody>,
) -> Result<StatusCode, AppError> {
    let project = id(&project)?;
    let sample: Id<kind::Sample> = sample.parse().map_err(|_| AppError::not_there())?;
    let number: i64 = number.parse().map_err(|_| AppError::not_there())?;
    let said = Said { verdict, reason, note };
    let kept = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<JudgeDelivery> = projects::may(tx, &who.actor, project)?;
        Ok(acceptance::say(tx, &can, (sample, number), &said, &turn)?)
    });
    kept.await?;
    Ok(StatusCode::NO_CONTENT)
}

type Change = fn(&mut Tx<'_>, &Projects, &Can<JudgeDelivery>, &Turn) -> Result<(), AcceptanceError>;

/// What each change of a delivery is asked with.
type Asked = (State<WebState>, StaffMember, Path<String>, Turning);

async fn change(asked: Asked, change: Change) -> Result<StatusCode, AppError> {
    let (State(state), StaffMember(who), Path(project), Turning(turn)) = asked;
    let (project, all) = (id(&project)?, state.app.projects.clone());
    let changed = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<JudgeDelivery> = projects::may(tx, &who.actor, project)?;
        Ok(change(tx, &all, &can, &turn)?)
    });
    changed.await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sets the sample aside that is being looked through.
#[utoipa::path(delete, path = "/api/v1/projects/{project}/sample", params(("project" = String, Path)), responses((status = 204), (status = 404), (status = 409)))]
pub(super) async fn set_aside(asked: Asked) -> Result<StatusCode, AppError> {
    change(asked, |tx, _, can, turn| acceptance::set_aside(tx, can, turn)).await
}

/// Accepts what was delivered.
#[utoipa::path(post, path = "/api/v1/projects/{project}/accept", params(("project" = String, Path)), responses((status = 204), (status = 404), (status = 409)))]
pub(super) async fn accept(asked: Asked) -> Result<StatusCode, AppError> {
    change(asked, |tx, _, can, turn| acceptance::accept(tx, can, turn)).await
}

/// Sends back what the sample found wrong.
#[utoipa::path(post, path = "/api/v1/projects/{project}/send-back", params(("project" = String, Path)), responses((status = 204), (status = 404), (status = 409)))]
pub(super) async fn send_back(asked: Asked) -> Result<StatusCode, AppError> {
    change(asked, |tx, all, can, turn| acceptance::send_back(tx, all, can, turn).map(drop)).await
}

/// What a certificate says.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct CertificateShown {
    delivery: String,
    /// When the client accepted, in microseconds since 1970.
    accepted_at: i64,
    /// How often the project was delivered until then.
    rounds: i64,
    /// How many samples were set aside.
    set_aside: i64,
    /// What was measured; nothing where the client looked at no sample.
    measured: Option<MeasuredShown>,
    /// The sample that it rests on: `id`, and the `seed` that drew it, as a text of digits.
    sample: Option<Value>,
}

/// The certificate of an accepted project.
#[utoipa::path(get, path = "/api/v1/projects/{project}/certificate", params(("project" = String, Path)), responses((status = 200, body = CertificateShown), (status = 404)))]
pub(super) async fn certificate(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
) -> Result<Json<CertificateShown>, AppError> {
    let project = id(&project)?;
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<TakeDelivery> = projects::may(read, &who.actor, project)?;
        Ok(acceptance::accepted(read, &can)?)
    });
    let of = found.await?.ok_or_else(AppError::not_there)?;
    let sample = of.sample.map(|(id, seed)| serde_json::json!({"id": id, "seed": seed.to_string()}));
    Ok(Json(CertificateShown {
        delivery: of.delivery.to_string(),
        accepted_at: of.at.micros(),
        rounds: of.rounds,
        set_aside: of.set_aside,
        measured: of.certificate.as_ref().map(MeasuredShown::from),
        sample,
    }))
}
