//! What each of the four listeners serves.

use crate::parts::ListenerName;
use crate::portal;
use axum::Router;
use axum::response::IntoResponse as _;
use crossdock_model::{ApiId, Tier};
use crossdock_policy::{Issuer, Shared, nothing_here, open};
use std::collections::HashMap;
use std::sync::Arc;

/// The routers behind the listeners.
#[derive(Debug, Clone)]
pub(crate) struct ListenerRouters {
    public: Router,
    hooks: Router,
    internal: Router,
    operations: Router,
}

/// What they are put together from.
pub(crate) struct Served<'a> {
    /// Each API behind its policies, relative to its base.
    pub(crate) apis: HashMap<ApiId, Router>,
    /// Webhooks of vendors, absolute: `/hooks/{system}/…`.
    pub(crate) hooks: Router,
    /// The operations API, absolute: `/operations/v1/…`, `/healthz` and the like.
    pub(crate) operations: Router,
    pub(crate) contracts: &'a portal::Contracts,
    /// The embedded issuer, where it is on.
    pub(crate) issuer: Option<&'a Arc<Issuer>>,
}

impl ListenerRouters {
    pub(crate) fn new(served: Served<'_>, shared: &Shared) -> Self {
        let (mut public, mut internal) = (Router::new(), Router::new());
        for (id, router) in served.apis {
            match id.tier {
                Tier::Experience => public = public.nest(&id.base(), router),
                Tier::Process | Tier::System => internal = internal.nest(&id.base(), router),
            }
        }
        let mut plain = portal::router(served.contracts);
        if let Some(issuer) = served.issuer {
            plain = plain.merge(issuer.router());
        }
        // The fallbacks belong to the routes without a caller: one per listener.
        Self {
            public: public.merge(open(plain.fallback(nothing_here), shared)),
            hooks: open(served.hooks.fallback(nothing_here), shared),
            internal: internal.fallback(async || nothing_here().await.into_response()),
            operations: served.operations.fallback(nothing_here),
        }
    }

    /// The router behind that listener.
    pub(crate) fn of(&self, listener: ListenerName) -> Router {
        match listener {
            ListenerName::Public => self.public.clone(),
            ListenerName::Hooks => self.hooks.clone(),
            ListenerName::Internal => self.internal.clone(),
            ListenerName::Operations => self.operations.clone(),
        }
    }
}
