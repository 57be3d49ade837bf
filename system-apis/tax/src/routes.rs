//! Every path of the API, one line each.

use crate::handlers::{documents, quotes, reversals};
use crate::port::TaxBackend;
use crossdock_system::ConnectedBackends;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes(backends: Arc<ConnectedBackends<dyn TaxBackend>>) -> OpenApiRouter {
    let routing = backends.routing("finance");
    OpenApiRouter::new()
        .routes(routes!(quotes::quote, quotes::find_quote))
        .routes(routes!(documents::commit, documents::find_document))
        .routes(routes!(reversals::reverse, reversals::find_reversal))
        .with_state(backends)
        .merge(routing)
}
