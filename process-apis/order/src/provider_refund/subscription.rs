//! Starts `account-provider-refund` where money went back that no return of ours asked for.

use crate::deps::Deps;
use crate::fact_start::FactStart;
use crate::provider_refund::NAME;
use crate::provider_refund::state::{Attributed, RefundedAtProvider};
use crate::provider_refund::steps::AttributeRefund;
use crossdock_events::{CloudEvent, Handled};
use crossdock_model::{ExternalRef, Fault, Money, Timestamp};
use crossdock_workflow::Await as _;
use proc_order_contract::Order;

/// What the provider says went back.
pub(crate) struct WentBack {
    pub(crate) reference: ExternalRef,
    pub(crate) amount: Money,
    pub(crate) at: Timestamp,
    /// What it charges for it, where it was a dispute.
    pub(crate) fee: Option<Money>,
}

/// The refund came back: nobody has to say any more what it was for.
pub(crate) async fn came_back(
    deps: &Deps,
    event: &CloudEvent,
    reference: &ExternalRef,
) -> Result<Handled, Fault> {
    let told = (AttributeRefund::NAME, &Attributed::CameBack);
    deps.signal_on_fact(event, (NAME, &key(reference)), told)
        .await?;
    Ok(Handled::Done)
}

fn key(reference: &ExternalRef) -> String {
    format!("{}/{}", reference.system, reference.value)
}

/// Starts the workflow, once for each refund.
pub(crate) async fn account(
    deps: &Deps,
    event: &CloudEvent,
    order: &Order,
    went_back: WentBack,
) -> Result<Handled, Fault> {
    let state = RefundedAtProvider {
        order_id: order.id,
        erp: order.pins.erp_finance.clone(),
        reference: went_back.reference,
        amount: went_back.amount,
        at: went_back.at,
        fee: went_back.fee,
        purpose: None,
    };
    let start = FactStart {
        workflow: NAME,
        reader: "order/payment",
        operation: "order.account-provider-refund",
        key: key(&state.reference),
        partition: order.id.to_string(),
        correlation: order.correlation.clone(),
        state: &state,
    };
    deps.start_on_fact(event, start).await
}
