//! The first page that anybody sees.

use askama::Template;
use axum::response::Response;

use crate::door::page;
use crate::error::AppError;
use crate::frame::Frame;
use crate::route::{Route, Who};
use crate::routes::Routes;

static FRONT: Route = Route::get("/", Who::Anyone);

#[derive(Template)]
#[template(path = "front.html")]
struct FrontPage {
    frame: Frame,
}

pub(crate) fn add(routes: Routes) -> Routes {
    routes.add(&FRONT, front)
}

async fn front(frame: Frame) -> Result<Response, AppError> {
    page(&FrontPage { frame })
}
