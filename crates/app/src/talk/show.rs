//! One question and what was said about it.

use kazi_db::{Read, params};
use kazi_domain::policy::{Can, Talk, ViewProject};
use kazi_domain::{Id, ItemState, Moment, QuestionState, Side, kind};

use super::{TalkError, say, side, state};
use crate::network::NotForYou;
use crate::rows::{Columns, Param};

kazi_db::statements! {
    /// The project of a thread.
    PROJECT = "select project from thread where id = $1";
    /// A thread of a project, and the item that it is about.
    HEAD = "select p.name, t.subject, t.last_side, t.settled_at, w.shown_name, i.id, i.key, i.state, s.name, t.messages, t.made_at \
            from thread t join project p on p.id = t.project left join person w on w.id = t.settled_by \
            left join item i on i.id = t.item left join source s on s.id = i.source where t.id = $1 and t.project = $2";
    /// What was said before a number, the latest first.
    SAID = "select m.id, m.number, m.side, m.person, p.shown_name, m.body, m.said_at, m.corrected_at from message m \
            join person p on p.id = m.person where m.thread = $1 and m.number < $2 order by m.number desc limit $3";
    /// An item to ask about: its key and file.
    ITEM = "select i.key, s.name from item i join source s on s.id = i.source where i.id = $1 and i.project = $2";
}

/// So many messages are shown at once.
const SHOWN: i64 = 100;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Which.
    pub id: Id<kind::Message>,
    /// Its place in the thread, from 1.
    pub number: i64,
    /// Who speaks.
    pub side: Side,
    /// Who of them.
    pub name: String,
    /// What is said, as plain text.
    pub body: String,
    /// When.
    pub said_at: Moment,
    /// When it was corrected, if it was.
    pub corrected_at: Option<Moment>,
    /// Whether the reader may correct it now.
    pub correctable: bool,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thread {
    /// Which.
    pub id: Id<kind::Thread>,
    /// The project.
    pub project: Id<kind::Project>,
    /// Its name.
    pub project_name: String,
    /// What it is about.
    pub subject: String,
    /// Where it stands for the reader.
    pub state: QuestionState,
    /// Who settled it and when, if it is.
    pub settled: Option<(String, Moment)>,
    /// The item that it is about: id, key, file, and where it stands.
    pub item: Option<(Id<kind::Item>, String, String, ItemState)>,
    /// How many messages there are.
    pub messages: i64,
    /// When it was asked.
    pub made_at: Moment,
    /// What was said, the oldest first.
    pub said: Vec<Told>,
    /// Before which number there is more to read.
    pub earlier: Option<i64>,
}

/// The project of a thread.
///
/// # Errors
/// [`NotForYou::NotThere`] when there is none.
pub fn project_of(read: &mut Read<'_>, thread: Id<kind::Thread>) -> Result<Id<kind::Project>, NotForYou> {
    read.query_opt(&PROJECT, params![thread.param()], |row| row.id(0))?.ok_or(NotForYou::NotThere)
}

/// The key and the file of an item that somebody wants to ask about.
///
/// # Errors
/// [`TalkError::NoItem`] when it is not in the project.
pub fn about_item(
    read: &mut Read<'_>,
    can: &Can<Talk>,
    item: Id<kind::Item>,
) -> Result<(String, String), TalkError> {
    let project = can.subject();
    let values = params![item.param(), project.param()];
    let found = read.query_opt(&ITEM, values, |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)))?;
    found.ok_or(TalkError::NoItem)
}

/// A thread with its latest messages, or with those before a number.
///
/// # Errors
/// [`TalkError::NotThere`] when there is none in the project.
pub fn show(
    read: &mut Read<'_>,
    can: &Can<ViewProject>,
    id: Id<kind::Thread>,
    (before, now): (Option<i64>, Moment),
) -> Result<Thread, TalkError> {
    let (project, mine) = (can.subject(), side(can.actor()));
    let found = read.query_opt(&HEAD, params![id.param(), project.param()], |row| {
        let settled = row.moment_opt(3)?;
        let item = match row.id_opt(5)? {
            Some(item) => {
                Some((item, row.get(6)?, row.get::<Option<String>>(8)?.unwrap_or_default(), row.word(7)?))
            }
            None => None,
        };
        Ok(Thread {
            id,
            project,
            project_name: row.get(0)?,
            subject: row.get(1)?,
            state: state(mine, row.word(2)?, settled.is_some()),
            settled: match settled {
                Some(at) => Some((row.get::<Option<String>>(4)?.unwrap_or_default(), at)),
                None => None,
            },
            item,
            messages: row.get(9)?,
            made_at: row.moment(10)?,
            said: Vec::new(),
            earlier: None,
        })
    })?;
    let mut thread = found.ok_or(TalkError::NotThere)?;
    let person = can.actor().person;
    let last = thread.messages;
    let values = params![id.param(), before.unwrap_or(i64::MAX), SHOWN];
    thread.said = read.query_all(&SAID, values, |row| {
        let (number, whose, said_at) = (row.get::<i64>(1)?, row.id::<kind::Person>(3)?, row.moment(6)?);
        Ok(Told {
            id: row.id(0)?,
            number,
            side: row.word(2)?,
            name: row.get(4)?,
            body: row.get(5)?,
            said_at,
            corrected_at: row.moment_opt(7)?,
            correctable: number == last && whose == person && say::may_correct(said_at, now),
        })
    })?;
    thread.said.reverse();
    thread.earlier = thread.said.first().map(|first| first.number).filter(|first| *first > 1);
    Ok(thread)
}
