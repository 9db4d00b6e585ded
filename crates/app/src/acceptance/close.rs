//! Accepting a delivery, or sending back what is wrong in it.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::policy::{Can, JudgeDelivery};
use kazi_domain::{HookEvent, Id, ProjectState, SampleState, kind};

use super::judge::{end, held};
use super::{AcceptanceError, Sample, Standing, Way, load, newest, open_sample};
use crate::book::Book;
use crate::bound::Projects;
use crate::forget;
use crate::hooks;
use crate::journal::{self, Entry};
use crate::mail::{News, news};
use crate::rows::{Columns, Param};
use crate::turn::Turn;
use crate::work;

kazi_db::statements! {
    /// The samples of a project, newest first.
    SAMPLES = "select id from sample where project = $1 and state in ('open', 'sent_back') order by made_at desc, id desc";
    /// How many of what a sample found wrong was looked at again after it was redone, and is right.
    MENDED = "select count(*) from sampled b where b.sample = $1 and b.verdict = 'wrong' and exists \
              (select 1 from sampled r join sample s on s.id = r.sample where r.item = b.item and s.project = $2 \
               and s.way = 'redone' and s.state <> 'set_aside' and r.verdict = 'right')";
    /// How often the project was delivered.
    ROUNDS = "select count(*) from delivery where project = $1";
    /// How many samples were set aside.
    SET_ASIDE = "select count(*) from sample where project = $1 and state = 'set_aside'";
    /// Accepted, with what was known then.
    ACCEPT = "insert into acceptance (project, delivery, sample, person, accepted_at, lot, sampled, correct, mended, rounds, \
              set_aside) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    /// The project moves.
    MOVE = "update project set state = $2, ended_at = $3 where id = $1";
    /// What is wrong in a sample.
    WRONG = "select number, item from sampled where sample = $1 and verdict = 'wrong' order by number";
    /// The evidence: what an item had come to that was sent back.
    KEEP = "update sampled set outcome = $3 where sample = $1 and number = $2";
}

/// What the certificate of a delivery rests on: the newest random sample that was looked through, and how much of what
/// it found wrong is right since.
fn base(read: &mut Read<'_>, project: Id<kind::Project>) -> Result<Option<(Sample, i64)>, AcceptanceError> {
    let samples: Vec<Id<kind::Sample>> =
        read.query_all(&SAMPLES, params![project.param()], |row| row.id(0))?;
    for id in samples {
        let sample = load(read, project, id)?;
        if Way::is_random(&sample.way) && sample.standing.is_complete() {
            let mended = read.query_one(&MENDED, params![id.param(), project.param()], |row| row.get(0))?;
            return Ok(Some((sample, mended)));
        }
    }
    Ok(None)
}

/// What the samples of a project say of its delivery as it is now.
///
/// # Errors
/// The database's.
pub(super) fn measured(
    read: &mut Read<'_>,
    project: Id<kind::Project>,
) -> Result<Option<kazi_quality::lots::Certificate>, AcceptanceError> {
    Ok(base(read, project)?.and_then(|(sample, mended)| sample.standing.certificate(mended)))
}

fn count(
    read: &mut Read<'_>,
    sql: &'static kazi_db::Sql,
    project: Id<kind::Project>,
) -> Result<i64, DbError> {
    read.query_one(sql, params![project.param()], |row| row.get(0))
}

/// Accepts what was delivered. What is known of it then is kept for good.
///
/// # Errors
/// [`AcceptanceError::NotLookedThrough`] while a sample is only looked at in part.
pub fn accept(tx: &mut Tx<'_>, can: &Can<JudgeDelivery>, turn: &Turn) -> Result<(), AcceptanceError> {
    held(tx, can)?;
    let project = can.subject();
    let delivery = newest(tx, project)?.ok_or(AcceptanceError::NotDelivered(ProjectState::Delivered))?;
    let open = open_sample(tx, project)?;
    if let Some(open) = open {
        let standing = load(tx, project, open)?.standing;
        if !standing.is_complete() {
            return Err(AcceptanceError::NotLookedThrough(standing.left() + standing.unsure));
        }
    }
    let base = base(tx, project)?;
    let sample = base.as_ref().map(|(sample, _)| sample.id);
    let (standing, mended) =
        base.map_or((Standing::default(), 0), |(sample, mended)| (sample.standing, mended));
    let (rounds, aside) = (count(tx, &ROUNDS, project)?, count(tx, &SET_ASIDE, project)?);
    tx.execute(
        &ACCEPT,
        params![
            project.param(),
            delivery.id.param(),
            sample.param(),
            can.actor().person.param(),
            turn.at.param(),
            standing.lot,
            standing.sampled,
            standing.right,
            mended,
            rounds,
            aside
        ],
    )?;
    if let Some(open) = open {
        end(tx, can, (open, SampleState::Accepted), turn)?;
    }
    news::note(tx, project, News::Accepted, turn)?;
    go(tx, can, ProjectState::Accepted, turn)
}

fn go(
    tx: &mut Tx<'_>,
    can: &Can<JudgeDelivery>,
    to: ProjectState,
    turn: &Turn,
) -> Result<(), AcceptanceError> {
    let ended = (to == ProjectState::Accepted).then_some(turn.at);
    tx.execute(&MOVE, params![can.subject().param(), to.word(), ended.param()])?;
    let entry = Entry::about("project.moved", can.subject()).by(can.actor().person).of(can.subject());
    journal::note(tx, turn, &entry.saying(to.word()))?;
    if to == ProjectState::Accepted {
        forget::by_default(tx, can.subject(), turn)?;
    }
    let event = match to {
        ProjectState::Accepted => HookEvent::ProjectAccepted,
        _ => HookEvent::SampleRejected,
    };
    Ok(hooks::happened(tx, event, can.subject(), &[], turn)?)
}

/// Sends back what the sample found wrong: those items open again for other people, and the project runs until they are
/// finished. How many they are.
///
/// # Errors
/// [`AcceptanceError::NothingWrong`] when the sample found nothing, [`AcceptanceError::Closed`] when there is none.
pub fn send_back(
    tx: &mut Tx<'_>,
    projects: &Projects,
    can: &Can<JudgeDelivery>,
    turn: &Turn,
) -> Result<i64, AcceptanceError> {
    held(tx, can)?;
    let project = can.subject();
    let head = projects.head(tx, project)?;
    let sample = open_sample(tx, project)?.ok_or(AcceptanceError::Closed)?;
    let wrong: Vec<(i64, Id<kind::Item>)> =
        tx.query_all(&WRONG, params![sample.param()], |row| Ok((row.get(0)?, row.id(1)?)))?;
    if wrong.is_empty() {
        return Err(AcceptanceError::NothingWrong);
    }
    let mut book = Book::new(project);
    for (order, (number, item)) in (0_i64..).zip(&wrong) {
        let outcome = work::send_back(tx, &head, (*item, order), &mut book, turn)?;
        tx.execute(&KEEP, params![sample.param(), *number, outcome.as_str()])?;
    }
    book.write(tx, turn)?;
    end(tx, can, (sample, SampleState::SentBack), turn)?;
    news::note(tx, project, News::SentBack, turn)?;
    go(tx, can, ProjectState::Running, turn)?;
    Ok(i64::try_from(wrong.len()).unwrap_or(i64::MAX))
}
