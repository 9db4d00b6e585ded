//! One class out of several for each task.

mod auto;
mod bwa;
mod certainty;
mod coin;
mod dawid_skene;
mod ebcc;
mod finish;
mod glad;
mod ibcc;
mod ledger;
mod lines;
mod log_sum;
mod m_msr;
mod mace;
mod majority;
mod one_coin;
mod pass;
mod profile;

pub use auto::{Auto, METHODS, method, rough_answers};
pub use bwa::Bwa;
pub use certainty::probability_intervals;
pub use dawid_skene::{ClassPrior, DawidSkene, Smoothing};
pub use ebcc::Ebcc;
pub use glad::Glad;
pub use ibcc::Ibcc;
pub use m_msr::Mmsr;
pub use mace::Mace;
pub use majority::{Majority, Wawa, ZeroBasedSkill};
pub use one_coin::OneCoin;
pub use profile::Profile;

use crate::error::Error;
use crate::evidence::Evidence;
use crate::fit::Fit;

/// A way from answers to a posterior for each task.
pub trait ClassMethod: std::fmt::Debug + Send + Sync {
    /// The method's name as the command line spells it.
    fn name(&self) -> &'static str;

    /// Fits the answers, with gold and history where the method uses them.
    ///
    /// # Errors
    /// When options are out of range, the evidence does not belong to the table, or the method cannot use it.
    fn fit(&self, evidence: &Evidence<'_>) -> Result<Fit, Error>;
}
