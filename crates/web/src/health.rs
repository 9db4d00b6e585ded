//! For those who watch the program: is it there, can it work.

use axum::extract::State;

use crate::error::AppError;
use crate::route::{Route, Who};
use crate::routes::Routes;
use crate::state::WebState;

static ALIVE: Route = Route::get("/healthz", Who::Anyone);
static READY: Route = Route::get("/readyz", Who::Anyone);

pub(crate) fn add(routes: Routes) -> Routes {
    routes.add(&ALIVE, alive).add(&READY, ready)
}

async fn alive() -> &'static str {
    "ok\n"
}

async fn ready(State(state): State<WebState>) -> Result<&'static str, AppError> {
    state.app.db.health().await?;
    Ok("ready\n")
}
