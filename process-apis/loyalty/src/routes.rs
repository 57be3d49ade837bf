//! One line a route, with what its operation declares.

use crate::deps::Deps;
use crate::handlers::members;
use crossdock_runtime::{
    DataClass, Declaration, Domain, Idempotency, LimitClass, Pattern, Routes, Security, routes,
};
use std::time::Duration;

pub(crate) fn routes(deps: Deps) -> Routes {
    Routes::new()
        .route(routes!(members::get_account), READ)
        .route(routes!(members::get_ledger), READ)
        .route(routes!(members::quote_redemption), READ)
        .with_state(deps)
}

/// A member's points, and what they are worth.
const READ: Declaration = Declaration {
    security: Security::Scopes(&["loyalty:read"]),
    owner: Domain::Customer,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(100),
    limit: LimitClass::Read,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::Safe,
    degrade: "503 when loyalty is down",
};
