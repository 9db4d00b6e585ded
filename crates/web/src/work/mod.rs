//! The worker's side: the task screen and what its script asks for.

mod api;
mod task;

use crate::routes::Routes;

pub(crate) fn add(routes: Routes) -> Routes {
    api::add(routes)
}
