//! One line a route, with what its operation declares.

use crate::handlers::{customers, registrations, resolutions};
use crate::port::CustomerBackend;
use crossdock_runtime::{
    DataClass, Declaration, Domain, Idempotency, LimitClass, Pattern, Routes, Security, routes,
};
use crossdock_system::ConnectedBackends;
use std::sync::Arc;
use std::time::Duration;

pub(crate) fn routes(backends: Arc<ConnectedBackends<dyn CustomerBackend>>) -> Routes {
    let routing = backends.routing(Domain::Customer, &["customer:read"]);
    Routes::new()
        .route(routes!(customers::create), WRITE)
        .route(routes!(customers::find_customer), READ)
        .route(routes!(customers::update), WRITE)
        .route(routes!(resolutions::resolve), READ)
        .route(routes!(registrations::find_registration), READ)
        .with_state(backends)
        .merge(routing)
}

/// Whom the customer system knows.
const READ: Declaration = Declaration {
    security: Security::Scopes(&["customer:read"]),
    owner: Domain::Customer,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(200),
    limit: LimitClass::Read,
    data: DataClass::Personal,
    idempotency: Idempotency::Safe,
    degrade: "guests and known tokens go on",
};

/// Personal data that channels report to the customer register.
const WRITE: Declaration = Declaration {
    security: Security::Scopes(&["customer:write"]),
    idempotency: Idempotency::Delivery,
    ..READ
};
