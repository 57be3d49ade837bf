//! A quote as signed content: nothing is stored, nothing can be changed.

use crossdock_model::{Refusal, Timestamp};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use proc_order_contract::QuoteContent;
use std::fmt;

/// Marks the form of the token, so that another one can follow it.
const PREFIX: &str = "q1";

/// The key that signs quotes with HMAC-SHA-256.
#[derive(Clone)]
pub struct QuoteKey(aws_lc_rs::hmac::Key);

/// A signed quote's token, with the hash of its content.
#[derive(Debug, Clone)]
pub(crate) struct SignedQuote {
    /// `q1.<content>.<signature>`, both base64url without padding.
    pub(crate) token: String,
    /// SHA-256 of the content, hexadecimal.
    pub(crate) hash: String,
}

impl QuoteKey {
    /// From at least 32 bytes that every process of the order API shares.
    pub fn new(secret: &[u8]) -> Self {
        Self(aws_lc_rs::hmac::Key::new(
            aws_lc_rs::hmac::HMAC_SHA256,
            secret,
        ))
    }

    /// Serialises and signs a quote's content.
    pub(crate) fn sign(&self, content: &QuoteContent) -> Result<SignedQuote, Refusal> {
        let bytes = serde_json::to_vec(content).map_err(|error| {
            Refusal::new("internal", format!("the quote cannot be written: {error}"))
        })?;
        let signature = aws_lc_rs::hmac::sign(&self.0, &bytes);
        let token = format!(
            "{PREFIX}.{}.{}",
            BASE64URL_NOPAD.encode(&bytes),
            BASE64URL_NOPAD.encode(signature.as_ref())
        );
        Ok(SignedQuote {
            token,
            hash: hash(&bytes),
        })
    }

    /// The content of a token that was signed with this key and has not expired, with its hash.
    pub(crate) fn verify(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<(QuoteContent, String), Refusal> {
        let invalid = || {
            let detail = "the quote is not one of this shop's, or was changed: ask for a new one";
            Refusal::new("quote_invalid", detail)
        };
        let (content, signature) = token
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.strip_prefix('.'))
            .and_then(|rest| rest.split_once('.'))
            .ok_or_else(invalid)?;
        let decode = |part: &str| {
            BASE64URL_NOPAD
                .decode(part.as_bytes())
                .map_err(|_no_base64| invalid())
        };
        let (bytes, signature) = (decode(content)?, decode(signature)?);
        aws_lc_rs::hmac::verify(&self.0, &bytes, &signature).map_err(|_forged| invalid())?;
        let content: QuoteContent =
            serde_json::from_slice(&bytes).map_err(|_older_form| invalid())?;
        if content.valid_until <= now {
            let detail = format!(
                "the quote held until {}: ask for a new one",
                content.valid_until
            );
            return Err(Refusal::new("quote_expired", detail));
        }
        Ok((content, hash(&bytes)))
    }
}

impl fmt::Debug for QuoteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("QuoteKey")
    }
}

/// SHA-256 of these bytes, in hexadecimal.
pub(crate) fn hash(bytes: &[u8]) -> String {
    HEXLOWER.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref())
}
