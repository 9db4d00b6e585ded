//! How far workers agree beyond what chance would give.

mod alpha;
mod bootstrap;
mod f1;
mod kappa;

pub use alpha::{Alpha, Metric, alpha, alpha_by_class, alpha_with};
pub use bootstrap::{Bootstrap, alpha_interval, cohen_interval, fleiss_interval};
pub use f1::{PairwiseF1, pairwise_f1};
pub use kappa::{Weights, cohen, cohen_of, fleiss, fleiss_counts, worker_agreement};
