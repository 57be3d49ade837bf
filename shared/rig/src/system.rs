//! A system API over backends in this process, called as a workflow of the process tier calls it.

use axum::Router;
use crossdock_model::{
    ApiId, Caller, Clock, ConnectorName, Context, Correlation, Currency, Delivery, Fault, Money,
    Refusal, StepKey, Timestamp,
};
use crossdock_outbound::{Backends, Directory, MaxInFlight, Transport};
use crossdock_runtime::{Api, ManualClock};
use crossdock_system::{Deps, EmbeddedSettings, Routing, Settings};
use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;

/// What a system API stands on in a test: a clock that stands still, and a backend behind each connector.
#[derive(Debug)]
pub struct SystemHarness {
    /// The time of the API and of its backends.
    pub clock: Arc<ManualClock>,
    api: ApiId,
    backends: HashMap<(String, ConnectorName), Router>,
}

impl SystemHarness {
    /// For that API, when the clock begins.
    pub fn of(api: ApiId) -> Self {
        Self {
            clock: Arc::new(ManualClock::at(beginning())),
            api,
            backends: HashMap::new(),
        }
    }

    /// The time, as a backend takes it.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock) as _
    }

    /// With a backend in this process behind that connector.
    pub fn serve(&mut self, connector: &str, backend: &Router) {
        let place = (self.api.name.to_owned(), connector.into());
        self.backends.insert(place, backend.clone());
    }

    /// What the API is built from: these connectors, to the backends that are served by now.
    pub fn deps<C>(
        &self,
        connectors: impl IntoIterator<Item = (&'static str, C)>,
        routing: Routing,
    ) -> Deps<C> {
        let backends = Backends::new(crossdock_outbound::client().unwrap());
        backends.serve_locally(self.backends.clone());
        let named = |(name, connector): (&str, C)| (ConnectorName::from(name), connector);
        Deps {
            settings: Settings {
                connectors: connectors.into_iter().map(named).collect(),
                routing,
            },
            backends,
            clock: self.clock(),
        }
    }
}

/// The settings of an embedded backend in this process, to which we say that key.
pub fn embedded(api_key: &str) -> EmbeddedSettings {
    EmbeddedSettings {
        base_url: None,
        api_key: api_key.into(),
        max_in_flight: MaxInFlight::default(),
    }
}

/// The directory of a process that reaches this API and no other.
pub fn directory(api: &Api) -> Directory {
    let directory = Directory::default();
    let transport = Transport::in_process(api.router.clone());
    directory.fill([(api.id, transport)].into());
    directory
}

/// The moment at which the clock of a test begins.
fn beginning() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

/// An attempt of an effect of acme's that was first sent when the clock began.
pub fn delivery(key: &str, attempt: u32) -> Delivery {
    Delivery {
        key: StepKey(key.into()),
        attempt: NonZeroU32::new(attempt).unwrap(),
        first_sent: beginning(),
        last_sent: beginning(),
        context: context(),
    }
}

/// The context of a call for the retailer acme.
pub fn context() -> Context {
    context_of("acme")
}

/// The context of a call for another retailer.
pub fn context_of(tenant: &str) -> Context {
    Context::new(
        Caller::workflow(tenant.into()),
        Correlation("journey-1".into()),
    )
}

/// An amount of US dollars, given in cents.
pub fn usd(cents: i64) -> Money {
    Money::new(cents, Currency::USD)
}

/// The refusal that was wanted.
pub fn refused<T: fmt::Debug>(answer: Result<T, Fault>) -> Refusal {
    match answer {
        Err(Fault::Refused(refusal)) => refusal,
        other => panic!("a refusal was wanted, not {other:?}"),
    }
}

/// The code of the refusal that was wanted.
pub fn code<T: fmt::Debug>(answer: Result<T, Fault>) -> String {
    refused(answer).code
}
