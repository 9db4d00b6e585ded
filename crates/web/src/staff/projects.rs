//! The list of projects, with the one that needs the reader first as a sentence.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use kazi_app::access::SignedIn;
use kazi_app::listing::{Ask, Page};
use kazi_app::projects::list::{self, Listed, Sort, Whose};
use kazi_app::{network, projects, talk};
use kazi_db::Read;
use kazi_domain::policy::{Can, MendProject};
use kazi_domain::{ProjectState, Role};
use kazi_texts::Texts;

use super::nav::Here;
use super::parts::{Bar, Chip, ListQuery, Tools};
use super::words::{Clock, count, money, named};
use crate::door::page;
use crate::error::AppError;
use crate::extract::StaffMember;
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static LIST: Route = Route::get("/projects", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&LIST, show)
}

/// What needs the reader first.
#[derive(Debug)]
struct Need {
    sentence: String,
    more: String,
    button: String,
    address: String,
}

#[derive(Debug)]
struct Row {
    address: String,
    name: String,
    about: String,
    chip: Chip,
    bar: Option<Bar>,
    done: String,
    cost: String,
    made: String,
}

#[derive(Debug, Template)]
#[template(path = "staff/projects.html")]
struct ListPage {
    frame: Frame,
    here: Here,
    tools: Tools,
    plain: bool,
    need: Option<Need>,
    /// How many questions wait for the reader, as a sentence.
    questions: Option<String>,
    rows: Vec<Row>,
    /// Whether its script asks for what is new.
    is_moving: bool,
    next: Option<String>,
}

/// A page of the projects that somebody may see, and what needs them first.
fn find(read: &mut Read<'_>, who: &SignedIn, (sort, ask): (Sort, &Ask)) -> Result<Page<Listed>, AppError> {
    if let Some(all) = network::may_manage(&who.actor) {
        return Ok(list::list(read, Whose::All(&all), sort, ask)?);
    }
    if !who.actor.roles.has(Role::Client) {
        return Err(AppError::not_there());
    }
    let own = projects::may_list(read, &who.actor, who.actor.organisation)?;
    Ok(list::list(read, Whose::Organisation(&own), sort, ask)?)
}

/// The first running project with items that wait for the reader's hand.
fn first_stuck(read: &mut Read<'_>, who: &SignedIn, rows: &[Listed]) -> Result<Option<usize>, AppError> {
    if !who.actor.roles.has(Role::Operator) {
        return Ok(None);
    }
    for (place, row) in rows.iter().enumerate().filter(|(_, row)| row.state == ProjectState::Running) {
        let can: Can<MendProject> = projects::may(read, &who.actor, row.id)?;
        let one = Ask { rows: 1, ..Ask::default() };
        if !projects::trouble::stuck(read, &can, &one)?.rows.is_empty() {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

/// What needs the reader first: a delivery that failed, then items that are stuck, then a delivery that
/// waits to be accepted, then a draft.
fn need(texts: &Texts, rows: &[Listed], stuck: Option<usize>) -> Option<Need> {
    let of = |state| rows.iter().find(|row| row.state == state);
    let name = |row: &Listed| row.name.clone();
    let address = |row: &Listed| format!("/projects/{}", row.id);
    if let Some(row) = of(ProjectState::Failed) {
        let (sentence, more) = (texts.need_failed(name(row)), texts.need_failed_more());
        return Some(Need { sentence, more, button: texts.need_failed_button(), address: address(row) });
    }
    if let Some(row) = stuck.and_then(|place| rows.get(place)) {
        let (sentence, more) = (texts.need_stuck(name(row)), texts.need_stuck_more());
        let address = format!("{}/stuck", address(row));
        return Some(Need { sentence, more, button: texts.need_stuck_button(), address });
    }
    if let Some(row) = of(ProjectState::Delivered) {
        let (sentence, more) = (texts.need_delivered(name(row)), texts.need_delivered_more());
        let address = format!("{}/sample", address(row));
        return Some(Need { sentence, more, button: texts.need_delivered_button(), address });
    }
    let row = of(ProjectState::Draft)?;
    let (sentence, more) = (texts.need_draft(name(row)), texts.need_draft_more());
    Some(Need { sentence, more, button: texts.need_draft_button(), address: address(row) })
}

fn row(frame: &Frame, clock: &Clock, listed: &Listed) -> Row {
    let texts = frame.texts;
    let service = named(texts, "service", &listed.service);
    let about =
        if frame.is(Role::Operator) { format!("{service}, {}", listed.organisation_name) } else { service };
    let done = texts.finished_of(count(listed.finished), count(listed.items));
    let bar = (listed.items > 0).then(|| Bar::new(done.clone(), (listed.finished, 0), listed.items));
    Row {
        address: format!("/projects/{}", listed.id),
        name: listed.name.clone(),
        about,
        chip: Chip::of_project(texts, listed.state),
        bar,
        done,
        cost: money(listed.cost, listed.currency),
        made: clock.day(listed.made_at),
    }
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Query(query): Query<ListQuery>,
) -> Result<Response, AppError> {
    let (ask, by_name) = (query.ask()?, query.by_name(false));
    let sort = if by_name { Sort::Name } else { Sort::Newest };
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let found = find(read, &who, (sort, &ask))?;
        let stuck = first_stuck(read, &who, &found.rows)?;
        Ok((found, stuck, talk::waiting_for_me(read, &who.actor)?))
    });
    let (Page { rows, next }, stuck, waiting) = found.await?;
    let (clock, plain) = (Clock::of(&frame), query.is_plain());
    let need = need(frame.texts, &rows, stuck).filter(|_| plain);
    let questions = (waiting > 0 && plain).then(|| frame.texts.questions_need(waiting));
    let moving = |listed: &Listed| matches!(listed.state, ProjectState::Running | ProjectState::Assembling);
    let is_moving = rows.iter().any(moving);
    let rows = rows.iter().map(|listed| row(&frame, &clock, listed)).collect();
    let next = query.next("/projects", next);
    let tools = query.tools(frame.texts, "/projects", (frame.texts.projects_search(), by_name));
    page(&ListPage { frame, here: Here::Projects, tools, plain, need, questions, rows, is_moving, next })
}
