//! What stays reserved on a card where not everything of an order is captured: released when the last capture is made.
//!
//! Whoever takes the last open unit away from an order, a cancellation or a parcel, releases what no shipment claims;
//! both are commits on the order's record, so it is exactly one of them. A void would take the money away from a
//! capture that is still to come, so it waits until the provider has captured all that is packed.

use crate::records::FEED;
use crossdock_desk::fact;
use crossdock_model::event::PaymentVoided;
use crossdock_model::{Delivery, Fault, Money, OrderId, Refusal};
use crossdock_store::Changes;
use crossdock_workflow::Moment;
use sys_payment_contract::{PaymentClient, Void};

/// What an operator does where the money cannot be released.
pub(crate) const NEXT_ACTION: &str = "The rest of the authorisation still stands: see that every packed shipment is captured, then retry; or release it at the payment provider and skip the node with the amount.";

/// Gives up what is reserved beyond `captures`, which shipments of the order claim; answers what all voids of it gave up.
pub(crate) async fn release(
    payment: &PaymentClient,
    delivery: &Delivery,
    order: OrderId,
    captures: Option<Money>,
) -> Result<Option<Money>, Fault> {
    let order = order.to_string();
    let claimed = captures.filter(|claimed| !claimed.is_zero());
    if let Some(claimed) = claimed {
        let stands = payment.payment(&delivery.context, &order).await?;
        let taken = stands.map_or(Money::new(0, claimed.currency), |stands| stands.captured);
        if taken.minor < claimed.minor {
            let why = format!("{taken} captured of {claimed} that packed shipments claim");
            return Err(Fault::Retry { after: None, why });
        }
    }
    let voided = payment.void(delivery, &Void { order }).await?;
    Ok(voided.amount)
}

/// `PaymentVoided`, where there was something to give up.
pub(crate) fn released(
    moment: &Moment,
    order: OrderId,
    voided: Option<Money>,
) -> Result<Changes, Refusal> {
    let Some(amount) = voided else {
        return Ok(Changes::none());
    };
    let voided = PaymentVoided {
        order_id: order,
        amount,
        reference: None,
    };
    fact(moment, FEED, &voided, Vec::new())
}
