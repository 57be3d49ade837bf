//! Authorisations of card money, and how an order's payment stands.

#![expect(
    unused_qualifications,
    reason = "utoipa names a handler's parameter types by their full path"
)]

use crate::App;
use axum::extract::State;
use crossdock_outbound::{AsDelivery, InContext, OnConnector};
use crossdock_problem::{Json, Problem, Query};
use crossdock_system::there;
use serde::Deserialize;
use std::sync::Arc;
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
    State(app): State<Arc<App>>,
    delivery: AsDelivery,
    connector: OnConnector,
    Json(request): Json<Authorise>,
) -> Result<Json<Payment>, Problem> {
    let tenant = &delivery.context.caller.tenant;
    let backend = app.backend(&connector, &delivery.context)?;
    let call = || backend.authorise(&delivery, &request);
    let probe = || backend.authorised(tenant, &request);
    app.once(&delivery, backend.abilities().authorise, call, probe)
        .await
}

/// Which payment is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PaymentQuery {
    /// Our order id.
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
    State(app): State<Arc<App>>,
    context: InContext,
    connector: OnConnector,
    Query(wanted): Query<PaymentQuery>,
) -> Result<Json<Payment>, Problem> {
    let tenant = &context.caller.tenant;
    let backend = app.backend(&connector, &context)?;
    let found = backend.payment(tenant, &wanted.order).await?;
    there(found, format_args!("no payment of {}", wanted.order))
}
