//! The certificate of an accepted delivery: a page to print.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kazi_app::acceptance::{self, Accepted};
use kazi_app::projects;
use kazi_domain::policy::{Can, TakeDelivery};
use kazi_domain::{Id, kind};

use super::overview::Measure;
use crate::door::page;
use crate::error::AppError;
use crate::extract::StaffMember;
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::staff::id;
use crate::staff::nav::Here;
use crate::staff::words::{Clock, count, named};
use crate::state::WebState;

static SHOW: Route = Route::get("/projects/{project}/certificate", Who::Staff);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&SHOW, show)
}

#[derive(Debug, Template)]
#[template(path = "staff/certificate.html")]
struct CertificatePage {
    frame: Frame,
    here: Here,
    id: Id<kind::Project>,
    name: String,
    measure: Option<Measure>,
    found: String,
    /// What it says, in a table: name, value.
    facts: Vec<(String, String)>,
}

fn certificate(frame: Frame, project: Id<kind::Project>, of: Accepted) -> CertificatePage {
    let (texts, clock) = (frame.texts, Clock::of(&frame));
    let number = |n: usize| count(i64::try_from(n).unwrap_or(i64::MAX));
    let mut facts = vec![
        (texts.certificate_client(), of.client),
        (texts.certificate_service(), named(texts, "service", &of.service)),
        (texts.certificate_operator(), frame.operator.clone()),
        (texts.certificate_delivered(), clock.moment(of.delivered_at)),
        (texts.certificate_accepted(), clock.moment(of.at)),
        (texts.certificate_rounds(), count(of.rounds)),
        (texts.certificate_aside(), count(of.set_aside)),
    ];
    let mut found = texts.certificate_nothing();
    if let (Some(said), Some((sample, seed))) = (&of.certificate, of.sample) {
        let (sampled, lot, right) = (number(said.sampled), number(said.lot), number(said.right));
        found = match said.mended {
            0 => texts.certificate_found(sampled, lot, right),
            mended => texts.certificate_found_mended(sampled, lot, right, number(mended)),
        };
        facts.push((texts.certificate_method(), texts.certificate_method_said()));
        facts.push((texts.certificate_sample(), sample.to_string()));
        facts.push((texts.certificate_seed(), seed.to_string()));
    }
    facts.push((texts.certificate_delivery(), of.delivery.to_string()));
    let measure = of.certificate.as_ref().map(|said| Measure::of(texts, said));
    CertificatePage { here: Here::Projects, id: project, name: of.project, measure, found, facts, frame }
}

async fn show(
    State(state): State<WebState>,
    StaffMember(who): StaffMember,
    frame: Frame,
    Path(project): Path<String>,
) -> Result<Response, AppError> {
    let project: Id<kind::Project> = id(&project)?;
    let found = state.app.db.read(move |read| -> Result<_, AppError> {
        let can: Can<TakeDelivery> = projects::may(read, &who.actor, project)?;
        Ok(acceptance::accepted(read, &can)?)
    });
    let accepted = found.await?.ok_or_else(AppError::not_there)?;
    page(&certificate(frame, project, accepted))
}
