//! The embedded issuer's ES256 key: made once, kept in a file that only its owner may read.

use super::IssuerError;
use super::clients::keep;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use std::fmt;
use std::path::Path;

/// The private key (ECDSA on P-256) that signs access tokens, with its public half.
pub(super) struct SigningKey {
    private: EncodingKey,
    id: String,
    public: JwkSet,
}

impl SigningKey {
    /// The key of that file (PKCS #8), made when there is none yet.
    pub(super) fn open(file: &Path) -> Result<Self, IssuerError> {
        let broken = |why: String| IssuerError::Keys(file.display().to_string(), why);
        let document = match std::fs::read(file) {
            Ok(document) => document,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let made = EcdsaKeyPair::generate_pkcs8(
                    &ECDSA_P256_SHA256_FIXED_SIGNING,
                    &SystemRandom::new(),
                );
                let made = made.map_err(|error| broken(error.to_string()))?;
                keep(file, made.as_ref())?;
                made.as_ref().to_vec()
            }
            Err(error) => return Err(IssuerError::File(file.to_owned(), error)),
        };
        let private = EncodingKey::from_ec_der(&document);
        let mut jwk = Jwk::from_encoding_key(&private, Algorithm::ES256)
            .map_err(|error| broken(error.to_string()))?;
        let id = jwk
            .thumbprint(ThumbprintHash::SHA256)
            .map_err(|error| broken(error.to_string()))?;
        jwk.common.key_id = Some(id.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self {
            private,
            id,
            public: JwkSet { keys: vec![jwk] },
        })
    }

    /// The signed token of RFC 9068.
    pub(super) fn sign(&self, claims: &impl Serialize) -> Option<String> {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some("at+jwt".into());
        header.kid = Some(self.id.clone());
        jsonwebtoken::encode(&header, claims, &self.private)
            .inspect_err(|error| tracing::error!(%error, "a token cannot be signed"))
            .ok()
    }

    /// The public half as a JWK Set (RFC 7517).
    pub(super) fn public(&self) -> &JwkSet {
        &self.public
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.id)
    }
}
