//! What can be promised.

use crate::deps::Deps;
use axum::extract::State;
use crossdock_channel::SkuList;
use crossdock_outbound::CallContext;
use crossdock_problem::{Json, Problem, Query};
use proc_inventory_contract::AvailabilityPage;

/// Read how many of each SKU can be promised, and how old that knowledge is.
#[utoipa::path(
    get, path = "/availability", operation_id = "ecommerce_get_availability", tag = "products",
    params(SkuList),
    responses(
        (status = 200, description = "Availability in the order asked; a projection, no promise", body = AvailabilityPage),
        (status = 422, description = "No SKU, too many, or one that cannot be"),
    ),
)]
pub(crate) async fn get_availability(
    State(deps): State<Deps>,
    context: CallContext,
    Query(wanted): Query<SkuList>,
) -> Result<Json<AvailabilityPage>, Problem> {
    let skus = wanted.skus()?;
    Ok(Json(deps.inventory.availability(&context, &skus).await?))
}
