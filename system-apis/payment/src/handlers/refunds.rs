//! Refunds: captured money given back.

#![expect(
    unused_qualifications,
    reason = "utoipa names a handler's parameter types by their full path"
)]

use super::same_amount;
use crate::port::PaymentBackend;
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::{BackendRead, BackendWrite, or_not_found};
use serde::Deserialize;
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
    write: BackendWrite<dyn PaymentBackend>,
    Json(request): Json<Refund>,
) -> Result<Json<Refunded>, Problem> {
    let backend = write.backend()?;
    let probe = async || {
        let found = backend
            .refund_by(write.tenant(), &request.reference)
            .await?;
        same_amount(found, |refund| refund.amount, request.amount)
    };
    let call = || backend.refund(write.delivery(), &request);
    write.once(backend.abilities().refund, call, probe).await
}

/// The query of the refund of a return.
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
    read: BackendRead<dyn PaymentBackend>,
    Query(wanted): Query<RefundQuery>,
) -> Result<Json<Refunded>, Problem> {
    let backend = read.backend()?;
    let found = backend.refund_by(read.tenant(), &wanted.reference).await?;
    or_not_found(found, format_args!("no refund of {}", wanted.reference))
}
