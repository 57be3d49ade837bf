//! Captures: reserved money taken for a shipment.

#![expect(
    unused_qualifications,
    reason = "utoipa names a handler's parameter types by their full path"
)]

use super::same_amount;
use crate::port::PaymentBackend;
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::{BackendRead, BackendWrite, or_not_found};
use serde::Deserialize;
use sys_payment_contract::{Capture, Captured};
use utoipa::IntoParams;

/// Take reserved money for a shipment.
#[utoipa::path(post, path = "/captures", operation_id = "payment_capture", tag = "captures",
    request_body = Capture,
    responses(
        (status = 200, description = "Taken", body = Captured),
        (status = 404, description = "Nothing is reserved for the order"),
        (status = 409, description = "`capture_exceeds_authorisation`, `authorisation_expired`, `reference_reused`, `nothing_happened`"),
        (status = 422, description = "`validation_failed`, `mixed_currencies`")))]
pub(crate) async fn capture(
    write: BackendWrite<dyn PaymentBackend>,
    Json(request): Json<Capture>,
) -> Result<Json<Captured>, Problem> {
    let backend = write.backend()?;
    let probe = async || {
        let found = backend
            .capture_by(write.tenant(), &request.reference)
            .await?;
        same_amount(found, |taken| taken.amount, request.amount)
    };
    let call = || backend.capture(write.delivery(), &request);
    write.once(backend.abilities().capture, call, probe).await
}

/// The query of the capture of a shipment.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CaptureQuery {
    /// Our reference of the shipment.
    #[param(min_length = 1, max_length = 128)]
    reference: String,
}

/// Show the capture of a shipment.
#[utoipa::path(get, path = "/captures", operation_id = "payment_get_capture", tag = "captures",
    params(CaptureQuery),
    responses(
        (status = 200, description = "The capture", body = Captured),
        (status = 404, description = "Nothing was taken for it")))]
pub(crate) async fn find_capture(
    read: BackendRead<dyn PaymentBackend>,
    Query(wanted): Query<CaptureQuery>,
) -> Result<Json<Captured>, Problem> {
    let backend = read.backend()?;
    let found = backend.capture_by(read.tenant(), &wanted.reference).await?;
    or_not_found(found, format_args!("no capture of {}", wanted.reference))
}
