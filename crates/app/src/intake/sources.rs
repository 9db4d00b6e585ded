//! The sources of a project: added, arrived, listed, taken away.

use kazi_db::{DbError, Read, Row, Tx, params};
use kazi_domain::policy::{Can, ManageProject, ViewProject};
use kazi_domain::{Id, Moment, ProjectState, SourceState, kind};
use kazi_services::BlobRef;

use super::{LONGEST, SourceError};
use crate::jobs;
use crate::journal::{Entry, note};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// The project's state, so that it does not change meanwhile.
    PROJECT = "select state from project where id = $1 /*for update*/";
    /// The place behind the last source.
    LAST = "select coalesce(max(position) + 1, 0) from source where project = $1";
    /// A new source.
    ADD = "insert into source (id, project, name, position, bytes, state, done, parts, made_at) \
           values ($1, $2, $3, $4, $5, 'arriving', 0, 0, $6)";
    /// Which project has a source of this id.
    WHOSE = "select project from source where id = $1";
    /// A source of a project, locked.
    SOURCE = "select name, bytes, state, blob_hash from source where id = $1 and project = $2 /*for update*/";
    /// The same, only to look.
    SOURCE_SEEN = "select name, bytes, state, blob_hash from source where id = $1 and project = $2";
    /// All bytes of a source are kept.
    ARRIVED = "update source set state = 'waiting', bytes = $2, blob_hash = $3 where id = $1 and state = 'arriving'";
    /// An upload that broke off leaves nothing.
    BROKE_OFF = "delete from source where id = $1 and project = $2 and state = 'arriving'";
    /// Nobody goes on with an upload.
    GIVE_UP = "update source set state = 'refused', problem = $2 where id = $1 and state = 'arriving'";
    /// Uploads begun before a moment that have not arrived.
    STALE = "select id from source where state = 'arriving' and made_at < $1 order by made_at limit 1000";
    /// The sources of a project.
    LIST = "select s.id, s.name, s.bytes, s.state, s.problem, s.done, s.parts, s.made_at, \
            (select count(*) from source_problem p where p.source = s.id) \
            from source s where s.project = $1 and s.state <> 'removing' order by s.position";
    /// What could not be used of a source.
    PROBLEMS = "select p.part, p.key, p.message from source_problem p join source s on s.id = p.source \
                where p.source = $1 and s.project = $2 order by p.number";
    /// A source on its way out.
    REMOVING = "update source set state = 'removing' where id = $1";
    /// Calls off what is done with a source.
    CALL_OFF = "update job set cancel = 1 where subject = $1 and state in ('waiting', 'running')";
}

/// The kind of the job that splits a source.
pub(super) const SPLIT: &str = "split";
/// The kind of the job that takes a source away.
pub(super) const REMOVE: &str = "remove_source";

/// A source as the one who sends it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arriving {
    /// Which.
    pub id: Id<kind::Source>,
    /// Its name.
    pub name: String,
    /// How long it will be; 0 when that was not said.
    pub bytes: u64,
    /// Whether all of it is here for good.
    pub arrived: bool,
}

/// A source as the project's page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceView {
    /// Which.
    pub id: Id<kind::Source>,
    /// Its name.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// What became of it.
    pub state: SourceState,
    /// Why it was refused.
    pub problem: Option<String>,
    /// How many of its parts (pages, rows) are split.
    pub done: i64,
    /// How many parts it has; 0 when that is not known yet.
    pub parts: i64,
    /// When it was added.
    pub made_at: Moment,
    /// How many of its parts could not be used.
    pub problems: i64,
}

impl SourceView {
    /// Whether splitting is over.
    pub fn is_settled(&self) -> bool {
        matches!(self.state, SourceState::Split | SourceState::Refused)
    }
}

/// What the client reads of an upload that nobody went on with.
const GIVEN_UP: &str = "The upload broke off, and nobody went on with it for days. Send the file once more.";

/// A part of a source that could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartProblem {
    /// Which part, such as `page 12`.
    pub part: String,
    /// The key of the message.
    pub key: String,
    /// What is wrong and what to do.
    pub message: String,
}

fn length(bytes: i64) -> u64 {
    u64::try_from(bytes).unwrap_or(0)
}

fn project_state(tx: &mut Tx<'_>, project: Id<kind::Project>) -> Result<ProjectState, SourceError> {
    tx.query_opt(&PROJECT, params![project.param()], |row| row.word(0))?.ok_or(SourceError::NotThere)
}

/// Adds a file to a project; its bytes come afterwards. `bytes` is its length where that is known.
///
/// # Errors
/// See [`SourceError`].
pub fn add_source(
    tx: &mut Tx<'_>,
    can: &Can<ManageProject>,
    name: &str,
    bytes: Option<u64>,
    turn: &Turn,
) -> Result<Id<kind::Source>, SourceError> {
    let id = turn.mint();
    add_source_as(tx, can, (id, name), bytes, turn)?;
    Ok(id)
}

/// Adds a file under an id that its sender minted; a file that is still arriving under it begins again. Gives the
/// hash of the bytes when it has arrived already: then nothing is changed.
///
/// # Errors
/// See [`SourceError`].
pub fn add_source_once(
    tx: &mut Tx<'_>,
    can: &Can<ManageProject>,
    (id, name): (Id<kind::Source>, &str),
    turn: &Turn,
) -> Result<Option<BlobRef>, SourceError> {
    let Some(project) = tx.query_opt(&WHOSE, params![id.param()], |row| row.id::<kind::Project>(0))? else {
        add_source_as(tx, can, (id, name), None, turn)?;
        return Ok(None);
    };
    if project != can.subject() {
        return Err(SourceError::NotThere);
    }
    match load(tx, can, id)? {
        (_, _, SourceState::Arriving, _) => Ok(None),
        (_, _, state, None) => Err(SourceError::NotArriving(state)),
        (_, _, _, Some(hash)) => Ok(Some(BlobRef(hash))),
    }
}

fn add_source_as(
    tx: &mut Tx<'_>,
    can: &Can<ManageProject>,
    (id, name): (Id<kind::Source>, &str),
    bytes: Option<u64>,
    turn: &Turn,
) -> Result<(), SourceError> {
    let project = can.subject();
    let state = project_state(tx, project)?;
    if !matches!(state, ProjectState::Draft | ProjectState::Running | ProjectState::Paused) {
        return Err(SourceError::ProjectEnded(state));
    }
    let name = clean_name(name).ok_or(SourceError::Name)?;
    let bytes = bytes.unwrap_or(0);
    if bytes > LONGEST {
        return Err(SourceError::TooLong);
    }
    let place: i64 = tx.query_one(&LAST, params![project.param()], |row| row.get(0))?;
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    tx.execute(&ADD, params![id.param(), project.param(), name.as_str(), place, bytes, turn.at.param()])?;
    note(tx, turn, &Entry::about("source.added", id).by(can.actor().person).of(project).saying(name))?;
    Ok(())
}

/// The name alone, without the folders that some browsers send, and without characters that are none.
fn clean_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let clean: String = last.chars().filter(|c| !c.is_control()).collect();
    let clean = clean.trim();
    let fits = !clean.is_empty() && clean != "." && clean != ".." && clean.chars().count() <= 255;
    fits.then(|| clean.to_owned())
}

/// How far a source has come: whether it needs more bytes, or is here for good.
///
/// # Errors
/// When it is not there, or is being taken away.
pub fn arriving(
    read: &mut Read<'_>,
    can: &Can<ManageProject>,
    source: Id<kind::Source>,
) -> Result<Arriving, SourceError> {
    let found = read.query_opt(&SOURCE_SEEN, params![source.param(), can.subject().param()], loaded)?;
    let (name, bytes, state, hash) = found.ok_or(SourceError::NotThere)?;
    match (state, hash) {
        // Nobody went on with it: there is nothing to go on with.
        (SourceState::Removing, _) | (SourceState::Refused, None) => Err(SourceError::NotThere),
        (state, _) => {
            let arrived = state != SourceState::Arriving;
            Ok(Arriving { id: source, name, bytes: length(bytes), arrived })
        }
    }
}

/// Forgets a source whose bytes came in one request that broke off. Nothing of it was acknowledged.
///
/// # Errors
/// The database's.
pub fn broke_off(
    tx: &mut Tx<'_>,
    can: &Can<ManageProject>,
    source: Id<kind::Source>,
    turn: &Turn,
) -> Result<(), DbError> {
    if tx.execute(&BROKE_OFF, params![source.param(), can.subject().param()])? == 0 {
        return Ok(());
    }
    note(tx, turn, &Entry::about("source.broke_off", source).by(can.actor().person).of(can.subject()))
}

/// Gives uploads up: those whose bytes were thrown away because nobody sent more of them, and those that began
/// before a moment. Otherwise a project would wait for them for ever.
///
/// # Errors
/// The database's.
pub fn give_up(
    tx: &mut Tx<'_>,
    thrown_away: &[Id<kind::Source>],
    begun_before: Moment,
) -> Result<(), DbError> {
    let stale: Vec<Id<kind::Source>> =
        tx.query_all(&STALE, params![begun_before.param()], |row| row.id(0))?;
    for source in thrown_away.iter().chain(&stale) {
        tx.execute(&GIVE_UP, params![source.param(), GIVEN_UP])?;
    }
    Ok(())
}

type Loaded = (String, i64, SourceState, Option<String>);

fn loaded(row: &Row<'_>) -> Result<Loaded, DbError> {
    Ok((row.get(0)?, row.get(1)?, row.word(2)?, row.get(3)?))
}

fn load(tx: &mut Tx<'_>, can: &Can<ManageProject>, source: Id<kind::Source>) -> Result<Loaded, SourceError> {
    tx.query_opt(&SOURCE, params![source.param(), can.subject().param()], loaded)?
        .ok_or(SourceError::NotThere)
}

/// All bytes of a source are in the blob store: it is to be split. Saying it twice changes nothing.
///
/// # Errors
/// When the source is not there, or has arrived with other bytes.
pub fn arrived(
    tx: &mut Tx<'_>,
    can: &Can<ManageProject>,
    source: Id<kind::Source>,
    (hash, bytes): (&BlobRef, u64),
    turn: &Turn,
) -> Result<(), SourceError> {
    let (_, _, state, known) = load(tx, can, source)?;
    if state != SourceState::Arriving {
        let same = known.as_deref() == Some(hash.0.as_str());
        return if same { Ok(()) } else { Err(SourceError::NotArriving(state)) };
    }
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    tx.execute(&ARRIVED, params![source.param(), bytes, hash.0.as_str()])?;
    jobs::enqueue(tx, SPLIT, source.as_bytes(), "", turn)?;
    Ok(())
}

/// The sources of a project, in the order they were added.
///
/// # Errors
/// The database's.
pub fn sources(read: &mut Read<'_>, can: &Can<ViewProject>) -> Result<Vec<SourceView>, DbError> {
    read.query_all(&LIST, params![can.subject().param()], |row| {
        Ok(SourceView {
            id: row.id(0)?,
            name: row.get(1)?,
            bytes: length(row.get(2)?),
            state: row.word(3)?,
            problem: row.get(4)?,
            done: row.get(5)?,
            parts: row.get(6)?,
            made_at: row.moment(7)?,
            problems: row.get(8)?,
        })
    })
}

/// What could not be used of a source.
///
/// # Errors
/// The database's.
pub fn problems(
    read: &mut Read<'_>,
    can: &Can<ViewProject>,
    source: Id<kind::Source>,
) -> Result<Vec<PartProblem>, DbError> {
    read.query_all(&PROBLEMS, params![source.param(), can.subject().param()], |row| {
        Ok(PartProblem { part: row.get(0)?, key: row.get(1)?, message: row.get(2)? })
    })
}

/// Takes a source away again, with all it was split into, before the project starts; one that has not arrived can
/// be taken away at any time. It is gone from the list at once; its items go in the background.
///
/// # Errors
/// See [`SourceError`].
pub fn remove_source(
    tx: &mut Tx<'_>,
    can: &Can<ManageProject>,
    source: Id<kind::Source>,
    turn: &Turn,
) -> Result<(), SourceError> {
    let project = project_state(tx, can.subject())?;
    let (name, _, state, _) = load(tx, can, source)?;
    if state == SourceState::Removing {
        return Ok(());
    }
    if project != ProjectState::Draft && state != SourceState::Arriving {
        return Err(SourceError::ProjectStarted(project));
    }
    tx.execute(&REMOVING, params![source.param()])?;
    tx.execute(&CALL_OFF, params![source.as_bytes()])?;
    jobs::enqueue(tx, REMOVE, source.as_bytes(), "", turn)?;
    let entry = Entry::about("source.removed", source).by(can.actor().person).of(can.subject());
    note(tx, turn, &entry.saying(name))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_cleaned_of_folders_and_control_characters() {
        assert_eq!(clean_name("C:\\scans\\book one.pdf").as_deref(), Some("book one.pdf"));
        assert_eq!(clean_name("../../etc/passwd").as_deref(), Some("passwd"));
        assert_eq!(clean_name("a\0b\n.csv").as_deref(), Some("ab.csv"));
        for none in ["", "  ", "x/", "..", "a/.."] {
            assert_eq!(clean_name(none), None, "{none:?}");
        }
        assert_eq!(clean_name(&"x".repeat(256)), None);
    }
}
