//! Typed ids: `UUIDv7`, minted anywhere, written with a prefix (`task_…`).

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use uuid::Uuid;

use crate::Moment;

/// What an id names. One empty type a table; its prefix is what people and other programs see.
pub trait Kind: 'static {
    /// The word before the underscore, such as `task`.
    const PREFIX: &'static str;
}

/// The kinds of things that have an id.
pub mod kind {
    macro_rules! kinds {
        ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {
            $($(#[$doc])* #[derive(Debug, Clone, Copy, PartialEq, Eq)] pub enum $name {}
            impl super::Kind for $name { const PREFIX: &'static str = $prefix; })*
        };
    }
    kinds! {
        /// An organisation: the operator, a client, a partner.
        Organisation = "org";
        /// A place where a partner's people work.
        Centre = "centre";
        /// Anyone who signs in.
        Person = "person";
        /// A computer of a centre that workers may sign in on.
        Device = "device";
        /// A key that a program uses instead of a person's sign-in.
        ApiKey = "key";
        /// One client's job in one service.
        Project = "project";
        /// One file that the client handed in.
        Source = "source";
        /// One piece that a source was split into.
        Item = "item";
        /// One item at one stage, waiting for people.
        Task = "task";
        /// A task lent to one worker until a moment.
        Lease = "lease";
        /// What one worker gave for one task.
        Answer = "answer";
        /// A piece of background work.
        Job = "job";
        /// One transaction of the ledger.
        Posting = "posting";
        /// A delivered set of files.
        Delivery = "delivery";
        /// A client's sample of a delivery.
        Sample = "sample";
        /// One line of the record of what happened.
        Event = "event";
        /// A letter by electronic mail.
        Mail = "mail";
        /// Somebody who was asked to come in.
        Invitation = "invitation";
        /// What somebody who is no client yet asked for.
        Enquiry = "enquiry";
        /// A message from whoever leads a centre to its people.
        Notice = "notice";
        /// A question of a client or the operator, and what was said about it.
        Thread = "thread";
        /// One thing that was said in a thread.
        Message = "message";
        /// An address that is told what happens.
        Hook = "hook";
        /// One message to such an address.
        Sending = "msg";
    }
}

/// A typed id. Ids sort by the moment they were minted (to the millisecond).
pub struct Id<K: Kind>(Uuid, PhantomData<fn() -> K>);

/// Why a text is no id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not an id of the kind `{wanted}_…`")]
pub struct IdError {
    given: String,
    wanted: &'static str,
}

impl<K: Kind> Id<K> {
    /// Mints an id from a moment and ten random bytes (RFC 9562, version 7).
    pub fn mint(now: Moment, random: [u8; 10]) -> Self {
        let millis = u64::try_from(now.micros() / 1_000).unwrap_or(0);
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid(), PhantomData)
    }

    /// The id that these sixteen bytes hold, as the database keeps it.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(Uuid::from_bytes(bytes), PhantomData)
    }

    /// The sixteen bytes that the database keeps.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", K::PREFIX, self.0.simple())
    }
}

impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K: Kind> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError { given: text.chars().take(80).collect(), wanted: K::PREFIX };
        let digits =
            text.strip_prefix(K::PREFIX).and_then(|rest| rest.strip_prefix('_')).ok_or_else(wrong)?;
        if digits.len() != 32 || digits.bytes().any(|byte| !matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(wrong());
        }
        Uuid::try_parse(digits).map(|uuid| Self(uuid, PhantomData)).map_err(|_| wrong())
    }
}

// Derived implementations would ask the same of `K`, which is only a name.
impl<K: Kind> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K: Kind> Copy for Id<K> {}
impl<K: Kind> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K: Kind> Eq for Id<K> {}
impl<K: Kind> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K: Kind> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K: Kind> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K: Kind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de, K: Kind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_prefix_tells_kinds_apart() {
        let id: Id<kind::Task> = Id::mint(Moment::from_micros(1_795_000_000_000_000), [7; 10]);
        let text = id.to_string();
        assert!(text.starts_with("task_"));
        assert_eq!(text.parse::<Id<kind::Task>>(), Ok(id));
        let error = text.parse::<Id<kind::Answer>>().unwrap_err();
        assert_eq!(error.to_string(), format!("`{text}` is not an id of the kind `answer_…`"));
    }

    proptest! {
        #[test]
        fn later_ids_sort_later(first in 0i64..1 << 50, gap in 1_000i64..1 << 40, a: [u8; 10], b: [u8; 10]) {
            let early: Id<kind::Task> = Id::mint(Moment::from_micros(first), a);
            let late: Id<kind::Task> = Id::mint(Moment::from_micros(first + gap), b);
            prop_assert!(early < late);
        }

        #[test]
        fn reading_gives_back_what_was_written(bytes: [u8; 16]) {
            let id: Id<kind::Person> = Id::from_bytes(bytes);
            prop_assert_eq!(id.to_string().parse::<Id<kind::Person>>(), Ok(id));
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(serde_json::from_str::<Id<kind::Person>>(&json).unwrap(), id);
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            if let Ok(id) = text.parse::<Id<kind::Task>>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}
