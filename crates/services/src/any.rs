//! What the rest of the program sees of a service: its types hidden behind JSON.

use std::fmt;
use std::sync::Arc;

use kazi_texts::Texts;
use serde::Serialize;
use serde_json::Value;

use crate::ending::{Desk, Fault, Lesson, Rehearsal, Settings};
use crate::service::{
    About, BlobRef, PieceNumber, Problem, Reading, Refusal, Score, Screen, Source, Stage, Tools, Verdict,
};

/// A service whose types are hidden.
pub trait AnyService: Send + Sync {
    /// The word in the API, the database and on the command line.
    fn key(&self) -> &'static str;
    /// What it is called and takes in.
    fn about(&self) -> About;
    /// The form of the spec as JSON schema.
    fn spec_schema(&self) -> Value;
    /// The defaults that the form shows.
    fn default_spec(&self) -> Value;
    /// Reads a spec (JSON) and gives the service with it; missing fields take their defaults if the spec's
    /// own type says so.
    ///
    /// # Errors
    /// The problems, field by field.
    fn bind(&self, spec: &str) -> Result<Arc<dyn BoundService>, Vec<Problem>>;
}

/// A service together with the choices of one project.
pub trait BoundService: Send + Sync + fmt::Debug {
    /// The service's key.
    fn key(&self) -> &'static str;
    /// The stages of this project.
    fn stages(&self) -> &[Stage];
    /// The stage of this name.
    fn stage(&self, key: &str) -> Option<&Stage> {
        self.stages().iter().find(|stage| stage.key == key)
    }
    /// See [`Service::split`](crate::Service::split).
    ///
    /// # Errors
    /// When nothing of the source can be used.
    fn split(
        &self,
        source: Source<'_>,
        tools: &mut dyn Tools,
        sink: &mut dyn JsonSink,
    ) -> Result<(), Refusal>;
    /// See [`Service::screen`](crate::Service::screen).
    ///
    /// # Errors
    /// When what is stored is not what the service wrote.
    fn screen(&self, view: &JsonView<'_>) -> Result<Screen, Fault>;
    /// See [`Service::read_form`](crate::Service::read_form). The answer comes back as JSON.
    ///
    /// # Errors
    /// The problems, field by field.
    fn read_form(&self, stage: &str, item: &str, fields: &[(String, String)])
    -> Result<String, Vec<Problem>>;
    /// See [`Service::check`](crate::Service::check). An answer that is no JSON of the right form is a problem too.
    ///
    /// # Errors
    /// The problems, field by field.
    fn check(&self, stage: &str, item: &str, answer: &str) -> Result<(), Vec<Problem>>;
    /// See [`Service::check_outcome`](crate::Service::check_outcome). One that is no JSON of the right form is a problem too.
    ///
    /// # Errors
    /// The problems, field by field.
    fn check_outcome(&self, item: &str, outcome: &str) -> Result<(), Vec<Problem>>;
    /// See [`Service::agree`](crate::Service::agree).
    ///
    /// # Errors
    /// When what is stored is not what the service wrote.
    fn agree(&self, stage: &str, item: &str, readings: &[JsonReading]) -> Result<Verdict<String>, Fault>;
    /// See [`Service::score`](crate::Service::score).
    ///
    /// # Errors
    /// When what is stored is not what the service wrote.
    fn score(&self, stage: &str, item: &str, truth: &str, answer: &str) -> Result<Score, Fault>;
    /// See [`Service::target`](crate::Service::target).
    fn target(&self) -> f64;
    /// See [`Service::inspected`](crate::Service::inspected).
    fn inspected(&self) -> &'static str;
    /// See [`Service::finished`](crate::Service::finished).
    ///
    /// # Errors
    /// When what is stored is not what the service wrote.
    fn finished(&self, view: &JsonView<'_>, outcome: &str) -> Result<String, Fault>;
    /// See [`Service::assembler`](crate::Service::assembler).
    fn assembler(&self, settings: &Settings) -> Box<dyn AnyAssembler>;
    /// See [`Service::course`](crate::Service::course).
    fn course(&self, stage: &str) -> Option<JsonCourse>;
    /// See [`Service::rehearsal`](crate::Service::rehearsal).
    ///
    /// # Errors
    /// When the truth does not fit the items.
    fn rehearsal(
        &self,
        truth: &[(String, String)],
        items: &[JsonItem],
    ) -> Result<Box<dyn Rehearsal>, Refusal>;
}

/// An item as the database keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonItem {
    /// Its key.
    pub key: String,
    /// Its kind.
    pub kind: String,
    /// Its body.
    pub body: String,
    /// What the machine read.
    pub machine: Option<String>,
}

/// A piece on its way into the database.
#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
pub struct JsonPiece {
    /// Its key.
    pub key: String,
    /// What it is a piece of.
    pub parent: Option<PieceNumber>,
    /// Its kind.
    pub kind: String,
    /// Its body, as JSON text.
    pub body: String,
    /// What the machine reads, as JSON text, and its confidence.
    pub machine: Option<(String, f64)>,
}

/// [`Sink`](crate::Sink) with hidden types.
pub trait JsonSink {
    /// See [`Sink::blob`](crate::Sink::blob).
    ///
    /// # Errors
    /// When the sink can take no more.
    fn blob(&mut self, media_type: &str, bytes: &[u8]) -> Result<BlobRef, Refusal>;
    /// See [`Sink::piece`](crate::Sink::piece).
    ///
    /// # Errors
    /// When the sink can take no more.
    fn piece(&mut self, piece: JsonPiece) -> Result<PieceNumber, Refusal>;
    /// See [`Sink::problem`](crate::Sink::problem).
    fn problem(&mut self, problem: Problem);
    /// See [`Sink::progress`](crate::Sink::progress).
    fn progress(&mut self, done: u64, all: u64);
}

/// A reading with its answer as JSON.
pub type JsonReading = Reading<String>;

/// [`View`](crate::View) with hidden types.
pub struct JsonView<'a> {
    /// The stage.
    pub stage: &'a str,
    /// The item's key.
    pub key: &'a str,
    /// The item's body.
    pub item: &'a str,
    /// The body of what the item is a piece of.
    pub parent: Option<&'a str>,
    /// Its finished pieces: body and outcome.
    pub pieces: &'a [(String, Option<String>)],
    /// The readings so far, for stages that settle them.
    pub readings: &'a [JsonReading],
    /// An answer to begin from.
    pub given: Option<&'a str>,
    /// The address of stored bytes for this reader.
    pub media: &'a dyn Fn(&BlobRef) -> String,
    /// The reader's language.
    pub texts: &'a Texts,
    /// Whether this is practice.
    pub practice: bool,
}

impl fmt::Debug for JsonView<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonView").field("stage", &self.stage).field("key", &self.key).finish_non_exhaustive()
    }
}

/// [`Done`](crate::Done) with hidden types.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonDone {
    /// The name of its source file.
    pub source: String,
    /// Its key.
    pub key: String,
    /// Its kind.
    pub kind: String,
    /// How deep in the tree, from 0.
    pub depth: u32,
    /// Its body.
    pub body: String,
    /// What it settled to.
    pub outcome: Option<String>,
    /// The probability that the outcome is right.
    pub confidence: f64,
    /// How many people answered.
    pub people: u32,
    /// All answers of people: stage and answer.
    pub answers: Vec<(String, String)>,
}

/// [`Assembler`](crate::Assembler) with hidden types.
pub trait AnyAssembler {
    /// See [`Assembler::item`](crate::Assembler::item).
    ///
    /// # Errors
    /// When the delivery cannot be made.
    fn item(&mut self, done: JsonDone, desk: &mut dyn Desk) -> Result<(), Fault>;
    /// See [`Assembler::finish`](crate::Assembler::finish).
    ///
    /// # Errors
    /// When the delivery cannot be made.
    fn finish(&mut self, desk: &mut dyn Desk) -> Result<(), Fault>;
}

/// [`Course`](crate::Course) with hidden types.
#[derive(Debug, Clone)]
pub struct JsonCourse {
    /// What to know first, in order.
    pub lessons: Vec<Lesson>,
    /// Tasks with a known answer.
    pub practice: Vec<JsonPractice>,
    /// How many of the practice tasks must be right.
    pub pass: u32,
}

/// A practice task with hidden types.
#[derive(Debug, Clone)]
pub struct JsonPractice {
    /// The item's body.
    pub item: String,
    /// Its truth.
    pub truth: String,
    /// The pictures it shows: reference, media type, bytes.
    pub media: Vec<(BlobRef, &'static str, &'static [u8])>,
    /// The message key of the reason shown after a miss.
    pub reason: &'static str,
}
