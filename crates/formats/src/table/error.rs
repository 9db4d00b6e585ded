//! What can be wrong with a table, in sentences for the person who made it.

use std::io;

use crate::text_encoding::EncodingError;

/// Why a whole file cannot be read as a table.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// There is nothing in it.
    #[error("This file is empty. Upload a table with column names in its first row.")]
    Empty,
    /// It has column names and no rows, or is all blank lines.
    #[error("This table has no rows under its column names.")]
    NoRows,
    /// It is a workbook of a spreadsheet program, or an archive.
    #[error("This is a spreadsheet workbook or a ZIP archive. Open it and save the sheet as CSV (UTF-8).")]
    Workbook,
    /// It is some other kind of file.
    #[error("This is {0}, not a table. Upload a CSV or JSONL file.")]
    OtherKind(&'static str),
    /// It is one JSON list instead of lines.
    #[error(
        "This is one JSON list. Write one object on each line instead (JSON Lines), without the outer brackets and the commas between."
    )]
    JsonList,
    /// The text cannot be read.
    #[error(transparent)]
    Encoding(#[from] EncodingError),
    /// The first row is too long or too wide for column names.
    #[error("The first row must hold the column names, but it cannot be read: {0}")]
    Header(RowProblem),
}

impl TableError {
    /// The key of the message, stable for programs.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Empty => "table-empty",
            Self::NoRows => "table-no-rows",
            Self::Workbook => "table-workbook",
            Self::OtherKind(_) => "table-other-kind",
            Self::JsonList => "table-json-list",
            Self::Encoding(EncodingError::Binary) => "table-binary",
            Self::Encoding(EncodingError::Unknown) => "table-encoding",
            Self::Encoding(EncodingError::Unreadable(_)) => "table-unreadable",
            Self::Header(_) => "table-header",
        }
    }
}

impl From<io::Error> for TableError {
    fn from(error: io::Error) -> Self {
        Self::Encoding(EncodingError::Unreadable(error))
    }
}

/// A row that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Row {row} (line {line}): {trouble}")]
pub struct RowProblem {
    /// The row, from 1, without the column names.
    pub row: u64,
    /// The line of the file that it begins on, from 1.
    pub line: u64,
    /// What is wrong.
    pub trouble: Trouble,
}

/// What is wrong with a row, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// It has more or fewer fields than there are column names.
    #[error(
        "it has {found} fields, but there are {expected} column names. Put a field that holds the separator into quotation marks, or add what is missing."
    )]
    Ragged {
        /// How many it has.
        found: usize,
        /// How many names there are.
        expected: usize,
    },
    /// Something stands between a closing quotation mark and the separator.
    #[error(
        "a quotation mark stands in the middle of a quoted field. Write it twice (\"\") where it belongs to the text."
    )]
    StrayQuote,
    /// A quotation mark is never closed.
    #[error(
        "a quotation mark is opened and never closed. Close it, or write it twice where it belongs to the text."
    )]
    OpenQuote,
    /// The row is too long.
    #[error("it is longer than {limit} bytes. Shorten it, or give long texts as links.")]
    LongRow {
        /// The limit.
        limit: usize,
    },
    /// One field is too long.
    #[error("the field “{column}” is longer than {limit} bytes. Shorten it, or give it as a link.")]
    LongField {
        /// The column.
        column: String,
        /// The limit.
        limit: usize,
    },
    /// Too many fields.
    #[error("it has more than {limit} fields. Leave out the columns that nobody needs.")]
    Wide {
        /// The limit.
        limit: usize,
    },
    /// Bytes that are not UTF-8.
    #[error("it holds damaged letters (not UTF-8). Save the file as UTF-8 and mend this row.")]
    Letters,
    /// A line that is not JSON.
    #[error("it is not JSON ({0}). Write one object on one line, such as {{\"text\":\"…\"}}.")]
    NotJson(String),
    /// A line that is JSON and not an object.
    #[error("it is not a JSON object. Write one object on one line, such as {{\"text\":\"…\"}}.")]
    NotObject,
    /// A name that is there twice.
    #[error("it has “{0}” twice. Keep one of them.")]
    Twice(String),
    /// The file stops being readable here; no row follows.
    #[error("the file cannot be read from here on: {0}. Upload it again.")]
    Unreadable(String),
    /// So many quotation marks are wrong that reading stops here.
    #[error(
        "too many quotation marks are wrong; nothing is read from here on. Export the table again as CSV."
    )]
    GaveUp,
}

impl Trouble {
    /// The key of the message, stable for programs.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Ragged { .. } => "row-ragged",
            Self::StrayQuote => "row-stray-quote",
            Self::OpenQuote => "row-open-quote",
            Self::LongRow { .. } => "row-long",
            Self::LongField { .. } => "row-long-field",
            Self::Wide { .. } => "row-wide",
            Self::Letters => "row-letters",
            Self::NotJson(_) => "row-not-json",
            Self::NotObject => "row-not-object",
            Self::Twice(_) => "row-name-twice",
            Self::Unreadable(_) => "file-unreadable",
            Self::GaveUp => "file-quotes",
        }
    }
}
