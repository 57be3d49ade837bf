//! Reads orders out of the tier's store: one by its id, or those that have a search key by pages.

use crossdock_desk::{Desk, read, store_problem};
use crossdock_model::{OrderId, Page, PageRequest, Tenant};
use crossdock_problem::{Code, Problem};
use crossdock_store::{RecordQuery, SearchKey};
use proc_order_contract::{Order, OrderView};

/// Which orders a list holds, whatever their number and age.
#[derive(Debug)]
pub(crate) enum Listed {
    /// Every order of the tenant.
    All,
    /// Those with one of the keys. What was asked for names the list, so that a cursor lasts although the customer system
    /// changes its mind about whom it means.
    By {
        /// What the caller asked by.
        asked: SearchKey,
        /// What stands for it; empty where nobody can be meant.
        keys: Vec<SearchKey>,
    },
}

impl Listed {
    /// The orders with that key.
    pub(crate) fn by(key: SearchKey) -> Self {
        Self::By {
            asked: key.clone(),
            keys: vec![key],
        }
    }

    fn name(&self) -> String {
        match self {
            Self::All => "orders".into(),
            Self::By { asked, .. } => format!("orders {} {}", asked.name, asked.value),
        }
    }
}

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

/// A page of a list, newest first.
pub(crate) async fn page(
    desk: &Desk,
    tenant: &Tenant,
    listed: &Listed,
    asked: &PageRequest,
) -> Result<Page<OrderView>, Problem> {
    let (name, size) = (listed.name(), asked.size());
    let before = asked.after_id(&name)?;
    let records = match listed {
        Listed::All => {
            let all = desk.store.records(tenant, Order::KIND, before, size + 1);
            all.await
        }
        Listed::By { keys, .. } => {
            let query = RecordQuery {
                tenant: tenant.clone(),
                kind: Order::KIND,
                keys: keys.clone(),
                before,
                limit: size + 1,
            };
            desk.store.records_by_search(&query).await
        }
    };
    let page = Page::of(&name, records.map_err(store_problem)?, size, |record| {
        record.id
    });
    let mut items = Vec::with_capacity(page.items.len());
    for record in &page.items {
        items.push(OrderView::from(&read::<Order>(record)?));
    }
    Ok(Page {
        items,
        next: page.next,
    })
}
