//! Classes.

use std::borrow::Cow;
use std::path::Path;
use std::time::Instant;

use kazi_quality::classes::{Auto, ClassMethod, method, probability_intervals};
use kazi_quality::skill::Interval;
use kazi_quality::{Answers, Evidence, Fit};

use super::input::{Row, TASK, TRUTH, WORKER, needed, read};
use super::output::{Measure, Summary, number, skills, table};
use super::{AggregateError, Args, place};

type Labels = Answers<String, String, String>;

/// Aggregates class labels.
pub fn run(args: &Args) -> Result<(), AggregateError> {
    let known = read_truth(args.gold.as_deref(), args.skip_bad_rows)?;
    let truth = read_truth(args.truth.as_deref(), args.skip_bad_rows)?;
    let mut builder = Labels::builder();
    // A class that only the truth knows is a class all the same: nobody having found it must count as an error.
    for (_, class) in known.iter().chain(&truth) {
        builder = builder.class(class);
    }
    let columns = [TASK, WORKER, needed(&["label", "answer", "class", "value"])];
    let left_out = read(&args.input, &columns, args.skip_bad_rows, &mut |row| {
        builder.push(row.filled(0, "task")?, row.filled(1, "worker")?, row.filled(2, "label")?);
        Ok(())
    })?;
    let answers = builder.build()?;
    // Gold for tasks that are not in the file is no mistake: one gold file may serve many jobs.
    let here = |row: &&(String, String)| answers.tasks().id(&row.0).is_some();
    let gold = answers.gold(known.iter().filter(here).map(|(task, class)| (task, class)))?;
    let mut evidence = Evidence::from(answers.table());
    if gold.known() > 0 {
        evidence = evidence.with_gold(&gold);
    }
    let chosen = choose(args, &evidence)?;
    let start = Instant::now();
    let fit = chosen.fit(&evidence)?;
    let seconds = start.elapsed().as_secs_f64();
    write_labels(args, &answers, &fit, &probability_intervals(&evidence, &fit)?)?;
    skills(args.skills.as_deref(), answers.workers().names().iter().zip(fit.skills.iter().copied()))?;
    let ids = |(task, class): &(String, String)| {
        Some((place(answers.tasks().id(task)?), place(answers.classes().id(class)?)))
    };
    let known: Vec<(usize, usize)> = truth.iter().filter_map(ids).collect();
    Summary {
        method: chosen.name().to_owned(),
        answers: answers.table().answers(),
        left_out,
        tasks: answers.table().tasks(),
        workers: answers.table().workers(),
        iterations: fit.iterations,
        seconds,
        measured: fit
            .accuracy(known.iter().copied())
            .map(|accuracy| Measure::of_tasks("accuracy", accuracy, known.len()))
            .into_iter()
            .collect(),
    }
    .report(args.json.as_deref())
}

/// A field of a row: most of them are there already, and are not copied.
type Cell<'a> = Cow<'a, [u8]>;

fn written(text: String) -> Cell<'static> {
    Cow::Owned(text.into_bytes())
}

/// One row for each task: its label, how probable it is, and how far that may be off.
fn write_labels(
    args: &Args,
    answers: &Labels,
    fit: &Fit,
    intervals: &[Interval],
) -> Result<(), AggregateError> {
    let classes = answers.classes().names();
    let rows = answers.tasks().names().iter().zip(intervals).enumerate();
    let rows = rows.map(|(task, (name, interval))| {
        let winners: Vec<&str> = fit
            .winners(task)
            .0
            .into_iter()
            .filter_map(|class| classes.get(class))
            .map(String::as_str)
            .collect();
        let label = match winners.as_slice() {
            [one] => Cell::Borrowed(one.as_bytes()),
            tied => written(tied.join("|")),
        };
        let [value, low, high] =
            [interval.value, interval.low, interval.high].map(|value| written(number(value)));
        let tie = Cell::Borrowed(if winners.len() > 1 { b"true".as_slice() } else { b"false" });
        let count = written(answers.table().task(task).0.len().to_string());
        [Cell::Borrowed(name.as_bytes()), label, value, low, high, tie, count]
    });
    table(&args.out, &["task", "label", "probability", "low", "high", "tie", "answers"], rows)
}

/// The method by its name; `auto` says what it has chosen.
fn choose(args: &Args, evidence: &Evidence<'_>) -> Result<Box<dyn ClassMethod>, AggregateError> {
    match args.method.as_str() {
        "auto" => Ok(Auto::default().choose(evidence)),
        name => method(name).ok_or_else(|| super::unknown_method(args)),
    }
}

/// Rows of task and truth; none without a file.
pub fn read_truth(path: Option<&Path>, skip: bool) -> Result<Vec<(String, String)>, AggregateError> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let mut rows = Vec::new();
    let mut take = |row: &Row| {
        rows.push((row.filled(0, "task")?.to_owned(), row.get(1).trim().to_owned()));
        Ok(())
    };
    read(&path.display().to_string(), &[TASK, TRUTH], skip, &mut take)?;
    Ok(rows)
}
