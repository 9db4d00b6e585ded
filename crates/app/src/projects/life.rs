//! Starting, pausing, going on and giving up.

use kazi_db::{Read, Tx, params};
use kazi_domain::policy::{Can, ManageProject};
use kazi_domain::{HookEvent, Id, ProjectState, kind};

use super::{Missing, ProjectError, fair, payout};
use crate::bound::Projects;
use crate::hooks;
use crate::journal::{self, Entry};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// Where a project stands, held so that two moves happen one after the other.
    STATE = "select state from project where id = $1 /*for update*/";
    /// The move.
    MOVE = "update project set state = $2, problem = null, started_at = coalesce(started_at, $3), ended_at = $4 where id = $1";
    /// The files: all of them, and those that are neither split nor refused.
    SOURCES = "select count(*), coalesce(sum(case when state in ('split', 'refused') then 0 else 1 end), 0) \
               from source where project = $1";
    /// Whether there is anything to work on.
    AN_ITEM = "select 1 from source s join item i on i.source = s.id where s.project = $1 limit 1";
    /// Whether somebody may work on it.
    A_CENTRE = "select 1 from project_centre where project = $1 limit 1";
}

/// Offers the work to the assigned centres.
///
/// # Errors
/// [`ProjectError::NotReady`] with everything that is missing.
pub fn start(
    tx: &mut Tx<'_>,
    projects: &Projects,
    can: &Can<ManageProject>,
    turn: &Turn,
) -> Result<(), ProjectError> {
    let from = held(tx, can.subject())?;
    if from != ProjectState::Draft {
        return Err(ProjectError::NoWay { from, to: ProjectState::Running });
    }
    let missing = what_is_missing(tx, projects, can.subject())?;
    if !missing.is_empty() {
        return Err(ProjectError::NotReady(missing));
    }
    go(tx, can, (from, ProjectState::Running), turn)
}

/// What a project still needs before it can start; nothing when it is ready.
///
/// # Errors
/// See [`ProjectError`].
pub fn what_is_missing(
    read: &mut Read<'_>,
    projects: &Projects,
    project: Id<kind::Project>,
) -> Result<Vec<Missing>, ProjectError> {
    let mut missing = Vec::new();
    let (sources, unsplit) = read
        .query_one(&SOURCES, params![project.param()], |row| Ok((row.get::<i64>(0)?, row.get::<i64>(1)?)))?;
    let there = |read: &mut Read<'_>, sql| read.query_opt(sql, params![project.param()], |_| Ok(()));
    if sources == 0 {
        missing.push(Missing::NoSource);
    } else if unsplit > 0 {
        missing.push(Missing::Splitting(unsplit));
    } else if there(read, &AN_ITEM)?.is_none() {
        missing.push(Missing::NoItem);
    }
    if there(read, &A_CENTRE)?.is_none() {
        missing.push(Missing::NoCentre);
    }
    let head = projects.head(read, project)?;
    let unpaid = head.terms.service.stages().iter().filter(|stage| head.terms.pay(stage.key) <= 0);
    missing.extend(unpaid.map(|stage| Missing::NoPay(stage.key.to_owned())));
    if fair::reason(read, project)?.is_none() {
        let (service, currency) = (&*head.terms.service, head.terms.currency);
        let below = fair::of_project(read, project, (service, currency), |stage| head.terms.pay(stage))?;
        let paid = |one: &fair::Below| one.hour.micros > 0;
        missing.extend(below.into_iter().filter(paid).map(Missing::BelowWage));
    }
    Ok(missing)
}

/// Stops offering the work for now. What is lent can still be answered.
///
/// # Errors
/// See [`ProjectError`].
pub fn pause(tx: &mut Tx<'_>, can: &Can<ManageProject>, turn: &Turn) -> Result<(), ProjectError> {
    let from = held(tx, can.subject())?;
    go(tx, can, (from, ProjectState::Paused), turn)
}

/// Goes on after a pause.
///
/// # Errors
/// See [`ProjectError`].
pub fn resume(tx: &mut Tx<'_>, can: &Can<ManageProject>, turn: &Turn) -> Result<(), ProjectError> {
    let from = held(tx, can.subject())?;
    if from == ProjectState::Draft {
        return Err(ProjectError::NoWay { from, to: ProjectState::Running });
    }
    go(tx, can, (from, ProjectState::Running), turn)
}

/// Gives the project up. What people have earned stays theirs: a job ([`super::PayOut`]) accepts what is
/// still held.
///
/// # Errors
/// See [`ProjectError`].
pub fn cancel(tx: &mut Tx<'_>, can: &Can<ManageProject>, turn: &Turn) -> Result<(), ProjectError> {
    let from = held(tx, can.subject())?;
    go(tx, can, (from, ProjectState::Cancelled), turn)?;
    Ok(payout::later(tx, can.subject(), turn)?)
}

pub(super) fn held(tx: &mut Tx<'_>, project: Id<kind::Project>) -> Result<ProjectState, ProjectError> {
    tx.query_opt(&STATE, params![project.param()], |row| row.word(0))?.ok_or(ProjectError::NotThere)
}

pub(super) fn go(
    tx: &mut Tx<'_>,
    can: &Can<ManageProject>,
    (from, to): (ProjectState, ProjectState),
    turn: &Turn,
) -> Result<(), ProjectError> {
    if !from.next().contains(&to) {
        return Err(ProjectError::NoWay { from, to });
    }
    let started = (to == ProjectState::Running).then_some(turn.at);
    let ended = (to == ProjectState::Cancelled).then_some(turn.at);
    tx.execute(&MOVE, params![can.subject().param(), to.word(), started.param(), ended.param()])?;
    let entry = Entry::about("project.moved", can.subject()).by(can.actor().person).of(can.subject());
    journal::note(tx, turn, &entry.saying(to.word()))?;
    let event = match (from, to) {
        (ProjectState::Draft, ProjectState::Running) => HookEvent::ProjectStarted,
        (_, ProjectState::Running) => HookEvent::ProjectResumed,
        (_, ProjectState::Paused) => HookEvent::ProjectPaused,
        (_, ProjectState::Cancelled) => HookEvent::ProjectCancelled,
        _ => return Ok(()),
    };
    Ok(hooks::happened(tx, event, can.subject(), &[], turn)?)
}
