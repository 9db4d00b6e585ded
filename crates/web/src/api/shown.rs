//! What the API answers with, as types: the description of the API and the replies are made from the same ones.

use kazi_app::delivery;
use kazi_app::intake;
use kazi_app::jobs::JobView;
use kazi_app::projects::list::Listed;
use kazi_app::projects::trouble;
use kazi_app::projects::view::{StageView, View};
use kazi_domain::{Id, Kind};
use kazi_services::About;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::wages::CentreOf;

/// Something new, by its id.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Made {
    id: String,
}

impl Made {
    pub(super) fn of<K: Kind>(id: Id<K>) -> Self {
        Self { id: id.to_string() }
    }
}

/// What a service is called and takes in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AboutShown {
    name: &'static str,
    /// File name endings that it knows; what counts is the content.
    accepts: &'static [&'static str],
    /// Whether its files are opened in a process of their own.
    media: bool,
}

impl From<About> for AboutShown {
    fn from(About { name, accepts, media }: About) -> Self {
        Self { name, accepts, media }
    }
}

/// A service that this Kazi sells.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServiceShown {
    pub(super) key: &'static str,
    pub(super) about: AboutShown,
    /// The form of its settings, as a JSON schema.
    #[schema(value_type = Object)]
    pub(super) settings: Value,
    /// Its settings where nobody chose.
    #[schema(value_type = Object)]
    pub(super) defaults: Value,
}

/// A project in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProjectRow {
    id: String,
    name: String,
    service: String,
    /// `draft`, `running`, `paused`, `finishing`, `finished` or `cancelled`.
    state: &'static str,
}

impl From<&Listed> for ProjectRow {
    fn from(row: &Listed) -> Self {
        let (name, service) = (row.name.clone(), row.service.clone());
        Self { id: row.id.to_string(), name, service, state: row.state.word() }
    }
}

/// Projects, and where the next page begins.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProjectList {
    pub(super) projects: Vec<ProjectRow>,
    /// Send it as `after` for the next page; `null` on the last.
    #[schema(required)]
    pub(super) next: Option<String>,
}

/// How many files are in one state.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Files {
    state: String,
    files: i64,
}

/// One stage of a project.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StageShown {
    key: String,
    item_kind: &'static str,
    /// Who does it: `worker` or `reviewer`.
    role: &'static str,
    /// Whether only a disagreement brings items here.
    called: bool,
    /// What one answer pays, in millionths.
    pay: i64,
    tasks: i64,
    settled: i64,
    /// Tasks sent to another stage to decide.
    sent_on: i64,
    stuck: i64,
    in_work: i64,
    answers: i64,
    /// What its answers cost, in millionths.
    cost: i64,
    /// The mean active time of an answer.
    #[schema(required)]
    mean_millis: Option<i64>,
    /// The median active time of the latest accepted answers, or what the service expects of one.
    pace_millis: i64,
    /// How many answers that median is of; 0 where it is only expected.
    pace_answers: i64,
    /// What an hour of active work comes to at that pace, in millionths.
    pay_an_hour: i64,
}

impl From<&StageView> for StageShown {
    fn from(stage: &StageView) -> Self {
        Self {
            key: stage.key.clone(),
            item_kind: stage.item_kind,
            role: stage.role.word(),
            called: stage.called,
            pay: stage.pay,
            tasks: stage.tasks,
            settled: stage.settled,
            sent_on: stage.sent_on,
            stuck: stage.stuck,
            in_work: stage.in_work,
            answers: stage.answers,
            cost: stage.cost,
            mean_millis: stage.mean_millis,
            pace_millis: stage.pace.millis,
            pace_answers: stage.pace.answers,
            pay_an_hour: stage.hour(),
        }
    }
}

/// One project: its terms, stages, files and cost.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProjectShown {
    id: String,
    organisation: String,
    organisation_name: String,
    service: String,
    name: String,
    state: &'static str,
    /// The version of its terms: send it back with a change.
    version: i64,
    /// The service's settings.
    #[schema(value_type = Object)]
    spec: Value,
    instructions: String,
    currency: String,
    gold_every: i64,
    /// Why its delivery failed.
    #[schema(required)]
    problem: Option<String>,
    made_at: i64,
    #[schema(required)]
    started_at: Option<i64>,
    #[schema(required)]
    ended_at: Option<i64>,
    centres: Vec<CentreOf>,
    /// Why it pays less than a living wage at one of them, where that was said.
    #[schema(required)]
    below_living_wage: Option<String>,
    /// How many answers were not accepted.
    not_accepted: i64,
    /// Of these, a second look was asked for.
    second_looks: i64,
    /// Of these, put right and paid.
    put_right: i64,
    sources: Vec<Files>,
    stages: Vec<StageShown>,
    items: i64,
    finished: i64,
    cost: i64,
    /// When it will be finished at the pace of late.
    #[schema(required)]
    forecast: Option<i64>,
}

impl From<&View> for ProjectShown {
    fn from(view: &View) -> Self {
        let files = |(state, files): &(String, i64)| Files { state: state.clone(), files: *files };
        Self {
            id: view.id.to_string(),
            organisation: view.organisation.to_string(),
            organisation_name: view.organisation_name.clone(),
            service: view.service.clone(),
            name: view.name.clone(),
            state: view.state.word(),
            version: view.version,
            spec: serde_json::from_str(&view.spec).unwrap_or_default(),
            instructions: view.instructions.clone(),
            currency: view.currency.code().to_owned(),
            gold_every: view.gold_every,
            problem: view.problem.clone(),
            made_at: view.made_at.micros(),
            started_at: view.started_at.map(kazi_domain::Moment::micros),
            ended_at: view.ended_at.map(kazi_domain::Moment::micros),
            centres: view.wages.iter().map(CentreOf::from).collect(),
            below_living_wage: view.below_reason.clone(),
            not_accepted: view.contests.rejected,
            second_looks: view.contests.contested,
            put_right: view.contests.put_right,
            sources: view.sources.iter().map(files).collect(),
            stages: view.stages.iter().map(StageShown::from).collect(),
            items: view.items,
            finished: view.finished,
            cost: view.cost,
            forecast: view.forecast.map(kazi_domain::Moment::micros),
        }
    }
}

/// A file that was handed in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SourceShown {
    id: String,
    name: String,
    bytes: u64,
    /// `arriving`, `splitting`, `split` or `refused`, and what lies between.
    state: &'static str,
    #[schema(required)]
    problem: Option<String>,
    /// How many of its parts (pages, rows) are split.
    done: i64,
    /// How many parts it has; 0 when that is not known yet.
    parts: i64,
    /// How many of its parts could not be used.
    problems: i64,
}

impl From<&intake::SourceView> for SourceShown {
    fn from(source: &intake::SourceView) -> Self {
        Self {
            id: source.id.to_string(),
            name: source.name.clone(),
            bytes: source.bytes,
            state: source.state.word(),
            problem: source.problem.clone(),
            done: source.done,
            parts: source.parts,
            problems: source.problems,
        }
    }
}

/// A part of a file that could not be used.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PartShown {
    part: String,
    key: String,
    message: String,
}

impl From<&intake::PartProblem> for PartShown {
    fn from(one: &intake::PartProblem) -> Self {
        Self { part: one.part.clone(), key: one.key.clone(), message: one.message.clone() }
    }
}

/// Where an upload stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UploadShown {
    pub(super) id: String,
    pub(super) name: String,
    /// How many bytes are here for good.
    pub(super) offset: u64,
    pub(super) bytes: u64,
    pub(super) arrived: bool,
}

/// A delivered file.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FileShown {
    name: String,
    media_type: String,
    bytes: u64,
}

/// What was delivered at once.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryShown {
    id: String,
    made_at: i64,
    files: Vec<FileShown>,
}

impl From<&delivery::Delivery> for DeliveryShown {
    fn from(one: &delivery::Delivery) -> Self {
        let file = |file: &delivery::DeliveredFile| FileShown {
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            bytes: file.bytes,
        };
        let files = one.files.iter().map(file).collect();
        Self { id: one.id.to_string(), made_at: one.made_at.micros(), files }
    }
}

/// An item that waits for the staff.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StuckShown {
    item: String,
    key: String,
    kind: String,
    #[schema(required)]
    stage: Option<String>,
    #[schema(required)]
    problem: Option<String>,
}

impl From<&trouble::Stuck> for StuckShown {
    fn from(row: &trouble::Stuck) -> Self {
        let (key, kind, problem) = (row.key.clone(), row.kind.clone(), row.problem.clone());
        Self { item: row.item.to_string(), key, kind, stage: row.stage.clone(), problem }
    }
}

/// Items that wait for the staff, and where the next page begins.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StuckList {
    pub(super) items: Vec<StuckShown>,
    #[schema(required)]
    pub(super) next: Option<String>,
}

/// A background job.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JobShown {
    id: String,
    kind: String,
    state: &'static str,
    tries: i64,
    done: i64,
    /// How many parts there are; 0 when that is not known.
    parts: i64,
    #[schema(required)]
    problem: Option<String>,
    made_at: i64,
    #[schema(required)]
    started_at: Option<i64>,
    #[schema(required)]
    ended_at: Option<i64>,
}

impl From<&JobView> for JobShown {
    fn from(job: &JobView) -> Self {
        Self {
            id: job.id.to_string(),
            kind: job.kind.clone(),
            state: job.state.word(),
            tries: job.tries,
            done: job.done,
            parts: job.parts,
            problem: job.problem.clone(),
            made_at: job.made_at.micros(),
            started_at: job.started_at.map(kazi_domain::Moment::micros),
            ended_at: job.ended_at.map(kazi_domain::Moment::micros),
        }
    }
}

/// Background jobs, and where the next page begins.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JobList {
    pub(super) jobs: Vec<JobShown>,
    #[schema(required)]
    pub(super) next: Option<String>,
}

/// A code that enrols a computer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CodeShown {
    pub(super) id: String,
    pub(super) code: String,
    pub(super) until: i64,
}
