//! Lending tasks: who gets what next.

use kazi_db::{DbError, Tx, params};
use kazi_domain::policy::Actor;
use kazi_domain::{Id, Moment, ProjectState, Role, kind};

use super::reader::Reader;
use super::rights::{self, Permit};
use super::show::Shown;
use super::{AGAIN, FRESH, WorkError, lanes};
use crate::bound::{Head, Projects};
use crate::instructions::must_read;
use crate::rows::Param;
use crate::turn::Turn;

kazi_db::statements! {
    /// Makes requests of one person wait for each other.
    HOLD = "select 1 from person where id = $1 /*for no key update*/";
}

/// A task lent to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lent {
    /// The task.
    pub task: Id<kind::Task>,
    /// Its item.
    pub item: Id<kind::Item>,
    /// Until when.
    pub until: Moment,
}

/// What to do when all that is open for the person is held by other transactions at this very moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Wait for them. Only for transactions that have not changed anything yet, so that nobody waits in a circle.
    Wait,
    /// Lend nothing: whoever asks again finds it.
    Pass,
}

/// A task lent, with what its screen needs.
pub type LentShown = (Lent, Shown);

/// Lends the person up to `count` tasks of a stage: first those they hold already, so that a reload or a
/// second window shows the same; then what opened again; then fresh ones, with known truths mixed in.
///
/// # Errors
/// See [`WorkError`]; an empty list means that nothing waits for this person now.
pub fn next(
    tx: &mut Tx<'_>,
    projects: &Projects,
    permit: &Permit,
    stage: &str,
    count: u32,
    turn: &Turn,
) -> Result<Vec<Lent>, WorkError> {
    let head = projects.head(tx, permit.can.subject())?;
    hold(tx, permit.can.actor().person)?;
    let lent = next_of(tx, &head, permit, (stage, count), Patience::Wait, turn)?;
    Ok(lent.into_iter().map(|(lent, _)| lent).collect())
}

/// Lends somebody up to `count` tasks of a stage of a project, if they may work on it.
///
/// # Errors
/// See [`WorkError`].
pub fn ask(
    tx: &mut Tx<'_>,
    projects: &Projects,
    actor: &Actor,
    project: Id<kind::Project>,
    (stage, count): (&str, u32),
    turn: &Turn,
) -> Result<(Permit, Head, Vec<LentShown>), WorkError> {
    hold(tx, actor.person)?;
    rights::enter_ahead(tx, actor, project)?;
    // By the terms as they were seen last everything can be asked for at once. Had they changed since, or is this a
    // pilot, it is asked again.
    if let Some(terms) = projects.last_seen(project)
        && let Some(stage) = terms.service.stage(stage)
    {
        let queue = (project, [AGAIN, FRESH]);
        Reader::new(actor.person, (queue, &terms), (stage, count), turn).ahead(tx)?;
    }
    let (permit, head) = rights::enter(tx, projects, actor, project)?;
    let lent = next_of(tx, &head, &permit, (stage, count), Patience::Wait, turn)?;
    Ok((permit, head, lent))
}

/// [`next`] for a project whose head is known and a person whose other requests wait already, as they do in the
/// transaction of an answer.
///
/// # Errors
/// See [`WorkError`].
pub fn next_of(
    tx: &mut Tx<'_>,
    head: &Head,
    permit: &Permit,
    (stage, count): (&str, u32),
    patience: Patience,
    turn: &Turn,
) -> Result<Vec<LentShown>, WorkError> {
    if head.state != ProjectState::Running {
        return Err(WorkError::NotRunning(head.state));
    }
    let actor = permit.can.actor();
    let stage = head.terms.service.stage(stage).ok_or(WorkError::NotThere)?;
    // A reviewer may do what a worker may; nobody else may do what a reviewer may.
    if !(actor.roles.has(stage.role) || (stage.role == Role::Worker && actor.roles.has(Role::Reviewer))) {
        return Err(WorkError::NotThere);
    }
    if must_read(tx, actor.person, head)? {
        return Err(WorkError::ReadFirst);
    }
    let queue = (head.id, lanes(head));
    let reader = Reader::new(actor.person, (queue, &head.terms), (stage, count), turn);
    reader.ahead(tx)?;
    let standing = reader.standing(tx)?;
    // A course without practice is there to be read; nobody could pass it.
    if !standing.learnt && head.terms.service.course(stage.key).is_some_and(|course| course.pass > 0) {
        return Err(WorkError::LearnFirst);
    }
    let lent = reader.lend(tx, &standing, patience)?;
    let shown = lent
        .into_iter()
        .map(|(lent, face)| Ok((lent, face.shown(tx, head, (lent.task, lent.item, stage.key))?)));
    shown.collect()
}

/// Makes everything else that this person asks for wait until the transaction ends: what they hold, have seen and may
/// take is then true until the end. Comes before any task is locked.
pub(super) fn hold(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<(), DbError> {
    tx.hold(&HOLD, params![person.param()])
}
