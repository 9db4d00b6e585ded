//! A row of either engine.

use crate::error::DbError;
use crate::value::{FromColumn, ValueRef};

/// One row of a result; lives as long as the function that is given it.
#[derive(Debug)]
pub struct Row<'r>(pub(crate) Inner<'r>);

#[derive(Debug)]
pub(crate) enum Inner<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r postgres::Row),
}

/// A column's place (from 0; the quicker way) or its name.
pub trait Column: std::fmt::Display {
    #[doc(hidden)]
    fn place(&self, row: &Row<'_>) -> Option<usize>;
}

impl Column for usize {
    fn place(&self, _: &Row<'_>) -> Option<usize> {
        Some(*self)
    }
}

impl Column for &str {
    fn place(&self, row: &Row<'_>) -> Option<usize> {
        match &row.0 {
            Inner::Sqlite(row) => row.as_ref().column_index(self).ok(),
            Inner::Postgres(row) => row.columns().iter().position(|column| column.name() == *self),
        }
    }
}

impl Row<'_> {
    /// The value of a column.
    ///
    /// # Errors
    /// [`DbError::Decode`] when there is no such column or its value does not fit `T`.
    pub fn get<'a, T: FromColumn<'a>>(&'a self, column: impl Column) -> Result<T, DbError> {
        let found = column.place(self).and_then(|place| self.value(place));
        let value = found
            .ok_or_else(|| DbError::Decode(format!("column {column}: no such column, or unknown type")))?;
        T::from_column(value).ok_or_else(|| {
            let wanted = std::any::type_name::<T>();
            let held = match value {
                ValueRef::Null => "null".to_owned(),
                ValueRef::Int(number) => format!("the whole number {number}"),
                ValueRef::Real(number) => format!("the number {number}"),
                ValueRef::Text(text) => format!("text of {} bytes", text.len()),
                ValueRef::Blob(bytes) => format!("{} bytes", bytes.len()),
            };
            DbError::Decode(format!("column {column} holds {held}, asked for {wanted}"))
        })
    }

    fn value(&self, place: usize) -> Option<ValueRef<'_>> {
        match &self.0 {
            Inner::Sqlite(row) => Some(match row.get_ref(place).ok()? {
                rusqlite::types::ValueRef::Null => ValueRef::Null,
                rusqlite::types::ValueRef::Integer(number) => ValueRef::Int(number),
                rusqlite::types::ValueRef::Real(number) => ValueRef::Real(number),
                rusqlite::types::ValueRef::Text(text) => ValueRef::Text(std::str::from_utf8(text).ok()?),
                rusqlite::types::ValueRef::Blob(bytes) => ValueRef::Blob(bytes),
            }),
            Inner::Postgres(row) => row.try_get(place).ok(),
        }
    }
}
