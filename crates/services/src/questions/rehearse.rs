//! Simulated workers who know the truth and err at a given rate.

use std::collections::HashMap;
use std::io::Cursor;

use kazi_formats::table::{Cell, Cells, Limits, Table};
use serde_json::{Value, json};

use super::assemble::{ADDED, LINES};
use super::item::score;
use super::split::row_key;
use super::{Answer, Questions, Spec};
use crate::{Refusal, Rehearsal, RehearsalItem, Score};

/// The workers: what each row's right choice is.
#[derive(Debug)]
pub(super) struct Crowd {
    labels: Vec<String>,
    truth: HashMap<String, usize>,
}

fn refuse(key: &str, message: String) -> Refusal {
    Refusal { key: key.to_owned(), message }
}

fn folded(label: &str) -> String {
    label.trim().to_lowercase()
}

impl Crowd {
    /// The truth is a table with the columns `id` and `answer`; without `id`, its rows are those of the input in
    /// order. An answer is written as in the spec's choices.
    pub fn new(
        spec: &Spec,
        truth: &[(String, String)],
        items: &[RehearsalItem<Questions>],
    ) -> Result<Self, Refusal> {
        if truth.is_empty() {
            return Err(refuse(
                "rehearsal-needs-truth",
                "No machine reads these rows, so the workers of a rehearsal need the truth: give a table with the \
                 columns id and answer (--truth truth.csv)."
                    .to_owned(),
            ));
        }
        let labels: Vec<String> = spec.choices.iter().map(|choice| folded(choice)).collect();
        let mut known = HashMap::new();
        for (name, text) in truth {
            read_truth(spec, &labels, name, text, &mut known)?;
        }
        let missing: Vec<&str> =
            items.iter().map(|item| item.key.as_str()).filter(|key| !known.contains_key(*key)).collect();
        if let Some(first) = missing.first() {
            return Err(refuse(
                "rehearsal-truth-missing",
                format!(
                    "The truth has no answer for {} of {} rows, such as “{first}”. Its ids must be those of the rows.",
                    missing.len(),
                    items.len()
                ),
            ));
        }
        Ok(Self { labels, truth: known })
    }
}

fn read_truth(
    spec: &Spec,
    labels: &[String],
    name: &str,
    text: &str,
    known: &mut HashMap<String, usize>,
) -> Result<(), Refusal> {
    let unreadable =
        |why: &dyn std::fmt::Display| refuse("rehearsal-truth-unreadable", format!("{name}: {why}"));
    let table = Table::open(Cursor::new(text), Limits::default()).map_err(|error| unreadable(&error))?;
    for row in table {
        let row = row.map_err(|problem| unreadable(&problem))?;
        let answer = cell(&row.cells, "answer").ok_or_else(|| {
            unreadable(&format!("row {} has no “answer”. Give the columns id and answer.", row.number))
        })?;
        let Some(choice) = labels.iter().position(|label| *label == folded(answer)) else {
            let choices = spec.choices.join(", ");
            return Err(unreadable(&format!(
                "row {} has the answer “{answer}”, but the choices are {choices}.",
                row.number
            )));
        };
        let key = cell(&row.cells, "id").map_or_else(|| row_key(row.number), str::to_owned);
        if known.insert(key.clone(), choice).is_some_and(|before| before != choice) {
            return Err(unreadable(&format!("“{key}” has two different answers.")));
        }
    }
    Ok(())
}

fn cell<'a>(cells: &'a Cells, column: &str) -> Option<&'a str> {
    cells.iter().find(|(name, _)| name.eq_ignore_ascii_case(column)).map(|(_, cell)| Cell::as_str(cell))
}

impl Rehearsal for Crowd {
    fn answer(
        &self,
        _stage: &str,
        key: &str,
        _screen: &Value,
        error_rate: f64,
        random: &mut dyn FnMut() -> u64,
    ) -> Value {
        let truth = self.truth.get(key).copied().unwrap_or_default();
        let others = self.labels.len().saturating_sub(1);
        let choice = if others > 0 && share(random()) < error_rate {
            let wrong = below(random(), others);
            wrong + usize::from(wrong >= truth)
        } else {
            truth
        };
        json!({ "choice": choice })
    }

    fn measure_answer(&self, _stage: &str, key: &str, answer: &Value) -> Option<Score> {
        let truth = self.truth.get(key)?;
        let answer: Answer = serde_json::from_value(answer.clone()).ok()?;
        Some(score(*truth, answer.choice))
    }

    /// The share of rows whose answer in `answers.jsonl` is missing or wrong.
    fn measure_delivery(&self, file: &dyn Fn(&str) -> Option<Vec<u8>>) -> Option<f64> {
        let table = Table::open(Cursor::new(file(LINES)?), Limits::default()).ok()?;
        let (mut rows, mut wrong) = (0_u32, 0_u32);
        for row in table {
            let cells = row.ok()?.cells;
            // Ours are the last fields, under whatever names were free.
            let ours = cells.len().checked_sub(ADDED.len())?;
            let answer = folded(cells.at(ours)?.1.as_str());
            let key = cells.at(cells.len() - 1)?.1.as_str();
            let truth = self.truth.get(key).and_then(|truth| self.labels.get(*truth))?;
            rows += 1;
            wrong += u32::from(*truth != answer);
        }
        (rows > 0).then(|| f64::from(wrong) / f64::from(rows))
    }
}

/// A number from 0 to 1 out of 64 random bits.
fn share(random: u64) -> f64 {
    f64::from(u32::try_from(random >> 32).unwrap_or_default()) / (f64::from(u32::MAX) + 1.0)
}

/// A number below `count` out of 64 random bits.
fn below(random: u64, count: usize) -> usize {
    let count = u64::try_from(count.max(1)).unwrap_or(1);
    usize::try_from(random % count).unwrap_or_default()
}
