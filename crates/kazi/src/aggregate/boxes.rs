//! Boxes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use kazi_quality::geometry::{Consensus, Found, Reader, Rectangle, Shape, compare};
use kazi_quality::skill::wilson;

use super::input::{Column, Row, TASK, WORKER, needed, optional, read};
use super::output::{Measure, Summary, mean, number, table};
use super::{AggregateError, Args};

const HEADER: [&str; 10] =
    ["task", "class", "left", "top", "right", "bottom", "confidence", "support", "similarity", "accepted"];

/// A box with its class.
type Marked = (String, Rectangle);

/// For each task and worker the marked boxes with their classes.
type Tasks = BTreeMap<String, BTreeMap<String, Vec<Marked>>>;

/// Aggregates boxes. A worker who looked at a task and marked nothing is told by a row with empty coordinates.
pub fn run(args: &Args) -> Result<(), AggregateError> {
    if args.skills.is_some() {
        return Err(AggregateError::Option { option: "skills", kind: "boxes" });
    }
    let truth = match &args.truth {
        Some(path) => read_truth(&path.display().to_string(), args.skip_bad_rows)?,
        None => BTreeMap::new(),
    };
    let (tasks, answers, left_out) = read_boxes(args)?;
    if tasks.is_empty() {
        return Err(kazi_quality::Error::Empty.into());
    }
    let workers: BTreeSet<&String> = tasks.values().flat_map(BTreeMap::keys).collect();
    let start = Instant::now();
    let mut results: Vec<(&String, Vec<Found<String, Rectangle>>)> = Vec::with_capacity(tasks.len());
    for (task, readers) in &tasks {
        let readers: Vec<Reader<String, Rectangle>> =
            readers.values().map(|marks| Reader { weight: 1.0, marks: marks.clone() }).collect();
        results.push((task, Consensus::default().fit(&readers)?));
    }
    let seconds = start.elapsed().as_secs_f64();
    let rows = results.iter().flat_map(|(task, found)| found.iter().map(|found| row(task, found)));
    table(&args.out, &HEADER, rows)?;
    Summary {
        method: "consensus".to_owned(),
        answers,
        left_out,
        tasks: tasks.len(),
        workers: workers.len(),
        iterations: 2,
        seconds,
        measured: measure(&results, &truth),
    }
    .report(args.json.as_deref())
}

/// One found object as a row of the results.
fn row(task: &str, found: &Found<String, Rectangle>) -> Vec<String> {
    let shape = found.shape;
    let edges = [shape.left, shape.top, shape.right, shape.bottom];
    let numbers = edges.into_iter().chain([found.confidence, found.support, found.similarity]).map(number);
    let start = [task.to_owned(), found.class.clone()];
    start.into_iter().chain(numbers).chain([found.accepted.to_string()]).collect()
}

/// The accepted boxes against the true ones, over the tasks that have both: how much pairs overlap, how many true boxes
/// are found, and how many accepted ones are false. A truth without classes is compared without regard to them.
fn measure(
    results: &[(&String, Vec<Found<String, Rectangle>>)],
    truth: &BTreeMap<String, Vec<Marked>>,
) -> Vec<Measure> {
    let classes = truth.values().flatten().any(|(class, _)| !class.is_empty());
    let (mut overlaps, mut wanted, mut accepted) = (Vec::new(), 0, 0);
    for (task, found) in results {
        let Some(truth) = truth.get(*task) else { continue };
        let class =
            |found: &Found<String, Rectangle>| if classes { found.class.clone() } else { String::new() };
        let found: Vec<Marked> =
            found.iter().filter(|found| found.accepted).map(|found| (class(found), found.shape)).collect();
        wanted += truth.len();
        accepted += found.len();
        let pairs = compare(&found, truth, Consensus::default().same_at).pairs;
        overlaps.extend(pairs.into_iter().map(|(_, _, similarity)| similarity));
    }
    let pairs = overlaps.len();
    let share = |part: usize, all: usize| wilson(super::real(part), super::real(all), 0.95);
    let mut measures = Vec::new();
    if let Some(value) = mean(&overlaps) {
        measures.push(Measure { name: "mean IoU", value, cases: pairs, of: "pairs with truth" });
    }
    if wanted > 0 {
        measures.push(Measure {
            name: "found",
            value: share(pairs, wanted),
            cases: wanted,
            of: "true boxes",
        });
    }
    if accepted > 0 {
        let value = share(accepted - pairs, accepted);
        measures.push(Measure { name: "false", value, cases: accepted, of: "accepted boxes" });
    }
    measures
}

/// The columns of a box.
const EDGES: [Column; 4] = [
    needed(&["left", "x1", "xmin"]),
    needed(&["top", "y1", "ymin"]),
    needed(&["right", "x2", "xmax"]),
    needed(&["bottom", "y2", "ymax"]),
];
const CLASS: Column = optional(&["class", "label"]);

/// The box in the columns from `first` on, with its class after it; none where all four are empty.
fn marked(row: &Row, first: usize) -> Result<Option<Marked>, String> {
    if (first..first + 4).all(|column| row.get(column).trim().is_empty()) {
        return Ok(None);
    }
    let edge = |place: usize, what| row.number(first + place, what);
    let shape = Rectangle {
        left: edge(0, "left")?,
        top: edge(1, "top")?,
        right: edge(2, "right")?,
        bottom: edge(3, "bottom")?,
    };
    match shape.fault() {
        Some(why) => Err(why.to_owned()),
        None => Ok(Some((row.get(first + 4).trim().to_owned(), shape))),
    }
}

/// The true boxes of each task. A task without any is told by a row with empty coordinates.
fn read_truth(name: &str, skip: bool) -> Result<BTreeMap<String, Vec<Marked>>, AggregateError> {
    let columns: Vec<Column> = [TASK].into_iter().chain(EDGES).chain([CLASS]).collect();
    let mut tasks: BTreeMap<String, Vec<Marked>> = BTreeMap::new();
    read(name, &columns, skip, &mut |row| {
        let task = row.filled(0, "task")?.to_owned();
        let found = marked(row, 1)?;
        tasks.entry(task).or_default().extend(found);
        Ok(())
    })?;
    Ok(tasks)
}

/// The boxes of each worker in each task, with the numbers of rows used and left out.
fn read_boxes(args: &Args) -> Result<(Tasks, usize, usize), AggregateError> {
    let columns: Vec<Column> = [TASK, WORKER].into_iter().chain(EDGES).chain([CLASS]).collect();
    let mut tasks: Tasks = BTreeMap::new();
    let mut answers = 0;
    let left_out = read(&args.input, &columns, args.skip_bad_rows, &mut |row| {
        let task = row.filled(0, "task")?.to_owned();
        let worker = row.filled(1, "worker")?.to_owned();
        let found = marked(row, 2)?;
        answers += 1;
        tasks.entry(task).or_default().entry(worker).or_default().extend(found);
        Ok(())
    })?;
    Ok((tasks, answers, left_out))
}
