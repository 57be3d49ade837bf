//! What a connected OMS can do, as its adapter declares it.

use crossdock_model::ConnectorName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whether a packed parcel waits until its shipment is authorised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ShipGate {
    /// A packed fulfilment order ships only once authorised: capture first, then authorise.
    Native,
    /// It ships when it is packed: capture on the news of the shipment.
    None,
}

/// The declared abilities of the connector that serves the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct OmsAbilities {
    /// The connector that declares them.
    pub connector: ConnectorName,
    /// Whether a packed parcel waits until its shipment is authorised.
    pub ship_gate: ShipGate,
    /// Whether an undo that comes first makes the late effect impossible.
    pub tombstones: bool,
    /// How long a reservation stands when no time is asked for.
    #[schema(example = 900)]
    pub reservation_seconds: u32,
}
