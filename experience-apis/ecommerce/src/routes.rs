//! One line a route, with what its operation declares.

use crate::deps::Deps;
use crate::handlers::{availability, cancellations, captured, loyalty, orders, products, quotes};
use crate::handlers::{evaluations, returns};
use crossdock_runtime::{
    DataClass, Declaration, Domain, Idempotency, LimitClass, Pattern, Routes, Security, routes,
};
use std::time::Duration;

pub(crate) fn routes(deps: Deps) -> Routes {
    Routes::new()
        .route(routes!(products::list_products), PRODUCTS)
        .route(routes!(availability::get_availability), AVAILABILITY)
        .route(routes!(quotes::create_quote), QUOTE)
        .route(routes!(orders::place_order), PLACE)
        .route(routes!(orders::list_orders), LIST)
        .route(routes!(captured::capture_order), CAPTURE)
        .route(routes!(orders::get_order), READ)
        .route(routes!(cancellations::cancel_order), CANCEL)
        .route(routes!(evaluations::evaluate_return), EVALUATE)
        .route(routes!(returns::commit_return), RETURN)
        .route(routes!(returns::get_return), READ_RETURN)
        .route(routes!(loyalty::get_account), LOYALTY)
        .route(routes!(loyalty::get_ledger), LOYALTY)
        .route(routes!(loyalty::quote_redemption), LOYALTY)
        .with_state(deps)
}

/// Reads of the products on sale, which are public data.
const PRODUCTS: Declaration = Declaration {
    security: Security::Scopes(&["products:read"]),
    owner: Domain::Commerce,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(100),
    limit: LimitClass::Read,
    data: DataClass::Public,
    idempotency: Idempotency::Safe,
    degrade: "last known catalogue",
};

/// What can be promised, as a projection.
const AVAILABILITY: Declaration = Declaration {
    security: Security::Scopes(&["inventory:read"]),
    owner: Domain::SupplyChain,
    pattern: Pattern::Event,
    latency: Duration::from_millis(50),
    limit: LimitClass::Read,
    data: DataClass::Public,
    idempotency: Idempotency::Safe,
    degrade: "last known, with asOf",
};

/// A basket with its prices.
const QUOTE: Declaration = Declaration {
    security: Security::Scopes(&["orders:place"]),
    owner: Domain::Commerce,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(300),
    limit: LimitClass::Checkout,
    data: DataClass::Personal,
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

/// An order that the shop platform has taken.
const CAPTURE: Declaration = Declaration {
    security: Security::Scopes(&["orders:capture"]),
    owner: Domain::Commerce,
    pattern: Pattern::Hybrid,
    latency: Duration::from_millis(500),
    limit: LimitClass::Checkout,
    data: DataClass::Personal,
    idempotency: Idempotency::CallerKey,
    degrade: "accepted; open work waits on the desk",
};

/// An order, and what came of it.
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

/// A return of an own order.
const READ_RETURN: Declaration = Declaration {
    security: Security::Scopes(&["returns:read", "orders:read"]),
    latency: Duration::from_millis(100),
    ..READ
};

/// A customer's orders, page by page.
const LIST: Declaration = Declaration {
    latency: Duration::from_millis(200),
    ..READ
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

/// A return as a dry run.
const EVALUATE: Declaration = Declaration {
    security: Security::Scopes(&["returns:evaluate"]),
    owner: Domain::Commerce,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(200),
    limit: LimitClass::Returns,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::Safe,
    degrade: "answered from the order as sold",
};

/// A return that is decided.
const RETURN: Declaration = Declaration {
    security: Security::Scopes(&["returns:commit"]),
    owner: Domain::Commerce,
    pattern: Pattern::Hybrid,
    latency: Duration::from_millis(500),
    limit: LimitClass::Returns,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::CallerKey,
    degrade: "decided here; legs settle when their systems answer",
};

/// Reads of the signed-in member's points, and what they would be worth.
const LOYALTY: Declaration = Declaration {
    security: Security::Scopes(&["loyalty:read"]),
    owner: Domain::Customer,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(200),
    limit: LimitClass::Loyalty,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::Safe,
    degrade: "503 when the loyalty engine is down",
};
