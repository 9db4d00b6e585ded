//! Our values in PostgreSQL's binary form, by the type that the server gave a placeholder or a column.

use crate::value::{Value, ValueRef, to_real};
use std::error::Error;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

type Cause = Box<dyn Error + Sync + Send>;

impl ToSql for Value<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Cause> {
        match (self, kind) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Int(number), &Type::INT8) => number.to_sql(kind, out),
            (Value::Int(number), &Type::INT4) => i32::try_from(*number)?.to_sql(kind, out),
            (Value::Int(number), &Type::BOOL) => (*number != 0).to_sql(kind, out),
            (Value::Int(number), &Type::FLOAT8) => to_real(*number).to_sql(kind, out),
            (Value::Real(number), &Type::FLOAT8) => number.to_sql(kind, out),
            (Value::Text(text), kind) if <&str as ToSql>::accepts(kind) => text.to_sql(kind, out),
            (Value::Blob(bytes), &Type::BYTEA) => bytes.to_sql(kind, out),
            (_, kind) => {
                Err(format!("the server takes a placeholder for {kind}, and the value is not: cast it")
                    .into())
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'r> FromSql<'r> for ValueRef<'r> {
    fn from_sql(kind: &Type, raw: &'r [u8]) -> Result<Self, Cause> {
        Ok(match *kind {
            Type::INT8 => Self::Int(i64::from_sql(kind, raw)?),
            Type::INT4 => Self::Int(i32::from_sql(kind, raw)?.into()),
            Type::BOOL => Self::Int(bool::from_sql(kind, raw)?.into()),
            Type::FLOAT8 => Self::Real(f64::from_sql(kind, raw)?),
            Type::BYTEA => Self::Blob(raw),
            Type::NUMERIC => numeric(raw).ok_or("a numeric that is not a number")?,
            _ => Self::Text(<&str>::from_sql(kind, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Cause> {
        Ok(Self::Null)
    }

    fn accepts(kind: &Type) -> bool {
        const FIXED: [&Type; 6] =
            [&Type::INT8, &Type::INT4, &Type::BOOL, &Type::FLOAT8, &Type::BYTEA, &Type::NUMERIC];
        FIXED.contains(&kind) || <&str as FromSql>::accepts(kind)
    }
}

/// `sum(bigint)` and `avg(…)` are NUMERIC on PostgreSQL: base 10,000 digits, the first of them worth
/// 10,000^weight (`src/backend/utils/adt/numeric.c`, `numeric_send`). Whole ones that fit become whole numbers.
fn numeric(raw: &[u8]) -> Option<ValueRef<'static>> {
    let words: Vec<i16> = raw.as_chunks().0.iter().copied().map(i16::from_be_bytes).collect();
    let [_count, weight, sign @ (0 | 0x4000), _scale, digits @ ..] = words.as_slice() else { return None };
    let sign = if *sign == 0 { 1_i8 } else { -1 };
    let shift = i32::from(*weight) + 1 - i32::try_from(digits.len()).ok()?;
    // Trailing zero digits are left out on the wire: no digit behind the point means a whole number.
    if let (Ok(shift), 0..6) = (u32::try_from(shift), *weight) {
        let whole = digits.iter().fold(0_i128, |sum, digit| sum * 10_000 + i128::from(*digit));
        if let Ok(number) = i64::try_from(whole * 10_000_i128.pow(shift) * i128::from(sign)) {
            return Some(ValueRef::Int(number));
        }
    }
    let real = digits.iter().fold(0.0, |sum, digit| sum * 10_000.0 + f64::from(*digit));
    Some(ValueRef::Real(real * 10_000_f64.powi(shift) * f64::from(sign)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(weight: i16, sign: i16, scale: i16, digits: &[i16]) -> Vec<u8> {
        let head = [i16::try_from(digits.len()).unwrap(), weight, sign, scale];
        head.iter().chain(digits).flat_map(|word| word.to_be_bytes()).collect()
    }

    #[test]
    fn sums_are_whole_numbers() {
        assert_eq!(numeric(&wire(0, 0, 0, &[])), Some(ValueRef::Int(0)));
        assert_eq!(numeric(&wire(0, 0x4000, 0, &[42])), Some(ValueRef::Int(-42)));
        assert_eq!(numeric(&wire(2, 0, 0, &[5])), Some(ValueRef::Int(500_000_000)));
        let largest = wire(4, 0, 0, &[922, 3372, 368, 5477, 5807]);
        assert_eq!(numeric(&largest), Some(ValueRef::Int(i64::MAX)));
    }

    #[test]
    fn averages_are_real() {
        assert_eq!(numeric(&wire(0, 0, 1, &[2, 5000])), Some(ValueRef::Real(2.5)));
        assert_eq!(numeric(&wire(-1, 0, 4, &[1])), Some(ValueRef::Real(0.0001)));
    }

    #[test]
    fn what_is_not_a_number_is_refused() {
        assert_eq!(numeric(&wire(0, i16::from_be_bytes([0xc0, 0]), 0, &[])), None);
        assert_eq!(numeric(&[0, 1]), None);
    }
}
