//! Numbers, rankings and whole answers, on real crowds and in small.

use crate::support::{real, rows};
use kazi_quality::numeric::{Numbers, Weighing};
use kazi_quality::pairs::{BradleyTerry, NoisyBradleyTerry, Pairs, Winner};
use kazi_quality::text::{Choices, Rasa, error_rate};
use std::collections::BTreeMap;

fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap())
}

#[test]
fn weighted_numbers_beat_the_mean_on_real_answers() {
    let Some(labels) = real("crowd/emotion_numeric/labels.csv") else { return };
    let truth = rows(&real("crowd/emotion_numeric/truth.csv").unwrap());
    let parsed =
        rows(&labels).into_iter().map(|row| (row[0].clone(), row[1].clone(), row[2].parse().unwrap()));
    let numbers = Numbers::from_rows(parsed).unwrap();
    let error = |weighing| {
        let fit = numbers.fit(weighing).unwrap();
        let off = |row: &Vec<String>| {
            let task = usize::try_from(numbers.tasks().id(&row[0]).unwrap()).unwrap();
            (fit.estimates[task].value - row[1].parse::<f64>().unwrap()).abs()
        };
        truth.iter().map(off).sum::<f64>() / count(truth.len())
    };
    let mean = error(Weighing::Mean);
    for (weighing, at_most) in
        [(Weighing::Median, 1.15), (Weighing::Catd { alpha: 0.05 }, 1.02), (Weighing::Pm, 1.0)]
    {
        let found = error(weighing);
        println!("{weighing:?}: mean absolute error {found:.2}, plain mean {mean:.2}");
        assert!(found <= mean * at_most, "{weighing:?}: {found:.2}, plain mean {mean:.2}");
    }
}

fn kendall(one: &[f64], other: &[f64]) -> f64 {
    let (mut same, mut pairs) = (0.0, 0.0);
    for left in 0..one.len() {
        for right in left + 1..one.len() {
            let product = (one[left] - one[right]) * (other[left] - other[right]);
            same += if product == 0.0 { 0.0 } else { product.signum() };
            pairs += 1.0;
        }
    }
    same / pairs
}

#[test]
fn rankings_of_real_comparisons_follow_the_published_scores() {
    let Some(text) = real("crowd/pairwise_ukpconvarg1/pairs.csv") else { return };
    let scores = rows(&real("crowd/pairwise_ukpconvarg1/item_scores.csv").unwrap());
    let published: BTreeMap<String, f64> =
        scores.into_iter().map(|row| (row[0].clone(), row[1].parse().unwrap())).collect();
    let mut topics: BTreeMap<String, Vec<(String, String, String, Winner)>> = BTreeMap::new();
    for row in rows(&text) {
        let winner = if row[4] == row[2] {
            Winner::Left
        } else if row[4] == row[3] {
            Winner::Right
        } else {
            Winner::Tie
        };
        topics.entry(row[0].clone()).or_default().push((
            row[2].clone(),
            row[3].clone(),
            row[1].clone(),
            winner,
        ));
    }
    let (mut plain, mut noisy) = (0.0, 0.0);
    for comparisons in topics.values() {
        let pairs = Pairs::from_rows(comparisons.iter().cloned()).unwrap();
        let theirs: Vec<f64> =
            pairs.items().names().iter().map(|item| published.get(item).copied().unwrap_or(0.0)).collect();
        // The published scores count up for the less convincing argument.
        plain += kendall(&BradleyTerry::default().fit(&pairs).unwrap().scores, &theirs).abs();
        noisy += kendall(&NoisyBradleyTerry::default().fit(&pairs).unwrap().ranking.scores, &theirs).abs();
    }
    let (plain, noisy) = (plain / count(topics.len()), noisy / count(topics.len()));
    println!("Kendall's tau with the published scores: {plain:.3} plain, {noisy:.3} noisy");
    assert!(plain > 0.7 && noisy > 0.7, "{plain} {noisy}");
}

#[test]
fn a_random_clicker_is_found() {
    let items = ["a", "b", "c", "d"];
    let mut rows = Vec::new();
    let mut flip = 0_u32;
    for worker in 0..6 {
        for _ in 0..5 {
            for (left, one) in items.iter().enumerate() {
                for other in &items[left + 1..] {
                    flip = flip.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let honest = worker < 5;
                    rows.push((
                        *one,
                        *other,
                        worker,
                        if honest || flip >> 31 == 0 { Winner::Left } else { Winner::Right },
                    ));
                }
            }
        }
    }
    let found = NoisyBradleyTerry::default().fit(&Pairs::from_rows(rows).unwrap()).unwrap();
    assert_eq!(found.ranking.order, [0, 1, 2, 3]);
    assert!(
        found.skills[5] < 0.6 && found.skills[..5].iter().all(|skill| *skill > 0.8),
        "{:?}",
        found.skills
    );
}

#[test]
fn whole_answers_of_reliable_workers_win() {
    for set in ["text_crowdwsa_t1", "text_crowdwsa_t2"] {
        let Some(texts) = real(&format!("crowd/{set}/texts.csv")) else { continue };
        let truth = rows(&real(&format!("crowd/{set}/truth.csv")).unwrap());
        let plain = |text: &str| -> Vec<String> {
            let kept: String =
                text.to_lowercase().chars().filter(|c| c.is_alphanumeric() || c.is_whitespace()).collect();
            kept.split_whitespace().map(str::to_owned).collect()
        };
        let mut workers: BTreeMap<String, u32> = BTreeMap::new();
        let mut tasks: BTreeMap<String, Vec<(u32, Vec<String>)>> = BTreeMap::new();
        for row in rows(&texts) {
            let next = u32::try_from(workers.len()).unwrap();
            let worker = *workers.entry(row[1].clone()).or_insert(next);
            tasks.entry(row[0].clone()).or_default().push((worker, plain(&row[2])));
        }
        let answers: Vec<Vec<(u32, Vec<String>)>> = tasks.values().cloned().collect();
        let distance = |one: &Vec<String>, other: &Vec<String>| {
            f64::midpoint(error_rate(one, other), error_rate(other, one))
        };
        let choices = Choices::measure(&answers, distance).unwrap();
        let truth: BTreeMap<&String, Vec<String>> =
            truth.iter().map(|row| (&row[0], plain(&row[1]))).collect();
        let error = |best: &dyn Fn(usize) -> Vec<usize>| {
            let mut sum = 0.0;
            for (place, (task, answers)) in tasks.iter().enumerate() {
                let chosen = best(place);
                let total: f64 =
                    chosen.iter().map(|answer| error_rate(&answers[*answer].1, &truth[task])).sum();
                sum += total / count(chosen.len());
            }
            sum / count(tasks.len())
        };
        let average = error(&|place| (0..answers[place].len()).collect());
        let rasa = Rasa::default().fit(&choices).unwrap();
        let hybrid = Rasa::hybrid().fit(&choices).unwrap();
        let (rasa, hybrid) = (
            error(&|place| vec![rasa.best[place].unwrap()]),
            error(&|place| vec![hybrid.best[place].unwrap()]),
        );
        println!("{set}: word error of a random answer {average:.3}, RASA {rasa:.3}, HRRASA {hybrid:.3}");
        assert!(rasa < average - 0.05 && hybrid < average - 0.05);
    }
}
