//! Numbers.

use std::collections::BTreeMap;
use std::time::Instant;

use kazi_quality::numeric::{Numbers, Weighing};

use super::input::{TASK, WORKER, needed, read};
use super::labels::read_truth;
use super::output::{Measure, Summary, mean, number, table};
use super::{AggregateError, Args};

/// Aggregates numbers.
pub fn run(args: &Args) -> Result<(), AggregateError> {
    let weighing = match args.method.as_str() {
        "mean" => Weighing::Mean,
        "median" => Weighing::Median,
        "catd" => Weighing::Catd { alpha: 0.05 },
        "auto" | "pm" => Weighing::Pm,
        _ => return Err(super::unknown_method(args)),
    };
    let mut rows: Vec<(String, String, f64)> = Vec::new();
    let columns = [TASK, WORKER, needed(&["value", "number", "label", "answer"])];
    let left_out = read(&args.input, &columns, args.skip_bad_rows, &mut |row| {
        let (task, worker) = (row.filled(0, "task")?.to_owned(), row.filled(1, "worker")?.to_owned());
        rows.push((task, worker, row.number(2, "value")?));
        Ok(())
    })?;
    let answers = rows.len();
    let numbers = Numbers::from_rows(rows)?;
    let start = Instant::now();
    let fit = numbers.fit(weighing)?;
    let seconds = start.elapsed().as_secs_f64();
    let truth: BTreeMap<String, String> =
        read_truth(args.truth.as_deref(), args.skip_bad_rows)?.into_iter().collect();
    let estimates = numbers.tasks().names().iter().zip(&fit.estimates);
    let error = |(task, estimate): (&String, &kazi_quality::numeric::Estimate)| {
        truth.get(task)?.parse::<f64>().ok().map(|truth| (estimate.value - truth).abs())
    };
    let errors: Vec<f64> = estimates.clone().filter_map(error).collect();
    let rows = estimates.map(|(task, estimate)| {
        let numbers = [estimate.value, estimate.low, estimate.high].map(number);
        [task.clone()].into_iter().chain(numbers).chain([estimate.answers.to_string()])
    });
    table(&args.out, &["task", "value", "low", "high", "answers"], rows)?;
    if let Some(path) = &args.skills {
        let rows = numbers.workers().names().iter().zip(&fit.weights);
        let rows = rows.map(|(worker, weight)| vec![worker.clone(), number(*weight)]);
        table(&path.display().to_string(), &["worker", "weight"], rows)?;
    }
    Summary {
        method: if args.method == "auto" { "pm".to_owned() } else { args.method.clone() },
        answers,
        left_out,
        tasks: numbers.tasks().len(),
        workers: numbers.workers().len(),
        iterations: fit.iterations,
        seconds,
        measured: mean(&errors)
            .map(|interval| Measure::of_tasks("mean absolute error", interval, errors.len()))
            .into_iter()
            .collect(),
    }
    .report(args.json.as_deref())
}
