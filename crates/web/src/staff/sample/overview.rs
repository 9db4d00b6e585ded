//! The delivery as a whole: how the sample is drawn, how far it is looked through, what it says.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kazi_app::acceptance::{self, Filter, Row, Sample, Way};
use kazi_app::access::SignedIn;
use kazi_app::listing::Page;
use kazi_app::{Turn, projects};
use kazi_domain::policy::{Can, JudgeDelivery};
use kazi_domain::{Id, ProjectState, SampleState, kind};
use kazi_quality::lots::Certificate;
use kazi_texts::Texts;

use super::{Loaded, chip, load, seed};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::nav::Here;
use crate::staff::parts::{Bar, Chip, ListQuery};
use crate::staff::typed::Typed;
use crate::staff::words::{count, money, named};
use crate::staff::{again, id, see, told};
use crate::state::WebState;

static SHOW: Route = Route::get("/projects/{project}/sample", Who::Staff);
static DRAW: Route = Route::post("/projects/{project}/sample", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&SHOW, show).add(&DRAW, draw)
}

/// A way to draw a sample, as a choice of the form.
#[derive(Debug)]
struct Choice {
    way: &'static str,
    label: String,
    hint: String,
    chosen: bool,
}

/// An item of the sample in the list.
#[derive(Debug)]
struct Line {
    number: i64,
    key: String,
    source: String,
    chip: Chip,
    about: String,
}

/// What the sample says of all items.
#[derive(Debug)]
pub(super) struct Measure {
    pub(super) value: String,
    pub(super) between: String,
    pub(super) least: String,
    /// Whether any doubt is left: not once everything was looked at.
    pub(super) open: bool,
}

impl Measure {
    pub(super) fn of(texts: &Texts, of: &Certificate) -> Self {
        let percent = |share: f64| format!("{:.1}", share * 100.0);
        let (low, high) = (percent(of.accuracy.low), percent(of.accuracy.high));
        Self {
            open: low != high,
            value: percent(of.accuracy.value),
            between: texts.sample_between(low, high),
            least: texts.sample_at_least(percent(of.at_least)),
        }
    }
}

/// A sample that is being looked through, or the last one.
#[derive(Debug)]
struct Looked {
    open: bool,
    complete: bool,
    wrong: i64,
    bar: Bar,
    about: String,
    verdict: Option<String>,
    send_back: String,
    next: Option<i64>,
}

#[derive(Debug, Template)]
#[template(path = "staff/sample.html")]
struct SamplePage {
    frame: Frame,
    here: Here,
    id: Id<kind::Project>,
    name: String,
    /// Whether the delivery waits for a decision.
    waits: bool,
    accepted: bool,
    /// Why there is nothing to decide.
    state: String,
    choices: Vec<Choice>,
    number: String,
    problem: Option<String>,
    sample: Option<Looked>,
    measure: Option<Measure>,
    measure_more: String,
    redone_cost: Option<String>,
    lines: Vec<Line>,
    /// Address, words, whether chosen.
    filters: Vec<(String, String, bool)>,
    search: String,
    filter: String,
    next_page: Option<String>,
}

impl SamplePage {
    /// Whether a sample is being looked through.
    fn is_open(&self) -> bool {
        self.sample.as_ref().is_some_and(|sample| sample.open)
    }
}

/// What the list and the way through the sample are made from.
type More = (Page<Row>, Option<i64>);

fn filter(word: &str) -> Filter {
    match word {
        "left" => Filter::Left,
        other => other.parse().map_or(Filter::All, Filter::Said),
    }
}

async fn find(
    state: &WebState,
    who: &SignedIn,
    project: Id<kind::Project>,
    query: &ListQuery,
) -> Result<(Loaded, More), AppError> {
    let (ask, filter) = (query.ask()?, filter(&query.state));
    load(state, who, project, move |read, can, sample| {
        let Some(sample) = sample else { return Ok((Page { rows: Vec::new(), next: None }, None)) };
        let rows = acceptance::rows(read, can, sample.id, (filter, &ask))?;
        Ok((rows, acceptance::after(read, sample.id, 0)?))
    })
    .await
}

fn choices(texts: &Texts, loaded: &Loaded, typed: &Typed) -> Vec<Choice> {
    let desk = &loaded.desk;
    let usual = if desk.redone > 0 { "redone" } else { "plan" };
    let chosen = typed.given("way").unwrap_or(usual).to_owned();
    let choice = |way, label, hint| Choice { way, label, hint, chosen: way == chosen };
    let mut all = Vec::new();
    if desk.redone > 0 {
        let hint = texts.sample_redone_hint();
        all.push(choice("redone", texts.sample_redone(desk.redone), hint));
    }
    let number = |n: usize| count(i64::try_from(n).unwrap_or(i64::MAX));
    if let Some(plan) = desk.plan {
        let label = texts.sample_plan(number(plan.sample), count(i64::from(desk.lot)));
        all.push(choice("plan", label, texts.sample_plan_hint(number(plan.accept))));
        all.push(choice("count", texts.sample_count(), String::new()));
        all.push(choice("percent", texts.sample_percent(), String::new()));
    }
    all.push(choice("worker", texts.sample_worker(), texts.sample_worker_hint()));
    all
}

fn looked(texts: &Texts, sample: &Sample, next: Option<i64>) -> Looked {
    let of = &sample.standing;
    let decided = of.right + of.wrong;
    let about = texts.sample_about(count(of.right), count(of.wrong), count(of.unsure), count(of.left()));
    let label = texts.sample_bar(count(decided), count(of.sampled));
    let open = sample.state == SampleState::Open;
    let verdict = sample.allowed.filter(|_| of.is_complete()).map(|allowed| {
        let allowed_words = count(allowed);
        if of.wrong <= allowed {
            texts.sample_passes(allowed_words)
        } else {
            texts.sample_fails(allowed_words)
        }
    });
    Looked {
        open,
        complete: of.is_complete(),
        wrong: of.wrong,
        bar: Bar::new(label, (decided, of.unsure), of.sampled),
        about,
        verdict,
        send_back: texts.send_back_some(of.wrong),
        next: next.filter(|_| open),
    }
}

fn line(texts: &Texts, row: Row) -> Line {
    let reason = (!row.reason.is_empty()).then(|| named(texts, "reject", &row.reason));
    let note = Some(row.note).filter(|note| !note.is_empty());
    Line {
        number: row.number,
        key: row.key,
        source: row.source,
        chip: chip(texts, row.verdict),
        about: [reason, note].into_iter().flatten().collect::<Vec<_>>().join(": "),
    }
}

fn filters(texts: &Texts, project: Id<kind::Project>, chosen: &str) -> Vec<(String, String, bool)> {
    let one = |word: &str, words: String| {
        (format!("/projects/{project}/sample?state={word}#items"), words, word == chosen)
    };
    vec![
        one("", texts.jobs_all()),
        one("left", texts.verdict_none()),
        one("right", texts.verdict_right()),
        one("wrong", texts.verdict_wrong()),
        one("unsure", texts.verdict_unsure()),
    ]
}

fn sample_page(
    frame: Frame,
    (loaded, (rows, next)): (Loaded, More),
    query: &ListQuery,
    (typed, problem): (&Typed, Option<String>),
) -> SamplePage {
    let texts = frame.texts;
    let project = loaded.view.id;
    let random = loaded.desk.sample.as_ref().is_none_or(|sample| Way::is_random(&sample.way));
    let state = loaded.desk.state;
    let cost = loaded.desk.redone_cost;
    SamplePage {
        here: Here::Projects,
        id: project,
        waits: state == ProjectState::Delivered,
        accepted: state == ProjectState::Accepted,
        state: named(texts, "project-state", state.word()),
        choices: choices(texts, &loaded, typed),
        number: typed.given("number").unwrap_or("20").to_owned(),
        problem,
        sample: loaded.desk.sample.as_ref().map(|sample| looked(texts, sample, next)),
        measure: loaded.desk.measured.as_ref().map(|measured| Measure::of(texts, measured)),
        measure_more: if random { texts.sample_measured_later() } else { texts.sample_not_random() },
        redone_cost: (cost > 0).then(|| texts.redone_cost(money(cost, loaded.view.currency))),
        lines: rows.rows.into_iter().map(|row| line(texts, row)).collect(),
        filters: filters(texts, project, &query.state),
        search: query.search.trim().to_owned(),
        filter: query.state.clone(),
        next_page: query.next(&format!("/projects/{project}/sample"), rows.next),
        name: loaded.view.name,
        frame,
    }
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Response, AppError> {
    let found = find(&state, &who, id(&project)?, &query).await?;
    page(&sample_page(frame, found, &query, (&Typed::default(), None)))
}

/// The page again, with what went wrong.
pub(super) async fn show_again(
    state: &WebState,
    who: &SignedIn,
    frame: Frame,
    project: Id<kind::Project>,
    (typed, problem): (&Typed, String),
) -> Result<Response, AppError> {
    let query = ListQuery::default();
    let found = find(state, who, project, &query).await?;
    again(&sample_page(frame, found, &query, (typed, Some(problem))))
}

/// Draws a sample and begins to look through it.
pub(crate) async fn drawn(
    state: &WebState,
    who: &SignedIn,
    project: Id<kind::Project>,
    (way, turn): (Way, Turn),
) -> Result<Id<kind::Sample>, AppError> {
    let (actor, all, seed) = (who.actor.clone(), state.app.projects.clone(), seed());
    // It is read through before anything is written: other writers wait for nobody's draw.
    let drawn = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<JudgeDelivery> = projects::may(read, &actor, project)?;
        Ok(acceptance::drawn(read, &all, &can, (way, seed))?)
    });
    let (drawn, actor) = (drawn.await?, who.actor.clone());
    let begun = state.app.db.write(move |tx| -> Result<_, AppError> {
        let can: Can<JudgeDelivery> = projects::may(tx, &actor, project)?;
        Ok(acceptance::begin(tx, &can, &drawn, &turn)?)
    });
    begun.await
}

async fn draw(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
    Turning(turn): Turning,
    Form(typed): Form<Typed>,
) -> Result<Response, AppError> {
    let project: Id<kind::Project> = id(&project)?;
    let way = Way::of(typed.get("way"), typed.get("number").parse().unwrap_or(0));
    let way = way.ok_or_else(AppError::not_there)?;
    match drawn(&state, &who, project, (way, turn)).await {
        Ok(_) => Ok(see(&format!("/projects/{project}/sample/1"))),
        Err(error) => show_again(&state, &who, frame, project, (&typed, told(error)?)).await,
    }
}
