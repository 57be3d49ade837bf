//! The sections `[issuer]`, `[consumers]` and `[roles]`.

use crossdock_model::Tenant;
use crossdock_settings::HumanDuration;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// The section `[issuer]`: who issues the tokens that count.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct IssuerSettings {
    /// Whether Crossdock issues tokens itself.
    pub embedded: bool,
    /// The embedded issuer's name, the `iss` of its tokens: a URL by which it is known.
    pub name: String,
    /// Whom its tokens are for, their `aud`.
    pub audience: String,
    /// How long its tokens may be used.
    pub lifetime: HumanDuration,
    /// Issuers from outside whose tokens are accepted beside those of the embedded one.
    #[serde(default)]
    pub trusted: Vec<TrustedIssuer>,
}

/// An issuer from outside; its tokens are accepted for one tenant.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TrustedIssuer {
    /// The `iss` of its tokens.
    pub name: String,
    /// The `aud` they must name.
    pub audience: String,
    /// Its public keys, a JWKS document (RFC 7517).
    pub jwks_file: PathBuf,
    /// The tenant whose callers it vouches for.
    pub tenant: Tenant,
}

/// The section `[consumers]`: registered applications by name.
pub type Consumers = BTreeMap<Arc<str>, Consumer>;

/// The section `[roles]`: what each role may do.
pub type Roles = BTreeMap<Arc<str>, Role>;

/// An application that calls.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Consumer {
    /// The retailer it belongs to.
    pub tenant: Tenant,
    /// SHA-256 of its secret in hexadecimal; without it a secret is drawn at the first start.
    #[serde(default)]
    pub secret_sha256: Option<String>,
    /// What it may do on nobody's behalf.
    #[serde(default)]
    pub roles: Vec<Arc<str>>,
    /// For which kinds of subjects it may act, and with which roles.
    #[serde(default)]
    pub acts_for: BTreeMap<SubjectKind, Vec<Arc<str>>>,
}

/// What a role may do.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Role {
    /// The scopes it grants, such as `orders:place`.
    pub scopes: Vec<Arc<str>>,
}

/// On whose behalf an application may act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectKind {
    /// A customer, signed in at a channel.
    Customer,
    /// A clerk at a till.
    Clerk,
    /// A customer service agent.
    Agent,
    /// An operator of the installation.
    Operator,
}
