//! What the API answers with about organisations, centres, people and keys.

use kazi_app::access::device;
use kazi_app::access::key::OwnKey;
use kazi_app::network::centres;
use kazi_app::network::invitations::Invited;
use kazi_app::network::organisations;
use kazi_app::network::people;
use kazi_domain::{Moment, Role};
use serde::Serialize;
use utoipa::ToSchema;

use super::wages::WageShown;

/// A key as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeyShown {
    id: String,
    name: String,
    scopes: Vec<&'static str>,
    made_at: i64,
    /// When it was last used, to within five minutes.
    #[schema(required)]
    used_at: Option<i64>,
}

impl From<&OwnKey> for KeyShown {
    fn from(key: &OwnKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: key.name.clone(),
            scopes: key.scopes.iter().map(kazi_domain::Scope::word).collect(),
            made_at: key.made_at.micros(),
            used_at: key.used_at.map(kazi_domain::Moment::micros),
        }
    }
}

/// A key that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeyMade {
    pub(super) id: String,
    /// What the program sends after `Bearer`. It is shown this once.
    pub(super) key: String,
}

/// An organisation.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OrganisationShown {
    id: String,
    /// `operator`, `client` or `partner`.
    kind: &'static str,
    name: String,
    made_at: i64,
}

impl From<&organisations::Organisation> for OrganisationShown {
    fn from(row: &organisations::Organisation) -> Self {
        let (id, name) = (row.id.to_string(), row.name.clone());
        Self { id, kind: row.kind.word(), name, made_at: row.made_at.micros() }
    }
}

/// Organisations, and where the next page begins.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OrganisationList {
    pub(super) organisations: Vec<OrganisationShown>,
    #[schema(required)]
    pub(super) next: Option<String>,
}

/// A centre.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CentreShown {
    id: String,
    name: String,
    organisation: String,
    organisation_name: String,
    utc_offset_minutes: i32,
    /// How many people are active there.
    people: i64,
    /// What a living wage is there, where that is known.
    #[schema(required)]
    living_wage: Option<WageShown>,
    made_at: i64,
}

impl From<&centres::Centre> for CentreShown {
    fn from(row: &centres::Centre) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name.clone(),
            organisation: row.organisation.to_string(),
            organisation_name: row.organisation_name.clone(),
            utc_offset_minutes: row.utc_offset_minutes,
            people: row.people,
            living_wage: row.wage.as_ref().map(WageShown::from),
            made_at: row.made_at.micros(),
        }
    }
}

/// Centres, and where the next page begins.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CentreList {
    pub(super) centres: Vec<CentreShown>,
    #[schema(required)]
    pub(super) next: Option<String>,
}

/// Somebody whom the reader manages.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PersonShown {
    id: String,
    name: String,
    roles: Vec<&'static str>,
    organisation: String,
    #[schema(required)]
    centre: Option<String>,
    language: String,
    picture: String,
    /// For the operator only.
    #[schema(required)]
    email: Option<String>,
    active: bool,
    has_pin: bool,
    has_password: bool,
    made_at: i64,
}

impl PersonShown {
    pub(super) fn of(person: &people::Person, to_operator: bool) -> Self {
        Self {
            id: person.id.to_string(),
            name: person.shown_name.clone(),
            roles: person.roles.iter().map(Role::word).collect(),
            organisation: person.organisation.to_string(),
            centre: person.centre.map(|centre| centre.to_string()),
            language: person.language.clone(),
            picture: person.picture.clone(),
            email: person.email.clone().filter(|_| to_operator),
            active: person.active,
            has_pin: person.has_pin,
            has_password: person.has_password,
            made_at: person.made_at.micros(),
        }
    }
}

/// A computer of a centre.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeviceShown {
    id: String,
    name: String,
    /// Whether its code was taken in.
    enrolled: bool,
    /// Until when its code counts, while it is not enrolled.
    #[schema(required)]
    code_until: Option<i64>,
    made_at: i64,
    /// When somebody last signed in on it.
    #[schema(required)]
    seen_at: Option<i64>,
}

impl From<&device::Listed> for DeviceShown {
    fn from(one: &device::Listed) -> Self {
        Self {
            id: one.id.to_string(),
            name: one.name.clone(),
            enrolled: one.enrolled,
            code_until: one.code_until.map(Moment::micros),
            made_at: one.made_at.micros(),
            seen_at: one.seen_at.map(Moment::micros),
        }
    }
}

/// Somebody who was asked in and has not come yet.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InvitationShown {
    id: String,
    name: String,
    email: String,
    language: String,
    roles: Vec<&'static str>,
    made_at: i64,
    /// Until when the link in the letter counts.
    until: i64,
}

impl From<&Invited> for InvitationShown {
    fn from(one: &Invited) -> Self {
        Self {
            id: one.id.to_string(),
            name: one.shown_name.clone(),
            email: one.email.clone(),
            language: one.language.clone(),
            roles: one.roles.iter().map(Role::word).collect(),
            made_at: one.made_at.micros(),
            until: one.until.micros(),
        }
    }
}

/// Invitations, and where the next page begins.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InvitationList {
    pub(super) invitations: Vec<InvitationShown>,
    #[schema(required)]
    pub(super) next: Option<String>,
}

/// People, and where the next page begins.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PersonList {
    pub(super) people: Vec<PersonShown>,
    #[schema(required)]
    pub(super) next: Option<String>,
}
