//! The shared secret of a webhook and the signature made with it.

use aws_lc_rs::hmac;
use crossdock_model::Timestamp;
use data_encoding::BASE64;
use http::{HeaderMap, HeaderName, HeaderValue};
use std::fmt;

/// The message's id: the receiver's idempotency key.
pub const ID: HeaderName = HeaderName::from_static("webhook-id");
/// When it was sent, in whole seconds since 1970.
pub const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
/// One or more signatures, separated by spaces.
pub const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

const PREFIX: &str = "whsec_";

/// A secret of 24 to 64 bytes, written `whsec_` and base64.
#[derive(Clone)]
pub struct Secret(hmac::Key);

/// Why a text is no webhook secret; the text itself is never repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a webhook secret: write whsec_ followed by 24 to 64 bytes in base64")]
pub struct SecretError;

impl Secret {
    /// Parses the form `whsec_` with base64; an error says what does not fit.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let encoded = text.strip_prefix(PREFIX).ok_or(SecretError)?;
        let bytes = BASE64
            .decode(encoded.as_bytes())
            .map_err(|_not_base64| SecretError)?;
        Self::new(&bytes)
    }

    /// A secret of 24 to 64 bytes.
    pub fn new(bytes: &[u8]) -> Result<Self, SecretError> {
        if !(24..=64).contains(&bytes.len()) {
            return Err(SecretError);
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, bytes)))
    }

    /// The three headers of a message that is sent now.
    pub fn sign(&self, id: &str, now: Timestamp, body: &[u8]) -> HeaderMap {
        let sent = now.as_second().to_string();
        let tag = hmac::sign(&self.0, &content(id, &sent, body));
        let signature = format!("v1,{}", BASE64.encode(tag.as_ref()));
        let mut headers = HeaderMap::with_capacity(3);
        for (name, value) in [(ID, id), (TIMESTAMP, &sent), (SIGNATURE, &signature)] {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        }
        headers
    }

    /// Whether the signature, still in base64, is this secret's; takes the same time for every wrong one.
    pub(crate) fn signed(&self, signature: &str, id: &str, sent: &str, body: &[u8]) -> bool {
        let Ok(tag) = BASE64.decode(signature.as_bytes()) else {
            return false;
        };
        hmac::verify(&self.0, &content(id, sent, body), &tag).is_ok()
    }
}

/// What is signed: `id.timestamp.body`.
fn content(id: &str, sent: &str, body: &[u8]) -> Vec<u8> {
    [id.as_bytes(), b".", sent.as_bytes(), b".", body].concat()
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_of_the_specification() {
        // The example of the Standard Webhooks specification's reference libraries.
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let now = Timestamp::from_second(1_614_265_330).unwrap();
        let body = br#"{"test": 2432232314}"#;
        let headers = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", now, body);
        assert_eq!(
            headers[SIGNATURE],
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn a_secret_is_neither_short_nor_shown() {
        assert_eq!(Secret::parse("whsec_c2hvcnQ=").unwrap_err(), SecretError);
        assert_eq!(Secret::parse("secret").unwrap_err(), SecretError);
        assert_eq!(format!("{:?}", Secret::new(&[7; 32]).unwrap()), "Secret");
    }
}
