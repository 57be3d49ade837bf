//! What ended long ago leaves for the archive, as its runs take it in.

use crate::engine::Setup;
use crate::growth::bytes::Bytes;
use crate::growth::kept::once;
use crate::report::print_line;
use crate::shop::{Shop, pause};
use crossdock_model::Timestamp;
use crossdock_store::{SqliteStore, Store as _, StoreError};
use std::path::Path;
use std::time::Duration;

/// How long what has ended stays in the stores: what the settings say by themselves.
const AFTER: Duration = Duration::from_hours(24 * 90);

/// How long readers may take for it after a start.
const CATCH_UP: Duration = Duration::from_mins(1);
/// The feeds that orders are on.
const FEEDS: [&str; 5] = ["order", "return", "loyalty", "oms", "payment"];

/// What the history in a folder takes before and after.
pub(crate) struct Archived {
    /// Before anything was archived.
    pub(crate) live: Bytes,
    /// When nothing more was old enough.
    pub(crate) archived: Bytes,
}

/// Archives what is old enough of the shop in that folder.
pub(crate) async fn take(setup: &Setup, folder: &Path) -> Result<Archived, String> {
    let live = once(&folder.join("live.json"), Box::pin(live(setup, folder))).await?;
    let run = Box::pin(archived(setup, folder));
    let archived = once(&folder.join("archived.json"), run).await?;
    Ok(Archived { live, archived })
}

async fn live(setup: &Setup, folder: &Path) -> Result<Bytes, String> {
    let shop = Shop::open(setup, folder, &[]).await?;
    shop.settle(&setup.clock).await;
    let live = Bytes::of(&shop, folder).await?;
    shop.gateway.stop().await;
    Ok(live)
}

async fn archived(setup: &Setup, folder: &Path) -> Result<Bytes, String> {
    let shop = Shop::open(setup, folder, &[]).await?;
    let stores = [shop.gateway.process_store(), shop.gateway.system_store()];
    for store in stores.into_iter().flatten() {
        read_to_the_end(setup, store).await?;
    }
    let (began, now) = (setup.clock.monotonic(), setup.clock.now());
    run(&shop, now.saturating_sub(AFTER).unwrap_or(now)).await?;
    let took = setup.clock.monotonic().saturating_sub(began).as_secs();
    print_line(&format!("archived in {took} s"));
    let archived = Bytes::of(&shop, folder).await?;
    shop.gateway.stop().await;
    Ok(archived)
}

/// One run of each store, to its end.
async fn run(shop: &Shop, before: Timestamp) -> Result<(), String> {
    let stores = [shop.gateway.process_store(), shop.gateway.system_store()];
    let mut moved = 0;
    for store in stores.into_iter().flatten() {
        let (did, stopped) = store.archive_run(before, || true).await;
        stopped.map_err(|error| error.to_string())?;
        if did.damaged > 0 {
            return Err(format!("the archive found {} damaged", did.damaged));
        }
        moved += did.moved;
    }
    if moved == 0 {
        return Err("the archive took in no workflow".to_owned());
    }
    Ok(())
}

/// Waits until every reader of that store's feeds has acknowledged all of them, as it does after a start.
async fn read_to_the_end(setup: &Setup, store: &SqliteStore) -> Result<(), String> {
    let deadline = setup.clock.monotonic() + CATCH_UP;
    while setup.clock.monotonic() < deadline {
        if unread(store).await.map_err(|error| error.to_string())? == 0 {
            return Ok(());
        }
        pause(&setup.clock, Duration::from_millis(50)).await;
    }
    Err("a reader has not acknowledged all of its feed".to_owned())
}

/// How many shards of feeds have a reader that is not at their end.
async fn unread(store: &SqliteStore) -> Result<usize, StoreError> {
    let mut behind = 0;
    for feed in FEEDS {
        let end = store.end(feed).await?;
        for reader in store.readers(feed).await? {
            let of = |shard: usize| reader.acknowledged.get(shard).copied().unwrap_or(0);
            let places = end.0.iter().enumerate();
            behind += places
                .filter(|(shard, end)| end.is_some_and(|end| of(*shard) < end.offset))
                .count();
        }
    }
    Ok(behind)
}
