//! Projects: one client's job in one service, from draft to delivery.
//!
//! Terms (spec, pay, pace of gold) change only together with the project's version, so that whoever keeps
//! them at hand never works by old ones ([`crate::bound`]).

pub mod board;
pub mod draft;
pub mod fair;
pub mod life;
pub mod list;
mod payout;
pub mod pilot;
pub(crate) mod through;
pub mod trouble;
pub mod view;

mod forecast;
mod measure;

pub use draft::{Draft, Edit};
pub use measure::Measured;
pub use payout::PayOut;
pub use view::View;

use kazi_db::{DbError, Read, Sql, params};
use kazi_domain::policy::{Action, Actor, Can, CreateProject, Facts, ListProjects, ViewProject, permit};
use kazi_domain::{Id, ProjectState, kind};
use kazi_services::Problem;

use crate::bound::HeadError;
use crate::network::NotForYou;
use crate::rows::{Columns, Param};

kazi_db::statements! {
    /// What the policy must know.
    FACTS = "select organisation from project where id = $1";
    /// What a project is called.
    NAME = "select name from project where id = $1";
    /// Every item, source by source, in order.
    ALL_ITEMS = "select i.key, i.kind, i.body, i.machine from source s join item i on i.source = s.id \
                 where s.project = $1 order by s.position, i.position";
    /// Whether there is such an organisation.
    ORGANISATION = "select id from organisation where id = $1";
}

/// Why a project was not made, changed or moved on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProjectError {
    /// None, or not for this person.
    #[error("there is no such project")]
    NotThere,
    /// No name.
    #[error("give the project a name")]
    NoName,
    /// No such service.
    #[error("this Kazi has no service `{0}`")]
    UnknownService(String),
    /// The service refuses the settings, field by field.
    #[error("some settings do not fit: {}", sentences(.0))]
    Spec(Vec<Problem>),
    /// Pay for a stage that the service does not have.
    #[error("this service has no stage `{0}` to pay for")]
    UnknownStage(String),
    /// Pay below nothing.
    #[error("the pay for the stage `{0}` must not be less than nothing")]
    NegativePay(String),
    /// Known truths are asked for with every second answer at most.
    #[error("ask for a known answer with every second task at most, or never (0)")]
    TooMuchGold,
    /// Settings and currency stay as they are once work stands on them.
    #[error("the settings can no longer be changed, for the files were split by them: make a new project")]
    SpecInUse,
    /// Somebody else changed the project meanwhile.
    #[error("somebody else has changed this project meanwhile: look at it again")]
    ChangedMeanwhile,
    /// The project does not go from here to there.
    #[error("a project that is {} cannot become {}", .from.word(), .to.word())]
    NoWay {
        /// Where it stands.
        from: ProjectState,
        /// Where it should go.
        to: ProjectState,
    },
    /// Something is missing before work can start.
    #[error("before this project can start: {}", missing(.0))]
    NotReady(Vec<Missing>),
    /// A pilot is a small part of a project.
    #[error("a pilot has 20 to 200 items, and the project must have more than that: start all of it instead")]
    PilotSize,
    /// No pilot is running.
    #[error("no pilot is running in this project")]
    NoPilot,
    /// Items of the pilot are not finished.
    #[error("wait until the pilot is finished: {0} of its items are not yet")]
    PilotNotDone(i64),
    /// None with this id.
    #[error("there is no such centre")]
    UnknownCentre,
    /// People would be paid less than they can live on.
    #[error("{}: raise the pay, or let the operator say why it is right", told(.0))]
    BelowWage(Vec<fair::Below>),
    /// People work by the instructions, and must be told what is new.
    #[error("say in a line what changed in the instructions: workers read it before their next task")]
    NothingSaid,
    /// Nothing was said.
    #[error("say why it is right to pay less than a living wage")]
    NoReason,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<HeadError> for ProjectError {
    fn from(error: HeadError) -> Self {
        match error {
            HeadError::NotThere => Self::NotThere,
            HeadError::UnknownService(service) => Self::UnknownService(service),
            HeadError::Spec(message) => Self::Spec(vec![Problem {
                field: String::new(),
                key: "settings-outdated".to_owned(),
                message,
            }]),
            HeadError::Db(error) => Self::Db(error),
        }
    }
}

/// What a project needs before work can start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// Nothing was handed in.
    #[error("hand in at least one file")]
    NoSource,
    /// Files are still arriving or being split.
    #[error("wait until all files are split: {0} are not yet")]
    Splitting(i64),
    /// All files were refused.
    #[error("hand in a file that can be used: nothing to work on was found")]
    NoItem,
    /// Nobody may work on it.
    #[error("choose at least one centre that does the work")]
    NoCentre,
    /// Work must be paid.
    #[error("set the pay for the stage `{0}`")]
    NoPay(String),
    /// Work must be paid so that one can live on it.
    #[error("{0}: raise the pay, or let the operator say why it is right")]
    BelowWage(fair::Below),
}

fn sentences(problems: &[Problem]) -> String {
    problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join(" ")
}

fn told(all: &[fair::Below]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn missing(all: &[Missing]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// The organisation of a project: what the policy must know of it.
///
/// # Errors
/// The database's.
pub fn facts(
    read: &mut Read<'_>,
    project: Id<kind::Project>,
) -> Result<Option<Id<kind::Organisation>>, DbError> {
    read.query_opt(&FACTS, params![project.param()], |row| row.id(0))
}

/// What a project is called.
///
/// # Errors
/// The database's.
pub fn name(read: &mut Read<'_>, can: &Can<ViewProject>) -> Result<String, DbError> {
    read.query_one(&NAME, params![can.subject().param()], |row| row.get(0))
}

/// The proof that somebody may do `A` to a project.
///
/// # Errors
/// [`NotForYou::NotThere`] when there is no such project or the person may not.
pub fn may<A: Action<Subject = kind::Project>>(
    read: &mut Read<'_>,
    actor: &Actor,
    project: Id<kind::Project>,
) -> Result<Can<A>, NotForYou> {
    let organisation = facts(read, project)?.ok_or(NotForYou::NotThere)?;
    let facts = Facts { organisation: Some(organisation), ..Facts::default() };
    permit(actor, project, facts).ok_or(NotForYou::NotThere)
}

/// The proof that somebody may make projects for an organisation.
///
/// # Errors
/// [`NotForYou::NotThere`] when there is no such organisation or the person may not.
pub fn may_create(
    read: &mut Read<'_>,
    actor: &Actor,
    organisation: Id<kind::Organisation>,
) -> Result<Can<CreateProject>, NotForYou> {
    may_in(read, actor, organisation)
}

/// The proof that somebody may see the projects of an organisation.
///
/// # Errors
/// [`NotForYou::NotThere`] when there is no such organisation or the person may not.
pub fn may_list(
    read: &mut Read<'_>,
    actor: &Actor,
    organisation: Id<kind::Organisation>,
) -> Result<Can<ListProjects>, NotForYou> {
    may_in(read, actor, organisation)
}

fn may_in<A: Action<Subject = kind::Organisation>>(
    read: &mut Read<'_>,
    actor: &Actor,
    organisation: Id<kind::Organisation>,
) -> Result<Can<A>, NotForYou> {
    let found = read.query_opt(&ORGANISATION, params![organisation.param()], |row| row.id(0))?;
    let facts = Facts { organisation: found, ..Facts::default() };
    found.and_then(|found| permit(actor, found, facts)).ok_or(NotForYou::NotThere)
}

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[
    ALL,
    draft::ALL,
    fair::ALL,
    life::ALL,
    list::ALL,
    view::ALL,
    through::ALL,
    trouble::ALL,
    payout::ALL,
    pilot::ALL,
    forecast::ALL,
    measure::ALL,
    board::LOOKS,
    board::ALL,
];

/// Every item of a project as its service wrote it, in order: what a rehearsal holds against the truth.
///
/// # Errors
/// The database's.
pub fn all_items(
    read: &mut Read<'_>,
    project: Id<kind::Project>,
) -> Result<Vec<kazi_services::JsonItem>, DbError> {
    read.query_all(&ALL_ITEMS, params![project.param()], |row| {
        Ok(kazi_services::JsonItem {
            key: row.get(0)?,
            kind: row.get(1)?,
            body: row.get(2)?,
            machine: row.get(3)?,
        })
    })
}
