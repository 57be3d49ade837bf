//! Whose orders a token shows: the customer it names, or the guests of the shop.

use crate::deps::Deps;
use crossdock_model::{Context, CustomerId, MemberId, OrderId, Subject};
use crossdock_problem::{Code, Problem};
use proc_order_contract::{Mode, OrderView};
use std::sync::Arc;

/// The name of this channel on every order and return.
pub(crate) const CHANNEL: &str = "ecommerce";

/// The customer that the token names; none for a guest.
pub(crate) fn customer(context: &Context) -> Option<CustomerId> {
    match &context.caller.subject {
        Subject::Customer { id, .. } => Some(CustomerId(Arc::clone(id))),
        Subject::Application
        | Subject::Clerk { .. }
        | Subject::Agent { .. }
        | Subject::Operator { .. }
        | Subject::Workflow => None,
    }
}

/// The loyalty member that the token names, or a hint to sign in as one.
pub(crate) fn member(context: &Context) -> Result<MemberId, Problem> {
    if let Subject::Customer {
        member: Some(member),
        ..
    } = &context.caller.subject
    {
        return Ok(MemberId(Arc::clone(member)));
    }
    let detail = "the token names no loyalty member: sign in as a member to see points";
    Err(Problem::new(Code::NotFound, detail))
}

/// Whether the order is the customer's; where the token names nobody, whether this very application
/// placed it for a guest or took it in already paid.
pub(crate) fn owns(context: &Context, order: &OrderView) -> bool {
    match (customer(context), &order.customer) {
        (Some(asking), Some(buyer)) => asking == *buyer,
        (Some(_), None) => false,
        (None, buyer) => {
            let ours = order.channel == CHANNEL && order.account == *context.caller.consumer;
            // A platform reads what it sent, whoever bought it there.
            ours && (buyer.is_none() || order.mode == Mode::Captured)
        }
    }
}

/// The order, if it is the caller's to see.
pub(crate) async fn own_order(
    deps: &Deps,
    context: &Context,
    id: OrderId,
) -> Result<OrderView, Problem> {
    let order = deps.orders.order(context, id).await?;
    if owns(context, &order) {
        Ok(order)
    } else {
        Err(no_order(id))
    }
}

/// The same problem as for an order that does not exist: the caller cannot tell which.
fn no_order(id: OrderId) -> Problem {
    Problem::new(Code::NotFound, format!("there is no order {id}"))
}
