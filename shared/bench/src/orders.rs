//! Orders through all three tiers over HTTP, to PLACED and to fully settled.

use crate::engine::Setup;
use crate::load::closed_loop;
use crate::measure::Line;
use crate::shop::{Shop, order};
use crossdock::Gateway;
use std::path::Path;

/// What a run of orders says: placing, and settling.
pub(crate) struct Orders {
    /// Placing, at each number of clients.
    pub(crate) placed: Vec<Line>,
    /// Orders that were fully settled a second while others were being placed, at each number of clients.
    pub(crate) settling: Vec<u64>,
    /// Thousandths of the placed orders that settled.
    pub(crate) settled_permille: u64,
    /// Batches in the stores for one settled order, thousandths.
    pub(crate) store_appends_milli: u64,
    /// Batches in the backends' books for one settled order, thousandths.
    pub(crate) book_appends_milli: u64,
    /// Syncs of stores and books for one settled order, thousandths.
    pub(crate) syncs_milli: u64,
}

/// Orders at each number of clients, then until all of them are settled.
pub(crate) async fn measure(
    setup: &Setup,
    folder: &Path,
    clients: &[usize],
) -> Result<Orders, String> {
    let shop = Shop::open(setup, folder, &[]).await?;
    let before = Counts::of(&shop.gateway);
    let (mut placed, mut settling) = (Vec::new(), Vec::new());
    let mut orders = 0;
    for (round, clients) in clients.iter().enumerate() {
        let customer = shop.customer.clone();
        let call = move |n| {
            let (customer, reference) = (customer.clone(), format!("bench-{round}-{n}"));
            async move { order(&customer, &reference).await.is_some() }
        };
        let counted = Counts::of(&shop.gateway);
        let invoiced = shop.invoices().await;
        let mut run = closed_loop(&setup.clock, *clients, setup.duration, call).await;
        let after = Counts::of(&shop.gateway);
        run.appends = (after.store + after.books) - (counted.store + counted.books);
        run.syncs = after.syncs - counted.syncs;
        orders += run.latencies.len();
        settling.push(run.a_second(shop.invoices().await.saturating_sub(invoiced)));
        placed.push(run.line("orders: quoted and placed", *clients));
    }
    let settled = shop.settle(&setup.clock).await;
    let after = Counts::of(&shop.gateway);
    shop.gateway.stop().await;
    let each = |total: u64| (total * 1_000).checked_div(settled).unwrap_or(0);
    Ok(Orders {
        placed,
        settling,
        settled_permille: (settled * 1_000).checked_div(orders).unwrap_or(0),
        store_appends_milli: each(after.store - before.store),
        book_appends_milli: each(after.books - before.books),
        syncs_milli: each(after.syncs - before.syncs),
    })
}

/// What stores and books have written so far.
struct Counts {
    store: u64,
    books: u64,
    syncs: u64,
}

impl Counts {
    fn of(gateway: &Gateway) -> Self {
        let stores = [gateway.process_store(), gateway.system_store()];
        let stores: Vec<_> = stores
            .into_iter()
            .flatten()
            .map(crossdock_store::SqliteStore::stats)
            .collect();
        let books: Vec<_> = gateway
            .backends()
            .iter()
            .map(|backend| backend.book.writer().stats())
            .collect();
        Self {
            store: stores.iter().map(|stats| stats.jobs).sum(),
            books: books.iter().map(|stats| stats.jobs).sum(),
            syncs: stores.iter().chain(&books).map(|stats| stats.commits).sum(),
        }
    }
}
