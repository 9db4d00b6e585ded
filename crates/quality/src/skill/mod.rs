//! How good a worker is, how sure that is, and whether it changes.

mod drift;
mod interval;
mod window;

pub use drift::{Cusum, Drift};
pub use interval::{Interval, exact, wilson};
pub use window::Window;

/// One worker's accuracy on the tasks at hand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Skill {
    /// How many answers the worker gave.
    pub answers: usize,
    /// How many of them are right, in expectation under the posterior.
    pub correct: f64,
    /// The accuracy with its 95 % Wilson interval. Without answers it is 0.5 within 0 to 1.
    pub accuracy: Interval,
}

impl Skill {
    /// The skill behind `correct` right answers out of `answers`.
    pub fn new(correct: f64, answers: usize) -> Self {
        Self { answers, correct, accuracy: wilson(correct, crate::num::real(answers), 0.95) }
    }
}
