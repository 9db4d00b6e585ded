//! The words every other room uses: ids, money, moments, states, roles and permissions.
//!
//! Nothing here touches a clock, a random source, a file or the network; moments and random bytes
//! come in as arguments, so that every rule can be tested by example.

mod id;
mod moment;
mod money;
pub mod policy;
mod role;
mod state;

pub use id::{Id, IdError, Kind, kind};
pub use moment::{Moment, Span};
pub use money::{Currency, Money, MoneyError};
pub use role::{Role, RoleSet, Scope, ScopeSet};
pub use state::{
    EnquiryState, HookEvent, HookState, ItemState, JobState, LookState, MailState, Plea, ProjectState,
    QuestionState, SampleState, SampleVerdict, SendingState, Side, SourceState, TaskState, UnknownState,
    WantedNews, WhyNot,
};
