//! The later half of a service's life: assembling what was settled, teaching, rehearsing.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::service::{BlobRef, Score, Service};

/// What an assembler must know of the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The project's title.
    pub title: String,
    /// The organisation that runs Kazi, for `certifiedBy`.
    pub operator: String,
    /// The project's id, for identifiers inside files.
    pub project: String,
    /// The date of the delivery, `2026-11-22`.
    pub date: String,
}

/// A finished item on its way into a delivery.
#[derive(Debug, Clone)]
pub struct Done<S: Service> {
    /// The name of its source file.
    pub source: String,
    /// Its key.
    pub key: String,
    /// Its kind.
    pub kind: String,
    /// How deep in the tree, from 0. Items come depth first, in order.
    pub depth: u32,
    /// What it is.
    pub body: S::Item,
    /// What it settled to; `None` where nothing was asked or it was dropped.
    pub outcome: Option<S::Outcome>,
    /// The probability that the outcome is right.
    pub confidence: f64,
    /// How many people answered.
    pub people: u32,
    /// All answers of people, in the order given, for the quality report: stage and answer.
    pub answers: Vec<(String, S::Answer)>,
}

/// Why a delivery could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Fault(pub String);

/// What assembling may use.
pub trait Desk {
    /// Stored bytes.
    ///
    /// # Errors
    /// When they are not there.
    fn blob(&mut self, blob: &BlobRef) -> Result<Vec<u8>, Fault>;
    /// Adds bytes to the end of a named file of the delivery; the first call makes it.
    ///
    /// # Errors
    /// When they cannot be kept.
    fn write(&mut self, file: &str, bytes: &[u8]) -> Result<(), Fault>;
}

/// Puts a delivery together, item by item.
pub trait Assembler<S: Service> {
    /// Takes the next item, depth first.
    ///
    /// # Errors
    /// When the delivery cannot be made.
    fn item(&mut self, done: Done<S>, desk: &mut dyn Desk) -> Result<(), Fault>;
    /// Writes what is left. Called once, after the last item.
    ///
    /// # Errors
    /// When the delivery cannot be made.
    fn finish(&mut self, desk: &mut dyn Desk) -> Result<(), Fault>;
}

/// A short course before the first paid task of a stage.
#[derive(Debug, Clone)]
pub struct Course<S: Service> {
    /// What to know first, in order.
    pub lessons: Vec<Lesson>,
    /// Tasks with a known answer and instant feedback.
    pub practice: Vec<Practice<S>>,
    /// How many of the practice tasks must be right.
    pub pass: u32,
}

/// One screenful of teaching: a right and a wrong example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lesson {
    /// The message key of its title; `…-right` and `…-wrong` are its examples.
    pub key: &'static str,
}

/// A task with a known answer.
#[derive(Debug, Clone)]
pub struct Practice<S: Service> {
    /// The item.
    pub item: S::Item,
    /// Its truth.
    pub truth: S::Outcome,
    /// The pictures it shows: the reference in the item, media type, bytes.
    pub media: Vec<(BlobRef, &'static str, &'static [u8])>,
    /// The message key of the reason shown after a miss.
    pub reason: &'static str,
}

/// One item as a rehearsal sees it.
#[derive(Debug, Clone)]
pub struct RehearsalItem<S: Service> {
    /// Its key.
    pub key: String,
    /// Its kind.
    pub kind: String,
    /// What it is.
    pub body: S::Item,
    /// What the machine read.
    pub machine: Option<S::Answer>,
}

/// Simulated workers and the measure of what they make.
pub trait Rehearsal: Send + Sync {
    /// What a worker who errs with `error_rate` per unit answers, as JSON. `screen` is the data that a real
    /// worker's screen gets; `random` gives random 64-bit numbers.
    fn answer(
        &self,
        stage: &str,
        key: &str,
        screen: &Value,
        error_rate: f64,
        random: &mut dyn FnMut() -> u64,
    ) -> Value;
    /// How a single answer compares with the truth; `None` where there is none.
    fn measure_answer(&self, stage: &str, key: &str, answer: &Value) -> Option<Score>;
    /// The error rate of the delivered files; `file` gives one by name. `None` without truth.
    fn measure_delivery(&self, file: &dyn Fn(&str) -> Option<Vec<u8>>) -> Option<f64>;
}
