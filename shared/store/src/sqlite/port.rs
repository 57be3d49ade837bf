//! The store port over one SQLite file: each operation through the writer, or on a connection that reads.

use super::pieces::{Depth, Found};
use super::read::ArchivedPart;
use super::{
    SqliteStore, append, check, claims, instance_search, read, reader, schema, search, table,
};
use crate::{
    Answer, Append, Batch, Claim, Claimed, FeedReader, InstanceQuery, InstanceRow, MessageId,
    Position, QueueClass, Record, RecordQuery, RecordRef, Shard, Store, StoreError, StoredEvent,
    StoredInstance,
};
use async_trait::async_trait;
use bytes::Bytes;
use crossdock_model::{InstanceId, Tenant, Timestamp};
use rusqlite::{Connection, params};
use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::oneshot;
use uuid::Uuid;

#[async_trait]
impl Store for SqliteStore {
    fn shards(&self) -> u16 {
        self.shards
    }

    fn shard_of(&self, tenant: &Tenant, key: &str) -> Shard {
        schema::shard_of(tenant, key, self.shards)
    }

    fn append(&self, class: QueueClass, batch: Batch) -> Append {
        if let Err(error) = check::check(&batch, self.shards) {
            return Box::pin(ready(Err(error)));
        }
        let bytes = check::estimated_bytes(&batch);
        let (reply, answer) = oneshot::channel();
        let (memory, after) = (Arc::clone(&self.memory), Arc::clone(&self.memory));
        #[cfg(feature = "recording")]
        let recorded = self.recorder.recorded(&batch);
        let job = move |conn: &Connection| append::apply(conn, &batch, &memory);
        self.writer.submit(class, bytes, job, move |outcome| {
            if let Ok(growth) = &outcome {
                after.announce(growth);
                #[cfg(feature = "recording")]
                recorded.hand_over();
            }
            // The caller may have gone; the batch stands all the same.
            drop(reply.send(append::appended(outcome)));
        });
        Box::pin(async move {
            answer
                .await
                .unwrap_or_else(|_writer_gone| Err(crate::writer::stopped()))
        })
    }

    async fn instance(&self, id: InstanceId) -> Result<Option<StoredInstance>, StoreError> {
        let depth = Depth::SinceSnapshot;
        let live = self.writer.read(|conn| read::instance(conn, id, depth));
        self.whole(live.await?, None, depth).await
    }

    async fn history(&self, id: InstanceId) -> Result<Option<StoredInstance>, StoreError> {
        let depth = Depth::Whole;
        let read = move |conn: &Connection| read::instance(conn, id, depth);
        let archive = self.archive.clone();
        let then = move |live: Option<Found>| {
            let month = live.as_ref().and_then(|found| found.row.archived);
            let of = archive.zip(month);
            let archived =
                of.and_then(|(archive, month)| archive.pieces_at_once((month, id), depth));
            (live, archived)
        };
        let (live, archived) = self.writer.scan_then(read, then).await?;
        self.whole(live, archived, depth).await
    }

    async fn instance_by_key(
        &self,
        tenant: &Tenant,
        workflow: &str,
        key: &str,
    ) -> Result<Option<InstanceRow>, StoreError> {
        let read = |conn: &Connection| read::instance_by_key(conn, tenant, workflow, key);
        self.writer.read(read).await
    }

    async fn instances(&self, query: &InstanceQuery) -> Result<Vec<InstanceRow>, StoreError> {
        let query = query.clone();
        self.writer
            .scan(move |conn| instance_search::instances(conn, &query))
            .await
    }

    async fn runnable(
        &self,
        horizon: Timestamp,
        limit: usize,
    ) -> Result<Vec<InstanceRow>, StoreError> {
        self.writer
            .scan(move |conn| instance_search::runnable(conn, horizon, limit))
            .await
    }

    async fn answer(&self, id: InstanceId) -> Result<Option<Answer>, StoreError> {
        let Some(live) = self.writer.read(|conn| read::answer(conn, id)).await? else {
            return Ok(None);
        };
        let found = match live.row.archived {
            Some(month) => live.after(self.archived(month, id, Depth::SinceSnapshot).await?),
            None => live,
        };
        Ok(found.pieces.answer)
    }

    async fn claimed(&self, claim: &Claim) -> Result<Option<Claimed>, StoreError> {
        let days = self.memory.claim_days(i64::MIN);
        self.writer
            .read(|conn| claims::find(conn, claim, &days))
            .await
    }

    async fn record(
        &self,
        tenant: &Tenant,
        kind: &str,
        id: Uuid,
    ) -> Result<Option<Record>, StoreError> {
        let read = |conn: &Connection| read::record(conn, tenant, kind, id);
        self.writer.read(read).await
    }

    async fn load(
        &self,
        tenant: &Tenant,
        wanted: &[RecordRef],
    ) -> Result<Vec<Option<Record>>, StoreError> {
        self.writer
            .read(|conn| read::load(conn, tenant, wanted))
            .await
    }

    async fn record_by_key(
        &self,
        tenant: &Tenant,
        kind: &str,
        name: &str,
        value: &str,
    ) -> Result<Option<Record>, StoreError> {
        let read = |conn: &Connection| read::record_by_key(conn, tenant, kind, (name, value));
        self.writer.read(read).await
    }

    async fn records(
        &self,
        tenant: &Tenant,
        kind: &str,
        before: Option<Uuid>,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        let (tenant, kind) = (tenant.clone(), kind.to_owned());
        self.writer
            .scan(move |conn| read::records(conn, &tenant, &kind, before, limit))
            .await
    }

    async fn records_by_search(&self, query: &RecordQuery) -> Result<Vec<Record>, StoreError> {
        let query = query.clone();
        self.writer
            .scan(move |conn| search::records(conn, &query))
            .await
    }

    async fn events(
        &self,
        feed: &str,
        after: &Position,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let (memory, shards) = (Arc::clone(&self.memory), self.shards);
        let (feed, after) = (feed.to_owned(), after.clone());
        let read =
            move |conn: &Connection| read::events(conn, &memory, shards, (&feed, &after, limit));
        self.writer.scan(read).await?
    }

    async fn beginning(&self, feed: &str) -> Result<Position, StoreError> {
        let memory = Arc::clone(&self.memory);
        let read = |conn: &Connection| read::beginning(conn, &memory, feed);
        self.writer.read(read).await
    }

    async fn end(&self, feed: &str) -> Result<Position, StoreError> {
        let (memory, shards) = (Arc::clone(&self.memory), self.shards);
        let read = |conn: &Connection| read::end(conn, &memory, shards, feed);
        self.writer.read(read).await
    }

    async fn acknowledge(
        &self,
        feed: &str,
        reader: &str,
        acknowledged: &Position,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (feed, reader) = (feed.to_owned(), reader.to_owned());
        let acknowledged = acknowledged.clone();
        let noted = self.writer.write(move |conn| {
            Ok(reader::acknowledge(
                conn,
                (&feed, &reader),
                &acknowledged,
                now,
            )?)
        });
        Ok(noted.await?)
    }

    async fn readers(&self, feed: &str) -> Result<Vec<FeedReader>, StoreError> {
        self.writer.read(|conn| reader::of(conn, feed)).await
    }

    async fn forget_reader(&self, feed: &str, reader: &str) -> Result<bool, StoreError> {
        let (feed, reader) = (feed.to_owned(), reader.to_owned());
        let gone = self
            .writer
            .write(move |conn| Ok(reader::forget(conn, &feed, &reader)?));
        Ok(gone.await?)
    }

    async fn correlated_events(
        &self,
        tenant: &Tenant,
        correlation: &str,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let (of, wanted) = (tenant.clone(), correlation.to_owned());
        let read = move |conn: &Connection| read::correlated_events(conn, &of, &wanted);
        let (archive, wanted) = (self.archive.clone(), correlation.to_owned());
        let then = move |(live, months): (_, Vec<ArchivedPart>)| {
            let of = |part: ArchivedPart| {
                let archive = archive.as_ref();
                let found = archive.and_then(|archive| archive.events_at_once(part.0, &wanted));
                (part, found)
            };
            (live, months.into_iter().map(of).collect::<Vec<_>>())
        };
        let (mut events, months) = self.writer.scan_then(read, then).await?;
        if !months.is_empty() {
            let journey = (tenant, correlation);
            let archived = self.months()?.events(&self.writer, months, journey).await?;
            events.extend(archived);
        }
        events.sort_by(|one, other| in_time(one).cmp(&in_time(other)));
        // One that is on its way to the archive may be in both.
        events.dedup_by_key(|event| event.id);
        Ok(events)
    }

    fn grown(&self, feed: &str) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let mut growth = self.memory.watch(feed);
        Box::pin(async move {
            // The sender lives in the store's memory; if the store is gone, nothing will grow and the reader finds out by reading.
            drop(growth.changed().await);
        })
    }

    async fn cursor(&self, reader: &str) -> Result<Option<Arc<str>>, StoreError> {
        self.writer.read(|conn| read::cursor(conn, reader)).await
    }

    async fn seen(&self, message: &MessageId) -> Result<bool, StoreError> {
        self.writer.read(|conn| read::seen(conn, message)).await
    }

    async fn keep_definition(
        &self,
        hash: &str,
        workflow: &str,
        body: &Bytes,
    ) -> Result<(), StoreError> {
        if self.definition(hash).await?.is_some() {
            return Ok(());
        }
        let (hash, workflow, body) = (hash.to_owned(), workflow.to_owned(), body.clone());
        let kept = self.writer.write(move |conn| {
            table::DEFINITION.insert(conn, params![hash, workflow, &body[..]])?;
            Ok(())
        });
        Ok(kept.await?)
    }

    async fn definition(&self, hash: &str) -> Result<Option<Bytes>, StoreError> {
        self.writer.read(|conn| read::definition(conn, hash)).await
    }
}

/// When it was written, and among those of one moment its place.
fn in_time(event: &StoredEvent) -> (Timestamp, &str, Shard, u64) {
    (event.at, &event.feed, event.shard, event.offset)
}
