//! Who a person is to Kazi, and what a key may be used for.

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $(#[$set_doc:meta])* $set:ident { $($(#[$one_doc:meta])* $one:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$one_doc])* #[serde(rename = $word)] $one,)* }

        impl $name {
            /// Every one of them.
            pub const ALL: &'static [Self] = &[$(Self::$one),*];

            /// The word that the database and the API use.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$one => $word,)* }
            }

            const fn bit(self) -> u32 {
                let mut bit = 1;
                $(if matches!(self, Self::$one) { return bit; } bit <<= 1;)*
                bit
            }
        }

        $(#[$set_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub struct $set(u32);

        impl $set {
            /// Whether it holds this one.
            pub fn has(self, one: $name) -> bool {
                self.0 & one.bit() != 0
            }

            /// With this one too.
            #[must_use]
            pub fn with(self, one: $name) -> Self {
                Self(self.0 | one.bit())
            }

            /// Those it holds, in the order of the list.
            pub fn iter(self) -> impl Iterator<Item = $name> {
                $name::ALL.iter().copied().filter(move |one| self.has(*one))
            }

            /// Reads words parted by spaces, as the database keeps them; unknown words count for nothing.
            pub fn from_words(words: &str) -> Self {
                words.split_whitespace().fold(Self::default(), |set, word| {
                    $name::ALL.iter().find(|one| one.word() == word).map_or(set, |one| set.with(*one))
                })
            }

            /// The words parted by spaces.
            pub fn to_words(self) -> String {
                self.iter().map($name::word).collect::<Vec<_>>().join(" ")
            }
        }

        impl FromIterator<$name> for $set {
            fn from_iter<I: IntoIterator<Item = $name>>(all: I) -> Self {
                all.into_iter().fold(Self::default(), Self::with)
            }
        }
    };
}

words! {
    /// What a person does in Kazi. One person may have several roles, all within one organisation.
    Role,
    /// The roles of one person.
    RoleSet {
        /// Runs Kazi: sees and mends everything but people's secrets.
        Operator = "operator",
        /// Buys work: makes projects for the own organisation.
        Client = "client",
        /// Leads the people of a client: asks colleagues in and puts them out. Is a client too.
        ClientLead = "client_lead",
        /// Leads a centre: enrols its computers, adds its workers.
        TeamLeader = "team_leader",
        /// Settles differences and proofreads.
        Reviewer = "reviewer",
        /// Does tasks.
        Worker = "worker",
    }
}

words! {
    /// What an API key may be used for. A key never may more than the person who made it.
    Scope,
    /// The scopes of one key.
    ScopeSet {
        /// Read projects, their progress and their files.
        ProjectsRead = "projects:read",
        /// Make, start, pause and feed projects.
        ProjectsWrite = "projects:write",
        /// Take tasks and give answers.
        Work = "work",
        /// Manage centres, devices and people.
        People = "people",
        /// See and steer jobs.
        Jobs = "jobs",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_keep_what_was_put_in() {
        let roles: RoleSet = [Role::Worker, Role::Reviewer].into_iter().collect();
        assert_eq!(roles.to_words(), "reviewer worker");
        assert_eq!(RoleSet::from_words("worker reviewer nonsense"), roles);
        assert!(!roles.has(Role::Operator));
        assert_eq!(ScopeSet::from_words("").to_words(), "");
    }
}
