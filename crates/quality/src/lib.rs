//! The statistics of answers: aggregate, agree, estimate skill, stop, sample.

pub mod agreement;
mod answers;
pub mod classes;
mod error;
mod evidence;
mod fit;
pub mod forecast;
pub mod geometry;
mod ids;
pub mod lots;
pub mod multi_label;
mod num;
pub mod numeric;
pub mod online;
pub mod ordinal;
pub mod pairs;
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
