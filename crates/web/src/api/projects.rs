//! Projects: list, make, look, start, pause, resume, cancel, assign.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use kazi_app::Turn;
use kazi_app::listing::Ask;
use kazi_app::network;
use kazi_app::projects::draft::{self, Draft};
use kazi_app::projects::life;
use kazi_app::projects::list::{self as listing, Sort, Whose};
use kazi_app::projects::view;
use kazi_app::projects::{self, ProjectError};
use kazi_domain::policy::{Can, ManageProject, ViewProject};
use kazi_domain::{Currency, Id, Money, kind};
use serde::Deserialize;
use serde_json::Value;

use super::sent::Sent;
use super::shown::{Made, ProjectList, ProjectRow, ProjectShown, ServiceShown};
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static SERVICES: Route = Route::get("/api/v1/services", Who::Api);
static LIST: Route = Route::get("/api/v1/projects", Who::Api);
static CREATE: Route = Route::post("/api/v1/projects", Who::Api);
static GET: Route = Route::get("/api/v1/projects/{project}", Who::Api);
static START: Route = Route::post("/api/v1/projects/{project}/start", Who::Api);
static PAUSE: Route = Route::post("/api/v1/projects/{project}/pause", Who::Api);
static RESUME: Route = Route::post("/api/v1/projects/{project}/resume", Who::Api);
static CANCEL: Route = Route::post("/api/v1/projects/{project}/cancel", Who::Api);
static ASSIGN: Route = Route::put("/api/v1/projects/{project}/centres", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    routes
        .add(&SERVICES, services)
        .add(&LIST, list)
        .add(&CREATE, create)
        .add(&GET, get)
        .add(&START, start)
        .add(&PAUSE, pause)
        .add(&RESUME, resume)
        .add(&CANCEL, cancel)
        .add(&ASSIGN, assign)
}

/// The services that this Kazi sells, each with its settings' form and defaults.
#[utoipa::path(get, path = "/api/v1/services", responses((status = 200, body = Vec<ServiceShown>)))]
pub(super) async fn services(_: StaffMember) -> Json<Vec<ServiceShown>> {
    let shown = |service: &dyn kazi_services::AnyService| ServiceShown {
        key: service.key(),
        about: service.about().into(),
        settings: service.spec_schema(),
        defaults: service.default_spec(),
    };
    Json(kazi_services::registry().iter().map(|service| shown(&**service)).collect())
}

/// Which rows of a list, and how many.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Part of a name, in any case.
    #[serde(default)]
    #[param(required = false)]
    search: String,
    /// What the page before gave as `next`.
    after: Option<String>,
    /// 1 to 200; 50 where it is left out.
    #[param(minimum = 1, maximum = 200)]
    rows: Option<u32>,
}

impl ListQuery {
    pub(super) fn ask(self) -> Result<Ask, AppError> {
        let wrong =
            |_| AppError::new(StatusCode::BAD_REQUEST, "after", "`after` must be what the page before gave.");
        let after = self.after.map(|after| after.parse()).transpose().map_err(wrong)?;
        Ok(Ask { search: self.search, after, rows: self.rows.unwrap_or(50) })
    }
}

/// The projects that one may see, newest first, a page at a time.
#[utoipa::path(get, path = "/api/v1/projects", params(ListQuery), responses((status = 200, body = ProjectList)))]
pub(super) async fn list(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Query(query): Query<ListQuery>,
) -> Result<Json<ProjectList>, AppError> {
    let ask = query.ask()?;
    let found = state
        .app
        .db
        .read(move |read| -> Result<_, AppError> {
            if let Some(all) = network::may_manage(&who.actor) {
                return Ok(listing::list(read, Whose::All(&all), Sort::Newest, &ask)?);
            }
            let own = projects::may_list(read, &who.actor, who.actor.organisation)?;
            Ok(listing::list(read, Whose::Organisation(&own), Sort::Newest, &ask)?)
        })
        .await?;
    let projects = found.rows.iter().map(ProjectRow::from).collect();
    Ok(Json(ProjectList { projects, next: found.next.map(|next| next.to_string()) }))
}

/// What a project is made from.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
pub(super) struct NewProject {
    /// The client's organisation; one's own where it is left out.
    #[schema(value_type = Option<String>)]
    organisation: Option<Id<kind::Organisation>>,
    service: String,
    name: String,
    /// The service's settings; what is left out takes its default.
    #[serde(default)]
    spec: serde_json::Map<String, Value>,
    #[serde(default)]
    instructions: String,
    #[schema(value_type = String)]
    currency: Currency,
    /// One answer in this many is asked for a known truth, once there are such; 0 for never, 20 where it is left out.
    #[serde(default = "usual_gold")]
    gold_every: u32,
    /// What one answer at a stage pays, such as `{"type": "0.80"}`.
    #[serde(default)]
    pay: BTreeMap<String, String>,
}

/// Amounts as they are written, in millionths.
pub(super) fn paid(
    pay: BTreeMap<String, String>,
    currency: Currency,
) -> Result<BTreeMap<String, i64>, AppError> {
    let wrong = |error: kazi_domain::MoneyError| {
        AppError::new(StatusCode::UNPROCESSABLE_ENTITY, "pay", error.to_string())
    };
    let micros = |(stage, amount): (String, String)| Ok((stage, Money::parse(&amount, currency)?.micros));
    pay.into_iter().map(micros).collect::<Result<_, kazi_domain::MoneyError>>().map_err(wrong)
}

/// As the form of a new project has it.
fn usual_gold() -> u32 {
    draft::USUAL_GOLD
}

impl NewProject {
    fn draft(self) -> Result<(Option<Id<kind::Organisation>>, Draft), AppError> {
        let Self { organisation, service, name, spec, instructions, currency, gold_every, pay } = self;
        let pay = paid(pay, currency)?;
        let spec = Value::Object(spec).to_string();
        Ok((organisation, Draft { service, name, spec, instructions, currency, gold_every, pay }))
    }
}

/// Makes a project, as a draft.
#[utoipa::path(post, path = "/api/v1/projects", request_body = NewProject, responses((status = 201, body = Made), (status = 404), (status = 422)))]
pub(super) async fn create(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Turning(turn): Turning,
    Sent(new): Sent<NewProject>,
) -> Result<(StatusCode, Json<Made>), AppError> {
    let (organisation, draft) = new.draft()?;
    let organisation = organisation.unwrap_or(who.actor.organisation);
    let id = state
        .app
        .db
        .write(move |tx| -> Result<_, AppError> {
            let can = projects::may_create(tx, &who.actor, organisation)?;
            Ok(draft::create(tx, &can, &draft, &turn)?)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(Made::of(id))))
}

pub(super) fn id(text: &str) -> Result<Id<kind::Project>, AppError> {
    text.parse().map_err(|_| AppError::not_there())
}

/// One project: its stages, files and cost.
#[utoipa::path(get, path = "/api/v1/projects/{project}", params(("project" = String, Path)), responses((status = 200, body = ProjectShown), (status = 404)))]
pub(super) async fn get(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
    Turning(turn): Turning,
) -> Result<Json<ProjectShown>, AppError> {
    let project = id(&project)?;
    let view = state
        .app
        .db
        .read(move |read| -> Result<_, AppError> {
            let can: Can<ViewProject> = projects::may(read, &who.actor, project)?;
            Ok(view::view(read, &can, turn.at)?)
        })
        .await?;
    Ok(Json(ProjectShown::from(&view)))
}

/// A change of a project's state.
type Change = fn(
    &mut kazi_db::Tx<'_>,
    &kazi_app::bound::Projects,
    &Can<ManageProject>,
    &Turn,
) -> Result<(), ProjectError>;

async fn change(
    state: WebState,
    StaffMember(who): StaffMember,
    project: String,
    turn: Turn,
    change: Change,
) -> Result<StatusCode, AppError> {
    let (project, all) = (id(&project)?, state.app.projects.clone());
    state
        .app
        .db
        .write(move |tx| -> Result<_, AppError> {
            let can: Can<ManageProject> = projects::may(tx, &who.actor, project)?;
            Ok(change(tx, &all, &can, &turn)?)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

macro_rules! changes {
    ($($(#[$doc:meta])* $name:ident at $path:literal is $how:expr;)*) => {
        $($(#[$doc])*
        #[utoipa::path(post, path = $path, params(("project" = String, Path)), responses((status = 204), (status = 404), (status = 409)))]
        pub(super) async fn $name(
            State(state): State<WebState>,
            who: StaffMember,
            Path(project): Path<String>,
            Turning(turn): Turning,
        ) -> Result<StatusCode, AppError> {
            change(state, who, project, turn, $how).await
        })*
    };
}

changes! {
    /// Offers the work.
    start at "/api/v1/projects/{project}/start" is life::start;
    /// Stops offering the work for now.
    pause at "/api/v1/projects/{project}/pause" is |tx, _, can, turn| life::pause(tx, can, turn);
    /// Offers the work again.
    resume at "/api/v1/projects/{project}/resume" is |tx, _, can, turn| life::resume(tx, can, turn);
    /// Gives the project up; what was earned is paid.
    cancel at "/api/v1/projects/{project}/cancel" is |tx, _, can, turn| life::cancel(tx, can, turn);
}

/// Gives the work to these centres. For the operator.
#[utoipa::path(put, path = "/api/v1/projects/{project}/centres", params(("project" = String, Path)), request_body = Vec<String>, responses((status = 204), (status = 404), (status = 422)))]
pub(super) async fn assign(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(project): Path<String>,
    Turning(turn): Turning,
    Sent(centres): Sent<Vec<Id<kind::Centre>>>,
) -> Result<StatusCode, AppError> {
    let project = id(&project)?;
    state
        .app
        .db
        .write(move |tx| -> Result<_, AppError> {
            let can: Can<ManageProject> = projects::may(tx, &who.actor, project)?;
            let network = network::may_manage(&who.actor).ok_or_else(AppError::not_there)?;
            Ok(draft::assign(tx, &can, &network, &centres, &turn)?)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
