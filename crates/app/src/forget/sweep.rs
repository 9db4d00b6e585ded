//! Looking at the clock: letters before the day, and the job on the day.

use kazi_db::{DbError, Tx, params};
use kazi_domain::{Id, Moment, kind};

use super::date::day;
use super::{AFTER_LETTER, FIRST_LETTER, SECOND_LETTER, erase};
use crate::contest::ASK_WITHIN;
use crate::jobs;
use crate::mail::{self, Letter, Site};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// Days that the first letter is due for.
    FIRST = "update forgetting set first_letter_at = $1 where begun_at is null and first_letter_at is null \
             and due_at <= $2 returning project, due_at";
    /// Days that the second letter is due for.
    SECOND = "update forgetting set second_letter_at = $1 where begun_at is null and second_letter_at is null \
              and first_letter_at is not null and due_at <= $2 returning project, due_at";
    /// Days that have come, for projects in which nobody may still ask for a second look or waits for one.
    COME = "update forgetting set begun_at = $1 where begun_at is null and due_at <= $1 and second_letter_at <= $2 \
            and not exists (select 1 from rejection r where r.project = forgetting.project and r.decided_at is null \
            and (r.contested_at is not null or r.rejected_at > $3)) returning project, due_at";
    /// Who is written to: the people of whose project it is.
    READERS = "select w.id, w.shown_name, w.email, w.language from project p join person w on w.organisation = p.organisation \
               where p.id = $1 and w.active = 1 and w.email is not null \
               and (' ' || w.roles || ' ' like '% client %' or ' ' || w.roles || ' ' like '% operator %')";
}

/// Writes the letters that are due, and begins on the days that have come; how many of both.
///
/// # Errors
/// The database's.
pub fn sweep(tx: &mut Tx<'_>, site: &Site, turn: &Turn) -> Result<usize, DbError> {
    let row = |row: &kazi_db::Row<'_>| Ok((row.id::<kind::Project>(0)?, row.moment(1)?));
    let mut done = 0_usize;
    for (statement, ahead) in [(&FIRST, FIRST_LETTER), (&SECOND, SECOND_LETTER)] {
        let by = turn.at + ahead;
        let values = params![turn.at.param(), by.param()];
        let due: Vec<(Id<kind::Project>, Moment)> = tx.query_all(statement, values, row)?;
        done += due.len();
        for (project, at) in due {
            write(tx, project, at, (site, turn))?;
        }
    }
    let (read, asked) = (turn.at - AFTER_LETTER, turn.at - ASK_WITHIN);
    let come = tx.query_all(&COME, params![turn.at.param(), read.param(), asked.param()], row)?;
    for (project, _) in &come {
        jobs::enqueue_for(tx, (erase::JOB, erase::TRIES), project.as_bytes(), "", turn)?;
    }
    Ok(done + come.len())
}

fn write(
    tx: &mut Tx<'_>,
    project: Id<kind::Project>,
    due: Moment,
    (site, turn): (&Site, &Turn),
) -> Result<(), DbError> {
    let mut readers: Vec<(Id<kind::Person>, String, String, String)> =
        tx.query_all(&READERS, params![project.param()], |row| {
            Ok((row.id(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?;
    readers.sort();
    for (person, name, email, language) in readers {
        let what = (name.as_str(), day(due), project.to_string());
        let letter = Letter::deletion((&email, &language), (what.0, &what.1, &what.2), site);
        mail::post(tx, &letter.about(person), turn)?;
    }
    Ok(())
}
