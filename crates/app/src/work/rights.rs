//! May this person work on this project?

use kazi_db::{DbError, Read, Row, params};
use kazi_domain::policy::{Actor, Can, Facts, Work, permit as policy_permit};
use kazi_domain::{Id, ProjectState, kind};

use super::WorkError;
use crate::bound::{Head, Projects};
use crate::rows::{Columns, Param};

kazi_db::statements! {
    /// The clock of the worker's centre, if the centre has the project.
    ASSIGNED = "select c.utc_offset_minutes from project_centre pc join centre c on c.id = pc.centre \
                where pc.centre = $1 and pc.project = $2";
    /// The same with what may change of the project from one answer to the next.
    ENTER = "select p.state, p.version, p.pilot, c.utc_offset_minutes from project p \
             left join project_centre pc on pc.project = p.id and pc.centre = $2 \
             left join centre c on c.id = pc.centre where p.id = $1";
}

/// The proof that somebody may work on a project, and the clock of their centre.
#[derive(Debug, Clone)]
pub struct Permit {
    /// The proof.
    pub can: Can<Work>,
    /// Minutes ahead of UTC where the person works: their pay is summed by their own day.
    pub utc_offset_minutes: i32,
}

/// Says that [`enter`] will be asked for next.
pub(super) fn enter_ahead(
    read: &mut Read<'_>,
    actor: &Actor,
    project: Id<kind::Project>,
) -> Result<(), DbError> {
    read.ahead(&ENTER, params![project.param(), actor.centre.param()])
}

/// [`permit`] and the project's head in one look.
///
/// # Errors
/// [`WorkError::NotThere`] when the person may not, or there is no such project.
pub fn enter(
    read: &mut Read<'_>,
    projects: &Projects,
    actor: &Actor,
    project: Id<kind::Project>,
) -> Result<(Permit, Head), WorkError> {
    let entry = read
        .query_opt(&ENTER, params![project.param(), actor.centre.param()], |row| Entry::from_row(row, 0))?;
    entry.ok_or(WorkError::NotThere)?.open(read, projects, actor, project)
}

/// What decides whether somebody may work on a project, and under which terms.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    state: ProjectState,
    version: i64,
    /// Whether only the items of its pilot are worked on.
    pilot: bool,
    /// The clock of the person's centre, if the centre has the project.
    offset: Option<i64>,
}

impl Entry {
    /// Reads state, version, pilot and clock from four columns that start here.
    pub(super) fn from_row(row: &Row<'_>, first: usize) -> Result<Self, DbError> {
        Ok(Self {
            state: row.word(first)?,
            version: row.get(first + 1)?,
            pilot: row.get::<Option<&str>>(first + 2)? == Some("running"),
            offset: row.get(first + 3)?,
        })
    }

    /// Asks the policy, and finds the terms.
    pub(super) fn open(
        self,
        read: &mut Read<'_>,
        projects: &Projects,
        actor: &Actor,
        project: Id<kind::Project>,
    ) -> Result<(Permit, Head), WorkError> {
        let permit = allow(actor, project, self.offset)?;
        Ok((permit, projects.head_at(read, project, (self.state, self.version, self.pilot))?))
    }
}

/// Asks the policy.
///
/// # Errors
/// [`WorkError::NotThere`] when the person may not.
pub fn permit(read: &mut Read<'_>, actor: &Actor, project: Id<kind::Project>) -> Result<Permit, WorkError> {
    let centre = actor.centre.ok_or(WorkError::NotThere)?;
    let offset =
        read.query_opt(&ASSIGNED, params![centre.param(), project.param()], |row| row.get::<i64>(0))?;
    allow(actor, project, offset)
}

fn allow(actor: &Actor, project: Id<kind::Project>, offset: Option<i64>) -> Result<Permit, WorkError> {
    let centre = actor.centre.filter(|_| offset.is_some());
    let facts = Facts { centres: centre.as_slice(), ..Facts::default() };
    let can = policy_permit::<Work>(actor, project, facts).ok_or(WorkError::NotThere)?;
    Ok(Permit {
        can,
        utc_offset_minutes: offset.and_then(|minutes| i32::try_from(minutes).ok()).unwrap_or(0),
    })
}
