//! One project: its page, its files, its centres, and what is done with it.

mod deletion;
mod edit;
mod fair;
mod files;
mod instructions;
mod reject;
mod show;
mod steer;
mod stuck;

pub(super) use fair::hint;
pub(super) use show::show_again;
pub(super) use stuck::readable;
pub(crate) use stuck::{about, pictures};

use kazi_app::access::SignedIn;
use kazi_app::delivery::{self, Delivery};
use kazi_app::forget::{self, Plan};
use kazi_app::intake::{self, PartProblem, SourceView};
use kazi_app::listing::Ask;
use kazi_app::network::{self, centres};
use kazi_app::projects::pilot::Pilot;
use kazi_app::projects::{self, Missing, View};
use kazi_app::talk::{self, Waiting};
use kazi_db::Read;
use kazi_domain::policy::{Can, TakeDelivery, ViewProject};
use kazi_domain::{Id, Moment, ProjectState, kind};

use crate::error::AppError;
use crate::routes::Routes;
use crate::state::WebState;

pub(super) fn add(routes: Routes) -> Routes {
    let routes = fair::add(files::add(show::add(routes)));
    let routes = deletion::add(instructions::add(routes));
    edit::add(reject::add(stuck::add(steer::add(routes))))
}

/// Of a file that could not be used whole, so many problems are shown on the project's page.
const PROBLEMS_SHOWN: usize = 5;

/// Everything on a project's page.
#[derive(Debug)]
struct Loaded {
    view: View,
    sources: Vec<(SourceView, Vec<PartProblem>)>,
    deliveries: Vec<Delivery>,
    pilot: Option<Pilot>,
    questions: Waiting,
    deletion: Plan,
    /// What a draft still needs.
    missing: Vec<Missing>,
    /// All centres, for those who may choose among them.
    centres: Option<Vec<(Id<kind::Centre>, String)>>,
}

impl Loaded {
    /// Whether the page will look different soon by itself.
    fn is_moving(&self) -> bool {
        let busy = |(source, _): &(SourceView, Vec<PartProblem>)| !source.is_settled();
        matches!(self.view.state, ProjectState::Running | ProjectState::Assembling)
            || self.sources.iter().any(busy)
    }
}

async fn load(
    state: &WebState,
    who: &SignedIn,
    project: Id<kind::Project>,
    now: Moment,
) -> Result<Loaded, AppError> {
    let (who, all) = (who.clone(), state.app.projects.clone());
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<ViewProject> = projects::may(read, &who.actor, project)?;
        let view = projects::view::view(read, &can, now)?;
        let take: Can<TakeDelivery> = projects::may(read, &who.actor, project)?;
        let missing = match view.state {
            ProjectState::Draft => projects::life::what_is_missing(read, &all, project)?,
            _ => Vec::new(),
        };
        Ok(Loaded {
            sources: sources(read, &can)?,
            deliveries: delivery::deliveries(read, &take)?,
            pilot: projects::pilot::look(read, &can)?,
            questions: talk::waiting(read, &can)?,
            deletion: forget::get(read, &can)?,
            missing,
            centres: choice_of_centres(read, &who)?,
            view,
        })
    });
    found.await
}

fn sources(
    read: &mut Read<'_>,
    can: &Can<ViewProject>,
) -> Result<Vec<(SourceView, Vec<PartProblem>)>, AppError> {
    let mut all = Vec::new();
    for source in intake::sources(read, can)? {
        let mut problems =
            if source.problems > 0 { intake::problems(read, can, source.id)? } else { Vec::new() };
        problems.truncate(PROBLEMS_SHOWN);
        all.push((source, problems));
    }
    Ok(all)
}

/// Centres that may take the work, with their names.
type Centres = Vec<(Id<kind::Centre>, String)>;

fn choice_of_centres(read: &mut Read<'_>, who: &SignedIn) -> Result<Option<Centres>, AppError> {
    let Some(network) = network::may_manage(&who.actor) else { return Ok(None) };
    let found = centres::list(read, &network, &Ask { rows: 200, ..Ask::default() })?;
    Ok(Some(found.rows.into_iter().map(|centre| (centre.id, centre.name)).collect()))
}
