//! What a client does with a delivery: looks at a sample of it item by item, accepts it, or sends back what is wrong.

mod certificate;
mod close;
mod item;
mod overview;

pub(crate) use overview::drawn;

use kazi_app::acceptance::{self, AcceptanceError, Desk, Sample};
use kazi_app::access::SignedIn;
use kazi_app::projects::{self, View};
use kazi_app::{Turn, now};
use kazi_db::Read;
use kazi_domain::policy::{Can, JudgeDelivery, ViewProject};
use kazi_domain::{Id, SampleVerdict, kind};
use kazi_texts::Texts;

use crate::error::AppError;
use crate::routes::Routes;
use crate::staff::parts::Chip;
use crate::state::WebState;

pub(super) fn add(routes: Routes) -> Routes {
    certificate::add(close::add(item::add(overview::add(routes))))
}

/// What every page about a delivery knows.
struct Loaded {
    view: View,
    desk: Desk,
}

/// Looks at a project's delivery, and at something more of its sample.
async fn load<T: Send + 'static>(
    state: &WebState,
    who: &SignedIn,
    project: Id<kind::Project>,
    more: impl Fn(&mut Read<'_>, &Can<JudgeDelivery>, Option<&Sample>) -> Result<T, AcceptanceError>
    + Send
    + 'static,
) -> Result<(Loaded, T), AppError> {
    let (who, all) = (who.clone(), state.app.projects.clone());
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<JudgeDelivery> = projects::may(read, &who.actor, project)?;
        let see: Can<ViewProject> = projects::may(read, &who.actor, project)?;
        let desk = acceptance::desk(read, &all, &can)?;
        let more = more(read, &can, desk.sample.as_ref())?;
        Ok((Loaded { view: projects::view::view(read, &see, now())?, desk }, more))
    });
    found.await
}

/// The seed of a draw: random, and kept with the sample.
fn seed(turn: &Turn) -> u64 {
    let id: Id<kind::Sample> = turn.mint();
    let [.., a, b, c, d, e, f, g, h] = *id.as_bytes();
    u64::from_be_bytes([a, b, c, d, e, f, g, h])
}

/// What was said of an item, as a chip.
fn chip(texts: &Texts, verdict: Option<SampleVerdict>) -> Chip {
    match verdict {
        Some(SampleVerdict::Right) => Chip::ok(texts.verdict_right()),
        Some(SampleVerdict::Wrong) => Chip::bad(texts.verdict_wrong()),
        Some(SampleVerdict::Unsure) => Chip::wait(texts.verdict_unsure()),
        None => Chip::over(texts.verdict_none()),
    }
}
