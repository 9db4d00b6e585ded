//! Secrets and their hashes: passwords and PINs slowly (argon2id), tokens quickly (SHA-256).
//!
//! A token is 32 random bytes, so that guessing is hopeless however quick the hash is; what people can
//! remember is not, so its hash is slow. Everything slow here is to be called outside transactions.

use std::fmt;
use std::num::NonZero;
use std::sync::{Condvar, LazyLock, Mutex, PoisonError};
use std::thread::available_parallelism;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use kazi_db::Value;
use sha2::{Digest, Sha256};

use crate::turn::random;

/// Memory in KiB and passes for passwords: the OWASP password storage cheat sheet's first choice for argon2id.
const FOR_PASSWORDS: (u32, u32) = (19_456, 2);
/// For PINs. A million PINs are soon tried whatever one hash costs, so the limits on tries protect them;
/// what counts here is that a shift of fifty people can sign in within a minute on a small server.
const FOR_PINS: (u32, u32) = (8_192, 1);
/// A password has at least this many characters (NIST SP 800-63B asks for 8).
const SHORTEST: usize = 10;
/// And no more than this many bytes: hashing must not be made expensive by the asker.
const LONGEST: usize = 256;
/// Whoever knows how people choose passwords needs at least ten to this many guesses (zxcvbn's estimate): more than
/// any list of passwords in use holds, and with the limits on tries out of reach.
const FEWEST_GUESSES_LOG10: f64 = 8.0;
/// What somebody would think of first who must choose a password for this program.
const OUR_WORDS: [&str; 12] = [
    "kazi", "operator", "client", "centre", "center", "worker", "reviewer", "partner", "mfano", "sourcing",
    "password", "nenosiri",
];

/// A password that may be chosen.
pub struct Password(String);

/// Why a password may not be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short.
    #[error("choose a longer password: at least 10 characters, three or four words are easy to keep in mind")]
    TooShort,
    /// Too long.
    #[error("choose a shorter password: at most 256 bytes")]
    TooLong,
    /// One character again and again, or the like.
    #[error("choose a password with more different characters")]
    TooPlain,
    /// Others use it, or it is made of what everybody tries first.
    #[error("choose a password that is harder to guess: three or four words that do not belong together")]
    TooCommon,
}

impl Password {
    /// Takes what somebody chose as a new password.
    ///
    /// # Errors
    /// See [`PasswordError`].
    pub fn choose(text: &str) -> Result<Self, PasswordError> {
        let different: std::collections::BTreeSet<char> = text.chars().collect();
        if text.len() > LONGEST {
            Err(PasswordError::TooLong)
        } else if text.chars().count() < SHORTEST {
            Err(PasswordError::TooShort)
        } else if different.len() < 5 {
            Err(PasswordError::TooPlain)
        } else if zxcvbn::zxcvbn(text, &OUR_WORDS).guesses_log10() < FEWEST_GUESSES_LOG10 {
            Err(PasswordError::TooCommon)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The hash to store. Slow.
    pub fn hash(&self) -> SecretHash {
        SecretHash::make(self.0.as_bytes(), FOR_PASSWORDS)
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Six digits that may be chosen as a PIN.
pub struct Pin(String);

/// Why a PIN may not be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Not six digits.
    #[error("a PIN has six digits")]
    NotSixDigits,
    /// The first ones that anybody would try.
    #[error("choose a PIN that is harder to guess: not all the same digit, nor digits in a row")]
    TooPlain,
}

impl Pin {
    /// Takes what somebody chose as a new PIN.
    ///
    /// # Errors
    /// See [`PinError`].
    pub fn choose(text: &str) -> Result<Self, PinError> {
        let digits: Vec<i8> = text.bytes().filter_map(|byte| i8::try_from(byte).ok()).collect();
        if digits.len() != 6 || text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(PinError::NotSixDigits);
        }
        let steps = || digits.iter().zip(digits.iter().skip(1)).map(|(one, next)| next - one);
        if [0, 1, -1].into_iter().any(|plain| steps().all(|step| step == plain)) {
            return Err(PinError::TooPlain);
        }
        Ok(Self(text.to_owned()))
    }

    /// A PIN that nobody chose, to be told once.
    pub fn fresh() -> Self {
        loop {
            let number = u32::from_le_bytes(random());
            // The last incomplete million is thrown away, so that each PIN is equally likely.
            if number < u32::MAX - u32::MAX % 1_000_000 {
                let text = format!("{:06}", number % 1_000_000);
                if let Ok(pin) = Self::choose(&text) {
                    return pin;
                }
            }
        }
    }

    /// The six digits, to show to the one whose PIN it is.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The hash to store. Slow.
    pub fn hash(&self) -> SecretHash {
        SecretHash::make(self.0.as_bytes(), FOR_PINS)
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// The argon2id hash of a password or PIN, as PHC text with its salt and costs.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretHash(String);

/// Stands in where nobody was found, so that looking costs the same time.
static NOBODYS_PASSWORD: LazyLock<SecretHash> =
    LazyLock::new(|| SecretHash::make(&random::<32>(), FOR_PASSWORDS));
static NOBODYS_PIN: LazyLock<SecretHash> = LazyLock::new(|| SecretHash::make(&random::<32>(), FOR_PINS));

/// How many hashes are made at this moment. Each takes megabytes: sixty at once, when a shift begins, would be more than
/// a small server has, and no quicker than as many as there are processors.
static AT_WORK: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

/// Hashes when it is one's turn.
fn in_turn<T>(hash: impl FnOnce() -> T) -> T {
    let (count, freed) = &AT_WORK;
    let most = available_parallelism().map_or(1, NonZero::get);
    let lock = |outcome: Result<_, PoisonError<_>>| outcome.unwrap_or_else(PoisonError::into_inner);
    *lock(freed.wait_while(lock(count.lock()), |running| *running >= most)) += 1;
    let hashed = hash();
    *lock(count.lock()) -= 1;
    freed.notify_one();
    hashed
}

impl SecretHash {
    fn make(secret: &[u8], (memory, passes): (u32, u32)) -> Self {
        let params = Params::new(memory, passes, 1, None).unwrap_or_default();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        #[expect(clippy::expect_used, reason = "fixed costs and a salt of fixed length are always accepted")]
        let hash =
            in_turn(|| argon2.hash_password_with_salt(secret, &random::<16>())).expect("argon2id hashes");
        Self(hash.to_string())
    }

    /// What the database kept.
    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text that the database keeps.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// A hash that nothing matches, as costly as a password's.
    pub(crate) fn of_nobodys_password() -> Self {
        NOBODYS_PASSWORD.clone()
    }

    /// A hash that nothing matches, as costly as a PIN's.
    pub(crate) fn of_nobodys_pin() -> Self {
        NOBODYS_PIN.clone()
    }

    /// Whether this secret was hashed. Slow.
    pub fn matches(&self, secret: &str) -> bool {
        let known = PasswordHash::new(&self.0);
        secret.len() <= LONGEST
            && known.is_ok_and(|known| {
                in_turn(|| Argon2::default().verify_password(secret.as_bytes(), &known).is_ok())
            })
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

/// A random text that opens something: a session, a device, the API. Shown once, never stored.
pub struct Token {
    text: String,
    hash: TokenHash,
}

impl Token {
    /// 32 random bytes in hex after a prefix (`kazi_` for keys, nothing for cookies).
    pub fn fresh(prefix: &str) -> Self {
        let text = format!("{prefix}{}", hex(&random::<32>()));
        Self { hash: TokenHash::of(&text), text }
    }

    /// What its holder keeps.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the database keeps.
    pub fn hash(&self) -> TokenHash {
        self.hash
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The SHA-256 of a token. It opens nothing, so it may name a session on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash of what a cookie or a header holds.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// The 32 bytes that the database keeps.
    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// As a statement's parameter.
    pub(crate) fn param(&self) -> Value<'_> {
        Value::from(self.0.as_slice())
    }

    /// In hex, as a page's form names a session.
    pub fn to_hex(&self) -> String {
        hex(&self.0)
    }

    /// Reads what [`TokenHash::to_hex`] wrote.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_its_hash_tells_nothing() {
        let hash = Password::choose("four easy words here").unwrap().hash();
        assert!(hash.text().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.text());
        assert!(hash.matches("four easy words here"));
        assert!(!hash.matches("four easy words her"));
        assert!(!hash.matches(&"x".repeat(100_000)), "the asker must not choose how long hashing takes");
        assert_ne!(
            hash,
            Password::choose("four easy words here").unwrap().hash(),
            "each hash has its own salt"
        );
        assert!(!SecretHash::of_nobodys_password().matches(""));
        assert!(!SecretHash::stored("nonsense".to_owned()).matches("nonsense"));
    }

    #[test]
    fn weak_choices_are_refused_with_advice() {
        assert_eq!(Password::choose("short").unwrap_err(), PasswordError::TooShort);
        assert_eq!(Password::choose("aaaaaaaaaaaaaaa").unwrap_err(), PasswordError::TooPlain);
        assert_eq!(Password::choose(&"ab cd ef".repeat(100)).unwrap_err(), PasswordError::TooLong);
        let known =
            ["password123", "qwertyuiop", "1q2w3e4r5t", "iloveyou123", "Operator!2026", "P@ssw0rd123"];
        for text in known {
            assert_eq!(Password::choose(text).unwrap_err(), PasswordError::TooCommon, "{text}");
        }
        for text in ["पासवर्ड लंबा है", "mchele mweupe ghala", "tr7-kqz-9mw", "water the mango tree"]
        {
            assert!(Password::choose(text).is_ok(), "{text}");
        }
        for plain in ["000000", "123456", "987654"] {
            assert_eq!(Pin::choose(plain).unwrap_err(), PinError::TooPlain, "{plain}");
        }
        for wrong in ["", "12345", "1234567", "12a456", "１２３４５６"] {
            assert_eq!(Pin::choose(wrong).unwrap_err(), PinError::NotSixDigits, "{wrong}");
        }
        assert!(Pin::choose("140923").unwrap().hash().matches("140923"));
        assert_eq!(Pin::fresh().text().len(), 6);
    }

    #[test]
    fn a_token_is_known_by_its_hash_only() {
        let token = Token::fresh("kazi_");
        assert_eq!(token.text().len(), 5 + 64);
        assert_eq!(TokenHash::of(token.text()), token.hash());
        assert_eq!(TokenHash::from_hex(&token.hash().to_hex()), Some(token.hash()));
        assert_eq!(TokenHash::from_hex("zz"), None);
        assert_ne!(token.hash(), Token::fresh("kazi_").hash());
        assert_eq!(format!("{token:?}"), "Token(…)");
    }
}
