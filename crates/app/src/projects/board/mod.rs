//! The operator's board: all projects under way, what needs attention first, and why.
//!
//! What a project needs is found by looking at it (`look`), which takes a few short questions and one over its latest
//! thousand answers; that is too much to ask of ten thousand projects for one page. So a chore looks at them one by one,
//! those first that it looked at longest ago, and keeps what it found; the board reads one page of that by an index. What
//! the page shows is looked at anew: a reason that was mended a moment ago is not shown, and only the order may be some
//! minutes old.

mod look;
mod rules;

pub use look::{Looked, keep, look};
pub use rules::Why;

use kazi_db::{Read, Sql, params};
use kazi_domain::policy::{Actor, Can, Facts, SeeBoard, permit};
use kazi_domain::{Id, Moment, ProjectState, Span, kind};

use crate::bound::{HeadError, Projects};
use crate::listing::{Ask, Cursor, Page};
use crate::rows::Columns;

kazi_db::statements! {
    /// A page, the most urgent first, and the older first among equals.
    PAGE = "select b.project, b.urgency, b.why, b.looked_at, p.name, o.name, p.service, p.state from board b \
            join project p on p.id = b.project join organisation o on o.id = p.organisation \
            where b.urgency <= $1 and (b.urgency < $1 or b.project > $2) and b.urgency >= $3 \
            and (lower(p.name) like $4 escape '\\' or lower(o.name) like $4 escape '\\') \
            and ($5 = '' or b.why like $5) order by b.urgency desc, b.project limit $6";
    /// How many letters could not be sent, counted only so far.
    LETTERS = "select count(*) from (select 1 from mail where state = 'failed' limit 100) counted";
    /// How many jobs were given up, counted only so far.
    JOBS = "select count(*) from (select 1 from job where state = 'failed' limit 100) counted";
}

/// What was found so lately is shown as it is.
const FRESH: Span = Span::minutes(1);
/// The board is told by pages of so many projects, for each is looked at anew.
const ROWS: u32 = 25;

/// The proof that somebody may see the board.
pub fn may_see(actor: &Actor) -> Option<Can<SeeBoard>> {
    permit(actor, actor.organisation, Facts { organisation: Some(actor.organisation), ..Facts::default() })
}

/// Which projects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those that need nothing too.
    pub all: bool,
    /// Only those with this reason, one of [`Why::WORDS`]; any where it is empty.
    pub why: String,
}

/// A project on the board.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which.
    pub project: Id<kind::Project>,
    /// Its name.
    pub name: String,
    /// Its client.
    pub organisation: String,
    /// Its service's key.
    pub service: String,
    /// What it is doing.
    pub state: ProjectState,
    /// What it needs, the most urgent first; empty when that was mended since, or there was nothing.
    pub why: Vec<Why>,
    urgency: i64,
}

/// A page of the board.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// The projects.
    pub page: Page<Row>,
    /// How many letters could not be sent; a hundred stand for more.
    pub letters: i64,
    /// How many jobs were given up; a hundred stand for more.
    pub jobs: i64,
}

/// The board. A search looks at names of projects and of clients.
///
/// # Errors
/// The database's, and settings that cannot be read.
pub fn board(
    read: &mut Read<'_>,
    projects: &Projects,
    _can: &Can<SeeBoard>,
    (filter, ask): (&Filter, &Ask),
    now: Moment,
) -> Result<Board, HeadError> {
    let ask = Ask { rows: if ask.rows == 0 { ROWS } else { ask.rows.min(ROWS) }, ..ask.clone() };
    // The cursor's place is by falling urgency and rising id.
    let (urgency, project): (i64, &[u8]) =
        if ask.after.is_some() { ask.before_number() } else { (i64::MAX, &[0; 16]) };
    let known = Why::WORDS.iter().find(|word| **word == filter.why);
    let pattern = known.map(|word| format!("%\"{word}\"%")).unwrap_or_default();
    let least = i64::from(!filter.all);
    let values = params![urgency, project, least, ask.pattern(), pattern, ask.limit()];
    let rows = read.query_all(&PAGE, values, |row| {
        let why = serde_json::from_str(row.get::<&str>(2)?).unwrap_or_default();
        let looked_at = row.moment(3)?;
        let (name, organisation, service) = (row.get(4)?, row.get(5)?, row.get(6)?);
        let (project, urgency, state) = (row.id(0)?, row.get(1)?, row.word(7)?);
        Ok((looked_at, Row { project, name, organisation, service, state, why, urgency }))
    })?;
    let rows = rows.into_iter().map(|(looked_at, row)| anew(read, projects, (looked_at, row), now));
    let rows: Vec<Row> = rows.collect::<Result<_, _>>()?;
    let page = ask.page(rows, |row| Cursor::at(row.urgency.to_string(), row.project));
    let letters = read.query_one(&LETTERS, &[], |row| row.get(0))?;
    Ok(Board { page, letters, jobs: read.query_one(&JOBS, &[], |row| row.get(0))? })
}

/// A row with what its project needs now.
fn anew(
    read: &mut Read<'_>,
    projects: &Projects,
    (looked_at, row): (Moment, Row),
    now: Moment,
) -> Result<Row, HeadError> {
    if now.since(looked_at) < FRESH {
        return Ok(row);
    }
    match look::reasons(read, projects, row.project, now) {
        Ok(why) => Ok(Row { why: why.unwrap_or_default(), ..row }),
        Err(HeadError::Db(error)) => Err(error.into()),
        // What cannot be read is shown as it was found.
        Err(_) => Ok(row),
    }
}

/// The statements of looking.
pub(super) const LOOKS: &[&Sql] = look::ALL;
