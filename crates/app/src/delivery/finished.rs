//! Finds projects that have nothing left to do.

use kazi_db::{Db, DbError, Read, Tx, params};
use kazi_domain::{Id, kind};

use super::ASSEMBLE;
use crate::jobs;
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// Running projects of which all that came in at the top of the tree is finished, and nothing more is
    /// on its way.
    FINISHED = "select p.id from project p where p.state = 'running' \
                and not exists (select 1 from source s where s.project = p.id and s.state not in ('split', 'refused')) \
                and (select coalesce(sum(c.items), 0) from stage_count c where c.project = p.id and c.stage = '') > 0 \
                and (select coalesce(sum(c.items - c.finished), 0) from stage_count c \
                     where c.project = p.id and c.stage = '') = 0 \
                order by p.made_at limit 20";
    /// Its delivery is being put together.
    BEGIN = "update project set state = 'assembling', problem = null where id = $1 and state = 'running'";
}

fn finished(read: &mut Read<'_>) -> Result<Vec<Id<kind::Project>>, DbError> {
    read.query_all(&FINISHED, &[], |row| row.id(0))
}

/// Has the projects that have nothing left to do assembled; which those were.
///
/// # Errors
/// The database's.
pub fn check_finished(tx: &mut Tx<'_>, turn: &Turn) -> Result<Vec<Id<kind::Project>>, DbError> {
    let mut begun = finished(tx)?;
    // Another node may look at the same time: only one of them changes the state.
    let mut error = None;
    begun.retain(|project| match begin(tx, *project, turn) {
        Ok(is_ours) => is_ours,
        Err(problem) => {
            error.get_or_insert(problem);
            false
        }
    });
    error.map_or(Ok(begun), Err)
}

fn begin(tx: &mut Tx<'_>, project: Id<kind::Project>, turn: &Turn) -> Result<bool, DbError> {
    if tx.execute(&BEGIN, params![project.param()])? == 0 {
        return Ok(false);
    }
    jobs::enqueue(tx, ASSEMBLE, project.as_bytes(), "", turn)?;
    Ok(true)
}

/// [`check_finished`] for the edge, to call every second or two: the writers are disturbed only when there
/// is something to do.
///
/// # Errors
/// The database's.
pub async fn sweep(db: &Db) -> Result<Vec<Id<kind::Project>>, DbError> {
    if db.read(finished).await?.is_empty() {
        return Ok(Vec::new());
    }
    db.write(|tx| check_finished(tx, &Turn::now())).await
}
