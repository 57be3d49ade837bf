//! The connectors there are: the only list.

mod embedded;

#[cfg(test)]
mod conformance;

pub use embedded::Settings as EmbeddedSettings;

use crate::SetupError;
use crate::port::OmsBackend;
use crossdock_model::ConnectorName;
use crossdock_outbound::Backends;
use serde::Deserialize;
use std::sync::Arc;

/// A connected OMS, by its kind.
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
        name: &ConnectorName,
        backends: &Backends,
    ) -> Result<Arc<dyn OmsBackend>, SetupError> {
        match self {
            Self::Embedded(settings) => {
                let oms = embedded::EmbeddedOms::connect(settings, name, backends);
                let oms = oms.map_err(|why| SetupError::Connector {
                    name: name.clone(),
                    why,
                })?;
                Ok(Arc::new(oms))
            }
        }
    }
}
