//! A worker's accuracy over the latest answers.

use std::collections::VecDeque;

use super::{Interval, wilson};
use crate::num;

/// The last `size` checked answers of one worker. Constant time an answer.
///
/// ```
/// let mut window = kazi_quality::skill::Window::new(3);
/// for right in [1.0, 1.0, 0.0, 0.0] {
///     window.push(right);
/// }
/// assert!((window.accuracy().value - 1.0 / 3.0).abs() < 1e-12);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    size: usize,
    recent: VecDeque<f64>,
}

impl Window {
    /// A window over this many answers (at least one).
    pub fn new(size: usize) -> Self {
        Self { size: size.max(1), recent: VecDeque::new() }
    }

    /// Notes how right an answer was, from 0 to 1; values outside are clamped and NaN counts as wrong.
    pub fn push(&mut self, right: f64) {
        if self.recent.len() == self.size {
            self.recent.pop_front();
        }
        self.recent.push_back(if right.is_nan() { 0.0 } else { right.clamp(0.0, 1.0) });
    }

    /// How many answers the window holds.
    pub fn len(&self) -> usize {
        self.recent.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.recent.is_empty()
    }

    /// The accuracy in the window with its 95 % interval.
    pub fn accuracy(&self) -> Interval {
        wilson(self.recent.iter().sum(), num::real(self.recent.len()), 0.95)
    }
}
