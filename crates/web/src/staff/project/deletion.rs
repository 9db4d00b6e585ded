//! The day on which the data of a project is deleted: setting it, undoing it, and what was deleted.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use kazi_app::access::SignedIn;
use kazi_app::forget::{self, ForgetError, Plan};
use kazi_app::projects;
use kazi_db::Tx;
use kazi_domain::policy::{Can, ForgetProject, ViewProject};
use kazi_domain::{Id, Moment, kind};
use kazi_texts::Texts;

use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::field::{Field, Fields, Input};
use crate::staff::nav::Here;
use crate::staff::typed::{Problems, Typed};
use crate::staff::words::{Clock, count};
use crate::staff::{again, id, see, told};
use crate::state::WebState;

static SHOW: Route = Route::get("/projects/{project}/deletion", Who::Staff);
static SET: Route = Route::post("/projects/{project}/deletion", Who::Staff);
static UNDO: Route = Route::post("/projects/{project}/deletion/undo", Who::Staff);
static ALWAYS: Route = Route::post("/projects/{project}/deletion/always", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&SHOW, show).add(&SET, set).add(&UNDO, undo).add(&ALWAYS, always)
}

#[derive(Debug, Template)]
#[template(path = "staff/deletion.html")]
struct DeletionPage {
    frame: Frame,
    here: Here,
    id: Id<kind::Project>,
    name: String,
    /// Whether this reader may set and undo it.
    may: bool,
    ended: bool,
    /// What is planned, as a sentence.
    planned: Option<String>,
    begun: bool,
    /// What was deleted, in a table: name, value.
    done: Option<Vec<(String, String)>>,
    form: Fields,
    always: Fields,
    problem: Option<String>,
}

/// A plan, the project's name, and whether the reader may change it.
type Found = (Plan, String, bool);

async fn find(state: &WebState, who: &SignedIn, project: Id<kind::Project>) -> Result<Found, AppError> {
    let actor = who.actor.clone();
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<ViewProject> = projects::may(read, &actor, project)?;
        let may = projects::may::<ForgetProject>(read, &actor, project).is_ok();
        Ok((forget::get(read, &can)?, projects::name(read, &can)?, may))
    });
    found.await
}

fn forms(texts: &Texts, plan: &Plan) -> (Fields, Fields) {
    let day = Field::new("day", texts.deletion_day(), Input::Line("date"))
        .hint(texts.deletion_day_hint())
        .required();
    let bounds = Input::Number { least: "8".to_owned(), most: "3650".to_owned(), step: "1" };
    let days = Field::new("days", texts.deletion_days(), bounds).hint(texts.deletion_days_hint());
    let kept = plan.default_days.map(|days| days.to_string()).unwrap_or_default();
    (Fields::new(vec![day]), Fields::new(vec![days.value(kept)]))
}

fn deletion_page(frame: Frame, id: Id<kind::Project>, (plan, name, may): Found) -> DeletionPage {
    let (texts, clock) = (frame.texts, Clock::of(&frame));
    let (form, always) = forms(texts, &plan);
    let planned = plan.due_at.filter(|_| plan.done_at.is_none()).map(|due| match &plan.set_by {
        Some(name) => texts.deletion_planned(clock.day(due), name.as_str()),
        None => texts.deletion_planned_always(clock.day(due)),
    });
    let [files, items, answers, delivered, kept] = plan.counts.map(count);
    let done = plan.done_at.map(|at| {
        vec![
            (texts.deletion_at(), clock.moment(at)),
            (texts.deletion_files(), files),
            (texts.deletion_items(), items),
            (texts.deletion_answers(), answers),
            (texts.deletion_delivered(), delivered),
            (texts.deletion_kept(), kept),
        ]
    });
    DeletionPage {
        here: Here::Projects,
        id,
        name,
        may,
        ended: plan.ended,
        planned,
        begun: plan.begun_at.is_some(),
        done,
        form,
        always,
        problem: None,
        frame,
    }
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
) -> Result<Response, AppError> {
    let project = id(&project)?;
    let found = find(&state, &who, project).await?;
    page(&deletion_page(frame, project, found))
}

/// When a day begins where the reader is.
fn begins(day: &str, offset_minutes: i32) -> Option<Moment> {
    let day: Date = day.trim().parse().ok()?;
    let offset = Offset::from_seconds(offset_minutes.saturating_mul(60)).ok()?;
    let at = day.to_zoned(TimeZone::fixed(offset)).ok()?;
    Some(Moment::from_micros(at.timestamp().as_microsecond()))
}

/// Does something about a project's deletion; what the reader did wrong comes back apart from what is our fault.
async fn change(
    state: &WebState,
    who: &SignedIn,
    project: Id<kind::Project>,
    what: impl Fn(&mut Tx<'_>, &Can<ForgetProject>) -> Result<(), ForgetError> + Send + 'static,
) -> Result<Result<(), ForgetError>, AppError> {
    let actor = who.actor.clone();
    let done = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<ForgetProject> = projects::may(tx, &actor, project)?;
        match what(tx, &can) {
            Err(ForgetError::Db(error)) => Err(error.into()),
            other => Ok(other),
        }
    });
    done.await
}

/// The page again with what is wrong, beside the field of one of its two forms.
async fn shown_again(
    state: &WebState,
    (who, frame): (&SignedIn, Frame),
    project: Id<kind::Project>,
    (typed, error): (&Typed, String),
) -> Result<Response, AppError> {
    let mut shown = deletion_page(frame, project, find(state, who, project).await?);
    let field = if typed.has("days") { "days" } else { "day" };
    let problems = Problems::one(field, &error);
    match field {
        "days" => shown.always = shown.always.again(typed, &problems),
        _ if typed.has("day") && shown.ended && !shown.begun => {
            shown.form = shown.form.again(typed, &problems);
        }
        // The form is not there any more, or not yet.
        _ => shown.problem = problems.of(field),
    }
    again(&shown)
}

async fn set(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let project = id(&project)?;
    // What is no day is too soon for everything: the same sentence helps.
    let due = begins(typed.get("day"), who.utc_offset_minutes).unwrap_or(turn.at);
    match change(&state, &who, project, move |tx, can| forget::set(tx, can, due, &turn)).await? {
        Ok(()) => Ok(see(&format!("/projects/{project}/deletion"))),
        Err(error) => shown_again(&state, (&who, frame), project, (&typed, told(error.into())?)).await,
    }
}

async fn undo(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let project = id(&project)?;
    match change(&state, &who, project, move |tx, can| forget::undo(tx, can, &turn)).await? {
        Ok(()) | Err(ForgetError::NotThere) => Ok(see(&format!("/projects/{project}/deletion"))),
        Err(error) => {
            let typed = Typed::default();
            shown_again(&state, (&who, frame), project, (&typed, told(error.into())?)).await
        }
    }
}

/// The number of days in a form: none where it was left empty, and no number where it is none.
fn days(typed: &Typed) -> Option<i64> {
    typed.given("days").map(|days| days.parse().unwrap_or(0))
}

async fn always(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let (project, days) = (id(&project)?, days(&typed));
    let wish = move |tx: &mut Tx<'_>, can: &Can<ForgetProject>| forget::set_default(tx, can, days, &turn);
    match change(&state, &who, project, wish).await? {
        Ok(()) => Ok(see(&format!("/projects/{project}/deletion"))),
        Err(error) => shown_again(&state, (&who, frame), project, (&typed, told(error.into())?)).await,
    }
}

/// What the project's page says of it, once it has ended.
pub(super) fn told_on_page(texts: &Texts, clock: &Clock, plan: &Plan) -> Option<String> {
    let day = plan.due_at.map(|due| clock.day(due));
    match (plan.done_at, day) {
        (Some(at), _) => Some(texts.deletion_was(clock.day(at))),
        (None, Some(day)) => Some(texts.deletion_will(day)),
        (None, None) => plan.ended.then(|| texts.deletion_none()),
    }
}
