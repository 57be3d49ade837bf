//! Lets the readers of feeds stand behind the copies, whose events mean nothing new to anybody.

use crossdock_events::Cursor;
use crossdock_store::{
    Batch, CursorWrite, Place, Position, QueueClass, Shard, SqliteStore, Store as _,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// How many events are read at once.
const PAGE: usize = 1_000;

/// Where each feed of a store ends.
#[derive(Debug, Default)]
pub(crate) struct FeedEnds(BTreeMap<&'static str, Cursor>);

impl FeedEnds {
    /// The ends of the feeds that those batches are on.
    pub(crate) async fn of(
        store: &SqliteStore,
        batches: impl Iterator<Item = &Batch>,
    ) -> Result<Self, String> {
        let events = batches.flat_map(|batch| &batch.changes.events);
        let mut ends: BTreeMap<_, _> = events
            .map(|event| (event.feed, Cursor::default()))
            .collect();
        for (feed, end) in &mut ends {
            loop {
                let events = store.events(feed, &end.0, PAGE).await;
                let events = events.map_err(|error| error.to_string())?;
                if events.is_empty() {
                    break;
                }
                for event in &events {
                    end.pass(event);
                }
            }
        }
        Ok(Self(ends))
    }

    /// Goes on past the events of a batch that is appended.
    pub(crate) fn pass(&mut self, batch: &Batch) {
        for event in &batch.changes.events {
            let Cursor(Position(places)) = self.0.entry(event.feed).or_default();
            let shard = usize::from(batch.shard.0);
            if places.len() <= shard {
                places.resize(shard + 1, None);
            }
            if let Some(last) = places.get_mut(shard) {
                *last = Some(Place {
                    offset: last.map_or(0, |last| last.offset) + 1,
                    event: event.id,
                    at: batch.at,
                });
            }
        }
    }
}

/// Puts every reader that a process keeps there to the end of its feed.
pub(crate) async fn pass_all(process: &SqliteStore, ends: &[FeedEnds]) -> Result<(), String> {
    for (reader, position) in stored(process).await? {
        let feed = reader.rsplit('/').next().unwrap_or_default();
        let Some(end) = ends.iter().find_map(|ends| ends.0.get(feed)) else {
            return Err(format!("{reader} reads a feed that no order is on"));
        };
        let mut position: Value =
            serde_json::from_str(&position).map_err(|error| format!("{reader}: {error}"))?;
        if let Some(cursor) = position.get_mut("cursor") {
            *cursor = end.to_string().into();
        }
        let at = end.0.0.iter().flatten().map(|place| place.at).max();
        let mut batch = Batch::new(Shard(0), at.unwrap_or_default());
        batch.cursor = Some(CursorWrite {
            reader: reader.into(),
            position: position.to_string().into(),
        });
        let kept = process.append(QueueClass::Progress, batch).await;
        kept.map_err(|error| error.to_string())?;
    }
    Ok(())
}

async fn stored(process: &SqliteStore) -> Result<Vec<(String, String)>, String> {
    let read = process.writer().read(|conn| {
        let mut statement = conn.prepare("SELECT reader, position FROM cursor")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    });
    read.await.map_err(|error| error.to_string())
}
