//! Simulated workers, and the measure of what they make.
//!
//! Truth texts hold joined paragraphs, not printed lines. Each page's truth is laid on its lines by way of
//! what the machine reads there, with the hyphens at line ends put back; from then on every line has a truth
//! of its own.

mod worker;

use std::collections::HashMap;

use kazi_quality::text::distance;
use serde_json::{Value, json};

use super::answer::{Answer, BlockKind, LineAnswer, Mark, Outcome, PageText};
use super::assemble::plain;
use super::build::lay_on_lines;
use super::item::Item;
use super::number;
use super::stages::{DESCRIBE, PROOFREAD, RESOLVE, TYPE};
use super::text::spaced;
use super::{Digitisation, check};
use crate::{Refusal, Rehearsal, RehearsalItem, Score};

type Random<'a> = &'a mut dyn FnMut() -> u64;

/// What a reviewer errs where a worker errs once: one letter of ten is looked at twice and kept wrong.
const REVIEWER: f64 = 0.1;
/// How many of the wrong words of a page a proofreader sees.
const SEEN: f64 = 0.8;

/// The workers of a rehearsal.
#[derive(Debug)]
pub struct Workers {
    /// The text of each line by its key.
    lines: HashMap<String, String>,
    /// The truth of each page in order; none when workers answer from the machine's reading.
    pages: Vec<(String, String)>,
    /// The names of the delivered text of each page.
    files: Vec<String>,
}

/// Lays the truth on the lines.
///
/// # Errors
/// When there are not as many truth files as pages.
pub fn prepare(
    truth: &[(String, String)],
    items: Vec<RehearsalItem<Digitisation>>,
) -> Result<Workers, Refusal> {
    let mut pages: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for item in items {
        let RehearsalItem { key, body, machine, .. } = item;
        match body {
            Item::Page(_) => pages.push((key, Vec::new())),
            Item::Line(_) => {
                let draft = match machine {
                    Some(Answer::Line(line)) => line.text,
                    _ => String::new(),
                };
                if let Some((_, lines)) = pages.last_mut() {
                    lines.push((key, draft));
                }
            }
            Item::Figure(_) => {}
        }
    }
    if !truth.is_empty() && truth.len() != pages.len() {
        return Err(Refusal {
            key: "truth-pages".to_owned(),
            message: format!(
                "There are {} truth files for {} pages. Give one file a page, named so that their order is that of the pages.",
                truth.len(),
                pages.len()
            ),
        });
    }
    let mut workers = Workers { lines: HashMap::new(), pages: Vec::new(), files: Vec::new() };
    for (place, (key, lines)) in pages.into_iter().enumerate() {
        workers.files.push(format!("text/p{:04}.txt", place.saturating_add(1)));
        match truth.get(place) {
            Some((_, text)) => {
                let drafts: Vec<&str> = lines.iter().map(|(_, draft)| draft.as_str()).collect();
                let texts = lay_on_lines(&drafts, text);
                workers.lines.extend(lines.iter().map(|(key, _)| key.clone()).zip(texts));
                workers.pages.push((key, text.clone()));
            }
            None => workers.lines.extend(lines),
        }
    }
    Ok(workers)
}

impl Workers {
    fn line(&self, key: &str, error_rate: f64, random: Random<'_>) -> Answer {
        let truth = self.lines.get(key).map(String::as_str).unwrap_or_default();
        if truth.is_empty() {
            return Answer::Line(LineAnswer { text: String::new(), mark: Mark::Blank });
        }
        let typed = worker::type_text(truth, error_rate, random);
        // Nobody sends an empty line; whoever dropped its only letter types it again.
        let text = if typed.trim().is_empty() { truth.to_owned() } else { typed };
        Answer::Line(LineAnswer { text, mark: Mark::None })
    }

    /// Reads the page against its truth and mends most of what differs.
    fn page(&self, key: &str, screen: &Value, random: Random<'_>) -> Answer {
        let shown = screen.get("page").cloned().unwrap_or(Value::Null);
        let mut page: PageText = serde_json::from_value(shown).unwrap_or_default();
        let truth = self.pages.iter().find(|(page, _)| page == key);
        if let Some((_, truth)) = truth {
            let places: Vec<usize> = page
                .blocks
                .iter()
                .enumerate()
                .filter(|(_, block)| block.kind != BlockKind::Figure)
                .map(|(place, _)| place)
                .collect();
            let texts: Vec<String> = places
                .iter()
                .filter_map(|place| page.blocks.get(*place))
                .map(|block| plain(&block.text))
                .collect();
            let drafts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let truths = lay_on_lines(&drafts, truth);
            for ((place, shown), truth) in places.iter().zip(&texts).zip(truths) {
                if let Some(block) = page.blocks.get_mut(*place) {
                    block.text = worker::mend(shown, &truth, SEEN, random);
                }
            }
        }
        Answer::Page(page)
    }
}

impl Rehearsal for Workers {
    fn answer(&self, stage: &str, key: &str, screen: &Value, error_rate: f64, random: Random<'_>) -> Value {
        let answer = match stage {
            TYPE => self.line(key, error_rate, random),
            RESOLVE => self.line(key, error_rate * REVIEWER, random),
            PROOFREAD => self.page(key, screen, random),
            DESCRIBE => {
                return json!({"is": "alt", "short": format!("Figure of the book, at {key}, described in a rehearsal")});
            }
            _ => return Value::Null,
        };
        serde_json::to_value(answer).unwrap_or(Value::Null)
    }

    fn measure_answer(&self, stage: &str, key: &str, answer: &Value) -> Option<Score> {
        if self.pages.is_empty() || !matches!(stage, TYPE | RESOLVE) {
            return None;
        }
        let truth = self.lines.get(key)?;
        let answer: Answer = serde_json::from_value(answer.clone()).ok()?;
        let outcome =
            super::answer::LineOutcome { text: truth.clone(), ..super::answer::LineOutcome::default() };
        Some(check::score(&Outcome::Line(outcome), &answer))
    }

    fn measure_delivery(&self, file: &dyn Fn(&str) -> Option<Vec<u8>>) -> Option<f64> {
        if self.pages.is_empty() {
            return None;
        }
        let (mut errors, mut letters) = (0_usize, 0_usize);
        for (name, (_, truth)) in self.files.iter().zip(&self.pages) {
            let text = file(name).unwrap_or_default();
            let delivered: Vec<char> = spaced(&String::from_utf8_lossy(&text)).chars().collect();
            let truth: Vec<char> = spaced(truth).chars().collect();
            errors = errors.saturating_add(distance(&delivered, &truth));
            letters = letters.saturating_add(truth.len());
        }
        (letters > 0).then(|| number::float(errors) / number::float(letters))
    }
}
