//! Fills a folder with settled orders, each placed as a customer places it, some months ago.

use crate::engine::Setup;
use crate::growth::past::Past;
use crate::report::print_line;
use crate::shop::{Shop, order};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How far back the orders were placed: older than what is kept beside the archive.
const AGE: Duration = Duration::from_hours(24 * 120);
/// How many customers order at once.
const CLIENTS: usize = 64;
/// Of how many orders the ids are kept, spread over all.
const SAMPLES: u64 = 1_000;

/// An order that is asked for later.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    /// The id that the shop was answered with.
    pub(crate) id: String,
    /// The reference that the shop gave it.
    pub(crate) reference: String,
}

/// What is in a folder now.
pub(crate) struct Filled {
    /// Orders of any age in it, at least one.
    pub(crate) samples: Vec<Sample>,
    /// Bytes that stores and books use.
    pub(crate) bytes: Bytes,
}

/// Bytes in use, without the free pages of the files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bytes {
    /// In the stores of both tiers.
    pub(crate) stores: u64,
    /// In the books of all backends.
    pub(crate) books: u64,
}

impl Bytes {
    /// What is in use in the files of that shop.
    pub(crate) async fn of(shop: &Shop) -> Result<Self, String> {
        let stores = [shop.gateway.process_store(), shop.gateway.system_store()];
        let mut used = Self {
            stores: 0,
            books: 0,
        };
        for store in stores.into_iter().flatten() {
            let bytes = store.writer().used_bytes().await;
            used.stores += bytes.map_err(|error| error.to_string())?;
        }
        for backend in shop.gateway.backends() {
            let bytes = backend.book.writer().used_bytes().await;
            used.books += bytes.map_err(|error| error.to_string())?;
        }
        Ok(used)
    }
}

/// Places and settles so many orders in a new folder.
pub(crate) async fn fill(setup: &Setup, folder: &Path, orders: u64) -> Result<Filled, String> {
    let past = Setup {
        clock: Past::of(&setup.clock, AGE),
        ids: Arc::clone(&setup.ids),
        duration: setup.duration,
    };
    let shop = Shop::open(&past, folder, &[]).await?;
    let (next, failed) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let samples = Arc::new(Mutex::new(Vec::new()));
    let every = (orders / SAMPLES).max(1);
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let customer = shop.customer.clone();
            let (next, failed) = (Arc::clone(&next), Arc::clone(&failed));
            let samples = Arc::clone(&samples);
            crossdock_runtime::spawn(async move {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= orders {
                        return;
                    }
                    let reference = format!("old-{n}");
                    match order(&customer, &reference).await {
                        Some(id) if n.is_multiple_of(every) => samples
                            .lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push(Sample { id, reference }),
                        Some(_placed) => {}
                        None => {
                            failed.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                    if n > 0 && n.is_multiple_of(10_000) {
                        print_line(&format!("{n} orders of {orders} placed"));
                    }
                }
            })
        })
        .collect();
    for client in clients {
        client.await.ok_or("a client of the fill ended early")?;
    }
    let settled = shop.settle(&setup.clock).await;
    let bytes = Bytes::of(&shop).await?;
    shop.gateway.stop().await;
    let failed = failed.load(Ordering::Relaxed);
    if settled + failed != orders || failed > 0 {
        return Err(format!(
            "{settled} of {orders} orders settled, {failed} were not placed"
        ));
    }
    let mut kept = samples.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(Filled {
        samples: std::mem::take(&mut *kept),
        bytes,
    })
}
