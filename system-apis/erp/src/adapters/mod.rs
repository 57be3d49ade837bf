//! The connectors there are: the only list.

#[cfg(test)]
mod conformance;
mod embedded;

pub use embedded::Settings as EmbeddedSettings;

use crate::port::ErpBackend;
use crossdock_model::ConnectorName;
use crossdock_outbound::Backends;
use serde::Deserialize;
use std::sync::Arc;

/// A connected ERP, by its kind.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Connector {
    /// The reference backend that comes with Crossdock.
    Embedded(EmbeddedSettings),
}

impl Connector {
    /// An adapter for it; nothing is called yet.
    pub(crate) fn connect(&self, name: &ConnectorName, backends: &Backends) -> Arc<dyn ErpBackend> {
        match self {
            Self::Embedded(settings) => {
                Arc::new(embedded::EmbeddedErp::new(settings.clone(), name, backends))
            }
        }
    }
}
