//! One line a route, with what its operation declares.

use crate::handlers::{accounts, accruals, evaluations, holds, maturities, restores, reversals};
use crate::port::LoyaltyBackend;
use crossdock_runtime::{
    DataClass, Declaration, Domain, Idempotency, LimitClass, Pattern, Routes, Security, routes,
};
use crossdock_system::ConnectedBackends;
use std::sync::Arc;
use std::time::Duration;

pub(crate) fn routes(backends: Arc<ConnectedBackends<dyn LoyaltyBackend>>) -> Routes {
    let routing = backends.routing(Domain::Customer, &["loyalty:read"]);
    Routes::new()
        .route(routes!(accounts::account), READ_ACCOUNT)
        .route(routes!(accounts::ledger), READ)
        .route(routes!(evaluations::evaluate), EVALUATE)
        .route(routes!(holds::hold), MOVE)
        .route(routes!(holds::find_hold), READ)
        .route(routes!(holds::extend), MOVE)
        .route(routes!(holds::confirm), MOVE)
        .route(routes!(holds::release), MOVE)
        .route(routes!(accruals::accrue), MOVE)
        .route(routes!(accruals::find_accrual), READ)
        .route(routes!(maturities::mature), MOVE)
        .route(routes!(maturities::find_maturity), READ)
        .route(routes!(reversals::reverse), MOVE)
        .route(routes!(reversals::find_reversal), READ)
        .route(routes!(restores::restore), MOVE)
        .route(routes!(restores::find_restore), READ)
        .with_state(backends)
        .merge(routing)
}

/// What the engine has of a member.
const READ: Declaration = Declaration {
    security: Security::Scopes(&["loyalty:read"]),
    owner: Domain::Customer,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(200),
    limit: LimitClass::Read,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::Safe,
    degrade: "503: the engine alone knows",
};

/// A member's balance, which may be remembered.
const READ_ACCOUNT: Declaration = Declaration {
    degrade: "last known balance, with its age",
    ..READ
};

/// What points are worth on a basket.
const EVALUATE: Declaration = Declaration {
    security: Security::Scopes(&["loyalty:read"]),
    owner: Domain::Customer,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(150),
    limit: LimitClass::Checkout,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::Safe,
    degrade: "requote without points",
};

/// Writes that move points.
const MOVE: Declaration = Declaration {
    security: Security::Scopes(&["loyalty:write"]),
    owner: Domain::Customer,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(500),
    limit: LimitClass::Loyalty,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::Delivery,
    degrade: "queue: the workflow tries again",
};
