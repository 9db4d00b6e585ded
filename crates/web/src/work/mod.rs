//! The worker's side: home, learning, the task screen and what its script asks for.

mod api;
mod batch;
mod changes;
mod home;
mod last;
mod learn;
mod not_accepted;
mod notices;
mod page;
mod practice;
mod refuse;
mod styleguide;
mod task;

pub(crate) use styleguide::add as add_styleguide;
pub(crate) use task::{media_address, screen, summary};

use crate::routes::Routes;

pub(crate) fn add(routes: Routes) -> Routes {
    let routes = home::add(routes);
    let routes = api::add(routes);
    let routes = refuse::add(routes);
    let routes = last::add(routes);
    let routes = learn::add(routes);
    let routes = practice::add(routes);
    page::add(changes::add(notices::add(not_accepted::add(routes))))
}
