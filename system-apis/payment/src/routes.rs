//! One line a route, with what its operation declares.

use crate::handlers::{captures, payments, refunds, voids, webhooks};
use crate::webhooks::Webhooks;
use crossdock_runtime::{
    DataClass, Declaration, Domain, Idempotency, LimitClass, Pattern, Routes, Security, routes,
};
use std::time::Duration;

pub(crate) fn routes(state: Webhooks) -> Routes {
    let routing = state.backends.routing(Domain::Finance, &["payment:read"]);
    Routes::new()
        .route(routes!(payments::authorise), AUTHORISE)
        .route(routes!(payments::find_payment), READ)
        .route(routes!(captures::capture), CAPTURE)
        .route(routes!(captures::find_capture), READ)
        .route(routes!(voids::void), CAPTURE)
        .route(routes!(refunds::refund), REFUND)
        .route(routes!(refunds::find_refund), READ)
        .route(routes!(webhooks::take_webhook), KEPT)
        .route(routes!(webhooks::find_webhook), READ)
        .with_state(state)
        .merge(routing)
}

/// What the provider has of an order.
const READ: Declaration = Declaration {
    security: Security::Scopes(&["payment:read"]),
    owner: Domain::Finance,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(500),
    limit: LimitClass::Read,
    data: DataClass::Financial,
    idempotency: Idempotency::Safe,
    degrade: "refuse: the provider alone knows",
};

/// Reserved money is taken or given up.
const CAPTURE: Declaration = Declaration {
    security: Security::Scopes(&["payment:write"]),
    owner: Domain::Finance,
    pattern: Pattern::Sync,
    latency: Duration::from_secs(2),
    limit: LimitClass::Capture,
    data: DataClass::Financial,
    idempotency: Idempotency::Delivery,
    degrade: "queue: the workflow tries again",
};

/// Authorisations: money is reserved on a card.
const AUTHORISE: Declaration = Declaration {
    limit: LimitClass::Checkout,
    degrade: "refuse: no order is placed without its money",
    ..CAPTURE
};

/// Refunds of captured money.
const REFUND: Declaration = Declaration {
    limit: LimitClass::Refund,
    ..CAPTURE
};

/// A kept message that is used after all.
const KEPT: Declaration = Declaration {
    limit: LimitClass::Refund,
    degrade: "none needed: what is kept is here",
    ..CAPTURE
};
