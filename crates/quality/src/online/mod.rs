//! One answer at a time: what is known after it, and whether to ask again.

mod posterior;
mod stop;

pub use posterior::{Posterior, WorkerModel};
pub use stop::{Decision, OperatingPoint, Stop};
