//! `kazi agreement`.

use std::path::PathBuf;
use std::process::ExitCode;

use kazi_quality::Answers;
use kazi_quality::agreement::{
    Bootstrap, Metric, Weights, alpha, alpha_by_class, alpha_interval, cohen_interval, fleiss_interval,
    worker_agreement,
};
use kazi_quality::skill::Interval;
use serde_json::json;

use super::AggregateError;
use super::input::{TASK, WORKER, needed, read};
use super::output::{number, table};

/// How classes differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Scale {
    /// Different is different.
    Nominal,
    /// Classes in the order of their names (numbers by value).
    Ordinal,
    /// Classes are numbers; differences count.
    Interval,
    /// Classes are positive numbers; proportions count.
    Ratio,
}

/// How far workers agree beyond chance: Krippendorff's alpha, kappas, per class and per worker.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  Alpha with its interval, and what each class and each worker contributes:
      kazi agreement answers.csv

  Grades from 1 to 5, where one step apart is better than four:
      kazi agreement grades.csv --scale ordinal

  Only the figures, for a script:
      kazi agreement answers.csv --json - --draws 2000")]
pub struct AgreementArgs {
    /// The answers (columns task, worker, label): CSV, TSV or JSON lines, plain or gzipped; - reads the standard input.
    pub input: String,
    /// How classes differ.
    #[arg(long, value_enum, default_value = "nominal")]
    pub scale: Scale,
    /// How many times the bootstrap draws; 0 leaves the interval out.
    #[arg(long, default_value_t = 500)]
    pub draws: usize,
    /// The seed of the bootstrap.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Where each worker's agreement goes, as CSV; - is the standard output.
    #[arg(long, value_name = "FILE")]
    pub workers: Option<PathBuf>,
    /// Where the figures go, as JSON; - is the standard output.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Leave out rows that cannot be used instead of stopping at the first one.
    #[arg(long)]
    pub skip_bad_rows: bool,
}

/// Runs `kazi agreement`.
///
/// # Errors
/// When a file cannot be read or written, a row cannot be used, or classes are no numbers where they must be.
pub fn run_agreement(args: &AgreementArgs) -> Result<ExitCode, AggregateError> {
    let answers = Answers::from_rows(read_rows(args)?)?;
    let table_of = answers.table();
    let values: Vec<f64> = answers.classes().names().iter().map(Class::value).collect();
    let metric = match args.scale {
        Scale::Nominal => Metric::Nominal,
        Scale::Ordinal => Metric::Ordinal,
        Scale::Interval => Metric::Interval(&values),
        Scale::Ratio => Metric::Ratio(&values),
    };
    let found = alpha(table_of, metric)?;
    let bootstrap = Bootstrap { draws: args.draws, seed: args.seed, ..Bootstrap::default() };
    // Kappas are for complete tables: Fleiss's needs as many answers to each task, Cohen's two workers.
    let cohen = if table_of.workers() == 2 {
        cohen_interval(table_of, (0, 1), Weights::Equal, bootstrap)?
    } else {
        None
    };
    let measures = [
        Measure {
            name: "Krippendorff's alpha",
            key: "alpha",
            found: alpha_interval(table_of, metric, bootstrap)?,
        },
        Measure {
            name: "Fleiss's kappa",
            key: "fleiss",
            found: fleiss_interval(table_of, bootstrap).ok().flatten(),
        },
        Measure { name: "Cohen's kappa", key: "cohen", found: cohen },
    ];
    let by_class = alpha_by_class(table_of);
    let classes = answers.classes().names().iter().map(|class| class.0.as_str());
    let per_class: Vec<(&str, Option<f64>)> = classes.zip(by_class.iter().map(|each| each.value)).collect();
    if args.json.as_ref().is_none_or(|path| path.as_os_str() != "-") {
        tell(args, &measures, &per_class);
        println!("tasks with two or more answers: {}, answers in them: {}", found.tasks, found.answers);
    }
    write_workers(args, &answers)?;
    let mut figures = json!({
        "tasks": table_of.tasks(),
        "workers": table_of.workers(),
        "answers": table_of.answers(),
        "classes": per_class.iter().map(|(class, value)| json!({"class": class, "alpha": value})).collect::<Vec<_>>(),
    });
    for measure in &measures {
        let bounds = measure.found.filter(|_| args.draws > 0).map(|interval| [interval.low, interval.high]);
        if let Some(object) = figures.as_object_mut() {
            object.insert(measure.key.to_owned(), json!(measure.found.map(|interval| interval.value)));
            object.insert(format!("{}_interval", measure.key), json!(bounds));
        }
    }
    write_json(args, &figures)?;
    Ok(ExitCode::SUCCESS)
}

/// One coefficient, where it is defined.
struct Measure {
    name: &'static str,
    key: &'static str,
    found: Option<Interval>,
}

/// Prints the figures for people.
fn tell(args: &AgreementArgs, measures: &[Measure], per_class: &[(&str, Option<f64>)]) {
    for Measure { name, found, .. } in measures {
        match found {
            Some(Interval { low, value, high }) if args.draws > 0 => {
                println!("{name}: {value:.4} (95 % interval {low:.4} to {high:.4})");
            }
            Some(interval) => println!("{name}: {:.4}", interval.value),
            None => println!("{name}: undefined for these answers"),
        }
    }
    for (class, value) in per_class {
        let value = value.map_or_else(|| "undefined".to_owned(), |value| format!("{value:.4}"));
        println!("alpha of '{class}' against the rest: {value}");
    }
}

/// The rows; labels must be numbers where the scale needs them.
fn read_rows(args: &AgreementArgs) -> Result<Vec<(String, String, Class)>, AggregateError> {
    let mut rows: Vec<(String, String, Class)> = Vec::new();
    let columns = [TASK, WORKER, needed(&["label", "answer", "class", "value"])];
    let numeric = matches!(args.scale, Scale::Interval | Scale::Ratio);
    read(&args.input, &columns, args.skip_bad_rows, &mut |row| {
        let class = row.filled(2, "label")?;
        if numeric {
            row.number(2, "label")?;
        }
        rows.push((
            row.filled(0, "task")?.to_owned(),
            row.filled(1, "worker")?.to_owned(),
            Class(class.to_owned()),
        ));
        Ok(())
    })?;
    Ok(rows)
}

fn write_workers(
    args: &AgreementArgs,
    answers: &Answers<String, String, Class>,
) -> Result<(), AggregateError> {
    let Some(path) = &args.workers else { return Ok(()) };
    let agreed = worker_agreement(answers.table());
    let rows = answers.workers().names().iter().zip(agreed).zip(answers.table().answers_by_worker());
    let rows = rows.map(|((worker, share), count)| {
        let numbers = [share.value, share.low, share.high].map(number);
        [worker.clone(), count.to_string()].into_iter().chain(numbers)
    });
    table(&path.display().to_string(), &["worker", "answers", "agreement", "low", "high"], rows)
}

fn write_json(args: &AgreementArgs, figures: &serde_json::Value) -> Result<(), AggregateError> {
    let Some(path) = &args.json else { return Ok(()) };
    if path.as_os_str() == "-" {
        println!("{figures:#}");
        return Ok(());
    }
    let name = path.display().to_string();
    std::fs::write(path, format!("{figures:#}\n")).map_err(|source| AggregateError::Write { name, source })
}

/// A class that sorts as a number when it is one, and before words: grades 2 and 10 stand in their order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Class(String);

impl Class {
    fn value(&self) -> f64 {
        self.0.parse().unwrap_or(f64::INFINITY)
    }
}

impl Ord for Class {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.value().total_cmp(&other.value()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Class {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
