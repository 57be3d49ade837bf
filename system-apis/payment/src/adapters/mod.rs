//! The only list of payment connectors.

#[cfg(test)]
mod conformance;
pub(crate) mod embedded;

use crate::SetupError;
use crate::port::PaymentBackend;
use crossdock_model::ConnectorName;
use crossdock_outbound::Backends;
use serde::Deserialize;
use std::sync::Arc;

/// A configured payment provider.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Connector {
    /// The embedded provider, in this process or elsewhere.
    Embedded(embedded::Settings),
}

impl Connector {
    pub(crate) fn connect(
        self,
        name: &ConnectorName,
        backends: &Backends,
    ) -> Result<Arc<dyn PaymentBackend>, SetupError> {
        match self {
            Self::Embedded(settings) => Ok(Arc::new(settings.connect(name, backends)?)),
        }
    }
}
