//! All routes, gathered from the areas that declare them.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, on};

use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;

use crate::route::Route;
use crate::state::WebState;
use crate::{api, assets, door, guard, headers, health, staff, work};

/// No form or value is larger; files have routes of their own without this limit.
const MOST_BYTES: usize = 1 << 20;

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
    let routes = door::add(routes);
    let routes = api::add(routes);
    let routes = staff::add(routes);
    work::add(routes)
}

/// Every route of the program, for the test that walks them all as every role.
pub fn routes(state: &WebState) -> Vec<&'static Route> {
    gather(state).list
}

/// The router with everything around it.
pub fn router(state: WebState) -> Router {
    let router = gather(&state).router;
    router
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(from_fn_with_state(state.clone(), headers::set))
        .layer(CompressionLayer::new())
        .layer(CsrfLayer::new())
        .layer(CatchPanicLayer::new())
        .with_state(state)
}
