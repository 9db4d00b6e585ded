//! One web hook: where it stands, what was sent and how that went, and changing it.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kazi_app::access::SignedIn;
use kazi_app::hooks::{self, Hook, HookError, Sending};
use kazi_app::listing::Page;
use kazi_domain::{HookState, Id, SendingState, kind};
use kazi_texts::Texts;

use super::{chip, event_name, form, may, problems, sending_chip, typed_new};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::field::Fields;
use crate::staff::nav::Here;
use crate::staff::parts::{Chip, ListQuery, Tools, escaped};
use crate::staff::typed::{Problems, Typed};
use crate::staff::words::{Clock, count, named, sentence};
use crate::staff::{again, id, see};
use crate::state::WebState;

static SHOW: Route = Route::get("/hooks/{hook}", Who::Staff);
static EDIT: Route = Route::post("/hooks/{hook}", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&SHOW, show).add(&EDIT, edit)
}

#[derive(Debug)]
struct Row {
    id: String,
    event: String,
    project: String,
    chip: Chip,
    /// Status and time of the last try, and how often it was tried.
    went: String,
    problem: Option<String>,
    answer: Option<String>,
    body: String,
    at: String,
    may_again: bool,
}

#[derive(Debug, Template)]
#[template(path = "staff/hook.html")]
struct HookPage {
    frame: Frame,
    here: Here,
    id: Id<kind::Hook>,
    address: String,
    state: HookState,
    chip: Chip,
    problem: Option<String>,
    failing: Option<String>,
    /// Until when the exchanged secret counts.
    old_until: Option<String>,
    /// Word and name of every state of a message.
    states: Vec<(&'static str, String)>,
    chosen: String,
    search: String,
    tools: Tools,
    plain: bool,
    rows: Vec<Row>,
    next: Option<String>,
    form: Fields,
    told: Option<String>,
}

impl HookPage {
    fn is_on(&self) -> bool {
        self.state == HookState::On
    }
}

fn row(texts: &Texts, clock: &Clock, (sending, on): (&Sending, bool)) -> Row {
    let status = sending.status.map(|status| texts.sending_status(status.to_string()));
    let millis = sending.millis.map(|millis| texts.sending_millis(count(millis)));
    let tries = (sending.tries > 0).then(|| texts.sending_tries(sending.tries));
    let ended = !matches!(sending.state, SendingState::Waiting);
    Row {
        id: sending.id.to_string(),
        event: event_name(texts, sending.event),
        project: sending.project.clone().unwrap_or_default(),
        chip: sending_chip(texts, sending.state),
        went: [status, millis, tries].into_iter().flatten().collect::<Vec<_>>().join(" · "),
        problem: sending.problem.as_deref().map(sentence),
        answer: sending.answer.clone().filter(|text| !text.trim().is_empty()),
        body: sending.body.clone(),
        at: clock.moment(sending.made_at),
        may_again: ended && on,
    }
}

/// A web hook and a page of what it sent.
type Found = (Hook, Page<Sending>);

async fn find(
    state: &WebState,
    who: &SignedIn,
    hook: Id<kind::Hook>,
    query: &ListQuery,
) -> Result<Found, AppError> {
    let (can, ask) = (may(who)?, query.ask()?);
    let which = (hook, query.state.parse().ok(), query.oldest_first());
    let found = state.app.db.read(move |read| -> Result<_, HookError> {
        Ok((hooks::get(read, &can, hook)?, hooks::sendings(read, &can, which, &ask)?))
    });
    Ok(found.await?)
}

fn hook_page(frame: Frame, (hook, sent): Found, query: ListQuery) -> HookPage {
    let (texts, clock) = (frame.texts, Clock::of(&frame));
    let address = format!("/hooks/{}", hook.id);
    let kept =
        hook.events.iter().fold(Typed::default().with("address", hook.address.as_str()), |kept, event| {
            kept.with("event", event.word())
        });
    let on = hook.state == HookState::On;
    HookPage {
        here: Here::Keys,
        id: hook.id,
        state: hook.state,
        chip: chip(texts, hook.state),
        problem: hook.problem.as_deref().map(sentence),
        failing: hook.failing_since.map(|at| texts.hook_failing(clock.moment(at))),
        old_until: hook
            .old_until
            .filter(|until| *until > kazi_app::now())
            .map(|at| texts.hook_old_until(clock.moment(at))),
        states: SendingState::ALL
            .iter()
            .map(|one| (one.word(), named(texts, "sending-state", one.word())))
            .collect(),
        tools: query.tools_by_age(texts, &address, texts.sendings_search()),
        plain: query.is_plain(),
        rows: sent.rows.iter().map(|sending| row(texts, &clock, (sending, on))).collect(),
        next: query.next(&address, sent.next),
        search: escaped(&query.search),
        chosen: query.state,
        form: form(texts).again(&kept, &Problems::default()),
        told: None,
        address: hook.address,
        frame,
    }
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(hook): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Response, AppError> {
    let found = find(&state, &who, id(&hook)?, &query).await?;
    page(&hook_page(frame, found, query))
}

/// The page with what could not be done.
pub(super) async fn show_again(
    state: &WebState,
    (who, frame): (&SignedIn, Frame),
    hook: Id<kind::Hook>,
    told: String,
) -> Result<Response, AppError> {
    let query = ListQuery::default();
    let mut shown = hook_page(frame, find(state, who, hook, &query).await?, query);
    shown.told = Some(told);
    again(&shown)
}

async fn edit(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(hook): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let (can, hook): (_, Id<kind::Hook>) = (may(&who)?, id(&hook)?);
    let done = match typed_new(&typed, state.config.hooks) {
        Ok(to) => state.app.db.write(move |tx| hooks::edit(tx, &can, (hook, &to), &turn)).await,
        Err(error) => Err(error),
    };
    let error = match done {
        Ok(()) => return Ok(see(&format!("/hooks/{hook}"))),
        Err(error) => error,
    };
    let problems = problems(error)?;
    let query = ListQuery::default();
    let mut shown = hook_page(frame, find(&state, &who, hook, &query).await?, query);
    shown.form = shown.form.again(&typed, &problems);
    again(&shown)
}
