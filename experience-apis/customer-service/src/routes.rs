//! One line a route, with what its operation declares.

use crate::deps::Deps;
use crate::handlers::{cancellations, customers, erasures, evaluations, orders, search};
use crossdock_runtime::{
    DataClass, Declaration, Domain, Idempotency, LimitClass, Pattern, Routes, Security, routes,
};
use std::time::Duration;

pub(crate) fn routes(deps: Deps) -> Routes {
    Routes::new()
        .route(routes!(search::search_orders), SEARCH)
        .route(routes!(customers::get_overview), OVERVIEW)
        .route(routes!(orders::get_order), READ)
        .route(routes!(orders::get_timeline), TIMELINE)
        .route(routes!(cancellations::cancel_order), CANCEL)
        .route(routes!(erasures::erase_personal_data), ERASE)
        .route(routes!(evaluations::evaluate_return), EVALUATE)
        .with_state(deps)
}

/// Orders by what a caller on the phone knows.
const SEARCH: Declaration = Declaration {
    security: Security::Scopes(&["orders:read"]),
    owner: Domain::Customer,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(200),
    limit: LimitClass::Read,
    data: DataClass::Personal,
    idempotency: Idempotency::Safe,
    degrade: "not by e-mail, phone or card when customer is down",
};

/// A customer on one page.
const OVERVIEW: Declaration = Declaration {
    security: Security::Scopes(&["orders:read", "loyalty:read"]),
    owner: Domain::Customer,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(300),
    limit: LimitClass::Read,
    data: DataClass::Personal,
    idempotency: Idempotency::Safe,
    degrade: "orders without points",
};

/// An order, and what happened to it.
const READ: Declaration = Declaration {
    security: Security::Scopes(&["orders:read"]),
    owner: Domain::Customer,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(50),
    limit: LimitClass::Read,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::Safe,
    degrade: "last known state",
};

/// What happened to an order, everywhere.
const TIMELINE: Declaration = Declaration {
    latency: Duration::from_millis(200),
    degrade: "what is known here",
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

/// What is known of an order's person is erased.
const ERASE: Declaration = Declaration {
    security: Security::Scopes(&["personal-data:erase"]),
    owner: Domain::Customer,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(300),
    limit: LimitClass::Default,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::CallerKey,
    degrade: "refused while the order API cannot write",
};

/// A return as a dry run.
const EVALUATE: Declaration = Declaration {
    security: Security::Scopes(&["returns:evaluate"]),
    owner: Domain::Customer,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(200),
    limit: LimitClass::Returns,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::Safe,
    degrade: "answered from the order as sold",
};
