//! Signatures as standardwebhooks.com describes them: HMAC-SHA256 over `id.timestamp.body`, in base64, with `v1,` before it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use kazi_domain::Span;
use sha2::Sha256;

use crate::turn::random;

/// What every secret begins with.
const PREFIX: &str = "whsec_";
/// An exchanged secret counts so long beside the new one.
pub const KEEPS: Span = Span::minutes(24 * 60);

/// What a message is signed with. It is kept readable, for signing needs it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// Thirty-two random bytes.
    pub fn fresh() -> Self {
        Self(format!("{PREFIX}{}", STANDARD.encode(random::<32>())))
    }

    /// As it was kept.
    pub(super) fn kept(text: String) -> Self {
        Self(text)
    }

    /// The secret as the receiver's program wants it: `whsec_…`.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The signature of a message that was sent at a second; nothing when the secret is none.
    fn sign(&self, id: &str, seconds: i64, body: &str) -> Option<String> {
        let key = STANDARD.decode(self.0.strip_prefix(PREFIX)?).ok()?;
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&key).ok()?;
        mac.update(format!("{id}.{seconds}.{body}").as_bytes());
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }
}

/// The header of a message: a signature by each secret that counts.
pub fn signature(secrets: &[Secret], id: &str, seconds: i64, body: &str) -> String {
    let all: Vec<String> = secrets.iter().filter_map(|secret| secret.sign(id, seconds, body)).collect();
    all.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_the_specification_says() {
        // The example of the reference implementation's own tests.
        let secret = Secret::kept("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
        let signed =
            signature(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn every_secret_that_counts_signs() {
        let both = [Secret::fresh(), Secret::fresh()];
        assert_ne!(both[0], both[1]);
        assert!(both[0].text().starts_with("whsec_") && !format!("{:?}", both[0]).contains("whsec"));
        let signed = signature(&both, "msg_1", 0, "{}");
        let parts: Vec<&str> = signed.split(' ').collect();
        assert!(parts.len() == 2 && parts.iter().all(|part| part.starts_with("v1,")), "{signed}");
    }
}
