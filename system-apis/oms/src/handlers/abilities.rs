//! What the connected OMS can do.

use crate::Oms;
use axum::extract::State;
use crossdock_outbound::{InContext, OnConnector, RoutingKey};
use crossdock_problem::{Json, Problem};
use std::sync::Arc;
use sys_oms_contract::OmsAbilities;

/// What the connected OMS can do.
///
/// Its ship gate decides whether a capture comes before the shipment or with the news of it.
#[utoipa::path(get, path = "/abilities", operation_id = "oms_get_abilities", tag = "routing",
    responses((status = 200, description = "The declared abilities", body = OmsAbilities)))]
pub(crate) async fn get_abilities(
    State(oms): State<Arc<Oms>>,
    context: InContext,
    on: OnConnector,
) -> Result<Json<OmsAbilities>, Problem> {
    let (connector, backend) = oms.pick(&on, &context, &RoutingKey::default())?;
    let declared = backend.abilities();
    Ok(Json(OmsAbilities {
        connector: connector.clone(),
        ship_gate: declared.ship_gate,
        tombstones: declared.tombstones,
        reservation_seconds: declared.reservation_seconds,
    }))
}
