//! What needs somebody's hand: stuck items, and what workers said.

use kazi_db::{DbError, Read, params};
use kazi_domain::policy::{Can, MendProject};
use kazi_domain::{Id, Moment, kind};

use crate::listing::{Ask, Cursor, Page};
use crate::rows::{Columns, Param};

kazi_db::statements! {
    /// Stuck items, in the order of the files.
    STUCK = "select i.id, i.key, i.kind, i.stage, i.problem, i.body, s.name, i.position from item i \
             join source s on s.id = i.source where i.project = $1 and i.state = 'stuck' \
             and (i.position, i.id) > ($2, $3) order by i.position, i.id limit $4";
    /// Who answered what for an item.
    ANSWERS = "select a.id, a.person, p.shown_name, a.stage, a.body, a.given_at, a.late, a.state, a.instructions from answer a \
               join person p on p.id = a.person where a.item = $1 and a.project = $2 and a.gold = 0 order by a.given_at, a.id";
    /// What workers said lately.
    REMARKS = "select r.id, r.kind, r.reason, r.said_at, r.item, i.key, i.state, p.shown_name from remark r \
               join item i on i.id = r.item join person p on p.id = r.person \
               where r.project = $1 order by r.said_at desc, r.id desc limit $2";
}

/// An item that a person of the staff must look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// The item.
    pub item: Id<kind::Item>,
    /// Its key, such as `p0007/l012`.
    pub key: String,
    /// Its kind.
    pub kind: String,
    /// The stage it is stuck at.
    pub stage: Option<String>,
    /// Why: a key such as `nobody_agrees`, `skipped`, `reported`.
    pub problem: Option<String>,
    /// Its body, as JSON text.
    pub body: String,
    /// The file it comes from.
    pub source: String,
    position: i64,
}

/// Stuck items, in the order of the files.
///
/// # Errors
/// The database's.
pub fn stuck(read: &mut Read<'_>, can: &Can<MendProject>, ask: &Ask) -> Result<Page<Stuck>, DbError> {
    let (position, id) = ask.after_number();
    let rows = read.query_all(&STUCK, params![can.subject().param(), position, id, ask.limit()], |row| {
        Ok(Stuck {
            item: row.id(0)?,
            key: row.get(1)?,
            kind: row.get(2)?,
            stage: row.get(3)?,
            problem: row.get(4)?,
            body: row.get(5)?,
            source: row.get(6)?,
            position: row.get(7)?,
        })
    })?;
    Ok(ask.page(rows, |row| Cursor::at(row.position.to_string(), row.item)))
}

/// What somebody gave for an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerOf {
    /// The answer.
    pub id: Id<kind::Answer>,
    /// Who gave it.
    pub person: Id<kind::Person>,
    /// Their name.
    pub shown_name: String,
    /// The stage it was given at.
    pub stage: String,
    /// What was given, as JSON text.
    pub body: String,
    /// When.
    pub given_at: Moment,
    /// Whether it came too late to count.
    pub late: bool,
    /// Whether its pay is still held, so that it can be left unaccepted.
    pub held: bool,
    /// Whether it was not accepted.
    pub rejected: bool,
    /// The version of the instructions that its worker had confirmed.
    pub instructions: i64,
}

/// Who answered what for an item, oldest first; for the staff only.
///
/// # Errors
/// The database's.
pub fn answers(
    read: &mut Read<'_>,
    can: &Can<MendProject>,
    item: Id<kind::Item>,
) -> Result<Vec<AnswerOf>, DbError> {
    read.query_all(&ANSWERS, params![item.param(), can.subject().param()], |row| {
        Ok(AnswerOf {
            id: row.id(0)?,
            person: row.id(1)?,
            shown_name: row.get(2)?,
            stage: row.get(3)?,
            body: row.get(4)?,
            given_at: row.moment(5)?,
            late: row.get(6)?,
            held: row.get::<&str>(7)? == "held",
            rejected: row.get::<&str>(7)? == "rejected",
            instructions: row.get(8)?,
        })
    })
}

/// What somebody said of a task instead of answering it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Its id.
    pub id: Id<kind::Event>,
    /// `skip` or `report`.
    pub kind: String,
    /// The reason, in the worker's words or as a key of the screen's.
    pub reason: String,
    /// When.
    pub said_at: Moment,
    /// Of which item.
    pub item: Id<kind::Item>,
    /// Its key.
    pub key: String,
    /// Where the item stands now.
    pub state: kazi_domain::ItemState,
    /// Who said it.
    pub shown_name: String,
}

/// What workers said lately, the latest first; for the staff only.
///
/// # Errors
/// The database's.
pub fn remarks(read: &mut Read<'_>, can: &Can<MendProject>, most: u32) -> Result<Vec<Remark>, DbError> {
    read.query_all(&REMARKS, params![can.subject().param(), most.min(500)], |row| {
        Ok(Remark {
            id: row.id(0)?,
            kind: row.get(1)?,
            reason: row.get(2)?,
            said_at: row.moment(3)?,
            item: row.id(4)?,
            key: row.get(5)?,
            state: row.word(6)?,
            shown_name: row.get(7)?,
        })
    })
}
