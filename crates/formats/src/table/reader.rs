//! A table that is read row by row.

use std::io::{self, Read, Seek};
use std::sync::Arc;

use super::delimited::{self, Field, Step};
use super::gunzip::Unpacked;
use super::window::Window;
use super::{Cell, Cells, Limits, RowProblem, TableError, Trouble, json_lines};
use crate::text_encoding::{self, Encoding, Utf8Reader};

/// After so many rows with quotation marks that are never closed, reading stops: each costs a look
/// through as many bytes as a row may have.
const OPEN_QUOTES: u32 = 100;

/// The line that a row begins on, and its fields with the names of their columns as far as there are any.
type Fields = (u64, Vec<(Arc<str>, Cell)>);

/// What a table turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// How its rows are written.
    pub kind: Kind,
    /// In which encoding.
    pub encoding: Encoding,
    /// Whether it was packed.
    pub gzip: bool,
    /// About how many rows there are: never less than there are but for lone CR line ends.
    pub rows_about: u64,
}

/// How the rows of a table are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Fields parted by this character; the first row names them.
    Delimited(char),
    /// One JSON object a line.
    JsonLines,
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which one it is, from 1, without the column names; rows that cannot be used count too.
    pub number: u64,
    /// The line of the file that it begins on, from 1.
    pub line: u64,
    /// Its cells.
    pub cells: Cells,
}

/// A table that is read row by row, as an iterator. It ends at the first place that cannot be read.
pub struct Table<R> {
    window: Window<Utf8Reader<Unpacked<R>>>,
    limits: Limits,
    shape: Shape,
    mark: usize,
    delimiter: u8,
    names: Vec<Arc<str>>,
    fields: Vec<Field>,
    /// The names of the JSON row before.
    before: Vec<Arc<str>>,
    nameless: Arc<str>,
    row: u64,
    line: u64,
    open_quotes: u32,
    over: bool,
}

impl<R> std::fmt::Debug for Table<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("shape", &self.shape).field("row", &self.row).finish_non_exhaustive()
    }
}

impl<R: Read + Seek> Table<R> {
    /// Looks through the file once to tell its encoding, then stands before its first row.
    ///
    /// # Errors
    /// When the file is no table, or none that can be read.
    pub fn open(reader: R, limits: Limits) -> Result<Self, TableError> {
        let mut unpacked = Unpacked::open(reader, limits.expansion)?;
        let mut head = Vec::with_capacity(1024);
        unpacked.by_ref().take(1024).read_to_end(&mut head)?;
        refuse_other_kinds(&head)?;
        unpacked = unpacked.again(limits.expansion)?;
        let found = text_encoding::detect(&mut unpacked)?;
        let shape = Shape {
            kind: Kind::JsonLines,
            encoding: found.encoding,
            gzip: unpacked.is_gzip(),
            rows_about: found.lines.saturating_add(1),
        };
        Self::start(unpacked.again(limits.expansion)?, shape, found.mark, limits)
    }

    /// Back before the first row.
    ///
    /// # Errors
    /// When the file can no longer be read.
    pub fn again(self) -> Result<Self, TableError> {
        let unpacked = self.window.into_reader().into_inner().again(self.limits.expansion)?;
        Self::start(unpacked, self.shape, self.mark, self.limits)
    }

    fn start(mut text: Unpacked<R>, shape: Shape, mark: usize, limits: Limits) -> Result<Self, TableError> {
        io::copy(&mut text.by_ref().take(u64::try_from(mark).unwrap_or(0)), &mut io::sink())?;
        let mut table = Self {
            window: Window::new(Utf8Reader::new(text, shape.encoding)),
            limits,
            shape: Shape { kind: Kind::JsonLines, ..shape },
            mark,
            delimiter: b',',
            names: Vec::new(),
            fields: Vec::new(),
            before: Vec::new(),
            nameless: "".into(),
            row: 0,
            line: 1,
            open_quotes: 0,
            over: false,
        };
        table.begin()?;
        Ok(table)
    }

    /// Leaves blank lines behind, tells the kind, and reads the column names.
    fn begin(&mut self) -> Result<(), TableError> {
        self.window.grow()?;
        loop {
            let blank = |byte: &&u8| matches!(**byte, b'\n' | b'\r' | b' ' | b'\t');
            let blanks = self.window.bytes().iter().take_while(blank).count();
            // Blanks before the first word of the first line belong to it.
            let lines = self.window.bytes().get(..blanks).unwrap_or_default();
            let used = lines.iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(0, |at| at + 1);
            self.line += text_encoding::count_where(lines, |byte| byte == b'\n');
            let all = blanks == self.window.bytes().len();
            self.window.advance(if all { blanks } else { used });
            if !all {
                break;
            }
            if self.window.ended() {
                return Err(TableError::Empty);
            }
            self.window.grow()?;
        }
        match self.window.bytes().trim_ascii_start().first() {
            Some(b'{') => return Ok(()),
            Some(b'[') => return Err(TableError::JsonList),
            _ => {}
        }
        if let Some(delimiter) = told_delimiter(self.window.bytes()) {
            self.delimiter = delimiter;
            self.window.skip_line()?;
            self.line += 1;
        } else {
            let sample = self.window.bytes();
            // A file that fills the first look goes on behind it as far as the sample is concerned.
            self.delimiter = delimited::delimiter_of(sample, sample.len() < (64 << 10));
        }
        self.shape.kind = Kind::Delimited(char::from(self.delimiter));
        let header = match self.next_delimited() {
            None => return Err(TableError::NoRows),
            Some(Ok((_, header))) => header,
            Some(Err(problem)) => return Err(TableError::Header(problem)),
        };
        self.names = names(&header);
        self.row = 0;
        Ok(())
    }
}

impl<R: Read> Table<R> {
    /// What it turned out to be.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The column names; empty for JSON Lines, where each row has its own.
    pub fn names(&self) -> &[Arc<str>] {
        &self.names
    }

    fn problem(&self, line: u64, trouble: Trouble) -> RowProblem {
        RowProblem { row: self.row, line, trouble }
    }

    /// The end of reading, after a reader failed.
    fn unreadable(&mut self, line: u64, error: &io::Error) -> RowProblem {
        self.over = true;
        self.problem(line, Trouble::Unreadable(error.to_string()))
    }

    /// Leaves the line behind that a row that cannot be used begins on.
    fn pass_over(&mut self, line: u64, trouble: Trouble) -> RowProblem {
        if let Err(error) = self.window.skip_line() {
            return self.unreadable(line, &error);
        }
        self.line += 1;
        self.problem(line, trouble)
    }

    /// The next row that is no blank line.
    fn next_delimited(&mut self) -> Option<Result<Fields, RowProblem>> {
        loop {
            if self.window.bytes().is_empty() && self.window.ended() {
                return None;
            }
            let step =
                delimited::cut(self.window.bytes(), self.delimiter, self.window.ended(), &mut self.fields);
            let line = self.line;
            match step {
                Step::Row { length, lines } => {
                    if delimited::is_blank(&self.fields) {
                        self.window.advance(length);
                        self.line += lines;
                        continue;
                    }
                    self.row += 1;
                    if length > self.limits.row {
                        return Some(Err(self.pass_over(line, Trouble::LongRow { limit: self.limits.row })));
                    }
                    let cells = self.cells(length).map(|cells| (line, cells));
                    self.window.advance(length);
                    self.line += lines;
                    return Some(cells.map_err(|trouble| self.problem(line, trouble)));
                }
                Step::Cut { .. } if !self.window.ended() && self.window.bytes().len() <= self.limits.row => {
                    if let Err(error) = self.window.grow() {
                        self.row += 1;
                        return Some(Err(self.unreadable(line, &error)));
                    }
                }
                Step::Cut { quoted: false } => {
                    self.row += 1;
                    return Some(Err(self.pass_over(line, Trouble::LongRow { limit: self.limits.row })));
                }
                Step::Cut { quoted: true } => {
                    self.row += 1;
                    return Some(Err(self.open_quote(line)));
                }
                Step::StrayQuote => {
                    self.row += 1;
                    return Some(Err(self.pass_over(line, Trouble::StrayQuote)));
                }
            }
        }
    }

    fn open_quote(&mut self, line: u64) -> RowProblem {
        self.open_quotes += 1;
        if self.open_quotes > OPEN_QUOTES {
            self.over = true;
            return self.problem(line, Trouble::GaveUp);
        }
        self.pass_over(line, Trouble::OpenQuote)
    }

    /// The fields that were cut from the first `length` bytes.
    fn cells(&self, length: usize) -> Result<Vec<(Arc<str>, Cell)>, Trouble> {
        let row = self.window.bytes().get(..length).unwrap_or_default();
        let row = std::str::from_utf8(row).map_err(|_| Trouble::Letters)?;
        if self.fields.len() > self.limits.columns {
            return Err(Trouble::Wide { limit: self.limits.columns });
        }
        let mut cells = Vec::with_capacity(self.fields.len());
        for (place, field) in self.fields.iter().enumerate() {
            let name = self.names.get(place);
            if field.to - field.from > self.limits.field {
                let column = name.map_or_else(|| nameless(place), ToString::to_string);
                return Err(Trouble::LongField { column, limit: self.limits.field });
            }
            let text = row.get(field.from..field.to).unwrap_or_default();
            let text = if field.doubled { text.replace("\"\"", "\"").into() } else { text.into() };
            cells.push((Arc::clone(name.unwrap_or(&self.nameless)), Cell::Text(text)));
        }
        Ok(cells)
    }

    fn next_row(&mut self) -> Option<Result<Row, RowProblem>> {
        let (line, mut cells) = match self.next_delimited()? {
            Ok(found) => found,
            Err(problem) => return Some(Err(problem)),
        };
        let (found, expected) = (cells.len(), self.names.len());
        // Spreadsheet programs like to add empty fields at the end; nothing is lost with them.
        while cells.len() > expected && cells.last().is_some_and(|(_, cell)| cell.as_str().is_empty()) {
            cells.pop();
        }
        if cells.len() != expected {
            return Some(Err(self.problem(line, Trouble::Ragged { found, expected })));
        }
        Some(Ok(Row { number: self.row, line, cells: cells.into() }))
    }

    fn next_json(&mut self) -> Option<Result<Row, RowProblem>> {
        loop {
            let bytes = self.window.bytes();
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let (length, line) = (end.map_or(bytes.len(), |end| end + 1), self.line);
            if end.is_none() && !self.window.ended() && length <= self.limits.row {
                if let Err(error) = self.window.grow() {
                    self.row += 1;
                    return Some(Err(self.unreadable(line, &error)));
                }
                continue;
            }
            if length == 0 {
                return None;
            }
            if length > self.limits.row {
                self.row += 1;
                return Some(Err(self.pass_over(line, Trouble::LongRow { limit: self.limits.row })));
            }
            let text = bytes.get(..length).unwrap_or_default().trim_ascii();
            let read = (!text.is_empty()).then(|| json_lines::read(text, &self.before, self.limits));
            self.window.advance(length);
            self.line += 1;
            let Some(read) = read else { continue };
            self.row += 1;
            return Some(match read {
                Ok(cells) => {
                    if !cells.names().eq(&self.before) {
                        self.before = cells.names().cloned().collect();
                    }
                    Ok(Row { number: self.row, line, cells })
                }
                Err(trouble) => Err(self.problem(line, trouble)),
            });
        }
    }
}

impl<R: Read> Iterator for Table<R> {
    type Item = Result<Row, RowProblem>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        match self.shape.kind {
            Kind::Delimited(_) => self.next_row(),
            Kind::JsonLines => self.next_json(),
        }
    }
}

fn nameless(place: usize) -> String {
    format!("column {}", place + 1)
}

/// Column names: none is empty and none is there twice.
fn names(header: &[(Arc<str>, Cell)]) -> Vec<Arc<str>> {
    let mut names: Vec<Arc<str>> = Vec::with_capacity(header.len());
    let mut taken: std::collections::HashSet<Arc<str>> = std::collections::HashSet::new();
    for (place, (_, cell)) in header.iter().enumerate() {
        let text = cell.as_str().trim();
        let base = if text.is_empty() { nameless(place) } else { text.to_owned() };
        let mut name: Arc<str> = base.as_str().into();
        let mut count = 1_u32;
        while taken.contains(&name) {
            count += 1;
            name = format!("{base} ({count})").into();
        }
        taken.insert(Arc::clone(&name));
        names.push(name);
    }
    names
}

/// The delimiter that a first line such as `sep=;` tells.
fn told_delimiter(bytes: &[u8]) -> Option<u8> {
    match bytes {
        [b's', b'e', b'p', b'=', delimiter, b'\r' | b'\n', ..] => Some(*delimiter),
        _ => None,
    }
}

fn refuse_other_kinds(head: &[u8]) -> Result<(), TableError> {
    let start = head.trim_ascii_start();
    let start: String = start.iter().take(15).map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    match head {
        [] => Err(TableError::Empty),
        [b'P', b'K', 3, 4, ..] | [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(TableError::Workbook),
        [b'%', b'P', b'D', b'F', ..] => Err(TableError::OtherKind("a PDF")),
        [0x89, b'P', b'N', b'G', ..] | [0xFF, 0xD8, 0xFF, ..] => Err(TableError::OtherKind("a picture")),
        _ if ["<!doctype", "<html", "<?xml"].iter().any(|tag| start.starts_with(tag)) => {
            Err(TableError::OtherKind("a web page or XML"))
        }
        _ => Ok(()),
    }
}
