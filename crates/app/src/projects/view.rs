//! One project as its page and the API show it.

use std::collections::HashMap;

use kazi_db::{DbError, Read, params};
use kazi_domain::policy::{Can, ViewProject};
use kazi_domain::{Currency, Id, Moment, ProjectState, Role, kind};
use kazi_services::{BoundService, Stage, Start};

use super::fair::{self, Below, CentreWage, Pace};
use super::forecast::{self, Progress};
use super::measure::{self, Measured, OfStage};
use super::{ProjectError, draft};
use crate::contest::{self, Figures};
use crate::rows::{Columns, Param};

kazi_db::statements! {
    /// The project itself.
    HEAD = "select p.organisation, o.name, p.service, p.name, p.state, p.version, p.spec, p.instructions, p.currency, \
            p.gold_every, p.problem, p.made_at, p.started_at, p.ended_at, p.instructions_version \
            from project p join organisation o on o.id = p.organisation where p.id = $1";
    /// What its stages have come to, over all lanes.
    COUNTS = "select stage, sum(items), sum(finished), sum(tasks), sum(settled), sum(called), sum(stuck), sum(answers), \
              sum(pay), sum(millis), sum(machine_units), sum(machine_errors), \
              sum(machine_gold_units), sum(machine_gold_errors) from stage_count where project = $1 group by stage";
    /// What its stages pay.
    PAY = "select stage, pay from project_stage where project = $1 order by position";
    /// What people hold now.
    IN_WORK = "select stage, count(*) from lease where project = $1 and expired = 0 and until_at > $2 group by stage";
    /// What the operator has paid for doing again: it leaves this account, so it is less than nothing.
    REDONE = "select cast(coalesce(sum(amount), 0) as bigint) from ledger where owner = $1 and account = 'rework'";
    /// Its files by state.
    SOURCES = "select state, count(*) from source where project = $1 group by state order by state";
}

/// One project, as everybody who may see it sees it. No worker is named here.
#[derive(Debug, Clone)]
pub struct View {
    /// Its id.
    pub id: Id<kind::Project>,
    /// The client.
    pub organisation: Id<kind::Organisation>,
    /// The client's name.
    pub organisation_name: String,
    /// The service's key.
    pub service: String,
    /// Its name.
    pub name: String,
    /// What it is doing.
    pub state: ProjectState,
    /// The version of its terms: send it back with an edit.
    pub version: i64,
    /// The service's settings, as JSON text.
    pub spec: String,
    /// What the workers must know.
    pub instructions: String,
    /// Which version of them that is.
    pub instructions_version: i64,
    /// The currency of pay.
    pub currency: Currency,
    /// One answer in this many is asked for a known truth; 0 for never.
    pub gold_every: i64,
    /// Why its delivery failed.
    pub problem: Option<String>,
    /// When it was made.
    pub made_at: Moment,
    /// When work on it began.
    pub started_at: Option<Moment>,
    /// When it ended.
    pub ended_at: Option<Moment>,
    /// The centres that do the work.
    pub centres: Vec<(Id<kind::Centre>, String)>,
    /// Its files: how many are in each state.
    pub sources: Vec<(String, i64)>,
    /// Its stages, in order.
    pub stages: Vec<StageView>,
    /// How many pieces its files were split into, counted at the top of the tree.
    pub items: i64,
    /// How many of these are finished.
    pub finished: i64,
    /// What its answers have cost the client, in millionths: without what was done again because it was sent back.
    pub cost: i64,
    /// When it will be finished at the pace of late; `None` while there is too little to go by.
    pub forecast: Option<Moment>,
    /// What a living wage is at the centres that do the work.
    pub wages: Vec<CentreWage>,
    /// Why it may pay less than that, if that was said of its terms as they are.
    pub below_reason: Option<String>,
    /// How many answers were not accepted, and what came of it.
    pub contests: Figures,
}

/// One stage of a project.
#[derive(Debug, Clone, PartialEq)]
pub struct StageView {
    /// Its key.
    pub key: String,
    /// The kind of item it is done on.
    pub item_kind: &'static str,
    /// Who may do it.
    pub role: Role,
    /// Whether only a disagreement brings items here.
    pub called: bool,
    /// What one answer pays, in millionths.
    pub pay: i64,
    /// Tasks that were opened.
    pub tasks: i64,
    /// Of these, settled.
    pub settled: i64,
    /// Of these, sent to another stage to decide.
    pub sent_on: i64,
    /// Of these, stuck.
    pub stuck: i64,
    /// Tasks that people hold now.
    pub in_work: i64,
    /// Answers given.
    pub answers: i64,
    /// What they cost, in millionths, with what was done again.
    pub cost: i64,
    /// The mean of their active time, in milliseconds.
    pub mean_millis: Option<i64>,
    /// How long an answer takes: the median of accepted ones, or what the service expects.
    pub pace: Pace,
    /// Answers for each task that is settled.
    pub answers_per_task: Option<f64>,
    /// How often single answers are wrong.
    pub quality: OfStage,
    /// How often the machine's reading is wrong; where there are known truths, against these too.
    pub machine: OfStage,
}

impl StageView {
    /// What an hour of active work at this stage has paid by the median time that accepted answers took, in millionths;
    /// `None` while too few were. Breaks and waiting are not in it.
    pub fn pay_an_hour(&self) -> Option<i64> {
        (self.pace.answers > 0).then(|| self.hour())
    }

    /// The same, or what it would pay by the time that the service expects.
    pub fn hour(&self) -> i64 {
        self.pace.hour(self.pay)
    }
}

impl View {
    /// The stages that pay less than a living wage.
    pub fn below(&self) -> Vec<Below> {
        let hours = self.stages.iter().map(|stage| (stage.key.as_str(), stage.hour()));
        fair::below(hours, self.currency, &self.wages)
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    items: i64,
    finished: i64,
    tasks: i64,
    settled: i64,
    called: i64,
    stuck: i64,
    answers: i64,
    pay: i64,
    millis: i64,
    machine: OfStage,
}

/// The whole page of a project.
///
/// # Errors
/// [`ProjectError::NotThere`], and when the service refuses the stored settings.
pub fn view(read: &mut Read<'_>, can: &Can<ViewProject>, now: Moment) -> Result<View, ProjectError> {
    let project = can.subject();
    let mut view = read
        .query_opt(&HEAD, params![project.param()], |row| head(project, row))?
        .ok_or(ProjectError::NotThere)?;
    let service = draft::bind(&view.service, &view.spec)?;
    let counts = counts(read, project)?;
    view.stages = stages(read, project, &*service, &counts, now)?;
    view.centres = draft::assigned(read, project)?;
    view.wages = fair::wages(read, project)?;
    view.below_reason = fair::reason(read, project)?;
    view.contests = contest::figures(read, project)?;
    view.sources =
        read.query_all(&SOURCES, params![project.param()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let whole = counts.get("").copied().unwrap_or_default();
    (view.items, view.finished) = (whole.items, whole.finished);
    let redone: i64 = read.query_one(&REDONE, params![project.param()], |row| row.get(0))?;
    view.cost = counts.values().map(|count| count.pay).sum::<i64>() + redone;
    if view.state == ProjectState::Running {
        let sum = |of: fn(&StageView) -> i64| view.stages.iter().map(of).sum::<i64>();
        let progress = Progress {
            items: (whole.items, whole.finished),
            tasks: (sum(|stage| stage.tasks), sum(|stage| stage.settled)),
            answers: sum(|stage| stage.answers),
        };
        view.forecast = forecast::finish(read, project, progress, now)?;
    }
    Ok(view)
}

fn head(id: Id<kind::Project>, row: &kazi_db::Row<'_>) -> Result<View, DbError> {
    Ok(View {
        id,
        organisation: row.id(0)?,
        organisation_name: row.get(1)?,
        service: row.get(2)?,
        name: row.get(3)?,
        state: row.word(4)?,
        version: row.get(5)?,
        spec: row.get(6)?,
        instructions: row.get(7)?,
        instructions_version: row.get(14)?,
        currency: row.word(8)?,
        gold_every: row.get(9)?,
        problem: row.get(10)?,
        made_at: row.moment(11)?,
        started_at: row.moment_opt(12)?,
        ended_at: row.moment_opt(13)?,
        centres: Vec::new(),
        sources: Vec::new(),
        stages: Vec::new(),
        items: 0,
        finished: 0,
        cost: 0,
        forecast: None,
        wages: Vec::new(),
        below_reason: None,
        contests: Figures::default(),
    })
}

fn counts(read: &mut Read<'_>, project: Id<kind::Project>) -> Result<HashMap<String, Counts>, DbError> {
    let rows = read.query_all(&COUNTS, params![project.param()], |row| {
        let counts = Counts {
            items: row.get(1)?,
            finished: row.get(2)?,
            tasks: row.get(3)?,
            settled: row.get(4)?,
            called: row.get(5)?,
            stuck: row.get(6)?,
            answers: row.get(7)?,
            pay: row.get(8)?,
            millis: row.get(9)?,
            machine: OfStage {
                settled: Measured::of(row.get(10)?, row.get(11)?),
                gold: Measured::of(row.get(12)?, row.get(13)?),
            },
        };
        Ok((row.get(0)?, counts))
    })?;
    Ok(rows.into_iter().collect())
}

fn stages(
    read: &mut Read<'_>,
    project: Id<kind::Project>,
    service: &dyn BoundService,
    counts: &HashMap<String, Counts>,
    now: Moment,
) -> Result<Vec<StageView>, DbError> {
    let pay: HashMap<String, i64> = read
        .query_all(&PAY, params![project.param()], |row| Ok((row.get(0)?, row.get(1)?)))?
        .into_iter()
        .collect();
    let in_work: HashMap<String, i64> = read
        .query_all(&IN_WORK, params![project.param(), now.param()], |row| Ok((row.get(0)?, row.get(1)?)))?
        .into_iter()
        .collect();
    let quality = measure::of_project(read, project)?;
    let paces = fair::paces(read, project, service)?;
    let view = |stage: &Stage| {
        let count = counts.get(stage.key).copied().unwrap_or_default();
        let of = |map: &HashMap<String, i64>| map.get(stage.key).copied().unwrap_or(0);
        StageView {
            key: stage.key.to_owned(),
            item_kind: stage.item_kind,
            role: stage.role,
            called: stage.start == Start::Called,
            pay: of(&pay),
            tasks: count.tasks,
            settled: count.settled,
            sent_on: count.called,
            stuck: count.stuck,
            in_work: of(&in_work),
            answers: count.answers,
            cost: count.pay,
            mean_millis: count.millis.checked_div(count.answers),
            pace: paces.get(stage.key).copied().unwrap_or_else(|| Pace::expected(stage)),
            answers_per_task: (count.settled > 0).then(|| ratio(count.answers, count.settled)),
            quality: quality.get(stage.key).copied().unwrap_or_default(),
            machine: count.machine,
        }
    };
    Ok(service.stages().iter().map(view).collect())
}

fn ratio(of: i64, by: i64) -> f64 {
    let number = |n: i64| f64::from(i32::try_from(n).unwrap_or(i32::MAX));
    number(of) / number(by)
}
