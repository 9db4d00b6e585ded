//! The first fence against asking too fast. It keeps floods from the database; how often a password or a PIN may
//! be tried is counted there, by whose it is.
//!
//! Whoever is signed in is counted by themselves, for a whole centre shares one address; everybody else by
//! address. Behind a proxy all guests share the proxy's, so what guests may ask is generous.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::http::StatusCode;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use kazi_domain::{Id, kind};

use crate::error::AppError;
use crate::route::Rate;

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Counted {
    Person(Id<kind::Person>),
    Address(IpAddr),
}

/// What is forgotten of those who have not asked lately, is forgotten once in so many requests.
const TIDY_EVERY: u32 = 8_192;

/// The fences, one for each rate.
pub(crate) struct Fences {
    work: DefaultKeyedRateLimiter<Counted>,
    page: DefaultKeyedRateLimiter<Counted>,
    sign_in: DefaultKeyedRateLimiter<Counted>,
    asked: AtomicU32,
}

impl fmt::Debug for Fences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fences").field("asked", &self.asked).finish_non_exhaustive()
    }
}

fn fence(a_second: u32, at_once: u32) -> DefaultKeyedRateLimiter<Counted> {
    let [a_second, at_once] =
        [a_second, at_once].map(|count| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN));
    RateLimiter::keyed(Quota::per_second(a_second).allow_burst(at_once))
}

impl Default for Fences {
    fn default() -> Self {
        Self {
            // An outbox that has waited for the line empties itself at once.
            work: fence(100, 1_000),
            page: fence(40, 400),
            // A centre opens in the morning: all its people sign in within minutes, from one address.
            sign_in: fence(5, 300),
            asked: AtomicU32::new(0),
        }
    }
}

impl Fences {
    /// Counts a request.
    ///
    /// # Errors
    /// 429 when it came too fast, with when to try again.
    pub(crate) fn pass(
        &self,
        rate: Rate,
        person: Option<Id<kind::Person>>,
        address: Option<IpAddr>,
    ) -> Result<(), AppError> {
        let address = Counted::Address(address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)));
        let signed_in = person.map_or(address, Counted::Person);
        let (fence, counted) = match rate {
            Rate::Work => (&self.work, signed_in),
            Rate::Page => (&self.page, signed_in),
            Rate::SignIn => (&self.sign_in, address),
        };
        if self.asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(TIDY_EVERY) {
            for fence in [&self.work, &self.page, &self.sign_in] {
                fence.retain_recent();
            }
        }
        let Err(early) = fence.check_key(&counted) else { return Ok(()) };
        let wait = early.wait_time_from(DefaultClock::default().now()).as_secs().saturating_add(1);
        let sentence = "That was too fast. Wait a little, then try again.";
        let mut error = AppError::new(StatusCode::TOO_MANY_REQUESTS, "too-many", sentence);
        error.retry_after = u32::try_from(wait).ok();
        Err(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_are_slow_and_each_address_counts_for_itself() {
        let fences = Fences::default();
        let from = |last: u8| Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)));
        let passed = (0..600).filter(|_| fences.pass(Rate::SignIn, None, from(1)).is_ok()).count();
        assert!((300..400).contains(&passed), "{passed}");
        assert!(fences.pass(Rate::SignIn, None, from(2)).is_ok());
        let refused = (0..300).find_map(|_| fences.pass(Rate::SignIn, None, from(1)).err()).unwrap();
        assert_eq!((refused.status.as_u16(), refused.retry_after), (429, Some(1)));
    }
}
