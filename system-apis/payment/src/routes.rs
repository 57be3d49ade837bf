//! The routes of the payment system API, one line each.

use crate::App;
use crate::handlers::{captures, payments, refunds, voids};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn routes(app: Arc<App>) -> OpenApiRouter {
    let routing = app.routing("finance");
    OpenApiRouter::new()
        .routes(routes!(payments::authorise, payments::find_payment))
        .routes(routes!(captures::capture, captures::find_capture))
        .routes(routes!(voids::void))
        .routes(routes!(refunds::refund, refunds::find_refund))
        .with_state(app)
        .merge(routing)
}
