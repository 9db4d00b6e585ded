//! The registry's door: a typed [`Service`] behind JSON, so that the rest of the program needs to know
//! none of its types.

use std::fmt;
use std::sync::Arc;

use kazi_texts::Texts;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::service::{
    About, Assembler, BlobRef, Course, Desk, Done, Fault, Lesson, Piece, PieceNumber, Problem, Reading,
    Refusal, Rehearsal, RehearsalItem, Score, Screen, Service, Settings, Sink, Source, Stage, Tools, Verdict,
    View, Who,
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
    /// See [`Service::split`].
    ///
    /// # Errors
    /// When nothing of the source can be used.
    fn split(
        &self,
        source: Source<'_>,
        tools: &mut dyn Tools,
        sink: &mut dyn JsonSink,
    ) -> Result<(), Refusal>;
    /// See [`Service::screen`].
    ///
    /// # Errors
    /// When what is stored is not what the service wrote.
    fn screen(&self, view: &JsonView<'_>) -> Result<Screen, Fault>;
    /// See [`Service::read_form`]. The answer comes back as JSON.
    ///
    /// # Errors
    /// The problems, field by field.
    fn read_form(&self, stage: &str, item: &str, fields: &[(String, String)])
    -> Result<String, Vec<Problem>>;
    /// See [`Service::check`]. An answer that is no JSON of the right form is a problem too.
    ///
    /// # Errors
    /// The problems, field by field.
    fn check(&self, stage: &str, item: &str, answer: &str) -> Result<(), Vec<Problem>>;
    /// See [`Service::agree`].
    ///
    /// # Errors
    /// When what is stored is not what the service wrote.
    fn agree(&self, stage: &str, item: &str, readings: &[JsonReading]) -> Result<Verdict<String>, Fault>;
    /// See [`Service::score`].
    ///
    /// # Errors
    /// When what is stored is not what the service wrote.
    fn score(&self, stage: &str, item: &str, truth: &str, answer: &str) -> Result<Score, Fault>;
    /// See [`Service::assembler`].
    fn assembler(&self, settings: &Settings) -> Box<dyn AnyAssembler>;
    /// See [`Service::course`].
    fn course(&self, stage: &str) -> Option<JsonCourse>;
    /// See [`Service::rehearsal`].
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

/// [`Sink`] with hidden types.
pub trait JsonSink {
    /// See [`Sink::blob`].
    ///
    /// # Errors
    /// When the sink can take no more.
    fn blob(&mut self, media_type: &str, bytes: &[u8]) -> Result<BlobRef, Refusal>;
    /// See [`Sink::piece`].
    ///
    /// # Errors
    /// When the sink can take no more.
    fn piece(&mut self, piece: JsonPiece) -> Result<PieceNumber, Refusal>;
    /// See [`Sink::problem`].
    fn problem(&mut self, problem: Problem);
    /// See [`Sink::progress`].
    fn progress(&mut self, done: u64, all: u64);
}

/// A reading with its answer as JSON.
pub type JsonReading = Reading<String>;

/// [`View`] with hidden types.
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

/// [`Done`] with hidden types.
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

/// [`Assembler`] with hidden types.
pub trait AnyAssembler {
    /// See [`Assembler::item`].
    ///
    /// # Errors
    /// When the delivery cannot be made.
    fn item(&mut self, done: JsonDone, desk: &mut dyn Desk) -> Result<(), Fault>;
    /// See [`Assembler::finish`].
    ///
    /// # Errors
    /// When the delivery cannot be made.
    fn finish(&mut self, desk: &mut dyn Desk) -> Result<(), Fault>;
}

/// [`Course`] with hidden types.
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

/// Makes an [`AnyService`] of a [`Service`].
#[derive(Debug)]
pub struct Door<S>(pub Arc<S>);

impl<S: Service> Door<S> {
    /// The door of a service.
    pub fn new(service: S) -> Self {
        Self(Arc::new(service))
    }
}

impl<S: Service> AnyService for Door<S> {
    fn key(&self) -> &'static str {
        S::KEY
    }

    fn about(&self) -> About {
        self.0.about()
    }

    fn spec_schema(&self) -> Value {
        self.0.spec_schema()
    }

    fn default_spec(&self) -> Value {
        serde_json::to_value(S::Spec::default()).unwrap_or(Value::Null)
    }

    fn bind(&self, spec: &str) -> Result<Arc<dyn BoundService>, Vec<Problem>> {
        let spec: S::Spec = serde_json::from_str(spec).map_err(|error| vec![not_understood(&error)])?;
        self.0.check_spec(&spec)?;
        let stages = self.0.stages(&spec);
        Ok(Arc::new(Bound { service: Arc::clone(&self.0), spec, stages }))
    }
}

struct Bound<S: Service> {
    service: Arc<S>,
    spec: S::Spec,
    stages: Vec<Stage>,
}

impl<S: Service> fmt::Debug for Bound<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bound").field("service", &S::KEY).finish_non_exhaustive()
    }
}

fn not_understood(error: &serde_json::Error) -> Problem {
    Problem {
        field: String::new(),
        key: "not-understood".to_owned(),
        message: format!("This is not in the expected form: {error}."),
    }
}

/// Reads what the service itself wrote earlier.
fn stored<T: DeserializeOwned>(what: &str, json: &str) -> Result<T, Fault> {
    serde_json::from_str(json).map_err(|error| Fault(format!("the stored {what} cannot be read: {error}")))
}

fn written<T: Serialize>(value: &T) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault(format!("a value cannot be written: {error}")))
}

fn typed_readings<A: DeserializeOwned>(readings: &[JsonReading]) -> Result<Vec<Reading<A>>, Fault> {
    readings
        .iter()
        .map(|reading| {
            Ok(Reading {
                who: reading.who,
                stage: reading.stage.clone(),
                reliability: reading.reliability,
                answer: stored("answer", &reading.answer)?,
            })
        })
        .collect()
}

impl<S: Service> BoundService for Bound<S> {
    fn key(&self) -> &'static str {
        S::KEY
    }

    fn stages(&self) -> &[Stage] {
        &self.stages
    }

    fn split(
        &self,
        source: Source<'_>,
        tools: &mut dyn Tools,
        sink: &mut dyn JsonSink,
    ) -> Result<(), Refusal> {
        self.service.split(&self.spec, source, tools, &mut TypedSink(sink))
    }

    fn screen(&self, view: &JsonView<'_>) -> Result<Screen, Fault> {
        let item = stored("item", view.item)?;
        let parent = view.parent.map(|body| stored("item", body)).transpose()?;
        let pieces = view
            .pieces
            .iter()
            .map(|(body, outcome)| {
                let outcome = outcome.as_deref().map(|json| stored("outcome", json)).transpose()?;
                Ok((stored("item", body)?, outcome))
            })
            .collect::<Result<Vec<_>, Fault>>()?;
        let readings = typed_readings(view.readings)?;
        let given = view.given.map(|json| stored("answer", json)).transpose()?;
        Ok(self.service.screen(&View {
            spec: &self.spec,
            stage: view.stage,
            item: &item,
            key: view.key,
            parent: parent.as_ref(),
            pieces: &pieces,
            readings: &readings,
            given: given.as_ref(),
            media: view.media,
            texts: view.texts,
            practice: view.practice,
        }))
    }

    fn read_form(
        &self,
        stage: &str,
        item: &str,
        fields: &[(String, String)],
    ) -> Result<String, Vec<Problem>> {
        let item: S::Item = serde_json::from_str(item).map_err(|error| vec![not_understood(&error)])?;
        let answer = self.service.read_form(stage, &item, fields)?;
        serde_json::to_string(&answer).map_err(|error| vec![not_understood(&error)])
    }

    fn check(&self, stage: &str, item: &str, answer: &str) -> Result<(), Vec<Problem>> {
        let answer: S::Answer = serde_json::from_str(answer).map_err(|error| vec![not_understood(&error)])?;
        let item: S::Item = serde_json::from_str(item).map_err(|error| vec![not_understood(&error)])?;
        self.service.check(&self.spec, stage, &item, &answer)
    }

    fn agree(&self, stage: &str, item: &str, readings: &[JsonReading]) -> Result<Verdict<String>, Fault> {
        let item = stored("item", item)?;
        let readings = typed_readings(readings)?;
        Ok(match self.service.agree(&self.spec, stage, &item, &readings) {
            Verdict::Settled { outcome, confidence } => {
                Verdict::Settled { outcome: written(&outcome)?, confidence }
            }
            Verdict::More(count) => Verdict::More(count),
            Verdict::Call(stage) => Verdict::Call(stage),
            Verdict::Stuck(reason) => Verdict::Stuck(reason),
        })
    }

    fn score(&self, stage: &str, item: &str, truth: &str, answer: &str) -> Result<Score, Fault> {
        let (item, truth, answer) =
            (stored("item", item)?, stored("outcome", truth)?, stored("answer", answer)?);
        Ok(self.service.score(stage, &item, &truth, &answer))
    }

    fn assembler(&self, settings: &Settings) -> Box<dyn AnyAssembler> {
        Box::new(TypedAssembler(self.service.assembler(&self.spec, settings)))
    }

    fn course(&self, stage: &str) -> Option<JsonCourse> {
        let Course { lessons, practice, pass } = self.service.course(stage)?;
        let practice = practice
            .into_iter()
            .map(|task| {
                Ok(JsonPractice {
                    item: written(&task.item)?,
                    truth: written(&task.truth)?,
                    media: task.media,
                    reason: task.reason,
                })
            })
            .collect::<Result<Vec<_>, Fault>>()
            .ok()?;
        Some(JsonCourse { lessons, practice, pass })
    }

    fn rehearsal(
        &self,
        truth: &[(String, String)],
        items: &[JsonItem],
    ) -> Result<Box<dyn Rehearsal>, Refusal> {
        let items = items
            .iter()
            .map(|item| {
                Ok(RehearsalItem {
                    key: item.key.clone(),
                    kind: item.kind.clone(),
                    body: stored("item", &item.body)?,
                    machine: item.machine.as_deref().map(|json| stored("answer", json)).transpose()?,
                })
            })
            .collect::<Result<Vec<_>, Fault>>()
            .map_err(|fault| Refusal { key: "unreadable-items".to_owned(), message: fault.0 })?;
        self.service.rehearsal(&self.spec, truth, items)
    }
}

struct TypedSink<'a>(&'a mut dyn JsonSink);

impl<S: Service> Sink<S> for TypedSink<'_> {
    fn blob(&mut self, media_type: &str, bytes: &[u8]) -> Result<BlobRef, Refusal> {
        self.0.blob(media_type, bytes)
    }

    fn piece(&mut self, piece: Piece<S>) -> Result<PieceNumber, Refusal> {
        let refuse = |fault: Fault| Refusal { key: "unwritable-piece".to_owned(), message: fault.0 };
        let machine = match piece.machine {
            Some((answer, confidence)) => Some((written(&answer).map_err(refuse)?, confidence)),
            None => None,
        };
        let body = written(&piece.body).map_err(refuse)?;
        self.0.piece(JsonPiece {
            key: piece.key,
            parent: piece.parent,
            kind: piece.kind.to_owned(),
            body,
            machine,
        })
    }

    fn problem(&mut self, problem: Problem) {
        self.0.problem(problem);
    }

    fn progress(&mut self, done: u64, all: u64) {
        self.0.progress(done, all);
    }
}

struct TypedAssembler<S: Service>(Box<dyn Assembler<S>>);

impl<S: Service> AnyAssembler for TypedAssembler<S> {
    fn item(&mut self, done: JsonDone, desk: &mut dyn Desk) -> Result<(), Fault> {
        let JsonDone { source, key, kind, depth, body, outcome, confidence, people, answers } = done;
        let answers = answers
            .into_iter()
            .map(|(stage, answer)| Ok((stage, stored("answer", &answer)?)))
            .collect::<Result<Vec<_>, Fault>>()?;
        let outcome = outcome.map(|json| stored("outcome", &json)).transpose()?;
        let body = stored("item", &body)?;
        self.0.item(Done { source, key, kind, depth, body, outcome, confidence, people, answers }, desk)
    }

    fn finish(&mut self, desk: &mut dyn Desk) -> Result<(), Fault> {
        self.0.finish(desk)
    }
}

impl<A> Reading<A> {
    /// Whether a person gave it.
    pub fn is_person(&self) -> bool {
        matches!(self.who, Who::Person(_))
    }
}
