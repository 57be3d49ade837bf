//! One line a route, with what its operation declares.

use crate::deps::Deps;
use crate::handlers::{availability, evaluations, lookups, returns};
use crossdock_runtime::{
    DataClass, Declaration, Domain, Idempotency, LimitClass, Pattern, Routes, Security, routes,
};
use std::time::Duration;

pub(crate) fn routes(deps: Deps) -> Routes {
    Routes::new()
        .route(routes!(lookups::look_up_orders), LOOK_UP)
        .route(routes!(evaluations::evaluate_return), EVALUATE)
        .route(routes!(evaluations::create_evaluation), EVALUATE)
        .route(routes!(returns::commit_return), RETURN)
        .route(routes!(returns::get_return), READ)
        .route(routes!(availability::get_availability), AVAILABILITY)
        .with_state(deps)
}

/// Orders by what a customer has at hand.
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

/// A return over the counter.
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

/// A return, and how far it is settled.
const READ: Declaration = Declaration {
    security: Security::Scopes(&["returns:read"]),
    owner: Domain::Commerce,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(50),
    limit: LimitClass::Read,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::Safe,
    degrade: "last known state",
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
