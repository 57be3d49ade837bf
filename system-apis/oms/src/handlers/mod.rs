//! What each operation does: pick the connector, keep the effect one, answer.

pub(crate) mod abilities;
pub(crate) mod availability;
pub(crate) mod fulfilment_orders;
pub(crate) mod line_cancellations;
pub(crate) mod orders;
pub(crate) mod receipts;
pub(crate) mod reservations;

use crossdock_outbound::Lookup;

/// The probe of a write that is safe to repeat by the state it leaves: there is nothing to look up.
pub(crate) async fn no_look_up<T>() -> Lookup<T> {
    Ok(None)
}
