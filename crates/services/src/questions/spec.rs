//! What the client of a question chooses.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Problem;

/// The client's choices. Every field has a default, so `{}` is a spec.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Spec {
    /// The question that is asked about each row.
    pub question: String,
    /// The answers to choose from, two to nine.
    pub choices: Vec<String>,
    /// The column that people are shown; none takes the first that holds words, a link or a picture.
    pub show: Option<String>,
    /// What that column holds.
    pub content: Content,
    /// What people must know to answer; shown below the question.
    pub instructions: String,
    /// How many people are asked at first, 1 to 9.
    pub answers: u32,
    /// How many may be asked in all before a reviewer decides, at most 15.
    pub at_most: u32,
    /// A row is settled when its answer is at least this likely to be right, 0.5 to 0.999.
    pub target: f64,
    /// The column whose values name the rows; none takes a column called `id`. Where two rows have the same
    /// value, all rows are named by their number instead.
    pub id_column: Option<String>,
    /// Whether cells that a spreadsheet program would run as a formula get an apostrophe in the CSV files. The
    /// JSONL file always holds what the client gave.
    pub disarm_formulas: bool,
}

/// What the shown column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Told by each value.
    #[default]
    Auto,
    /// Words.
    Text,
    /// The address of a page.
    Link,
    /// The address of a picture.
    Picture,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            question: "Is this right?".to_owned(),
            choices: vec!["Yes".to_owned(), "No".to_owned()],
            show: None,
            content: Content::Auto,
            instructions: String::new(),
            answers: 3,
            at_most: 5,
            target: 0.95,
            id_column: None,
            disarm_formulas: true,
        }
    }
}

/// The form of the spec, for forms and the API.
pub(super) fn schema() -> Value {
    let default = Spec::default();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Questions about the rows of a table",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "question": {"type": "string", "minLength": 1, "maxLength": 300, "title": "Question",
                "description": "Asked about each row.", "default": default.question},
            "choices": {"type": "array", "minItems": 2, "maxItems": 9, "uniqueItems": true, "title": "Answers to choose from",
                "items": {"type": "string", "minLength": 1, "maxLength": 80}, "default": default.choices},
            "show": {"type": ["string", "null"], "title": "Column to show",
                "description": "Empty takes the first column that holds words, a link or a picture."},
            "content": {"type": "string", "enum": ["auto", "text", "link", "picture"], "title": "What that column holds",
                "default": "auto"},
            "instructions": {"type": "string", "maxLength": 1000, "title": "Instructions",
                "description": "Shown below the question. Short and plain.", "default": ""},
            "answers": {"type": "integer", "minimum": 1, "maximum": 9, "title": "People asked about each row",
                "default": default.answers},
            "at_most": {"type": "integer", "minimum": 1, "maximum": 15, "title": "People asked at most",
                "description": "Then a reviewer decides.", "default": default.at_most},
            "target": {"type": "number", "minimum": 0.5, "maximum": 0.999, "title": "Settle from this probability on",
                "default": default.target},
            "id_column": {"type": ["string", "null"], "title": "Column that names the rows",
                "description": "Empty takes a column called id."},
            "disarm_formulas": {"type": "boolean", "title": "Make the CSV files safe for spreadsheet programs",
                "default": default.disarm_formulas},
        },
    })
}

/// The rules that the types do not hold.
pub(super) fn check(spec: &Spec) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let mut wrong = |bad: bool, field: &str, message: &str| {
        if bad {
            let key = format!("questions-{}-wrong", field.replace('_', "-"));
            problems.push(Problem { field: field.to_owned(), key, message: message.to_owned() });
        }
    };
    let length = |text: &str| text.chars().count();
    let question = spec.question.trim();
    wrong(
        question.is_empty() || length(question) > 300,
        "question",
        "Write a question of at most 300 letters.",
    );
    wrong(!(2..=9).contains(&spec.choices.len()), "choices", "Give two to nine answers to choose from.");
    wrong(
        spec.choices.iter().any(|choice| choice.trim().is_empty() || length(choice) > 80),
        "choices",
        "Each answer needs one to 80 letters.",
    );
    let mut labels: Vec<String> = spec.choices.iter().map(|choice| choice.trim().to_lowercase()).collect();
    labels.sort();
    labels.dedup();
    wrong(labels.len() < spec.choices.len(), "choices", "Two answers are the same. Change or leave out one.");
    wrong(length(&spec.instructions) > 1000, "instructions", "Keep the instructions below 1,000 letters.");
    wrong(!(1..=9).contains(&spec.answers), "answers", "Ask one to nine people at first.");
    wrong(
        spec.at_most < spec.answers || spec.at_most > 15,
        "at_most",
        "Ask at most 15 people, and not fewer than at first.",
    );
    wrong(!(0.5..=0.999).contains(&spec.target), "target", "Choose a probability from 0.5 to 0.999.");
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}
