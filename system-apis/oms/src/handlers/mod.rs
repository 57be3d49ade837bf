//! What each operation does: pick the connector, keep the effect one, answer.

pub(crate) mod abilities;
pub(crate) mod availability;
pub(crate) mod fulfilment_orders;
pub(crate) mod hooks;
pub(crate) mod orders;
pub(crate) mod receipts;
pub(crate) mod reservations;

use crossdock_outbound::Lookup;

/// The probe of what is told apart by its state: there is nothing to find, taking it again is safe.
pub(crate) async fn by_state<T>() -> Lookup<T> {
    Ok(None)
}
