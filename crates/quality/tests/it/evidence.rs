//! Simulated crowds behind the rule of `Auto` and behind what the docs say of intervals.

use crate::docs::compare;
use crate::support::table_in;
use kazi_quality::classes::{Auto, ClassMethod, method, probability_intervals};
use kazi_quality::online::{Posterior, WorkerModel};
use kazi_quality::{Random, Table};

type Matrix = Vec<Vec<f64>>;

/// A worker who is right with this chance, whatever the class.
fn honest(accuracy: f64, classes: usize) -> Matrix {
    let wrong = (1.0 - accuracy) / f64::from(u32::try_from(classes - 1).unwrap());
    let row = |truth| (0..classes).map(|given| if truth == given { accuracy } else { wrong }).collect();
    (0..classes).map(row).collect()
}

/// A worker who takes some classes for others in a way of their own; right with a chance of `least` to `least` + 0.4.
fn confused(worker: u64, classes: usize, least: f64) -> Matrix {
    let mut random = Random::new(worker + 99);
    let row = |truth: usize| -> Vec<f64> {
        let pull: Vec<f64> = (0..classes).map(|_| random.unit().powi(2) + 0.02).collect();
        let wrong = pull.iter().sum::<f64>() - pull[truth];
        let right = least + 0.4 * random.unit();
        let share = |given: usize| if given == truth { right } else { pull[given] / wrong * (1.0 - right) };
        (0..classes).map(share).collect()
    };
    (0..classes).map(row).collect()
}

/// Answers of workers drawn at random, `each` different ones a task, and the truth.
fn simulate(
    seed: u64,
    (tasks, each): (u32, usize),
    workers: &[Matrix],
    shares: &[f64],
) -> (Table, Vec<usize>) {
    let mut random = Random::new(seed * 7919);
    let (mut task, mut worker, mut class, mut truth) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for place in 0..tasks {
        let right = random.pick(shares);
        truth.push(right);
        let mut chosen: Vec<usize> = Vec::new();
        while chosen.len() < each {
            let one = random.below(workers.len());
            if !chosen.contains(&one) {
                chosen.push(one);
            }
        }
        for one in chosen {
            task.push(place);
            worker.push(u32::try_from(one).unwrap());
            class.push(u16::try_from(random.pick(&workers[one][right])).unwrap());
        }
    }
    (Table::from_ids(&task, &worker, &class).unwrap().with_classes(shares.len()), truth)
}

/// The crowds in the docs of `Auto`: their names there, classes, tasks, answers a task, and each worker's matrix.
fn crowd(name: &str, seed: u64) -> (usize, (u32, usize), Vec<Matrix>) {
    let mut random = Random::new(seed);
    let mut between = |workers: u64, low: f64, high: f64, classes: usize| -> Vec<Matrix> {
        (0..workers).map(|_| honest(low + (high - low) * random.unit(), classes)).collect()
    };
    let some = |workers: u64, every: u64, (bad, good): (f64, f64), classes: usize| -> Vec<Matrix> {
        let one = |worker| honest(if worker % 5 < every { bad } else { good }, classes);
        (0..workers).map(one).collect()
    };
    let own = |workers: u64| -> Vec<Matrix> { (0..workers).map(|worker| confused(worker, 4, 0.4)).collect() };
    match name {
        "all alike, 0.45" => (4, (2000, 5), between(50, 0.45, 0.45, 4)),
        "all alike, 0.45, few answers" => (4, (2000, 5), between(400, 0.45, 0.45, 4)),
        "0.45 to 0.65, few answers" => (4, (2000, 5), between(400, 0.45, 0.65, 4)),
        "0.35 to 0.85" => (4, (2000, 5), between(50, 0.35, 0.85, 4)),
        "0.35 to 0.85, few answers" => (4, (2000, 5), between(400, 0.35, 0.85, 4)),
        "a fifth mostly wrong" => (4, (2000, 5), some(50, 1, (0.2, 0.7), 4)),
        "confusions of their own" => (4, (2000, 5), own(50)),
        "confusions of their own, ten answers a task" => (4, (1000, 10), own(40)),
        "confusions of their own, few answers" => (4, (2000, 5), own(400)),
        "two classes, all alike, 0.7, few answers" => (2, (2000, 5), between(400, 0.7, 0.7, 2)),
        "two classes, 0.6 to 0.98" => (2, (2000, 5), between(50, 0.6, 0.98, 2)),
        "two classes, two fifths mostly wrong, few answers" => (2, (2000, 5), some(400, 2, (0.25, 0.75), 2)),
        other => panic!("no crowd {other}"),
    }
}

/// The evidence in the docs of `Auto`, mean of three draws.
#[test]
fn the_docs_state_what_auto_takes_and_gains() {
    let stated = table_in(include_str!("../../src/classes/auto.rs"), "simulated crowd");
    let simulated = |row: &Vec<String>| {
        let (mut chosen, mut sums): (Vec<String>, _) = (Vec::new(), [0.0; 4]);
        for seed in 1..=3 {
            let (classes, size, workers) = crowd(&row[0], seed);
            let (table, truth) = simulate(seed, size, &workers, &vec![1.0; classes]);
            let auto = Auto::default().choose(&(&table).into());
            if chosen.iter().all(|name| name != auto.name()) {
                chosen.push(auto.name().to_owned());
            }
            let known = || truth.iter().copied().enumerate();
            let of = |method: &dyn ClassMethod| {
                100.0 * method.fit(&(&table).into()).unwrap().accuracy(known()).unwrap().value
            };
            for (sum, name) in sums.iter_mut().zip(["majority", "one-coin", "dawid-skene"]) {
                *sum += of(&*method(name).unwrap()) / 3.0;
            }
            sums[3] += of(&*auto) / 3.0;
        }
        let best = sums[..3].iter().copied().fold(0.0, f64::max);
        assert!(sums[3] > best - 0.5, "{}: auto {:.1}, the best {best:.1}", row[0], sums[3]);
        let figures = sums.map(|sum| format!("{sum:.1}"));
        [row[0].clone()].into_iter().chain(figures).chain([chosen.join(", ")]).collect()
    };
    compare(&stated, &stated.iter().map(simulated).collect::<Vec<_>>(), "///");
}

/// How often the 95 % interval of a label's probability holds what one would say who knew the workers' true error
/// rates and the classes' true shares: the table in the docs, mean of five draws.
#[test]
fn the_docs_state_how_often_intervals_hold_the_probability_under_the_true_rates() {
    let stated = table_in(include_str!("../../src/classes/certainty.rs"), "simulated crowd");
    let right = |worker: u64| 0.55 + 0.03 * f64::from(u32::try_from(worker % 12).unwrap());
    let crowd = |name: &str| -> ((u32, usize), Vec<Matrix>, Vec<f64>) {
        let honest =
            |workers: u64, classes| (0..workers).map(|worker| honest(right(worker), classes)).collect();
        let own = |workers: u64, classes| (0..workers).map(|one| confused(one, classes, 0.45)).collect();
        match name {
            "20 workers, 5 answers a task, 3 classes" => ((600, 5), honest(20, 3), vec![1.0; 3]),
            "the same, confusions of their own" => ((600, 5), own(20, 3), vec![1.0; 3]),
            "60 workers, 5 answers a task, 3 classes" => ((600, 5), honest(60, 3), vec![1.0; 3]),
            "40 workers, 5 answers a task, 4 classes, confusions of their own" => {
                ((2000, 5), own(40, 4), vec![1.0; 4])
            }
            "20 workers, 10 answers a task, 2 classes" => ((300, 10), honest(20, 2), vec![1.0; 2]),
            "30 workers, 3 answers a task, 2 classes" => ((1000, 3), honest(30, 2), vec![1.0; 2]),
            "the same, close to guessing" => ((1000, 3), own(30, 2), vec![1.0; 2]),
            "20 workers, 5 answers a task, 2 classes, one of them 15 %" => {
                ((600, 5), honest(20, 2), vec![0.85, 0.15])
            }
            other => panic!("no crowd {other}"),
        }
    };
    let simulated = |row: &Vec<String>| {
        let (size, workers, shares) = crowd(&row[0]);
        let certain = |row: &Vec<f64>| row.iter().map(|share| share * 1e9).collect::<Vec<f64>>();
        let model = |matrix: &Matrix| {
            WorkerModel::from_counts(&matrix.iter().map(certain).collect::<Vec<_>>(), 1e-9, 1e-9).unwrap()
        };
        let models: Vec<WorkerModel> = workers.iter().map(model).collect();
        let mut cells = vec![row[0].clone()];
        for name in ["dawid-skene", "ibcc", "one-coin"] {
            let (mut covered, mut all) = (0.0, 0.0);
            for seed in 1..=5 {
                let (table, _) = simulate(seed, size, &workers, &shares);
                let fit = method(name).unwrap().fit(&(&table).into()).unwrap();
                let intervals = probability_intervals(&(&table).into(), &fit).unwrap();
                for (task, interval) in intervals.iter().enumerate() {
                    let mut oracle = Posterior::new(&shares).unwrap();
                    let (who, given) = table.task(task);
                    for (worker, class) in who.iter().zip(given) {
                        let worker = &models[usize::try_from(*worker).unwrap()];
                        oracle.update(worker, usize::from(*class)).unwrap();
                    }
                    let value = oracle.probabilities()[fit.winners(task).0[0]];
                    covered += f64::from(u8::from(interval.low <= value && value <= interval.high));
                    all += 1.0;
                }
            }
            // One number a worker cannot describe confusions.
            let fits = name != "one-coin" || !row[0].contains("own") && !row[0].contains("guessing");
            cells.push(if fits { format!("{:.0} %", 100.0 * covered / all) } else { "–".to_owned() });
        }
        cells
    };
    compare(&stated, &stated.iter().map(simulated).collect::<Vec<_>>(), "///");
}
