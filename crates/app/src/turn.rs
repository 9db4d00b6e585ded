//! One turn of the program: the moment it happens and the ids it mints.
//!
//! Use cases never read a clock or a random source; the edge makes a [`Turn`] and hands it in.

use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

use kazi_domain::{Id, Kind, Moment};

/// When something happens, and a source of fresh ids for it.
#[derive(Debug, Clone)]
pub struct Turn {
    /// The moment.
    pub at: Moment,
    seed: u128,
    minted: Cell<u128>,
}

impl Turn {
    /// A turn at this moment; `seed` must differ from turn to turn.
    pub fn new(at: Moment, seed: u128) -> Self {
        Self { at, seed, minted: Cell::new(0) }
    }

    /// A turn that happens now, with a seed from the operating system.
    pub fn now() -> Self {
        Self::new(now(), u128::from_le_bytes(random()))
    }

    /// A fresh id. Ids of one turn rise, so that rows minted together lie together in every index.
    pub fn mint<K: Kind>(&self) -> Id<K> {
        let number = self.seed.wrapping_add(self.minted.replace(self.minted.get() + 1));
        let mut random = [0; 10];
        for (to, from) in random.iter_mut().zip(number.to_be_bytes().into_iter().skip(6)) {
            *to = from;
        }
        Id::mint(self.at, random)
    }
}

/// The moment it is.
#[expect(clippy::disallowed_methods, reason = "the one place where the clock is read")]
pub fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

/// Random bytes from the operating system.
///
/// # Panics
/// When the operating system has none to give: nothing secret could be made then.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::expect_used, reason = "without randomness no session or id may be made at all")]
    getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use kazi_domain::kind;

    #[test]
    fn ids_of_a_turn_rise_and_differ() {
        let turn = Turn::new(Moment::from_micros(1_000_000), 7);
        let ids: Vec<Id<kind::Task>> = (0..1_000).map(|_| turn.mint()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
