//! The people of a centre as a list: some of them, in an order, a page at a time.

use std::cmp::Reverse;

use kazi_domain::Moment;

use super::find::{People, Person};
use super::need::Place;
use crate::listing::{Ask, Cursor, Page};

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Who cannot get on.
    Stuck,
    /// Who needs coaching.
    Coach,
    /// Who is there.
    Here,
    /// Who is signed in, and not seen lately.
    Away,
    /// Who is not signed in.
    Out,
}

impl State {
    /// All, in the order of a page.
    pub const ALL: [Self; 5] = [Self::Stuck, Self::Coach, Self::Here, Self::Away, Self::Out];

    /// The word in addresses and the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stuck => "stuck",
            Self::Coach => "coach",
            Self::Here => "here",
            Self::Away => "away",
            Self::Out => "out",
        }
    }

    /// The state of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// Whether somebody is so.
    pub fn holds(self, person: &Person) -> bool {
        match self {
            Self::Stuck => !person.stuck.is_empty(),
            Self::Coach => !person.coach.is_empty(),
            Self::Here => person.place == Place::Here,
            Self::Away => person.place == Place::Away,
            Self::Out => person.place == Place::Out,
        }
    }
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Who needs help first: stuck, the longest on one task before others; then who needs coaching; then who is there.
    #[default]
    Need,
    /// By name.
    Name,
    /// The longest on one task first.
    Longest,
}

/// Some of them, in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Filter {
    /// Only those who are so.
    pub state: Option<State>,
    /// The order.
    pub order: Order,
}

/// A page of people, and how many there are of each kind among those who were searched for.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// What the centre is called.
    pub centre_name: String,
    /// How many there are in each of [`State::ALL`].
    pub counts: [usize; 5],
    /// The page.
    pub page: Page<Person>,
}

/// A page of the people of a centre. A search looks at names, and at what they work on.
pub fn list(all: People, filter: Filter, ask: &Ask, now: Moment) -> Found {
    let People { centre_name, mut people } = all;
    let wanted = ask.search.trim().to_lowercase();
    let fits = |text: &str| text.to_lowercase().contains(&wanted);
    people.retain(|person| {
        let work = person.work.as_ref().is_some_and(|work| fits(&work.project_name));
        fits(&person.shown_name) || work || person.computer.as_ref().is_some_and(|(_, name, _)| fits(name))
    });
    let counts = State::ALL.map(|state| people.iter().filter(|person| state.holds(person)).count());
    people.retain(|person| filter.state.is_none_or(|state| state.holds(person)));
    let longest =
        |person: &Person| Reverse(person.work.as_ref().map_or(0, |work| now.since(work.since).micros()));
    // They come by name, and sorting keeps that among equals.
    match filter.order {
        Order::Name => {}
        Order::Longest => people.sort_by_key(longest),
        Order::Need => people.sort_by_key(|person| {
            (person.stuck.is_empty(), person.coach.is_empty(), person.place, longest(person))
        }),
    }
    let rest = match &ask.after {
        None => people,
        Some(_) => after(people, ask),
    };
    Found {
        centre_name,
        counts,
        page: ask.page(rest, |person| Cursor::at(person.shown_name.as_str(), person.id)),
    }
}

/// What comes after the last row of the page before. Should that person have gone from the list, it begins anew: somebody is
/// shown twice rather than not at all.
fn after(people: Vec<Person>, ask: &Ask) -> Vec<Person> {
    let (_, id) = ask.after_text();
    let place = people.iter().position(|person| person.id.as_bytes().as_slice() == id);
    people.into_iter().skip(place.map_or(0, |place| place + 1)).collect()
}
