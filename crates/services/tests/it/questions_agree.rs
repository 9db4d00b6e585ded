//! Questions: what answers say together.

use kazi_services::questions::{Answer, Item, Outcome, Questions, Spec};
use kazi_services::{Reading, Service, Verdict, Who};
use proptest::prelude::*;

fn reading(stage: &str, choice: usize, reliability: f64) -> Reading<Answer> {
    Reading { who: Who::Person(0), stage: stage.to_owned(), reliability, answer: Answer { choice } }
}

fn spec() -> Spec {
    Spec { choices: ["a", "b", "c", "d"].map(str::to_owned).to_vec(), ..Spec::default() }
}

fn agree(stage: &str, readings: &[Reading<Answer>]) -> Verdict<Outcome> {
    let item: Item = serde_json::from_str(r#"{"show":0,"cells":{"text":"x"}}"#).unwrap();
    Questions.agree(&spec(), stage, &item, readings)
}

fn votes(choices: &[usize]) -> Vec<Reading<Answer>> {
    choices.iter().map(|choice| reading("answer", *choice, 0.99)).collect()
}

#[test]
fn agreement_settles_and_difference_asks_one_more() {
    let settled = |choices: &[usize]| match agree("answer", &votes(choices)) {
        Verdict::Settled { outcome, confidence } => (outcome.choice, (confidence * 1e4).round() / 1e4),
        other => panic!("{other:?}"),
    };
    assert_eq!(agree("answer", &votes(&[0, 0])), Verdict::More(1));
    // By hand: nobody is believed above 0.9, so three of one mind give 0.9³ / (0.9³ + 0.1³).
    assert_eq!(settled(&[2, 2, 2]), (2, 0.9986));
    assert_eq!(agree("answer", &votes(&[1, 2, 2])), Verdict::More(1));
    // One against three: two votes cancel, 0.9² / (0.9² + 0.1²).
    assert_eq!(settled(&[1, 2, 2, 2]), (2, 0.9878));
    assert_eq!(agree("answer", &votes(&[1, 2, 2, 1])), Verdict::More(1));
    assert_eq!(agree("answer", &votes(&[1, 2, 2, 1, 1])), Verdict::Call("decide"));
    assert_eq!(agree("answer", &votes(&[0, 1, 2, 3, 3])), Verdict::Call("decide"));
}

#[test]
fn a_reviewer_decides_and_the_confidence_is_honest() {
    let mut readings = votes(&[1, 2, 2, 1, 1]);
    readings.push(reading("decide", 2, 1.0));
    // 0.99 · 0.9² · 0.1³ against 0.01 · 0.9³ · 0.1², that is 11 to 1.
    let Verdict::Settled { outcome, confidence } = agree("decide", &readings) else { panic!() };
    assert!(outcome.choice == 2 && (confidence - 11.0 / 12.0).abs() < 1e-9, "{confidence}");
}

fn crowd() -> impl Strategy<Value = Vec<Reading<Answer>>> {
    proptest::collection::vec(
        (0_usize..4, 0.0_f64..=1.0).prop_map(|(choice, how)| reading("answer", choice, how)),
        0..12,
    )
}

proptest! {
    #[test]
    fn the_order_of_readers_does_not_count(
        (one, two) in crowd().prop_flat_map(|crowd| (Just(crowd.clone()), Just(crowd).prop_shuffle()))
    ) {
        prop_assert_eq!(agree("answer", &one), agree("answer", &two));
    }

    #[test]
    fn one_more_who_agrees_never_lowers_the_confidence(crowd in crowd(), how in 0.0_f64..=1.0) {
        if let Verdict::Settled { outcome, confidence } = agree("answer", &crowd) {
            let mut more = crowd;
            more.push(reading("answer", outcome.choice, how));
            let Verdict::Settled { outcome: same, confidence: higher } = agree("answer", &more) else {
                return Err(TestCaseError::fail("no longer settled"));
            };
            prop_assert!(same == outcome && higher >= confidence - 1e-12, "{} < {}", higher, confidence);
        }
    }

    #[test]
    fn a_settled_row_has_enough_answers_and_enough_confidence(crowd in crowd()) {
        match agree("answer", &crowd) {
            Verdict::Settled { confidence, .. } => prop_assert!(crowd.len() >= 3 && (0.95..=1.0).contains(&confidence)),
            Verdict::More(more) => prop_assert!(crowd.len() + more as usize <= 5),
            Verdict::Call(_) => prop_assert!(crowd.len() >= 5),
            Verdict::Stuck(_) => prop_assert!(false),
        }
    }
}
