//! Agreement against the published tables.

use kazi_quality::Table;
use kazi_quality::agreement::{
    Bootstrap, Metric, Weights, alpha, alpha_interval, alpha_with, cohen_interval, cohen_of, fleiss,
    fleiss_counts, fleiss_interval,
};
use proptest::prelude::*;

/// The reliability data of Krippendorff (2011), section C: four observers, twelve units, gaps.
fn krippendorff() -> Table {
    let observers = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."];
    let mut rows: (Vec<u32>, Vec<u32>, Vec<u16>) = Default::default();
    for (observer, values) in (0..).zip(observers) {
        for (unit, value) in (0..).zip(values.chars()) {
            if let Some(value) = value.to_digit(10) {
                rows.0.push(unit);
                rows.1.push(observer);
                rows.2.push(u16::try_from(value - 1).unwrap());
            }
        }
    }
    Table::from_ids(&rows.0, &rows.1, &rows.2).unwrap()
}

#[test]
fn alpha_of_krippendorff_2011() {
    let table = krippendorff();
    let values = [1.0, 2.0, 3.0, 4.0, 5.0];
    for (metric, published) in [
        (Metric::Nominal, 0.743),
        (Metric::Ordinal, 0.815),
        (Metric::Interval(&values), 0.849),
        (Metric::Ratio(&values), 0.797),
    ] {
        let found = alpha(&table, metric).unwrap().value.unwrap();
        assert!((found - published).abs() < 0.0005, "{metric:?}: {found}, published {published}");
    }
    let own = alpha_with(&table, |one, other| values[one] - values[other]);
    assert_eq!(own, alpha(&table, Metric::Interval(&values)).unwrap());
    let interval = alpha_interval(&table, Metric::Nominal, Bootstrap::default()).unwrap().unwrap();
    assert!(interval.low < 0.70 && interval.high > 0.78 && interval.high <= 1.0, "{interval:?}");
}

#[test]
fn fleiss_fourteen_raters() {
    let counts = [
        "0 0 0 0 14",
        "0 2 6 4 2",
        "0 0 3 5 6",
        "0 3 9 2 0",
        "2 2 8 1 1",
        "7 7 0 0 0",
        "3 2 6 3 0",
        "2 5 3 2 2",
        "6 5 2 1 0",
        "0 2 2 3 7",
    ];
    let parse = |line: &&str| line.split(' ').map(|count| count.parse().unwrap()).collect();
    let kappa = fleiss_counts(&counts.iter().map(parse).collect::<Vec<_>>()).unwrap().unwrap();
    assert!((kappa - 0.2099).abs() < 0.0001, "{kappa}");
}

/// Thirty patients, six psychiatrists, five diagnoses (Fleiss 1971, table 1): counts a patient.
const FLEISS_1971: &str = "00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031 00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006";

#[test]
fn fleiss_1971() {
    let mut rows: (Vec<u32>, Vec<u32>, Vec<u16>) = Default::default();
    for (patient, counts) in (0..).zip(FLEISS_1971.split(' ')) {
        let mut rater = 0;
        for (diagnosis, count) in (0..).zip(counts.chars()) {
            for _ in 0..count.to_digit(10).unwrap() {
                rows.0.push(patient);
                rows.1.push(rater);
                rows.2.push(diagnosis);
                rater += 1;
            }
        }
    }
    let table = Table::from_ids(&rows.0, &rows.1, &rows.2).unwrap();
    let kappa = fleiss(&table).unwrap().unwrap();
    assert!((kappa - 0.430).abs() < 0.0005, "{kappa}");
    let interval = fleiss_interval(&table, Bootstrap::default()).unwrap().unwrap();
    assert!((interval.value - kappa).abs() < 1e-12);
    assert!((0.25..kappa).contains(&interval.low) && (kappa..0.6).contains(&interval.high), "{interval:?}");
}

#[test]
fn one_class_only_is_undefined_not_perfect() {
    let table = Table::from_ids(&[0, 0, 1, 1], &[0, 1, 0, 1], &[3, 3, 3, 3]).unwrap();
    assert_eq!(alpha(&table, Metric::Nominal).unwrap().value, None);
    assert_eq!(fleiss(&table).unwrap(), None);
}

fn two_coders(pairs: &[(u16, u16)]) -> Option<f64> {
    let task: Vec<u32> = (0..u32::try_from(pairs.len()).unwrap()).flat_map(|task| [task, task]).collect();
    let worker = [0, 1].repeat(pairs.len());
    let class: Vec<u16> = pairs.iter().flat_map(|(one, other)| [*one, *other]).collect();
    alpha(&Table::from_ids(&task, &worker, &class).unwrap(), Metric::Nominal).unwrap().value
}

proptest! {
    /// The law holds for two coders and two classes; with more, a change of the class shares can move chance
    /// agreement more than the agreement itself, which is a known property of the coefficient.
    #[test]
    fn more_agreement_never_lowers_alpha(pairs in prop::collection::vec((0_u16..2, 0_u16..2), 2..40)) {
        let Some(before) = two_coders(&pairs) else { return Ok(()) };
        for (position, (one, other)) in pairs.iter().enumerate().filter(|(_, (one, other))| one != other) {
            for agreed in [*one, *other] {
                let mut better = pairs.clone();
                better[position] = (agreed, agreed);
                if let Some(after) = two_coders(&better) {
                    prop_assert!(after >= before - 1e-12, "{before} fell to {after}");
                }
            }
        }
    }
}

#[test]
fn the_interval_of_cohens_kappa_shrinks_with_more_tasks() {
    let width = |tasks: u32| {
        let pairs: Vec<(u16, u16)> = (0..tasks)
            .map(|task| (u16::from(task % 2 == 0), u16::from(task % 2 == 0 && task % 5 > 0)))
            .collect();
        let task: Vec<u32> = (0..tasks).flat_map(|task| [task, task]).collect();
        let class: Vec<u16> = pairs.iter().flat_map(|(one, other)| [*one, *other]).collect();
        let table = Table::from_ids(&task, &[0, 1].repeat(pairs.len()), &class).unwrap();
        let interval = cohen_interval(&table, (0, 1), Weights::Equal, Bootstrap::default()).unwrap().unwrap();
        assert_eq!(Some(interval.value), cohen_of(&table, 0, 1, Weights::Equal));
        assert!(interval.low < interval.value && interval.value < interval.high, "{interval:?}");
        interval.high - interval.low
    };
    assert!(width(1000) < width(60) / 2.0);
}
