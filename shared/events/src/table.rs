//! A feed in a store of this process, as whoever has a cursor reads it.

use crate::cursor::Cursor;
use crossdock_model::Timestamp;
use crossdock_store::{Position, Store, StoreError, StoredEvent};

/// The next events of a feed after a cursor, which is moved past them; an empty one begins where the feed begins.
///
/// That place stands in the cursor from the first page on, in shards that have nothing left too: without it the next page
/// would be refused to a reader that has missed nothing.
pub async fn read_feed(
    store: &dyn Store,
    feed: &str,
    cursor: &mut Cursor,
    limit: usize,
) -> Result<Vec<StoredEvent>, StoreError> {
    let found = if cursor.is_beginning() {
        let (begins, found) = first_events(store, feed, limit).await?;
        cursor.0 = begins;
        found
    } else {
        store.events(feed, &cursor.0, limit).await?
    };
    for event in &found {
        cursor.pass(event);
    }
    Ok(found)
}

/// Where the feed begins, and its first events from there. It ends: between two looks at the beginning something has to
/// leave, and what may leave is old.
async fn first_events(
    store: &dyn Store,
    feed: &str,
    limit: usize,
) -> Result<(Position, Vec<StoredEvent>), StoreError> {
    let mut begins = store.beginning(feed).await?;
    loop {
        let found = store.events(feed, &begins, limit).await;
        let now = store.beginning(feed).await?;
        if now == begins {
            return Ok((begins, found?));
        }
        // More has left meanwhile: the read was refused, or is of a feed that begins elsewhere.
        begins = now;
    }
}

/// Notes how far a reader has come, once that is found to be a place in this feed; nothing read yet is where it begins.
pub(crate) async fn acknowledge(
    store: &dyn Store,
    (feed, reader): (&str, &str),
    acknowledged: &Cursor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut place = acknowledged.clone();
    // Nothing is read of it but whether it is one.
    read_feed(store, feed, &mut place, 0).await?;
    store.acknowledge(feed, reader, &place.0, now).await
}
