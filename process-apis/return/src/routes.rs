//! One line a route, with what its operation declares.

use crate::deps::Deps;
use crate::handlers::{evaluations, returns};
use crossdock_runtime::{
    DataClass, Declaration, Domain, Idempotency, LimitClass, Pattern, Routes, Security, routes,
};
use std::time::Duration;

pub(crate) fn routes(deps: Deps) -> Routes {
    Routes::new()
        .route(routes!(evaluations::evaluate_return), EVALUATE)
        .route(routes!(returns::commit_return), COMMIT)
        .route(routes!(returns::get_return), READ)
        .with_state(deps)
}

/// A return as a dry run.
const EVALUATE: Declaration = Declaration {
    security: Security::Scopes(&["returns:evaluate"]),
    owner: Domain::Customer,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(50),
    limit: LimitClass::Returns,
    data: DataClass::Financial,
    idempotency: Idempotency::Safe,
    degrade: "none needed: a look-up",
};

/// A return that is decided.
const COMMIT: Declaration = Declaration {
    security: Security::Scopes(&["returns:commit"]),
    owner: Domain::Customer,
    pattern: Pattern::Hybrid,
    latency: Duration::from_millis(300),
    limit: LimitClass::Returns,
    data: DataClass::Financial,
    idempotency: Idempotency::CallerKey,
    degrade: "decided; open legs are queued",
};

/// A return with its four legs.
const READ: Declaration = Declaration {
    security: Security::Scopes(&["returns:read"]),
    owner: Domain::Customer,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(50),
    limit: LimitClass::Read,
    data: DataClass::Financial,
    idempotency: Idempotency::Safe,
    degrade: "last known state",
};
