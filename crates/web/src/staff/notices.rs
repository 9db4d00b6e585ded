//! Messages to the people of a centre: written here, read above the work, and who has read them.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kazi_app::Turn;
use kazi_app::access::SignedIn;
use kazi_app::listing::Page;
use kazi_app::notice::{self, Audience, Choices, Filter, Line, New, NoticeError, Sent};
use kazi_domain::{Id, Moment, Span, kind};
use kazi_texts::Texts;

use super::field::{Field, Fields, Input};
use super::nav::Here;
use super::parts::{Chip, ListQuery, Tools, escaped};
use super::people::language_field;
use super::refused::Refused;
use super::typed::Typed;
use super::words::{Clock, count, named};
use super::{again, id, see};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static LIST: Route = Route::get("/centres/{centre}/messages", Who::Staff);
static SEND: Route = Route::post("/centres/{centre}/messages", Who::Staff);
static SHOW: Route = Route::get("/centres/{centre}/messages/{notice}", Who::Staff);
static WITHDRAW: Route = Route::post("/centres/{centre}/messages/{notice}/withdraw", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&LIST, list).add(&SEND, send).add(&SHOW, show).add(&WITHDRAW, withdraw)
}

/// How long a message may count, in hours; the usual is among them.
const HOURS: [u32; 5] = [1, 8, 24, 72, 168];
const USUAL_HOURS: u32 = 24;

#[derive(Debug)]
struct Row {
    address: String,
    body: String,
    lang: String,
    /// To whom it went.
    about: String,
    chip: Chip,
    read: String,
    made: String,
}

#[derive(Debug, Template)]
#[template(path = "staff/messages.html")]
struct ListPage {
    frame: Frame,
    here: Here,
    id: String,
    centre: String,
    /// Word and name of every state.
    states: Vec<(&'static str, String)>,
    chosen: String,
    search: String,
    tools: Tools,
    plain: bool,
    rows: Vec<Row>,
    next: Option<String>,
    form: Fields,
}

#[derive(Debug, Template)]
#[template(path = "staff/message.html")]
struct ShowPage {
    frame: Frame,
    here: Here,
    id: String,
    notice: String,
    row: Row,
    from: String,
    until: String,
    /// Whether it can be taken back.
    shown: bool,
    problem: Option<String>,
    /// Names, each with when it was read.
    readers: Vec<(String, Option<String>)>,
}

fn chip(texts: &Texts, line: &Line, now: Moment) -> Chip {
    match (line.withdrawn_at.is_some(), line.is_shown(now)) {
        (true, _) => Chip::over(texts.notice_state_withdrawn()),
        (_, true) => Chip::ok(texts.notice_state_shown()),
        (_, false) => Chip::over(texts.notice_state_over()),
    }
}

fn row(texts: &Texts, clock: &Clock, (centre, now): (Id<kind::Centre>, Moment), line: &Line) -> Row {
    let about = match &line.project {
        Some(project) => texts.notice_to_project(project.as_str()),
        None => named(texts, "notice-went", &line.audience),
    };
    Row {
        address: format!("/centres/{centre}/messages/{}", line.id),
        body: line.body.clone(),
        lang: line.language.clone(),
        about,
        chip: chip(texts, line, now),
        read: texts.notice_read_by(count(line.read), count(line.sent_to)),
        made: clock.moment(line.made_at),
    }
}

fn form(texts: &Texts, language: &str, choices: &Choices) -> Fields {
    let mut to = vec![("centre".to_owned(), texts.notice_to_centre())];
    let project =
        |(id, name): &(Id<kind::Project>, String)| (id.to_string(), texts.notice_to_project(name.as_str()));
    to.extend(choices.projects.iter().map(project));
    to.push(("people".to_owned(), texts.notice_to_people()));
    let people = choices.people.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let hours = HOURS.map(|hours| (hours.to_string(), texts.notice_hours(hours))).to_vec();
    Fields::new(vec![
        Field::new("body", texts.notice_body(), Input::Lines(4)).hint(texts.notice_body_hint()).required(),
        language_field(texts, language),
        Field::new("to", texts.notice_to(), Input::Choice(to)).hint(texts.notice_to_hint()).value("centre"),
        Field::new("person", texts.notice_people(), Input::Ticks(people)),
        Field::new("hours", texts.notice_counts(), Input::Choice(hours)).value(USUAL_HOURS.to_string()),
    ])
}

type Found = (Page<Line>, Choices);

async fn find(
    state: &WebState,
    who: &SignedIn,
    (centre, query): (Id<kind::Centre>, &ListQuery),
    now: Moment,
) -> Result<Found, AppError> {
    let (actor, ask) = (who.actor.clone(), query.ask()?);
    let filter = Filter { state: query.state.clone(), oldest_first: query.oldest_first() };
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can = notice::may_send(read, &actor, centre)?;
        Ok((notice::lines(read, &can, &filter, (&ask, now))?, notice::choices(read, &can)?))
    });
    found.await
}

fn list_page(
    frame: Frame,
    query: ListQuery,
    (centre, now): (Id<kind::Centre>, Moment),
    (found, choices): Found,
) -> ListPage {
    let (texts, clock, address) = (frame.texts, Clock::of(&frame), format!("/centres/{centre}/messages"));
    let states = ["shown", "over", "withdrawn"].map(|word| (word, named(texts, "notice-state", word)));
    ListPage {
        here: Here::Messages,
        id: centre.to_string(),
        states: states.to_vec(),
        tools: query.tools_by_age(texts, &address, texts.notice_search()),
        plain: query.is_plain(),
        rows: found.rows.iter().map(|line| row(texts, &clock, (centre, now), line)).collect(),
        next: query.next(&address, found.next),
        search: escaped(&query.search),
        form: form(texts, frame.lang(), &choices),
        centre: choices.centre_name,
        chosen: query.state,
        frame,
    }
}

async fn list(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(centre): Path<String>,
    (Query(query), Turning(turn)): (Query<ListQuery>, Turning),
) -> Result<Response, AppError> {
    let centre = id(&centre)?;
    let found = find(&state, &who, (centre, &query), turn.at).await?;
    page(&list_page(frame, query, (centre, turn.at), found))
}

/// The message that was typed.
fn typed_new(typed: &Typed) -> Result<New, NoticeError> {
    let audience = match typed.get("to") {
        "people" => Audience::People(typed.all("person").filter_map(|id| id.parse().ok()).collect()),
        "centre" | "" => Audience::Centre,
        project => Audience::Project(project.parse().map_err(|_| NoticeError::Nobody)?),
    };
    let hours: u32 =
        typed.given("hours").map_or(Ok(USUAL_HOURS), str::parse).map_err(|_| NoticeError::BadTime)?;
    Ok(New {
        body: typed.get("body").to_owned(),
        language: typed.given("language").unwrap_or("en").to_owned(),
        audience,
        counts: Span::minutes(hours.saturating_mul(60)),
    })
}

/// Sends a message; to how many people.
pub(crate) async fn sent(
    state: &WebState,
    who: &SignedIn,
    (centre, new): (Id<kind::Centre>, New),
    turn: Turn,
) -> Result<Result<(Id<kind::Notice>, usize), NoticeError>, AppError> {
    let actor = who.actor.clone();
    let done = state.app.db.write(move |tx| -> Result<_, NoticeError> {
        let can = notice::may_send(tx, &actor, centre).map_err(|_| NoticeError::NotThere)?;
        notice::send(tx, &can, &new, &turn)
    });
    match done.await {
        Err(NoticeError::NotThere) => Err(AppError::not_there()),
        other => Ok(other),
    }
}

async fn send(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(centre): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let (centre, now) = (id(&centre)?, turn.at);
    // Whoever may not is told nothing of what was typed.
    let found = find(&state, &who, (centre, &ListQuery::default()), now).await?;
    let done = match typed_new(&typed) {
        Ok(new) => sent(&state, &who, (centre, new), turn).await?,
        Err(error) => Err(error),
    };
    let refused: Refused = match done {
        Ok((notice, _)) => return Ok(see(&format!("/centres/{centre}/messages/{notice}"))),
        Err(error) => error.into(),
    };
    let mut shown = list_page(frame, ListQuery::default(), (centre, now), found);
    shown.form = shown.form.again(&typed, &refused.problems()?);
    again(&shown)
}

type One = (Id<kind::Centre>, Id<kind::Notice>);

async fn find_one(
    state: &WebState,
    who: &SignedIn,
    (centre, notice): One,
    now: Moment,
) -> Result<Sent, AppError> {
    let actor = who.actor.clone();
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can = notice::may_send(read, &actor, centre)?;
        Ok(notice::one(read, &can, (notice, now))?)
    });
    found.await
}

fn show_page(frame: Frame, (centre, notice): One, found: Sent, now: Moment) -> ShowPage {
    let (texts, clock) = (frame.texts, Clock::of(&frame));
    let row = row(texts, &clock, (centre, now), &found.line);
    let reader = |reader: notice::Reader| (reader.shown_name, reader.read_at.map(|at| clock.moment(at)));
    ShowPage {
        here: Here::Messages,
        id: centre.to_string(),
        notice: notice.to_string(),
        from: texts.notice_by(found.line.from.as_str(), row.made.as_str()),
        until: texts.notice_until(clock.moment(found.line.until)),
        shown: found.line.is_shown(now),
        problem: None,
        readers: found.readers.into_iter().map(reader).collect(),
        row,
        frame,
    }
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path((centre, notice)): Path<(String, String)>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let one = (id(&centre)?, id(&notice)?);
    let found = find_one(&state, &who, one, turn.at).await?;
    page(&show_page(frame, one, found, turn.at))
}

/// Takes a message back.
pub(crate) async fn withdrawn(
    state: &WebState,
    who: &SignedIn,
    (centre, notice): One,
    turn: Turn,
) -> Result<(), AppError> {
    let actor = who.actor.clone();
    let done = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can = notice::may_send(tx, &actor, centre)?;
        Ok(notice::withdraw(tx, &can, notice, &turn)?)
    });
    done.await
}

async fn withdraw(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path((centre, notice)): Path<(String, String)>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let (one, now) = ((id(&centre)?, id(&notice)?), turn.at);
    match withdrawn(&state, &who, one, turn).await {
        Ok(()) => Ok(see(&format!("/centres/{}/messages/{}", one.0, one.1))),
        Err(error) => {
            let problem = super::told(error)?;
            let found = find_one(&state, &who, one, now).await?;
            again(&ShowPage { problem: Some(problem), ..show_page(frame, one, found, now) })
        }
    }
}
