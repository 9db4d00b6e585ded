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
    rows: impl Iterator<Item = impl IntoIterator<Item = impl AsRef<[u8]>>>,
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
            writer.write_record(row)?;
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
    /// What `--truth` gave.
    pub measured: Vec<Measure>,
}

/// One measure against the truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// What is measured.
    pub name: &'static str,
    /// Its value with its bounds.
    pub value: Interval,
    /// On how many cases it rests.
    pub cases: usize,
    /// What the cases are.
    pub of: &'static str,
}

impl Measure {
    /// A measure that rests on tasks.
    pub fn of_tasks(name: &'static str, value: Interval, cases: usize) -> Self {
        Self { name, value, cases, of: "tasks with truth" }
    }

    /// The measure in words; shares as percent.
    fn sentence(&self) -> String {
        let share = matches!(self.name, "accuracy" | "word error" | "found" | "false");
        let (scale, unit) = if share { (100.0, " %") } else { (1.0, "") };
        let [low, value, high] =
            [self.value.low, self.value.value, self.value.high].map(|value| value * scale);
        format!(
            "{}: {value:.2}{unit} (95 % interval {low:.2} to {high:.2}{unit}, {} {})",
            self.name, self.cases, self.of
        )
    }
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
        for measure in &self.measured {
            eprintln!("{}", measure.sentence());
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
        let Some(object) = figures.as_object_mut() else { return figures };
        for (place, Measure { name, value, cases, of }) in self.measured.iter().enumerate() {
            let key = name.replace(' ', "_").to_lowercase();
            let bounds = json!([value.low, value.high]);
            // The first measure is the one that the kind of answers is judged by.
            if place == 0 {
                object.insert("interval".to_owned(), bounds.clone());
                object.insert(of.replace(' ', "_"), json!(cases));
            }
            object.insert(format!("{key}_interval"), bounds);
            object.insert(format!("{key}_of"), json!(cases));
            object.insert(key, json!(value.value));
        }
        figures
    }
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
        [worker.clone(), skill.answers.to_string()].into_iter().chain(numbers)
    };
    table(&path.display().to_string(), &["worker", "answers", "accuracy", "low", "high"], workers.map(row))
}
