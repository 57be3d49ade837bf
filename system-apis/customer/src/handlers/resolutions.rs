//! Who somebody is, by what they are known by.

use crate::App;
use axum::extract::State;
use crossdock_outbound::{InContext, OnConnector};
use crossdock_problem::{Json, Problem};
use std::sync::Arc;
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
    State(app): State<Arc<App>>,
    context: InContext,
    connector: OnConnector,
    Json(request): Json<Resolve>,
) -> Result<Json<Customer>, Problem> {
    let tenant = &context.caller.tenant;
    let backend = app.backend(&connector, &context)?;
    Ok(Json(backend.resolve(tenant, &request).await?))
}
