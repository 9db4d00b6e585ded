//! What the pages of centres, organisations and single people share: who may manage whom, lists, and the
//! fields of a person.

use kazi_app::access::SignedIn;
use kazi_app::network::people::{By, Person, Sort};
use kazi_app::network::{may_manage, may_manage_centre, may_manage_team};
use kazi_db::Read;
use kazi_domain::policy::{Can, ManageCentre, ManageNetwork, ManageTeam};
use kazi_domain::{Role, RoleSet};
use kazi_texts::{Language, Texts};

use super::field::{Field, Input};
use super::parts::{Chip, ListQuery, Tools};
use super::typed::Typed;
use super::words::named;
use crate::door::picture;
use crate::error::AppError;

/// Pictures that people choose for their tiles: animals, plants and things, known without letters.
pub(super) const PICTURES: [&str; 30] = [
    "airplane-fill",
    "anchor-fill",
    "basket-fill",
    "bicycle-fill",
    "bird-fill",
    "boat-fill",
    "butterfly-fill",
    "cactus-fill",
    "cat-fill",
    "drop-fill",
    "fish-fill",
    "flower-fill",
    "flower-lotus-fill",
    "guitar-fill",
    "key-fill",
    "leaf-fill",
    "lighthouse-fill",
    "moon-stars-fill",
    "mountains-fill",
    "orange-fill",
    "pepper-fill",
    "rabbit-fill",
    "shooting-star-fill",
    "sun-fill",
    "tree-fill",
    "tree-palm-fill",
    "umbrella-fill",
    "star",
    "house",
    "globe",
];

/// From so many people on, a list can be searched.
const MANY: usize = 8;

/// The order that a list of people is asked for in.
pub(super) fn people_sort(query: &ListQuery) -> Sort {
    if query.by_name(true) { Sort::Name } else { Sort::Newest }
}

/// The tools above a list of people, where there are enough to look for one.
pub(super) fn people_tools(texts: &Texts, query: &ListQuery, address: &str, rows: usize) -> Option<Tools> {
    let wanted = rows >= MANY || !query.is_plain();
    wanted.then(|| query.tools(texts, address, (texts.people_search(), query.by_name(true))))
}

/// The right by which the reader manages people.
#[derive(Debug)]
pub(crate) enum Right {
    /// The operator's.
    Network(Can<ManageNetwork>),
    /// That of whoever leads a client's people.
    Team(Can<ManageTeam>),
    /// A team leader's, for the own centre.
    Centre(Can<ManageCentre>),
}

impl Right {
    /// The right of somebody; who has none does not see that there is anything.
    pub(crate) fn of(read: &mut Read<'_>, who: &SignedIn) -> Result<Self, AppError> {
        if let Some(network) = may_manage(&who.actor) {
            return Ok(Self::Network(network));
        }
        if let Some(team) = may_manage_team(&who.actor, who.actor.organisation) {
            return Ok(Self::Team(team));
        }
        let centre = who.actor.centre.ok_or_else(AppError::not_there)?;
        Ok(Self::Centre(may_manage_centre(read, &who.actor, centre)?))
    }

    pub(crate) fn by(&self) -> By<'_> {
        match self {
            Self::Network(can) => By::Network(can),
            Self::Team(can) => By::Team(can),
            Self::Centre(can) => By::Centre(can),
        }
    }
}

/// Somebody in a list.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) picture: String,
    pub(super) about: String,
    /// Where they can be changed, for those who may.
    pub(super) address: Option<String>,
    pub(super) chip: Option<Chip>,
}

/// What somebody does, in words.
pub(super) fn roles(texts: &Texts, roles: RoleSet) -> String {
    roles.iter().map(|role| named(texts, "role", role.word())).collect::<Vec<_>>().join(", ")
}

fn does_tasks(role: Role) -> bool {
    matches!(role, Role::Worker | Role::Reviewer)
}

/// Somebody as a list shows them.
pub(super) fn row(texts: &Texts, person: &Person, operator: bool) -> Row {
    let reached = operator || person.roles.iter().all(does_tasks);
    let email = person.email.clone().filter(|_| operator);
    let parts = [Some(roles(texts, person.roles)), email];
    let works = person.roles.iter().any(does_tasks);
    let chip = if !person.active {
        Some(Chip::over(texts.person_out()))
    } else if works && !person.has_pin {
        Some(Chip::wait(texts.person_no_pin()))
    } else {
        None
    };
    Row {
        name: person.shown_name.clone(),
        picture: picture(&person.picture).to_owned(),
        about: parts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        address: reached.then(|| format!("/people/{}", person.id)),
        chip,
    }
}

/// The icons that a list of people needs, parted by blanks.
pub(super) fn pictures(rows: &[Row]) -> String {
    let mut names: Vec<&str> = rows.iter().map(|row| row.picture.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.join(" ")
}

/// The languages that people read Kazi in.
pub(super) fn language_field(texts: &Texts, chosen: &str) -> Field {
    let all = Language::OFFERED.iter().map(|one| (one.tag().to_owned(), one.own_name().to_owned()));
    Field::new("language", texts.choose_language(), Input::Choice(all.collect())).value(chosen)
}

/// The pictures to choose from, by their names.
pub(super) fn picture_field(texts: &Texts, chosen: &str) -> Field {
    let word = |name: &&str| ((*name).to_owned(), named(texts, "picture", name.trim_end_matches("-fill")));
    let all = PICTURES.iter().map(word).collect();
    Field::new("picture", texts.person_picture(), Input::Choice(all))
        .hint(texts.person_picture_hint())
        .value(chosen)
}

/// The roles that may be given, those of a person ticked.
pub(super) fn role_field(texts: &Texts, given: &[Role], held: RoleSet) -> Field {
    let all = given.iter().map(|role| (role.word().to_owned(), named(texts, "role", role.word())));
    let field = Field::new("role", texts.person_roles(), Input::Ticks(all.collect()));
    held.iter().fold(field, |field, role| field.value(role.word()))
}

/// The roles that were ticked.
pub(super) fn ticked(typed: &Typed) -> RoleSet {
    RoleSet::from_words(&typed.all("role").collect::<Vec<_>>().join(" "))
}
