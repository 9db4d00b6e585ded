//! The registry's door: a typed [`Service`] behind JSON.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::any::{
    AnyAssembler, AnyService, BoundService, JsonCourse, JsonDone, JsonItem, JsonPiece, JsonPractice,
    JsonReading, JsonSink, JsonView,
};
use crate::ending::{Assembler, Course, Desk, Done, Fault, Rehearsal, RehearsalItem, Settings};
use crate::service::{
    About, BlobRef, Piece, PieceNumber, Problem, Reading, Refusal, Score, Screen, Service, Sink, Source,
    Stage, Tools, Verdict, View, Who,
};

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

impl<S: Service> Bound<S> {
    /// Reads what a view shows, for somebody who makes something of it.
    fn seen<T>(&self, view: &JsonView<'_>, look: impl FnOnce(&View<'_, S>) -> T) -> Result<T, Fault> {
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
        Ok(look(&View {
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
        self.seen(view, |view| self.service.screen(view))
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

    fn check_outcome(&self, item: &str, outcome: &str) -> Result<(), Vec<Problem>> {
        let outcome: S::Outcome =
            serde_json::from_str(outcome).map_err(|error| vec![not_understood(&error)])?;
        let item: S::Item = serde_json::from_str(item).map_err(|error| vec![not_understood(&error)])?;
        self.service.check_outcome(&self.spec, &item, &outcome)
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

    fn target(&self) -> f64 {
        self.service.target(&self.spec)
    }

    fn inspected(&self) -> &'static str {
        self.service.inspected(&self.spec)
    }

    fn finished(&self, view: &JsonView<'_>, outcome: &str) -> Result<String, Fault> {
        let outcome = stored("outcome", outcome)?;
        self.seen(view, |view| self.service.finished(view, &outcome))
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
