//! A quote's token: sealed content, so that nothing is stored, read or changed outside.
//!
//! Base64url of the allocation rule's version, a seed and the sealed content. The seed makes a key of
//! the token's own, so the number of quotes under one secret has no bound. The tenant and the rule's
//! version are authenticated along with it: another tenant or another rule cannot open it.

use super::content::QuoteContent;
use crate::ledger::RULE;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Prk, Salt};
use crossdock_model::{Refusal, Tenant, Timestamp};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use proc_order_contract::{MOST_QUOTE_ID, Pins};
use std::fmt;
use std::io::Write as _;

/// Marks the form of the token, so that another one can follow it.
const PREFIX: &str = "q2.";
const SEED: usize = 32;

/// The secret that quotes are sealed with, AES-256-GCM under a key of each token's own.
#[derive(Clone)]
pub struct QuoteKey(Prk);

/// A sealed quote's token, with its hash.
#[derive(Debug, Clone)]
pub(crate) struct SealedQuote {
    pub(crate) token: String,
    /// SHA-256 of the token, hexadecimal.
    pub(crate) hash: String,
}

/// What a token was found to hold.
#[derive(Debug)]
pub(crate) struct OpenedQuote {
    pub(crate) content: QuoteContent,
    pub(crate) pins: Pins,
    /// SHA-256 of the token, hexadecimal.
    pub(crate) hash: String,
}

impl QuoteKey {
    /// From at least 32 bytes that every process of the order API shares.
    pub fn new(secret: &[u8]) -> Self {
        Self(Salt::new(HKDF_SHA256, b"crossdock quote").extract(secret))
    }

    /// Seals a quote's content, with the connector instances that will settle it.
    pub(crate) fn seal(
        &self,
        tenant: &Tenant,
        content: &QuoteContent,
        pins: &Pins,
    ) -> Result<SealedQuote, Refusal> {
        let mut seed = [0; SEED];
        aws_lc_rs::rand::fill(&mut seed).map_err(|_no_entropy| unwritable("no randomness"))?;
        let mut sealed = written(content, pins)?;
        let key = self.key(&seed).ok_or_else(|| unwritable("no key"))?;
        key.seal_in_place_append_tag(nonce(), bound_to(tenant, RULE), &mut sealed)
            .map_err(|_unspecified| unwritable("it cannot be sealed"))?;
        let bytes = [&[RULE], seed.as_slice(), &sealed].concat();
        let token = format!("{PREFIX}{}", BASE64URL_NOPAD.encode(&bytes));
        if token.len() > MOST_QUOTE_ID {
            let detail = "the basket's texts are too long for a quote: shorten the address and the line ids, or split it";
            return Err(Refusal::new("validation_failed", detail));
        }
        let hash = hash(token.as_bytes());
        Ok(SealedQuote { token, hash })
    }

    /// What a token holds that was sealed for this tenant under this rule and has not expired.
    pub(crate) fn open(
        &self,
        tenant: &Tenant,
        token: &str,
        now: Timestamp,
    ) -> Result<OpenedQuote, Refusal> {
        let (content, pins) = self.opened(tenant, token).ok_or_else(|| {
            let detail = "the quote is not one of this shop's, or was changed: ask for a new one";
            Refusal::new("quote_invalid", detail)
        })?;
        if content.valid_until <= now {
            let detail = format!(
                "the quote held until {}: ask for a new one",
                content.valid_until
            );
            return Err(Refusal::new("quote_expired", detail));
        }
        Ok(OpenedQuote {
            content,
            pins,
            hash: hash(token.as_bytes()),
        })
    }

    fn opened(&self, tenant: &Tenant, token: &str) -> Option<(QuoteContent, Pins)> {
        let encoded = token.strip_prefix(PREFIX)?.as_bytes();
        let bytes = BASE64URL_NOPAD.decode(encoded).ok()?;
        let (rule, rest) = bytes.split_first()?;
        let (seed, sealed) = rest.split_first_chunk::<SEED>()?;
        if *rule != RULE {
            return None;
        }
        let mut sealed = sealed.to_vec();
        let key = self.key(seed)?;
        let plain = key.open_in_place(nonce(), bound_to(tenant, *rule), &mut sealed);
        read(plain.ok()?)
    }

    /// The key of the token with this seed.
    fn key(&self, seed: &[u8; SEED]) -> Option<LessSafeKey> {
        let info = [seed.as_slice()];
        let derived = self.0.expand(&info, &AES_256_GCM).ok()?;
        Some(LessSafeKey::new(UnboundKey::from(derived)))
    }
}

/// The one nonce: each key seals one token only.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

fn bound_to(tenant: &Tenant, rule: u8) -> Aad<String> {
    Aad::from(format!("{PREFIX}{rule}.{tenant}"))
}

/// The pins with their length, then the content, deflated.
///
/// The pins are left out of what is deflated: the length of a token would else tell who can choose
/// texts in the content whether one of them is a connector's name.
fn written(content: &QuoteContent, pins: &Pins) -> Result<Vec<u8>, Refusal> {
    let text = serde_json::to_vec(pins).map_err(unwritable)?;
    let length = u16::try_from(text.len()).map_err(unwritable)?;
    let plain = [length.to_be_bytes().as_slice(), &text].concat();
    let mut deflate = DeflateEncoder::new(plain, Compression::best());
    deflate
        .write_all(&serde_json::to_vec(content).map_err(unwritable)?)
        .map_err(unwritable)?;
    deflate.finish().map_err(unwritable)
}

fn read(plain: &[u8]) -> Option<(QuoteContent, Pins)> {
    let (length, rest) = plain.split_first_chunk()?;
    let (pins, content) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
    let mut text = String::new();
    std::io::Read::read_to_string(&mut DeflateDecoder::new(content), &mut text).ok()?;
    let content = serde_json::from_str(&text).ok()?;
    Some((content, serde_json::from_slice(pins).ok()?))
}

fn unwritable(why: impl fmt::Display) -> Refusal {
    Refusal::new("internal", format!("the quote cannot be written: {why}"))
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

#[cfg(test)]
#[path = "seal_tests.rs"]
mod tests;
