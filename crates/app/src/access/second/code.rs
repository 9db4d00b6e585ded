//! Codes as plain functions: those of the app, and those on paper.

use std::fmt;

use kazi_domain::Moment;
use totp_rs::{Builder, Secret, Totp, TotpError};

use crate::access::secret::TokenHash;
use crate::turn::random;

/// How many recovery codes one gets.
pub const RECOVERY_CODES: usize = 10;
/// A code of the app has this many digits.
const DIGITS: usize = 6;

/// What the app and Kazi both know: 160 bits, as RFC 4226 asks for.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Shared([u8; 20]);

impl Shared {
    pub(super) fn fresh() -> Self {
        Self(random())
    }

    pub(super) fn stored(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As somebody types it into an app that cannot look: base 32 in fours.
    pub(super) fn text(&self) -> String {
        in_fours(&Secret::from(self.0).to_base32(), ' ')
    }

    /// The address that an app reads from a QR code.
    pub(super) fn address(&self, issuer: &str, account: &str) -> Result<String, TotpError> {
        // A colon parts the two names in the address.
        let [issuer, account] = [issuer, account].map(|name| name.replace(':', " "));
        builder(&self.0).with_issuer(Some(issuer)).with_account_name(account).build()?.to_url()
    }

    /// The half minute since 1970 that this code belongs to, if it is the present one or one beside it: clocks differ.
    pub(super) fn step_of(&self, digits: &str, now: Moment) -> Option<i64> {
        let seconds = u64::try_from(now.micros().div_euclid(1_000_000)).ok()?;
        let step = totp(&self.0).ok()?.check(digits, seconds)?;
        i64::try_from(step).ok()
    }

    /// The code of a moment, as an app shows it.
    #[cfg(any(test, feature = "testing"))]
    pub(super) fn code(&self, at: Moment) -> String {
        let seconds = u64::try_from(at.micros().div_euclid(1_000_000)).unwrap_or_default();
        totp(&self.0).map(|totp| totp.generate(seconds).to_string()).unwrap_or_default()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shared(…)")
    }
}

/// The one kind of code that every app knows: SHA-1, six digits, thirty seconds; one step of drift either way.
fn builder(secret: &[u8; 20]) -> Builder {
    Builder::new().with_secret(Secret::from(*secret)).with_skew(1)
}

fn totp(secret: &[u8; 20]) -> Result<Totp, TotpError> {
    builder(secret).build()
}

fn in_fours(text: &str, between: char) -> String {
    let mut parted = String::with_capacity(text.len() + text.len() / 4);
    for (place, letter) in text.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            parted.push(between);
        }
        parted.push(letter);
    }
    parted
}

/// What somebody gave as a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Given {
    /// The digits of an app.
    Digits(String),
    /// The hash of a recovery code.
    Recovery(TokenHash),
}

impl Given {
    /// Reads it as people type it: with blanks or hyphens, in any case.
    pub(super) fn read(text: &str) -> Self {
        let bare: String = text.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
        if bare.len() == DIGITS && bare.bytes().all(|byte| byte.is_ascii_digit()) {
            Self::Digits(bare)
        } else {
            Self::Recovery(hash(&bare))
        }
    }
}

/// Base 32 has no 0, 1 and 8; whoever reads one meant the letter.
fn hash(bare: &str) -> TokenHash {
    let letter = |c: char| match c.to_ascii_uppercase() {
        '0' => 'O',
        '1' => 'I',
        '8' => 'B',
        other => other,
    };
    TokenHash::of(&bare.chars().map(letter).collect::<String>())
}

/// Codes for who has lost the app: 128 random bits each, so that a quick hash keeps them. Shown once, never stored.
pub struct RecoveryCodes(Vec<String>);

impl RecoveryCodes {
    pub(super) fn fresh() -> Self {
        let one = |_| in_fours(&Secret::from(random::<16>()).to_base32(), '-');
        Self((0..RECOVERY_CODES).map(one).collect())
    }

    /// As they are shown and printed: `ABCD-EFGH-…`.
    pub fn texts(&self) -> &[String] {
        &self.0
    }

    pub(super) fn hashes(&self) -> impl Iterator<Item = TokenHash> {
        self.0.iter().map(|text| hash(&text.replace('-', "")))
    }
}

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCodes(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> Moment {
        Moment::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, SHA-1, without the first two of its eight digits.
        let shared = Shared::stored(*b"12345678901234567890");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(shared.code(at(seconds)), code);
            assert_eq!(shared.step_of(code, at(seconds)), Some(seconds / 30));
        }
    }

    #[test]
    fn the_address_is_the_one_that_apps_read() {
        let shared = Shared::stored(*b"12345678901234567890");
        assert_eq!(
            shared.address("Kazi: Nairobi", "ruth@library.example").unwrap(),
            "otpauth://totp/Kazi%20%20Nairobi:ruth%40library.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Kazi%20%20Nairobi"
        );
        assert_eq!(shared.text(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(format!("{shared:?}"), "Shared(…)");
    }

    #[test]
    fn recovery_codes_are_read_as_people_type_them() {
        let codes = RecoveryCodes::fresh();
        let (text, hash) = (&codes.texts()[0], codes.hashes().next().unwrap());
        assert_eq!((codes.texts().len(), text.len()), (10, 32));
        for typed in
            [text.clone(), text.to_lowercase(), text.replace('-', " "), text.replace(['-', 'O'], "0")]
        {
            let typed = if typed.contains('0') { text.replace('O', "0") } else { typed };
            assert_eq!(Given::read(&format!(" {typed} ")), Given::Recovery(hash), "{typed}");
        }
        assert_eq!(Given::read("123 456"), Given::Digits("123456".to_owned()));
        assert!(matches!(Given::read("１２３４５６"), Given::Recovery(_)));
    }

    proptest! {
        #[test]
        fn a_code_counts_in_its_half_minute_and_one_beside_it(secret: [u8; 20], now in 1_000i64..10_000_000_000, off in -200i64..200) {
            let shared = Shared::stored(secret);
            let (step, other) = ((now + off).div_euclid(30), now.div_euclid(30));
            let found = shared.step_of(&shared.code(at(now + off)), at(now));
            if (step - other).abs() <= 1 {
                // Two half minutes may have the same code; then the first of them is found.
                prop_assert!(found.is_some_and(|found| (found - other).abs() <= 1 && found <= step));
            } else if let Some(found) = found {
                prop_assert_eq!(shared.code(at(found * 30)), shared.code(at(now + off)));
            }
        }

        #[test]
        fn anything_may_be_typed(text in ".*") {
            let _ = Given::read(&text);
        }
    }
}
