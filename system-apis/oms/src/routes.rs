//! One line a route, with what its operation declares.

use crate::handlers::{
    abilities, availability, fulfilment_orders, line_cancellations, orders, receipts, reservations,
};
use crate::port::OmsBackend;
use crossdock_runtime::{
    DataClass, Declaration, Domain, Idempotency, LimitClass, Pattern, Routes, Security, routes,
};
use crossdock_system::ConnectedBackends;
use std::sync::Arc;
use std::time::Duration;

/// The operations for process APIs, each with its governance.
pub(crate) fn routes(backends: Arc<ConnectedBackends<dyn OmsBackend>>) -> Routes {
    let routing = backends.routing(Domain::SupplyChain, &["oms:read"]);
    Routes::new()
        .route(routes!(abilities::get_abilities), ABILITIES)
        .route(routes!(availability::get_availability), AVAILABILITY)
        .route(routes!(reservations::reserve), RESERVE)
        .route(routes!(reservations::extend_reservation), RESERVE)
        .route(routes!(reservations::get_reservation), READ)
        .route(routes!(reservations::release), RELEASE)
        .route(routes!(orders::create_order), CREATE_ORDER)
        .route(routes!(orders::get_order), READ)
        .route(routes!(orders::get_fulfilment_orders), READ)
        .route(routes!(orders::cancel_order), CANCEL_ORDER)
        .route(routes!(line_cancellations::cancel_lines), CANCEL_ORDER)
        .route(routes!(line_cancellations::get_line_cancellation), READ)
        .route(routes!(receipts::receive_return), RECEIVE)
        .route(routes!(receipts::get_receipt), READ)
        .merge(fulfilment())
        .with_state(backends)
        .merge(routing)
}

/// What people at a location do, and what lets a parcel go.
fn fulfilment() -> Routes<Arc<ConnectedBackends<dyn OmsBackend>>> {
    Routes::new()
        .route(routes!(fulfilment_orders::get_fulfilment_order), READ)
        .route(routes!(fulfilment_orders::accept), FULFIL)
        .route(routes!(fulfilment_orders::reject), FULFIL)
        .route(routes!(fulfilment_orders::pick), FULFIL)
        .route(routes!(fulfilment_orders::pack), FULFIL)
        .route(routes!(fulfilment_orders::ship), FULFIL)
        .route(routes!(fulfilment_orders::authorise_shipment), AUTHORISE)
}

/// What the OMS holds of an order.
const READ: Declaration = Declaration {
    security: Security::Scopes(&["oms:read"]),
    owner: Domain::SupplyChain,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(100),
    limit: LimitClass::Read,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::Safe,
    degrade: "the last known answer stays with the caller",
};

/// Reads of the stock that can be promised.
const AVAILABILITY: Declaration = Declaration {
    data: DataClass::Internal,
    degrade: "the last known stock with its asOf",
    ..READ
};

/// What the connected OMS can do.
const ABILITIES: Declaration = Declaration {
    latency: Duration::from_millis(20),
    data: DataClass::Internal,
    degrade: "answered from configuration",
    ..READ
};

/// The next state of a fulfilment order.
const FULFIL: Declaration = Declaration {
    security: Security::Scopes(&["oms:write"]),
    owner: Domain::SupplyChain,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(300),
    limit: LimitClass::Default,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::Delivery,
    degrade: "people at the location try again",
};

/// A packed parcel may leave.
const AUTHORISE: Declaration = Declaration {
    degrade: "the parcel waits until the OMS answers",
    ..FULFIL
};

/// Stock held for a checkout.
const RESERVE: Declaration = Declaration {
    limit: LimitClass::Checkout,
    degrade: "checkout waits or is refused; nothing is sold unreserved",
    ..FULFIL
};

/// Releases of stock that was held for a checkout.
const RELEASE: Declaration = Declaration {
    limit: LimitClass::Checkout,
    degrade: "repeated until the OMS answers; the reservation also runs out by itself",
    ..FULFIL
};

/// Creation of an order to fulfil.
const CREATE_ORDER: Declaration = Declaration {
    latency: Duration::from_millis(500),
    data: DataClass::Personal,
    degrade: "queued by the workflow until the OMS answers",
    ..FULFIL
};

/// Cancellation of an order, or of units of it, before they are packed.
const CANCEL_ORDER: Declaration = Declaration {
    limit: LimitClass::Returns,
    degrade: "refused or repeated until the OMS answers",
    ..FULFIL
};

/// Receipts of goods that came back.
const RECEIVE: Declaration = Declaration {
    limit: LimitClass::Returns,
    degrade: "queued by the workflow until the OMS answers",
    ..FULFIL
};
