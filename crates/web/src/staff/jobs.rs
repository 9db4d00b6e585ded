//! Background jobs: where they stand, what went wrong, calling off and trying again.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kazi_app::jobs::{self, Filter, JobRow, JobView, Order};
use kazi_domain::{Id, JobState, kind};
use kazi_texts::Texts;

use super::nav::Here;
use super::parts::{Bar, Chip, ListQuery, Tools, escaped};
use super::words::{Clock, count, named, sentence};
use super::{again, id, see, told};
use crate::api::may_steer;
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static LIST: Route = Route::get("/jobs", Who::Staff);
static CANCEL: Route = Route::post("/jobs/{job}/cancel", Who::Staff);
static RETRY: Route = Route::post("/jobs/{job}/retry", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&LIST, list).add(&CANCEL, cancel).add(&RETRY, retry)
}

#[derive(Debug)]
struct Row {
    id: String,
    name: String,
    /// The file, and the project with its address.
    file: Option<String>,
    project: Option<(String, String)>,
    problem: Option<String>,
    chip: Chip,
    bar: Option<Bar>,
    done: String,
    tries: String,
    made: String,
    may_cancel: bool,
    may_retry: bool,
}

#[derive(Debug, Template)]
#[template(path = "staff/jobs.html")]
struct JobsPage {
    frame: Frame,
    here: Here,
    problem: Option<String>,
    /// Word and name of every state.
    states: Vec<(&'static str, String)>,
    chosen: String,
    tools: Tools,
    search: String,
    rows: Vec<Row>,
    /// Whether its script asks for what is new.
    is_moving: bool,
    next: Option<String>,
}

fn is_open(job: &JobView) -> bool {
    matches!(job.state, JobState::Waiting | JobState::Running)
}

fn row(texts: &Texts, clock: &Clock, JobRow { job, file, project }: &JobRow) -> Row {
    let done = texts.parts_done(count(job.done), count(job.parts));
    let open = is_open(job);
    Row {
        id: job.id.to_string(),
        name: named(texts, "job", &job.kind),
        file: file.clone(),
        project: project.as_ref().map(|(name, id)| (name.clone(), format!("/projects/{id}"))),
        problem: job.problem.as_deref().map(sentence),
        chip: if job.cancel && open {
            Chip::over(texts.job_called_off())
        } else {
            Chip::of_job(texts, job.state)
        },
        bar: (job.parts > 0).then(|| Bar::new(done.clone(), (job.done, 0), job.parts)),
        done,
        tries: texts.tries_of(count(job.tries), count(job.most_tries)),
        made: clock.moment(job.made_at),
        may_cancel: open && !job.cancel,
        may_retry: matches!(job.state, JobState::Failed | JobState::Cancelled),
    }
}

async fn jobs_page(
    state: &WebState,
    (frame, StaffMember(who)): (Frame, StaffMember),
    query: ListQuery,
    problem: Option<String>,
) -> Result<JobsPage, AppError> {
    let (can, ask) = (may_steer(&who)?, query.ask()?);
    let order = if query.oldest_first() { Order::Oldest } else { Order::Newest };
    let filter = Filter { order, state: query.state.parse().ok(), kind: None };
    let found = state.app.db.read(move |read| jobs::page(read, &can, &filter, &ask)).await?;
    let (texts, clock) = (frame.texts, Clock::of(&frame));
    Ok(JobsPage {
        here: Here::Jobs,
        problem,
        states: JobState::ALL.iter().map(|one| (one.word(), named(texts, "job-state", one.word()))).collect(),
        is_moving: found.rows.iter().any(|row| is_open(&row.job)),
        tools: query.tools_by_age(texts, "/jobs", texts.jobs_search()),
        rows: found.rows.iter().map(|one| row(texts, &clock, one)).collect(),
        next: query.next("/jobs", found.next),
        search: escaped(&query.search),
        chosen: query.state,
        frame,
    })
}

async fn list(
    State(state): State<WebState>,
    who: StaffMember,
    frame: Frame,
    Query(query): Query<ListQuery>,
) -> Result<Response, AppError> {
    page(&jobs_page(&state, (frame, who), query, None).await?)
}

/// The list again, with what could not be done.
async fn after(
    state: &WebState,
    asked: (Frame, StaffMember),
    done: Result<(), jobs::JobError>,
) -> Result<Response, AppError> {
    match done {
        Ok(()) => Ok(see("/jobs")),
        Err(error) => {
            let problem = told(error.into())?;
            again(&jobs_page(state, asked, ListQuery::default(), Some(problem)).await?)
        }
    }
}

async fn cancel(
    State(state): State<WebState>,
    who: StaffMember,
    frame: Frame,
    Path(job): Path<String>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let (can, job): (_, Id<kind::Job>) = (may_steer(&who.0)?, id(&job)?);
    let done = state.app.db.write(move |tx| jobs::cancel(tx, &can, job, &turn)).await;
    after(&state, (frame, who), done).await
}

async fn retry(
    State(state): State<WebState>,
    who: StaffMember,
    frame: Frame,
    Path(job): Path<String>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let (can, job): (_, Id<kind::Job>) = (may_steer(&who.0)?, id(&job)?);
    let done = state.app.db.write(move |tx| jobs::retry(tx, &can, job, &turn)).await;
    after(&state, (frame, who), done).await
}
