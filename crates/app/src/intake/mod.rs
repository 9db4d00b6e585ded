//! What the client hands in: files arrive, are kept as blobs, and are split into items with their tasks.
//!
//! The invariants: a byte that was acknowledged is on the disk. The items of a source are the depth-first
//! order of its pieces, without a gap, and come into the database one top-level tree at a time, so that the
//! counts of what a piece waits for are right at every moment. Splitting again changes nothing.

mod clear;
mod collect;
mod plant;
mod sources;
mod split;
mod tree;
mod upload;

pub use clear::Remove;
pub use sources::{
    Arriving, PartProblem, SourceView, add_source, add_source_once, arrived, arriving, broke_off, give_up,
    problems, remove_source, sources,
};
pub use split::Split;
pub use upload::{UploadError, Uploads};

use kazi_db::{DbError, Sql};
use kazi_domain::{ProjectState, SourceState};

/// The longest file that is taken.
pub const LONGEST: u64 = 2 << 30;

/// Why a file cannot be added, fed or taken away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// There is none, or not in this project.
    #[error("there is no such file in this project")]
    NotThere,
    /// The project takes no more files.
    #[error("files can be added only while a project is being made, running or paused")]
    ProjectEnded(ProjectState),
    /// The project has started.
    #[error("files can be taken away only before the project starts")]
    ProjectStarted(ProjectState),
    /// The name is none.
    #[error("a file needs a name of 1 to 255 characters")]
    Name,
    /// Too long.
    #[error("this file is longer than 2 GB: cut it into smaller files")]
    TooLong,
    /// It has arrived, or is being taken away.
    #[error("this file has arrived already")]
    NotArriving(SourceState),
    /// The id was used before, with other bytes.
    #[error("another file has been sent under this id: give each file an id of its own")]
    OtherBytes,
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Every statement of this folder.
pub(crate) const STATEMENTS: &[&[&Sql]] = &[clear::ALL, plant::ALL, sources::ALL, split::ALL];
