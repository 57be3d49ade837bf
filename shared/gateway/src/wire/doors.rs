//! The four listeners, and what each of them serves: a tier is never exposed by accident.

use crate::wire::{BuildError, Gateway};
use crate::{operations, portal};
use axum::Router;
use axum::response::IntoResponse as _;
use crossdock_model::{ApiId, Tier};
use crossdock_policy::{Shared, nothing_here, open};
use crossdock_runtime::Listener;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::net::SocketAddr;

/// One of the four listeners.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Experience APIs, tokens, documents.
    Public,
    /// Vendors' webhooks.
    Hooks,
    /// Process and system APIs, for the other processes of the installation.
    Internal,
    /// Operations, health, metrics.
    Operations,
}

/// Where a running gateway listens; ports are the real ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// Experience APIs, tokens, documents.
    pub public: SocketAddr,
    /// Vendors' webhooks.
    pub hooks: SocketAddr,
    /// Process and system APIs.
    pub internal: SocketAddr,
    /// Operations, health, metrics.
    pub operations: SocketAddr,
}

/// The routers behind the listeners.
#[derive(Debug, Clone, Default)]
pub(crate) struct Doors {
    public: Router,
    hooks: Router,
    internal: Router,
    operations: Router,
}

impl Doors {
    pub(crate) fn hang(
        gateway: &Gateway,
        apis: HashMap<ApiId, Router>,
        hooks: Router,
        shared: &Shared,
    ) -> Self {
        let (mut public, mut internal) = (Router::new(), Router::new());
        for (id, router) in apis {
            match id.tier {
                Tier::Experience => public = public.nest(&id.base(), router),
                Tier::Process | Tier::System => internal = internal.nest(&id.base(), router),
            }
        }
        let mut plain = portal::router(&gateway.contracts);
        if let Some(issuer) = gateway.issuer() {
            plain = plain.merge(issuer.router());
        }
        // The fallbacks belong to the routes without a caller: one per listener.
        Self {
            public: public.merge(open(plain.fallback(nothing_here), shared)),
            hooks: open(hooks.fallback(nothing_here), shared),
            internal: internal.fallback(async || nothing_here().await.into_response()),
            operations: operations::router(gateway).fallback(nothing_here),
        }
    }

    pub(crate) fn router(&self, door: Door) -> Router {
        match door {
            Door::Public => self.public.clone(),
            Door::Hooks => self.hooks.clone(),
            Door::Internal => self.internal.clone(),
            Door::Operations => self.operations.clone(),
        }
    }
}

/// Binds one listener.
pub(crate) async fn bind(door: Door, address: SocketAddr) -> Result<Listener, BuildError> {
    Listener::bind(address).await.map_err(|error| {
        let key = format!("{door:?}").to_lowercase();
        BuildError(format!(
            "listeners.{key}: {address} cannot be listened on: {error}; stop what listens there, or set another address (port 0 takes a free one)"
        ))
    })
}
