//! The second looks that workers ask for, as whoever decides finds them.

use kazi_db::{DbError, Read, params};
use kazi_domain::policy::{Actor, Can, Facts, ManageNetwork, SeeContests, permit};
use kazi_domain::{Id, LookState, Moment, Money, Plea, WhyNot, kind};

use super::ContestError;
use crate::listing::{Ask, Cursor, Page};
use crate::network;
use crate::rows::{Columns, Param};

/// Second looks: from where, in which order. One's own are not among them.
macro_rules! looks {
    ($from:literal $order:literal) => {
        concat!(
            "select r.answer, r.project, p.name, r.stage, i.key, a.pay, p.currency, r.reason, r.plea, r.contested_at, \
             r.put_right, r.decided_at from rejection r join answer a on a.id = r.answer join item i on i.id = r.item \
             join project p on p.id = r.project ",
            $from,
            " where r.contested_at is not null and r.person <> $1 and ($2 = '' or ($2 = 'waiting' and r.decided_at is null) \
             or ($2 = 'put_right' and r.put_right = 1) or ($2 = 'upheld' and r.put_right = 0)) \
             and (lower(i.key) like $3 escape '\\' or lower(p.name) like $3 escape '\\') ",
            $order
        )
    };
}

kazi_db::statements! {
    /// All, the newest first.
    NEWEST = looks!("" "and (r.contested_at, r.answer) < ($4, $5) order by r.contested_at desc, r.answer desc limit $6");
    /// All, the oldest first.
    OLDEST = looks!("" "and (r.contested_at, r.answer) > ($4, $5) order by r.contested_at, r.answer limit $6");
    /// Those of the projects of a centre, the newest first.
    NEWEST_HERE = looks!("join project_centre pc on pc.project = r.project and pc.centre = $7"
                         "and (r.contested_at, r.answer) < ($4, $5) order by r.contested_at desc, r.answer desc limit $6");
    /// Those of the projects of a centre, the oldest first.
    OLDEST_HERE = looks!("join project_centre pc on pc.project = r.project and pc.centre = $7"
                         "and (r.contested_at, r.answer) > ($4, $5) order by r.contested_at, r.answer limit $6");
}

/// The proof that somebody may see the second looks of the own centre.
pub fn may_see(actor: &Actor) -> Option<Can<SeeContests>> {
    let centre = actor.centre?;
    permit(actor, centre, Facts { centres: &[centre], ..Facts::default() })
}

/// Which second looks to list.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'c> {
    /// All.
    All(&'c Can<ManageNetwork>),
    /// Those in the projects of a centre.
    Centre(&'c Can<SeeContests>),
}

/// The second looks that somebody decides on: all for the operator, those of the own centre for its team leaders and
/// reviewers.
///
/// # Errors
/// [`ContestError::NotThere`] when they are not for this person.
pub fn for_person(
    read: &mut Read<'_>,
    actor: &Actor,
    filter: Filter,
    ask: &Ask,
) -> Result<Page<Row>, ContestError> {
    if let Some(all) = network::may_manage(actor) {
        return Ok(list(read, Whose::All(&all), filter, ask)?);
    }
    let here = may_see(actor).ok_or(ContestError::NotThere)?;
    Ok(list(read, Whose::Centre(&here), filter, ask)?)
}

/// Which of them, and in which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those that have waited longest first.
    pub oldest_first: bool,
    /// Only those that stand so.
    pub state: Option<LookState>,
}

/// A second look in a list. Nobody is named in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The answer.
    pub answer: Id<kind::Answer>,
    /// The project.
    pub project: Id<kind::Project>,
    /// Its name.
    pub project_name: String,
    /// The stage.
    pub stage: String,
    /// The item's key.
    pub key: String,
    /// What the answer would have paid.
    pub pay: Money,
    /// Why it was not accepted.
    pub reason: WhyNot,
    /// What its worker says of it.
    pub plea: Plea,
    /// When the second look was asked for.
    pub contested_at: Moment,
    /// Where it stands.
    pub state: LookState,
}

/// Second looks; a search looks at the items' keys and the projects' names.
///
/// # Errors
/// The database's.
pub fn list(read: &mut Read<'_>, whose: Whose<'_>, filter: Filter, ask: &Ask) -> Result<Page<Row>, DbError> {
    let (me, centre) = match whose {
        Whose::All(can) => (can.actor().person, None),
        Whose::Centre(can) => (can.actor().person, Some(can.subject())),
    };
    let state = filter.state.map_or("", LookState::word);
    let (from, id) = if filter.oldest_first { ask.after_number() } else { ask.before_number() };
    let pattern = ask.pattern();
    let all = params![me.param(), state, pattern.as_str(), from, id, ask.limit(), centre.param()];
    let every = all.get(..6).unwrap_or(all);
    let (statement, params) = match (centre.is_some(), filter.oldest_first) {
        (false, false) => (&NEWEST, every),
        (false, true) => (&OLDEST, every),
        (true, false) => (&NEWEST_HERE, all),
        (true, true) => (&OLDEST_HERE, all),
    };
    let rows = read.query_all(statement, params, row)?;
    Ok(ask.page(rows, |row| Cursor::at(row.contested_at.micros().to_string(), row.answer)))
}

fn row(row: &kazi_db::Row<'_>) -> Result<Row, DbError> {
    let decided = row.moment_opt(11)?.is_some();
    let state = match (decided, row.get::<Option<i64>>(10)?) {
        (false, _) => LookState::Waiting,
        (true, Some(1)) => LookState::PutRight,
        (true, _) => LookState::Upheld,
    };
    Ok(Row {
        answer: row.id(0)?,
        project: row.id(1)?,
        project_name: row.get(2)?,
        stage: row.get(3)?,
        key: row.get(4)?,
        pay: Money::new(row.get(5)?, row.word(6)?),
        reason: row.word(7)?,
        plea: row.word(8)?,
        contested_at: row.moment(9)?,
        state,
    })
}
