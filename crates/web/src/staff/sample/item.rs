//! One item of a sample: what was handed in beside what it came to, and what the client says of it.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kazi_app::acceptance::{self, AcceptanceError, REASONS, Said, Sample, Sampled};
use kazi_app::access::SignedIn;
use kazi_app::bound::{Head, Projects};
use kazi_app::{Turn, projects};
use kazi_db::Read;
use kazi_domain::policy::{Can, JudgeDelivery};
use kazi_domain::{Id, SampleState, kind};
use kazi_texts::Texts;

use super::{chip, finished, load, with_pictures};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::nav::Here;
use crate::staff::parts::Chip;
use crate::staff::typed::Typed;
use crate::staff::words::named;
use crate::staff::{again, id, see, told};
use crate::state::WebState;

static SHOW: Route = Route::get("/projects/{project}/sample/{number}", Who::Staff);
static SAY: Route = Route::post("/projects/{project}/sample/{number}", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&SHOW, show).add(&SAY, say)
}

#[derive(Debug, Template)]
#[template(path = "staff/sample-item.html")]
struct ItemPage {
    frame: Frame,
    here: Here,
    id: Id<kind::Project>,
    name: String,
    sample: String,
    number: i64,
    of: i64,
    left: i64,
    key: String,
    /// Where to ask about it.
    ask: String,
    source: String,
    open: bool,
    chip: Chip,
    shown: String,
    /// Word, label, whether chosen.
    reasons: Vec<(&'static str, String, bool)>,
    reason: Option<String>,
    note: String,
    problem: Option<String>,
    before: Option<i64>,
    after: Option<i64>,
}

/// A sampled item as its service shows it.
fn shown(head: &Head, sampled: &Sampled, texts: &Texts) -> Result<String, AppError> {
    let Some(outcome) = &sampled.outcome else { return Ok(String::new()) };
    finished(head, (&sampled.row.key, &sampled.body, sampled.parent.as_deref()), outcome, texts)
}

/// What the page of an item is made from.
type Found = (Sample, Sampled, Head);

fn find(
    read: &mut Read<'_>,
    all: &Projects,
    can: &Can<JudgeDelivery>,
    (sample, number): (Option<&Sample>, i64),
) -> Result<Found, AcceptanceError> {
    let sample = sample.ok_or(AcceptanceError::NotThere)?;
    let (sample, sampled) = acceptance::sampled(read, can, (sample.id, number))?;
    Ok((sample, sampled, all.head(read, can.subject())?))
}

async fn item_page(
    state: &WebState,
    who: &SignedIn,
    (frame, typed): (Frame, Option<(&Typed, String)>),
    (project, number): (Id<kind::Project>, i64),
) -> Result<ItemPage, AppError> {
    let all = state.app.projects.clone();
    let more = move |read: &mut Read<'_>, can: &Can<JudgeDelivery>, sample: Option<&Sample>| {
        find(read, &all, can, (sample, number))
    };
    let (loaded, (sample, sampled, head)) = load(state, who, project, more).await?;
    let texts = frame.texts;
    let (typed, problem) = typed.map_or((None, None), |(typed, problem)| (Some(typed), Some(problem)));
    let row = &sampled.row;
    let value = |name: &str, kept: &str| typed.map_or(kept, |typed| typed.get(name)).to_owned();
    let chosen = value("reason", &row.reason);
    let of = sample.standing.sampled;
    Ok(ItemPage {
        here: Here::Projects,
        id: project,
        name: loaded.view.name,
        sample: sample.id.to_string(),
        number,
        of,
        left: sample.standing.left(),
        key: row.key.clone(),
        ask: format!("/projects/{project}/questions/new?item={}", row.item),
        source: row.source.clone(),
        open: sample.state == SampleState::Open,
        chip: chip(texts, row.verdict),
        shown: shown(&head, &sampled, texts)?,
        reasons: REASONS.map(|word| (word, named(texts, "reject", word), word == chosen)).to_vec(),
        reason: (!row.reason.is_empty()).then(|| named(texts, "reject", &row.reason)),
        note: value("note", &row.note),
        problem,
        before: (number > 1).then_some(number - 1),
        after: (number < of).then_some(number + 1),
        frame,
    })
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path((project, number)): Path<(String, String)>,
) -> Result<Response, AppError> {
    let number = number.parse().map_err(|_| AppError::not_there())?;
    let shown = item_page(&state, &who, (frame, None), (id(&project)?, number)).await?;
    Ok(with_pictures(page(&shown)?, &shown.shown))
}

fn said(typed: &Typed) -> Result<Said, AppError> {
    let verdict = typed.get("verdict").parse().map_err(|_| {
        AppError::new(StatusCode::UNPROCESSABLE_ENTITY, "verdict", "say whether it is right or wrong")
    })?;
    Ok(Said { verdict, reason: typed.get("reason").to_owned(), note: typed.get("note").to_owned() })
}

async fn keep(
    state: &WebState,
    who: &SignedIn,
    (project, sample, number): (Id<kind::Project>, Id<kind::Sample>, i64),
    (said, turn): (Said, Turn),
) -> Result<Option<i64>, AppError> {
    let actor = who.actor.clone();
    let kept = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<JudgeDelivery> = projects::may(tx, &actor, project)?;
        acceptance::say(tx, &can, (sample, number), &said, &turn)?;
        Ok(acceptance::after(tx, sample, number)?)
    });
    kept.await
}

async fn say(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path((project, number)): Path<(String, String)>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let (project, number): (Id<kind::Project>, i64) =
        (id(&project)?, number.parse().map_err(|_| AppError::not_there())?);
    let sample = id(typed.get("sample"))?;
    let kept = match said(&typed) {
        Ok(said) => keep(&state, &who, (project, sample, number), (said, turn)).await,
        Err(error) => Err(error),
    };
    match kept {
        Ok(Some(next)) => Ok(see(&format!("/projects/{project}/sample/{next}"))),
        Ok(None) => Ok(see(&format!("/projects/{project}/sample"))),
        Err(error) => {
            let told = Some((&typed, told(error)?));
            let shown = item_page(&state, &who, (frame, told), (project, number)).await?;
            Ok(with_pictures(again(&shown)?, &shown.shown))
        }
    }
}
