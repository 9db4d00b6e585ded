//! Questions in a list, and how many wait for whom.

use kazi_db::{DbError, Read, params};
use kazi_domain::policy::{Actor, Can, ListProjects, ManageNetwork, ViewProject};
use kazi_domain::{Id, Moment, QuestionState, Role, kind};

use super::{TalkError, side, state};
use crate::listing::{Ask, Cursor, Page};
use crate::rows::{Columns, Param};
use crate::{network, projects};

/// Threads: of whom, in which order.
macro_rules! threads {
    ($of:literal $order:literal) => {
        concat!(
            "select t.id, t.project, p.name, t.subject, i.key, t.last_side, t.settled_at, t.messages, t.said_at \
             from thread t join project p on p.id = t.project left join item i on i.id = t.item where ",
            $of,
            "($2 = '' or ($2 = 'settled' and t.settled_at is not null) \
             or ($2 = 'yours' and t.settled_at is null and t.last_side <> $1) \
             or ($2 = 'theirs' and t.settled_at is null and t.last_side = $1)) \
             and (lower(t.subject) like $3 escape '\\' or lower(p.name) like $3 escape '\\' \
             or lower(coalesce(i.key, '')) like $3 escape '\\') ",
            $order
        )
    };
}

kazi_db::statements! {
    /// All, what was said of last first.
    NEWEST = threads!("" "and (t.said_at, t.id) < ($4, $5) order by t.said_at desc, t.id desc limit $6");
    /// All, what has rested longest first.
    OLDEST = threads!("" "and (t.said_at, t.id) > ($4, $5) order by t.said_at, t.id limit $6");
    /// Those of an organisation, what was said of last first.
    NEWEST_OF = threads!("t.organisation = $7 and "
                         "and (t.said_at, t.id) < ($4, $5) order by t.said_at desc, t.id desc limit $6");
    /// Those of an organisation, what has rested longest first.
    OLDEST_OF = threads!("t.organisation = $7 and " "and (t.said_at, t.id) > ($4, $5) order by t.said_at, t.id limit $6");
    /// Those of a project, what was said of last first.
    NEWEST_IN = threads!("t.project = $7 and "
                         "and (t.said_at, t.id) < ($4, $5) order by t.said_at desc, t.id desc limit $6");
    /// Those of a project, what has rested longest first.
    OLDEST_IN = threads!("t.project = $7 and " "and (t.said_at, t.id) > ($4, $5) order by t.said_at, t.id limit $6");
    /// How many of a project are not settled, and how many of these wait for who did not speak last.
    WAITING = "select count(*), coalesce(sum(case when last_side = $2 then 1 else 0 end), 0) from thread \
               where project = $1 and settled_at is null";
    /// How many wait for the operator.
    FOR_OPERATOR = "select count(*) from thread where settled_at is null and last_side = 'client'";
    /// How many wait for a client.
    FOR_CLIENT = "select count(*) from thread where settled_at is null and last_side = 'operator' and organisation = $1";
}

/// Whose questions to list.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'c> {
    /// All.
    All(&'c Can<ManageNetwork>),
    /// Those of an organisation's projects.
    Organisation(&'c Can<ListProjects>),
    /// Those of a project.
    Project(&'c Can<ViewProject>),
}

/// Which of them, and in which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those that have rested longest first.
    pub oldest_first: bool,
    /// Only those that stand so for the reader.
    pub state: Option<QuestionState>,
}

/// A question in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The thread.
    pub id: Id<kind::Thread>,
    /// The project.
    pub project: Id<kind::Project>,
    /// Its name.
    pub project_name: String,
    /// What it is about.
    pub subject: String,
    /// The key of the item that it is about, if it is about one.
    pub key: Option<String>,
    /// Where it stands for the reader.
    pub state: QuestionState,
    /// How many messages there are.
    pub messages: i64,
    /// When something was said last.
    pub said_at: Moment,
}

/// Questions; a search looks at subjects, the keys of items and the names of projects.
///
/// # Errors
/// The database's.
pub fn list(read: &mut Read<'_>, whose: Whose<'_>, filter: Filter, ask: &Ask) -> Result<Page<Row>, DbError> {
    let (actor, of, statements) = match whose {
        Whose::All(can) => (can.actor(), None, (&NEWEST, &OLDEST)),
        Whose::Organisation(can) => (can.actor(), Some(*can.subject().as_bytes()), (&NEWEST_OF, &OLDEST_OF)),
        Whose::Project(can) => (can.actor(), Some(*can.subject().as_bytes()), (&NEWEST_IN, &OLDEST_IN)),
    };
    let mine = side(actor);
    let statement = if filter.oldest_first { statements.1 } else { statements.0 };
    let (from, id) = if filter.oldest_first { ask.after_number() } else { ask.before_number() };
    let (pattern, chosen) = (ask.pattern(), filter.state.map_or("", QuestionState::word));
    let of_whom = of.unwrap_or_default();
    let all = params![mine.word(), chosen, pattern.as_str(), from, id, ask.limit(), &of_whom[..]];
    let values = if of.is_some() { all } else { all.get(..6).unwrap_or(all) };
    let rows = read.query_all(statement, values, |row| {
        Ok(Row {
            id: row.id(0)?,
            project: row.id(1)?,
            project_name: row.get(2)?,
            subject: row.get(3)?,
            key: row.get(4)?,
            state: state(mine, row.word(5)?, row.moment_opt(6)?.is_some()),
            messages: row.get(7)?,
            said_at: row.moment(8)?,
        })
    })?;
    Ok(ask.page(rows, |row| Cursor::at(row.said_at.micros().to_string(), row.id)))
}

/// The questions that somebody may read: all for the operator, those of the own projects for a client.
///
/// # Errors
/// [`TalkError::NotThere`] when there are none for this person.
pub fn for_person(
    read: &mut Read<'_>,
    actor: &Actor,
    filter: Filter,
    ask: &Ask,
) -> Result<Page<Row>, TalkError> {
    if let Some(all) = network::may_manage(actor) {
        return Ok(list(read, Whose::All(&all), filter, ask)?);
    }
    let own = projects::may_list(read, actor, actor.organisation).map_err(|error| match error {
        network::NotForYou::NotThere => TalkError::NotThere,
        network::NotForYou::Db(error) => error.into(),
    })?;
    Ok(list(read, Whose::Organisation(&own), filter, ask)?)
}

/// How many questions of a project are not settled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// All of them.
    pub open: i64,
    /// Those that wait for the reader's side.
    pub mine: i64,
}

/// How many questions of a project wait, and for whom.
///
/// # Errors
/// The database's.
pub fn waiting(read: &mut Read<'_>, can: &Can<ViewProject>) -> Result<Waiting, DbError> {
    let (project, theirs) = (can.subject(), side(can.actor()).other());
    let values = params![project.param(), theirs.word()];
    read.query_one(&WAITING, values, |row| Ok(Waiting { open: row.get(0)?, mine: row.get(1)? }))
}

/// How many questions wait for somebody's side, over all projects that they see.
///
/// # Errors
/// The database's.
pub fn waiting_for_me(read: &mut Read<'_>, actor: &Actor) -> Result<i64, DbError> {
    if actor.roles.has(Role::Operator) {
        return read.query_one(&FOR_OPERATOR, &[], |row| row.get(0));
    }
    if !actor.roles.has(Role::Client) {
        return Ok(0);
    }
    read.query_one(&FOR_CLIENT, params![actor.organisation.param()], |row| row.get(0))
}
