//! A table, cut into its rows.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use kazi_formats::table::{Cell, Cells, Kind, Limits, Row, RowProblem, Table, TableError};
use kazi_formats::text_encoding::Encoding;

use super::screen::{Shown, shown};
use super::{Content, Item, Questions, ROW, Spec};
use crate::{Piece, Problem, ReadSeek, Refusal, Sink, Source};

/// Rows travel to old computers on thin lines, so they stay small.
const LIMITS: Limits = Limits { field: 64 << 10, row: 256 << 10, columns: 500, expansion: 200 };
/// So many rows that cannot be used are named one by one.
const NAMED: u64 = 200;
/// So many rows are looked at to choose the column to show.
const SAMPLE: usize = 20;
/// A value longer than this names no row.
const LONGEST_KEY: usize = 200;

type Rows<'a> = Table<&'a mut dyn ReadSeek>;

/// Cuts a table. Memory stays constant but for 8 bytes a row where a column names the rows.
pub(super) fn split(spec: &Spec, source: Source<'_>, sink: &mut dyn Sink<Questions>) -> Result<(), Refusal> {
    let table = Table::open(source.reader, LIMITS).map_err(|error| refused(&error))?;
    if table.shape().encoding == Encoding::Windows1252 {
        sink.problem(Problem {
            field: String::new(),
            key: "table-encoding-guessed".to_owned(),
            message: "The file is not UTF-8; it was read as Windows-1252. Look at a few rows with unusual letters, \
                      and save the file as UTF-8 if they are wrong."
                .to_owned(),
        });
    }
    let (key_column, mut table) = key_column(spec, table, sink)?;
    let mut sample = Vec::with_capacity(SAMPLE);
    while sample.len() < SAMPLE
        && let Some(row) = table.next()
    {
        sample.push(row);
    }
    let show = column_to_show(spec, key_column.as_deref(), &table, &sample)?;
    let all = table.shape().rows_about;
    let mut cutter = Cutter { sink, key_column, show, bad: 0, first: None, good: 0, all, last: 0 };
    for row in sample {
        cutter.row(row)?;
    }
    for row in table {
        cutter.row(row)?;
    }
    cutter.end()
}

fn refused(error: &TableError) -> Refusal {
    Refusal { key: error.key().to_owned(), message: error.to_string() }
}

struct Cutter<'a> {
    sink: &'a mut dyn Sink<Questions>,
    key_column: Option<String>,
    show: String,
    bad: u64,
    first: Option<String>,
    good: u64,
    all: u64,
    last: u64,
}

impl Cutter<'_> {
    fn row(&mut self, row: Result<Row, RowProblem>) -> Result<(), Refusal> {
        let row = match row {
            Ok(row) => row,
            Err(problem) => {
                self.bad(problem.row, problem.trouble.key(), problem.to_string());
                return Ok(());
            }
        };
        self.last = row.number;
        let Some(show) = row.cells.iter().position(|(name, _)| name == self.show) else {
            let message =
                format!("Row {} (line {}): it has no “{}” to show. Add it.", row.number, row.line, self.show);
            self.bad(row.number, "row-nothing-to-show", message);
            return Ok(());
        };
        let named = self.key_column.as_deref().and_then(|column| row.cells.get(column)).map(Cell::as_str);
        let key = named.map_or_else(|| row_key(row.number), str::to_owned);
        let body = Item { show, cells: row.cells, practice: false };
        self.sink.piece(Piece { key, parent: None, kind: ROW, body, machine: None })?;
        self.good += 1;
        if self.good.is_multiple_of(1_000) {
            self.sink.progress(row.number, self.all.max(row.number));
        }
        Ok(())
    }

    fn bad(&mut self, row: u64, key: &str, message: String) {
        self.last = row;
        self.bad += 1;
        if self.bad <= NAMED {
            self.first.get_or_insert_with(|| message.clone());
            self.sink.problem(Problem { field: format!("row {row}"), key: key.to_owned(), message });
        }
    }

    fn end(self) -> Result<(), Refusal> {
        let Self { sink, bad, first, good, last, .. } = self;
        if good == 0 {
            return Err(match first {
                Some(first) => Refusal {
                    key: "table-no-usable-row".to_owned(),
                    message: format!(
                        "None of the {bad} rows can be used. The first row must hold the column names, without \
                         titles or notes above it. {first}"
                    ),
                },
                None => refused(&TableError::NoRows),
            });
        }
        if bad > NAMED {
            sink.problem(Problem {
                field: String::new(),
                key: "rows-more".to_owned(),
                message: format!("{} more rows cannot be used.", bad - NAMED),
            });
        }
        sink.progress(last, last);
        Ok(())
    }
}

/// The key of a row that no column names.
pub(super) fn row_key(number: u64) -> String {
    format!("row-{number:06}")
}

fn no_column(name: &str, names: &[&str]) -> Refusal {
    Refusal {
        key: "questions-no-such-column".to_owned(),
        message: format!("There is no column “{name}”. The columns are: {}.", names.join(", ")),
    }
}

/// The column that names the rows, if its values can: one for each row, none twice.
fn key_column<'a>(
    spec: &Spec,
    table: Rows<'a>,
    sink: &mut dyn Sink<Questions>,
) -> Result<(Option<String>, Rows<'a>), Refusal> {
    let asked = spec.id_column.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let delimited = table.shape().kind != Kind::JsonLines;
    let names: Vec<&str> = table.names().iter().map(|name| &**name).collect();
    let mut column = match asked {
        Some(name) if delimited && !names.contains(&name) => return Err(no_column(name, &names)),
        Some(name) => Some(name.to_owned()),
        None => names.iter().find(|name| name.eq_ignore_ascii_case("id")).map(ToString::to_string),
    };
    if column.is_none() && delimited {
        return Ok((None, table));
    }
    let mut table = table;
    let mut seen = HashSet::new();
    let mut usable = true;
    for row in table.by_ref().filter_map(Result::ok) {
        if column.is_none() {
            let id = row.cells.iter().find(|(name, _)| name.eq_ignore_ascii_case("id"));
            column = id.map(|(name, _)| name.to_owned());
        }
        let key = column.as_deref().and_then(|column| row.cells.get(column)).map(Cell::as_str);
        // 64 bits of hash tell a million rows apart but once in 30 million files, and then nothing is lost:
        // the rows are named by number.
        usable = key.is_some_and(|key| is_key(key) && seen.insert(hash(key)));
        if !usable {
            break;
        }
    }
    if !usable && let Some(asked) = asked {
        sink.problem(Problem {
            field: asked.to_owned(),
            key: "questions-ids-not-unique".to_owned(),
            message: format!(
                "The column “{asked}” does not name each row: a value is missing, too long or there twice. The \
                 rows are named by their number instead."
            ),
        });
    }
    let table = table.again().map_err(|error| refused(&error))?;
    Ok((column.filter(|_| usable), table))
}

fn is_key(key: &str) -> bool {
    !key.trim().is_empty() && key.len() <= LONGEST_KEY && !key.chars().any(char::is_control)
}

fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// The name of the column that people are shown.
fn column_to_show(
    spec: &Spec,
    key_column: Option<&str>,
    table: &Rows<'_>,
    sample: &[Result<Row, RowProblem>],
) -> Result<String, Refusal> {
    let rows: Vec<&Cells> = sample.iter().flatten().map(|row| &row.cells).collect();
    let names: Vec<&str> = if table.shape().kind == Kind::JsonLines {
        rows.first().map(|cells| cells.iter().map(|(name, _)| name).collect()).unwrap_or_default()
    } else {
        table.names().iter().map(|name| &**name).collect()
    };
    if let Some(asked) = spec.show.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        let there = names.contains(&asked) || rows.iter().any(|cells| cells.get(asked).is_some());
        return if there || rows.is_empty() { Ok(asked.to_owned()) } else { Err(no_column(asked, &names)) };
    }
    let others = || names.iter().copied().filter(|name| Some(*name) != key_column);
    let fits = |name: &&str| {
        let fitting = rows.iter().filter_map(|cells| cells.get(name)).filter(|cell| is_content(spec, cell));
        fitting.count() * 2 > rows.len()
    };
    Ok(others()
        .find(fits)
        .or_else(|| others().next())
        .or(names.first().copied())
        .unwrap_or_default()
        .to_owned())
}

/// Whether a value is something to ask about, rather than a number or a date.
fn is_content(spec: &Spec, cell: &Cell) -> bool {
    let text = cell.as_str();
    match (spec.content, shown(Content::Auto, text)) {
        (Content::Picture, kind) => matches!(kind, Shown::Picture(_)),
        (Content::Link, kind) => matches!(kind, Shown::Link(_) | Shown::Picture(_)),
        (_, Shown::Link(_) | Shown::Picture(_)) => true,
        (_, Shown::Text(_)) => matches!(cell, Cell::Text(_)) && text.chars().any(char::is_alphabetic),
    }
}
