//! A small shop's store with something in every table, and every question that the port can be asked about it.

use crossdock_model::{Correlation, Ids, InstanceId, Tenant, Timestamp};
use crossdock_store::{
    Answer, Appended, Batch, Cause, Claim, CursorWrite, InstanceHeader, InstanceQuery,
    InstanceWrite, MessageId, NewEvent, QueueClass, RecordQuery, RecordRef, RecordWrite, SearchKey,
    Shard, SqliteOptions, SqliteStore, Status, Store, StoreError, Version, WriterOptions,
};
use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

/// An order with the workflow that placed it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    pub(crate) order: Uuid,
    pub(crate) instance: InstanceId,
    /// When each of its batches was.
    pub(crate) at: Timestamp,
}

pub(crate) fn file(folder: &Path) -> PathBuf {
    folder.join("process.db")
}

/// Opens it with time for a whole look.
pub(crate) fn open(folder: &Path) -> Result<SqliteStore, StoreError> {
    opened(folder, Duration::from_mins(1))
}

/// Opens it with that much time to look for damage, and copies the log only when asked.
pub(crate) fn opened(folder: &Path, check_within: Duration) -> Result<SqliteStore, StoreError> {
    let writer = WriterOptions {
        max_jobs: 1,
        checkpoint_every: Duration::from_hours(1),
        checkpoint_pages: u32::MAX,
        ..WriterOptions::default()
    };
    let options = SqliteOptions {
        check_within,
        writer,
        ..SqliteOptions::default()
    };
    SqliteStore::open(&file(folder), options)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn tenant() -> Tenant {
    Tenant::from("north")
}

fn claim(placed: Placed) -> Claim {
    Claim {
        scope: "north|web|order.place".into(),
        key: format!("key-{}", placed.order).into(),
        fingerprint: [7; 32],
    }
}

fn message(placed: Placed) -> MessageId {
    MessageId {
        source: "oms".into(),
        id: format!("message-{}", placed.order).into(),
    }
}

fn header(placed: Placed) -> InstanceHeader {
    InstanceHeader {
        workflow: "place-order".into(),
        definition: "d1".into(),
        tenant: tenant(),
        key: placed.order.to_string().into(),
        correlation: Correlation::begin(placed.order),
    }
}

/// A start, a step with its snapshot, an end with its answer: each with a version of the order and an event.
fn batch(placed: Placed, ids: &Ids, step: u64) -> Batch {
    let shard = Shard(placed.order.as_bytes()[15].into());
    let mut batch = Batch::new(Shard(shard.0 % 8), placed.at);
    batch.cause = Some(Cause {
        tenant: tenant(),
        caller: "web".into(),
        operation: "order.place".into(),
        correlation: Correlation::begin(placed.order),
        traceparent: None,
        claim: (step == 0).then(|| claim(placed)),
    });
    batch.instance = Some(InstanceWrite {
        id: placed.instance,
        header: (step == 0).then(|| header(placed)),
        expected: step,
        entries: vec![format!("entry {step} of {}", placed.order).into()],
        status: match step {
            0 => Status::Running,
            1 => Status::Parked,
            _ => Status::Completed,
        },
        due: (step == 1).then(|| at(60)),
        parked: (step == 1).then(|| "no stock".into()),
        snapshot: (step == 1).then(|| format!("snapshot of {}", placed.order).into()),
    });
    batch.inbox = (step == 1).then(|| message(placed));
    batch.cursor = (step == 1).then(|| CursorWrite {
        reader: format!("order/{}", placed.order).into(),
        position: "12,13,14".into(),
    });
    batch.changes.records.push(RecordWrite {
        kind: "order",
        id: placed.order,
        tenant: tenant(),
        expected: Version(step),
        body: format!("version {step} of {} {}", placed.order, "x".repeat(300)).into(),
        unique: vec![("reference", format!("A-{}", placed.order))],
        search: vec![SearchKey::new("shop", "north")],
    });
    batch.changes.events.push(NewEvent {
        id: ids.next(at(0)),
        feed: "order",
        aggregate: RecordRef {
            kind: "order",
            id: placed.order,
        },
        kind: "OrderPlaced",
        data: format!("{{\"step\":{step}}}").into(),
    });
    batch.changes.answer = (step == 2).then(|| Answer {
        status: 201,
        body: format!("{{\"order\":\"{}\"}}", placed.order).into(),
    });
    batch
}

/// Nine days after the one before.
pub(crate) fn day_of(number: usize) -> Timestamp {
    at(i64::try_from(number).unwrap() * 9 * 86_400)
}

/// Places an order of three batches, nine days after the one before; every third stays parked after two.
pub(crate) async fn place(store: &SqliteStore, ids: &Ids, number: usize) -> Placed {
    let placed = Placed {
        order: ids.next(at(0)),
        instance: InstanceId(ids.next(at(0))),
        at: day_of(number),
    };
    let steps = if number.is_multiple_of(3) { 2 } else { 3 };
    for step in 0..steps {
        let appended = store.append(QueueClass::Progress, batch(placed, ids, step));
        assert_eq!(appended.await.unwrap(), Appended::Done);
    }
    placed
}

/// A store with that many orders and a definition.
pub(crate) async fn filled(folder: &Path, orders: usize) -> (SqliteStore, Vec<Placed>) {
    let (store, ids) = (open(folder).unwrap(), Ids::seeded(7));
    store
        .keep_definition("d1", "place-order", &"the definition".into())
        .await
        .unwrap();
    let mut placed = Vec::new();
    for number in 0..orders {
        placed.push(place(&store, &ids, number).await);
    }
    (store, placed)
}

/// Copies the files of a store, as they stand.
pub(crate) fn copy(from: &Path, to: &Path, names: &[&str]) {
    for name in names {
        let from = from.join(name);
        if from.exists() {
            std::fs::copy(from, to.join(name)).unwrap();
        }
    }
}

/// What the store says to each question, in a fixed order: the text of the answer, or `None` for an error. Not to what a feed
/// has, which begins later once something has left for the archive.
pub(crate) async fn ask_but_feeds(store: &SqliteStore, placed: &[Placed]) -> Vec<Option<String>> {
    let north = tenant();
    let mut said = Said(Vec::new());
    for one in placed {
        let reference = format!("A-{}", one.order);
        let key = one.order.to_string();
        let correlation = Correlation::begin(one.order).0;
        said.note(store.instance(one.instance).await);
        said.note(store.history(one.instance).await);
        said.note(store.instance_by_key(&north, "place-order", &key).await);
        said.note(store.answer(one.instance).await);
        said.note(store.claimed(&claim(*one)).await);
        said.note(store.record(&north, "order", one.order).await);
        let by_key = store.record_by_key(&north, "order", "reference", &reference);
        said.note(by_key.await);
        said.note(store.correlated_events(&north, &correlation).await);
        said.note(store.cursor(&format!("order/{}", one.order)).await);
        said.note(store.seen(&message(*one)).await);
    }
    said.note(store.records(&north, "order", None, 1_000).await);
    let of_shop = RecordQuery {
        tenant: north.clone(),
        kind: "order",
        keys: vec![SearchKey::new("shop", "north")],
        before: None,
        limit: 1_000,
    };
    said.note(store.records_by_search(&of_shop).await);
    said.note(store.runnable(at(3_600), 1_000).await);
    for status in [None, Some(Status::Parked), Some(Status::Completed)] {
        let query = InstanceQuery {
            status,
            limit: 1_000,
            ..InstanceQuery::default()
        };
        said.note(store.instances(&query).await);
    }
    said.note(store.definition("d1").await);
    said.0
}

struct Said(Vec<Option<String>>);

impl Said {
    fn note<T: Debug>(&mut self, answer: Result<T, StoreError>) {
        self.0.push(answer.ok().map(|answer| format!("{answer:?}")));
    }
}
