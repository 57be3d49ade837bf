//! Every path of the API, one line each.

use crate::handlers::{abilities, availability, fulfilment_orders, orders, receipts, reservations};
use crate::port::OmsBackend;
use crossdock_system::ConnectedBackends;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes(backends: Arc<ConnectedBackends<dyn OmsBackend>>) -> OpenApiRouter {
    let routing = backends.routing("supply chain");
    OpenApiRouter::new()
        .routes(routes!(abilities::get_abilities))
        .routes(routes!(availability::get_availability))
        .routes(routes!(reservations::reserve))
        .routes(routes!(reservations::get_reservation))
        .routes(routes!(reservations::release))
        .routes(routes!(orders::create_order))
        .routes(routes!(orders::get_order))
        .routes(routes!(orders::get_fulfilment_orders))
        .routes(routes!(orders::cancel_order))
        .routes(routes!(fulfilment_orders::get_fulfilment_order))
        .routes(routes!(fulfilment_orders::accept))
        .routes(routes!(fulfilment_orders::reject))
        .routes(routes!(fulfilment_orders::pick))
        .routes(routes!(fulfilment_orders::pack))
        .routes(routes!(fulfilment_orders::ship))
        .routes(routes!(fulfilment_orders::authorise_shipment))
        .routes(routes!(receipts::receive_return))
        .routes(routes!(receipts::get_receipt))
        .with_state(backends)
        .merge(routing)
}
