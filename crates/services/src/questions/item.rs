//! What a row, an answer and an outcome are.

use std::fmt;

use kazi_formats::table::{Cell, Cells};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::Spec;
use crate::{Problem, Score};

/// A row of the client's table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Which of the cells people are shown, from 0.
    pub show: usize,
    /// The whole row, in order.
    pub cells: Cells,
    /// Whether it is a row of the course: then its cell holds the key of a message, and the question is the
    /// course's own, with yes and no.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub practice: bool,
}

impl Item {
    /// What people are shown.
    pub fn shown(&self) -> &str {
        self.cells.at(self.show).map_or("", |(_, cell)| Cell::as_str(cell))
    }

    /// How many choices there are.
    pub(super) fn choices(&self, spec: &Spec) -> usize {
        if self.practice { 2 } else { spec.choices.len() }
    }
}

/// What a person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Answer {
    /// The choice, counted from 0 in the order of the spec.
    #[serde(deserialize_with = "number")]
    pub choice: usize,
}

/// What a row's answers settle to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The choice, counted from 0 in the order of the spec.
    pub choice: usize,
}

pub(super) fn choose_one() -> Problem {
    Problem {
        field: "choice".to_owned(),
        key: "questions-choose-one".to_owned(),
        message: "Choose one of the answers.".to_owned(),
    }
}

/// One label: right or wrong.
pub(super) fn score(truth: usize, choice: usize) -> Score {
    let errors = u32::from(truth != choice);
    Score { value: f64::from(1 - errors), units: 1, errors }
}

/// A number, or its digits: the value of a button is text to a form.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    struct Number;
    impl Visitor<'_> for Number {
        type Value = usize;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the number of a choice, from 0")
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<usize, E> {
            usize::try_from(number).map_err(E::custom)
        }

        fn visit_str<E: Error>(self, digits: &str) -> Result<usize, E> {
            digits.parse().map_err(E::custom)
        }
    }
    deserializer.deserialize_any(Number)
}
