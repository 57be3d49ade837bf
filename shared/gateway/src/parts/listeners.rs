//! The four listeners by name: a tier is never exposed by accident.

use crate::error::BuildError;
use crossdock_runtime::Listener;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// One of the four listeners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListenerName {
    /// For channels and partners: experience APIs, the token endpoint, the developer portal.
    Public,
    /// For vendors: their webhooks, signed by a secret of each connector.
    Hooks,
    /// Process and system APIs, for the other processes of the installation.
    Internal,
    /// For operators and probes: operations, health, metrics.
    Operations,
}

impl ListenerName {
    /// The key in the section `[listeners]`.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Hooks => "hooks",
            Self::Internal => "internal",
            Self::Operations => "operations",
        }
    }

    /// Binds its socket; an address in use or not of this machine is a [`BuildError`] that names the setting.
    pub(crate) async fn bind(self, address: SocketAddr) -> Result<Listener, BuildError> {
        Listener::bind(address).await.map_err(|error| {
            let name = self.as_str();
            BuildError(format!(
                "listeners.{name}: {address} cannot be listened on: {error}; stop what listens there, or set another address (port 0 takes a free one)"
            ))
        })
    }
}

/// Where a running gateway listens; ports are the real ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// For channels and partners: experience APIs, the token endpoint, the developer portal.
    pub public: SocketAddr,
    /// For vendors: their webhooks, signed by a secret of each connector.
    pub hooks: SocketAddr,
    /// Process and system APIs, for the other processes of the installation.
    pub internal: SocketAddr,
    /// For operators and probes: operations, health, metrics.
    pub operations: SocketAddr,
}
