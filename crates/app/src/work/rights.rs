//! May this person work on this project?

use kazi_db::{DbError, Read, params};
use kazi_domain::policy::{Actor, Can, Facts, Work, permit as policy_permit};
use kazi_domain::{Id, kind};

use super::WorkError;
use crate::bound::Projects;
use crate::rows::Param;

kazi_db::statements! {
    /// The clock of the worker's centre, if the centre has the project.
    ASSIGNED = "select c.utc_offset_minutes from project_centre pc join centre c on c.id = pc.centre \
                where pc.centre = $1 and pc.project = $2";
}

/// The proof that somebody may work on a project, and the clock of their centre.
#[derive(Debug, Clone)]
pub struct Permit {
    /// The proof.
    pub can: Can<Work>,
    /// Minutes ahead of UTC where the person works: their pay is summed by their own day.
    pub utc_offset_minutes: i32,
}

/// Says that the right of somebody to work on a project, and its head, will be asked for next.
pub(super) fn ahead(read: &mut Read<'_>, actor: &Actor, project: Id<kind::Project>) -> Result<(), DbError> {
    if let Some(centre) = actor.centre {
        read.ahead(&ASSIGNED, params![centre.param(), project.param()])?;
    }
    Projects::head_ahead(read, project)
}

/// Asks the policy.
///
/// # Errors
/// [`WorkError::NotThere`] when the person may not.
pub fn permit(read: &mut Read<'_>, actor: &Actor, project: Id<kind::Project>) -> Result<Permit, WorkError> {
    let centre = actor.centre.ok_or(WorkError::NotThere)?;
    let offset =
        read.query_opt(&ASSIGNED, params![centre.param(), project.param()], |row| row.get::<i64>(0))?;
    let centres: &[Id<kind::Centre>] = if offset.is_some() { &[centre] } else { &[] };
    let facts = Facts { centres, ..Facts::default() };
    let can = policy_permit::<Work>(actor, project, facts).ok_or(WorkError::NotThere)?;
    Ok(Permit {
        can,
        utc_offset_minutes: offset.and_then(|minutes| i32::try_from(minutes).ok()).unwrap_or(0),
    })
}
