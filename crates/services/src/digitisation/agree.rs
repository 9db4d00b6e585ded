//! What the readings of a line say together.
//!
//! Readings are compared in the form of [`comparable`]. When all agree, the line is settled. When two
//! readings differ, one more person types it; three or more readings vote letter by letter, each with its
//! reader's reliability (ROVER). A letter that stays less likely than the client's bound sends the line to a
//! reviewer.
//!
//! Votes take readers to err independently. Where letters look alike they do not: there an error is likely
//! to be the same one, and the machine, which stumbles over the same shapes each time, says little.

use kazi_quality::text::{Line, Reading as Heard, Rover, Token, vote};

use super::answer::{Answer, Doubt, LineAnswer, LineOutcome, Mark, Outcome};
use super::number;
use super::spec::Spec;
use super::stages::{DESCRIBE, PROOFREAD, RESOLVE};
use super::text::{comparable, folded, tidy};
use crate::{Reading, Verdict, Who};

/// How many letters a slip of the finger may hit, and how many a misread shape may be taken for.
const ALTERNATIVES: f64 = 20.0;
const ALTERNATIVES_ALIKE: f64 = 2.0;
/// The most that the machine is trusted where letters look alike.
const MACHINE_ALIKE: f64 = 0.7;
/// Letters less sure than this are noted with the outcome.
const DOUBTFUL: f64 = 0.99;

/// What the readings say together; the last one belongs to `stage`.
pub fn agree(spec: &Spec, stage: &str, readings: &[Reading<Answer>]) -> Verdict<Outcome> {
    let Some(last) = readings.last() else { return Verdict::More(1) };
    match (stage, &last.answer) {
        (PROOFREAD, Answer::Page(page)) => {
            Verdict::Settled { outcome: Outcome::Page(page.clone()), confidence: last.reliability }
        }
        (DESCRIBE, Answer::Alt(alt)) => {
            Verdict::Settled { outcome: Outcome::Alt(alt.clone()), confidence: last.reliability }
        }
        (RESOLVE, Answer::Line(answer)) => resolved(answer, last.reliability, readings),
        _ => typed(spec, readings),
    }
}

/// One reading of a line.
#[derive(Debug, Clone, Copy)]
struct Typed<'a> {
    who: Who,
    reliability: f64,
    answer: &'a LineAnswer,
}

impl Typed<'_> {
    fn is_blank(&self) -> bool {
        self.answer.mark == Mark::Blank
            || (self.answer.mark == Mark::None && self.answer.text.trim().is_empty())
    }
}

fn lines(readings: &[Reading<Answer>]) -> Vec<Typed<'_>> {
    readings
        .iter()
        .filter(|reading| reading.stage != RESOLVE)
        .filter_map(|reading| match &reading.answer {
            Answer::Line(answer) => {
                Some(Typed { who: reading.who, reliability: reading.reliability, answer })
            }
            Answer::Page(_) | Answer::Alt(_) => None,
        })
        .collect()
}

fn typed(spec: &Spec, readings: &[Reading<Answer>]) -> Verdict<Outcome> {
    let all = lines(readings);
    let people = number::count(all.iter().filter(|typed| typed.who != Who::Machine).count());
    let left = spec.people_at_most().saturating_sub(people);
    let heard = number::count(all.len());
    let wanted = spec.typists.clamp(1, 3);
    if people == 0 || heard < wanted {
        return more(wanted.saturating_sub(heard).max(1).min(left));
    }
    let unreadable = all.iter().filter(|typed| typed.answer.mark == Mark::Unreadable).count();
    if unreadable > 0 {
        return if unreadable >= 2 { Verdict::Call(RESOLVE) } else { more(left.min(1)) };
    }
    let (blank, texts): (Vec<Typed<'_>>, Vec<Typed<'_>>) = all.iter().copied().partition(Typed::is_blank);
    let blank_people = blank.iter().filter(|typed| typed.who != Who::Machine).count();
    if !blank.is_empty() {
        let text_people = texts.iter().filter(|typed| typed.who != Who::Machine).count();
        if texts.is_empty() || (blank_people >= 2 && text_people == 0) {
            let outcome = LineOutcome { mark: Mark::Blank, ..LineOutcome::default() };
            let confidence = 1.0 - blank.iter().map(|typed| 1.0 - typed.reliability).product::<f64>();
            return Verdict::Settled { outcome: Outcome::Line(outcome), confidence };
        }
        if texts.len() < 2 || blank_people > 0 && texts.len() < 3 {
            return more(left.min(1));
        }
    }
    compared(spec, &texts, left)
}

/// Readings that hold text: all the same, or a vote.
fn compared(spec: &Spec, texts: &[Typed<'_>], left: u32) -> Verdict<Outcome> {
    let Some(first) = texts.iter().find(|typed| typed.who != Who::Machine).or(texts.first()) else {
        return Verdict::Call(RESOLVE);
    };
    let forms: Vec<String> = texts.iter().map(|typed| comparable(&typed.answer.text)).collect();
    let Some(line) = heard(texts) else { return Verdict::Call(RESOLVE) };
    if forms.windows(2).all(|pair| pair.first() == pair.last()) {
        let outcome = LineOutcome { text: tidy(&first.answer.text), ..LineOutcome::default() };
        return Verdict::Settled { outcome: Outcome::Line(outcome), confidence: line.confidence };
    }
    if texts.len() < 3 {
        return more(left.min(1));
    }
    decided(spec, &line, texts)
}

/// Asks for more typists, or for a reviewer where no more may be asked.
fn more(count: u32) -> Verdict<Outcome> {
    if count == 0 { Verdict::Call(RESOLVE) } else { Verdict::More(count) }
}

fn heard(texts: &[Typed<'_>]) -> Option<Line> {
    let tidied: Vec<String> = texts.iter().map(|typed| tidy(&typed.answer.text)).collect();
    let readings: Vec<Heard<'_>> = tidied
        .iter()
        .zip(texts)
        .map(|(text, typed)| Heard { text, reliability: typed.reliability.clamp(0.05, 0.9999) })
        .collect();
    let rover = Rover { alternatives: ALTERNATIVES, ..Rover::default() };
    vote(&readings, &rover, &|letter| letter.chars().map(folded).collect()).ok()
}

/// The vote's text if every letter that readers dispute is sure enough.
fn decided(spec: &Spec, line: &Line, texts: &[Typed<'_>]) -> Verdict<Outcome> {
    let mut outcome = LineOutcome::default();
    let mut confidence = 1.0;
    let mut place = 0;
    for token in &line.tokens {
        let disputed = token.candidates.len() > 1;
        let sure = if disputed { disputed_confidence(token, texts) } else { token.confidence };
        if disputed
            && (sure < spec.settle_at || token.candidates.first().is_none_or(|best| best.readings.len() < 2))
        {
            return Verdict::Call(RESOLVE);
        }
        if sure < DOUBTFUL {
            outcome.doubts.push(Doubt { at: place, confidence: sure });
        }
        confidence *= sure;
        place = place.saturating_add(number::count(token.text.chars().count()));
        outcome.text.push_str(&token.text);
    }
    outcome.text = tidy(&outcome.text);
    Verdict::Settled { outcome: Outcome::Line(outcome), confidence }
}

/// The probability of the winning letter where readers differ. It is that of the vote, unless the letters
/// look alike: then errors fall on few alternatives, and the machine's word weighs less.
fn disputed_confidence(token: &Token, texts: &[Typed<'_>]) -> f64 {
    let Some((best, others)) = token.candidates.split_first() else { return 0.0 };
    if !others.iter().any(|other| look_alike(&best.text, &other.text)) {
        return token.confidence;
    }
    let odds = |readings: &[usize]| -> f64 {
        readings
            .iter()
            .filter_map(|place| texts.get(*place))
            .map(|typed| {
                let most = if typed.who == Who::Machine { MACHINE_ALIKE } else { 0.9999 };
                let reliability = typed.reliability.clamp(0.05, most);
                reliability * ALTERNATIVES_ALIKE / (1.0 - reliability)
            })
            .product()
    };
    let (winning, losing) =
        (odds(&best.readings), others.iter().map(|other| odds(&other.readings)).sum::<f64>());
    winning / (winning + losing)
}

/// Shapes that are taken for one another on a scan; a gap is like any small mark.
const SHAPES: [&str; 12] =
    ["1lIi|!jt", "0OoQD", "ceoa", "nuhrm", ".,;:", "'’‘`", "S5s$", "B8", "Z2z", "ſft", "-—_~", "vyu"];
const SMALL: &str = ".,;:'’‘`-\"“”·* ";

fn look_alike(one: &str, other: &str) -> bool {
    if one.is_empty() || other.is_empty() {
        return SMALL.contains(one) && SMALL.contains(other);
    }
    SHAPES.iter().any(|shape| shape.contains(one) && shape.contains(other))
}

/// A reviewer's decision. It is as sure as the reviewer, and surer where the typists' vote says the same.
fn resolved(answer: &LineAnswer, reliability: f64, readings: &[Reading<Answer>]) -> Verdict<Outcome> {
    let text = if answer.mark == Mark::Blank { String::new() } else { tidy(&answer.text) };
    let typed = lines(readings);
    let texts: Vec<Typed<'_>> = typed.into_iter().filter(|typed| !typed.is_blank()).collect();
    let voted = heard(&texts).filter(|line| comparable(&line.text) == comparable(&text));
    let confidence = voted.map_or(reliability, |line| 1.0 - (1.0 - line.confidence) * (1.0 - reliability));
    let outcome = LineOutcome { text, mark: answer.mark, doubts: Vec::new() };
    Verdict::Settled { outcome: Outcome::Line(outcome), confidence }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digitisation::stages::TYPE;

    fn reading(who: Who, text: &str) -> Reading<Answer> {
        let mark = match text {
            "<blank>" => Mark::Blank,
            "<unreadable>" => Mark::Unreadable,
            _ => Mark::None,
        };
        let text = if mark == Mark::None { text.to_owned() } else { String::new() };
        let reliability = if who == Who::Machine { 0.985 } else { 0.99 };
        Reading { who, stage: TYPE.to_owned(), reliability, answer: Answer::Line(LineAnswer { text, mark }) }
    }

    fn say(spec: &Spec, people: &[&str], machine: Option<&str>) -> String {
        let mut readings: Vec<Reading<Answer>> =
            machine.into_iter().map(|text| reading(Who::Machine, text)).collect();
        readings.extend(people.iter().zip(0..).map(|(text, who)| reading(Who::Person(who), text)));
        match agree(spec, TYPE, &readings) {
            Verdict::Settled { outcome: Outcome::Line(line), .. } if line.mark == Mark::Blank => {
                "blank".into()
            }
            Verdict::Settled { outcome: Outcome::Line(line), .. } => line.text,
            Verdict::Settled { .. } => "something else".into(),
            Verdict::More(count) => format!("{count} more"),
            Verdict::Call(stage) => stage.into(),
            Verdict::Stuck(why) => why.into(),
        }
    }

    #[test]
    fn one_person_and_the_machine_settle_what_they_agree_on() {
        let spec = Spec::default();
        assert_eq!(say(&spec, &["“It is gone”"], Some("\"It is gone\"")), "“It is gone”");
        assert_eq!(say(&spec, &["It is gone"], Some("It is g0ne")), "1 more");
        assert_eq!(say(&spec, &["It is gone", "It is gone"], Some("It is g0ne")), "It is gone");
    }

    #[test]
    fn errors_in_different_places_outvote_each_other() {
        let spec = Spec::default();
        assert_eq!(
            say(&spec, &["a boat of brsas,", "a bost of brass,"], Some("a boat of brass;")),
            "a boat of brass,"
        );
        let blind = Spec { machine_as_typist: false, ..Spec::default() };
        assert_eq!(say(&blind, &["a boat of brsas,", "a bost of brass,"], None), "1 more");
        assert_eq!(
            say(&blind, &["a boat of brsas,", "a bost of brass,", "a boat of brass,"], None),
            "a boat of brass,"
        );
    }

    #[test]
    fn three_different_letters_go_to_a_reviewer() {
        assert_eq!(say(&Spec::default(), &["a cat", "a hat"], Some("a bat")), RESOLVE);
    }

    #[test]
    fn the_machine_does_not_decide_between_shapes_that_look_alike() {
        assert_eq!(say(&Spec::default(), &["the car", "the ear"], Some("the car")), RESOLVE);
        assert_eq!(say(&Spec::default(), &["the car", "the tar"], Some("the car")), "the car");
    }

    #[test]
    fn without_a_machine_reading_one_more_person_is_asked() {
        assert_eq!(say(&Spec::default(), &["a cat"], None), "1 more");
        let alone = Spec { typists: 1, machine_as_typist: false, ..Spec::default() };
        assert_eq!(say(&alone, &["a cat"], None), "a cat");
    }

    #[test]
    fn blank_and_unreadable_need_two() {
        let spec = Spec::default();
        assert_eq!(say(&spec, &["<blank>"], None), "1 more");
        assert_eq!(say(&spec, &["<blank>", "<blank>"], None), "blank");
        assert_eq!(say(&spec, &["<blank>"], Some("— -")), "1 more");
        assert_eq!(say(&spec, &["<blank>", "<blank>"], Some("— -")), "blank");
        assert_eq!(say(&spec, &["<unreadable>"], Some("dim")), "1 more");
        assert_eq!(say(&spec, &["<unreadable>", "<unreadable>"], Some("dim")), RESOLVE);
        assert_eq!(say(&spec, &["<unreadable>", "dim", "dim"], Some("dim")), RESOLVE);
    }

    #[test]
    fn it_always_ends() {
        // Whatever three people and the machine say, nobody is asked for a fourth.
        let words = ["<blank>", "<unreadable>", "", "one", "two", "tow"];
        for spec in [Spec::default(), Spec { machine_as_typist: false, ..Spec::default() }] {
            for a in words {
                for b in words {
                    for c in words {
                        for machine in [None, Some("one"), Some("")] {
                            let said = say(&spec, &[a, b, c], machine);
                            assert!(!said.ends_with("more"), "{a} {b} {c} {machine:?}: {said}");
                        }
                    }
                }
            }
        }
    }
}
