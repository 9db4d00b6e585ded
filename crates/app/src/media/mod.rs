//! Untrusted media is opened only here: in a child process with limits on memory, time and output.
//!
//! The parent ([`MediaChild`]) starts its own program again with the word [`WORD`]; the child
//! ([`child_main`]) sets its limits before it does anything else, splits the file on its standard input,
//! and sends what it finds as frames on its standard output. Whatever the file makes the child do (crash,
//! hang, eat memory, speak nonsense), the parent gets a [`Refusal`](kazi_services::Refusal) with a sentence.

mod child;
mod ending;
mod frame;
mod limits;
mod parent;
mod reader;

pub use child::{WORD, child_main, child_main_with};
pub use limits::Limits;
pub use parent::{Ended, MediaChild, Order};
pub use reader::page_reader;

use kazi_services::AnyService;

/// How a program finds a service by its key.
pub type Find = fn(&str) -> Option<&'static dyn AnyService>;
