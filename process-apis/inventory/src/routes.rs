//! One line a route, with what its operation declares.

use crate::deps::Deps;
use crate::handlers::{availability, products};
use crossdock_runtime::{
    DataClass, Declaration, Domain, Idempotency, LimitClass, Pattern, Routes, Security, routes,
};
use std::time::Duration;

pub(crate) fn routes(deps: Deps) -> Routes {
    Routes::new()
        .route(routes!(availability::list_availability), AVAILABILITY)
        .route(routes!(products::list_products), PRODUCTS)
        .with_state(deps)
}

/// Reads of what can be promised, store by store.
const AVAILABILITY: Declaration = Declaration {
    security: Security::Scopes(&["inventory:read"]),
    owner: Domain::SupplyChain,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(100),
    limit: LimitClass::Read,
    data: DataClass::Internal,
    idempotency: Idempotency::Safe,
    degrade: "last known, with its age",
};

/// Reads of the products on sale.
const PRODUCTS: Declaration = Declaration {
    security: Security::Scopes(&["products:read"]),
    owner: Domain::Commerce,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(100),
    limit: LimitClass::Read,
    data: DataClass::Internal,
    idempotency: Idempotency::Safe,
    degrade: "503 when the ERP is down",
};
