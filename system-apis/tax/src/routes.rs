//! One line a route, with what its operation declares.

use crate::handlers::{documents, quotes, reversals};
use crate::port::TaxBackend;
use crossdock_runtime::{
    DataClass, Declaration, Domain, Idempotency, LimitClass, Pattern, Routes, Security, routes,
};
use crossdock_system::ConnectedBackends;
use std::sync::Arc;
use std::time::Duration;

pub(crate) fn routes(backends: Arc<ConnectedBackends<dyn TaxBackend>>) -> Routes {
    let routing = backends.routing(Domain::Finance, &["tax:read"]);
    Routes::new()
        .route(routes!(quotes::quote), QUOTE)
        .route(routes!(quotes::find_quote), READ)
        .route(routes!(documents::commit), COMMIT)
        .route(routes!(documents::find_document), READ)
        .route(routes!(reversals::reverse), REVERSE)
        .route(routes!(reversals::find_reversal), READ)
        .with_state(backends)
        .merge(routing)
}

/// The tax of a basket.
const QUOTE: Declaration = Declaration {
    security: Security::Scopes(&["tax:read"]),
    owner: Domain::Finance,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(500),
    limit: LimitClass::Checkout,
    data: DataClass::Personal,
    idempotency: Idempotency::Safe,
    degrade: "refuse: nothing is sold without its tax",
};

/// What the engine has of a document.
const READ: Declaration = Declaration {
    security: Security::Scopes(&["tax:read"]),
    owner: Domain::Finance,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(300),
    limit: LimitClass::Read,
    data: DataClass::Financial,
    idempotency: Idempotency::Safe,
    degrade: "refuse: the engine alone knows",
};

/// Declarations of tax that is owed.
const COMMIT: Declaration = Declaration {
    security: Security::Scopes(&["tax:write"]),
    owner: Domain::Finance,
    pattern: Pattern::Sync,
    latency: Duration::from_secs(1),
    limit: LimitClass::Capture,
    data: DataClass::Financial,
    idempotency: Idempotency::Delivery,
    degrade: "queue: the workflow tries again",
};

/// Reversals of declared tax.
const REVERSE: Declaration = Declaration {
    limit: LimitClass::Refund,
    ..COMMIT
};
