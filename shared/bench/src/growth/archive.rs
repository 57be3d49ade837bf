//! What ended long ago leaves for the archive, as its runs take it in.

use crate::engine::Setup;
use crate::growth::bytes::Bytes;
use crate::shop::Shop;
use crossdock_model::Timestamp;
use crossdock_store::ArchivePlace;
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

/// One run, to its end.
async fn run(shop: &Shop, before: Timestamp) -> Result<(), String> {
    let store = shop.gateway.process_store().ok_or("no process is here")?;
    let (mut moved, mut damaged) = (0, 0);
    let mut from = Some(ArchivePlace::default());
    while let Some(place) = from {
        let bite = store.archive(before, place).await;
        let bite = bite.map_err(|error| error.to_string())?;
        moved += bite.moved;
        damaged += bite.damaged;
        from = bite.next;
    }
    if moved == 0 || damaged > 0 {
        return Err(format!(
            "the archive took in {moved} workflows, and {damaged} were damaged"
        ));
    }
    Ok(())
}
