//! Fills a folder with settled orders, each placed as a customer places it, some months ago.

use crate::engine::Setup;
use crate::growth::past::Past;
use crate::growth::sample::{Sample, contact, reference};
use crate::report::print_line;
use crate::shop::{Shop, place};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How far back the orders were placed: older than what is kept beside the archive.
const AGE: Duration = Duration::from_hours(24 * 120);
/// How many customers order at once.
const CLIENTS: usize = 64;
/// One order in so many is bought by the member with the loyalty card.
const MEMBERS: u64 = 10;
/// About how many orders are asked for later, spread over all.
const SAMPLES: u64 = 1_000;

/// Places and settles so many orders in a new folder; answers with some of them, of any age.
pub(crate) async fn fill(setup: &Setup, folder: &Path, orders: u64) -> Result<Vec<Sample>, String> {
    let past = Setup {
        clock: Past::of(&setup.clock, AGE),
        ids: Arc::clone(&setup.ids),
        duration: setup.duration,
    };
    let shop = Shop::open(&past, folder, &[]).await?;
    let placed = place_all(&shop, orders).await?;
    let settled = shop.settle(&setup.clock).await;
    if settled != orders {
        return Err(format!("{settled} of {orders} orders settled"));
    }
    let mut samples = Vec::new();
    for (number, id) in placed {
        samples.push(Sample::read(&shop, number, id).await?);
    }
    shop.gateway.stop().await;
    Ok(samples)
}

/// Places so many orders; numbers and ids of some of them, of any age.
async fn place_all(shop: &Shop, orders: u64) -> Result<Vec<(u64, String)>, String> {
    let next = Arc::new(AtomicU64::new(0));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (customer, member) = (shop.customer.clone(), shop.member.clone());
            let next = Arc::clone(&next);
            crossdock_runtime::spawn(async move {
                let mut placed = Vec::new();
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= orders {
                        return Ok(placed);
                    }
                    let buyer = if n.is_multiple_of(MEMBERS) {
                        &member
                    } else {
                        &customer
                    };
                    let id = place(buyer, &reference(n), &contact(n)).await;
                    let id = id.ok_or_else(|| format!("order {n} of the fill was not placed"))?;
                    if n.is_multiple_of((orders / SAMPLES).max(1)) {
                        placed.push((n, id));
                    }
                    if n > 0 && n.is_multiple_of(10_000) {
                        print_line(&format!("{n} orders of {orders} placed"));
                    }
                }
            })
        })
        .collect();
    let mut all = Vec::new();
    for client in clients {
        let placed: Result<Vec<_>, String> =
            client.await.ok_or("a client of the fill ended early")?;
        all.extend(placed?);
    }
    Ok(all)
}
