//! Files of rows: opened by name, read with progress on the terminal.

use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::Path;
use std::time::Duration;

use super::AggregateError;
use super::decode::unwrap;
pub use super::rows::{Column, Row, needed, optional};
use super::rows::{Fault, read_rows};

/// The usual names of the columns.
pub const TASK: Column = needed(&["task", "item", "task_id", "id"]);
/// Who answered.
pub const WORKER: Column = needed(&["worker", "worker_id", "performer", "annotator", "user"]);
/// The true answer.
pub const TRUTH: Column = needed(&["truth", "label", "text", "value", "gold"]);

/// Reads every row of a file (- is the standard input) and hands it to `take`, which says what is wrong with it if
/// anything is. Returns how many rows were left out, which is none unless `skip`.
pub fn read(
    name: &str,
    columns: &[Column],
    skip: bool,
    take: &mut dyn FnMut(&Row) -> Result<(), String>,
) -> Result<usize, AggregateError> {
    let cannot = |source| AggregateError::Read { name: name.to_owned(), source };
    let progress = progress(name);
    let raw: Box<dyn Read> = if name == "-" {
        Box::new(std::io::stdin())
    } else {
        Box::new(File::open(Path::new(name)).map_err(cannot)?)
    };
    let bytes = unwrap(progress.wrap_read(raw)).map_err(cannot)?;
    let left_out = read_rows(bytes, columns, skip, take).map_err(|fault| match fault {
        Fault::Read(source) => cannot(source),
        Fault::Column { wanted, found } => AggregateError::Column { name: name.to_owned(), wanted, found },
        Fault::Row { line, why } => AggregateError::Row { name: name.to_owned(), line, why },
    })?;
    progress.finish_and_clear();
    Ok(left_out)
}

/// A line on the terminal that says how much has been read; nothing where no one looks.
fn progress(name: &str) -> indicatif::ProgressBar {
    if !std::io::stderr().is_terminal() {
        return indicatif::ProgressBar::hidden();
    }
    let size = std::fs::metadata(name).map_or(0, |data| data.len());
    let bar = if size > 0 { indicatif::ProgressBar::new(size) } else { indicatif::ProgressBar::no_length() };
    let template = if size > 0 {
        "reading {bytes} of {total_bytes} {bar:30} {eta}"
    } else {
        "reading {bytes} {spinner}"
    };
    if let Ok(style) = indicatif::ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
