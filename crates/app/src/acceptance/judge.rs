//! Looking through a sample.

use kazi_db::{BulkInsert, Tx, Value, params};
use kazi_domain::policy::{Can, JudgeDelivery};
use kazi_domain::{Id, ProjectState, SampleState, kind};

use super::{AcceptanceError, Drawn, Said, newest, open_sample};
use crate::journal::{self, Entry};
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// Where the project stands, held until the end.
    STATE = "select state from project where id = $1 /*for update*/";
    /// A new sample.
    ADD = "insert into sample (id, project, delivery, way, seed, lot, sampled, allowed, state, made_by, made_at) \
           values ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9, $10)";
    /// What was said of an item of the sample that is being looked through.
    SAY = "update sampled set verdict = $3, reason = $4, note = $5, said_by = $6, said_at = $7 \
           where sample = $1 and number = $2 \
           and exists (select 1 from sample s where s.id = $1 and s.project = $8 and s.state = 'open')";
    /// Whether there is such an item.
    THERE = "select 1 from sampled i join sample s on s.id = i.sample where i.sample = $1 and i.number = $2 and s.project = $3";
    /// Ends a sample.
    END = "update sample set state = $2, ended_by = $3, ended_at = $4 where id = $1 and state = 'open'";
}

static ITEMS: BulkInsert = BulkInsert::new("sampled", &["sample", "number", "item"]);

/// The state of a project whose delivery waits for a decision, held until the transaction ends.
pub(super) fn held(tx: &mut Tx<'_>, can: &Can<JudgeDelivery>) -> Result<(), AcceptanceError> {
    let state = tx.query_opt(&STATE, params![can.subject().param()], |row| row.word::<ProjectState>(0))?;
    match state.ok_or(AcceptanceError::NotThere)? {
        ProjectState::Delivered => Ok(()),
        other => Err(AcceptanceError::NotDelivered(other)),
    }
}

/// Begins to look through a sample that was drawn.
///
/// # Errors
/// See [`AcceptanceError`]; [`AcceptanceError::Closed`] when something else was delivered meanwhile.
pub fn begin(
    tx: &mut Tx<'_>,
    can: &Can<JudgeDelivery>,
    drawn: &Drawn,
    turn: &Turn,
) -> Result<Id<kind::Sample>, AcceptanceError> {
    held(tx, can)?;
    let project = can.subject();
    if newest(tx, project)?.is_none_or(|newest| newest.id != drawn.delivery) {
        return Err(AcceptanceError::Closed);
    }
    if open_sample(tx, project)?.is_some() {
        return Err(AcceptanceError::AlreadyOpen);
    }
    let id: Id<kind::Sample> = turn.mint();
    let sampled = i64::try_from(drawn.items.len()).unwrap_or(i64::MAX);
    let seed = i64::from_be_bytes(drawn.seed.to_be_bytes());
    tx.execute(
        &ADD,
        params![
            id.param(),
            project.param(),
            drawn.delivery.param(),
            drawn.way.word(),
            seed,
            i64::from(drawn.lot),
            sampled,
            drawn.allowed.map(i64::from),
            can.actor().person.param(),
            turn.at.param()
        ],
    )?;
    let rows =
        (1_i64..).zip(&drawn.items).map(|(number, item)| [id.param(), Value::from(number), item.param()]);
    tx.insert_many(&ITEMS, rows)?;
    let entry = Entry::about("sample.drawn", id).by(can.actor().person).of(project);
    journal::note(tx, turn, &entry.saying(drawn.way.word()))?;
    Ok(id)
}

/// Says what an item of the sample is. It can be said anew until the sample is closed.
///
/// # Errors
/// [`AcceptanceError::Said`] when something is missing, [`AcceptanceError::Closed`] when it is too late.
pub fn say(
    tx: &mut Tx<'_>,
    can: &Can<JudgeDelivery>,
    (sample, number): (Id<kind::Sample>, i64),
    said: &Said,
    turn: &Turn,
) -> Result<(), AcceptanceError> {
    let said = said.checked()?;
    let project = can.subject();
    let params = params![
        sample.param(),
        number,
        said.verdict.word(),
        said.reason.as_str(),
        said.note.as_str(),
        can.actor().person.param(),
        turn.at.param(),
        project.param()
    ];
    if tx.execute(&SAY, params)? == 1 {
        return Ok(());
    }
    let there = tx.query_opt(&THERE, params![sample.param(), number, project.param()], |_| Ok(()))?;
    Err(if there.is_some() { AcceptanceError::Closed } else { AcceptanceError::NotThere })
}

/// Sets the sample aside. It stays on record, and a certificate says how often that was done.
///
/// # Errors
/// [`AcceptanceError::Closed`] when none is being looked through.
pub fn set_aside(tx: &mut Tx<'_>, can: &Can<JudgeDelivery>, turn: &Turn) -> Result<(), AcceptanceError> {
    held(tx, can)?;
    let sample = open_sample(tx, can.subject())?.ok_or(AcceptanceError::Closed)?;
    end(tx, can, (sample, SampleState::SetAside), turn)
}

pub(super) fn end(
    tx: &mut Tx<'_>,
    can: &Can<JudgeDelivery>,
    (sample, state): (Id<kind::Sample>, SampleState),
    turn: &Turn,
) -> Result<(), AcceptanceError> {
    let person = can.actor().person;
    tx.execute(&END, params![sample.param(), state.word(), person.param(), turn.at.param()])?;
    let entry = Entry::about("sample.closed", sample).by(person).of(can.subject());
    Ok(journal::note(tx, turn, &entry.saying(state.word()))?)
}
