//! Ids, moments and states on their way to and from the database.

use std::str::FromStr;

use kazi_db::{Column, DbError, Row, Value};
use kazi_domain::{Id, Kind, Moment};

/// A value as a statement's parameter.
pub trait Param {
    /// The parameter.
    fn param(&self) -> Value<'_>;
}

impl<K: Kind> Param for Id<K> {
    fn param(&self) -> Value<'_> {
        Value::from(self.as_bytes().as_slice())
    }
}

impl<K: Kind> Param for Option<Id<K>> {
    fn param(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Param::param)
    }
}

impl Param for Moment {
    fn param(&self) -> Value<'_> {
        Value::from(self.micros())
    }
}

impl Param for Option<Moment> {
    fn param(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Param::param)
    }
}

/// Typed reading of a row's columns.
pub trait Columns {
    /// An id.
    ///
    /// # Errors
    /// When the column holds no sixteen bytes.
    fn id<K: Kind>(&self, column: impl Column) -> Result<Id<K>, DbError>;
    /// An id or nothing.
    ///
    /// # Errors
    /// When the column holds something else.
    fn id_opt<K: Kind>(&self, column: impl Column) -> Result<Option<Id<K>>, DbError>;
    /// A moment.
    ///
    /// # Errors
    /// When the column holds no number.
    fn moment(&self, column: impl Column) -> Result<Moment, DbError>;
    /// A moment or nothing.
    ///
    /// # Errors
    /// When the column holds something else.
    fn moment_opt(&self, column: impl Column) -> Result<Option<Moment>, DbError>;
    /// A value that is kept as a word, such as a state.
    ///
    /// # Errors
    /// When the word is unknown.
    fn word<T: FromStr>(&self, column: impl Column) -> Result<T, DbError>
    where
        T::Err: std::fmt::Display;
}

fn sixteen<K: Kind>(bytes: &[u8]) -> Result<Id<K>, DbError> {
    let bytes = bytes.try_into().map_err(|_| DbError::Other("an id has sixteen bytes".to_owned()))?;
    Ok(Id::from_bytes(bytes))
}

impl Columns for Row<'_> {
    fn id<K: Kind>(&self, column: impl Column) -> Result<Id<K>, DbError> {
        sixteen(self.get::<&[u8]>(column)?)
    }

    fn id_opt<K: Kind>(&self, column: impl Column) -> Result<Option<Id<K>>, DbError> {
        self.get::<Option<&[u8]>>(column)?.map(sixteen).transpose()
    }

    fn moment(&self, column: impl Column) -> Result<Moment, DbError> {
        Ok(Moment::from_micros(self.get::<i64>(column)?))
    }

    fn moment_opt(&self, column: impl Column) -> Result<Option<Moment>, DbError> {
        Ok(self.get::<Option<i64>>(column)?.map(Moment::from_micros))
    }

    fn word<T: FromStr>(&self, column: impl Column) -> Result<T, DbError>
    where
        T::Err: std::fmt::Display,
    {
        self.get::<&str>(column)?.parse().map_err(|error: T::Err| DbError::Other(error.to_string()))
    }
}
