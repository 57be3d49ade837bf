//! One request to a system API, together with the backend that serves it.
//!
//! Every handler of a read begins with a [`BackendRead`], every handler of a write with a
//! [`BackendWrite`]. What is left to the handler is the port's method and its look-up.

use crate::ConnectedBackends;
use axum::extract::{FromRef, FromRequestParts};
use crossdock_model::{ConnectorName, Context, Delivery, Fault, Tenant};
use crossdock_outbound::{
    Ability, CallContext, IncomingDelivery, Lookup, PinnedConnector, RoutingKey, safely,
};
use crossdock_problem::{Code, Json, Problem};
use http::request::Parts;
use std::fmt::Display;
use std::sync::Arc;

/// A read, on behalf of its caller.
#[derive(Debug)]
pub struct BackendRead<B: ?Sized> {
    backends: Arc<ConnectedBackends<B>>,
    context: Context,
    pinned: PinnedConnector,
}

impl<B: ?Sized> BackendRead<B> {
    /// The backend that serves it: the one the order pins, or the routed one.
    pub fn backend(&self) -> Result<&B, Problem> {
        let selected = self.backend_for(&RoutingKey::default());
        selected.map(|(_name, backend)| backend)
    }

    /// The same for a brand or a part of the domain, with its connector's name.
    pub fn backend_for(&self, key: &RoutingKey) -> Result<(&ConnectorName, &B), Problem> {
        self.backends.select(&self.pinned, &self.context, key)
    }

    /// The caller with the correlation id of the read.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The retailer whose data may be read.
    pub fn tenant(&self) -> &Tenant {
        &self.context.caller.tenant
    }
}

/// A write, delivered once or again.
#[derive(Debug)]
pub struct BackendWrite<B: ?Sized> {
    backends: Arc<ConnectedBackends<B>>,
    delivery: Delivery,
    pinned: PinnedConnector,
}

impl<B: ?Sized> BackendWrite<B> {
    /// The backend that serves it: the one the order pins, or the routed one.
    pub fn backend(&self) -> Result<&B, Problem> {
        let selected = self.backend_for(&RoutingKey::default());
        selected.map(|(_name, backend)| backend)
    }

    /// The same for a brand or a part of the domain, with its connector's name.
    pub fn backend_for(&self, key: &RoutingKey) -> Result<(&ConnectorName, &B), Problem> {
        let context = &self.delivery.context;
        self.backends.select(&self.pinned, context, key)
    }

    /// The key, the attempt and the caller of the write.
    pub fn delivery(&self) -> &Delivery {
        &self.delivery
    }

    /// The retailer in whose name is written.
    pub fn tenant(&self) -> &Tenant {
        &self.delivery.context.caller.tenant
    }

    /// Brings the effect about once, however often it is delivered; see [`safely`].
    pub async fn once<T, C, P>(
        &self,
        ability: Ability,
        call: impl Fn() -> C,
        probe: impl Fn() -> P,
    ) -> Result<Json<T>, Problem>
    where
        C: Future<Output = Result<T, Fault>>,
        P: Future<Output = Lookup<T>>,
    {
        let done = safely(&self.delivery, ability, self.backends.clock(), call, probe).await?;
        Ok(Json(done))
    }
}

impl<B, S> FromRequestParts<S> for BackendRead<B>
where
    B: ?Sized + Send + Sync,
    S: Sync,
    Arc<ConnectedBackends<B>>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Ok(Self {
            backends: FromRef::from_ref(state),
            context: CallContext::from_request_parts(parts, state).await?.0,
            pinned: PinnedConnector::from_request_parts(parts, state).await?,
        })
    }
}

impl<B, S> FromRequestParts<S> for BackendWrite<B>
where
    B: ?Sized + Send + Sync,
    S: Sync,
    Arc<ConnectedBackends<B>>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Ok(Self {
            backends: FromRef::from_ref(state),
            delivery: IncomingDelivery::from_request_parts(parts, state).await?.0,
            pinned: PinnedConnector::from_request_parts(parts, state).await?,
        })
    }
}

/// What a look-up found, or `404 not_found` with the sentence that says what is missing.
pub fn or_not_found<T>(found: Option<T>, missing: impl Display) -> Result<Json<T>, Problem> {
    let problem = || Problem::new(Code::NotFound, missing.to_string());
    found.map(Json).ok_or_else(problem)
}
