//! Reads orders out of the tier's store: one by its id, or the newest by pages.

use crossdock_desk::{Desk, read, store_problem};
use crossdock_model::{OrderId, Page, Tenant};
use crossdock_problem::{Code, Problem};
use proc_order_contract::{Order, OrderView};
use uuid::Uuid;

/// The most records that one page scans; a page may be short and still have a `next`.
const SCAN_LIMIT: usize = 2_000;

/// That order of the tenant, where there is one.
pub(crate) async fn find(
    desk: &Desk,
    tenant: &Tenant,
    id: OrderId,
) -> Result<Option<Order>, Problem> {
    desk.find(tenant, Order::KIND, id.0).await
}

/// That order of the tenant, or the 404 that hides whose it is.
pub(crate) async fn get(desk: &Desk, tenant: &Tenant, id: OrderId) -> Result<Order, Problem> {
    find(desk, tenant, id).await?.ok_or_else(|| no_order(id))
}

/// There is no such order, or it is somebody else's: the caller cannot tell which.
pub(crate) fn no_order(id: OrderId) -> Problem {
    Problem::new(Code::NotFound, format!("there is no order {id}"))
}

/// The orders that match, newest first, from the cursor on.
pub(crate) async fn page(
    desk: &Desk,
    tenant: &Tenant,
    cursor: Option<&str>,
    limit: usize,
    matches: impl Fn(&Order) -> bool,
) -> Result<Page<OrderView>, Problem> {
    let mut before = match cursor {
        None => None,
        Some(text) => Some(text.parse::<Uuid>().map_err(|_not_ours| {
            Problem::new(
                Code::ValidationFailed,
                "the cursor is not one that this list gave",
            )
        })?),
    };
    let mut items = Vec::new();
    let mut scanned = 0;
    while scanned < SCAN_LIMIT {
        let records = desk.store.records(tenant, Order::KIND, before, 200).await;
        let records = records.map_err(store_problem)?;
        if records.is_empty() {
            return Ok(Page { items, next: None });
        }
        for record in &records {
            scanned += 1;
            before = Some(record.id);
            let order: Order = read(record)?;
            if matches(&order) {
                items.push(OrderView::from(&order));
            }
            if items.len() == limit {
                return Ok(Page {
                    items,
                    next: Some(record.id.to_string()),
                });
            }
        }
    }
    Ok(Page {
        items,
        next: before.map(|id| id.to_string()),
    })
}
