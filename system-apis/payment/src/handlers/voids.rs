//! Voids: reserved money given up.

use crate::App;
use axum::extract::State;
use crossdock_outbound::{AsDelivery, OnConnector};
use crossdock_problem::{Json, Problem};
use std::sync::Arc;
use sys_payment_contract::{Void, Voided};

/// Give up whatever is still reserved for an order, now and whenever it arrives.
#[utoipa::path(post, path = "/voids", operation_id = "payment_void", tag = "voids",
    request_body = Void,
    responses((status = 200, description = "Nothing is reserved any more", body = Voided)))]
pub(crate) async fn void(
    State(app): State<Arc<App>>,
    delivery: AsDelivery,
    connector: OnConnector,
    Json(request): Json<Void>,
) -> Result<Json<Voided>, Problem> {
    let backend = app.backend(&connector, &delivery.context)?;
    // A void has no look-up of its own: doing it again is how to find out.
    let again = async || backend.void(&delivery, &request).await.map(Some);
    let call = || backend.void(&delivery, &request);
    app.once(&delivery, backend.abilities().void, call, again)
        .await
}
