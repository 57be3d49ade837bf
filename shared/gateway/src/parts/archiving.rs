//! Archive runs: what ended long ago leaves the process tier's store for the files of its months.

use crossdock_model::{Clock, Timestamp};
use crossdock_runtime::{Background, Stopping};
use crossdock_settings::ArchiveSettings;
use crossdock_store::{ArchivePlace, SqliteStore, StoreError};
use std::sync::Arc;
use std::time::Duration;

/// How long after the start the first run is at the latest: a process that never lives for the whole interval archives too.
const FIRST: Duration = Duration::from_mins(1);

/// The runs of that store, one after the other; none where they are switched off.
pub(crate) fn archiving(
    store: SqliteStore,
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
                run(&store, before(&*clock, after), &stopping).await;
                pause = every;
            }
        })
    });
    Some(runs)
}

fn before(clock: &dyn Clock, after: Duration) -> Timestamp {
    clock.now().saturating_sub(after).unwrap_or(Timestamp::MIN)
}

/// One run, in bites between which everybody else has a turn; cut off by the stop it is taken up again by the next.
async fn run(store: &SqliteStore, before: Timestamp, stopping: &Stopping) {
    let (mut moved, mut damaged) = (0, 0);
    let mut from = Some(ArchivePlace::default());
    while let Some(place) = from.filter(|_| !stopping.is_stopping()) {
        match store.archive(before, place).await {
            Ok(bite) => {
                moved += bite.moved;
                damaged += bite.damaged;
                from = bite.next;
            }
            Err(StoreError::Full) => {
                tracing::info!(moved, %before, "an archive run made way for orders; the next one goes on");
                return;
            }
            Err(error) => {
                tracing::error!(moved, %before, %error, "an archive run could not go on; the next one tries again");
                return;
            }
        }
        tokio::task::yield_now().await;
    }
    tracing::info!(moved, damaged, %before, "an archive run moved what had ended");
}
