//! Whose bearer tokens count: signature by a pinned algorithm, issuer, audience and times.

use crate::issuer::{
    Claims, ConsumerDirectory, Issuer, IssuerError, IssuerSettings, Roles, TrustedIssuer,
};
use aws_lc_rs::digest::{SHA256, digest};
use crossdock_model::{Caller, Clock, Tenant};
use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use moka::sync::Cache;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// Longer tokens are refused before anything of them is read.
const LONGEST: usize = 4 * 1024;
/// Clocks of two machines may differ by so many seconds.
const LEEWAY: i64 = 30;
/// How many verified tokens are remembered; failures never are.
const REMEMBERED: u64 = 10_000;

/// Turns bearer tokens into callers.
#[derive(Debug)]
pub struct Verifier {
    issuers: Vec<Trusted>,
    consumers: Arc<ConsumerDirectory>,
    roles: Roles,
    verified: Cache<[u8; 32], Arc<Verified>>,
    clock: Arc<dyn Clock>,
}

struct Trusted {
    name: String,
    audience: String,
    /// An issuer from outside is trusted for one tenant; our own names it in the token.
    tenant: Option<Tenant>,
    keys: Vec<Key>,
}

struct Key {
    id: Option<String>,
    algorithm: Algorithm,
    public: DecodingKey,
}

#[derive(Debug)]
struct Verified {
    caller: Caller,
    not_before: i64,
    expires: i64,
}

impl fmt::Debug for Trusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} keys)", self.name, self.keys.len())
    }
}

impl Verifier {
    /// Trusts the embedded issuer, where there is one, and those that the settings name, for registered consumers.
    pub fn new(
        settings: &IssuerSettings,
        roles: &Roles,
        consumers: Arc<ConsumerDirectory>,
        embedded: Option<&Issuer>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, IssuerError> {
        crate::install_crypto();
        let mut issuers = Vec::new();
        if let Some(embedded) = embedded {
            issuers.push(Trusted {
                name: settings.name.clone(),
                audience: settings.audience.clone(),
                tenant: None,
                keys: keys(&settings.name, embedded.key_set())?,
            });
        }
        for trusted in &settings.trusted {
            issuers.push(Trusted::read(trusted)?);
        }
        Ok(Self {
            issuers,
            consumers,
            roles: roles.clone(),
            verified: Cache::new(REMEMBERED),
            clock,
        })
    }

    /// The caller that the token proves now.
    pub(crate) fn verify(&self, token: &str) -> Option<Caller> {
        if token.len() > LONGEST {
            return None;
        }
        let mut id = [0; 32];
        id.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
        let verified = if let Some(known) = self.verified.get(&id) {
            known
        } else {
            let fresh = Arc::new(self.read(token)?);
            if self.is_current(&fresh) {
                self.verified.insert(id, Arc::clone(&fresh));
            }
            fresh
        };
        self.is_current(&verified).then(|| verified.caller.clone())
    }

    fn is_current(&self, verified: &Verified) -> bool {
        let now = self.clock.now().as_second();
        verified.not_before - LEEWAY <= now && now < verified.expires + LEEWAY
    }

    /// What a token with a good signature says, whatever its times.
    fn read(&self, token: &str) -> Option<Verified> {
        let header = jsonwebtoken::decode_header(token).ok()?;
        if header.crit.is_some() || !is_access_token(&header) {
            return None;
        }
        // Read unverified only to choose the keys; the signature is checked with the chosen one.
        let claimed = insecure_decode_claims::<Issued>(token).ok()?;
        let issuer = self
            .issuers
            .iter()
            .find(|issuer| issuer.name == claimed.iss)?;
        let key = issuer.key(header.kid.as_deref())?;
        let mut rules = Validation::new(key.algorithm);
        rules.set_issuer(&[&issuer.name]);
        rules.set_audience(&[&issuer.audience]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Times are checked on every use, by the injected clock.
        rules.validate_exp = false;
        rules.validate_nbf = false;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.public, &rules)
            .inspect_err(|error| tracing::debug!(%error, "a bearer token was refused"))
            .ok()?
            .claims;
        Some(Verified {
            not_before: claims.nbf.unwrap_or(0),
            expires: claims.exp,
            caller: self.caller(issuer, claims)?,
        })
    }

    /// The registered application of the token and on whose behalf it acts; none when either is missing.
    ///
    /// A token without our own `subject` says nothing of that kind: taken for its application's own,
    /// it would let one person act for all of them.
    fn caller(&self, issuer: &Trusted, claims: Claims) -> Option<Caller> {
        let tenant = issuer.tenant.clone().or(claims.tenant)?;
        let Some(application) = claims.client_id.or(claims.azp) else {
            tracing::debug!(issuer = %issuer.name, "a token without client_id and azp was refused");
            return None;
        };
        if !self.consumers.is_registered(&application, &tenant) {
            tracing::debug!(issuer = %issuer.name, application, "a token of no registered consumer was refused");
            return None;
        }
        let Some(subject) = claims.subject else {
            tracing::debug!(issuer = %issuer.name, "a token without a subject object was refused");
            return None;
        };
        let mut scopes: BTreeSet<Arc<str>> = claims
            .scope
            .as_deref()
            .unwrap_or_default()
            .split_whitespace()
            .map(Arc::from)
            .collect();
        for role in claims.roles.iter().flatten() {
            scopes.extend(
                self.roles
                    .get(role)
                    .into_iter()
                    .flat_map(|role| role.scopes.iter().cloned()),
            );
        }
        Some(Caller {
            tenant,
            consumer: application.into(),
            subject: subject.into(),
            scopes: scopes.into_iter().collect(),
        })
    }
}

#[derive(serde::Deserialize)]
struct Issued {
    iss: String,
}

fn is_access_token(header: &Header) -> bool {
    let kind = header.typ.as_deref().unwrap_or("JWT");
    ["JWT", "at+jwt", "application/at+jwt"]
        .iter()
        .any(|known| kind.eq_ignore_ascii_case(known))
}

impl Trusted {
    fn read(settings: &TrustedIssuer) -> Result<Self, IssuerError> {
        let file = &settings.jwks_file;
        let text = std::fs::read(file).map_err(|error| IssuerError::File(file.clone(), error))?;
        let set: JwkSet = serde_json::from_slice(&text)
            .map_err(|error| IssuerError::Keys(settings.name.clone(), error.to_string()))?;
        Ok(Self {
            name: settings.name.clone(),
            audience: settings.audience.clone(),
            tenant: Some(settings.tenant.clone()),
            keys: keys(&settings.name, &set)?,
        })
    }

    /// The key of that id; a token without one is good for an issuer with a single key.
    fn key(&self, id: Option<&str>) -> Option<&Key> {
        match (id, self.keys.as_slice()) {
            (Some(id), keys) => keys.iter().find(|key| key.id.as_deref() == Some(id)),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }
}

/// The signing keys of a set, each with its one algorithm.
fn keys(issuer: &str, set: &JwkSet) -> Result<Vec<Key>, IssuerError> {
    let mut keys = Vec::new();
    for jwk in &set.keys {
        if jwk.common.public_key_use == Some(PublicKeyUse::Encryption) {
            continue;
        }
        let Some(algorithm) = pinned(jwk) else {
            continue;
        };
        let public = DecodingKey::from_jwk(jwk)
            .map_err(|error| IssuerError::Keys(issuer.to_owned(), error.to_string()))?;
        keys.push(Key {
            id: jwk.common.key_id.clone(),
            algorithm,
            public,
        });
    }
    if keys.is_empty() {
        let why = "it holds no public key for RS256, ES256 or EdDSA".to_owned();
        return Err(IssuerError::Keys(issuer.to_owned(), why));
    }
    Ok(keys)
}

/// The algorithm that a key of that form is used with; none for shared secrets and rarer curves.
fn pinned(jwk: &Jwk) -> Option<Algorithm> {
    let algorithm = if let AlgorithmParameters::RSA(_) = &jwk.algorithm {
        Algorithm::RS256
    } else if let AlgorithmParameters::EllipticCurve(key) = &jwk.algorithm
        && key.curve == EllipticCurve::P256
    {
        Algorithm::ES256
    } else if let AlgorithmParameters::OctetKeyPair(key) = &jwk.algorithm
        && key.curve == EllipticCurve::Ed25519
    {
        Algorithm::EdDSA
    } else {
        return None;
    };
    let named = jwk.common.key_algorithm.map(|named| named.to_string());
    let same = named.is_none_or(|named| named == format!("{algorithm:?}"));
    same.then_some(algorithm)
}
