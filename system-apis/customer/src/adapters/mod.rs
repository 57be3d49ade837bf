//! The connectors there are: the only list.

#[cfg(test)]
mod conformance;
mod embedded;

use crate::port::CustomerBackend;
use crossdock_settings::Faults;
use crossdock_system::{EmbeddedSettings, Slot};
use serde::Deserialize;
use std::sync::Arc;

/// A configured customer system.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Connector {
    /// The embedded CRM, in this process or elsewhere.
    Embedded(EmbeddedSettings),
}

impl Connector {
    /// An adapter for it; nothing is called yet.
    pub(crate) fn connect(&self, slot: &Slot<'_>) -> Result<Arc<dyn CustomerBackend>, Faults> {
        match self {
            Self::Embedded(settings) => Ok(Arc::new(embedded::EmbeddedCustomer::connect(
                settings, slot,
            )?)),
        }
    }
}
