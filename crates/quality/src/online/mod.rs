//! One answer at a time: what is known after it, and whether to ask again.
//!
//! [`Posterior`] is Bayes' rule, one answer at a time; [`WorkerModel`] is what is known of who gave it, from practice, gold
//! and history. [`Stop`] then weighs the price of one more answer against what a wrong result costs.
//!
//! # Operating curves
//!
//! What a target buys, simulated on 100,000 tasks of two equally frequent classes with workers of one accuracy, at most
//! nine answers a task, asking by the target alone ([`Stop::simulate`] does this for your own crowd and prices):
//!
//! | accuracy of a worker | target error | answers a task | wrong, of those settled | escalated |
//! | --- | --- | --- | --- | --- |
//! | 0.7 | 10 % | 5.56 | 7.40 % | 15.69 % |
//! | 0.7 | 2 % | 7.96 | 1.57 % | 50.08 % |
//! | 0.8 | 10 % | 2.92 | 5.98 % | 1.06 % |
//! | 0.8 | 2 % | 4.65 | 1.55 % | 5.42 % |
//! | 0.8 | 0.5 % | 6.02 | 0.42 % | 17.96 % |
//! | 0.9 | 10 % | 1.00 | 10.03 % | 0.00 % |
//! | 0.9 | 2 % | 2.44 | 1.28 % | 0.12 % |
//! | 0.9 | 0.5 % | 3.72 | 0.14 % | 0.52 % |
//! | 0.95 | 2 % | 2.21 | 0.30 % | 0.01 % |
//! | 0.95 | 0.5 % | 2.21 | 0.30 % | 0.01 % |
//!
//! Read it so: with workers who are right eight times in ten a target of 2 % takes nearly five answers, and one task in
//! eighteen still goes to a more skilled person; with workers who are right nine times in ten it takes half as many.
//! Better workers save more than more workers.

mod posterior;
mod stop;

pub use posterior::{Posterior, WorkerModel};
pub use stop::{Decision, OperatingPoint, Stop};
