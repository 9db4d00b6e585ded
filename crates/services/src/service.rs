//! What a service is: the typed trait that each folder implements, and the values that cross it.
//!
//! No part of a service does I/O. Bytes come in through readers, go out through a [`Sink`] or a
//! [`Desk`], and random numbers come in as arguments.

use std::fmt;
use std::io::{Read, Seek};

use kazi_domain::{Role, Span};
use kazi_texts::Texts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ending::{Assembler, Course, Rehearsal, RehearsalItem, Settings};

/// A kind of work that Kazi can sell.
pub trait Service: fmt::Debug + Clone + Send + Sync + Sized + 'static {
    /// The word in the API, the database and on the command line, such as `digitisation`.
    const KEY: &'static str;
    /// What the client chooses. `Default` gives the defaults that the form shows.
    type Spec: Serialize + DeserializeOwned + Default + Clone + fmt::Debug + Send + Sync;
    /// The body of a piece: an enum where pieces are of several kinds.
    type Item: Serialize + DeserializeOwned + Clone + fmt::Debug;
    /// What a person gives for a task: an enum where stages ask for different things.
    type Answer: Serialize + DeserializeOwned + Clone + fmt::Debug;
    /// What answers settle to.
    type Outcome: Serialize + DeserializeOwned + Clone + fmt::Debug;

    /// What the service is called and takes in.
    fn about(&self) -> About;
    /// The form of the spec, as JSON schema (2020-12), for forms and the API.
    fn spec_schema(&self) -> Value;
    /// Rules of the spec that its types do not hold by themselves.
    ///
    /// # Errors
    /// The problems, field by field.
    fn check_spec(&self, spec: &Self::Spec) -> Result<(), Vec<Problem>>;
    /// The stages, in the order that an item of each kind goes through them.
    fn stages(&self, spec: &Self::Spec) -> Vec<Stage>;

    /// Cuts a source into pieces, parents before children. Joining the pieces gives the source back.
    ///
    /// # Errors
    /// A [`Refusal`] when nothing of the source can be used. A part that cannot be used is told to
    /// [`Sink::problem`], and the rest goes on.
    fn split(
        &self,
        spec: &Self::Spec,
        source: Source<'_>,
        tools: &mut dyn Tools,
        sink: &mut dyn Sink<Self>,
    ) -> Result<(), Refusal>;

    /// What a person sees of a task.
    fn screen(&self, view: &View<'_, Self>) -> Screen;
    /// The answer that the fields of the screen's form hold, for browsers without script.
    ///
    /// # Errors
    /// The problems, field by field.
    fn read_form(
        &self,
        stage: &str,
        item: &Self::Item,
        fields: &[(String, String)],
    ) -> Result<Self::Answer, Vec<Problem>>;
    /// Whether an answer is well formed. Never a judgement of its truth.
    ///
    /// # Errors
    /// The problems, field by field.
    fn check(
        &self,
        spec: &Self::Spec,
        stage: &str,
        item: &Self::Item,
        answer: &Self::Answer,
    ) -> Result<(), Vec<Problem>>;
    /// Whether an outcome that the staff wrote by hand can be one of this item. Its form has been read already.
    ///
    /// # Errors
    /// The problems, field by field.
    fn check_outcome(
        &self,
        _spec: &Self::Spec,
        _item: &Self::Item,
        _outcome: &Self::Outcome,
    ) -> Result<(), Vec<Problem>> {
        Ok(())
    }
    /// What the readings of an item say together. Readings come in the order they were given and
    /// include those of earlier stages; the last one belongs to `stage`.
    fn agree(
        &self,
        spec: &Self::Spec,
        stage: &str,
        item: &Self::Item,
        readings: &[Reading<Self::Answer>],
    ) -> Verdict<Self::Outcome>;
    /// How near an answer comes to a known truth.
    fn score(&self, stage: &str, item: &Self::Item, truth: &Self::Outcome, answer: &Self::Answer) -> Score;

    /// The share of units that a person should get right at known truths, from 0 to 1. Somebody whose answers are clearly
    /// below it is helped; a project whose answers are needs whoever runs it.
    fn target(&self, spec: &Self::Spec) -> f64 {
        let _ = spec;
        0.95
    }

    /// The kind of item of which a client looks at a sample: the largest piece that has an outcome. Sent back, it is done
    /// again at the last of its stages, whose newest answer must decide.
    fn inspected(&self, spec: &Self::Spec) -> &'static str {
        let stages = self.stages(spec);
        let last = stages.iter().rfind(|stage| stage.start == Start::Ready).or(stages.last());
        last.map_or("", |stage| stage.item_kind)
    }
    /// A finished item as a client looks at it, as HTML to read: what was handed in beside what it came to. Nothing in it
    /// can be changed or tells who did it. A service that leaves this out shows the outcome as it is stored.
    fn finished(&self, view: &View<'_, Self>, outcome: &Self::Outcome) -> String {
        let _ = view;
        plain(&serde_json::to_string_pretty(outcome).unwrap_or_default())
    }

    /// Starts putting a delivery together.
    fn assembler(&self, spec: &Self::Spec, settings: &Settings) -> Box<dyn Assembler<Self>>;
    /// What a worker must see and pass before the first paid task of a stage; `None` where nothing is asked.
    fn course(&self, stage: &str) -> Option<Course<Self>>;

    /// Makes the simulated workers of a rehearsal.
    ///
    /// `truth` holds the truth files as (name, text) in name order, or nothing: then the workers answer
    /// from the machine's reading. `items` are all pieces, in order.
    ///
    /// # Errors
    /// A [`Refusal`] when the truth does not fit the items.
    fn rehearsal(
        &self,
        spec: &Self::Spec,
        truth: &[(String, String)],
        items: Vec<RehearsalItem<Self>>,
    ) -> Result<Box<dyn Rehearsal>, Refusal>;
}

/// A text as HTML.
fn plain(text: &str) -> String {
    let safe = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<pre dir=\"auto\">{safe}</pre>")
}

/// What a service is called and takes in.
#[derive(Debug, Clone, Serialize)]
pub struct About {
    /// The English name, for logs and the API; screens take it from the texts.
    pub name: &'static str,
    /// File name endings that the upload form offers; what counts is the content.
    pub accepts: &'static [&'static str],
    /// Whether a source is untrusted media, to be opened only in a limited child process.
    pub media: bool,
}

/// A step that items of one kind go through.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stage {
    /// The word in the API and the database, such as `type`.
    pub key: &'static str,
    /// The kind of item it is done on, such as `line`.
    pub item_kind: &'static str,
    /// When its task opens.
    pub start: Start,
    /// Who may do it.
    #[serde(skip)]
    pub role: Role,
    /// How many people are asked at first.
    pub answers: u32,
    /// How many people may be asked in all before the staff must look.
    pub at_most: u32,
    /// Whether the machine's reading counts as one more answer.
    pub machine: bool,
    /// Only for people who have answered neither this item nor a piece of it.
    pub fresh_eyes: bool,
    /// How long a task usually takes: leases run for several times this at first, then follow real times.
    #[serde(skip)]
    pub usual: Span,
    /// What one answer earns unless the client says otherwise, in millionths of the project's currency.
    pub default_pay: i64,
}

/// When the task of a stage opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// As soon as all pieces of the item are finished and the stage before is settled.
    Ready,
    /// Only when a verdict sends the item here.
    Called,
}

/// Something wrong with one field, or with one part of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The field (`text`, `blocks.3.text`) or the part (`page 12`); empty for the whole.
    pub field: String,
    /// The key of the message, stable for programs.
    pub key: String,
    /// The message in plain English: what is wrong and what to do.
    pub message: String,
}

/// Why a whole source was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The key of the message, stable for programs.
    pub key: String,
    /// The message in plain English: what is wrong and what to do.
    pub message: String,
}

/// A reader that can go back.
pub trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// A file that the client handed in.
pub struct Source<'a> {
    /// Its name, for messages only.
    pub name: &'a str,
    /// Its length in bytes.
    pub length: u64,
    /// Its bytes.
    pub reader: &'a mut dyn ReadSeek,
}

impl fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("name", &self.name)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

/// What splitting may ask of the machine it runs on.
pub trait Tools {
    /// Reads the words of a page image (PNG). Gives Tesseract's TSV, or nothing where no reader is installed.
    fn read_page(&mut self, png: &[u8], dpi: u32, language: &str) -> Option<String>;
}

/// The address of stored bytes: the SHA-256 of the content in lower-case hex.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BlobRef(pub String);

/// The place of a piece in the order it was given to the sink, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PieceNumber(pub u64);

/// One piece of a source.
#[derive(Debug, Clone)]
pub struct Piece<S: Service> {
    /// Unique within the source and the same at each splitting, such as `p0007/l012`.
    pub key: String,
    /// The piece it is a part of.
    pub parent: Option<PieceNumber>,
    /// Its kind, such as `line`; stages are chosen by it.
    pub kind: &'static str,
    /// What it is.
    pub body: S::Item,
    /// What the machine reads, with its own confidence from 0 to 1.
    pub machine: Option<(S::Answer, f64)>,
}

/// Where splitting puts what it finds. A failing sink stops the splitting.
pub trait Sink<S: Service> {
    /// Keeps bytes and says where.
    ///
    /// # Errors
    /// When the sink can take no more.
    fn blob(&mut self, media_type: &str, bytes: &[u8]) -> Result<BlobRef, Refusal>;
    /// Takes a piece. A parent comes before its children.
    ///
    /// # Errors
    /// When the sink can take no more.
    fn piece(&mut self, piece: Piece<S>) -> Result<PieceNumber, Refusal>;
    /// Notes a part that cannot be used; the rest goes on.
    fn problem(&mut self, problem: Problem);
    /// Tells how far the splitting is: `done` of `all` parts (pages, rows).
    fn progress(&mut self, done: u64, all: u64);
}

/// Everything a screen is made from.
#[derive(Clone, Copy)]
pub struct View<'a, S: Service> {
    /// The client's choices.
    pub spec: &'a S::Spec,
    /// The stage.
    pub stage: &'a str,
    /// The item.
    pub item: &'a S::Item,
    /// The item's key, such as `p0007/l012`.
    pub key: &'a str,
    /// What the item is a piece of.
    pub parent: Option<&'a S::Item>,
    /// The finished pieces of the item, in order, with what they settled to.
    pub pieces: &'a [(S::Item, Option<S::Outcome>)],
    /// The readings so far, for stages that settle them; empty where work is blind.
    pub readings: &'a [Reading<S::Answer>],
    /// An answer to begin from: the worker's own, when correcting it.
    pub given: Option<&'a S::Answer>,
    /// The address of stored bytes for this reader.
    pub media: &'a dyn Fn(&BlobRef) -> String,
    /// The reader's language.
    pub texts: &'a Texts,
    /// Whether this is practice.
    pub practice: bool,
}

impl<S: Service> fmt::Debug for View<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("stage", &self.stage).field("key", &self.key).finish_non_exhaustive()
    }
}

/// What a person sees of a task, and what a program gets.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Screen {
    /// The custom element that handles it, such as `kazi-type-line`; its script is the asset of that name.
    pub element: String,
    /// What the element needs to show this task: small, for it travels with each task.
    pub data: Value,
    /// The body of the page, rendered: a form whose fields make up the answer, usable without script.
    pub html: String,
    /// The addresses of media to fetch ahead.
    pub media: Vec<String>,
}

/// Who gave a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// A person; the number tells different people of one item apart, from 0.
    Person(u32),
    /// The machine.
    Machine,
}

/// One answer among those that are compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading<A> {
    /// Who gave it.
    pub who: Who,
    /// The stage it was given at.
    pub stage: String,
    /// How often this reader is right on one unit (a character, a label), from gold and earlier work; 0 to 1.
    pub reliability: f64,
    /// What was given.
    pub answer: A,
}

/// What readings say together.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict<O> {
    /// They settle it.
    Settled {
        /// The outcome.
        outcome: O,
        /// The probability that it is right, 0 to 1.
        confidence: f64,
    },
    /// This many more answers are wanted at the same stage.
    More(u32),
    /// Another stage must decide.
    Call(&'static str),
    /// A person of the staff must look: a key such as `nobody_agrees`.
    Stuck(&'static str),
}

/// How near an answer comes to the truth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// From 0 to 1; 1 is right.
    pub value: f64,
    /// How many units (characters, labels) were judged.
    pub units: u32,
    /// How many of them were wrong.
    pub errors: u32,
}
