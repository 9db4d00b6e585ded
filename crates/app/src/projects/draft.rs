//! Making a project and changing its terms.

use std::collections::BTreeMap;
use std::sync::Arc;

use kazi_db::{Read, Tx, params};
use kazi_domain::policy::{Can, CreateProject, Facts, ManageNetwork, ManageProject, PayBelowWage, permit};
use kazi_domain::{Currency, Id, ProjectState, kind};
use kazi_services::BoundService;

use super::{ProjectError, fair};
use crate::journal::{self, Entry};
use crate::network::name;
use crate::rows::{Columns, Param};
use crate::turn::Turn;

kazi_db::statements! {
    /// A new one.
    ADD = "insert into project (id, organisation, service, name, state, version, spec, instructions, currency, gold_every, \
           made_by, made_at) values ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9, $10, $11)";
    /// What may be changed.
    TERMS = "select service, state, version, spec, currency, instructions from project where id = $1 /*for update*/";
    /// Whether files were split by the settings already.
    HAS_ITEMS = "select 1 from source s join item i on i.source = s.id where s.project = $1 limit 1";
    /// The new terms.
    CHANGE = "update project set name = $2, spec = $3, instructions = $4, currency = $5, gold_every = $6, version = version + 1 \
              where id = $1";
    /// What each stage pays.
    PAY = "insert into project_stage (project, stage, position, pay) values ($1, $2, $3, $4)";
    /// What each stage paid.
    UNPAY = "delete from project_stage where project = $1";
    /// What each stage pays now.
    PAYS = "select stage, pay from project_stage where project = $1";
    /// The centres that do the work.
    UNASSIGN = "delete from project_centre where project = $1";
    /// One of them; only if it exists.
    ASSIGN = "insert into project_centre (centre, project) select id, $2 from centre where id = $1 \
              on conflict (centre, project) do nothing";
    /// Their names.
    ASSIGNED = "select c.id, c.name from project_centre pc join centre c on c.id = pc.centre \
                where pc.project = $1 order by c.name, c.id";
}

/// One answer in so many is asked for a known truth, unless the client chooses otherwise: 5 % of them.
pub const USUAL_GOLD: u32 = 20;

/// A project that is to be made.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The service's key.
    pub service: String,
    /// What the client calls it.
    pub name: String,
    /// The service's settings, as JSON text.
    pub spec: String,
    /// What the workers must know.
    pub instructions: String,
    /// The currency of pay.
    pub currency: Currency,
    /// One answer in this many is asked for a known truth; 0 for never.
    pub gold_every: u32,
    /// What one answer pays at a stage, in millionths; stages that are left out take the service's default.
    pub pay: BTreeMap<String, i64>,
}

/// The new terms of a project, all at once.
#[derive(Debug, Clone)]
pub struct Edit {
    /// The version that was looked at; another one means that somebody else was quicker.
    pub version: i64,
    /// What the client calls it.
    pub name: String,
    /// The service's settings, as JSON text. They change only while nothing was split by them.
    pub spec: String,
    /// What the workers must know.
    pub instructions: String,
    /// The currency of pay; changes only in a draft.
    pub currency: Currency,
    /// One answer in this many is asked for a known truth; 0 for never.
    pub gold_every: u32,
    /// What one answer pays at a stage, in millionths; stages that are left out stay as they are.
    pub pay: BTreeMap<String, i64>,
    /// What changed in the instructions, in a line for those who work by them; needed where they changed after the start.
    pub changed: Option<String>,
    /// Why this pays less than a living wage, where it does: for the operator to say.
    pub below_reason: Option<String>,
}

/// Instructions are cut to this many characters.
const LONGEST_INSTRUCTIONS: usize = 20_000;

pub(super) fn bind(service: &str, spec: &str) -> Result<Arc<dyn BoundService>, ProjectError> {
    let found =
        kazi_services::find(service).ok_or_else(|| ProjectError::UnknownService(service.to_owned()))?;
    found.bind(spec).map_err(ProjectError::Spec)
}

fn check(
    service: &dyn BoundService,
    gold_every: u32,
    pay: &BTreeMap<String, i64>,
) -> Result<(), ProjectError> {
    if gold_every == 1 {
        return Err(ProjectError::TooMuchGold);
    }
    for (stage, pay) in pay {
        if service.stage(stage).is_none() {
            return Err(ProjectError::UnknownStage(stage.clone()));
        }
        if *pay < 0 {
            return Err(ProjectError::NegativePay(stage.clone()));
        }
    }
    Ok(())
}

fn instructions(text: &str) -> String {
    text.chars().filter(|c| *c != '\0').take(LONGEST_INSTRUCTIONS).collect()
}

/// Makes a draft for an organisation.
///
/// # Errors
/// See [`ProjectError`].
pub fn create(
    tx: &mut Tx<'_>,
    can: &Can<CreateProject>,
    draft: &Draft,
    turn: &Turn,
) -> Result<Id<kind::Project>, ProjectError> {
    let called = name(&draft.name).ok_or(ProjectError::NoName)?;
    let service = bind(&draft.service, &draft.spec)?;
    check(&*service, draft.gold_every, &draft.pay)?;
    let id: Id<kind::Project> = turn.mint();
    tx.execute(
        &ADD,
        params![
            id.param(),
            can.subject().param(),
            service.key(),
            called,
            ProjectState::Draft.word(),
            draft.spec.as_str(),
            instructions(&draft.instructions),
            draft.currency.code(),
            draft.gold_every,
            can.actor().person.param(),
            turn.at.param()
        ],
    )?;
    set_pay(tx, id, &*service, |stage| draft.pay.get(stage).copied())?;
    let known = instructions(&draft.instructions);
    crate::instructions::first(tx, (id, &known), can.actor().person, turn)?;
    journal::note(tx, turn, &Entry::about("project.made", id).by(can.actor().person).of(id))?;
    Ok(id)
}

fn set_pay(
    tx: &mut Tx<'_>,
    project: Id<kind::Project>,
    service: &dyn BoundService,
    pay: impl Fn(&str) -> Option<i64>,
) -> Result<(), ProjectError> {
    for (position, stage) in (0_i64..).zip(service.stages()) {
        let pay = pay(stage.key).unwrap_or(stage.default_pay);
        tx.execute(&PAY, params![project.param(), stage.key, position, pay])?;
    }
    Ok(())
}

/// Changes the terms. Pay and instructions count for what is answered from now on.
///
/// # Errors
/// See [`ProjectError`].
pub fn edit(tx: &mut Tx<'_>, can: &Can<ManageProject>, edit: &Edit, turn: &Turn) -> Result<(), ProjectError> {
    let project = can.subject();
    let called = name(&edit.name).ok_or(ProjectError::NoName)?;
    let Before { service, state, version, spec, currency, known } = before(tx, project)?;
    if version != edit.version {
        return Err(ProjectError::ChangedMeanwhile);
    }
    let respec = !same_json(&spec, &edit.spec);
    if (respec || currency != edit.currency) && !is_untouched(tx, project, state, respec)? {
        return Err(ProjectError::SpecInUse);
    }
    let service = bind(&service, &edit.spec)?;
    check(&*service, edit.gold_every, &edit.pay)?;
    tx.execute(
        &CHANGE,
        params![
            project.param(),
            called,
            edit.spec.as_str(),
            instructions(&edit.instructions),
            edit.currency.code(),
            edit.gold_every
        ],
    )?;
    instruct(tx, (project, can.actor().person), (state, &known), edit, turn)?;
    let old = pays(tx, project)?;
    tx.execute(&UNPAY, params![project.param()])?;
    set_pay(tx, project, &*service, |stage| edit.pay.get(stage).or_else(|| old.get(stage)).copied())?;
    let change = fair::Change {
        service: &*service,
        currency: edit.currency,
        other_currency: currency != edit.currency,
        started: state != ProjectState::Draft,
        old: &old,
        new: &pays(tx, project)?,
    };
    let may: Option<Can<PayBelowWage>> = permit(can.actor(), project, Facts::default());
    fair::changed(tx, project, &change, may.as_ref().zip(edit.below_reason.as_deref()), turn)?;
    journal::note(tx, turn, &Entry::about("project.edited", project).by(can.actor().person).of(project))?;
    Ok(())
}

/// The terms before a change.
struct Before {
    service: String,
    state: ProjectState,
    version: i64,
    spec: String,
    currency: Currency,
    /// The instructions.
    known: String,
}

fn before(tx: &mut Tx<'_>, project: Id<kind::Project>) -> Result<Before, ProjectError> {
    let found = tx.query_opt(&TERMS, params![project.param()], |row| {
        Ok(Before {
            service: row.get(0)?,
            state: row.word(1)?,
            version: row.get(2)?,
            spec: row.get(3)?,
            currency: row.word(4)?,
            known: row.get(5)?,
        })
    })?;
    found.ok_or(ProjectError::NotThere)
}

/// A new version of the instructions, if they changed. Before the start nobody works by them.
fn instruct(
    tx: &mut Tx<'_>,
    (project, by): (Id<kind::Project>, Id<kind::Person>),
    (state, known): (ProjectState, &str),
    edit: &Edit,
    turn: &Turn,
) -> Result<(), ProjectError> {
    let new = instructions(&edit.instructions);
    if new == known {
        return Ok(());
    }
    if state == ProjectState::Draft {
        return Ok(crate::instructions::rewrite(tx, (project, &new), by, turn)?);
    }
    let changed = edit.changed.as_deref().and_then(crate::instructions::line);
    let changed = changed.ok_or(ProjectError::NothingSaid)?;
    Ok(crate::instructions::amend(tx, (project, &new, &changed), by, turn)?)
}

fn pays(read: &mut Read<'_>, project: Id<kind::Project>) -> Result<BTreeMap<String, i64>, ProjectError> {
    let rows = read.query_all(&PAYS, params![project.param()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.into_iter().collect())
}

fn same_json(one: &str, other: &str) -> bool {
    let read = |text| serde_json::from_str::<serde_json::Value>(text).ok();
    one == other || (read(one).is_some() && read(one) == read(other))
}

/// Whether nothing stands on the terms yet. Pieces were cut by the settings, and their tasks counted by them.
fn is_untouched(
    read: &mut Read<'_>,
    project: Id<kind::Project>,
    state: ProjectState,
    respec: bool,
) -> Result<bool, ProjectError> {
    if state != ProjectState::Draft {
        return Ok(false);
    }
    let has_items = || read.query_opt(&HAS_ITEMS, params![project.param()], |_| Ok(()));
    Ok(!respec || { has_items }()?.is_none())
}

/// Says which centres do the work: exactly these. Who has begun elsewhere can still send what they hold.
///
/// # Errors
/// See [`ProjectError`].
pub fn assign(
    tx: &mut Tx<'_>,
    can: &Can<ManageProject>,
    network: &Can<ManageNetwork>,
    centres: &[Id<kind::Centre>],
    turn: &Turn,
) -> Result<(), ProjectError> {
    let project = can.subject();
    tx.execute(&UNASSIGN, params![project.param()])?;
    let different: std::collections::BTreeSet<_> = centres.iter().collect();
    for centre in different {
        if tx.execute(&ASSIGN, params![centre.param(), project.param()])? == 0 {
            return Err(ProjectError::UnknownCentre);
        }
    }
    fair::forget(tx, project)?;
    let entry = Entry::about("project.assigned", project).by(network.actor().person).of(project);
    journal::note(tx, turn, &entry)?;
    Ok(())
}

pub(super) fn assigned(
    read: &mut Read<'_>,
    project: Id<kind::Project>,
) -> Result<Vec<(Id<kind::Centre>, String)>, kazi_db::DbError> {
    read.query_all(&ASSIGNED, params![project.param()], |row| Ok((row.id(0)?, row.get(1)?)))
}
