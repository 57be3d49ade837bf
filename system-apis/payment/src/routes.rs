//! The routes of the payment system API, one line each.

use crate::App;
use crate::handlers::{captures, payments, refunds, routing, voids};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes(app: Arc<App>) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(routing::routing))
        .routes(routes!(payments::authorise, payments::find_payment))
        .routes(routes!(captures::capture, captures::find_capture))
        .routes(routes!(voids::void))
        .routes(routes!(refunds::refund, refunds::find_refund))
        .with_state(app)
}
