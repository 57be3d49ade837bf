//! The connectors there are: the only list.

#[cfg(test)]
mod conformance;
mod embedded;

use crate::port::PaymentBackend;
use crossdock_settings::Faults;
use crossdock_system::ConnectorContext;
use serde::Deserialize;
use std::sync::Arc;

/// A connector of the configuration to a payment provider, by its kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Connector {
    /// The embedded provider, in this process or elsewhere.
    Embedded(embedded::Settings),
}

impl Connector {
    /// An adapter for it; nothing is called yet.
    pub(crate) fn connect(
        &self,
        connector: &ConnectorContext<'_>,
    ) -> Result<Arc<dyn PaymentBackend>, Faults> {
        match self {
            Self::Embedded(settings) => Ok(Arc::new(embedded::EmbeddedPayment::connect(
                settings, connector,
            )?)),
        }
    }
}
