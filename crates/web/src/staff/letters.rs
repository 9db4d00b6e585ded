//! Letters that go out by electronic mail: where they stand, what they say, sending one again.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kazi_app::access::SignedIn;
use kazi_app::journal::Entry;
use kazi_app::mail::{self, Filter, MailView, may_manage};
use kazi_domain::policy::{Can, ManageMail};
use kazi_domain::{Id, MailState, kind};
use kazi_texts::Texts;

use super::nav::Here;
use super::parts::{Chip, ListQuery, Tools, escaped};
use super::words::{Clock, named, sentence};
use super::{again, id, see, seen, told};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static LIST: Route = Route::get("/mail", Who::Staff);
static SHOW: Route = Route::get("/mail/{letter}", Who::Staff);
static RETRY: Route = Route::post("/mail/{letter}/again", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&LIST, list).add(&SHOW, show).add(&RETRY, send_again)
}

#[derive(Debug)]
struct Row {
    id: String,
    name: String,
    address: String,
    subject: String,
    problem: Option<String>,
    chip: Chip,
    made: String,
}

#[derive(Debug, Template)]
#[template(path = "staff/letters.html")]
struct LettersPage {
    frame: Frame,
    here: Here,
    /// Word and name of every state.
    states: Vec<(&'static str, String)>,
    chosen: String,
    tools: Tools,
    search: String,
    /// Whether this is the start of the whole list.
    plain: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Debug, Template)]
#[template(path = "staff/letter.html")]
struct LetterPage {
    frame: Frame,
    here: Here,
    id: String,
    subject: String,
    about: String,
    body: String,
    chip: Chip,
    problem: Option<String>,
    has_link: bool,
    failed: bool,
}

fn right(who: &SignedIn) -> Result<Can<ManageMail>, AppError> {
    may_manage(&who.actor).ok_or_else(AppError::not_there)
}

fn row(texts: &Texts, clock: &Clock, letter: &MailView) -> Row {
    Row {
        id: letter.id.to_string(),
        name: named(texts, "mail-kind", &letter.kind),
        address: letter.address.clone(),
        subject: letter.subject.clone(),
        problem: letter.problem.as_deref().map(sentence),
        chip: Chip::of_mail(texts, letter.state),
        made: clock.moment(letter.made_at),
    }
}

async fn list(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Query(query): Query<ListQuery>,
) -> Result<Response, AppError> {
    let (can, ask) = (right(&who)?, query.ask()?);
    let filter = Filter { oldest_first: query.oldest_first(), state: query.state.parse().ok() };
    let found = state.app.db.read(move |read| mail::list(read, &can, &filter, &ask)).await?;
    let (texts, clock) = (frame.texts, Clock::of(&frame));
    page(&LettersPage {
        here: Here::Mail,
        states: MailState::ALL
            .iter()
            .map(|one| (one.word(), named(texts, "mail-state", one.word())))
            .collect(),
        tools: query.tools_by_age(texts, "/mail", texts.mail_search()),
        plain: query.is_plain(),
        rows: found.rows.iter().map(|letter| row(texts, &clock, letter)).collect(),
        next: query.next("/mail", found.next),
        search: escaped(&query.search),
        chosen: query.state,
        frame,
    })
}

async fn find(state: &WebState, who: &SignedIn, letter: Id<kind::Mail>) -> Result<MailView, AppError> {
    let can = right(who)?;
    let found = state.app.db.read(move |read| mail::get(read, &can, letter)).await?;
    found.ok_or_else(AppError::not_there)
}

fn letter_page(frame: Frame, letter: &MailView, problem: Option<String>) -> LetterPage {
    let (texts, clock) = (frame.texts, Clock::of(&frame));
    let about = [
        Some(named(texts, "mail-kind", &letter.kind)),
        Some(texts.mail_to(&letter.address)),
        Some(texts.mail_written(clock.moment(letter.made_at))),
        letter.sent_at.map(|at| texts.mail_went(clock.moment(at))),
    ];
    LetterPage {
        here: Here::Mail,
        id: letter.id.to_string(),
        subject: letter.subject.clone(),
        about: about.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        has_link: letter.body.contains('…'),
        body: letter.body.clone(),
        chip: Chip::of_mail(texts, letter.state),
        problem: problem.or_else(|| letter.problem.as_deref().map(sentence)),
        failed: letter.state == MailState::Failed,
        frame,
    }
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(letter): Path<String>,
) -> Result<Response, AppError> {
    let letter = find(&state, &who, id(&letter)?).await?;
    seen(&state, &who, Entry::about("mail.seen", letter.id)).await?;
    page(&letter_page(frame, &letter, None))
}

async fn send_again(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(letter): Path<String>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let (can, letter): (_, Id<kind::Mail>) = (right(&who)?, id(&letter)?);
    let done = state.app.db.write(move |tx| mail::retry(tx, &can, letter, &turn)).await;
    let Err(error) = done else {
        state.bell.notify_one();
        return Ok(see(&format!("/mail/{letter}")));
    };
    let problem = told(error.into())?;
    let found = find(&state, &who, letter).await?;
    again(&letter_page(frame, &found, Some(problem)))
}
