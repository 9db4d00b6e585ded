//! Figures for those who watch the program, in the form that Prometheus reads.

use std::sync::LazyLock;
use std::time::Duration;

use ::metrics::Label;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use kazi_domain::Span;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::api::may_steer;
use crate::error::AppError;
use crate::extract::StaffMember;
use crate::route::{Route, Who};
use crate::routes::Routes;

static FIGURES: Route = Route::get("/metrics", Who::Api);

/// Bounds of the histogram of times, in seconds.
const SECONDS: &[f64] = &[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0];

/// The recorder of this process. `None` when another part of it has installed its own.
static RECORDER: LazyLock<Option<PrometheusHandle>> = LazyLock::new(|| {
    let told = PrometheusBuilder::new().set_buckets(SECONDS).and_then(PrometheusBuilder::install_recorder);
    told.inspect_err(|error| tracing::warn!(%error, "no figures are kept")).ok()
});

pub(crate) fn add(routes: Routes) -> Routes {
    LazyLock::force(&RECORDER);
    routes.add(&FIGURES, figures)
}

/// Notes a request. The route's own path is noted, not the address: addresses are without number.
pub(crate) fn note(route: &'static Route, status: StatusCode, took: Span) {
    let labels = [
        Label::from_static_parts("method", route.method.as_str()),
        Label::from_static_parts("path", route.path),
        // The words of all usual statuses are known; this is on the way of every request.
        match status {
            StatusCode::OK => Label::from_static_parts("status", "200"),
            StatusCode::NO_CONTENT => Label::from_static_parts("status", "204"),
            other => Label::new("status", other.as_u16().to_string()),
        },
    ];
    ::metrics::counter!("kazi_requests_total", labels.iter()).increment(1);
    let micros = u64::try_from(took.micros()).unwrap_or(0);
    ::metrics::histogram!("kazi_request_seconds", "path" => route.path)
        .record(Duration::from_micros(micros).as_secs_f64());
}

/// Only for the operator, signed in or by a key for background jobs: how much is worked is nobody else's business.
async fn figures(StaffMember(who): StaffMember) -> Result<Response, AppError> {
    may_steer(&who)?;
    let recorder = RECORDER.as_ref().ok_or_else(AppError::not_there)?;
    recorder.run_upkeep();
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    Ok((kind, recorder.render()).into_response())
}
