//! A store whose feed begins later than its first event, as one does whose months have left for the archive.

use super::*;
use bytes::Bytes;
use crossdock_model::InstanceId;
use crossdock_store::{
    Answer, Append, ArchivedEvents, ArchivedShard, Claim, Claimed, FeedReader, InstanceQuery,
    InstanceRow, MessageId, Record, RecordQuery, StoreError, StoredEvent, StoredInstance,
};
use std::pin::Pin;

/// The shop's store, of whose feed only what comes after `begins` is left; whatever no reader of a feed asks is not there.
#[derive(Debug)]
pub(super) struct LaterFeed {
    pub(super) whole: Arc<dyn Store>,
    pub(super) begins: Lock<Position>,
    /// Whether an acknowledgement is taken.
    pub(super) deaf: AtomicBool,
    /// What was asked, in order.
    pub(super) asked: Lock<Vec<&'static str>>,
}

impl LaterFeed {
    pub(super) fn of(shop: &Shop) -> Arc<Self> {
        Arc::new(Self {
            whole: Arc::clone(&shop.store),
            begins: Lock::default(),
            deaf: AtomicBool::new(false),
            asked: Lock::default(),
        })
    }

    /// Everything that is in the feed now leaves.
    pub(super) async fn archive_all(&self) {
        let mut cursor = crate::Cursor::default();
        let all = self
            .whole
            .events("order", &Position::default(), 1_000)
            .await;
        for event in all.unwrap() {
            cursor.pass(&event);
        }
        *self.begins.lock().unwrap() = cursor.0;
    }

    fn note(&self, asked: &'static str) {
        self.asked.lock().unwrap().push(asked);
    }
}

#[async_trait]
impl Store for LaterFeed {
    fn shards(&self) -> u16 {
        self.whole.shards()
    }

    fn shard_of(&self, tenant: &Tenant, key: &str) -> Shard {
        self.whole.shard_of(tenant, key)
    }

    fn append(&self, class: QueueClass, batch: Batch) -> Append {
        self.whole.append(class, batch)
    }

    async fn events(
        &self,
        feed: &str,
        after: &Position,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        self.note("events");
        let begins = self.begins.lock().unwrap().clone();
        if after.0.iter().all(Option::is_none) {
            return self.whole.events(feed, &begins, limit).await;
        }
        let offset = |of: &Position, shard: u16| {
            let place = of.0.get(usize::from(shard)).copied().flatten();
            place.map_or(0, |place| place.offset)
        };
        let shards: Vec<ArchivedShard> = (0..self.shards())
            .map(|shard| ArchivedShard {
                shard: Shard(shard),
                read: offset(after, shard),
                archived: offset(&begins, shard),
            })
            .filter(|shard| shard.read < shard.archived)
            .collect();
        if shards.is_empty() {
            return self.whole.events(feed, after, limit).await;
        }
        let feed = feed.into();
        Err(StoreError::EventsArchived(ArchivedEvents { feed, shards }))
    }

    async fn beginning(&self, _feed: &str) -> Result<Position, StoreError> {
        Ok(self.begins.lock().unwrap().clone())
    }

    async fn end(&self, feed: &str) -> Result<Position, StoreError> {
        self.whole.end(feed).await
    }

    async fn acknowledge(
        &self,
        feed: &str,
        reader: &str,
        acknowledged: &Position,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.note("acknowledge");
        if self.deaf.load(Ordering::Relaxed) {
            return Err(StoreError::Full);
        }
        let noted = self.whole.acknowledge(feed, reader, acknowledged, now);
        noted.await
    }

    async fn readers(&self, feed: &str) -> Result<Vec<FeedReader>, StoreError> {
        self.whole.readers(feed).await
    }

    async fn forget_reader(&self, feed: &str, reader: &str) -> Result<bool, StoreError> {
        self.whole.forget_reader(feed, reader).await
    }

    fn grown(&self, feed: &str) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.whole.grown(feed)
    }

    async fn cursor(&self, reader: &str) -> Result<Option<Arc<str>>, StoreError> {
        self.whole.cursor(reader).await
    }

    async fn instance(&self, _: InstanceId) -> Result<Option<StoredInstance>, StoreError> {
        unreachable!("no reader of a feed asks for it")
    }

    async fn history(&self, _: InstanceId) -> Result<Option<StoredInstance>, StoreError> {
        unreachable!("no reader of a feed asks for it")
    }

    async fn instance_by_key(
        &self,
        _: &Tenant,
        _: &str,
        _: &str,
    ) -> Result<Option<InstanceRow>, StoreError> {
        unreachable!("no reader of a feed asks for it")
    }

    async fn instances(&self, _: &InstanceQuery) -> Result<Vec<InstanceRow>, StoreError> {
        unreachable!("no reader of a feed asks for it")
    }

    async fn runnable(&self, _: Timestamp, _: usize) -> Result<Vec<InstanceRow>, StoreError> {
        unreachable!("no reader of a feed asks for it")
    }

    async fn answer(&self, _: InstanceId) -> Result<Option<Answer>, StoreError> {
        unreachable!("no reader of a feed asks for it")
    }

    async fn claimed(&self, _: &Claim) -> Result<Option<Claimed>, StoreError> {
        unreachable!("no reader of a feed asks for it")
    }

    async fn record(&self, _: &Tenant, _: &str, _: Uuid) -> Result<Option<Record>, StoreError> {
        unreachable!("no reader of a feed asks for it")
    }

    async fn load(&self, _: &Tenant, _: &[RecordRef]) -> Result<Vec<Option<Record>>, StoreError> {
        unreachable!("no reader of a feed asks for it")
    }

    async fn record_by_key(
        &self,
        _: &Tenant,
        _: &str,
        _: &str,
        _: &str,
    ) -> Result<Option<Record>, StoreError> {
        unreachable!("no reader of a feed asks for it")
    }

    async fn records(
        &self,
        _: &Tenant,
        _: &str,
        _: Option<Uuid>,
        _: usize,
    ) -> Result<Vec<Record>, StoreError> {
        unreachable!("no reader of a feed asks for it")
    }

    async fn records_by_search(&self, _: &RecordQuery) -> Result<Vec<Record>, StoreError> {
        unreachable!("no reader of a feed asks for it")
    }

    async fn correlated_events(&self, _: &Tenant, _: &str) -> Result<Vec<StoredEvent>, StoreError> {
        unreachable!("no reader of a feed asks for it")
    }

    async fn seen(&self, _: &MessageId) -> Result<bool, StoreError> {
        unreachable!("no reader of a feed asks for it")
    }

    async fn keep_definition(&self, _: &str, _: &str, _: &Bytes) -> Result<(), StoreError> {
        unreachable!("no reader of a feed asks for it")
    }

    async fn definition(&self, _: &str) -> Result<Option<Bytes>, StoreError> {
        unreachable!("no reader of a feed asks for it")
    }
}
