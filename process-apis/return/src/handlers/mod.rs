//! The return API's handlers, one resource a file.

pub(crate) mod evaluations;
pub(crate) mod returns;

use crate::deps::Deps;
use crossdock_model::{CustomerId, OrderId, Tenant};
use crossdock_problem::{Code, Problem};
use proc_order_contract::Order;

/// The order, unless there is none or it is another customer's: the caller cannot tell which.
pub(crate) async fn order_of(
    deps: &Deps,
    tenant: &Tenant,
    id: OrderId,
    customer: Option<&CustomerId>,
) -> Result<Order, Problem> {
    let order: Option<Order> = deps.desk.find(tenant, Order::KIND, id.0).await?;
    order
        .filter(|order| customer.is_none() || order.customer.as_ref() == customer)
        .ok_or_else(|| Problem::new(Code::NotFound, format!("there is no order {id}")))
}
