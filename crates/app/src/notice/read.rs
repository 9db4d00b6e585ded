//! What a worker has to read, and that it was read.

use kazi_db::{DbError, Read, Tx, params};
use kazi_domain::policy::{Can, ViewOwnWork};
use kazi_domain::{Id, Moment, kind};

use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// What waits for somebody, the oldest first.
    WAITING = "select n.id, n.body, n.language, p.shown_name, n.made_at from notice_to t join notice n on n.id = t.notice \
               join person p on p.id = n.made_by where t.person = $1 and t.read_at is null and n.withdrawn_at is null \
               and n.until_at > $2 order by n.id limit 20";
    /// It was read.
    READ = "update notice_to set read_at = $3 where notice = $1 and person = $2 and read_at is null";
    /// Whether something waits for them still.
    MARK = "update person set unread = case when exists (select 1 from notice_to t join notice n on n.id = t.notice \
            where t.person = $1 and t.read_at is null and n.withdrawn_at is null and n.until_at > $2) then 1 else 0 end \
            where id = $1";
}

/// A message that somebody has not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The message.
    pub id: Id<kind::Notice>,
    /// What it says.
    pub body: String,
    /// The language it is written in.
    pub language: String,
    /// Who says it.
    pub from: String,
    /// When it was sent.
    pub made_at: Moment,
}

/// What waits for the one who asks, the oldest first.
///
/// # Errors
/// The database's.
pub fn waiting(read: &mut Read<'_>, can: &Can<ViewOwnWork>, now: Moment) -> Result<Vec<Waiting>, DbError> {
    read.query_all(&WAITING, params![can.subject().param(), now.param()], |row| {
        Ok(Waiting {
            id: row.id(0)?,
            body: row.get(1)?,
            language: row.get(2)?,
            from: row.get(3)?,
            made_at: row.moment(4)?,
        })
    })
}

/// Notes that these were read; others that have come meanwhile wait still. Without any it only looks whether something waits.
///
/// # Errors
/// The database's.
pub fn confirm(
    tx: &mut Tx<'_>,
    can: &Can<ViewOwnWork>,
    read: &[Id<kind::Notice>],
    turn: &Turn,
) -> Result<(), DbError> {
    let person = can.subject();
    for notice in read {
        tx.execute(&READ, params![notice.param(), person.param(), turn.at.param()])?;
    }
    tx.execute(&MARK, params![person.param(), turn.at.param()]).map(drop)
}
