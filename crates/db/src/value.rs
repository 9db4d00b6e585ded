//! Values that go into a statement and come out of a row, the same on both engines.

use crate::error::DbError;
use std::borrow::Cow;

/// A value for a placeholder.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// SQL `null`.
    Null,
    /// Whole numbers, yes (1) and no (0), and times as µs since 1970 UTC.
    Int(i64),
    /// A number with a fraction; never money.
    Real(f64),
    /// Text without NUL characters.
    Text(Cow<'a, str>),
    /// Bytes.
    Blob(Cow<'a, [u8]>),
}

/// A value in a row, borrowed from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ValueRef<'r> {
    /// SQL `null`.
    Null,
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Real(f64),
    /// Text.
    Text(&'r str),
    /// Bytes.
    Blob(&'r [u8]),
}

impl Value<'_> {
    /// The same, with a copy of what it borrows.
    pub(crate) fn to_owned_value(&self) -> Value<'static> {
        match self {
            Self::Null => Value::Null,
            Self::Int(number) => Value::Int(*number),
            Self::Real(number) => Value::Real(*number),
            Self::Text(text) => Value::Text(Cow::Owned(text.clone().into_owned())),
            Self::Blob(bytes) => Value::Blob(Cow::Owned(bytes.clone().into_owned())),
        }
    }
}

/// Whether there are as many values as wanted, and both engines can keep them: PostgreSQL refuses NUL in text,
/// SQLite turns NaN into null.
pub(crate) fn check_values(wanted: usize, values: &[Value<'_>]) -> Result<(), DbError> {
    if wanted != values.len() {
        return Err(DbError::Other(format!("wants {wanted} values, was given {}", values.len())));
    }
    values.iter().try_for_each(|value| match value {
        Value::Text(text) if text.as_bytes().contains(&0) => Err(DbError::BadText),
        Value::Real(number) if number.is_nan() => Err(DbError::BadValue("a number is not a number (NaN)")),
        _ => Ok(()),
    })
}

macro_rules! into_value {
    ($($from:ty: $name:ident => $made:expr;)*) => {$(
        impl<'a> From<$from> for Value<'a> {
            fn from($name: $from) -> Self {
                $made
            }
        }
    )*};
}

into_value! {
    i64: n => Value::Int(n);
    i32: n => Value::Int(n.into());
    i16: n => Value::Int(n.into());
    u32: n => Value::Int(n.into());
    u16: n => Value::Int(n.into());
    u8: n => Value::Int(n.into());
    bool: yes => Value::Int(yes.into());
    f64: n => Value::Real(n);
    &'a str: text => Value::Text(Cow::Borrowed(text));
    &'a String: text => Value::Text(Cow::Borrowed(text));
    String: text => Value::Text(Cow::Owned(text));
    Cow<'a, str>: text => Value::Text(text);
    &'a [u8]: bytes => Value::Blob(Cow::Borrowed(bytes));
    &'a Vec<u8>: bytes => Value::Blob(Cow::Borrowed(bytes));
    Vec<u8>: bytes => Value::Blob(Cow::Owned(bytes));
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Value::Blob(Cow::Borrowed(bytes))
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

/// The values of a statement: `params![task_id, now, "text", None::<i64>]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::Value::from($value)),*] as &[$crate::Value<'_>]
    };
}

/// A type that can be read from a column. Implement it for a type of your own by way of one of these.
pub trait FromColumn<'r>: Sized {
    /// `None` when the value does not fit the type.
    fn from_column(value: ValueRef<'r>) -> Option<Self>;
}

macro_rules! from_column {
    ($($type:ty: $($shape:pat => $made:expr),*;)*) => {$(
        impl<'r> FromColumn<'r> for $type {
            fn from_column(value: ValueRef<'r>) -> Option<Self> {
                match value {
                    $($shape => $made,)*
                    _ => None,
                }
            }
        }
    )*};
}

from_column! {
    i64: ValueRef::Int(n) => Some(n);
    i32: ValueRef::Int(n) => n.try_into().ok();
    i16: ValueRef::Int(n) => n.try_into().ok();
    u64: ValueRef::Int(n) => n.try_into().ok();
    u32: ValueRef::Int(n) => n.try_into().ok();
    u16: ValueRef::Int(n) => n.try_into().ok();
    u8: ValueRef::Int(n) => n.try_into().ok();
    usize: ValueRef::Int(n) => n.try_into().ok();
    bool: ValueRef::Int(n @ 0..=1) => Some(n == 1);
    f64: ValueRef::Real(n) => Some(n), ValueRef::Int(n) => Some(to_real(n));
    &'r str: ValueRef::Text(text) => Some(text);
    String: ValueRef::Text(text) => Some(text.to_owned());
    &'r [u8]: ValueRef::Blob(bytes) => Some(bytes);
    Vec<u8>: ValueRef::Blob(bytes) => Some(bytes.to_vec());
}

impl<'r, const N: usize> FromColumn<'r> for [u8; N] {
    fn from_column(value: ValueRef<'r>) -> Option<Self> {
        <&[u8]>::from_column(value)?.try_into().ok()
    }
}

impl<'r, T: FromColumn<'r>> FromColumn<'r> for Option<T> {
    fn from_column(value: ValueRef<'r>) -> Option<Self> {
        if value == ValueRef::Null { Some(None) } else { T::from_column(value).map(Some) }
    }
}

/// A whole number as a `double`, as SQL itself does when the two meet.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "SQL rounds the same way")]
pub(crate) fn to_real(number: i64) -> f64 {
    number as f64
}
