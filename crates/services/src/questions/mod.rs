//! Questions with fixed answers about the rows of a table: the smallest service, and the first thing that a
//! new worker practises.
//!
//! A row is an item. Three people answer it blind; where they differ, more are asked; what stays open a
//! reviewer decides. Every column of a row comes back in the delivery as it was.

mod agree;
mod assemble;
mod course;
mod item;
mod rehearse;
mod screen;
mod spec;
mod split;

use kazi_domain::{Role, Span};
use serde_json::Value;

pub use item::{Answer, Item, Outcome};
pub use spec::{Content, Spec};

use crate::{
    About, Assembler, Course, Problem, Reading, Refusal, Rehearsal, RehearsalItem, Score, Screen, Service,
    Settings, Sink, Source, Stage, Start, Tools, Verdict, View,
};

/// Answering, blind.
pub const ANSWER: &str = "answer";
/// Settling a row on which people differ.
pub const DECIDE: &str = "decide";
/// The only kind of item.
pub const ROW: &str = "row";

/// The service.
#[derive(Debug, Clone, Copy, Default)]
pub struct Questions;

impl Service for Questions {
    const KEY: &'static str = "questions";
    type Spec = Spec;
    type Item = Item;
    type Answer = Answer;
    type Outcome = Outcome;

    fn about(&self) -> About {
        About {
            name: "Questions about the rows of a table",
            accepts: &[".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".gz"],
            media: false,
        }
    }

    fn spec_schema(&self) -> Value {
        spec::schema()
    }

    fn check_spec(&self, spec: &Spec) -> Result<(), Vec<Problem>> {
        spec::check(spec)
    }

    fn stages(&self, spec: &Spec) -> Vec<Stage> {
        let answer = Stage {
            key: ANSWER,
            item_kind: ROW,
            start: Start::Ready,
            role: Role::Worker,
            answers: spec.answers,
            at_most: spec.at_most,
            machine: false,
            fresh_eyes: false,
            usual: Span::seconds(8),
            // In millionths of a Kenyan shilling.
            default_pay: 500_000,
        };
        let decide = Stage {
            key: DECIDE,
            start: Start::Called,
            role: Role::Reviewer,
            answers: 1,
            at_most: 1,
            fresh_eyes: true,
            usual: Span::seconds(20),
            default_pay: 1_000_000,
            ..answer.clone()
        };
        vec![answer, decide]
    }

    fn target(&self, spec: &Spec) -> f64 {
        spec.target
    }

    fn split(
        &self,
        spec: &Spec,
        source: Source<'_>,
        _tools: &mut dyn Tools,
        sink: &mut dyn Sink<Self>,
    ) -> Result<(), Refusal> {
        split::split(spec, source, sink)
    }

    fn screen(&self, view: &View<'_, Self>) -> Screen {
        screen::screen(view)
    }

    fn read_form(
        &self,
        _stage: &str,
        _item: &Item,
        fields: &[(String, String)],
    ) -> Result<Answer, Vec<Problem>> {
        fields
            .iter()
            .find(|(name, _)| name == "choice")
            .and_then(|(_, value)| value.parse().ok())
            .map(|choice| Answer { choice })
            .ok_or_else(|| vec![item::choose_one()])
    }

    fn check(&self, spec: &Spec, _stage: &str, item: &Item, answer: &Answer) -> Result<(), Vec<Problem>> {
        if answer.choice < item.choices(spec) { Ok(()) } else { Err(vec![item::choose_one()]) }
    }

    fn check_outcome(&self, spec: &Spec, item: &Item, outcome: &Outcome) -> Result<(), Vec<Problem>> {
        if outcome.choice < item.choices(spec) { Ok(()) } else { Err(vec![item::choose_one()]) }
    }

    fn agree(
        &self,
        spec: &Spec,
        stage: &str,
        _item: &Item,
        readings: &[Reading<Answer>],
    ) -> Verdict<Outcome> {
        agree::agree(spec, stage, readings)
    }

    fn score(&self, _stage: &str, _item: &Item, truth: &Outcome, answer: &Answer) -> Score {
        item::score(truth.choice, answer.choice)
    }

    fn finished(&self, view: &View<'_, Self>, outcome: &Outcome) -> String {
        screen::finished(view, *outcome)
    }

    fn assembler(&self, spec: &Spec, _settings: &Settings) -> Box<dyn Assembler<Self>> {
        Box::new(assemble::Delivery::new(spec))
    }

    fn course(&self, stage: &str) -> Option<Course<Self>> {
        (stage == ANSWER).then(course::first_steps)
    }

    fn rehearsal(
        &self,
        spec: &Spec,
        truth: &[(String, String)],
        items: Vec<RehearsalItem<Self>>,
    ) -> Result<Box<dyn Rehearsal>, Refusal> {
        Ok(Box::new(rehearse::Crowd::new(spec, truth, &items)?))
    }
}
