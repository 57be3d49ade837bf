//! The token with which one process of ours proves to another who is really calling.

use crossdock_model::{ApiId, Caller, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use std::fmt;

/// How long a tier token may be used; calls are made at once.
const LIFETIME_SECONDS: i64 = 60;
const ISSUER: &str = "crossdock";

/// The secret that the processes of one installation share.
#[derive(Clone)]
pub struct TierKey {
    sign: EncodingKey,
    verify: DecodingKey,
}

/// What a tier token (a JWT, RFC 7519) says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TierClaims {
    iss: String,
    /// The API it is good for, `system/erp`, and no other.
    pub aud: String,
    /// The tier that calls: a tier accepts calls only from the tier above, or sideways.
    pub sub: String,
    exp: i64,
    nbf: i64,
    /// Who asks, as the tier above verified it.
    pub caller: Caller,
}

/// A shared secret that could be guessed: its length in bytes, of which RFC 7518 (3.2) asks for 32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret that the tiers share has {0} bytes and needs 32: draw a longer one")]
pub struct ShortSecret(pub usize);

impl TierKey {
    /// From at least 32 bytes of shared secret.
    pub fn new(secret: &[u8]) -> Result<Self, ShortSecret> {
        let short = ShortSecret(secret.len());
        if secret.len() < 32 {
            return Err(short);
        }
        Ok(Self {
            sign: EncodingKey::from_secret(secret).map_err(|_empty| short)?,
            verify: DecodingKey::from_secret(secret).map_err(|_empty| short)?,
        })
    }

    /// A token for one API, with the caller inside.
    pub fn mint(&self, from: &str, to: ApiId, caller: &Caller, now: Timestamp) -> Option<String> {
        let claims = TierClaims {
            iss: ISSUER.into(),
            aud: to.to_string(),
            sub: from.into(),
            exp: now.as_second() + LIFETIME_SECONDS,
            nbf: now.as_second() - LIFETIME_SECONDS,
            caller: caller.clone(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.sign).ok()
    }

    /// The claims of a token that is good for this API now.
    pub fn verify(&self, token: &str, at: ApiId, now: Timestamp) -> Option<TierClaims> {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_audience(&[at.to_string()]);
        rules.set_issuer(&[ISSUER]);
        rules.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        // The times are checked below against the injected clock, not the machine's.
        rules.validate_exp = false;
        rules.validate_nbf = false;
        let claims = jsonwebtoken::decode::<TierClaims>(token, &self.verify, &rules)
            .ok()?
            .claims;
        let now = now.as_second();
        (claims.nbf <= now && now < claims.exp).then_some(claims)
    }
}

impl fmt::Debug for TierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TierKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crossdock_model::Tenant;

    #[test]
    fn a_token_is_good_for_one_api_and_one_minute() {
        let key = TierKey::new(b"0123456789abcdef0123456789abcdef").unwrap();
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let later = Timestamp::from_second(1_700_000_060).unwrap();
        let caller = Caller::workflow(Tenant::from("acme"));
        let token = key
            .mint("process", ApiId::system("erp"), &caller, now)
            .unwrap();
        assert_eq!(
            key.verify(&token, ApiId::system("erp"), now)
                .unwrap()
                .caller,
            caller
        );
        assert!(key.verify(&token, ApiId::system("oms"), now).is_none());
        assert!(key.verify(&token, ApiId::system("erp"), later).is_none());
        let other = TierKey::new(b"another secret, also 32 bytes ..").unwrap();
        assert!(other.verify(&token, ApiId::system("erp"), now).is_none());
    }

    #[test]
    fn a_secret_that_could_be_guessed_is_refused() {
        assert_eq!(TierKey::new(b"changeme").unwrap_err(), ShortSecret(8));
        assert!(TierKey::new(&[7; 32]).is_ok());
    }
}
