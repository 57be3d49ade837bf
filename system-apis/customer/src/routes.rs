//! The routes of the customer system API, one line each.

use crate::App;
use crate::handlers::{customers, registrations, resolutions, routing};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes(app: Arc<App>) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(routing::routing))
        .routes(routes!(customers::create, customers::find_customer))
        .routes(routes!(customers::update))
        .routes(routes!(resolutions::resolve))
        .routes(routes!(registrations::find_registration))
        .with_state(app)
}
