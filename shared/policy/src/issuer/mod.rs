//! The embedded issuer: tokens for a first start and for small shops; any OIDC issuer may replace it.

mod clients;
mod endpoint;
mod error;
mod key;
mod settings;
mod token;

pub use clients::ConsumerDirectory;
pub use error::IssuerError;
pub use settings::{Consumer, Consumers, IssuerSettings, Role, Roles, SubjectKind, TrustedIssuer};
pub(crate) use token::Claims;
pub use token::{Denied, Token};

use crossdock_model::{Clock, Ids};
use jsonwebtoken::jwk::JwkSet;
use key::SigningKey;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Issues access tokens to registered consumers.
#[derive(Debug)]
pub struct Issuer {
    name: String,
    audience: String,
    lifetime: Duration,
    clients: Arc<ConsumerDirectory>,
    key: SigningKey,
    clock: Arc<dyn Clock>,
    ids: Arc<Ids>,
}

impl Issuer {
    /// The issuer with its key of the data folder, made at the first start; none when switched off.
    pub fn open(
        settings: &IssuerSettings,
        clients: Arc<ConsumerDirectory>,
        folder: &Path,
        clock: Arc<dyn Clock>,
        ids: Arc<Ids>,
    ) -> Result<Option<Arc<Self>>, IssuerError> {
        if !settings.embedded {
            return Ok(None);
        }
        crate::install_crypto();
        Ok(Some(Arc::new(Self {
            name: settings.name.clone(),
            audience: settings.audience.clone(),
            lifetime: settings.lifetime.get(),
            clients,
            key: SigningKey::open(&folder.join("issuer.pk8"))?,
            clock,
            ids,
        })))
    }

    /// The public keys that verify its tokens, as the JWKS endpoint answers them (RFC 7517).
    pub fn key_set(&self) -> &JwkSet {
        self.key.public()
    }
}
