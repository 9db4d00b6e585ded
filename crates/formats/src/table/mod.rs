//! Tables as text: CSV (parted by commas, semicolons, tabs or bars) and JSON Lines, plain or gzipped.
//!
//! [`Table::open`] tells all of that by content. Rows stream in constant memory. A row that cannot be used
//! is a [`RowProblem`] that names it and says what to do; the rows after it go on. [`mod@write`] writes both.

mod cells;
mod delimited;
mod error;
mod gunzip;
mod json_lines;
mod reader;
mod window;
pub mod write;

pub use cells::{Cell, Cells};
pub use error::{RowProblem, TableError, Trouble};
pub use reader::{Kind, Row, Shape, Table};

/// What a table may hold at most. Memory stays below a few times `row`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one field.
    pub field: usize,
    /// Bytes of one row.
    pub row: usize,
    /// Fields of one row.
    pub columns: usize,
    /// How many times longer than the file its unpacked text may be.
    pub expansion: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { field: 1 << 20, row: 4 << 20, columns: 1_000, expansion: 200 }
    }
}

#[cfg(test)]
mod tests;
