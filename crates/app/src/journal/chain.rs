//! The chain itself: plain functions over rows.

use kazi_domain::{Id, Moment, kind};
use sha2::{Digest, Sha256};

/// The hash of a row and of all before it.
pub type Hash = [u8; 32];

/// What stands before the first row of a chain.
pub const START: Hash = [0; 32];

/// A row of the record as its hash sees it: everything but the hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which chain.
    pub lane: i64,
    /// Which row of it, from 1.
    pub number: i64,
    /// Its id.
    pub id: Id<kind::Event>,
    /// When it happened.
    pub at: Moment,
    /// Who did it.
    pub person: Option<Id<kind::Person>>,
    /// What was done, such as `device.revoked`.
    pub kind: String,
    /// The project that it belongs to.
    pub project: Option<Id<kind::Project>>,
    /// The kind of thing that it was done to, such as `device`.
    pub object: String,
    /// The sixteen bytes of that thing's id.
    pub subject: Option<[u8; 16]>,
    /// The organisation that it is about.
    pub organisation: Option<Id<kind::Organisation>>,
    /// More about it.
    pub body: String,
}

impl Line {
    /// The bytes that are hashed. Numbers are eight bytes, the highest first; a text is its length and its UTF-8; what may be
    /// missing is a zero, or a one and its sixteen bytes. So no two different rows have the same bytes.
    pub fn canonical(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(160 + self.body.len());
        let text = |bytes: &mut Vec<u8>, text: &str| {
            bytes.extend(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            bytes.extend(text.as_bytes());
        };
        let id = |bytes: &mut Vec<u8>, id: Option<&[u8; 16]>| match id {
            None => bytes.push(0),
            Some(id) => {
                bytes.push(1);
                bytes.extend(id);
            }
        };
        bytes.extend(self.lane.to_be_bytes());
        bytes.extend(self.number.to_be_bytes());
        bytes.extend(self.id.as_bytes());
        bytes.extend(self.at.micros().to_be_bytes());
        id(&mut bytes, self.person.as_ref().map(Id::as_bytes));
        text(&mut bytes, &self.kind);
        id(&mut bytes, self.project.as_ref().map(Id::as_bytes));
        text(&mut bytes, &self.object);
        id(&mut bytes, self.subject.as_ref());
        id(&mut bytes, self.organisation.as_ref().map(Id::as_bytes));
        text(&mut bytes, &self.body);
        bytes
    }

    /// SHA-256 over the hash of the row before and this row's own bytes.
    pub fn hash(&self, previous: &Hash) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(previous);
        hasher.update(self.canonical());
        hasher.finalize().into()
    }
}

/// How a chain is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A row is missing, or one stands twice.
    #[error("the row before it is missing, or there is one too many")]
    Gap,
    /// A row is not what it was, or one before it is not.
    #[error("it was changed after it was written")]
    Changed,
    /// Rows at the end are missing.
    #[error("rows after it are missing")]
    CutOff,
}

/// Walks along one chain, row by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walk {
    number: i64,
    hash: Hash,
}

impl Default for Walk {
    fn default() -> Self {
        Self { number: 0, hash: START }
    }
}

impl Walk {
    /// Goes on to the next row; `kept` is the hash that stands with it.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn step(&mut self, line: &Line, kept: &[u8]) -> Result<(), Fault> {
        if line.number != self.number + 1 {
            return Err(Fault::Gap);
        }
        let hash = line.hash(&self.hash);
        if hash.as_slice() != kept {
            return Err(Fault::Changed);
        }
        *self = Self { number: line.number, hash };
        Ok(())
    }

    /// Looks whether the chain ends where it was said to end.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn ends(&self, number: i64, hash: &[u8]) -> Result<(), Fault> {
        if (self.number, self.hash.as_slice()) == (number, hash) { Ok(()) } else { Err(Fault::CutOff) }
    }

    /// How many rows there were.
    pub fn rows(&self) -> i64 {
        self.number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// What a row is made of here.
    type Parts = ([u8; 16], i64, Option<[u8; 16]>, String, String, String);

    fn line((place, (id, at, other, kind, object, body)): (usize, Parts)) -> Line {
        Line {
            lane: 3,
            number: i64::try_from(place).unwrap() + 1,
            id: Id::from_bytes(id),
            at: Moment::from_micros(at),
            person: other.map(Id::from_bytes),
            kind,
            project: None,
            object,
            subject: Some(id),
            organisation: other.map(Id::from_bytes),
            body,
        }
    }

    prop_compose! {
        fn lines()(
            parts in vec((any::<[u8; 16]>(), any::<i64>(), any::<Option<[u8; 16]>>(), ".{0,6}", ".{0,6}", ".{0,20}"), 1..12)
        ) -> Vec<Line> {
            parts.into_iter().enumerate().map(line).collect()
        }
    }

    fn chained(lines: &[Line]) -> Vec<(Line, Hash)> {
        let mut previous = START;
        let with_hash = |line: &Line| {
            previous = line.hash(&previous);
            (line.clone(), previous)
        };
        lines.iter().map(with_hash).collect()
    }

    fn walked(rows: &[(Line, Hash)], (number, hash): (i64, Hash)) -> Result<(), Fault> {
        let mut walk = Walk::default();
        rows.iter().try_for_each(|(line, hash)| walk.step(line, hash))?;
        walk.ends(number, &hash)
    }

    proptest! {
        #[test]
        fn a_chain_holds_and_breaks_when_anything_is_done_to_it(lines in lines(), at in any::<prop::sample::Index>(), more in "[a-z]{1,3}") {
            let rows = chained(&lines);
            let end = rows.last().map(|(line, hash)| (line.number, *hash)).unwrap();
            prop_assert_eq!(walked(&rows, end), Ok(()));
            let place = at.index(rows.len());

            let mut changed = rows.clone();
            changed[place].0.body.push_str(&more);
            prop_assert_eq!(walked(&changed, end), Err(Fault::Changed));

            let mut moved = rows.clone();
            moved[place].0.organisation = match moved[place].0.organisation { None => Some(Id::from_bytes([7; 16])), Some(_) => None };
            prop_assert_eq!(walked(&moved, end), Err(Fault::Changed));

            let mut less = rows.clone();
            less.remove(place);
            prop_assert!(walked(&less, end).is_err());

            let mut twice = rows.clone();
            twice.insert(place, rows[place].clone());
            prop_assert_eq!(walked(&twice, end), Err(Fault::Gap));

            // Even who counts the hash of the changed row anew is found out at the next one, or at the end.
            let mut forged = changed;
            let previous = if place == 0 { START } else { forged[place - 1].1 };
            forged[place].1 = forged[place].0.hash(&previous);
            prop_assert!(walked(&forged, end).is_err());
        }

        #[test]
        fn letters_do_not_slip_from_one_field_into_the_next(lines in lines(), body in "[a-z]{1,8}") {
            let line = Line { object: String::new(), ..lines[0].clone() };
            let one = Line { object: body.clone(), ..line.clone() };
            let other = Line { kind: format!("{}{body}", line.kind), ..line };
            prop_assert_ne!(one.canonical(), other.canonical());
        }
    }
}
