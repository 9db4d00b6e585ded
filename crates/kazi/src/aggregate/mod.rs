//! `kazi aggregate` and `kazi agreement`: from a file of answers to one result for each task, and to how far people
//! agree. The statistics are those of `kazi_quality`; this module reads, writes and explains.

mod agreement;
mod boxes;
mod decode;
mod input;
mod labels;
mod numbers;
mod output;
mod pairs;
mod rows;
mod text;

use std::path::PathBuf;
use std::process::ExitCode;

pub use agreement::{AgreementArgs, run_agreement};

/// What the answers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// One class for each task: task, worker, label.
    Labels,
    /// A text for each task: task, worker, text.
    Text,
    /// Which of two is better: left, right, worker, winner (empty for a tie).
    Pairs,
    /// A number for each task: task, worker, value.
    Numbers,
    /// Boxes: task, worker, left, top, right, bottom, and class if there is one.
    Boxes,
}

/// One result for each task, from the answers of several workers.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  Labels in a CSV file with the columns task, worker, label; the method is chosen by a stated rule:
      kazi aggregate answers.csv --out labels.csv --skills workers.csv

  Check Dawid-Skene against a known truth (columns task, truth), and keep the figures:
      kazi aggregate answers.csv --method dawid-skene --truth truth.csv --json figures.json --out labels.csv

  Transcripts, compressed and through a pipe, compared without regard to case:
      zcat texts.csv.gz | kazi aggregate - --kind text --lower-case > voted.csv")]
pub struct Args {
    /// The answers: CSV, TSV or JSON lines, plain or gzipped; - reads the standard input.
    pub input: String,
    /// What the answers are.
    #[arg(long, value_enum, default_value = "labels")]
    pub kind: Kind,
    /// labels: auto, majority, wawa, zero-based, dawid-skene, one-coin, mace, glad, m-msr, ibcc, ebcc, bwa;
    /// text: rover, rover-learnt (default), rasa, hrrasa; pairs: bradley-terry (default), noisy-bradley-terry;
    /// numbers: mean, median, catd, pm (default); boxes: consensus.
    #[arg(long, default_value = "auto")]
    pub method: String,
    /// Known truths (columns task, truth) to learn from; labels only.
    #[arg(long, value_name = "FILE")]
    pub gold: Option<PathBuf>,
    /// Known truths to measure against: columns task, truth (for pairs item, truth with a number; for boxes task,
    /// left, top, right, bottom, and class if there is one).
    #[arg(long, value_name = "FILE")]
    pub truth: Option<PathBuf>,
    /// Where the results go; - is the standard output.
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub out: String,
    /// Where the workers' skills go, as CSV.
    #[arg(long, value_name = "FILE")]
    pub skills: Option<PathBuf>,
    /// Where the figures of the run go, as JSON.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Leave out rows that cannot be used instead of stopping at the first one.
    #[arg(long)]
    pub skip_bad_rows: bool,
    /// text: let characters vote instead of words.
    #[arg(long)]
    pub characters: bool,
    /// text: compare without regard to case.
    #[arg(long)]
    pub lower_case: bool,
}

/// Why a command could not finish.
#[derive(Debug, thiserror::Error)]
pub enum AggregateError {
    /// A file cannot be read.
    #[error("cannot read {name}: {source}")]
    Read {
        /// The file.
        name: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {name}: {source}")]
    Write {
        /// The file.
        name: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file has no column of a name.
    #[error("{name} has no column {wanted}; its columns are: {found}")]
    Column {
        /// The file.
        name: String,
        /// The names that would do.
        wanted: String,
        /// The columns that are there.
        found: String,
    },
    /// A row cannot be used.
    #[error("{name}, line {line}: {why}; correct the row, or pass --skip-bad-rows to leave it out")]
    Row {
        /// The file.
        name: String,
        /// Its line, counted from one.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// No such method for this kind of answers.
    #[error("there is no method {method} for {kind}; choose one of: {known}")]
    Method {
        /// What was asked for.
        method: String,
        /// The kind of answers.
        kind: &'static str,
        /// What there is.
        known: String,
    },
    /// An option makes no sense for the kind of answers.
    #[error("--{option} does not apply to {kind}; leave it out")]
    Option {
        /// The option.
        option: &'static str,
        /// The kind of answers.
        kind: &'static str,
    },
    /// The statistics cannot be computed.
    #[error(transparent)]
    Quality(#[from] kazi_quality::Error),
}

/// Runs `kazi aggregate`.
///
/// # Errors
/// When a file cannot be read or written, a row or an option cannot be used, or the method fails.
pub fn run(args: &Args) -> Result<ExitCode, AggregateError> {
    if let (Some(_), true) = (&args.gold, args.kind != Kind::Labels) {
        return Err(AggregateError::Option { option: "gold", kind: "this kind of answers" });
    }
    // Before a large file is read for nothing.
    if !methods(args.kind).1.contains(&args.method.as_str()) {
        return Err(unknown_method(args));
    }
    match args.kind {
        Kind::Labels => labels::run(args)?,
        Kind::Text => text::run(args)?,
        Kind::Pairs => pairs::run(args)?,
        Kind::Numbers => numbers::run(args)?,
        Kind::Boxes => boxes::run(args)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The methods of a kind of answers, and the kind's name.
fn methods(kind: Kind) -> (&'static str, &'static [&'static str]) {
    match kind {
        Kind::Labels => ("labels", &kazi_quality::classes::METHODS),
        Kind::Text => ("text", &["auto", "rover", "rover-learnt", "rasa", "hrrasa"]),
        Kind::Pairs => ("pairs", &["auto", "bradley-terry", "noisy-bradley-terry"]),
        Kind::Numbers => ("numbers", &["auto", "mean", "median", "catd", "pm"]),
        Kind::Boxes => ("boxes", &["auto", "consensus"]),
    }
}

/// What to say to a method that there is not.
fn unknown_method(args: &Args) -> AggregateError {
    let (kind, known) = methods(args.kind);
    AggregateError::Method { method: args.method.clone(), kind, known: known.join(", ") }
}

/// A count as a number, exact below 2^53.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
fn real(count: usize) -> f64 {
    count as f64
}

/// An id as a position.
fn place(id: u32) -> usize {
    usize::try_from(id).unwrap_or(usize::MAX)
}
