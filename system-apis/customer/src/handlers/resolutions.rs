//! Who somebody is, by what they are known by.

use crate::port::CustomerBackend;
use crossdock_problem::{Json, Problem};
use crossdock_system::BackendRead;
use sys_customer_contract::{Customer, Resolve};

/// Resolve a customer; a POST, so that nothing personal stands in a URL.
#[utoipa::path(post, path = "/customers/resolutions", operation_id = "customer_resolve", tag = "customers",
    request_body = Resolve,
    responses(
        (status = 200, description = "The customer", body = Customer),
        (status = 404, description = "`not_found`"),
        (status = 409, description = "`customer_ambiguous`"),
        (status = 410, description = "`gone`: erased")))]
pub(crate) async fn resolve(
    read: BackendRead<dyn CustomerBackend>,
    Json(request): Json<Resolve>,
) -> Result<Json<Customer>, Problem> {
    let backend = read.backend()?;
    Ok(Json(backend.resolve(read.tenant(), &request).await?))
}
