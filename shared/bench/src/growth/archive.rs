//! What ended long ago leaves for the archive, as its runs take it in.

use crate::engine::Setup;
use crate::growth::bytes::Bytes;
use crate::shop::Shop;
use crossdock_model::Timestamp;
use std::path::Path;
use std::time::Duration;

/// How long what has ended stays in the stores: what the settings say by themselves.
const AFTER: Duration = Duration::from_hours(24 * 90);

/// What the history in a folder takes before and after.
pub(crate) struct Archived {
    /// Before anything was archived.
    pub(crate) live: Bytes,
    /// When nothing more was old enough.
    pub(crate) archived: Bytes,
}

/// Archives what is old enough of the shop in that folder.
pub(crate) async fn take(setup: &Setup, folder: &Path) -> Result<Archived, String> {
    let shop = Shop::open(setup, folder, &[]).await?;
    shop.settle(&setup.clock).await;
    let live = Bytes::of(&shop, folder).await?;
    let now = setup.clock.now();
    run(&shop, now.saturating_sub(AFTER).unwrap_or(now)).await?;
    let archived = Bytes::of(&shop, folder).await?;
    shop.gateway.stop().await;
    Ok(Archived { live, archived })
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
