//! Money as whole millionths of a currency. Never a float; rounding happens only where money
//! leaves the ledger.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A currency by its three letters (ISO 4217), such as `KES`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// An amount of one currency, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// Millionths of the currency; `800_000` is 0.80.
    pub micros: i64,
    /// Which currency.
    pub currency: Currency,
}

/// Why an amount could not be read or reckoned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two currencies were mixed.
    #[error("amounts in {0} and {1} cannot be added")]
    Mixed(Currency, Currency),
    /// The sum has no room in a 64-bit number.
    #[error("the amount is too large")]
    TooLarge,
    /// Not three capital letters.
    #[error("a currency is written with three capital letters, such as KES")]
    NoCurrency,
    /// Not a number with at most six decimals.
    #[error("an amount is written like 0.80, with at most six decimals")]
    NoAmount,
}

impl Currency {
    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let letters: [u8; 3] = text.as_bytes().try_into().map_err(|_| MoneyError::NoCurrency)?;
        if letters.iter().all(u8::is_ascii_uppercase) {
            Ok(Self(letters))
        } else {
            Err(MoneyError::NoCurrency)
        }
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(text: String) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Money {
    /// This many millionths.
    pub fn new(micros: i64, currency: Currency) -> Self {
        Self { micros, currency }
    }

    /// Reads `0.80` as 800,000 millionths.
    ///
    /// # Errors
    /// [`MoneyError::NoAmount`] when it is no decimal number with at most six decimals.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let text = text.trim();
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let only_digits = |s: &str| s.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || part.len() > 6 || !only_digits(whole) || !only_digits(part) {
            return Err(MoneyError::NoAmount);
        }
        let whole: i64 = whole.parse().map_err(|_| MoneyError::TooLarge)?;
        let part: i64 = format!("{part:0<6}").parse().map_err(|_| MoneyError::NoAmount)?;
        let micros =
            whole.checked_mul(1_000_000).and_then(|n| n.checked_add(part)).ok_or(MoneyError::TooLarge)?;
        Ok(Self::new(if negative { -micros } else { micros }, currency))
    }

    /// The sum of two amounts of the same currency.
    ///
    /// # Errors
    /// When the currencies differ or the sum has no room.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Mixed(self.currency, other.currency));
        }
        let micros = self.micros.checked_add(other.micros).ok_or(MoneyError::TooLarge)?;
        Ok(Self::new(micros, self.currency))
    }

    /// The amount without its currency, with two decimals, or as many more as it needs: `0.80`, `0.0125`.
    pub fn amount(&self) -> String {
        let sign = if self.micros < 0 { "-" } else { "" };
        let micros = self.micros.unsigned_abs();
        let part = format!("{:06}", micros % 1_000_000);
        let tail = part.get(2..).unwrap_or("").trim_end_matches('0');
        format!("{sign}{}.{}{tail}", micros / 1_000_000, part.get(..2).unwrap_or("00"))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.amount())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kes() -> Currency {
        "KES".parse().unwrap()
    }

    #[test]
    fn a_line_pays_eighty_cents() {
        let rate = Money::parse("0.8", kes()).unwrap();
        assert_eq!(rate.micros, 800_000);
        assert_eq!(rate.to_string(), "KES 0.80");
        assert_eq!(Money::new(12_500, kes()).amount(), "0.0125");
        assert_eq!(Money::new(-1_500_000, kes()).amount(), "-1.50");
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", ".", "1,5", "1.2345678", "x", "-", "99999999999999999999"] {
            assert!(Money::parse(text, kes()).is_err(), "{text}");
        }
        assert_eq!("kes".parse::<Currency>(), Err(MoneyError::NoCurrency));
        let usd = Money::new(1, "USD".parse().unwrap());
        assert!(Money::new(1, kes()).plus(usd).is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(micros in -1_000_000_000_000_000i64..1_000_000_000_000_000) {
            let money = Money::new(micros, kes());
            prop_assert_eq!(Money::parse(&money.amount(), kes()), Ok(money));
        }
    }
}
