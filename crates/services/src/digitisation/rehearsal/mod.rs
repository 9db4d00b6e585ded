//! Simulated workers, and the measure of what they make.
//!
//! Truth texts hold joined paragraphs, not printed lines. Each page's truth is laid on its lines by way of
//! what the machine reads there, with the hyphens at line ends put back; from then on every line has a truth
//! of its own.

mod worker;

use std::collections::HashMap;

use kazi_quality::text::distance;
use serde_json::{Value, json};

use super::answer::{Answer, BlockKind, LineAnswer, LineOutcome, Mark, Outcome, PageText};
use super::assemble::plain;
use super::build::lay_on_lines;
use super::item::Item;
use super::number;
use super::stages::{DESCRIBE, PROOFREAD, RESOLVE, TYPE};
use super::text::spaced;
use super::{Digitisation, check};
use crate::{BlobRef, Refusal, Rehearsal, RehearsalItem, Score};

type Random<'a> = &'a mut dyn FnMut() -> u64;

/// What a reviewer errs where a worker errs once: one letter of ten is looked at twice and kept wrong.
const REVIEWER: f64 = 0.1;
/// How many of the wrong words of a page a proofreader sees.
const SEEN: f64 = 0.8;

/// The workers of a rehearsal.
#[derive(Debug, Default)]
pub struct Workers {
    /// The text of each line by its key. A book may come as several sources, each with a first page; then
    /// the picture tells lines of one key apart.
    lines: HashMap<String, Vec<(BlobRef, String)>>,
    /// The pages in order.
    pages: Vec<Page>,
}

#[derive(Debug)]
struct Page {
    key: String,
    image: BlobRef,
    /// The name of its delivered text.
    file: String,
    /// Its truth; none when workers answer from the machine's reading.
    truth: Option<String>,
}

/// A page with the keys, pictures and drafts of its lines.
type Drafts = (Page, Vec<(String, BlobRef, String)>);

/// Lays the truth on the lines.
///
/// # Errors
/// When there are not as many truth files as pages.
pub fn prepare(
    truth: &[(String, String)],
    items: Vec<RehearsalItem<Digitisation>>,
) -> Result<Workers, Refusal> {
    let pages = gather(items);
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
    let mut workers = Workers::default();
    for (place, (mut page, lines)) in pages.into_iter().enumerate() {
        let drafts: Vec<&str> = lines.iter().map(|(.., draft)| draft.as_str()).collect();
        page.truth = truth.get(place).map(|(_, text)| text.clone());
        let texts = match &page.truth {
            Some(text) => lay_on_lines(&drafts, text),
            None => drafts.iter().map(|draft| (*draft).to_owned()).collect(),
        };
        for ((key, image, _), text) in lines.into_iter().zip(texts) {
            workers.lines.entry(key).or_default().push((image, text));
        }
        workers.pages.push(page);
    }
    Ok(workers)
}

/// The pages of all sources, numbered on as a delivery numbers them.
fn gather(items: Vec<RehearsalItem<Digitisation>>) -> Vec<Drafts> {
    let mut pages: Vec<Drafts> = Vec::new();
    let (mut before, mut last) = (0_u32, 0_u32);
    for RehearsalItem { key, body, machine, .. } in items {
        match body {
            Item::Page(page) => {
                // A new source begins anew.
                if before.saturating_add(page.number) <= last {
                    before = last;
                }
                last = before.saturating_add(page.number);
                let file = format!("text/p{last:04}.txt");
                pages.push((Page { key, image: page.image, file, truth: None }, Vec::new()));
            }
            Item::Line(line) => {
                let draft = match machine {
                    Some(Answer::Line(line)) => line.text,
                    _ => String::new(),
                };
                if let Some((_, lines)) = pages.last_mut() {
                    lines.push((key, line.image, draft));
                }
            }
            Item::Figure(_) => {}
        }
    }
    pages
}

/// The picture that a screen shows.
fn picture(screen: &Value) -> Option<&str> {
    screen.get("blob").and_then(Value::as_str)
}

impl Workers {
    fn truth(&self, key: &str, screen: &Value) -> &str {
        let lines = self.lines.get(key).map(Vec::as_slice).unwrap_or_default();
        let shown = picture(screen);
        let same = lines.iter().find(|(image, _)| Some(image.0.as_str()) == shown);
        same.or(lines.first()).map_or("", |(_, text)| text)
    }

    fn line(&self, key: &str, screen: &Value, error_rate: f64, random: Random<'_>) -> Answer {
        let truth = self.truth(key, screen);
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
        let shown = picture(screen);
        let mut known = self.pages.iter().filter(|page| page.key == key);
        let same = known.clone().find(|page| Some(page.image.0.as_str()) == shown);
        if let Some(truth) = same.or_else(|| known.next()).and_then(|page| page.truth.as_ref()) {
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
                .map(|block| format!("{} {}", block.note, plain(&block.text)).trim_start().to_owned())
                .collect();
            let drafts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let truths = lay_on_lines(&drafts, truth);
            for ((place, shown), truth) in places.iter().zip(&texts).zip(truths) {
                if let Some(block) = page.blocks.get_mut(*place) {
                    let mended = worker::mend(shown, &truth, SEEN, random);
                    block.text = mended.strip_prefix(&block.note).unwrap_or(&mended).trim_start().to_owned();
                }
            }
        }
        Answer::Page(page)
    }
}

impl Rehearsal for Workers {
    fn answer(&self, stage: &str, key: &str, screen: &Value, error_rate: f64, random: Random<'_>) -> Value {
        let answer = match stage {
            TYPE => self.line(key, screen, error_rate, random),
            RESOLVE => self.line(key, screen, error_rate * REVIEWER, random),
            PROOFREAD => self.page(key, screen, random),
            DESCRIBE => {
                return json!({"is": "alt", "short": format!("Figure of the book, at {key}, described in a rehearsal")});
            }
            _ => return Value::Null,
        };
        serde_json::to_value(answer).unwrap_or(Value::Null)
    }

    fn measure_answer(&self, stage: &str, key: &str, answer: &Value) -> Option<Score> {
        if !matches!(stage, TYPE | RESOLVE) || self.pages.iter().all(|page| page.truth.is_none()) {
            return None;
        }
        let answer: Answer = serde_json::from_value(answer.clone()).ok()?;
        let scores = self.lines.get(key)?.iter().map(|(_, truth)| {
            let outcome = LineOutcome { text: truth.clone(), ..LineOutcome::default() };
            check::score(&Outcome::Line(outcome), &answer)
        });
        // Of lines with one key the answer belongs to the one it is nearest to.
        scores.min_by_key(|score| score.errors)
    }

    fn measure_delivery(&self, file: &dyn Fn(&str) -> Option<Vec<u8>>) -> Option<f64> {
        let (mut errors, mut letters) = (0_usize, 0_usize);
        for page in &self.pages {
            let Some(truth) = &page.truth else { continue };
            let text = file(&page.file).unwrap_or_default();
            let delivered: Vec<char> = spaced(&String::from_utf8_lossy(&text)).chars().collect();
            let truth: Vec<char> = spaced(truth).chars().collect();
            errors = errors.saturating_add(distance(&delivered, &truth));
            letters = letters.saturating_add(truth.len());
        }
        (letters > 0).then(|| number::float(errors) / number::float(letters))
    }
}
