//! The receiving end of a webhook: genuine, fresh, and with an id of its own.

use super::secret::{ID, SIGNATURE, Secret, TIMESTAMP};
use crossdock_model::Timestamp;
use http::{HeaderMap, HeaderName};

/// How old a message, or how far ahead its sender's clock, may be.
const TOLERANCE_SECONDS: i64 = 5 * 60;
/// The most signatures that are tried of one message.
const SIGNATURES: usize = 8;

/// Checks messages of one sender. Several secrets hold while one replaces another.
#[derive(Debug, Clone)]
pub struct Verifier {
    secrets: Vec<Secret>,
}

/// A message whose signature fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Its id, the same in every repetition.
    pub id: String,
    /// When it was sent, as the signed header says.
    pub sent: Timestamp,
}

/// Why a message is rejected. The answer to its sender is 401, whatever the reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    /// A header is missing or cannot be read.
    #[error(
        "the header {0} is missing or unreadable: send webhook-id, webhook-timestamp and webhook-signature"
    )]
    Header(HeaderName),
    /// Sent too long ago, or from a clock that is ahead.
    #[error(
        "the message is {0} seconds off our clock; more than five minutes may be a replay: send it again"
    )]
    Stale(i64),
    /// No signature fits any secret.
    #[error("no signature fits: check the webhook secret on both sides")]
    Signature,
}

impl Verifier {
    /// A verifier that accepts any of these secrets; without one it accepts nothing.
    pub fn new(secrets: Vec<Secret>) -> Self {
        Self { secrets }
    }

    /// The message's id and time, or why it is rejected. The body must be the bytes as they came.
    pub fn verify(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Verified, WebhookError> {
        let id = text(headers, ID)?;
        let stamp = text(headers, TIMESTAMP)?;
        let signatures = text(headers, SIGNATURE)?;
        let sent = stamp
            .parse::<i64>()
            .ok()
            .and_then(|seconds| Timestamp::from_second(seconds).ok())
            .ok_or(WebhookError::Header(TIMESTAMP))?;
        let off = now.as_second() - sent.as_second();
        if off.abs() > TOLERANCE_SECONDS {
            return Err(WebhookError::Stale(off));
        }
        let genuine = signatures
            .split(' ')
            .filter_map(|signature| signature.strip_prefix("v1,"))
            .take(SIGNATURES)
            .any(|signature| {
                let ours = |secret: &Secret| secret.signed(signature, id, stamp, body);
                self.secrets.iter().any(ours)
            });
        if !genuine {
            return Err(WebhookError::Signature);
        }
        let id = id.to_owned();
        Ok(Verified { id, sent })
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Result<&str, WebhookError> {
    let value = headers.get(&name).and_then(|value| value.to_str().ok());
    let readable = |text: &&str| !text.is_empty() && text.len() <= 1024;
    value.filter(readable).ok_or(WebhookError::Header(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(byte: u8) -> Secret {
        Secret::new(&[byte; 32]).unwrap()
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_signed_message_is_accepted_for_five_minutes() {
        let headers = secret(1).sign("msg_1", at(1_000), b"{}");
        let verifier = Verifier::new(vec![secret(1)]);
        assert_eq!(
            verifier.verify(&headers, b"{}", at(1_300)).unwrap().id,
            "msg_1"
        );
        assert_eq!(
            verifier.verify(&headers, b"{}", at(1_301)),
            Err(WebhookError::Stale(301))
        );
        assert_eq!(
            verifier.verify(&headers, b"{}", at(699)),
            Err(WebhookError::Stale(-301))
        );
    }

    #[test]
    fn a_changed_message_is_rejected() {
        let verifier = Verifier::new(vec![secret(1)]);
        let headers = secret(1).sign("msg_1", at(1_000), b"{}");
        assert_eq!(
            verifier.verify(&headers, b"{ }", at(1_000)),
            Err(WebhookError::Signature)
        );
        let mut other_id = headers.clone();
        other_id.insert(ID, "msg_2".parse().unwrap());
        assert_eq!(
            verifier.verify(&other_id, b"{}", at(1_000)),
            Err(WebhookError::Signature)
        );
        let mut unsigned = headers;
        unsigned.remove(SIGNATURE);
        assert_eq!(
            verifier.verify(&unsigned, b"{}", at(1_000)),
            Err(WebhookError::Header(SIGNATURE))
        );
    }

    #[test]
    fn a_secret_is_replaced_without_losing_a_message() {
        let both = Verifier::new(vec![secret(2), secret(1)]);
        let old = secret(1).sign("msg_1", at(1_000), b"{}");
        assert!(both.verify(&old, b"{}", at(1_000)).is_ok());
        let none = Verifier::new(Vec::new());
        assert_eq!(
            none.verify(&old, b"{}", at(1_000)),
            Err(WebhookError::Signature)
        );
    }
}
