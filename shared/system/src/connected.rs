//! The connected backends of one system API, one of which serves each request.

use crate::Routing;
use crate::routing::Table;
use crossdock_model::{ApiId, Clock, ConnectorName, Context, Delivery, Fault};
use crossdock_outbound::{Ability, Lookup, OnConnector, RoutingKey, safely};
use crossdock_problem::{Code, Json, Problem};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

/// Every backend of an API by its connector's name; `B` is the API's port.
#[derive(Debug)]
pub struct Connected<B: ?Sized> {
    pub(crate) api: ApiId,
    pub(crate) table: Arc<Table>,
    backends: BTreeMap<ConnectorName, Arc<B>>,
    clock: Arc<dyn Clock>,
}

impl<B: ?Sized> Connected<B> {
    pub(crate) fn new(
        api: ApiId,
        backends: BTreeMap<ConnectorName, Arc<B>>,
        rules: Routing,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let names = backends.keys().cloned().collect();
        Self {
            api,
            table: Arc::new(Table { names, rules }),
            backends,
            clock,
        }
    }

    /// The backend that the order pins, or the one that is routed.
    pub fn backend(&self, pinned: &OnConnector, context: &Context) -> Result<&B, Problem> {
        let picked = self.pick(pinned, context, &RoutingKey::default());
        picked.map(|(_name, backend)| backend)
    }

    /// The same for a part of the domain or a brand, with its connector's name.
    pub fn pick(
        &self,
        pinned: &OnConnector,
        context: &Context,
        key: &RoutingKey,
    ) -> Result<(&ConnectorName, &B), Problem> {
        let tenant = &context.caller.tenant;
        let name = self.table.serving(pinned.0.as_ref(), tenant, key)?;
        self.at(name).ok_or_else(|| self.table.unknown(name))
    }

    /// The backend that a webhook's path names.
    pub fn named(&self, name: &str) -> Result<(&ConnectorName, &B), Problem> {
        let none = || Problem::new(Code::NotFound, format!("no connector is named '{name}'"));
        self.at(&ConnectorName::from(name)).ok_or_else(none)
    }

    fn at(&self, name: &ConnectorName) -> Option<(&ConnectorName, &B)> {
        let (name, backend) = self.backends.get_key_value(name)?;
        Some((name, &**backend))
    }

    /// What time it is.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Brings a delivery's effect about once, however often it is delivered.
    pub async fn once<T, C, P>(
        &self,
        delivery: &Delivery,
        ability: Ability,
        call: impl Fn() -> C,
        probe: impl Fn() -> P,
    ) -> Result<Json<T>, Problem>
    where
        C: Future<Output = Result<T, Fault>>,
        P: Future<Output = Lookup<T>>,
    {
        let done = safely(delivery, ability, &*self.clock, call, probe).await?;
        Ok(Json(done))
    }
}

/// What was looked up, or 404 with what there is none of.
pub fn there<T>(found: Option<T>, none: impl Display) -> Result<Json<T>, Problem> {
    let missing = || Problem::new(Code::NotFound, none.to_string());
    found.map(Json).ok_or_else(missing)
}
