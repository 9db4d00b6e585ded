//! Our values in PostgreSQL's binary form, by the type that the server gave a placeholder or a column.

use crate::value::{Value, ValueRef, to_real};
use postgres::types::private::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use std::error::Error;

type Cause = Box<dyn Error + Sync + Send>;

impl ToSql for Value<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Cause> {
        match (self, kind) {
            (Value::Null, _) => Ok(IsNull::Yes),
            (Value::Int(number), &Type::INT8) => number.to_sql(kind, out),
            (Value::Int(number), &Type::INT4) => i32::try_from(*number)?.to_sql(kind, out),
            (Value::Int(number), &Type::INT2) => i16::try_from(*number)?.to_sql(kind, out),
            (Value::Int(number), &Type::BOOL) => (*number != 0).to_sql(kind, out),
            (Value::Int(number), &Type::FLOAT8) => to_real(*number).to_sql(kind, out),
            (Value::Real(number), &Type::FLOAT8) => number.to_sql(kind, out),
            (Value::Text(text), kind) if <&str as ToSql>::accepts(kind) => text.to_sql(kind, out),
            (Value::Blob(bytes), &Type::BYTEA) => bytes.to_sql(kind, out),
            (value, kind) => {
                let given = match value {
                    Value::Int(_) => "a whole number",
                    Value::Real(_) => "a number",
                    Value::Text(_) => "text",
                    _ => "bytes",
                };
                Err(format!("the server takes the placeholder for {kind}, but was given {given}: cast it")
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
            Type::INT2 => Self::Int(i16::from_sql(kind, raw)?.into()),
            Type::BOOL => Self::Int(bool::from_sql(kind, raw)?.into()),
            Type::FLOAT8 => Self::Real(f64::from_sql(kind, raw)?),
            Type::FLOAT4 => Self::Real(f32::from_sql(kind, raw)?.into()),
            Type::BYTEA => Self::Blob(raw),
            Type::NUMERIC => numeric(raw).ok_or("a numeric that is not a number")?,
            _ => Self::Text(<&str>::from_sql(kind, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Cause> {
        Ok(Self::Null)
    }

    fn accepts(kind: &Type) -> bool {
        const OTHERS: [Type; 8] = [
            Type::INT8,
            Type::INT4,
            Type::INT2,
            Type::BOOL,
            Type::FLOAT8,
            Type::FLOAT4,
            Type::BYTEA,
            Type::NUMERIC,
        ];
        OTHERS.contains(kind) || <&str as FromSql>::accepts(kind)
    }
}

/// `sum(bigint)` and `avg(…)` are NUMERIC on PostgreSQL: base 10,000 digits, the first of them worth
/// 10,000^weight (`src/backend/utils/adt/numeric.c`, `numeric_send`). Whole ones that fit become whole numbers.
fn numeric(raw: &[u8]) -> Option<ValueRef<'static>> {
    let mut words = raw.chunks_exact(2).filter_map(|pair| Some(i16::from_be_bytes(pair.try_into().ok()?)));
    let (_count, weight, sign, _scale) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let sign = match sign {
        0 => 1_i8,
        0x4000 => -1,
        _ => return None,
    };
    let digits: Vec<i16> = words.collect();
    let places = i16::try_from(digits.len()).ok()?;
    // Trailing zero digits are left out on the wire: no digit behind the point means a whole number.
    if places <= weight.checked_add(1)? && weight < 6 {
        let mut whole = digits.iter().fold(0_i128, |sum, digit| sum * 10_000 + i128::from(*digit));
        for _ in places..=weight {
            whole *= 10_000;
        }
        if let Ok(number) = i64::try_from(whole * i128::from(sign)) {
            return Some(ValueRef::Int(number));
        }
    }
    let mut real = 0.0;
    for (digit, place) in digits.iter().zip(0_i16..) {
        real += f64::from(*digit) * 10_f64.powi(4 * (i32::from(weight) - i32::from(place)));
    }
    Some(ValueRef::Real(real * f64::from(sign)))
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
