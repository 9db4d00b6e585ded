//! One class out of several for each task.
//!
//! Every method here takes [`Evidence`] (the answers, with known truths and the workers' history where there are any)
//! and gives a [`Fit`]: a posterior for each task, a skill for each worker, and what else the method has learnt. They
//! differ in what they believe of a worker, from nothing to much. The more there is to learn, the more answers a worker
//! it takes; the method that believes least is not the worst one.
//!
//! | method | what it learns of a worker | cost of an iteration | takes history |
//! | --- | --- | --- | --- |
//! | [`Majority`] | nothing | answers, once | no |
//! | [`Wawa`], [`ZeroBasedSkill`] | how often the vote agrees | answers | no |
//! | [`OneCoin`] | how often right | answers | yes |
//! | [`Mace`] | how often knowing, else which habit | answers | no |
//! | [`Glad`] | an ability, beside each task's easiness | answers | no |
//! | [`Mmsr`] | a skill, from how pairs of workers agree | pairs of workers | no |
//! | [`Bwa`] | a precision for each class | answers × classes | no |
//! | [`DawidSkene`] | which class is said for which | answers × classes | yes |
//! | [`Ibcc`] | the same, from a prior that people are mostly right | answers × classes | yes |
//! | [`Ebcc`] | the same for each of several kinds of tasks, so who errs with whom | answers × classes × kinds | no |
//!
//! [`Auto`] chooses among three of them by a stated rule. [`probability_intervals`] says how far a posterior is to be
//! trusted. All hold known truths fixed ([`Gold`](crate::Gold)); a method refuses history that it has no use for.

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
