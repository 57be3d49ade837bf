//! The only list of loyalty connectors.

#[cfg(test)]
mod conformance;
pub(crate) mod embedded;

use crate::SetupError;
use crate::port::LoyaltyBackend;
use crossdock_model::ConnectorName;
use crossdock_outbound::Backends;
use serde::Deserialize;
use std::sync::Arc;

/// A configured loyalty engine.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Connector {
    /// The embedded engine, in this process or elsewhere.
    Embedded(embedded::Settings),
}

impl Connector {
    pub(crate) fn connect(
        self,
        name: &ConnectorName,
        backends: &Backends,
    ) -> Result<Arc<dyn LoyaltyBackend>, SetupError> {
        match self {
            Self::Embedded(settings) => Ok(Arc::new(settings.connect(name, backends)?)),
        }
    }
}
