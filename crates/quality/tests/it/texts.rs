//! Voted texts: small cases, laws, and real crowds.

use crate::support::{real, rows};
use kazi_quality::text::{Edit, Reading, Rover, TieRule, Transcripts, align, distance, error_rate, vote};
use proptest::prelude::*;

fn readings<'a>(texts: &[&'a str]) -> Vec<Reading<'a>> {
    texts.iter().map(|text| Reading { text, reliability: 0.95 }).collect()
}

#[test]
fn two_readers_leave_only_their_difference_open() {
    let line =
        vote(&readings(&["Amina, b. 1963", "Amina b. 1968"]), &Rover::default(), &str::to_owned).unwrap();
    let open: Vec<Vec<&str>> =
        line.open().map(|token| token.candidates.iter().map(|c| c.text.as_str()).collect()).collect();
    assert_eq!(open.len(), 2);
    assert!(open[0].contains(&",") && open[0].contains(&""), "{open:?}");
    assert!(open[1].contains(&"3") && open[1].contains(&"8"), "{open:?}");
    let agreed = line.tokens.iter().find(|token| token.text == "A").unwrap();
    assert!(!agreed.open && agreed.confidence > 0.999);
}

#[test]
fn a_reliable_reader_outweighs_two_careless_ones() {
    let texts = [("seven", 0.999), ("sewen", 0.6), ("sewen", 0.6)];
    let readings = texts.map(|(text, reliability)| Reading { text, reliability });
    assert_eq!(vote(&readings, &Rover::default(), &str::to_owned).unwrap().text, "seven");
}

#[test]
fn one_reader_is_as_sure_as_the_reader() {
    let line = vote(&[Reading { text: "x", reliability: 0.8 }], &Rover::default(), &str::to_owned).unwrap();
    assert!((line.confidence - 0.8).abs() < 1e-12);
    assert_eq!(line.open().count(), 1);
}

#[test]
fn words_compare_after_the_callers_normaliser_and_keep_their_spelling() {
    let lower = |word: &str| word.to_lowercase();
    let line = vote(&readings(&["The Cat sat", "the cat sat", "The cat"]), &Rover::words(), &lower).unwrap();
    assert_eq!(line.text, "The cat sat");
    assert_eq!(line.tokens.iter().map(|token| token.start).collect::<Vec<_>>(), [0, 4, 8]);
}

#[test]
fn nothing_to_read_and_bad_options_are_errors() {
    assert!(vote(&[], &Rover::default(), &str::to_owned).is_err());
    let certain = [Reading { text: "x", reliability: 1.0 }];
    assert!(
        vote(&certain, &Rover::default(), &str::to_owned).unwrap_err().to_string().contains("reliability")
    );
    let empty = vote(&readings(&["", ""]), &Rover::default(), &str::to_owned).unwrap();
    assert_eq!((empty.text.as_str(), empty.tokens.len()), ("", 0));
}

proptest! {
    #[test]
    fn the_order_of_readings_does_not_matter(texts in prop::collection::vec("[abc ]{0,8}", 1..5), turn in 0_usize..5) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut turned = texts.clone();
        turned.rotate_left(turn % texts.len());
        for rover in [Rover::default(), Rover::words()] {
            let one = vote(&readings(&texts), &rover, &str::to_owned).unwrap();
            let other = vote(&readings(&turned), &rover, &str::to_owned).unwrap();
            prop_assert_eq!(&one.text, &other.text);
            prop_assert!((one.confidence - other.confidence).abs() < 1e-9);
        }
    }

    #[test]
    fn readers_who_agree_settle_the_text(text in "\\PC{0,20}", count in 2_usize..5) {
        let line = vote(&readings(&vec![text.as_str(); count]), &Rover::default(), &str::to_owned).unwrap();
        prop_assert_eq!(&line.text, &text);
        prop_assert!(line.is_settled());
        for token in &line.tokens {
            prop_assert!(line.text[token.start..].starts_with(&token.text));
        }
    }

    #[test]
    fn probabilities_of_a_position_sum_to_at_most_one(texts in prop::collection::vec("[ab]{0,5}", 1..6)) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        for token in vote(&readings(&texts), &Rover::default(), &str::to_owned).unwrap().tokens {
            let sum: f64 = token.candidates.iter().map(|candidate| candidate.confidence).sum();
            prop_assert!(sum <= 1.0 + 1e-12 && sum > 0.0);
            let readers: usize = token.candidates.iter().map(|candidate| candidate.readings.len()).sum();
            prop_assert_eq!(readers, texts.len());
        }
    }

    #[test]
    fn an_alignment_costs_the_distance_and_spells_both_sides(left in "[abc]{0,9}", right in "[abc]{0,9}") {
        let (left, right) = (left.as_bytes(), right.as_bytes());
        let edits = align(left, right);
        let cost = edits.iter().filter(|edit| !matches!(edit, Edit::Same(..))).count();
        prop_assert_eq!(cost, distance(left, right));
        let lefts = edits.iter().filter(|edit| !matches!(edit, Edit::Insertion(_))).count();
        let rights = edits.iter().filter(|edit| !matches!(edit, Edit::Deletion(_))).count();
        prop_assert_eq!((lefts, rights), (left.len(), right.len()));
    }
}

/// Lower case, letters, digits and apostrophes only: the form in which the truths are written.
fn plain(text: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || c.is_whitespace() || matches!(c, '\'' | '_');
    text.to_lowercase().chars().filter(kept).collect()
}

/// The mean word error of the voted texts of a real crowd, in percent.
fn word_error(set: &str, rover: &Rover, rounds: usize) -> Option<f64> {
    let texts = rows(&real(&format!("crowd/{set}/texts.csv"))?);
    let truth = rows(&real(&format!("crowd/{set}/truth.csv"))?);
    let texts = texts.iter().map(|row| (row[0].as_str(), row[1].as_str(), plain(&row[2])));
    let crowd = Transcripts::from_rows(texts).unwrap();
    let result = crowd.vote(rover, rounds, &str::to_owned).unwrap();
    let rates = truth.iter().map(|row| {
        let task = crowd.tasks().id(&row[0].as_str()).unwrap();
        let found: Vec<&str> = result.lines[usize::try_from(task).unwrap()].text.split_whitespace().collect();
        error_rate(&found, &plain(&row[1]).split_whitespace().collect::<Vec<_>>())
    });
    let total: f64 = rates.sum();
    Some(100.0 * total / f64::from(u32::try_from(truth.len()).unwrap()))
}

#[test]
fn word_error_on_real_crowds_is_at_most_the_peers() {
    // The second figure is the one that the README states.
    for (set, peer, stated, rounds) in [
        ("text_crowdspeech_test_clean", 7.06, "7.05", 1),
        ("text_crowdspeech_test_clean", 7.06, "6.84", 2),
        ("text_crowdwsa_t1", 50.4, "49.41", 1),
    ] {
        if let Some(found) = word_error(set, &Rover::words(), rounds) {
            println!("{set}, {rounds} round(s): {found:.2} %");
            assert!(found <= peer, "{set}: {found:.2} %, wanted at most {peer} %");
            assert_eq!(format!("{found:.2}"), stated, "{set}, {rounds} round(s)");
            assert!(include_str!("../../README.md").contains(&format!("{stated} %")));
        }
    }
    if let Some(found) =
        word_error("text_crowdwsa_t1", &Rover { ties: TieRule::Longest, ..Rover::words() }, 1)
    {
        assert!(found <= 50.4, "{found:.2} %");
    }
}
