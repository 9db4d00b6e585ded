//! The services Kazi sells, one folder each.
//!
//! A service is a folder here and one line in [`registry`]. Its typed half implements [`Service`];
//! the rest of the program meets it only as [`AnyService`] and [`BoundService`], which speak JSON.
//! `docs/how-to/add-a-service.md` is the checklist.

mod any;
pub mod digitisation;
mod door;
mod ending;
pub mod questions;
mod registry;
mod service;

pub use any::{
    AnyAssembler, AnyService, BoundService, JsonCourse, JsonDone, JsonItem, JsonPiece, JsonPractice,
    JsonReading, JsonSink, JsonView,
};
pub use door::Door;
pub use ending::{
    Assembler, Course, Desk, Done, Fault, Lesson, Practice, Rehearsal, RehearsalItem, Settings,
};
pub use registry::{find, registry};
pub use service::{
    About, BlobRef, Piece, PieceNumber, Problem, ReadSeek, Reading, Refusal, Score, Screen, Service, Sink,
    Source, Stage, Start, Tools, Verdict, View, Who,
};
