//! Pages of orders: a bounded look at the newest, with a cursor to look further.

use crate::Deps;
use crossdock_model::{Page, Tenant};
use crossdock_problem::{Code, Problem};
use proc_order_contract::{Order, OrderView};
use uuid::Uuid;

/// How many records one page looks at; a page may be short and still have a `next`.
const LOOKED_AT: usize = 2_000;

/// The orders that match, newest first, from the cursor on.
pub(crate) fn page(
    deps: &Deps,
    tenant: &Tenant,
    cursor: Option<&str>,
    limit: usize,
    wanted: impl Fn(&Order) -> bool,
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
    let mut looked_at = 0;
    while looked_at < LOOKED_AT {
        let records = deps.desk.store.records(tenant, Order::KIND, before, 200);
        let records = records.map_err(crossdock_desk::broken)?;
        if records.is_empty() {
            return Ok(Page { items, next: None });
        }
        for record in &records {
            looked_at += 1;
            before = Some(record.id);
            let order: Order = crossdock_desk::read(record)?;
            if wanted(&order) {
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
