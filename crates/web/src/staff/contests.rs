//! Second looks: answers that were not accepted, whose workers ask for one. For operators, team leaders and reviewers.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kazi_app::Turn;
use kazi_app::access::SignedIn;
use kazi_app::bound::Head;
use kazi_app::contest::{self, ContestError, Decision, Filter, Look, Row};
use kazi_app::listing::Page;
use kazi_app::work::Shown;
use kazi_domain::{Id, LookState, kind};
use kazi_texts::Texts;

use super::field::{Field, Input};
use super::nav::Here;
use super::parts::{Chip, ListQuery, Tools, escaped};
use super::project::{about, pictures, readable};
use super::typed::{Problems, Typed};
use super::words::{Clock, money, named};
use super::{again, id, see, told};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;
use crate::work::{screen, summary};

static LIST: Route = Route::get("/contests", Who::SignedIn);
static SHOW: Route = Route::get("/contests/{answer}", Who::SignedIn);
static DECIDE: Route = Route::post("/contests/{answer}", Who::SignedIn);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&LIST, list).add(&SHOW, show).add(&DECIDE, decide)
}

#[derive(Debug)]
struct Line {
    id: String,
    key: String,
    project: String,
    why: String,
    says: String,
    chip: Chip,
    asked: String,
}

#[derive(Debug, Template)]
#[template(path = "staff/contests.html")]
struct ContestsPage {
    frame: Frame,
    here: Here,
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

#[derive(Debug, Template)]
#[template(path = "staff/contest.html")]
struct ContestPage {
    frame: Frame,
    here: Here,
    id: Id<kind::Answer>,
    project: String,
    key: String,
    stage: String,
    chip: Chip,
    pictures: Vec<String>,
    about: String,
    given: String,
    when: String,
    why: String,
    note: String,
    says: String,
    pay: String,
    /// What was decided.
    decided: Option<String>,
    own_case: bool,
    field: Field,
    problem: Option<String>,
}

pub(super) fn chip(texts: &Texts, state: LookState) -> Chip {
    let word = named(texts, "look", state.word());
    match state {
        LookState::Waiting => Chip::wait(word),
        LookState::PutRight => Chip::ok(word),
        LookState::Upheld => Chip::over(word),
    }
}

fn line(texts: &Texts, clock: &Clock, row: &Row) -> Line {
    Line {
        id: row.answer.to_string(),
        key: row.key.clone(),
        project: row.project_name.clone(),
        why: named(texts, "why-not", row.reason.word()),
        says: named(texts, "plea", row.plea.word()),
        chip: chip(texts, row.state),
        asked: clock.moment(row.contested_at),
    }
}

async fn find(state: &WebState, who: &SignedIn, query: &ListQuery) -> Result<Page<Row>, AppError> {
    let (actor, ask) = (who.actor.clone(), query.ask()?);
    let filter = Filter { oldest_first: query.oldest_first(), state: query.state.parse().ok() };
    Ok(state.app.db.read(move |read| contest::for_person(read, &actor, filter, &ask)).await?)
}

async fn list(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Query(query): Query<ListQuery>,
) -> Result<Response, AppError> {
    let found = find(&state, &who, &query).await?;
    let (texts, clock) = (frame.texts, Clock::of(&frame));
    page(&ContestsPage {
        here: Here::Contests,
        states: LookState::ALL.iter().map(|one| (one.word(), named(texts, "look", one.word()))).collect(),
        tools: query.tools_by_age(texts, "/contests", texts.contests_search()),
        plain: query.is_plain(),
        rows: found.rows.iter().map(|row| line(texts, &clock, row)).collect(),
        next: query.next("/contests", found.next),
        search: escaped(&query.search),
        chosen: query.state,
        frame,
    })
}

type Found = (Id<kind::Project>, Look, Head);

/// What was given, as its screen calls it; the answer itself, made readable, where it has no words for it.
fn told_as_given(head: &Head, look: &Look, texts: &Texts) -> String {
    let shown = Shown {
        task: Id::from_bytes([0; 16]),
        stage: look.stage.clone(),
        key: look.key.clone(),
        kind: String::new(),
        item: look.item.clone(),
        parent: None,
        pieces: Vec::new(),
        readings: Vec::new(),
        given: None,
        sent_back: None,
    };
    let words = screen(head, &shown, Some(&look.given), texts).map(|screen| summary(&look.given, &screen));
    words.ok().filter(|words| words != "…").unwrap_or_else(|| readable(&look.given))
}

async fn find_one(state: &WebState, who: &SignedIn, answer: Id<kind::Answer>) -> Result<Found, AppError> {
    let (actor, all) = (who.actor.clone(), state.app.projects.clone());
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let project = contest::project_of(read, answer)?;
        let can = contest::may_decide(read, &actor, project)?;
        Ok((project, contest::look(read, &can, answer)?, all.head(read, project)?))
    });
    found.await
}

fn contest_page(frame: Frame, answer: Id<kind::Answer>, (project, look, head): Found) -> ContestPage {
    let (texts, clock) = (frame.texts, Clock::of(&frame));
    let state = match &look.outcome {
        None => LookState::Waiting,
        Some(outcome) if outcome.put_right => LookState::PutRight,
        Some(_) => LookState::Upheld,
    };
    let decided = look.outcome.as_ref();
    ContestPage {
        here: Here::Contests,
        id: answer,
        chip: chip(texts, state),
        stage: named(texts, "stage", &look.stage),
        about: about(&look.item),
        pictures: pictures(&look.item).into_iter().map(|hash| format!("/media/{project}/{hash}")).collect(),
        given: told_as_given(&head, &look, texts),
        when: clock.moment(look.given_at),
        why: named(texts, "why-not", look.reason.word()),
        says: texts.look_says(named(texts, "plea", look.plea.word()), clock.moment(look.contested_at)),
        pay: texts.look_pay(money(look.pay.micros, look.pay.currency)),
        decided: decided.map(|one| texts.look_decided(one.note.as_str(), clock.moment(one.at))),
        own_case: look.own_case,
        field: Field::new("note", texts.look_note(), Input::Lines(3)).hint(texts.look_note_hint()),
        problem: None,
        project: look.project_name,
        key: look.key,
        note: look.note,
        frame,
    }
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(answer): Path<String>,
) -> Result<Response, AppError> {
    let answer = id(&answer)?;
    let found = find_one(&state, &who, answer).await?;
    page(&contest_page(frame, answer, found))
}

async fn save(
    state: &WebState,
    who: &SignedIn,
    answer: Id<kind::Answer>,
    (decision, turn): (Decision, Turn),
) -> Result<Result<(), ContestError>, AppError> {
    let (actor, project) = (who.actor.clone(), find_one(state, who, answer).await?.0);
    let done = state.app.db.write(move |tx| -> Result<_, ContestError> {
        let can = contest::may_decide(tx, &actor, project).map_err(|_| ContestError::NotThere)?;
        contest::decide(tx, &can, answer, &decision, &turn)
    });
    Ok(done.await)
}

fn decision(typed: &Typed) -> Option<Decision> {
    let put_right = match typed.get("do") {
        "put-right" => true,
        "uphold" => false,
        _ => return None,
    };
    Some(Decision { put_right, note: typed.get("note").to_owned() })
}

async fn decide(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(answer): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let answer = id(&answer)?;
    let problems = match decision(&typed) {
        None => Problems::one("", &frame.texts.look_choose()),
        Some(decision) => match save(&state, &who, answer, (decision, turn)).await? {
            Ok(()) => return Ok(see("/contests?state=waiting")),
            Err(ContestError::NoNote) => Problems::one("note", &frame.texts.look_no_note()),
            Err(other) => Problems::one("", &told(other.into())?),
        },
    };
    let mut shown = contest_page(frame, answer, find_one(&state, &who, answer).await?);
    shown.problem = problems.of("");
    shown.field = shown.field.again(&typed, &problems);
    again(&shown)
}
