//! Classes.

use std::path::Path;
use std::time::Instant;

use kazi_quality::classes::{Auto, ClassMethod, METHODS, method};
use kazi_quality::{Answers, Evidence};

use super::input::{Row, TASK, TRUTH, WORKER, needed, read};
use super::output::{Summary, number, skills, table};
use super::{AggregateError, Args, place};

type Labels = Answers<String, String, String>;

/// Aggregates class labels.
pub fn run(args: &Args) -> Result<(), AggregateError> {
    let known = read_truth(args.gold.as_deref(), args.skip_bad_rows)?;
    let truth = read_truth(args.truth.as_deref(), args.skip_bad_rows)?;
    let mut builder = Labels::builder();
    // A class that only the truth knows is a class all the same: nobody having found it must count as an error.
    for (_, class) in known.iter().chain(&truth) {
        builder = builder.class(class.clone());
    }
    let columns = [TASK, WORKER, needed(&["label", "answer", "class", "value"])];
    let left_out = read(&args.input, &columns, args.skip_bad_rows, &mut |row| {
        let task = row.filled(0, "task")?.to_owned();
        let worker = row.filled(1, "worker")?.to_owned();
        builder.push(task, worker, row.filled(2, "label")?.to_owned());
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
    let chosen = choose(&args.method, &evidence)?;
    let start = Instant::now();
    let fit = chosen.fit(&evidence)?;
    let seconds = start.elapsed().as_secs_f64();
    let counts: Vec<usize> =
        (0..answers.table().tasks()).map(|task| answers.table().task(task).0.len()).collect();
    let rows = answers.winners(&fit).into_iter().zip(counts).map(|((task, classes, probability), count)| {
        let tie = (classes.len() > 1).to_string();
        vec![task, classes.join("|"), number(probability), tie, count.to_string()]
    });
    table(&args.out, &["task", "label", "probability", "tie", "answers"], rows)?;
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
        measured: fit.accuracy(known.iter().copied()).map(|accuracy| ("accuracy", accuracy, known.len())),
    }
    .report(args.json.as_deref())
}

/// The method by its name; `auto` says what it has chosen.
fn choose(name: &str, evidence: &Evidence<'_>) -> Result<Box<dyn ClassMethod>, AggregateError> {
    if name == "auto" {
        return Ok(Auto::default().choose(evidence));
    }
    let unknown =
        || AggregateError::Method { method: name.to_owned(), kind: "labels", known: METHODS.join(", ") };
    method(name).ok_or_else(unknown)
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
