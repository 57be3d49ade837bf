//! The connectors there are: the only list.

#[cfg(test)]
mod conformance;
mod embedded;

use crate::port::LoyaltyBackend;
use crossdock_settings::Faults;
use crossdock_system::{ConnectorContext, EmbeddedSettings};
use serde::Deserialize;
use std::sync::Arc;

/// A connector of the configuration to a loyalty engine, by its kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Connector {
    /// The embedded engine, in this process or elsewhere.
    Embedded(EmbeddedSettings),
}

impl Connector {
    /// An adapter for it; nothing is called yet.
    pub(crate) fn connect(
        &self,
        connector: &ConnectorContext<'_>,
    ) -> Result<Arc<dyn LoyaltyBackend>, Faults> {
        match self {
            Self::Embedded(settings) => Ok(Arc::new(embedded::EmbeddedLoyalty::connect(
                settings, connector,
            )?)),
        }
    }
}
