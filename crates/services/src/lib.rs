//! The services Kazi sells, one folder each.
//!
//! A service is a folder here and one line in [`registry`]. Its typed half implements [`Service`];
//! the rest of the program meets it only as [`AnyService`] and [`BoundService`], which speak JSON.
//! `docs/how-to/add-a-service.md` is the checklist.

mod any;
pub mod digitisation;
pub mod questions;
mod registry;
mod service;

pub use any::{
    AnyAssembler, AnyService, BoundService, Door, JsonCourse, JsonDone, JsonItem, JsonPiece, JsonPractice,
    JsonReading, JsonSink, JsonView,
};
pub use registry::{find, registry};
pub use service::{
    About, Assembler, BlobRef, Course, Desk, Done, Fault, Lesson, Piece, PieceNumber, Practice, Problem,
    ReadSeek, Reading, Refusal, Rehearsal, RehearsalItem, Score, Screen, Service, Settings, Sink, Source,
    Stage, Start, Tools, Verdict, View, Who,
};
