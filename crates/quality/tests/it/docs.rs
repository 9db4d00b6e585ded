//! Every number that the docs state is computed here.

use crate::support::{crowd, table_in};
use kazi_quality::Random;
use kazi_quality::classes::{Auto, method};
use kazi_quality::lots::{Risks, ideal_plan};
use kazi_quality::online::{Stop, WorkerModel};

const README: &str = include_str!("../../README.md");

fn number(cell: &str) -> f64 {
    let digits = |c: &char| c.is_ascii_digit() || matches!(c, '.' | '-');
    let text: String = cell.chars().take_while(digits).collect();
    text.parse().unwrap_or_else(|_| panic!("{cell} begins with no number"))
}

/// The table of accuracies in the README, cell by cell.
#[test]
fn the_readme_states_the_accuracies_that_are_measured() {
    let methods =
        ["majority", "wawa", "dawid-skene", "one-coin", "glad", "mace", "m-msr", "ibcc", "ebcc", "bwa"];
    for row in table_in(README, "majority | Wawa") {
        let Some(crowd) = crowd(&row[0]) else { continue };
        let evidence = crowd.answers.table().into();
        for (name, cell) in methods.iter().zip(&row[1..]) {
            let fit = method(name).unwrap().fit(&evidence).unwrap();
            let found = 100.0 * fit.accuracy(crowd.truth.iter().copied()).unwrap().value;
            assert!((found - number(cell)).abs() < 0.0051, "{} {name}: {found:.3}, README {cell}", row[0]);
        }
        let chosen = Auto::default().choose(&evidence).name();
        assert_eq!(row[11].replace('–', "-").to_lowercase(), chosen, "{}", row[0]);
    }
}

/// Compares a table of the docs with what is computed, and shows what should stand there.
pub fn compare(stated: &[Vec<String>], found: &[Vec<String>], comment: &str) {
    let lines: Vec<String> = found.iter().map(|row| format!("{comment} | {} |", row.join(" | "))).collect();
    assert!(stated == found, "the table should read:\n{}", lines.join("\n"));
}

/// The operating curves in the docs of the stopping rule.
#[test]
fn the_docs_state_the_operating_curves_that_are_simulated() {
    let stated = table_in(include_str!("../../src/online/mod.rs"), "target error | answers");
    let simulated = |row: &Vec<String>| {
        let (accuracy, target_error) = (number(&row[0]), number(&row[1]) / 100.0);
        let stop = Stop { target_error, error_price: 0.0, fewest: 1, most: 9, ..Stop::default() };
        let worker = WorkerModel::from_accuracy(accuracy, 2).unwrap();
        let found = stop.simulate(&[1.0, 1.0], &[worker], 100_000, &mut Random::new(7)).unwrap();
        let percent = |share: f64| format!("{:.2} %", 100.0 * share);
        let answers = format!("{:.2}", found.answers);
        vec![row[0].clone(), row[1].clone(), answers, percent(found.error), percent(found.escalated)]
    };
    compare(&stated, &stated.iter().map(simulated).collect::<Vec<_>>(), "//!");
}

/// The operating-characteristic curves in the docs of lots.
#[test]
fn the_docs_state_the_plans_and_their_curves() {
    let stated = table_in(include_str!("../../src/lots/mod.rs"), "lot | sample");
    let computed = |row: &Vec<String>| {
        let lot: usize = row[0].replace(' ', "").parse().unwrap();
        let plan = ideal_plan(lot, Risks::default()).unwrap();
        let chance = |percent: usize| format!("{:.1} %", 100.0 * plan.acceptance(lot * percent / 100));
        let start = [row[0].clone(), plan.sample.to_string(), plan.accept.to_string()];
        start.into_iter().chain([1, 2, 3, 5].map(chance)).collect()
    };
    compare(&stated, &stated.iter().map(computed).collect::<Vec<_>>(), "//!");
}
