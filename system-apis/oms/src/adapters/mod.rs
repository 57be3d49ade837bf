//! The connectors there are: the only list.

#[cfg(test)]
mod conformance;
mod embedded;

#[cfg(test)]
use embedded::Settings as EmbeddedSettings;

use crate::port::OmsBackend;
use crossdock_settings::Faults;
use crossdock_system::ConnectorContext;
use serde::Deserialize;
use std::sync::Arc;

/// A connector of the configuration to an OMS, by its kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Connector {
    /// The reference backend that comes with Crossdock.
    Embedded(embedded::Settings),
}

impl Connector {
    /// An adapter for it; nothing is called yet.
    pub(crate) fn connect(
        &self,
        connector: &ConnectorContext<'_>,
    ) -> Result<Arc<dyn OmsBackend>, Faults> {
        match self {
            Self::Embedded(settings) => Ok(Arc::new(embedded::EmbeddedOms::connect(
                settings, connector,
            )?)),
        }
    }
}
