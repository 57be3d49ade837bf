//! What the connected OMS can do.

use crate::port::OmsBackend;
use crossdock_outbound::RoutingKey;
use crossdock_problem::{Json, Problem};
use crossdock_system::BackendRead;
use sys_oms_contract::OmsAbilities;

/// What the connected OMS can do.
///
/// Its ship gate decides whether a capture comes before the shipment or with the news of it.
#[utoipa::path(get, path = "/abilities", operation_id = "oms_get_abilities", tag = "routing",
    responses((status = 200, description = "The declared abilities", body = OmsAbilities)))]
pub(crate) async fn get_abilities(
    read: BackendRead<dyn OmsBackend>,
) -> Result<Json<OmsAbilities>, Problem> {
    let (connector, backend) = read.backend_for(&RoutingKey::default())?;
    let declared = backend.abilities();
    Ok(Json(OmsAbilities {
        connector: connector.clone(),
        ship_gate: declared.ship_gate,
        tombstones: declared.tombstones,
        reservation_seconds: declared.reservation_seconds,
    }))
}
