//! Voids: reserved money given up.

use crate::port::PaymentBackend;
use crossdock_problem::{Json, Problem};
use crossdock_system::BackendWrite;
use sys_payment_contract::{Void, Voided};

/// Give up whatever is still reserved for an order, now and whenever it arrives.
#[utoipa::path(post, path = "/voids", operation_id = "payment_void", tag = "voids",
    request_body = Void,
    responses((status = 200, description = "Nothing is reserved any more", body = Voided)))]
pub(crate) async fn void(
    write: BackendWrite<dyn PaymentBackend>,
    Json(request): Json<Void>,
) -> Result<Json<Voided>, Problem> {
    let backend = write.backend()?;
    // A void has no look-up of its own: doing it again is how to find out.
    let again = async || backend.void(write.delivery(), &request).await.map(Some);
    let call = || backend.void(write.delivery(), &request);
    write.once(backend.abilities().void, call, again).await
}
