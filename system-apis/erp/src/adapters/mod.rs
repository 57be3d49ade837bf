//! The connectors there are: the only list.

#[cfg(test)]
mod conformance;
mod embedded;
#[cfg(test)]
mod late_tests;

use crate::port::ErpBackend;
use crossdock_settings::Faults;
use crossdock_system::ConnectorContext;
pub(crate) use embedded::Settings as EmbeddedSettings;
use serde::Deserialize;
use std::sync::Arc;

/// A connector of the configuration to an ERP, by its kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Connector {
    /// The reference backend that comes with Crossdock.
    Embedded(EmbeddedSettings),
}

impl Connector {
    /// An adapter for it; nothing is called yet.
    pub(crate) fn connect(
        &self,
        connector: &ConnectorContext<'_>,
    ) -> Result<Arc<dyn ErpBackend>, Faults> {
        match self {
            Self::Embedded(settings) => Ok(Arc::new(embedded::EmbeddedErp::connect(
                settings, connector,
            )?)),
        }
    }
}
