//! What a person sees of a row.

use askama::Template;
use kazi_formats::table::Cell;
use kazi_texts::Texts;
use serde_json::json;

use super::{Answer, Content, DECIDE, Outcome, Questions};
use crate::{Reading, Screen, View};

/// What is shown of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown<'a> {
    /// Words.
    Text(&'a str),
    /// The address of a page, `http` or `https`.
    Link(&'a str),
    /// The address of a picture: `https`, or a path on this server.
    Picture(&'a str),
}

/// How a value is shown. What is no address that may be opened is shown as words, so that people see what is
/// wrong with it.
pub(super) fn shown(content: Content, value: &str) -> Shown<'_> {
    let address = value.trim();
    let lower = address.to_ascii_lowercase();
    let plain = !address.is_empty()
        && !address.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    let is_link = plain && (lower.starts_with("https://") || lower.starts_with("http://"));
    let before_query = lower.split(['?', '#']).next().unwrap_or_default();
    let named_picture = [".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".svg"]
        .iter()
        .any(|ending| before_query.ends_with(ending));
    // A path must not name another server (`//host`, `\\host`) or scheme (`javascript:`).
    let path = plain && !address.starts_with("//") && !address.contains([':', '\\']);
    let is_picture = lower.starts_with("https://") && plain || path;
    match content {
        Content::Picture if is_picture => Shown::Picture(address),
        Content::Auto if is_picture && named_picture => Shown::Picture(address),
        Content::Auto | Content::Link if is_link => Shown::Link(address),
        _ => Shown::Text(value),
    }
}

#[derive(Template)]
#[template(path = "questions/question.html")]
struct Page<'a> {
    t: &'a Texts,
    question: &'a str,
    instructions: &'a str,
    shown: Shown<'a>,
    choices: Vec<Choice>,
}

struct Choice {
    label: String,
    index: usize,
    key: usize,
    /// Whether the worker had chosen it.
    given: bool,
    /// How many people chose it, where that may be seen.
    people: Option<usize>,
}

impl Page<'_> {
    fn lines(&self) -> Vec<&str> {
        match self.shown {
            Shown::Text(text) => text.lines().filter(|line| !line.trim().is_empty()).collect(),
            _ => Vec::new(),
        }
    }
}

pub(super) fn screen(view: &View<'_, Questions>) -> Screen {
    let View { spec, stage, item, readings, given, texts, .. } = *view;
    let own = |key: &str| texts.by_key(key).unwrap_or_default();
    let (question, labels, text);
    if item.practice {
        question = texts.questions_practice_question();
        labels = vec![texts.yes(), texts.no()];
        text = own(item.shown());
    } else {
        question = spec.question.clone();
        labels = spec.choices.clone();
        text = item.shown().to_owned();
    }
    let content = if item.practice { Content::Text } else { spec.content };
    let shown = shown(content, &text);
    let blind = stage != DECIDE;
    let page = Page {
        t: texts,
        question: &question,
        instructions: if item.practice { "" } else { spec.instructions.trim() },
        shown,
        choices: choices(&labels, given, (!blind).then_some(readings)),
    };
    let (kind, media) = match shown {
        Shown::Text(_) => ("text", Vec::new()),
        Shown::Link(_) => ("link", Vec::new()),
        Shown::Picture(address) => ("picture", vec![address.to_owned()]),
    };
    Screen {
        element: "kazi-question".to_owned(),
        data: json!({
            "question": question,
            "choices": labels,
            "content": kind,
            "shown": text,
            "given": given.map(|answer| answer.choice),
        }),
        // Rendering into a string fails only where a value's own formatting fails, and strings do not.
        html: page.render().unwrap_or_default(),
        media,
    }
}

#[derive(Template)]
#[template(path = "questions/finished.html")]
struct Finished<'a> {
    t: &'a Texts,
    question: &'a str,
    shown: Shown<'a>,
    cells: Vec<(&'a str, &'a str)>,
    chosen: &'a str,
}

/// A finished row as a client looks at it: the row and what was chosen.
pub(super) fn finished(view: &View<'_, Questions>, outcome: Outcome) -> String {
    let shown = shown(view.spec.content, view.item.shown());
    let others = view.item.cells.iter().enumerate().filter(|(place, _)| *place != view.item.show);
    let cells = others.map(|(_, (name, cell))| (name, Cell::as_str(cell))).collect();
    let chosen = view.spec.choices.get(outcome.choice).map_or("", String::as_str);
    let page = Finished { t: view.texts, question: &view.spec.question, shown, cells, chosen };
    page.render().unwrap_or_default()
}

fn choices(labels: &[String], given: Option<&Answer>, readings: Option<&[Reading<Answer>]>) -> Vec<Choice> {
    let chosen = |readings: &[Reading<Answer>], index: usize| {
        readings.iter().filter(|reading| reading.answer.choice == index).count()
    };
    labels
        .iter()
        .enumerate()
        .map(|(index, label)| Choice {
            label: label.clone(),
            index,
            key: index + 1,
            given: given.is_some_and(|answer| answer.choice == index),
            people: readings.map(|readings| chosen(readings, index)),
        })
        .collect()
}
