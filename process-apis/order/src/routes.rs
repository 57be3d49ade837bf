//! One line a route, with what its operation declares.

use crate::deps::Deps;
use crate::handlers::{cancellations, captured, erasures, lookups, orders, quotes, timeline};
use crossdock_runtime::{
    DataClass, Declaration, Domain, Idempotency, LimitClass, Pattern, Routes, Security, routes,
};
use std::time::Duration;

pub(crate) fn routes(deps: Deps) -> Routes {
    Routes::new()
        .route(routes!(quotes::create_quote), QUOTE)
        .route(routes!(orders::place_order), PLACE)
        .route(routes!(orders::list_orders), LIST)
        .route(routes!(captured::capture_order), CAPTURE)
        .route(routes!(lookups::look_up_orders), LOOK_UP)
        .route(routes!(orders::get_order), READ)
        .route(routes!(cancellations::cancel_order), CANCEL)
        .route(routes!(erasures::erase_personal_data), ERASE)
        .route(routes!(timeline::get_timeline), TIMELINE)
        .with_state(deps)
}

/// A basket with its prices.
const QUOTE: Declaration = Declaration {
    security: Security::Scopes(&["orders:place"]),
    owner: Domain::Commerce,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(300),
    limit: LimitClass::Checkout,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::Safe,
    degrade: "refuse redemption when loyalty is down",
};

/// An order on a quote.
const PLACE: Declaration = Declaration {
    security: Security::Scopes(&["orders:place"]),
    owner: Domain::Commerce,
    pattern: Pattern::Hybrid,
    latency: Duration::from_millis(500),
    limit: LimitClass::Checkout,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::CallerKey,
    degrade: "202 and go on without the caller",
};

/// An order that its channel has taken.
const CAPTURE: Declaration = Declaration {
    security: Security::Scopes(&["orders:capture"]),
    owner: Domain::Commerce,
    pattern: Pattern::Hybrid,
    latency: Duration::from_millis(500),
    limit: LimitClass::Checkout,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::CallerKey,
    degrade: "accepted; open work waits on the desk",
};

/// Reads of one order as it was sold.
const READ: Declaration = Declaration {
    security: Security::Scopes(&["orders:read"]),
    owner: Domain::Commerce,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(50),
    limit: LimitClass::Read,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::Safe,
    degrade: "last known state",
};

/// Reads of many orders, page by page.
const LIST: Declaration = Declaration {
    latency: Duration::from_millis(200),
    ..READ
};

/// Orders by what a person knows.
const LOOK_UP: Declaration = Declaration {
    security: Security::Scopes(&["orders:read"]),
    owner: Domain::Customer,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(200),
    limit: LimitClass::Read,
    data: DataClass::Personal,
    idempotency: Idempotency::Safe,
    degrade: "not by e-mail, phone or card when customer is down",
};

/// An order that has not left is called off.
const CANCEL: Declaration = Declaration {
    security: Security::Scopes(&["orders:cancel"]),
    owner: Domain::SupplyChain,
    pattern: Pattern::Hybrid,
    latency: Duration::from_millis(500),
    limit: LimitClass::Returns,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::CallerKey,
    degrade: "refused when the OMS cannot answer",
};

/// What is known of an order's person is erased.
const ERASE: Declaration = Declaration {
    security: Security::Scopes(&["personal-data:erase"]),
    owner: Domain::Customer,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(200),
    limit: LimitClass::Default,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::CallerKey,
    degrade: "refused while the store cannot write",
};

/// What happened to an order, everywhere.
const TIMELINE: Declaration = Declaration {
    security: Security::Scopes(&["orders:read"]),
    owner: Domain::Customer,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(200),
    limit: LimitClass::Read,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::Safe,
    degrade: "what is known here",
};
