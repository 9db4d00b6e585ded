//! A project's pilot: begun, looked at, and the rest opened.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kazi_app::access::SignedIn;
use kazi_app::bound::Head;
use kazi_app::listing::{Ask, Page};
use kazi_app::projects::pilot::{self, Outlook, Pilot, PilotItem};
use kazi_app::projects::{self, View};
use kazi_app::{Turn, now};
use kazi_domain::policy::{Can, ManageProject, ViewProject};
use kazi_domain::{Currency, Id, kind};
use kazi_texts::Texts;

use super::confirm::Confirm;
use super::nav::Here;
use super::parts::ListQuery;
use super::project::show_again;
use super::sample::{finished, seed, with_pictures};
use super::typed::Typed;
use super::words::{Clock, count, money, named};
use super::{again, id, see, told};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static SHOW: Route = Route::get("/projects/{project}/pilot", Who::Staff);
static BEGIN: Route = Route::post("/projects/{project}/pilot", Who::Staff);
static ASK: Route = Route::get("/projects/{project}/open-rest", Who::Staff);
static OPEN: Route = Route::post("/projects/{project}/open-rest", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&SHOW, show).add(&BEGIN, begin).add(&ASK, ask).add(&OPEN, open_rest)
}

#[derive(Debug)]
struct Row {
    key: String,
    source: String,
    shown: String,
}

#[derive(Debug, Template)]
#[template(path = "staff/pilot.html")]
struct PilotPage {
    frame: Frame,
    here: Here,
    id: Id<kind::Project>,
    name: String,
    problems: Vec<String>,
    title: String,
    progress: String,
    done: bool,
    /// What all will cost: the amount, its interval, what it is told from.
    cost: Option<(String, String, String)>,
    forecast: Option<String>,
    hours: Vec<String>,
    rows: Vec<Row>,
    search: String,
    next: Option<String>,
}

struct Found {
    view: View,
    pilot: Pilot,
    page: Page<PilotItem>,
    head: Head,
}

async fn find(
    state: &WebState,
    who: &SignedIn,
    project: Id<kind::Project>,
    query: &ListQuery,
) -> Result<Found, AppError> {
    let ask = Ask { rows: 10, ..query.ask()? };
    let (actor, all) = (who.actor.clone(), state.app.projects.clone());
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<ViewProject> = projects::may(read, &actor, project)?;
        let pilot = pilot::look(read, &can)?.ok_or_else(AppError::not_there)?;
        let view = projects::view::view(read, &can, now())?;
        let page = pilot::items(read, &all, &can, &ask)?;
        Ok(Found { view, pilot, page, head: all.head(read, project)? })
    });
    found.await
}

fn cost(texts: &Texts, of: &Outlook, currency: Currency) -> (String, String, String) {
    let between = texts.pilot_between(money(of.low, currency), money(of.high, currency));
    (money(of.cost, currency), between, texts.pilot_from(count(of.from)))
}

fn rows(found: &Found, texts: &Texts) -> Result<Vec<Row>, AppError> {
    let row = |item: &PilotItem| {
        let shown = match &item.outcome {
            Some(outcome) => finished(&found.head, (&item.key, &item.body, None), outcome, texts)?,
            None => String::new(),
        };
        Ok(Row { key: item.key.clone(), source: item.source.clone(), shown })
    };
    found.page.rows.iter().map(row).collect()
}

fn pilot_page(
    frame: Frame,
    found: Found,
    (query, problems): (&ListQuery, Vec<String>),
) -> Result<PilotPage, AppError> {
    let (texts, clock, rows) = (frame.texts, Clock::of(&frame), rows(&found, frame.texts)?);
    let Found { view, pilot, page, .. } = found;
    let hours = view.stages.iter().filter_map(|stage| {
        let hour = money(stage.pay_an_hour()?, view.currency);
        Some(texts.pilot_pay_stage(named(texts, "stage", &stage.key), hour))
    });
    let title = match (pilot.running, pilot.is_done()) {
        (_, true) => texts.pilot_done(),
        (true, _) => texts.pilot_running(),
        _ => texts.pilot_over(),
    };
    Ok(PilotPage {
        here: Here::Projects,
        id: view.id,
        problems,
        title,
        progress: texts.pilot_progress(count(pilot.finished), count(pilot.items)),
        done: pilot.is_done(),
        cost: pilot.outlook.as_ref().map(|outlook| cost(texts, outlook, view.currency)),
        forecast: view.forecast.map(|at| clock.day(at)),
        hours: hours.collect(),
        rows,
        search: query.search.trim().to_owned(),
        next: query.next(&format!("/projects/{}/pilot", view.id), page.next),
        name: view.name,
        frame,
    })
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Response, AppError> {
    let found = find(&state, &who, id(&project)?, &query).await?;
    let shown = pilot_page(frame, found, (&query, Vec::new()))?;
    let html: String = shown.rows.iter().map(|row| row.shown.as_str()).collect();
    Ok(with_pictures(page(&shown)?, &html))
}

/// Draws a pilot of so many items and starts it.
pub(crate) async fn begun(
    state: &WebState,
    who: &SignedIn,
    project: Id<kind::Project>,
    (size, turn): (u32, Turn),
) -> Result<(), AppError> {
    let (actor, seed) = (who.actor.clone(), seed());
    let drawn = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<ManageProject> = projects::may(read, &actor, project)?;
        Ok(pilot::drawn(read, &can, (size, seed))?)
    });
    let (drawn, actor, all) = (drawn.await?, who.actor.clone(), state.app.projects.clone());
    let begun = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<ManageProject> = projects::may(tx, &actor, project)?;
        Ok(pilot::begin(tx, &all, &can, &drawn, &turn)?)
    });
    begun.await
}

async fn begin(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let project: Id<kind::Project> = id(&project)?;
    let size = typed.get("items").parse().unwrap_or(0);
    match begun(&state, &who, project, (size, turn.clone())).await {
        Ok(()) => Ok(see(&format!("/projects/{project}"))),
        Err(error) => show_again(&state, &who, (frame, turn), project, vec![told(error)?]).await,
    }
}

async fn ask(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
) -> Result<Response, AppError> {
    let project: Id<kind::Project> = id(&project)?;
    find(&state, &who, project, &ListQuery::default()).await?;
    let texts = frame.texts;
    let ask = Confirm {
        here: Here::Projects,
        title: texts.pilot_open_title(),
        sentence: texts.pilot_open_more(),
        button: texts.pilot_open_button(),
        action: format!("/projects/{project}/open-rest"),
        says: None,
        back: format!("/projects/{project}/pilot"),
        frame,
    };
    ask.page()
}

/// Opens everything that is not of the pilot.
pub(crate) async fn opened(
    state: &WebState,
    who: &SignedIn,
    project: Id<kind::Project>,
    turn: Turn,
) -> Result<(), AppError> {
    let actor = who.actor.clone();
    let opened = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<ManageProject> = projects::may(tx, &actor, project)?;
        Ok(pilot::open_rest(tx, &can, &turn)?)
    });
    opened.await
}

async fn open_rest(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let project: Id<kind::Project> = id(&project)?;
    let Err(error) = opened(&state, &who, project, turn).await else {
        return Ok(see(&format!("/projects/{project}")));
    };
    let query = ListQuery::default();
    let found = find(&state, &who, project, &query).await?;
    again(&pilot_page(frame, found, (&query, vec![told(error)?]))?)
}
