//! Places orders as customers place them, many at once.

use crate::growth::fill::plan::{MEMBERS, Placed};
use crate::growth::sample::{contact, reference};
use crate::shop::{Shop, place};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

/// How many customers order at once.
const CLIENTS: usize = 64;

/// Places the orders with those numbers; all of them, oldest first.
pub(crate) async fn place_all(shop: &Shop, numbers: Range<u64>) -> Result<Vec<Placed>, String> {
    let next = Arc::new(AtomicU64::new(numbers.start));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let (customer, member) = (shop.customer.clone(), shop.member.clone());
            let (next, end) = (Arc::clone(&next), numbers.end);
            crossdock_runtime::spawn(async move {
                let mut placed = Vec::new();
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= end {
                        return Ok(placed);
                    }
                    let buyer = if n.is_multiple_of(MEMBERS) {
                        &member
                    } else {
                        &customer
                    };
                    let id = place(buyer, &reference(n), &contact(n)).await;
                    let id =
                        id.and_then(|id| Uuid::try_parse(&id).map_err(|error| error.to_string()));
                    let id =
                        id.map_err(|why| format!("order {n} of the fill was not placed: {why}"))?;
                    placed.push((n, id));
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
    all.sort_unstable();
    Ok(all)
}
