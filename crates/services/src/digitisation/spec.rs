//! What the client of a digitisation chooses.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Problem;

/// The client's choices. Every field has a default, so `{}` is a spec.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Spec {
    /// The languages of the text as BCP 47 tags (`en`, `sw`), the main one first.
    pub languages: Vec<String>,
    /// The book's title; empty takes the project's.
    pub title: String,
    /// Those who wrote it.
    pub authors: Vec<String>,
    /// Who published the printed book.
    pub publisher: String,
    /// When the printed book appeared, `1920` or `1920-05-01`.
    pub published: String,
    /// The identifier of the electronic book: an ISBN, DOI or URI; empty makes one.
    pub identifier: String,
    /// The printed book that the page numbers come from: its ISBN (`urn:isbn:…`) or a sentence.
    pub print_source: String,
    /// The rights, as a sentence.
    pub rights: String,
    /// How many readings a line gets at first, 1 to 3; the machine's counts as one if it may.
    pub typists: u32,
    /// Whether the machine's reading counts as one more typist. Nobody is shown it.
    pub machine_as_typist: bool,
    /// A letter on which the readings differ is settled when it is at least this likely to be right, 0.5 to
    /// 0.999; otherwise a reviewer decides.
    pub settle_at: f64,
    /// Whether each page is proofread by someone who typed none of it.
    pub proofread: bool,
    /// Whether figures are described.
    pub describe: bool,
    /// The letters that typists get as buttons.
    pub special_characters: String,
    /// What typists must know beyond the house rules.
    pub typing_rules: String,
    /// What happens to titles repeated at the head of each page.
    pub running_heads: RunningHeads,
}

/// What happens to running heads in the book; the text of the single pages always has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunningHeads {
    /// They are left out.
    #[default]
    Drop,
    /// They stay, as asides.
    Keep,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            languages: vec!["en".to_owned()],
            title: String::new(),
            authors: Vec::new(),
            publisher: String::new(),
            published: String::new(),
            identifier: String::new(),
            print_source: String::new(),
            rights: String::new(),
            typists: 2,
            machine_as_typist: true,
            settle_at: 0.9,
            proofread: true,
            describe: true,
            special_characters: "“”‘’—–…éèæœ½§†".to_owned(),
            typing_rules: String::new(),
            running_heads: RunningHeads::Drop,
        }
    }
}

impl Spec {
    /// The main language of the text.
    pub fn language(&self) -> &str {
        self.languages.first().map_or("en", String::as_str)
    }

    /// How many people type a line at first.
    pub fn people(&self) -> u32 {
        let machine = u32::from(self.machine_as_typist);
        self.typists.clamp(1, 3).saturating_sub(machine).max(1)
    }

    /// How many people may type a line in all.
    pub fn people_at_most(&self) -> u32 {
        self.people().saturating_add(1).max(3)
    }
}

/// The form of the spec, for forms and the API.
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Digitisation of books and documents",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "languages": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": LANGUAGE_PATTERN},
                "title": "Languages of the text", "description": "Tags such as en or sw, the main one first."},
            "title": text("Title", "Empty takes the project's name."),
            "authors": {"type": "array", "items": {"type": "string"}, "title": "Authors"},
            "publisher": text("Publisher of the printed book", ""),
            "published": {"type": "string", "title": "Published", "pattern": "^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$"},
            "identifier": text("Identifier", "ISBN, DOI or URI of the electronic book; empty makes one."),
            "print_source": text("Printed source", "The printed book that page numbers come from: its ISBN or a sentence."),
            "rights": text("Rights", ""),
            "typists": {"type": "integer", "minimum": 1, "maximum": 3, "title": "Readings of each line at first"},
            "machine_as_typist": {"type": "boolean", "title": "Let the machine count as one typist",
                "description": "Nobody is shown what it reads."},
            "settle_at": {"type": "number", "minimum": 0.5, "maximum": 0.999, "title": "Settle a letter from this probability on",
                "description": "Below it a reviewer decides."},
            "proofread": {"type": "boolean", "title": "Proofread each page"},
            "describe": {"type": "boolean", "title": "Describe figures"},
            "special_characters": text("Letters offered as buttons", ""),
            "typing_rules": {"type": "string", "format": "textarea", "title": "Rules for typing"},
            "running_heads": {"enum": ["drop", "keep"], "title": "Titles repeated on each page"}
        }
    })
}

fn text(title: &str, description: &str) -> Value {
    json!({"type": "string", "title": title, "description": description})
}

const LANGUAGE_PATTERN: &str = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$";

/// Rules of the spec that its types do not hold by themselves.
///
/// # Errors
/// The problems, field by field.
pub fn check(spec: &Spec) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let mut require = |holds: bool, field: &str, key: &str, message: &str| {
        if !holds {
            problems.push(problem(field, key, message));
        }
    };
    require(
        !spec.languages.is_empty() && spec.languages.iter().all(|tag| is_language(tag)),
        "languages",
        "language",
        "This is not the tag of a language. Give tags such as en or sw, parted by commas.",
    );
    require(
        (1..=3).contains(&spec.typists),
        "typists",
        "typists",
        "A line gets 1, 2 or 3 readings at first. Choose one of them.",
    );
    require(
        (0.5..=0.999).contains(&spec.settle_at),
        "settle_at",
        "settle-at",
        "This probability must lie between 0.5 and 0.999.",
    );
    require(
        spec.published.is_empty() || is_date(&spec.published),
        "published",
        "published",
        "Write the date as 1920, 1920-05 or 1920-05-01.",
    );
    require(
        spec.special_characters.chars().count() <= 60,
        "special_characters",
        "too-many-characters",
        "Offer at most 60 letters; typists must find them at a glance.",
    );
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// A problem with one field.
pub fn problem(field: &str, key: &str, message: &str) -> Problem {
    Problem { field: field.to_owned(), key: key.to_owned(), message: message.to_owned() }
}

/// Whether this has the form of a BCP 47 tag.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let main = parts.next().unwrap_or_default();
    (2..=3).contains(&main.len())
        && main.chars().all(|letter| letter.is_ascii_alphabetic())
        && parts.all(|part| {
            (2..=8).contains(&part.len()) && part.chars().all(|letter| letter.is_ascii_alphanumeric())
        })
}

/// Whether this is a year, a month or a day as W3C-DTF writes them.
fn is_date(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    let digits = text.chars().all(|letter| letter.is_ascii_digit() || letter == '-');
    digits && matches!(lengths.as_slice(), [4] | [4, 2] | [4, 2, 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_chosen_is_a_good_spec() {
        let spec: Spec = serde_json::from_str("{}").unwrap();
        assert_eq!(spec, Spec::default());
        assert_eq!(check(&spec), Ok(()));
        assert_eq!((spec.people(), spec.people_at_most()), (1, 3));
    }

    #[test]
    fn every_wrong_choice_is_named() {
        let spec = Spec {
            languages: vec!["english please".into()],
            typists: 4,
            settle_at: f64::NAN,
            published: "last year".into(),
            special_characters: "x".repeat(61),
            ..Spec::default()
        };
        let fields: Vec<String> =
            check(&spec).unwrap_err().into_iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["languages", "typists", "settle_at", "published", "special_characters"]);
    }

    #[test]
    fn the_schema_knows_every_field() {
        let schema = schema();
        let written = serde_json::to_value(Spec::default()).unwrap();
        let mut fields: Vec<&String> = written.as_object().unwrap().keys().collect();
        let mut known: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
        fields.sort();
        known.sort();
        assert_eq!(fields, known);
    }

    #[test]
    fn the_machine_takes_one_place() {
        let people =
            |typists, machine_as_typist| Spec { typists, machine_as_typist, ..Spec::default() }.people();
        assert_eq!([people(1, true), people(2, true), people(3, true)], [1, 1, 2]);
        assert_eq!([people(1, false), people(2, false), people(3, false)], [1, 2, 3]);
    }
}
