//! Puts copies of the template orders into a store, through its port: as many batches, rows and events as they wrote.

use crate::growth::fill::nth::Nth;
use crate::growth::fill::readers::FeedEnds;
use crate::growth::fill::template::Written;
use crossdock_store::{Append, Appended, Batch, QueueClass, SqliteStore, Store as _};

/// Appends what those copies write; answers where the feeds end then.
pub(crate) async fn copy(
    store: &SqliteStore,
    written: &[Written],
    copies: &[Nth],
) -> Result<FeedEnds, String> {
    let templates = written.iter().map(Written::batch);
    let mut ends = FeedEnds::of(store, templates).await?;
    let mut under_way = Vec::new();
    for nth in copies {
        // While one copy is written the next is made.
        let batches = written.iter().map(|written| written.nth(nth, store));
        let next = batches
            .map(|batch| append(store, &mut ends, batch))
            .collect();
        end(std::mem::replace(&mut under_way, next)).await?;
    }
    end(under_way).await?;
    Ok(ends)
}

fn append(store: &SqliteStore, ends: &mut FeedEnds, batch: Batch) -> Append {
    ends.pass(&batch);
    store.append(QueueClass::Progress, batch)
}

async fn end(appends: Vec<Append>) -> Result<(), String> {
    for append in appends {
        match append.await {
            Ok(Appended::Done) => {}
            Ok(other) => return Err(format!("a copy was not written: {other:?}")),
            Err(error) => return Err(format!("a copy was not written: {error}")),
        }
    }
    Ok(())
}
