//! The network: organisations, their centres, and the people of both.

pub mod centres;
pub mod enquiries;
pub mod invitations;
pub mod organisations;
pub mod own_data;
pub mod people;
pub mod profile;
pub mod setup;
pub mod shell;
pub mod wage;

use kazi_db::{DbError, Read, Sql};
use kazi_domain::policy::{
    Action, Actor, Can, Facts, ManageCentre, ManageNetwork, ManageTeam, SetLivingWage, permit,
};
use kazi_domain::{Id, kind};

/// Not for this person, or not there at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotForYou {
    /// There is none, or it is hidden.
    #[error("there is no such place")]
    NotThere,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// A name as it is stored: without blanks around it or control characters within; `None` when nothing is left.
pub(crate) fn name(text: &str) -> Option<String> {
    let clean: String = text.chars().filter(|c| !c.is_control()).take(200).collect();
    let clean = clean.trim();
    (!clean.is_empty()).then(|| clean.to_owned())
}

/// The proof that somebody may run the network.
pub fn may_manage(actor: &Actor) -> Option<Can<ManageNetwork>> {
    let facts = Facts { organisation: Some(actor.organisation), ..Facts::default() };
    permit(actor, actor.organisation, facts)
}

/// The proof that somebody may ask people into an organisation and put them out.
pub fn may_manage_team(actor: &Actor, organisation: Id<kind::Organisation>) -> Option<Can<ManageTeam>> {
    permit(actor, organisation, Facts { organisation: Some(organisation), ..Facts::default() })
}

/// The proof that somebody may run a centre.
///
/// # Errors
/// [`NotForYou::NotThere`] when there is no such centre or the person may not.
pub fn may_manage_centre(
    read: &mut Read<'_>,
    actor: &Actor,
    centre: Id<kind::Centre>,
) -> Result<Can<ManageCentre>, NotForYou> {
    may_at_centre(read, actor, centre)
}

/// The proof that somebody may do `A` at a centre.
///
/// # Errors
/// [`NotForYou::NotThere`] when there is no such centre or the person may not.
pub fn may_at_centre<A: Action<Subject = kind::Centre>>(
    read: &mut Read<'_>,
    actor: &Actor,
    centre: Id<kind::Centre>,
) -> Result<Can<A>, NotForYou> {
    let organisation = centres::organisation_of(read, centre)?.ok_or(NotForYou::NotThere)?;
    let facts = Facts { organisation: Some(organisation), centres: &[centre], person: None };
    permit(actor, centre, facts).ok_or(NotForYou::NotThere)
}

/// The proof that somebody may say what a living wage is at a centre: whoever pays it has no part in that.
pub fn may_set_wage(actor: &Actor, centre: Id<kind::Centre>) -> Option<Can<SetLivingWage>> {
    permit(actor, centre, Facts::default())
}

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[
    organisations::ALL,
    centres::ALL,
    enquiries::ALL,
    invitations::ALL,
    invitations::accept::ALL,
    people::ALL,
    people::LIST,
    people::import::ALL,
    profile::ALL,
    own_data::ALL,
    setup::ALL,
    shell::ALL,
    wage::ALL,
];
