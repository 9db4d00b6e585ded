//! The statistics of answers: aggregate, agree, estimate skill, stop, sample.

pub mod agreement;
mod answers;
pub mod classes;
mod error;
mod evidence;
mod fit;
mod ids;
pub mod lots;
mod num;
pub mod online;
mod random;
pub mod skill;
pub mod special;
mod table;
pub mod text;

pub use answers::{Answers, Builder, Name, Repeats};
pub use error::Error;
pub use evidence::{Evidence, Gold, History};
pub use fit::{Confusion, Fit};
pub use ids::Ids;
pub use random::Random;
pub use table::Table;
