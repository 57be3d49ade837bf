//! The routes of the customer system API, one line each.

use crate::App;
use crate::handlers::{customers, registrations, resolutions};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes(app: Arc<App>) -> OpenApiRouter {
    let routing = app.routing("customer");
    OpenApiRouter::new()
        .routes(routes!(customers::create, customers::find_customer))
        .routes(routes!(customers::update))
        .routes(routes!(resolutions::resolve))
        .routes(routes!(registrations::find_registration))
        .with_state(app)
        .merge(routing)
}
