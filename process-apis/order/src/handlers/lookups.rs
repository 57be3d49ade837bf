//! Finding an order by what a person has at hand.

use crate::deps::Deps;
use crate::lookup;
use axum::extract::State;
use crossdock_model::{CustomerId, Page};
use crossdock_outbound::CallContext;
use crossdock_problem::{Code, Json, Problem};
use proc_order_contract::{Order, OrderLookup, OrderView};
use sys_customer_contract::Resolve;

/// Find orders by id, channel reference, customer or e-mail; a POST, so that nothing personal is in a URL.
#[utoipa::path(
    post, path = "/orders/lookups", operation_id = "order_look_up", tag = "orders",
    request_body = OrderLookup,
    responses(
        (status = 200, description = "The orders that match, newest first", body = Page<OrderView>),
        (status = 422, description = "Nothing to look for"),
    ),
)]
pub(crate) async fn look_up_orders(
    State(deps): State<Deps>,
    context: CallContext,
    Json(asked): Json<OrderLookup>,
) -> Result<Json<Page<OrderView>>, Problem> {
    let tenant = &context.caller.tenant;
    if let Some(id) = asked.order_id {
        let found = lookup::find(&deps.desk, tenant, id).await?;
        let items = found.iter().map(OrderView::from).collect();
        return Ok(Json(Page { items, next: None }));
    }
    if let Some(reference) = &asked.channel_ref {
        let matches = |order: &Order| &order.channel_ref == reference;
        let page = lookup::page(&deps.desk, tenant, None, 50, matches).await?;
        return Ok(Json(page));
    }
    let customer = match (&asked.customer, &asked.email) {
        (Some(id), _) => id.clone(),
        (None, Some(email)) => by_email(&deps, &context, email).await?,
        (None, None) => {
            let detail = "name one of orderId, channelRef, customer, email";
            return Err(Problem::new(Code::ValidationFailed, detail));
        }
    };
    let matches = |order: &Order| order.customer.as_ref() == Some(&customer);
    let page = lookup::page(&deps.desk, tenant, None, 50, matches).await?;
    Ok(Json(page))
}

async fn by_email(deps: &Deps, context: &CallContext, email: &str) -> Result<CustomerId, Problem> {
    let ask = Resolve::Email(email.to_owned());
    Ok(deps
        .pricing
        .systems
        .customer
        .resolve(context, &ask)
        .await?
        .id)
}
