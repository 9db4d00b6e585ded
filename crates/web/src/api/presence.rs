//! Who is at work at a centre.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use kazi_app::Turn;
use kazi_app::presence::{self, Filter, Known, Order, Person, Place, State as Kind, Whom};
use kazi_domain::{Id, Moment, kind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::projects::ListQuery;
use super::sent::Sent;
use crate::error::AppError;
use crate::extract::{Language, StaffMember, Turning};
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::{coach, stuck, taken, watched};
use crate::state::WebState;

static TAKE_BACK: Route = Route::post("/api/v1/centres/{centre}/take-back", Who::Api);
static HERE: Route = Route::get("/api/v1/centres/{centre}/here", Who::Api);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&HERE, here).add(&TAKE_BACK, take_back)
}

/// What somebody is at.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WorkShown {
    project: String,
    project_name: String,
    stage: String,
    /// How many tasks are in hand.
    holds: i64,
    /// Since when on the present task.
    since: i64,
    /// How long an answer usually takes there, in microseconds.
    usual: i64,
}

/// How the latest answers to known truths of a service were.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KnownShown {
    service: String,
    answers: i64,
    /// The share of units that was right; missing while there is not enough evidence.
    #[schema(required)]
    right: Option<f64>,
    /// With 95 % confidence no less than this.
    #[schema(required)]
    low: Option<f64>,
    /// And no more than this.
    #[schema(required)]
    high: Option<f64>,
    /// The share that should be right.
    target: f64,
}

/// Somebody of a centre at this moment.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PresentShown {
    person: String,
    name: String,
    /// `here`, `away` or `out`.
    place: &'static str,
    /// The computer, by its name at the centre.
    #[schema(required)]
    computer: Option<String>,
    /// When they were last seen on it, to within five minutes.
    #[schema(required)]
    seen_at: Option<i64>,
    #[schema(required)]
    work: Option<WorkShown>,
    /// Answers of the centre's present day that are accepted.
    accepted_today: i64,
    /// Those that are being checked.
    waiting_today: i64,
    known: Vec<KnownShown>,
    /// Why they are stuck, in words.
    stuck: Vec<String>,
    /// Why they need coaching, in words.
    coach: Vec<String>,
}

/// People of a centre, and where the next page begins.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PresentList {
    people: Vec<PresentShown>,
    #[schema(required)]
    next: Option<String>,
}

/// Which people, and in which order.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct HereQuery {
    /// Only those who are `stuck`, need a `coach`, are `here`, `away` or `out`.
    state: Option<String>,
    /// `need` (where it is left out), `longest` or `name`.
    sort: Option<String>,
}

impl HereQuery {
    fn filter(&self) -> Filter {
        let order = match self.sort.as_deref() {
            Some("name") => Order::Name,
            Some("longest") => Order::Longest,
            _ => Order::Need,
        };
        Filter { state: self.state.as_deref().and_then(Kind::from_word), order }
    }
}

fn known(known: &Known) -> KnownShown {
    let seen = known.measured;
    KnownShown {
        service: known.service.clone(),
        answers: known.answers,
        right: seen.map(|seen| 1.0 - seen.rate),
        low: seen.map(|seen| 1.0 - seen.high),
        high: seen.map(|seen| 1.0 - seen.low),
        target: known.target,
    }
}

fn shown(person: &Person, texts: &kazi_texts::Texts) -> PresentShown {
    PresentShown {
        person: person.id.to_string(),
        name: person.shown_name.clone(),
        place: match person.place {
            Place::Here => "here",
            Place::Away => "away",
            Place::Out => "out",
        },
        computer: person.computer.as_ref().map(|(_, name, _)| name.clone()),
        seen_at: person.computer.as_ref().map(|(_, _, seen)| seen.micros()),
        work: person.work.as_ref().map(|work| WorkShown {
            project: work.project.to_string(),
            project_name: work.project_name.clone(),
            stage: work.stage.clone(),
            holds: work.holds,
            since: work.since.micros(),
            usual: work.usual.micros(),
        }),
        accepted_today: person.today.accepted,
        waiting_today: person.today.waiting,
        known: person.known.iter().map(known).collect(),
        stuck: person.stuck.iter().map(|why| stuck(texts, *why)).collect(),
        coach: person.coach.iter().map(|why| coach(texts, why)).collect(),
    }
}

/// Who is at work at a centre, on what, and who needs help. For the operator and its team leaders.
#[utoipa::path(get, path = "/api/v1/centres/{centre}/here", params(("centre" = String, Path), ListQuery, HereQuery), responses((status = 200, body = PresentList), (status = 404)))]
pub(super) async fn here(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Language { texts, .. }: Language,
    Path(centre): Path<String>,
    Query(query): Query<ListQuery>,
    Query(here): Query<HereQuery>,
) -> Result<Json<PresentList>, AppError> {
    let turn = Turn::now();
    let centre: Id<kind::Centre> = centre.parse().map_err(|_| AppError::not_there())?;
    let (ask, filter, projects) = (query.ask()?, here.filter(), state.app.projects.clone());
    let (actor, now): (_, Moment) = (who.actor.clone(), turn.at);
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can = presence::may_watch(read, &actor, centre)?;
        let people = presence::at_centre(read, &projects, &can, now)?;
        Ok(presence::list(people, filter, &ask, now))
    });
    let page = found.await?.page;
    watched(&state, &who, centre, turn).await?;
    let people = page.rows.iter().map(|person| shown(person, texts)).collect();
    Ok(Json(PresentList { people, next: page.next.map(|next| next.to_string()) }))
}

/// From whom tasks are taken back: one of these.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct WhoseTasks {
    /// One person of the centre.
    person: Option<String>,
    /// Whoever is signed in on this computer of the centre.
    computer: Option<String>,
    /// All who are `stuck`, need a `coach`, are `here`, `away` or `out`.
    state: Option<String>,
}

impl WhoseTasks {
    fn whom(&self) -> Result<Whom, AppError> {
        let there = AppError::not_there;
        match (&self.person, &self.computer, &self.state) {
            (Some(person), None, None) => Ok(Whom::Person(person.parse().map_err(|_| there())?)),
            (None, Some(computer), None) => Ok(Whom::Computer(computer.parse().map_err(|_| there())?)),
            (None, None, Some(state)) => Kind::from_word(state).map(Whom::All).ok_or_else(wrong),
            _ => Err(wrong()),
        }
    }
}

fn wrong() -> AppError {
    let says =
        "Say from whom: a `person`, a `computer`, or all of a `state` (stuck, coach, here, away, out).";
    AppError::new(StatusCode::UNPROCESSABLE_ENTITY, "whose_tasks", says)
}

/// Tasks that were taken back.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TakenShown {
    /// How many tasks.
    tasks: i64,
    /// From how many people.
    people: usize,
}

/// Takes tasks back from people of a centre, so that others get them. A late answer is still taken and paid.
#[utoipa::path(post, path = "/api/v1/centres/{centre}/take-back", params(("centre" = String, Path)), request_body = WhoseTasks, responses((status = 200, body = TakenShown), (status = 404), (status = 422)))]
pub(super) async fn take_back(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    Path(centre): Path<String>,
    Turning(turn): Turning,
    Sent(whose): Sent<WhoseTasks>,
) -> Result<Json<TakenShown>, AppError> {
    let centre: Id<kind::Centre> = centre.parse().map_err(|_| AppError::not_there())?;
    let actor = who.actor.clone();
    // Whoever may not is told nothing else.
    state.app.db.read(move |read| presence::may_take_back(read, &actor, centre).map(drop)).await?;
    let recalled = taken(&state, who.actor, (centre, whose.whom()?), turn).await?;
    Ok(Json(TakenShown { tasks: recalled.tasks(), people: recalled.people.len() }))
}
