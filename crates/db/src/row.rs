//! A row of either engine.

use crate::error::DbError;
use crate::value::{FromColumn, ValueRef};

/// One row of a result; lives as long as the function that is given it.
#[derive(Debug)]
pub struct Row<'r>(pub(crate) Inner<'r>);

#[derive(Debug)]
pub(crate) enum Inner<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
}

/// A column's place (from 0; the quicker way) or its name.
pub trait Column: std::fmt::Display + Copy {
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
        let value = column.place(self).and_then(|place| self.value(place));
        value.and_then(T::from_column).ok_or_else(|| {
            let held = match value {
                None => "is not there or of a strange type",
                Some(ValueRef::Null) => "is null",
                Some(ValueRef::Int(_)) => "is a whole number",
                Some(ValueRef::Real(_)) => "is a number",
                Some(ValueRef::Text(_)) => "is text",
                Some(ValueRef::Blob(_)) => "is bytes",
            };
            DbError::Decode(format!("column {column} {held}, asked for {}", std::any::type_name::<T>()))
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
