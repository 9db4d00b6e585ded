//! The page of a project, after what it is doing: what is missing, how far each stage is, what it costs and
//! what the answers are worth.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kazi_app::access::SignedIn;
use kazi_app::intake::{PartProblem, SourceView};
use kazi_app::projects::pilot::{LEAST, Pilot};
use kazi_app::projects::view::StageView;
use kazi_app::projects::{Measured, View};
use kazi_domain::{Currency, Id, ProjectState, Role, kind};
use kazi_texts::Texts;

use super::deletion::told_on_page;
use super::fair::Fair;
use super::{Loaded, load};
use crate::door::page;
use crate::error::AppError;
use crate::extract::{StaffMember, Turning};
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::nav::Here;
use crate::staff::parts::{Bar, Chip};
use crate::staff::words::{Clock, bytes, count, money, named, sentence};
use crate::staff::{again, id};
use crate::state::WebState;

static SHOW: Route = Route::get("/projects/{project}", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&SHOW, show)
}

/// A share told from fewer judged units than this proves nothing.
const ENOUGH: i64 = 30;

#[derive(Debug)]
struct Stage {
    name: String,
    bar: Bar,
    finished: String,
    of: String,
    about: String,
}

#[derive(Debug)]
struct File {
    id: String,
    name: String,
    about: String,
    chip: Chip,
    bar: Option<Bar>,
    problem: Option<String>,
    problems: Vec<String>,
    more: Option<String>,
}

#[derive(Debug)]
struct Quality {
    stage: String,
    share: String,
    between: String,
    evidence: String,
    /// Where the interval and the share stand on a line of 280 units, and what its start stands for.
    from: String,
    wide: String,
    at: String,
    floor: String,
}

#[derive(Debug)]
struct Delivered {
    when: String,
    /// Address, name, length.
    files: Vec<(String, String, String)>,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "staff/project.html")]
pub(super) struct ProjectPage {
    frame: Frame,
    here: Here,
    id: Id<kind::Project>,
    name: String,
    service: String,
    client: Option<String>,
    state: ProjectState,
    chip: Chip,
    about: String,
    problem: Option<String>,
    /// What went wrong with what was just sent.
    problems: Vec<String>,
    missing: Vec<String>,
    stuck: i64,
    stuck_sentence: String,
    whole: Option<Bar>,
    stages: Vec<Stage>,
    files: Vec<File>,
    accepts: String,
    centres: Option<Vec<(String, String, bool)>>,
    centre_names: Vec<String>,
    cost: String,
    forecast: Option<String>,
    quality: Vec<Quality>,
    deliveries: Vec<Delivered>,
    /// What the pilot has come to, and whether it is done.
    pilot: Option<(String, bool)>,
    /// How many items a pilot would have by default, where there are enough for one.
    pilot_of: Option<i64>,
    instructions: String,
    /// The version of the instructions, where there is more than one.
    versions: Option<String>,
    /// What an hour pays, beside what a living wage is.
    fair: Fair,
    /// Answers that were not accepted, and whether somebody must decide on a second look.
    contests: Option<(String, bool)>,
    /// How many questions are open, and how many of them wait for the reader.
    questions: (String, Option<String>),
    /// Whether its data is deleted, and when; once it has ended.
    deletion: Option<String>,
    /// Whether its script asks for what is new.
    is_moving: bool,
}

impl ProjectPage {
    fn is_draft(&self) -> bool {
        self.state == ProjectState::Draft
    }

    fn is(&self, state: &str) -> bool {
        self.state.word() == state
    }

    fn takes_files(&self) -> bool {
        matches!(self.state, ProjectState::Draft | ProjectState::Running | ProjectState::Paused)
    }

    fn may(&self, to: &str) -> bool {
        self.state.next().iter().any(|state| state.word() == to)
    }
}

fn stages(texts: &Texts, view: &View) -> Vec<Stage> {
    let undecided: i64 =
        view.stages.iter().filter(|stage| stage.called).map(|stage| stage.tasks - stage.settled).sum();
    let stage = |stage: &StageView| {
        // What was sent on and is not decided yet counts as being checked.
        let checked = stage.sent_on.min(undecided).max(0);
        let finished = (stage.settled - checked).max(0);
        let (done, all) = (count(finished), count(stage.tasks));
        let name = named(texts, "stage", &stage.key);
        let label = texts.stage_bar(name.as_str(), done.as_str(), all.as_str(), count(checked));
        Stage {
            bar: Bar::new(label, (finished, checked), stage.tasks),
            finished: done,
            of: texts.of_all(all),
            about: about_stage(texts, (stage, view.currency)),
            name,
        }
    };
    view.stages.iter().map(stage).collect()
}

fn about_stage(texts: &Texts, (stage, currency): (&StageView, Currency)) -> String {
    let mut parts = Vec::new();
    if stage.called {
        parts.push(texts.stage_called());
    }
    if let Some(answers) = stage.answers_per_task {
        parts.push(texts.stage_answers(format!("{answers:.1}")));
    }
    if let Some(millis) = stage.mean_millis {
        parts.push(texts.stage_seconds((millis + 500) / 1_000));
    }
    if let Some(hour) = stage.pay_an_hour() {
        parts.push(texts.stage_hour(money(hour, currency)));
    }
    if stage.in_work > 0 {
        parts.push(texts.stage_in_work(stage.in_work));
    }
    if stage.stuck > 0 {
        parts.push(texts.stage_stuck(stage.stuck));
    }
    parts.join(" · ")
}

fn quality(texts: &Texts, stage: &StageView) -> Option<Quality> {
    let Measured { units, rate, low, high, .. } = stage.quality.gold.filter(|gold| gold.units >= ENOUGH)?;
    let percent = |share: f64| format!("{:.2}", share * 100.0);
    let (least, share, most) = (1.0 - high, 1.0 - rate, 1.0 - low);
    // The line begins a little before the interval and ends at 100 %.
    let floor = (1.0 - (1.0 - least) * 1.5).max(0.0);
    let place = |at: f64| (at - floor) / (1.0 - floor).max(1e-9) * 280.0;
    Some(Quality {
        stage: named(texts, "stage", &stage.key),
        share: percent(share),
        between: texts.quality_between(percent(least), percent(most)),
        evidence: texts.quality_evidence(count(units)),
        from: format!("{:.1}", place(least)),
        wide: format!("{:.1}", place(most) - place(least)),
        at: format!("{:.1}", place(share)),
        floor: percent(floor),
    })
}

fn file(texts: &Texts, (source, problems): &(SourceView, Vec<PartProblem>)) -> File {
    let parts = (source.parts > 0 && !source.is_settled())
        .then(|| texts.parts_done(count(source.done), count(source.parts)));
    let shown = i64::try_from(problems.len()).unwrap_or(0);
    File {
        id: source.id.to_string(),
        name: source.name.clone(),
        about: [Some(bytes(source.bytes)), parts.clone()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · "),
        chip: Chip::of_source(texts, source.state),
        bar: parts.map(|label| Bar::new(label, (source.done, 0), source.parts)),
        problem: source.problem.as_deref().map(sentence),
        problems: problems.iter().map(|one| format!("{}: {}", one.part, sentence(&one.message))).collect(),
        more: (source.problems > shown).then(|| texts.more_problems(count(source.problems - shown))),
    }
}

/// How many items a pilot has unless somebody chooses otherwise: fifty, or half of all where that is less.
fn usual_pilot(items: i64) -> i64 {
    (items / 2).clamp(i64::from(LEAST), 50)
}

fn about(texts: &Texts, clock: &Clock, view: &View) -> String {
    let pieces = (view.items > 0).then(|| texts.finished_of(count(view.finished), count(view.items)));
    let started = view.started_at.map(|at| texts.started_on(clock.day(at)));
    let ended = view.ended_at.map(|at| texts.ended_on(clock.day(at)));
    let made = (view.started_at.is_none()).then(|| texts.made_on(clock.day(view.made_at)));
    [pieces, made, started, ended].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn versions(texts: &Texts, version: i64) -> Option<String> {
    (version > 1).then(|| texts.instructions_version(count(version)))
}

/// How many answers were not accepted, where there are any, and whether a second look waits.
fn contests(texts: &Texts, of: kazi_app::contest::Figures) -> Option<(String, bool)> {
    let told = || texts.contests_figures(count(of.rejected), count(of.contested), count(of.put_right));
    (of.rejected > 0).then(|| (told(), of.waiting > 0))
}

fn delivered(
    clock: &Clock,
    project: Id<kind::Project>,
    delivery: &kazi_app::delivery::Delivery,
) -> Delivered {
    let address = |name: &str| {
        let path: Vec<String> = name.split('/').map(crate::staff::parts::escaped).collect();
        format!("/api/v1/projects/{project}/deliveries/{}/{}", delivery.id, path.join("/"))
    };
    let files = delivery.files.iter().map(|file| (address(&file.name), file.name.clone(), bytes(file.bytes)));
    Delivered { when: clock.moment(delivery.made_at), files: files.collect() }
}

impl ProjectPage {
    fn new(frame: Frame, loaded: Loaded, problems: Vec<String>) -> Self {
        let (texts, clock, is_moving) = (frame.texts, Clock::of(&frame), loaded.is_moving());
        let Loaded { view, sources, deliveries, pilot, questions, deletion, missing, centres } = loaded;
        let pilot = pilot.filter(|pilot| pilot.running);
        let fair = Fair::of(&frame, &view);
        let told = |pilot: &Pilot| texts.pilot_progress(count(pilot.finished), count(pilot.items));
        let chosen = |id: &Id<kind::Centre>| view.centres.iter().any(|(centre, _)| centre == id);
        let stuck = view.stages.iter().map(|stage| stage.stuck).sum();
        let accepts = kazi_services::find(&view.service).map(|service| service.about().accepts.join(","));
        let whole = texts.finished_of(count(view.finished), count(view.items));
        Self {
            here: Here::Projects,
            id: view.id,
            service: named(texts, "service", &view.service),
            client: frame.is(Role::Operator).then(|| view.organisation_name.clone()),
            state: view.state,
            chip: Chip::of_project(texts, view.state),
            about: about(texts, &clock, &view),
            problem: view.problem.as_deref().map(sentence),
            missing: missing.iter().map(|one| sentence(&one.to_string())).collect(),
            stuck,
            stuck_sentence: texts.project_stuck(stuck),
            whole: (view.items > 0).then(|| Bar::new(whole, (view.finished, 0), view.items)),
            stages: stages(texts, &view),
            files: sources.iter().map(|source| file(texts, source)).collect(),
            accepts: accepts.unwrap_or_default(),
            centres: centres
                .map(|all| all.into_iter().map(|(id, name)| (id.to_string(), name, chosen(&id))).collect()),
            cost: money(view.cost, view.currency),
            forecast: view.forecast.map(|at| clock.day(at)),
            quality: view.stages.iter().filter_map(|stage| quality(texts, stage)).collect(),
            pilot: pilot.as_ref().map(|pilot| (told(pilot), pilot.is_done())),
            pilot_of: (view.items > i64::from(LEAST)).then(|| usual_pilot(view.items)),
            deliveries: deliveries.iter().map(|one| delivered(&clock, view.id, one)).collect(),
            centre_names: view.centres.into_iter().map(|(_, name)| name).collect(),
            fair,
            versions: versions(texts, view.instructions_version),
            contests: contests(texts, view.contests),
            deletion: told_on_page(texts, &clock, &deletion),
            questions: (
                texts.questions_open(questions.open),
                (questions.mine > 0).then(|| texts.questions_mine(questions.mine)),
            ),
            instructions: view.instructions,
            name: view.name,
            is_moving,
            problems,
            frame,
        }
    }
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
    Turning(turn): Turning,
) -> Result<Response, AppError> {
    let loaded = load(&state, &who, id(&project)?, turn.at).await?;
    page(&ProjectPage::new(frame, loaded, Vec::new()))
}

/// The page with what went wrong just now.
pub(in crate::staff) async fn show_again(
    state: &WebState,
    who: &SignedIn,
    (frame, turn): (Frame, kazi_app::Turn),
    project: Id<kind::Project>,
    problems: Vec<String>,
) -> Result<Response, AppError> {
    let loaded = load(state, who, project, turn.at).await?;
    again(&ProjectPage::new(frame, loaded, problems))
}
