//! Looking at projects one by one, and keeping what was found.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::{Id, Moment, ProjectState, kind};

use super::rules::{Known, Why, urgency, why};
use crate::bound::{Head, HeadError, Projects};
use crate::projects::{fair, measure};
use crate::rows::{Columns, Param};

kazi_db::statements! {
    /// Projects that are under way and not on the board yet.
    MISSING = "select p.id from project p where p.state in ('running', 'paused', 'assembling', 'delivered', 'failed') \
               and not exists (select 1 from board b where b.project = p.id) limit $1";
    /// Those looked at longest ago.
    NEXT = "select project from board where looked_at <= $1 order by looked_at limit $2";
    /// What was found.
    FOUND = "insert into board (project, urgency, why, looked_at) values ($1, $2, $3, $4) on conflict (project) do update \
             set urgency = excluded.urgency, why = excluded.why, looked_at = excluded.looked_at";
    /// Nothing is needed of it any more.
    LEAVE = "delete from board where project = $1";
    /// What one look at a project tells. Each inner question is one look into an index, or counts only what somebody must
    /// still do.
    KNOWN = "select p.state, p.started_at, (select count(*) from job j where j.state = 'failed' and (j.subject = p.id \
             or j.subject in (select s.id from source s where s.project = p.id))), \
             (select count(*) from item i where i.project = p.id and i.state = 'stuck'), \
             (select count(*) from project_centre c where c.project = p.id), \
             (select cast(coalesce(sum(n.tasks - n.settled), 0) as bigint) from stage_count n where n.project = p.id), \
             (select max(a.given_at) from answer a where a.project = p.id), \
             (select max(d.made_at) from delivery d where d.project = p.id) from project p where p.id = $1";
}

/// What a look at a project found; no reasons at all when it is not under way any more.
#[derive(Debug, Clone, PartialEq)]
pub struct Looked {
    project: Id<kind::Project>,
    why: Option<Vec<Why>>,
}

/// Looks at up to `most` projects: those that are new on the board, and those that were not looked at since `before`. It only
/// reads, so that nobody who works waits for it; [`keep`] writes.
///
/// # Errors
/// The database's. A project whose settings cannot be read is taken to need nothing.
pub fn look(
    read: &mut Read<'_>,
    projects: &Projects,
    (before, most): (Moment, u32),
    now: Moment,
) -> Result<Vec<Looked>, DbError> {
    let most = i64::from(most);
    let mut due: Vec<Id<kind::Project>> = read.query_all(&MISSING, params![most], |row| row.id(0))?;
    due.extend(read.query_all(&NEXT, params![before.param(), most], |row| row.id::<kind::Project>(0))?);
    let mut looked = Vec::with_capacity(due.len());
    for project in due {
        let why = match reasons(read, projects, project, now) {
            Ok(why) => why,
            Err(HeadError::Db(error)) => return Err(error),
            Err(HeadError::NotThere) => None,
            Err(_) => Some(Vec::new()),
        };
        looked.push(Looked { project, why });
    }
    Ok(looked)
}

/// Keeps what was found.
///
/// # Errors
/// The database's.
pub fn keep(tx: &mut Tx<'_>, looked: &[Looked], now: Moment) -> Result<(), DbError> {
    for Looked { project, why } in looked {
        match why {
            Some(why) => {
                let text = serde_json::to_string(why).unwrap_or_else(|_| "[]".to_owned());
                tx.execute(&FOUND, params![project.param(), urgency(why), text, now.param()])?;
            }
            None => {
                tx.execute(&LEAVE, params![project.param()])?;
            }
        }
    }
    Ok(())
}

/// Why a project needs attention now; `None` when it is not under way any more.
pub(super) fn reasons(
    read: &mut Read<'_>,
    projects: &Projects,
    project: Id<kind::Project>,
    now: Moment,
) -> Result<Option<Vec<Why>>, HeadError> {
    let found = read.query_opt(&KNOWN, params![project.param()], |row| {
        let state: ProjectState = row.word(0)?;
        let known = Known {
            started: row.moment_opt(1)?,
            jobs_failed: row.get(2)?,
            stuck: row.get(3)?,
            centres: row.get(4)?,
            open: row.get(5)?,
            answered: row.moment_opt(6)?,
            delivered: row.moment_opt(7)?,
            ..Known::default()
        };
        Ok((state, known))
    })?;
    let Some((state, mut known)) = found else { return Ok(None) };
    match state {
        ProjectState::Draft | ProjectState::Accepted | ProjectState::Cancelled => return Ok(None),
        ProjectState::Running | ProjectState::Paused => {
            let head = projects.head(read, project)?;
            known.target = head.terms.service.target();
            known.quality = quality(read, project)?;
            known.below_wage = below_wage(read, &head)?;
        }
        ProjectState::Assembling | ProjectState::Delivered | ProjectState::Failed => {}
    }
    Ok(Some(why(state, &known, now)))
}

fn quality(
    read: &mut Read<'_>,
    project: Id<kind::Project>,
) -> Result<Vec<(String, crate::projects::Measured)>, DbError> {
    let stages = measure::of_project(read, project)?;
    Ok(stages.into_iter().filter_map(|(stage, seen)| Some((stage, seen.gold?))).collect())
}

fn below_wage(read: &mut Read<'_>, head: &Head) -> Result<Vec<String>, DbError> {
    if fair::reason(read, head.id)?.is_some() {
        return Ok(Vec::new());
    }
    let terms = &head.terms;
    let below = fair::of_project(read, head.id, (&*terms.service, terms.currency), |stage| terms.pay(stage))?;
    Ok(below.into_iter().map(|one| one.stage).collect())
}
