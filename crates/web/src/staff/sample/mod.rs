//! What a client does with a delivery: looks at a sample of it item by item, accepts it, or sends back what is wrong.

mod certificate;
mod close;
mod item;
mod overview;

pub(crate) use overview::drawn;

use axum::response::Response;
use kazi_app::acceptance::{self, AcceptanceError, Desk, Sample};
use kazi_app::access::SignedIn;
use kazi_app::bound::Head;
use kazi_app::projects::{self, View};
use kazi_app::{now, random};
use kazi_db::Read;
use kazi_domain::policy::{Can, JudgeDelivery, ViewProject};
use kazi_domain::{Id, SampleVerdict, kind};
use kazi_services::{BlobRef, JsonView};
use kazi_texts::Texts;

use crate::error::AppError;
use crate::headers::PicturesFrom;
use crate::routes::Routes;
use crate::staff::parts::Chip;
use crate::state::WebState;
use crate::work::media_address;

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

/// The seed of a draw: random.
pub(super) fn seed() -> u64 {
    u64::from_be_bytes(random())
}

/// A finished item as its service shows it: its key, its body, the body of what it is a piece of, what it came to.
pub(super) fn finished(
    head: &Head,
    (key, item, parent): (&str, &str, Option<&str>),
    outcome: &str,
    texts: &Texts,
) -> Result<String, AppError> {
    let media = |blob: &BlobRef| media_address(head.id, blob);
    let view = JsonView {
        stage: "",
        key,
        item,
        parent,
        pieces: &[],
        readings: &[],
        given: None,
        media: &media,
        texts,
        practice: false,
    };
    head.terms.service.finished(&view, outcome).map_err(AppError::fault)
}

/// The page, which may show pictures that lie where the client's table says.
pub(super) fn with_pictures(mut response: Response, shown: &str) -> Response {
    if shown.contains("<img src=\"https://") {
        response.extensions_mut().insert(PicturesFrom(vec!["https:".to_owned()]));
    }
    response
}

/// What was said of an item, as a chip.
fn chip(texts: &Texts, verdict: Option<SampleVerdict>) -> Chip {
    match verdict {
        Some(SampleVerdict::Right) => Chip::ok(texts.verdict_right()),
        Some(SampleVerdict::Wrong) => Chip::bad(texts.verdict_wrong()),
        Some(SampleVerdict::Unsure) => Chip::wait(texts.verdict_unsure()).with("flag"),
        None => Chip::over(texts.verdict_none()).with("clock"),
    }
}
