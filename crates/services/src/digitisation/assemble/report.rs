//! The report on quality: what was done on each page, and how many letters may still be wrong.

use askama::Template;
use kazi_quality::skill::exact;
use kazi_quality::text::distance;

use super::{Leaf, count, is_resolved, letters, typed_text};
use crate::Settings;
use crate::digitisation::answer::{Mark, PageText};
use crate::digitisation::stages::TYPE;
use crate::digitisation::text::comparable;

/// With fewer letters checked than this even a page without any error shows no better than 0.5 %
/// (exact bound, 95 %): no rate is told.
const ENOUGH: u32 = 600;

/// What is known of one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PageQuality {
    number: u32,
    lines: u32,
    typed: u32,
    most_typists: u32,
    agreed: u32,
    resolved: u32,
    unreadable: u32,
    letters: u32,
    single_letters: u32,
    single_errors: u32,
    /// Letters that the proofreader changed; `None` where nobody proofread.
    corrected: Option<u32>,
}

impl PageQuality {
    /// Looks a page over. `built` is the page as the settled lines gave it.
    pub(super) fn of(leaf: &Leaf, built: &PageText) -> Self {
        let mut page = Self { number: leaf.number, lines: count(leaf.lines.len()), ..Self::default() };
        for line in &leaf.lines {
            let settled: Vec<char> = comparable(&line.outcome.text).chars().collect();
            page.letters = page.letters.saturating_add(count(settled.len()));
            page.resolved = page.resolved.saturating_add(u32::from(is_resolved(line)));
            page.unreadable =
                page.unreadable.saturating_add(u32::from(line.outcome.mark == Mark::Unreadable));
            page.most_typists = page.most_typists.max(line.people);
            let typed: Vec<String> = line
                .answers
                .iter()
                .filter(|(stage, _)| stage == TYPE)
                .filter_map(|(_, answer)| typed_text(answer))
                .collect();
            page.typed = page.typed.saturating_add(count(typed.len()));
            page.agreed = page.agreed.saturating_add(u32::from(
                !is_resolved(line) && typed.windows(2).all(|pair| pair.first() == pair.last()),
            ));
            for text in typed {
                let errors = distance(&text.chars().collect::<Vec<char>>(), &settled);
                page.single_errors = page.single_errors.saturating_add(count(errors));
                page.single_letters = page.single_letters.saturating_add(count(settled.len()));
            }
        }
        page.corrected =
            leaf.proofread.as_ref().map(|proofread| count(distance(&letters(built), &letters(proofread))));
        page
    }

    fn add(&mut self, other: &Self) {
        let Self {
            number: _,
            lines,
            typed,
            most_typists,
            agreed,
            resolved,
            unreadable,
            letters,
            single_letters,
            single_errors,
            corrected,
        } = other;
        self.lines = self.lines.saturating_add(*lines);
        self.typed = self.typed.saturating_add(*typed);
        self.most_typists = self.most_typists.max(*most_typists);
        self.agreed = self.agreed.saturating_add(*agreed);
        self.resolved = self.resolved.saturating_add(*resolved);
        self.unreadable = self.unreadable.saturating_add(*unreadable);
        self.single_letters = self.single_letters.saturating_add(*single_letters);
        self.single_errors = self.single_errors.saturating_add(*single_errors);
        // A page that nobody proofread says nothing of errors.
        if let Some(corrected) = corrected {
            self.letters = self.letters.saturating_add(*letters);
            self.corrected = Some(self.corrected.unwrap_or(0).saturating_add(*corrected));
        }
    }

    /// The error rate before proofreading and its upper bound (one-sided 97.5 %, exact); `None` where there is
    /// not enough evidence.
    fn error(&self) -> Option<(f64, f64)> {
        let corrected = self.corrected.filter(|_| self.letters >= ENOUGH)?;
        let all = f64::from(self.letters);
        let wrong = f64::from(corrected.min(self.letters));
        Some((wrong / all, exact(wrong, all, 0.95).high))
    }
}

/// The pages looked over so far.
#[derive(Debug, Default)]
pub struct Report {
    pages: Vec<PageQuality>,
}

/// A row as it is printed.
struct Row {
    page: String,
    lines: u32,
    typed: String,
    agreed: String,
    resolved: u32,
    unreadable: u32,
    single: String,
    corrected: String,
    error: String,
    bound: String,
}

const NOT_ENOUGH: &str = "not enough evidence yet";

fn percent(share: f64, digits: usize) -> String {
    format!("{:.*} %", digits, share * 100.0)
}

fn ratio(part: u32, whole: u32) -> Option<f64> {
    (whole > 0).then(|| f64::from(part) / f64::from(whole))
}

impl Row {
    fn of(page: &PageQuality, name: String) -> Self {
        let (error, bound) = page.error().map_or_else(
            || (NOT_ENOUGH.to_owned(), String::new()),
            |(error, bound)| (percent(error, 2), percent(bound, 2)),
        );
        Self {
            page: name,
            lines: page.lines,
            typed: ratio(page.typed, page.lines).map_or_else(String::new, |typed| format!("{typed:.2}")),
            agreed: ratio(page.agreed, page.lines).map_or_else(String::new, |agreed| percent(agreed, 0)),
            resolved: page.resolved,
            unreadable: page.unreadable,
            single: ratio(page.single_errors, page.single_letters)
                .map_or_else(String::new, |single| percent(single, 2)),
            corrected: page
                .corrected
                .map_or_else(|| "not proofread".to_owned(), |corrected| corrected.to_string()),
            error,
            bound,
        }
    }
}

#[derive(Template)]
#[template(path = "digitisation/quality.html")]
struct Printed<'a> {
    title: &'a str,
    operator: &'a str,
    date: &'a str,
    pages: usize,
    all: Row,
    rows: Vec<Row>,
}

impl Report {
    /// Adds a page.
    pub fn add(&mut self, page: PageQuality) {
        self.pages.push(page);
    }

    fn rows(&self) -> Vec<Row> {
        self.pages.iter().map(|page| Row::of(page, page.number.to_string())).collect()
    }

    fn all(&self) -> Row {
        let mut all = PageQuality::default();
        for page in &self.pages {
            all.add(page);
        }
        Row::of(&all, "all".to_owned())
    }

    /// As CSV, one row a page and one for all.
    pub fn csv(&self) -> String {
        let mut csv =
            "page,lines,most_typists,typed_a_line,agreed,resolved,unreadable,letters,single_answer_error,\
                       letters_corrected_by_proofreader,error_before_proofreading,upper_bound_95\r\n"
                .to_owned();
        for page in &self.pages {
            let share = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.5}"));
            let (error, bound) = page.error().unzip();
            let cells = [
                page.number.to_string(),
                page.lines.to_string(),
                page.most_typists.to_string(),
                share(ratio(page.typed, page.lines)),
                share(ratio(page.agreed, page.lines)),
                page.resolved.to_string(),
                page.unreadable.to_string(),
                page.letters.to_string(),
                share(ratio(page.single_errors, page.single_letters)),
                page.corrected.map_or_else(String::new, |corrected| corrected.to_string()),
                share(error),
                share(bound),
            ];
            csv.push_str(&cells.join(","));
            csv.push_str("\r\n");
        }
        csv
    }

    /// As a page to print.
    ///
    /// # Errors
    /// Never in practice: it writes into memory.
    pub fn html(&self, settings: &Settings) -> askama::Result<String> {
        Printed {
            title: &settings.title,
            operator: &settings.operator,
            date: &settings.date,
            pages: self.pages.len(),
            all: self.all(),
            rows: self.rows(),
        }
        .render()
    }
}
