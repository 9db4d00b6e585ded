//! Boxes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use kazi_quality::geometry::{Consensus, Reader, Rectangle, Shape};

use super::input::{TASK, WORKER, needed, optional, read};
use super::output::{Summary, number, table};
use super::{AggregateError, Args};

const HEADER: [&str; 10] =
    ["task", "class", "left", "top", "right", "bottom", "confidence", "support", "similarity", "accepted"];

/// For each task and worker the marked boxes with their classes.
type Tasks = BTreeMap<String, BTreeMap<String, Vec<(String, Rectangle)>>>;

/// Aggregates boxes. A worker who looked at a task and marked nothing is told by a row with empty coordinates.
pub fn run(args: &Args) -> Result<(), AggregateError> {
    for (option, given) in [("truth", args.truth.is_some()), ("skills", args.skills.is_some())] {
        if given {
            return Err(AggregateError::Option { option, kind: "boxes" });
        }
    }
    let (tasks, answers, left_out) = read_boxes(args)?;
    if tasks.is_empty() {
        return Err(kazi_quality::Error::Empty.into());
    }
    let workers: BTreeSet<&String> = tasks.values().flat_map(BTreeMap::keys).collect();
    let start = Instant::now();
    let mut rows = Vec::new();
    for (task, readers) in &tasks {
        let readers: Vec<Reader<String, Rectangle>> =
            readers.values().map(|marks| Reader { weight: 1.0, marks: marks.clone() }).collect();
        for found in Consensus::default().fit(&readers)? {
            let shape = found.shape;
            let numbers = [
                shape.left,
                shape.top,
                shape.right,
                shape.bottom,
                found.confidence,
                found.support,
                found.similarity,
            ];
            let start = [task.clone(), found.class];
            rows.push(
                start.into_iter().chain(numbers.map(number)).chain([found.accepted.to_string()]).collect(),
            );
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    table(&args.out, &HEADER, rows.into_iter())?;
    Summary {
        method: "consensus".to_owned(),
        answers,
        left_out,
        tasks: tasks.len(),
        workers: workers.len(),
        iterations: 2,
        seconds,
        measured: None,
    }
    .report(args.json.as_deref())
}

/// The boxes of each worker in each task, with the numbers of rows used and left out.
fn read_boxes(args: &Args) -> Result<(Tasks, usize, usize), AggregateError> {
    let columns = [
        TASK,
        WORKER,
        needed(&["left", "x1", "xmin"]),
        needed(&["top", "y1", "ymin"]),
        needed(&["right", "x2", "xmax"]),
        needed(&["bottom", "y2", "ymax"]),
        optional(&["class", "label"]),
    ];
    let mut tasks: Tasks = BTreeMap::new();
    let mut answers = 0;
    let left_out = read(&args.input, &columns, args.skip_bad_rows, &mut |row| {
        let task = row.filled(0, "task")?.to_owned();
        let worker = row.filled(1, "worker")?.to_owned();
        let empty = (2..6).all(|column| row.get(column).trim().is_empty());
        let shape = if empty {
            None
        } else {
            let [left, top, right, bottom] = [(2, "left"), (3, "top"), (4, "right"), (5, "bottom")]
                .map(|(column, what)| row.number(column, what));
            let shape = Rectangle { left: left?, top: top?, right: right?, bottom: bottom? };
            shape.fault().map_or(Ok(Some(shape)), |why| Err(why.to_owned()))?
        };
        answers += 1;
        let marks = tasks.entry(task).or_default().entry(worker).or_default();
        marks.extend(shape.map(|shape| (row.get(6).trim().to_owned(), shape)));
        Ok(())
    })?;
    Ok((tasks, answers, left_out))
}
