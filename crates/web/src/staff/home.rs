//! Where somebody goes after signing in.

use axum::response::Redirect;
use kazi_domain::Role;

use super::nav::own_centre;
use crate::extract::StaffMember;
use crate::route::{Route, Who};
use crate::routes::Routes;

static HOME: Route = Route::get("/home", Who::SignedIn);

pub(super) fn add(routes: Routes) -> Routes {
    routes.add(&HOME, home)
}

/// Operators and clients see their projects, team leaders their centre, all others their work.
async fn home(StaffMember(who): StaffMember) -> Redirect {
    let roles = who.actor.roles;
    if roles.has(Role::Operator) || roles.has(Role::Client) {
        return Redirect::to("/projects");
    }
    own_centre(&who).map_or_else(|| Redirect::to("/work"), |centre| Redirect::to(&centre))
}
