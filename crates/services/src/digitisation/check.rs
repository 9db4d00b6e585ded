//! Whether an answer is well formed, and how near it comes to a truth.

use kazi_quality::text::distance;

use super::answer::{Alt, Answer, LineAnswer, Mark, Outcome, PageText};
use super::assemble::{page_text, plain};
use super::item::Item;
use super::number;
use super::spec::problem;
use super::stages::{DESCRIBE, PROOFREAD, RESOLVE, TYPE};
use super::text::comparable;
use crate::{Problem, Score};

const LINE_MOST: usize = 2_000;
const BLOCKS_MOST: usize = 1_000;
const PAGE_MOST: usize = 100_000;
const SHORT_MOST: usize = 400;
const LONG_MOST: usize = 8_000;

/// The answer is of another kind than the task.
pub fn wrong_form() -> Problem {
    problem(
        "",
        "digitisation-wrong-form",
        "This answer does not belong to this task. Send the kind of answer that its stage asks for.",
    )
}

/// Whether an answer is well formed.
///
/// # Errors
/// The problems, field by field.
pub fn check(stage: &str, item: &Item, answer: &Answer) -> Result<(), Vec<Problem>> {
    let problems = match (stage, item, answer) {
        (TYPE | RESOLVE, Item::Line(_), Answer::Line(line)) => check_line(line),
        (PROOFREAD, Item::Page(_), Answer::Page(page)) => check_page(page),
        (DESCRIBE, Item::Figure(_), Answer::Alt(alt)) => check_alt(alt),
        _ => vec![wrong_form()],
    };
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn longer(text: &str, most: usize) -> bool {
    text.chars().nth(most).is_some()
}

fn check_line(line: &LineAnswer) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |key, message| problems.push(problem("text", key, message));
    let empty = line.text.trim().is_empty();
    if line.mark == Mark::None && empty {
        say("digitisation-empty-line", "The line is empty. Type it, or mark it as empty.");
    }
    if line.mark == Mark::Blank && !empty {
        say("digitisation-blank-with-text", "An empty line has no text. Remove the mark or the text.");
    }
    if line.text.contains(['\n', '\r']) {
        say("digitisation-line-break", "A line has no line breaks. Type it in one row.");
    }
    if longer(&line.text, LINE_MOST) {
        say(
            "digitisation-line-too-long",
            "This is longer than a line can be. Type only what the picture shows.",
        );
    }
    problems
}

fn check_page(page: &PageText) -> Vec<Problem> {
    let mut problems = Vec::new();
    let length: usize = page.blocks.iter().map(|block| block.text.len()).sum();
    if page.blocks.len() > BLOCKS_MOST || length > PAGE_MOST {
        problems.push(problem(
            "blocks",
            "digitisation-page-too-long",
            "This is more text than a page can hold. Keep only what stands on this page.",
        ));
    }
    if longer(&page.page_number, 20) {
        problems.push(problem(
            "page_number",
            "digitisation-page-number-too-long",
            "A page number has at most 20 letters. Write only the number.",
        ));
    }
    problems
}

fn check_alt(alt: &Alt) -> Vec<Problem> {
    let mut problems = Vec::new();
    if alt.short.trim().is_empty() && !alt.decorative && !alt.not_a_figure {
        problems.push(problem(
            "short",
            "digitisation-short-missing",
            "The description is missing. Say in a sentence what the picture shows.",
        ));
    }
    if longer(&alt.short, SHORT_MOST) {
        problems.push(problem(
            "short",
            "digitisation-short-too-long",
            "This is long for one sentence. Put the details into the long description.",
        ));
    }
    if longer(&alt.long, LONG_MOST) {
        problems.push(problem(
            "long",
            "digitisation-long-too-long",
            "This description is too long. Keep what matters.",
        ));
    }
    problems
}

/// How near an answer comes to a known truth: letters that differ of all letters. A description can only be
/// wrong about what the figure is.
pub fn score(truth: &Outcome, answer: &Answer) -> Score {
    match (truth, answer) {
        (Outcome::Line(truth), Answer::Line(answer)) => {
            let marks_differ = (truth.mark == Mark::Unreadable) != (answer.mark == Mark::Unreadable);
            letters(&truth.text, &answer.text, marks_differ)
        }
        (Outcome::Page(truth), Answer::Page(answer)) => {
            letters(&plain(&page_text(truth)), &plain(&page_text(answer)), false)
        }
        (Outcome::Alt(truth), Answer::Alt(answer)) => {
            let same = truth.decorative == answer.decorative && truth.not_a_figure == answer.not_a_figure;
            Score { value: f64::from(u8::from(same)), units: 1, errors: u32::from(!same) }
        }
        _ => Score { value: 0.0, units: 1, errors: 1 },
    }
}

fn letters(truth: &str, answer: &str, wrong: bool) -> Score {
    let (truth, answer): (Vec<char>, Vec<char>) =
        (comparable(truth).chars().collect(), comparable(answer).chars().collect());
    let units = number::count(truth.len()).max(1);
    let errors = if wrong { units } else { number::count(distance(&answer, &truth)) };
    let value = (1.0 - f64::from(errors) / f64::from(units)).max(0.0);
    Score { value, units, errors }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digitisation::answer::LineOutcome;

    fn keys(line: &LineAnswer) -> Vec<String> {
        check_line(line).into_iter().map(|problem| problem.key).collect()
    }

    #[test]
    fn a_line_has_text_or_a_mark() {
        let line = |text: &str, mark| LineAnswer { text: text.into(), mark };
        assert!(keys(&line("a", Mark::None)).is_empty() && keys(&line("", Mark::Blank)).is_empty());
        assert!(keys(&line("", Mark::Unreadable)).is_empty());
        assert_eq!(keys(&line(" ", Mark::None)), ["digitisation-empty-line"]);
        assert_eq!(keys(&line("a", Mark::Blank)), ["digitisation-blank-with-text"]);
        assert_eq!(keys(&line("a\nb", Mark::None)), ["digitisation-line-break"]);
        assert_eq!(keys(&line(&"x".repeat(2_001), Mark::None)), ["digitisation-line-too-long"]);
    }

    #[test]
    fn letters_are_counted() {
        let truth = Outcome::Line(LineOutcome { text: "“brass,”".into(), ..LineOutcome::default() });
        let answer = Answer::Line(LineAnswer { text: "\"brsss,\"".into(), mark: Mark::None });
        let score = score(&truth, &answer);
        assert_eq!((score.units, score.errors), (8, 1));
        assert!((score.value - 0.875).abs() < 1e-9);
    }
}
