//! The connected backends of one system API, one of which serves each request.

use crate::Routing;
use crate::routing::RoutingTable;
use crossdock_model::{ApiId, Clock, ConnectorName, Context, Fault};
use crossdock_outbound::{PinnedConnector, RoutingKey};
use crossdock_problem::{Code, Problem};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Every backend of an API by its connector's name; `B` is the API's port.
#[derive(Debug)]
pub struct ConnectedBackends<B: ?Sized> {
    pub(crate) api: ApiId,
    pub(crate) routing: Arc<RoutingTable>,
    backends: BTreeMap<ConnectorName, Arc<B>>,
    clock: Arc<dyn Clock>,
}

impl<B: ?Sized> ConnectedBackends<B> {
    pub(crate) fn new(
        api: ApiId,
        backends: BTreeMap<ConnectorName, Arc<B>>,
        rules: Routing,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let names = backends.keys().cloned().collect();
        Self {
            api,
            routing: Arc::new(RoutingTable { names, rules }),
            backends,
            clock,
        }
    }

    /// The backend that the order pins, or the routed one, with its connector's name.
    pub fn select(
        &self,
        pinned: &PinnedConnector,
        context: &Context,
        key: &RoutingKey,
    ) -> Result<(&ConnectorName, &B), Problem> {
        let tenant = &context.caller.tenant;
        let name = self.routing.select(pinned.0.as_ref(), tenant, key)?;
        self.get(name).ok_or_else(|| self.routing.unknown(name))
    }

    /// The backend that a webhook's path names.
    pub fn named(&self, name: &str) -> Result<(&ConnectorName, &B), Problem> {
        let none = || Problem::new(Code::NotFound, format!("no connector is named '{name}'"));
        self.get(&ConnectorName::from(name)).ok_or_else(none)
    }

    /// The backend of a connector that there is.
    pub fn connected(&self, name: &ConnectorName) -> Result<&B, Fault> {
        let none = || Fault::Misconfigured {
            why: format!("no connector is named '{name}'"),
        };
        self.get(name).map(|(_, backend)| backend).ok_or_else(none)
    }

    fn get(&self, name: &ConnectorName) -> Option<(&ConnectorName, &B)> {
        let (name, backend) = self.backends.get_key_value(name)?;
        Some((name, &**backend))
    }

    /// The names of all connectors.
    pub fn names(&self) -> Vec<ConnectorName> {
        self.backends.keys().cloned().collect()
    }

    /// The clock that decides whether a backend still remembers a key.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }
}
