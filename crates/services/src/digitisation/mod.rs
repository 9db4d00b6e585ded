//! Digitisation of books and documents: scanned pages in, a checked EPUB with its plain text, ALTO,
//! PAGE-XML and a report on its quality out.
//!
//! The tree is book › page › line, with figures beside the lines. Lines are typed blind, compared
//! character by character, settled or resolved; pages are proofread by someone who typed no line of
//! them; figures are described.

mod agree;
mod answer;
mod assemble;
mod build;
mod check;
mod course;
mod form;
mod item;
mod number;
mod rehearsal;
mod screen;
pub mod segment;
mod spec;
mod split;
mod stages;
mod text;

use serde_json::Value;

use crate::{
    About, Assembler, Course, Problem, Reading, Refusal, Rehearsal, RehearsalItem, Score, Screen, Service,
    Settings, Sink, Source, Stage, Tools, Verdict, View,
};

pub use answer::{Alt, Answer, Block, BlockKind, Doubt, LineAnswer, LineOutcome, Mark, Outcome, PageText};
pub use item::{FigureItem, Item, Key, LineItem, PageItem, Part, Strip};
pub use spec::{RunningHeads, Spec};
pub use split::TESSERACT;
pub use stages::{DESCRIBE, PROOFREAD, RESOLVE, TYPE};

/// The service.
#[derive(Debug, Clone, Copy, Default)]
pub struct Digitisation;

impl Service for Digitisation {
    const KEY: &'static str = "digitisation";
    type Spec = Spec;
    type Item = Item;
    type Answer = Answer;
    type Outcome = Outcome;

    fn about(&self) -> About {
        About {
            name: "Digitisation of books and documents",
            accepts: &[".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".webp", ".jp2", ".zip"],
            media: true,
        }
    }

    fn spec_schema(&self) -> Value {
        spec::schema()
    }

    fn check_spec(&self, spec: &Spec) -> Result<(), Vec<Problem>> {
        spec::check(spec)
    }

    fn stages(&self, spec: &Spec) -> Vec<Stage> {
        stages::stages(spec)
    }

    fn split(
        &self,
        spec: &Spec,
        source: Source<'_>,
        tools: &mut dyn Tools,
        sink: &mut dyn Sink<Self>,
    ) -> Result<(), Refusal> {
        split::split(spec, source, tools, sink)
    }

    fn screen(&self, view: &View<'_, Self>) -> Screen {
        screen::screen(view)
    }

    fn read_form(
        &self,
        stage: &str,
        item: &Item,
        fields: &[(String, String)],
    ) -> Result<Answer, Vec<Problem>> {
        form::read(stage, item, fields)
    }

    fn check(&self, _spec: &Spec, stage: &str, item: &Item, answer: &Answer) -> Result<(), Vec<Problem>> {
        check::check(stage, item, answer)
    }

    fn check_outcome(&self, _spec: &Spec, item: &Item, outcome: &Outcome) -> Result<(), Vec<Problem>> {
        match (item, outcome) {
            (Item::Line(_), Outcome::Line(_))
            | (Item::Page(_), Outcome::Page(_))
            | (Item::Figure(_), Outcome::Alt(_)) => Ok(()),
            _ => Err(vec![check::wrong_form()]),
        }
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
        check::score(truth, answer)
    }

    /// Pages where they are proofread, else lines: those are the text itself.
    /// Units are letters: one wrong in a hundred is what a careful typist is believed to write.
    fn target(&self, _spec: &Spec) -> f64 {
        0.99
    }

    fn inspected(&self, spec: &Spec) -> &'static str {
        if spec.proofread { item::PAGE } else { item::LINE }
    }

    fn finished(&self, view: &View<'_, Self>, outcome: &Outcome) -> String {
        screen::finished(view, outcome)
    }

    fn assembler(&self, spec: &Spec, settings: &Settings) -> Box<dyn Assembler<Self>> {
        Box::new(assemble::Binder::new(spec, settings))
    }

    fn course(&self, stage: &str) -> Option<Course<Self>> {
        course::course(stage)
    }

    fn rehearsal(
        &self,
        _spec: &Spec,
        truth: &[(String, String)],
        items: Vec<RehearsalItem<Self>>,
    ) -> Result<Box<dyn Rehearsal>, Refusal> {
        Ok(Box::new(rehearsal::prepare(truth, items)?))
    }
}
