//! The operator's board: what needs attention first, and why.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use kazi_app::network::{enquiries, may_manage};
use kazi_app::projects::board::{self, Filter, Row as Found, Why};
use kazi_domain::{Id, Moment, kind};
use kazi_texts::Texts;

use super::here::{share, small};
use super::nav::Here;
use super::parts::{Chip, ListQuery, Tools, escaped};
use super::words::{Clock, named};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static SHOW: Route = Route::get("/board", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&SHOW, show)
}

/// A reason in words, with where one mends it.
#[derive(Debug)]
struct Reason {
    words: String,
    address: String,
    link: String,
    /// Whether people wait because of it.
    bad: bool,
}

#[derive(Debug)]
struct Row {
    address: String,
    name: String,
    about: String,
    chip: Chip,
    why: Vec<Reason>,
}

#[derive(Debug, Template)]
#[template(path = "staff/board.html")]
struct BoardPage {
    frame: Frame,
    here: Here,
    /// Word and name of every reason.
    states: Vec<(&'static str, String)>,
    chosen: String,
    search: String,
    sort: String,
    tools: Tools,
    plain: bool,
    /// What is amiss with no project of its own.
    elsewhere: Vec<(String, &'static str)>,
    rows: Vec<Row>,
    next: Option<String>,
}

/// A reason in words.
fn told(texts: &Texts, clock: &dyn Fn(Moment) -> String, why: &Why) -> String {
    let at = |micros: i64| clock(Moment::from_micros(micros));
    match why {
        Why::Failed => texts.board_failed(),
        Why::JobsFailed { jobs } => texts.board_jobs_failed(small(*jobs)),
        Why::Stuck { items } => texts.board_stuck(small(*items)),
        Why::NoCentre => texts.board_no_centre(),
        Why::NobodyWorks { since } => texts.board_nobody_works(at(*since)),
        Why::Quality { stage, right, low, high, target } => {
            let stage = named(texts, "stage", stage);
            texts.board_quality(stage, share(*right), share(*low), share(*high), share(*target))
        }
        Why::BelowWage { stages } => {
            let stages: Vec<String> = stages.iter().map(|stage| named(texts, "stage", stage)).collect();
            texts.board_below_wage(stages.join(", "))
        }
        Why::Undecided { since } => texts.board_undecided(at(*since)),
    }
}

fn reason(texts: &Texts, clock: &Clock, project: Id<kind::Project>, why: &Why) -> Reason {
    let (rest, link) = match why {
        Why::Failed | Why::NobodyWorks { .. } | Why::Quality { .. } => ("", texts.board_open()),
        Why::JobsFailed { .. } => ("jobs", texts.board_see_jobs()),
        Why::Stuck { .. } => ("/stuck", texts.board_mend()),
        Why::NoCentre => ("#centres", texts.board_choose_centres()),
        Why::BelowWage { .. } => ("/terms", texts.board_raise()),
        Why::Undecided { .. } => ("/sample", texts.board_open()),
    };
    let address = match why {
        Why::JobsFailed { .. } => "/jobs?state=failed".to_owned(),
        _ => format!("/projects/{project}{rest}"),
    };
    let bad = matches!(why, Why::Failed | Why::JobsFailed { .. } | Why::Stuck { .. } | Why::NoCentre);
    Reason { words: told(texts, &|at| clock.moment(at), why), address, link, bad }
}

fn row(texts: &Texts, clock: &Clock, found: &Found) -> Row {
    Row {
        address: format!("/projects/{}", found.project),
        name: found.name.clone(),
        about: format!("{}, {}", named(texts, "service", &found.service), found.organisation),
        chip: Chip::of_project(texts, found.state),
        why: found.why.iter().map(|why| reason(texts, clock, found.project, why)).collect(),
    }
}

/// The board that an address asks for, and how many enquiries wait.
async fn find(
    state: &WebState,
    who: &kazi_app::access::SignedIn,
    query: &ListQuery,
    now: Moment,
) -> Result<(board::Board, i64), AppError> {
    let can = board::may_see(&who.actor).ok_or_else(AppError::not_there)?;
    let network = may_manage(&who.actor).ok_or_else(AppError::not_there)?;
    let (ask, projects) = (query.ask()?, state.app.projects.clone());
    let filter = Filter { all: query.sort() == "all", why: query.state.clone() };
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let board = board::board(read, &projects, &can, (&filter, &ask), now)?;
        Ok((board, enquiries::waiting(read, &network)?))
    });
    found.await
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Query(query): Query<ListQuery>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let (found, asked) = find(&state, &who, &query, turn.at).await?;
    let (texts, clock) = (frame.texts, Clock::of(&frame));
    let shown = [("need", texts.board_only_needy()), ("all", texts.board_all())];
    let elsewhere = [
        (asked, texts.board_enquiries(small(asked)), "/enquiries?state=waiting"),
        (found.letters, texts.board_letters(small(found.letters)), "/mail"),
        (found.jobs, texts.board_jobs(small(found.jobs)), "/jobs?state=failed"),
    ];
    let elsewhere = elsewhere.into_iter().filter(|(count, ..)| *count > 0);
    page(&BoardPage {
        here: Here::Board,
        states: Why::WORDS.iter().map(|word| (*word, named(texts, "board-why", word))).collect(),
        tools: query.tools_of(texts, "/board", texts.board_search(), &shown),
        plain: query.is_plain(),
        elsewhere: elsewhere.map(|(_, words, address)| (words, address)).collect(),
        rows: found.page.rows.iter().map(|found| row(texts, &clock, found)).collect(),
        next: query.next("/board", found.page.next),
        search: escaped(&query.search),
        sort: escaped(query.sort()),
        chosen: query.state,
        frame,
    })
}
