//! Inspecting lots: how many finished items to check, when to accept, and what may be certified afterwards.

mod certificate;
mod plan;
mod sequential;

pub use certificate::{Certificate, certify};
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
