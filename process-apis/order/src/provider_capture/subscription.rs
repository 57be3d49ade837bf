//! Starts `account-provider-capture` where money was taken that no shipment of ours asked for.

use crate::deps::Deps;
use crate::fact_start::FactStart;
use crate::provider_capture::NAME;
use crate::provider_capture::state::CapturedAtProvider;
use crossdock_events::{CloudEvent, Handled};
use crossdock_model::Fault;
use crossdock_model::event::PaymentSettled;
use proc_order_contract::{Order, Shipment};

/// Starts the workflow, once for each capture.
pub(crate) async fn account(
    deps: &Deps,
    event: &CloudEvent,
    order: &Order,
    capture: PaymentSettled,
) -> Result<Handled, Fault> {
    let mut shipments = order.shipments.iter();
    // A parcel is packed, and so known, before it is paid for.
    if shipments.any(|packed| Shipment::reference(order.id, &packed.id) == capture.document) {
        return Ok(Handled::Ignored);
    }
    let state = CapturedAtProvider {
        order_id: order.id,
        erp: order.pins.erp_finance.clone(),
        reference: capture.reference,
        amount: capture.amount,
        explanation: None,
    };
    let start = FactStart {
        workflow: NAME,
        reader: "order/payment",
        operation: "order.account-provider-capture",
        key: format!("{}/{}", state.reference.system, state.reference.value),
        partition: order.id.to_string(),
        correlation: order.correlation.clone(),
        state: &state,
    };
    deps.start_on_fact(event, start).await
}
