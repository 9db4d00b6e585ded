//! Rows of a table in CSV, TSV or JSON lines.

use std::fs::File;
use std::io::{BufRead, IsTerminal, Read};
use std::path::Path;
use std::time::Duration;

use super::AggregateError;
use super::decode::{field, unwrap};

/// A column by the names that it may have; without a name it may be missing.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The names that will do.
    pub names: &'static [&'static str],
    /// Whether the file must have it.
    pub needed: bool,
}

/// A column that must be there.
pub const fn needed(names: &'static [&'static str]) -> Column {
    Column { names, needed: true }
}

/// A column that may be missing; its values are then empty.
pub const fn optional(names: &'static [&'static str]) -> Column {
    Column { names, needed: false }
}

/// The usual names of the columns.
pub const TASK: Column = needed(&["task", "item", "task_id", "id"]);
/// Who answered.
pub const WORKER: Column = needed(&["worker", "worker_id", "performer", "annotator", "user"]);
/// The true answer.
pub const TRUTH: Column = needed(&["truth", "label", "text", "value", "gold"]);

/// One row: its line in the file, and its values in the order of the wanted columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The line, counted from one.
    pub line: u64,
    /// The values.
    pub values: Vec<String>,
}

impl Row {
    /// A value as text.
    pub fn get(&self, column: usize) -> &str {
        self.values.get(column).map_or("", String::as_str)
    }

    /// A value that must not be empty.
    pub fn filled(&self, column: usize, what: &str) -> Result<&str, String> {
        let value = self.get(column).trim();
        if value.is_empty() { Err(format!("the {what} is empty")) } else { Ok(value) }
    }

    /// A value as a finite number.
    pub fn number(&self, column: usize, what: &str) -> Result<f64, String> {
        let value = self.filled(column, what)?;
        let parsed: Option<f64> = value.parse().ok();
        parsed
            .filter(|number| number.is_finite())
            .ok_or_else(|| format!("the {what} '{value}' is not a finite number"))
    }
}

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
    let mut bytes = unwrap(progress.wrap_read(raw)).map_err(cannot)?;
    let mut left_out = 0;
    let mut give = |row: &Row| match take(row) {
        Ok(()) => Ok(()),
        Err(_) if skip => {
            left_out += 1;
            Ok(())
        }
        Err(why) => Err(AggregateError::Row { name: name.to_owned(), line: row.line, why }),
    };
    let start = bytes.fill_buf().map_err(cannot)?;
    let first_line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if first_line.trim_ascii_start().starts_with(b"{") {
        read_json(name, columns, bytes, &mut give)?;
    } else {
        let separator = separator(first_line);
        read_separated(name, columns, (bytes, separator), &mut give)?;
    }
    progress.finish_and_clear();
    Ok(left_out)
}

/// The separator that the header has most of: a tab, a semicolon, or else a comma.
fn separator(header: &[u8]) -> u8 {
    let pieces = |separator: u8| header.split(move |byte| *byte == separator).count();
    let (commas, tabs, semicolons) = (pieces(b','), pieces(b'\t'), pieces(b';'));
    if tabs > commas {
        b'\t'
    } else if semicolons > commas {
        b';'
    } else {
        b','
    }
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

type Give<'a> = &'a mut dyn FnMut(&Row) -> Result<(), AggregateError>;

fn read_separated(
    name: &str,
    columns: &[Column],
    (bytes, separator): (Box<dyn BufRead>, u8),
    give: Give<'_>,
) -> Result<(), AggregateError> {
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(bytes);
    let broken = |error: csv::Error| {
        let line = error.position().map_or(0, csv::Position::line);
        match error.into_kind() {
            csv::ErrorKind::Io(source) => AggregateError::Read { name: name.to_owned(), source },
            other => AggregateError::Row { name: name.to_owned(), line, why: format!("{other:?}") },
        }
    };
    let header: Vec<String> = reader
        .byte_headers()
        .map_err(broken)?
        .iter()
        .map(|title| field(title).trim().to_lowercase())
        .collect();
    let places = places(name, columns, &header)?;
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(broken)? {
        let line = record.position().map_or(0, csv::Position::line);
        let value =
            |place: &Option<usize>| place.and_then(|place| record.get(place)).map(field).unwrap_or_default();
        give(&Row { line, values: places.iter().map(value).collect() })?;
    }
    Ok(())
}

/// Where each wanted column stands.
fn places(name: &str, columns: &[Column], header: &[String]) -> Result<Vec<Option<usize>>, AggregateError> {
    let find = |column: &Column| {
        let found = column.names.iter().find_map(|name| header.iter().position(|title| title == name));
        if found.is_none() && column.needed {
            let (wanted, found) = (column.names.join(" or "), header.join(", "));
            return Err(AggregateError::Column { name: name.to_owned(), wanted, found });
        }
        Ok(found)
    };
    columns.iter().map(find).collect()
}

fn read_json(
    name: &str,
    columns: &[Column],
    mut bytes: Box<dyn BufRead>,
    give: Give<'_>,
) -> Result<(), AggregateError> {
    let mut line = 0;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let read = bytes.read_until(b'\n', &mut buffer);
        if read.map_err(|source| AggregateError::Read { name: name.to_owned(), source })? == 0 {
            return Ok(());
        }
        line += 1;
        if buffer.trim_ascii().is_empty() {
            continue;
        }
        let parsed: Result<serde_json::Map<String, serde_json::Value>, _> = serde_json::from_slice(&buffer);
        let object = parsed.map_err(|error| AggregateError::Row {
            name: name.to_owned(),
            line,
            why: format!("this is not a JSON object ({error})"),
        })?;
        let mut values = Vec::with_capacity(columns.len());
        for column in columns {
            let value = column.names.iter().find_map(|name| object.get(*name));
            if value.is_none() && column.needed {
                let found = object.keys().cloned().collect::<Vec<_>>().join(", ");
                let (name, wanted) = (format!("{name}, line {line}"), column.names.join(" or "));
                return Err(AggregateError::Column { name, wanted, found });
            }
            values.push(match value {
                None | Some(serde_json::Value::Null) => String::new(),
                Some(serde_json::Value::String(text)) => text.clone(),
                Some(other) => other.to_string(),
            });
        }
        give(&Row { line, values })?;
    }
}
