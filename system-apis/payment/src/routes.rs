//! Every path of the API, one line each.

use crate::handlers::{captures, payments, refunds, voids};
use crate::port::PaymentBackend;
use crossdock_system::ConnectedBackends;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes(backends: Arc<ConnectedBackends<dyn PaymentBackend>>) -> OpenApiRouter {
    let routing = backends.routing("finance");
    OpenApiRouter::new()
        .routes(routes!(payments::authorise, payments::find_payment))
        .routes(routes!(captures::capture, captures::find_capture))
        .routes(routes!(voids::void))
        .routes(routes!(refunds::refund, refunds::find_refund))
        .with_state(backends)
        .merge(routing)
}
