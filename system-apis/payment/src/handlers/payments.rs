//! Authorisations of card money, and how an order's payment stands.

#![expect(
    unused_qualifications,
    reason = "utoipa names a handler's parameter types by their full path"
)]

use crate::port::PaymentBackend;
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::{BackendRead, BackendWrite, or_not_found};
use serde::Deserialize;
use sys_payment_contract::{Authorise, Payment};
use utoipa::IntoParams;

/// Reserve money on a card for an order.
#[utoipa::path(post, path = "/payments", operation_id = "payment_authorise", tag = "payments",
    request_body = Authorise,
    responses(
        (status = 200, description = "Reserved", body = Payment),
        (status = 402, description = "`card_declined`"),
        (status = 409, description = "`tombstoned`: the order was voided before; `nothing_happened`"),
        (status = 422, description = "`validation_failed`: unknown token, amount not above zero")))]
pub(crate) async fn authorise(
    write: BackendWrite<dyn PaymentBackend>,
    Json(request): Json<Authorise>,
) -> Result<Json<Payment>, Problem> {
    let backend = write.backend()?;
    let call = || backend.authorise(write.delivery(), &request);
    let probe = || backend.authorised(write.tenant(), &request);
    write.once(backend.abilities().authorise, call, probe).await
}

/// The query of the payment of an order.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PaymentQuery {
    /// Our id of the order.
    #[param(min_length = 1, max_length = 128)]
    order: String,
}

/// Show how the card money of an order stands.
#[utoipa::path(get, path = "/payments", operation_id = "payment_get_payment", tag = "payments",
    params(PaymentQuery),
    responses(
        (status = 200, description = "All authorisations of the order as one", body = Payment),
        (status = 404, description = "Nothing was ever reserved for it")))]
pub(crate) async fn find_payment(
    read: BackendRead<dyn PaymentBackend>,
    Query(wanted): Query<PaymentQuery>,
) -> Result<Json<Payment>, Problem> {
    let backend = read.backend()?;
    let found = backend.payment(read.tenant(), &wanted.order).await?;
    or_not_found(found, format_args!("no payment of {}", wanted.order))
}
