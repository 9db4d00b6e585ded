//! Results as CSV, figures as JSON, and a summary for the reader.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use kazi_quality::skill::Interval;
use serde_json::{Value, json};

use super::AggregateError;

/// Writes a table; - is the standard output. A reader that closes the pipe early (`| head`) is no error.
pub fn table(
    name: &str,
    header: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<(), AggregateError> {
    let to: Box<dyn Write> = if name == "-" {
        Box::new(std::io::stdout().lock())
    } else {
        Box::new(File::create(Path::new(name)).map_err(|source| cannot(name, source))?)
    };
    let mut writer = csv::Writer::from_writer(to);
    let write = || -> Result<(), csv::Error> {
        writer.write_record(header)?;
        for row in rows {
            writer.write_record(&row)?;
        }
        writer.flush().map_err(csv::Error::from)
    };
    match write().map_err(csv::Error::into_kind) {
        Ok(()) => Ok(()),
        Err(csv::ErrorKind::Io(source)) if source.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        Err(csv::ErrorKind::Io(source)) => Err(cannot(name, source)),
        Err(other) => Err(cannot(name, std::io::Error::other(format!("{other:?}")))),
    }
}

fn cannot(name: &str, source: std::io::Error) -> AggregateError {
    AggregateError::Write { name: name.to_owned(), source }
}

/// What a run amounted to.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// The method that was used, after `auto` has chosen.
    pub method: String,
    /// Rows that were used.
    pub answers: usize,
    /// Rows that were left out.
    pub left_out: usize,
    /// Distinct tasks (items, for pairs).
    pub tasks: usize,
    /// Distinct workers.
    pub workers: usize,
    /// Iterations of the method.
    pub iterations: usize,
    /// Seconds spent in the method.
    pub seconds: f64,
    /// What `--truth` gave: the measure's name, its value with its bounds, and on how many tasks it rests.
    pub measured: Option<(&'static str, Interval, usize)>,
}

impl Summary {
    /// Prints the summary for people (to the standard error) and writes the figures.
    pub fn report(&self, json: Option<&Path>) -> Result<(), AggregateError> {
        let left_out = match self.left_out {
            0 => String::new(),
            count => format!(" {count} rows left out."),
        };
        eprintln!(
            "{} answers to {} tasks by {} workers.{left_out} Method: {}, {} iterations, {:.3} s.",
            self.answers, self.tasks, self.workers, self.method, self.iterations, self.seconds
        );
        if let Some((name, interval, tasks)) = &self.measured {
            eprintln!("{}", sentence(name, interval, *tasks));
        }
        let Some(path) = json else { return Ok(()) };
        let name = path.display().to_string();
        let text = format!("{:#}\n", self.figures());
        std::fs::write(path, text).map_err(|source| cannot(&name, source))
    }

    /// The figures as JSON.
    fn figures(&self) -> Value {
        let mut figures = json!({
            "method": self.method,
            "answers": self.answers,
            "left_out": self.left_out,
            "tasks": self.tasks,
            "workers": self.workers,
            "iterations": self.iterations,
            "seconds": self.seconds,
            "accuracy": null,
        });
        if let (Some((name, interval, tasks)), Some(object)) = (&self.measured, figures.as_object_mut()) {
            object.insert((*name).replace(' ', "_"), json!(interval.value));
            object.insert("interval".to_owned(), json!([interval.low, interval.high]));
            object.insert("tasks_with_truth".to_owned(), json!(tasks));
        }
        figures
    }
}

/// A measure in words; shares as percent.
fn sentence(name: &str, interval: &Interval, tasks: usize) -> String {
    let (scale, unit) = if matches!(name, "accuracy" | "word error") { (100.0, " %") } else { (1.0, "") };
    format!(
        "{name}: {:.2}{unit} (95 % interval {:.2} to {:.2}{unit}, {tasks} tasks with truth)",
        interval.value * scale,
        interval.low * scale,
        interval.high * scale
    )
}

/// The mean of values with its normal 95 % interval.
pub fn mean(values: &[f64]) -> Option<Interval> {
    let count = super::real(values.len());
    if values.is_empty() {
        return None;
    }
    let value = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|each| (each - value).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
    let reach = 1.96 * (variance / count).sqrt();
    Some(Interval { low: value - reach, value, high: value + reach })
}

/// A number as it goes into a table.
pub fn number(value: f64) -> String {
    if value.is_finite() { format!("{value:.6}") } else { String::new() }
}

/// Writes the workers' skills, if asked for.
pub fn skills<'a>(
    path: Option<&Path>,
    workers: impl Iterator<Item = (&'a String, kazi_quality::skill::Skill)>,
) -> Result<(), AggregateError> {
    let Some(path) = path else { return Ok(()) };
    let row = |(worker, skill): (&String, kazi_quality::skill::Skill)| {
        let accuracy = skill.accuracy;
        let numbers = [accuracy.value, accuracy.low, accuracy.high].map(number);
        [worker.clone(), skill.answers.to_string()].into_iter().chain(numbers).collect()
    };
    table(&path.display().to_string(), &["worker", "answers", "accuracy", "low", "high"], workers.map(row))
}
