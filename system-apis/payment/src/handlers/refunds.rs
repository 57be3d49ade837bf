//! Refunds: captured money given back.

#![expect(
    unused_qualifications,
    reason = "utoipa names a handler's parameter types by their full path"
)]

use super::same_amount;
use crate::App;
use axum::extract::State;
use crossdock_outbound::{AsDelivery, InContext, OnConnector};
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::there;
use serde::Deserialize;
use std::sync::Arc;
use sys_payment_contract::{Refund, Refunded};
use utoipa::IntoParams;

/// Give captured money back for a return.
#[utoipa::path(post, path = "/refunds", operation_id = "payment_refund", tag = "refunds",
    request_body = Refund,
    responses(
        (status = 200, description = "Accepted: it settles later, or fails", body = Refunded),
        (status = 404, description = "Nothing was reserved for the order"),
        (status = 409, description = "`refund_exceeds_capture`, `reference_reused`, `nothing_happened`"),
        (status = 422, description = "`validation_failed`, `mixed_currencies`")))]
pub(crate) async fn refund(
    State(app): State<Arc<App>>,
    delivery: AsDelivery,
    connector: OnConnector,
    Json(request): Json<Refund>,
) -> Result<Json<Refunded>, Problem> {
    let tenant = &delivery.context.caller.tenant;
    let backend = app.backend(&connector, &delivery.context)?;
    let probe = async || {
        let found = backend.refund_by(tenant, &request.reference).await?;
        same_amount(found, |refund| refund.amount, request.amount)
    };
    let call = || backend.refund(&delivery, &request);
    app.once(&delivery, backend.abilities().refund, call, probe)
        .await
}

/// Which refund is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RefundQuery {
    /// Our reference of the return.
    #[param(min_length = 1, max_length = 128)]
    reference: String,
}

/// Show the refund of a return.
#[utoipa::path(get, path = "/refunds", operation_id = "payment_get_refund", tag = "refunds",
    params(RefundQuery),
    responses(
        (status = 200, description = "The refund", body = Refunded),
        (status = 404, description = "Nothing was given back for it")))]
pub(crate) async fn find_refund(
    State(app): State<Arc<App>>,
    context: InContext,
    connector: OnConnector,
    Query(wanted): Query<RefundQuery>,
) -> Result<Json<Refunded>, Problem> {
    let tenant = &context.caller.tenant;
    let backend = app.backend(&connector, &context)?;
    let found = backend.refund_by(tenant, &wanted.reference).await?;
    there(found, format_args!("no refund of {}", wanted.reference))
}
