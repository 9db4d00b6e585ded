//! All questions that somebody may read, and those of one project.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kazi_app::access::SignedIn;
use kazi_app::listing::Page;
use kazi_app::projects;
use kazi_app::talk::{self, Filter, Row, Whose};
use kazi_domain::policy::{Can, ViewProject};
use kazi_domain::{Id, QuestionState, kind};
use kazi_texts::Texts;

use super::chip;
use crate::door::page;
use crate::error::AppError;
use crate::extract::StaffMember;
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::id;
use crate::staff::nav::Here;
use crate::staff::parts::{Chip, ListQuery, Tools, escaped};
use crate::staff::words::{Clock, named};
use crate::state::WebState;

static ALL: Route = Route::get("/questions", Who::Staff);
static OF_PROJECT: Route = Route::get("/projects/{project}/questions", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&ALL, all).add(&OF_PROJECT, of_project)
}

#[derive(Debug)]
struct Line {
    address: String,
    subject: String,
    about: String,
    chip: Chip,
    said: String,
}

#[derive(Debug, Template)]
#[template(path = "staff/questions.html")]
struct QuestionsPage {
    frame: Frame,
    here: Here,
    /// The address of the list.
    address: String,
    /// The project and its name, where these are the questions of one.
    project: Option<(Id<kind::Project>, String)>,
    /// Word and name of every state.
    states: Vec<(&'static str, String)>,
    chosen: String,
    search: String,
    tools: Tools,
    /// Whether this is the start of the whole list.
    plain: bool,
    rows: Vec<Line>,
    next: Option<String>,
}

fn line(texts: &Texts, clock: &Clock, row: &Row, of_project: bool) -> Line {
    let project = (!of_project).then(|| row.project_name.clone());
    let item = row.key.as_deref().map(|key| texts.question_about_item(key));
    let parts = [project, item, Some(texts.question_messages(row.messages))];
    Line {
        address: format!("/projects/{}/questions/{}", row.project, row.id),
        subject: row.subject.clone(),
        about: parts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        chip: chip(texts, row.state),
        said: clock.moment(row.said_at),
    }
}

fn filter(query: &ListQuery) -> Filter {
    Filter { oldest_first: query.oldest_first(), state: query.state.parse().ok() }
}

fn list_page(
    frame: Frame,
    (address, project): (String, Option<(Id<kind::Project>, String)>),
    query: ListQuery,
    found: Page<Row>,
) -> QuestionsPage {
    let (texts, clock) = (frame.texts, Clock::of(&frame));
    let of_project = project.is_some();
    QuestionsPage {
        here: if of_project { Here::Projects } else { Here::Questions },
        states: QuestionState::ALL
            .iter()
            .map(|one| (one.word(), named(texts, "question-state", one.word())))
            .collect(),
        tools: query.tools_by_age(texts, &address, texts.questions_search()),
        plain: query.is_plain(),
        rows: found.rows.iter().map(|row| line(texts, &clock, row, of_project)).collect(),
        next: query.next(&address, found.next),
        search: escaped(&query.search),
        chosen: query.state,
        project,
        address,
        frame,
    }
}

async fn all(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Query(query): Query<ListQuery>,
) -> Result<Response, AppError> {
    let (ask, filter) = (query.ask()?, filter(&query));
    let found = state.app.db.read(move |read| talk::for_person(read, &who.actor, filter, &ask)).await?;
    page(&list_page(frame, ("/questions".to_owned(), None), query, found))
}

/// The questions of a project, and its name.
async fn find(
    state: &WebState,
    who: SignedIn,
    project: Id<kind::Project>,
    query: &ListQuery,
) -> Result<(Page<Row>, String), AppError> {
    let (ask, filter) = (query.ask()?, filter(query));
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<ViewProject> = projects::may(read, &who.actor, project)?;
        let name = projects::name(read, &can)?;
        Ok((talk::list(read, Whose::Project(&can), filter, &ask)?, name))
    });
    found.await
}

async fn of_project(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Response, AppError> {
    let project = id(&project)?;
    let (found, name) = find(&state, who, project, &query).await?;
    let address = format!("/projects/{project}/questions");
    page(&list_page(frame, (address, Some((project, name))), query, found))
}
