//! Inspecting lots: how many finished items to check, when to accept, and what may be certified afterwards.
//!
//! [`ideal_plan`] gives the smallest sample that keeps both risks, [`Plan::curve`] its operating characteristic,
//! [`Draw`] draws the sample, [`Sequential`] checks item by item and mostly needs fewer, [`certify`] says afterwards what
//! was found, with its bound, and [`certify_mended`] the same once the bad ones that were found are mended.
//!
//! # Operating characteristic
//!
//! The default plan (lots with 1 % bad items pass 19 times in 20, lots with 5 % once in ten), by the size of the lot: how
//! many to check, how many bad ones to allow, and the chance to accept a lot with so many bad items:
//!
//! | lot | sample | allow | 1 % bad | 2 % bad | 3 % bad | 5 % bad |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | 200 | 89 | 2 | 100.0 % | 76.7 % | 45.0 % | 9.9 % |
//! | 1 000 | 128 | 3 | 97.1 % | 75.3 % | 45.1 % | 9.7 % |
//! | 10 000 | 132 | 3 | 95.7 % | 72.9 % | 43.7 % | 9.8 % |
//! | 100 000 | 132 | 3 | 95.6 % | 72.8 % | 43.8 % | 9.9 % |
//!
//! The sample hardly grows with the lot: it is the risks that set it.

mod certificate;
mod draw;
mod plan;
mod sequential;

pub use certificate::{Certificate, certify, certify_mended};
pub use draw::Draw;
pub use plan::{Plan, Risks, ideal_plan};
pub use sequential::{Sequential, Verdict};

use crate::num::real;
use crate::special::ln_gamma;

/// P(exactly `found` bad ones in a sample of `sample` from a lot of `lot` with `bad` bad ones): the hypergeometric
/// probability, by logarithms of factorials.
pub fn hypergeometric(found: usize, lot: usize, bad: usize, sample: usize) -> f64 {
    if bad > lot || sample > lot || found > bad || found > sample || sample - found > lot - bad {
        return 0.0;
    }
    let choose = |all: usize, some: usize| {
        ln_gamma(real(all) + 1.0) - ln_gamma(real(some) + 1.0) - ln_gamma(real(all - some) + 1.0)
    };
    (choose(bad, found) + choose(lot - bad, sample - found) - choose(lot, sample)).exp()
}

/// P(at most `accept` bad ones in the sample).
pub(crate) fn at_most(accept: usize, lot: usize, bad: usize, sample: usize) -> f64 {
    (0..=accept.min(sample)).map(|found| hypergeometric(found, lot, bad, sample)).sum::<f64>().min(1.0)
}
