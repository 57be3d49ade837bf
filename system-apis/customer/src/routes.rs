//! Every path of the API, one line each.

use crate::handlers::{customers, registrations, resolutions};
use crate::port::CustomerBackend;
use crossdock_system::ConnectedBackends;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes(backends: Arc<ConnectedBackends<dyn CustomerBackend>>) -> OpenApiRouter {
    let routing = backends.routing("customer");
    OpenApiRouter::new()
        .routes(routes!(customers::create, customers::find_customer))
        .routes(routes!(customers::update))
        .routes(routes!(resolutions::resolve))
        .routes(routes!(registrations::find_registration))
        .with_state(backends)
        .merge(routing)
}
