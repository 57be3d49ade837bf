//! A channel's reference of an order: one reference is one order, however often it is sent.

use crossdock_desk::{Desk, read, store_problem};
use crossdock_model::{OrderId, Tenant};
use crossdock_problem::{Code, Problem};
use proc_order_contract::{Lifecycle, Order};

/// How many attempts one reference has, all but the last of them refused.
const MAX_ATTEMPTS: u32 = 100;

/// The key that the order's record has alone in its tenant, so that no second order gets it.
pub(crate) fn unique_reference(order: &Order) -> String {
    reference(
        &order.channel,
        &order.account,
        &order.channel_ref,
        order.attempt,
    )
}

fn reference(channel: &str, account: &str, channel_ref: &str, attempt: u32) -> String {
    // The attempt stands in front: whatever a channel writes behind it, two attempts never meet.
    format!("{attempt}/{channel}/{account}/{channel_ref}")
}

/// Whether a channel's reference is taken.
pub(crate) enum Reference {
    /// No living order has it; the order would be this attempt, from 1.
    Free(u32),
    /// The same request became this order before.
    Same(OrderId),
}

/// Looks the reference of an order up; refused, if another order has it.
pub(crate) async fn find_reference(
    desk: &Desk,
    tenant: &Tenant,
    wanted: &Order,
) -> Result<Reference, Problem> {
    for attempt in 1..=MAX_ATTEMPTS {
        let key = reference(
            &wanted.channel,
            &wanted.account,
            &wanted.channel_ref,
            attempt,
        );
        let found = desk
            .store
            .record_by_key(tenant, Order::KIND, "channel-ref", &key)
            .await;
        let Some(record) = found.map_err(store_problem)? else {
            return Ok(Reference::Free(attempt));
        };
        let order: Order = read(&record)?;
        if order.lifecycle == Lifecycle::Rejected {
            continue;
        }
        if order.request_hash == wanted.request_hash {
            return Ok(Reference::Same(order.id));
        }
        let detail = format!(
            "reference '{}' is order {}: use a new reference for another order",
            wanted.channel_ref, order.id
        );
        return Err(Problem::new(Code::OrderReferenceReused, detail));
    }
    let detail = format!(
        "reference '{}' was refused {MAX_ATTEMPTS} times: use a new one",
        wanted.channel_ref
    );
    Err(Problem::new(Code::OrderReferenceReused, detail))
}
