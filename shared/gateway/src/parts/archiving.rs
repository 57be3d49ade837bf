//! Archive runs: what ended or was written long ago leaves the stores for the files of their months.

use crossdock_model::{Clock, Timestamp};
use crossdock_runtime::{Background, Stopping};
use crossdock_settings::ArchiveSettings;
use crossdock_store::{SqliteStore, StoreError};
use std::sync::Arc;
use std::time::Duration;

/// How long after the start the first run is at the latest: a process that never lives for the whole interval archives too.
const FIRST: Duration = Duration::from_mins(1);

/// The runs of those stores, one after the other; none where they are switched off.
pub(crate) fn archiving(
    stores: Vec<(&'static str, SqliteStore)>,
    settings: ArchiveSettings,
    clock: Arc<dyn Clock>,
) -> Option<Background> {
    let (after, every) = (settings.after.get(), settings.every.get());
    if every.is_zero() {
        return None;
    }
    let runs: Background = Box::new(move |mut stopping: Stopping| {
        Box::pin(async move {
            let mut pause = every.min(FIRST);
            while !stopping.is_stopping() {
                let next = clock.now().saturating_add(pause);
                tokio::select! {
                    () = clock.sleep_until(next.unwrap_or(Timestamp::MAX)) => {}
                    () = stopping.stopped() => return,
                }
                for store in &stores {
                    run(store, before(&*clock, after), &stopping).await;
                }
                pause = every;
            }
        })
    });
    Some(runs)
}

fn before(clock: &dyn Clock, after: Duration) -> Timestamp {
    clock.now().saturating_sub(after).unwrap_or(Timestamp::MIN)
}

/// One run; cut off by the stop it is taken up again by the next.
async fn run((name, store): &(&str, SqliteStore), before: Timestamp, stopping: &Stopping) {
    let (did, stopped) = store.archive_run(before, || !stopping.is_stopping()).await;
    let (workflows, events, audited, damaged) = (did.moved, did.events, did.audited, did.damaged);
    if did.held_back > 0 {
        tracing::warn!(
            store = name,
            shards = did.held_back,
            "old events stay, because a reader has not acknowledged them; see `crossdock events readers`, and forget one that will not come back"
        );
    }
    match stopped {
        Ok(()) => {
            tracing::info!(store = name, workflows, events, audited, damaged, %before, "an archive run moved what was old enough");
        }
        Err(StoreError::Full) => {
            tracing::info!(store = name, workflows, events, audited, %before, "an archive run made way for orders; the next one goes on");
        }
        Err(error) => {
            tracing::error!(store = name, workflows, events, audited, %before, %error, "an archive run could not go on; the next one tries again");
        }
    }
}
