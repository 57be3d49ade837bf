//! Starts `reverse-provider-refund` where a refund came back that no return of ours had asked for.

use crate::deps::Deps;
use crate::fact_start::FactStart;
use crate::provider_refund;
use crate::provider_refund_reversal::NAME;
use crate::provider_refund_reversal::state::CameBack;
use crossdock_events::{CloudEvent, Handled};
use crossdock_model::Fault;
use crossdock_model::event::PaymentRefundFailed;
use proc_order_contract::Order;

/// Starts the workflow, once, and lets the case go that asked what the refund was for. One that failed before it settled
/// moved nothing.
pub(crate) async fn reverse(
    deps: &Deps,
    event: &CloudEvent,
    order: &Order,
    failed: PaymentRefundFailed,
) -> Result<Handled, Fault> {
    let mut refunds = order.provider.refunds.iter();
    if !refunds.any(|refund| refund.reference == failed.reference) {
        return Ok(Handled::Ignored);
    }
    let state = CameBack {
        order_id: order.id,
        erp: order.pins.erp_finance.clone(),
        reference: failed.reference,
        amount: failed.amount,
        reason: failed.reason,
        owed: false,
    };
    let start = FactStart {
        workflow: NAME,
        reader: "order/payment",
        operation: "order.reverse-provider-refund",
        key: format!("{}/{}", state.reference.system, state.reference.value),
        partition: order.id.to_string(),
        correlation: order.correlation.clone(),
        state: &state,
    };
    deps.start_on_fact(event, start).await?;
    provider_refund::subscription::came_back(deps, event, &state.reference).await
}
