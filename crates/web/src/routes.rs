//! All routes, gathered from the areas that declare them.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};

use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};
use tower_http::csrf::CsrfLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::trace::{DefaultOnResponse, TraceLayer};
use tracing::Level;

use crate::error::AppError;
use crate::route::{Route, Who};
use crate::state::WebState;
use crate::{
    api, assets, door, front, guard, headers, health, media, metrics, origin, second_step, staff, work,
};

/// No form or value is larger; files have routes of their own without this limit.
const MOST_BYTES: usize = 1 << 20;
/// What fits into one packet with its headers is not made any quicker by being smaller.
const WORTH_SQUEEZING: u64 = 860;

/// Routes with their handlers on the way to becoming a router.
pub struct Routes {
    state: WebState,
    router: Router<WebState>,
    list: Vec<&'static Route>,
}

impl std::fmt::Debug for Routes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Routes").field("list", &self.list).finish_non_exhaustive()
    }
}

impl Routes {
    /// Adds a route; its rules are kept around the handler.
    #[must_use]
    pub fn add<H, T>(mut self, route: &'static Route, handler: H) -> Self
    where
        H: Handler<T, WebState>,
        T: 'static,
    {
        let method = MethodFilter::try_from(route.method.clone()).unwrap_or(MethodFilter::GET);
        let handled = on(method, handler);
        let handled = if route.files { handled.layer(DefaultBodyLimit::disable()) } else { handled };
        let guarded = handled.layer(from_fn_with_state((self.state.clone(), route), guard::keep));
        self.router = self.router.route(route.path, guarded);
        self.list.push(route);
        self
    }
}

fn gather(state: &WebState) -> Routes {
    let routes = Routes { state: state.clone(), router: Router::new(), list: Vec::new() };
    let routes = assets::add(routes);
    let routes = health::add(routes);
    let routes = metrics::add(routes);
    let routes = front::add(routes);
    let routes = media::add(routes);
    let routes = second_step::add(door::add(routes));
    let routes = api::add(routes);
    let routes = work::add(staff::add(routes));
    if !state.config.styleguide {
        return routes;
    }
    work::add_styleguide(staff::add_styleguide(routes))
}

/// Every route of the program, for the test that walks them all as every role.
pub fn routes(state: &WebState) -> Vec<&'static Route> {
    gather(state).list
}

/// What is answered where there is no route.
static NOWHERE: Route = Route::get("/{*nowhere}", Who::Anyone);

async fn nowhere() -> AppError {
    AppError::not_there()
}

async fn other_method() -> AppError {
    AppError { status: StatusCode::METHOD_NOT_ALLOWED, ..AppError::not_there() }
}

/// One line in the log for each request, with an id that the answer carries too.
fn span(request: &Request) -> tracing::Span {
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
    let (method, path) = (request.method(), request.uri().path());
    let from = origin::of(request).map(tracing::field::display);
    // Who asks is known further in.
    tracing::info_span!("request", %method, path, id, from, person = tracing::field::Empty)
}

/// A fault in the program itself ends one request, not the others.
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    AppError::fault("a handler panicked").into_response()
}

/// The router with everything around it.
pub fn router(state: WebState) -> Router {
    let router = gather(&state).router;
    let guarded = || from_fn_with_state((state.clone(), &NOWHERE), guard::keep);
    let tracing = TraceLayer::new_for_http()
        .make_span_with(span)
        .on_response(DefaultOnResponse::new().level(Level::INFO));
    router
        .fallback(nowhere.layer(guarded()))
        .method_not_allowed_fallback(other_method.layer(guarded()))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(
            CompressionLayer::new()
                .compress_when(DefaultPredicate::new().and(SizeAbove::new(WORTH_SQUEEZING))),
        )
        .layer(CsrfLayer::new())
        .layer(from_fn_with_state(state.clone(), headers::set))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(tracing)
        .layer(from_fn_with_state(state.clone(), origin::find))
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .with_state(state)
}
