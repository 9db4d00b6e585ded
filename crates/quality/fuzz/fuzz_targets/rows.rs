//! Arbitrary rows of answers through every method for classes, the agreement measures, the online posterior and the
//! rankings.
#![no_main]

use kazi_quality::agreement::{Metric, alpha, alpha_by_class, fleiss, worker_agreement};
use kazi_quality::classes::{METHODS, Profile, method, probability_intervals};
use kazi_quality::numeric::{Numbers, Weighing};
use kazi_quality::online::{Posterior, WorkerModel};
use kazi_quality::pairs::{BradleyTerry, NoisyBradleyTerry, Pairs, Winner};
use kazi_quality::{Answers, Evidence};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((choice, data)) = data.split_first() else { return };
    let rows: Vec<&[u8]> = data.chunks_exact(3).take(200).collect();
    let labels = rows.iter().map(|row| (row[0], row[1], row[2] % 11));
    if let Ok(answers) = Answers::from_rows(labels) {
        let name = METHODS[usize::from(*choice) % METHODS.len()];
        let table = answers.table();
        let gold_rows: Vec<(u8, u8)> = rows.iter().filter(|row| row[1] % 5 == 0).map(|row| (row[0], row[2] % 11)).collect();
        let gold = answers.gold(gold_rows.iter().map(|(task, class)| (task, class))).expect("known ids");
        let evidence = if *choice > 127 { Evidence::from(table).with_gold(&gold) } else { table.into() };
        let fit = method(name).expect("a known name").fit(&evidence).expect("usable answers");
        for interval in probability_intervals(&evidence, &fit).expect("a fit of this table") {
            assert!(interval.low <= interval.value && interval.value <= interval.high, "{name}: {interval:?}");
        }
        for task in 0..fit.tasks() {
            let sum: f64 = fit.posterior(task).iter().sum();
            assert!((sum - 1.0).abs() < 1e-6, "{name}: {:?}", fit.posterior(task));
            let _ = (fit.winner(task), fit.winners(task));
        }
        let _ = (alpha(table, Metric::Ordinal), alpha_by_class(table), fleiss(table), worker_agreement(table), Profile::of(table));
    }
    let numbers = rows.iter().map(|row| (row[0], row[1], f64::from(i16::from_le_bytes([row[2], row[1]])) * 1e3_f64.powi(i32::from(row[2] % 7))));
    if let Ok(numbers) = Numbers::from_rows(numbers) {
        for weighing in [Weighing::Mean, Weighing::Median, Weighing::Catd { alpha: 0.05 }, Weighing::Pm] {
            let fit = numbers.fit(weighing).expect("usable numbers");
            assert!(fit.estimates.iter().all(|estimate| estimate.value.is_finite()));
        }
    }
    let winner = |byte: u8| [Winner::Left, Winner::Right, Winner::Tie][usize::from(byte % 3)];
    let pairs = rows.iter().map(|row| (row[0] % 16, row[1] % 16, row[2] / 3 % 8, winner(row[2])));
    if let Ok(pairs) = Pairs::from_rows(pairs) {
        let plain = BradleyTerry { iterations: 50, ..BradleyTerry::default() }.fit(&pairs).expect("usable pairs");
        let noisy = NoisyBradleyTerry { iterations: 50, ..NoisyBradleyTerry::default() }.fit(&pairs).expect("usable pairs");
        assert!(plain.scores.iter().chain(&noisy.ranking.scores).all(|score| score.is_finite()));
    }
    let prior: Vec<f64> = rows.iter().take(5).map(|row| f64::from(row[0])).collect();
    let counts: Vec<Vec<f64>> = rows.iter().take(prior.len()).map(|row| row.iter().map(|byte| f64::from(*byte)).collect()).collect();
    if let (Ok(mut task), Ok(worker)) = (Posterior::new(&prior), WorkerModel::from_counts(&counts, 1.0, 0.1)) {
        for row in &rows {
            let _ = task.update(&worker, usize::from(row[1] % 6));
        }
        assert!((task.probabilities().iter().sum::<f64>() - 1.0).abs() < 1e-6);
    }
});
