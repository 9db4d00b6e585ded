//! Rows of a table in CSV, TSV or JSON lines, from bytes. It leans on nothing else here, so that it can be fuzzed alone.

use std::io::{self, BufRead};

use super::decode::{field, push_field};

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

/// Why reading stopped.
#[derive(Debug)]
pub enum Fault {
    /// The bytes end in an error.
    Read(io::Error),
    /// There is no such column.
    Column {
        /// The names that would do.
        wanted: String,
        /// The columns that are there.
        found: String,
    },
    /// A row cannot be used.
    Row {
        /// Its line, counted from one.
        line: u64,
        /// What is wrong.
        why: String,
    },
}

/// Who takes the rows, and what is done with one that cannot be used.
struct Taker<'a> {
    take: &'a mut dyn FnMut(&Row) -> Result<(), String>,
    skip: bool,
    left_out: usize,
}

impl Taker<'_> {
    fn row(&mut self, line: u64, row: Result<&Row, String>) -> Result<(), Fault> {
        match row.and_then(|row| (self.take)(row)) {
            Ok(()) => Ok(()),
            Err(_) if self.skip => {
                self.left_out += 1;
                Ok(())
            }
            Err(why) => Err(Fault::Row { line, why }),
        }
    }
}

/// Hands every row to `take`, which says what is wrong with it if anything is. Returns how many rows were left out,
/// which is none unless `skip`. Whether the bytes are JSON lines or a table, and what separates its columns, is told by
/// the first line.
pub fn read_rows(
    mut bytes: Box<dyn BufRead>,
    columns: &[Column],
    skip: bool,
    take: &mut dyn FnMut(&Row) -> Result<(), String>,
) -> Result<usize, Fault> {
    let mut taker = Taker { take, skip, left_out: 0 };
    let start = bytes.fill_buf().map_err(Fault::Read)?;
    let first_line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if first_line.trim_ascii_start().starts_with(b"{") {
        read_json(columns, bytes, &mut taker)?;
    } else {
        let separator = separator(first_line);
        read_separated(columns, bytes, separator, &mut taker)?;
    }
    Ok(taker.left_out)
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

fn read_separated(
    columns: &[Column],
    bytes: Box<dyn BufRead>,
    separator: u8,
    taker: &mut Taker<'_>,
) -> Result<(), Fault> {
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(bytes);
    let broken = |error: csv::Error| {
        let line = error.position().map_or(0, csv::Position::line);
        match error.into_kind() {
            csv::ErrorKind::Io(source) => Fault::Read(source),
            other => Fault::Row { line, why: format!("{other:?}") },
        }
    };
    let header: Vec<String> = reader
        .byte_headers()
        .map_err(broken)?
        .iter()
        .map(|title| field(title).trim().to_lowercase())
        .collect();
    let places = places(columns, &header)?;
    let mut record = csv::ByteRecord::new();
    // One row for all: millions of small texts would each be asked for and given back.
    let mut row = Row { line: 0, values: vec![String::new(); places.len()] };
    while reader.read_byte_record(&mut record).map_err(broken)? {
        row.line = record.position().map_or(0, csv::Position::line);
        for (value, place) in row.values.iter_mut().zip(&places) {
            value.clear();
            push_field(value, place.and_then(|place| record.get(place)).unwrap_or_default());
        }
        taker.row(row.line, Ok(&row))?;
    }
    Ok(())
}

/// Where each wanted column stands.
fn places(columns: &[Column], header: &[String]) -> Result<Vec<Option<usize>>, Fault> {
    let find = |column: &Column| {
        let found = column.names.iter().find_map(|name| header.iter().position(|title| title == name));
        if found.is_none() && column.needed {
            return Err(Fault::Column { wanted: column.names.join(" or "), found: header.join(", ") });
        }
        Ok(found)
    };
    columns.iter().map(find).collect()
}

fn read_json(columns: &[Column], mut bytes: Box<dyn BufRead>, taker: &mut Taker<'_>) -> Result<(), Fault> {
    let mut line = 0;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        if bytes.read_until(b'\n', &mut buffer).map_err(Fault::Read)? == 0 {
            return Ok(());
        }
        line += 1;
        if !buffer.trim_ascii().is_empty() {
            taker.row(line, object(columns, line, &buffer).as_ref().map_err(String::clone))?;
        }
    }
}

/// One JSON object as a row.
fn object(columns: &[Column], line: u64, text: &[u8]) -> Result<Row, String> {
    let parsed: Result<serde_json::Map<String, serde_json::Value>, _> = serde_json::from_slice(text);
    let object = parsed.map_err(|error| format!("this is not a JSON object ({error})"))?;
    let mut values = Vec::with_capacity(columns.len());
    for column in columns {
        let value = column.names.iter().find_map(|name| object.get(*name));
        if value.is_none() && column.needed {
            let found = object.keys().cloned().collect::<Vec<_>>().join(", ");
            return Err(format!("there is no {}; the fields are: {found}", column.names.join(" or ")));
        }
        values.push(match value {
            None | Some(serde_json::Value::Null) => String::new(),
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        });
    }
    Ok(Row { line, values })
}
