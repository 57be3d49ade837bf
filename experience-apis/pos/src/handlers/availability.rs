//! What can be promised.

use crate::Deps;
use crate::view::skus;
use axum::extract::State;
use crossdock_outbound::InContext;
use crossdock_problem::{Json, Problem, Query};
use proc_inventory_contract::AvailabilityPage;
use serde::Deserialize;

/// Which SKUs are asked for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// SKUs, separated by commas (100 at most).
    #[param(min_length = 1, max_length = 6500, example = "SKU-A,SKU-B")]
    skus: String,
}

/// Read how many of each SKU can be promised, and how old that knowledge is.
#[utoipa::path(
    get, path = "/availability", operation_id = "pos_get_availability", tag = "availability",
    security(("bearer" = ["inventory:read"])),
    params(Wanted),
    responses(
        (status = 200, description = "Availability in the order asked; a projection, no promise", body = AvailabilityPage),
        (status = 422, description = "No SKU, too many, or one that cannot be", body = Problem),
    ),
    extensions(
        ("x-domain" = json!("supply chain")), ("x-pattern" = json!("event")), ("x-latency-ms" = json!(50)),
        ("x-limit-class" = json!("read")), ("x-degrade" = json!("last known, with asOf")),
        ("x-data-class" = json!("public")),
    ),
)]
pub(crate) async fn get_availability(
    State(deps): State<Deps>,
    context: InContext,
    Query(wanted): Query<Wanted>,
) -> Result<Json<AvailabilityPage>, Problem> {
    let skus = skus(&wanted.skus)?;
    Ok(Json(deps.inventory.availability(&context, &skus).await?))
}
