//! Taking back tasks from people of a centre: from one, from whoever is at a computer, or from all who are so.

use kazi_db::{Read, Tx};
use kazi_domain::policy::{Actor, Can, TakeBackTasks};
use kazi_domain::{Id, Moment, kind};

use super::PresenceError;
use super::find::{Person, of_centre};
use super::list::State;
use crate::bound::Projects;
use crate::journal::{self, Entry};
use crate::network::{NotForYou, may_at_centre};
use crate::turn::Turn;
use crate::work;

/// From whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// One person.
    Person(Id<kind::Person>),
    /// Whoever is signed in on a computer.
    Computer(Id<kind::Device>),
    /// All who are so at this moment.
    All(State),
}

impl Whom {
    fn means(self, person: &Person) -> bool {
        match self {
            Self::Person(id) => person.id == id,
            Self::Computer(id) => person.computer.as_ref().is_some_and(|(device, ..)| *device == id),
            Self::All(state) => state.holds(person),
        }
    }
}

/// From whom how many tasks are taken back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recalled {
    /// The people, by name, each with a number of tasks.
    pub people: Vec<(String, i64)>,
}

impl Recalled {
    /// How many tasks in all.
    pub fn tasks(&self) -> i64 {
        self.people.iter().map(|(_, tasks)| tasks).sum()
    }
}

/// The proof that somebody may take back tasks from the people of a centre.
///
/// # Errors
/// [`NotForYou::NotThere`] when there is no such centre or the person may not.
pub fn may_take_back(
    read: &mut Read<'_>,
    actor: &Actor,
    centre: Id<kind::Centre>,
) -> Result<Can<TakeBackTasks>, NotForYou> {
    may_at_centre(read, actor, centre)
}

fn meant(
    read: &mut Read<'_>,
    projects: &Projects,
    can: &Can<TakeBackTasks>,
    (whom, now): (Whom, Moment),
) -> Result<Vec<Person>, PresenceError> {
    let mut people = of_centre(read, projects, can.subject(), now)?.people;
    people.retain(|person| whom.means(person));
    if people.is_empty() && matches!(whom, Whom::Person(_)) {
        return Err(PresenceError::NotThere);
    }
    Ok(people)
}

/// What would be taken back now.
///
/// # Errors
/// See [`PresenceError`].
pub fn would_take_back(
    read: &mut Read<'_>,
    projects: &Projects,
    can: &Can<TakeBackTasks>,
    (whom, now): (Whom, Moment),
) -> Result<Recalled, PresenceError> {
    let people = meant(read, projects, can, (whom, now))?;
    let held = |person: Person| Some((person.shown_name, person.work?.holds));
    Ok(Recalled { people: people.into_iter().filter_map(held).collect() })
}

/// Takes back what they hold and gives it to others; in the record under each of them.
///
/// # Errors
/// See [`PresenceError`].
pub fn take_back(
    tx: &mut Tx<'_>,
    projects: &Projects,
    can: &Can<TakeBackTasks>,
    whom: Whom,
    turn: &Turn,
) -> Result<Recalled, PresenceError> {
    let people = meant(tx, projects, can, (whom, turn.at))?;
    let ids: Vec<Id<kind::Person>> = people.iter().map(|person| person.id).collect();
    let taken = work::recall(tx, &ids, turn)?;
    let mut recalled = Recalled::default();
    for (id, tasks) in taken {
        let entry = Entry::about("tasks.taken_back", id).by(can.actor().person);
        journal::note(tx, turn, &entry.saying(tasks.to_string()))?;
        let name = people.iter().find(|person| person.id == id).map(|person| person.shown_name.clone());
        recalled.people.extend(name.map(|name| (name, tasks)));
    }
    Ok(recalled)
}
