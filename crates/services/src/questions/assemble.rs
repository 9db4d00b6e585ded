//! The client's files: each row as it came, with its answer.
//!
//! `answers.csv` and `answers.jsonl` hold every row with seven fields behind the client's own; `report.csv` counts.
//! Rows whose columns differ from those of `answers.csv` go to `answers-2.csv` and so on, so that each file
//! is one proper table. Memory stays constant.

use kazi_formats::table::write::{Formulas, csv_row, json_line};
use kazi_formats::table::{Cell, Cells};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Questions, Spec};
use crate::{Assembler, Desk, Done, Fault};

/// The fields that are added. A row that has a column of such a name gets `kazi_` before ours.
pub(super) const ADDED: [&str; 7] = ["answer", "confidence", "people", "said", "state", "source", "key"];
/// The file that a rehearsal measures.
pub(super) const LINES: &str = "answers.jsonl";
/// So many tables of different columns are made; rows of yet others are in the JSONL file only.
const MOST_TABLES: usize = 50;
/// Files are written in pieces of about this many bytes.
const PIECE: usize = 64 << 10;

/// Puts the files together.
#[derive(Debug)]
pub(super) struct Delivery {
    choices: Vec<String>,
    formulas: Formulas,
    tables: Vec<(Vec<String>, File)>,
    lines: File,
    counts: Vec<Count>,
    undecided: u64,
    left_out: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    rows: u64,
    answers: u64,
    confidence: f64,
}

#[derive(Debug)]
struct File {
    name: String,
    waiting: Vec<u8>,
}

impl File {
    fn new(name: String) -> Self {
        Self { name, waiting: Vec::new() }
    }

    fn write(&mut self, desk: &mut dyn Desk, at_least: usize) -> Result<(), Fault> {
        if self.waiting.len() >= at_least && !self.waiting.is_empty() {
            desk.write(&self.name, &self.waiting)?;
            self.waiting.clear();
        }
        Ok(())
    }
}

impl Delivery {
    pub fn new(spec: &Spec) -> Self {
        Self {
            choices: spec.choices.clone(),
            formulas: if spec.disarm_formulas { Formulas::Disarm } else { Formulas::Keep },
            tables: Vec::new(),
            lines: File::new(LINES.to_owned()),
            counts: vec![Count::default(); spec.choices.len()],
            undecided: 0,
            left_out: 0,
        }
    }

    fn label(&self, choice: usize) -> &str {
        self.choices.get(choice).map_or("", String::as_str)
    }

    fn count(&mut self, done: &Done<Questions>) {
        for (_, answer) in &done.answers {
            if let Some(count) = self.counts.get_mut(answer.choice) {
                count.answers += 1;
            }
        }
        match done.outcome.and_then(|outcome| self.counts.get_mut(outcome.choice)) {
            Some(count) => {
                count.rows += 1;
                count.confidence += done.confidence;
            }
            None => self.undecided += 1,
        }
    }

    /// What people said, such as `Yes|Yes|No`.
    fn said(&self, done: &Done<Questions>) -> String {
        done.answers.iter().map(|(_, answer)| self.label(answer.choice)).collect::<Vec<_>>().join("|")
    }

    fn table_row(&mut self, cells: &Cells, added: &[String; 7], desk: &mut dyn Desk) -> Result<(), Fault> {
        let alike = |names: &Vec<String>| {
            names.len() == cells.len() && names.iter().zip(cells.names()).all(|(one, two)| **one == **two)
        };
        let place = match self.tables.iter().position(|(names, _)| alike(names)) {
            Some(place) => place,
            None if self.tables.len() < MOST_TABLES => {
                let place = self.tables.len();
                let name =
                    if place == 0 { "answers.csv".to_owned() } else { format!("answers-{}.csv", place + 1) };
                let names: Vec<String> = cells.names().map(ToString::to_string).collect();
                let mut file = File::new(name);
                let header = names.iter().cloned().chain(added_names(cells)).collect::<Vec<_>>();
                csv_row(&mut file.waiting, header.iter().map(String::as_str), self.formulas);
                self.tables.push((names, file));
                place
            }
            None => {
                self.left_out += 1;
                return Ok(());
            }
        };
        let Some((_, file)) = self.tables.get_mut(place) else { return Ok(()) };
        let own = cells.iter().map(|(_, cell)| Cell::as_str(cell));
        csv_row(&mut file.waiting, own.chain(added.iter().map(String::as_str)), self.formulas);
        file.write(desk, PIECE)
    }

    fn report(&self) -> Vec<u8> {
        let all = self.undecided + self.counts.iter().map(|count| count.rows).sum::<u64>();
        let share = |part: f64, whole: u64| {
            if whole == 0 { String::new() } else { format!("{:.4}", part / real(whole)) }
        };
        let mut out = Vec::new();
        csv_row(&mut out, ["choice", "rows", "share", "mean_confidence", "single_answers"], self.formulas);
        let mut line = |label: &str, rows: u64, confidence: &str, answers: &str| {
            let fields = [label, &rows.to_string(), &share(real(rows), all), confidence, answers];
            csv_row(&mut out, fields, self.formulas);
        };
        for (label, count) in self.choices.iter().zip(&self.counts) {
            line(label, count.rows, &share(count.confidence, count.rows), &count.answers.to_string());
        }
        line("(undecided)", self.undecided, "", "");
        if self.left_out > 0 {
            line("(only in answers.jsonl: too many different columns)", self.left_out, "", "");
        }
        out
    }
}

impl Assembler<Questions> for Delivery {
    fn item(&mut self, done: Done<Questions>, desk: &mut dyn Desk) -> Result<(), Fault> {
        self.count(&done);
        let settled = done.outcome.is_some();
        let added = [
            done.outcome.map(|outcome| self.label(outcome.choice).to_owned()).unwrap_or_default(),
            if settled { format!("{:.4}", done.confidence) } else { String::new() },
            done.people.to_string(),
            self.said(&done),
            (if settled { "settled" } else { "undecided" }).to_owned(),
            done.source,
            done.key,
        ];
        let cells = &done.body.cells;
        let line = Line {
            cells,
            added: &added,
            confidence: settled.then_some(done.confidence),
            people: done.people,
        };
        json_line(&mut self.lines.waiting, &line)
            .map_err(|error| Fault(format!("the row “{}” cannot be written: {error}", added_key(&added))))?;
        self.lines.write(desk, PIECE)?;
        self.table_row(cells, &added, desk)
    }

    fn finish(&mut self, desk: &mut dyn Desk) -> Result<(), Fault> {
        for (_, file) in &mut self.tables {
            file.write(desk, 0)?;
        }
        self.lines.write(desk, 0)?;
        desk.write("report.csv", &self.report())
    }
}

fn added_key(added: &[String; 7]) -> &str {
    let [.., key] = added;
    key
}

/// The names of the added fields, none of which the row has.
fn added_names(cells: &Cells) -> [String; 7] {
    ADDED.map(|name| {
        let mut name = name.to_owned();
        while cells.get(&name).is_some() {
            name.insert_str(0, "kazi_");
        }
        name
    })
}

/// A row and its added fields as one JSON object.
struct Line<'a> {
    cells: &'a Cells,
    added: &'a [String; 7],
    confidence: Option<f64>,
    people: u32,
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.cells.len() + ADDED.len()))?;
        for (name, cell) in self.cells.iter() {
            map.serialize_entry(name, cell)?;
        }
        let [answer, _, _, said, state, source, key] = self.added;
        let [n_answer, n_confidence, n_people, n_said, n_state, n_source, n_key] = added_names(self.cells);
        map.serialize_entry(&n_answer, &self.confidence.map(|_| answer))?;
        map.serialize_entry(
            &n_confidence,
            &self.confidence.map(|share| (share * 10_000.0).round() / 10_000.0),
        )?;
        map.serialize_entry(&n_people, &self.people)?;
        map.serialize_entry(&n_said, said)?;
        map.serialize_entry(&n_state, state)?;
        map.serialize_entry(&n_source, source)?;
        map.serialize_entry(&n_key, key)?;
        map.end()
    }
}

/// Exact up to 2^53.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a share needs no more than 53 bits")]
fn real(count: u64) -> f64 {
    count as f64
}
