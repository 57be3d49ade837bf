//! The store with a long history: the same work takes as many steps as with a short one, whatever the statement.

mod apart;

use super::{SqliteStore, schema, tests};
use crate::steps::{self, StepCounter, Steps};
use crate::{
    Answer, Appended, Batch, Binding, Cause, Claim, CursorWrite, Epoch, InstanceHeader,
    InstanceQuery, InstanceWrite, MessageId, NewEvent, Position, QueueClass, RecordQuery,
    RecordRef, RecordWrite, SearchKey, Shard, Status, Store, Version, Writer,
};
use apart::APART;
use crossdock_model::{Correlation, Ids, InstanceId, Tenant, Timestamp};
use std::path::Path;
use uuid::Uuid;

const DAY: i64 = 86_400;
const SHARD: Shard = Shard(3);
const STATUSES: [Status; 7] = [
    Status::Running,
    Status::Waiting,
    Status::Compensating,
    Status::Parked,
    Status::Completed,
    Status::Compensated,
    Status::Cancelled,
];

/// Tables that do not grow with what is sold.
const BOUNDED: [&str; 11] = [
    "audit_archived",
    "cursor",
    "definition",
    "erased",
    "event_archived",
    "feed",
    "head",
    "meta",
    "reader",
    "shard",
    "write_probe",
];

/// A history of that many closed orders, put in by its rows: nothing of it is read, and if it were, its checksums would say so.
const HISTORY: &str = "
INSERT INTO workflow SELECT i + 10, unhex(printf('%032x', i)), 3, 'north', CASE WHEN i % 4 THEN 'place-order' ELSE 'fulfil' END,
  printf('old-%08d', i), 'd1', printf('journey-old-%08d', i), NULL, 0, 5, CASE WHEN i % 50 THEN 4 ELSE 5 + i % 2 END, NULL, NULL, 0, 0, NULL, 0 FROM n;
INSERT INTO journal SELECT (i + 10) << 20 | 1, zeroblob(80), 0 FROM n;
INSERT INTO snapshot SELECT i + 10, 5, 0, zeroblob(80), 0 FROM n;
INSERT INTO answer SELECT i + 10, 201, '{}', 0 FROM n;
INSERT INTO record SELECT i + 10, 'north', 'order', unhex(printf('%032x', i)), 3, 5, 5, 0, zeroblob(80), 0 FROM n;
INSERT INTO record_key SELECT 'north', 'order', 'reference', printf('old-%08d', i), unhex(printf('%032x', i)), 0 FROM n;
INSERT INTO record_search SELECT 'north', 'order', 'customer', 'ada', unhex(printf('%032x', i)), 0 FROM n;
INSERT INTO event SELECT (1 << 56) + (3 << 40) + 1 + i, unhex(printf('%032x', i)), 'north', 'order', unhex(printf('%032x', i)), 1,
  'OrderPlaced', printf('journey-old-%08d', i), NULL, NULL, 0, '{}', 0 FROM n;
INSERT INTO journey_archived SELECT printf('journey-old-%08d', i), 202001, 1, 0 FROM n;
INSERT INTO inbox SELECT 'oms', printf('old-%08d', i), {today} - CASE WHEN i % 2 THEN 100 ELSE 3 END, 0 FROM n;
INSERT INTO idempotency SELECT {today} - CASE WHEN i % 2 THEN 10 ELSE 3 END, 'north|web|order.place', printf('old-%08d', i),
  unhex(printf('%032x', i)), zeroblob(32), NULL, 0 FROM n;
INSERT INTO audit SELECT (3 << 46) + 1 + i, 0, 'north', 'web', 'order.place', 'journey', NULL, NULL, '', zeroblob(32) FROM n;
";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn tenant(number: usize) -> Tenant {
    Tenant::from(if number.is_multiple_of(3) {
        "south"
    } else {
        "north"
    })
}

/// An order of ours, with the workflow that places it.
#[derive(Clone)]
struct Placed {
    order: Uuid,
    instance: InstanceId,
    tenant: Tenant,
    end: Status,
}

impl Placed {
    fn new(ids: &Ids, number: usize) -> Self {
        Self {
            order: ids.next(at(0)),
            instance: InstanceId(ids.next(at(0))),
            tenant: tenant(number),
            end: STATUSES[number % STATUSES.len()],
        }
    }

    fn key(&self) -> String {
        format!("A-{}", self.order)
    }

    fn correlation(&self) -> Correlation {
        Correlation::begin(self.order)
    }

    fn claim(&self) -> Claim {
        Claim {
            scope: "north|web|order.place".into(),
            key: self.key().into(),
            fingerprint: [7; 32],
        }
    }

    fn message(&self) -> MessageId {
        MessageId {
            source: "oms".into(),
            id: self.key().into(),
        }
    }

    /// The first of three batches starts it, the second writes what a batch can, the third ends it.
    fn batch(&self, ids: &Ids, step: u64) -> Batch {
        let mut batch = Batch::new(SHARD, at(0));
        batch.fence = Some(Epoch(1));
        batch.cause = Some(Cause {
            tenant: self.tenant.clone(),
            caller: "web".into(),
            operation: "order.place".into(),
            correlation: self.correlation(),
            traceparent: None,
            claim: (step == 0).then(|| self.claim()),
        });
        batch.instance = Some(InstanceWrite {
            id: self.instance,
            header: (step == 0).then(|| InstanceHeader {
                workflow: "place-order".into(),
                definition: "d1".into(),
                tenant: self.tenant.clone(),
                key: self.key().into(),
                correlation: self.correlation(),
            }),
            expected: step,
            entries: vec!["entry".into()],
            status: if step == 2 { self.end } else { Status::Running },
            due: (self.end == Status::Waiting).then(|| at(60)),
            parked: None,
            snapshot: (step == 1).then(|| "snapshot".into()),
        });
        batch.inbox = (step == 1).then(|| self.message());
        batch.cursor = (step == 1).then(|| CursorWrite {
            reader: "order/oms".into(),
            position: "12".into(),
        });
        batch.changes.records.push(RecordWrite {
            kind: "order",
            id: self.order,
            tenant: self.tenant.clone(),
            expected: Version(step),
            body: "order".into(),
            unique: vec![("reference", self.key())],
            search: vec![SearchKey::new("customer", "ada")],
        });
        batch.changes.events.push(NewEvent {
            id: ids.next(at(0)),
            feed: "order",
            aggregate: RecordRef {
                kind: "order",
                id: self.order,
            },
            kind: "OrderPlaced",
            data: "{}".into(),
        });
        batch.changes.answer = (step == 2).then(|| Answer {
            status: 201,
            body: "{}".into(),
        });
        batch
    }
}

async fn append(store: &SqliteStore, batch: Batch) -> Appended {
    store.append(QueueClass::Progress, batch).await.unwrap()
}

/// A store with a history, opened over it as after a restart.
async fn with_history(rows: usize) -> (Writer, SqliteStore) {
    let writer = Writer::memory(schema::SCHEMA).unwrap();
    let first = SqliteStore::over(writer.clone(), 8, None).unwrap();
    let ids = Ids::seeded(1);
    let done = append(&first, Placed::new(&ids, 1).batch(&ids, 0)).await;
    assert_eq!(done, Appended::Done);
    let today = (at(0).as_second() / DAY).to_string();
    steps::fill(&writer, rows, &HISTORY.replace("{today}", &today)).unwrap();
    let store = SqliteStore::over(writer.clone(), 8, None).unwrap();
    (writer, store)
}

/// What the store is asked to do: everything that its port can, with what goes wrong.
async fn work(store: &SqliteStore) {
    let ids = Ids::seeded(2);
    let ours: Vec<Placed> = (0..28).map(|number| Placed::new(&ids, number)).collect();
    for placed in &ours {
        for step in 0..3 {
            let batch = placed.batch(&ids, step);
            assert_eq!(append(store, batch).await, Appended::Done);
        }
    }
    refused(store, &ids, &ours).await;
    asked(store, &ours[1]).await;
    listed(store, &ours[0]).await;
    let body = "definition".into();
    store
        .keep_definition("d1", "place-order", &body)
        .await
        .unwrap();
    store
        .keep_definition("d1", "place-order", &body)
        .await
        .unwrap();
}

/// Batches that conflict, each in its own way.
async fn refused(store: &SqliteStore, ids: &Ids, ours: &[Placed]) {
    let first = &ours[0];
    let fresh = Placed::new(ids, 1);
    let unfenced = |mut batch: Batch| {
        batch.fence = None;
        batch
    };
    let mut same_claim = unfenced(fresh.batch(ids, 0));
    same_claim.cause = first.batch(ids, 0).cause;
    let mut same_instance = unfenced(fresh.batch(ids, 0));
    if let Some(write) = &mut same_instance.instance {
        write.id = first.instance;
    }
    let mut same_key = unfenced(fresh.batch(ids, 0));
    if let (Some(write), Some(taken)) = (&mut same_key.instance, first.batch(ids, 0).instance) {
        write.header = taken.header;
    }
    let mut same_reference = unfenced(fresh.batch(ids, 0));
    same_reference.changes.records[0].unique = vec![("reference", first.key())];
    same_reference.changes.records[0].tenant = first.tenant.clone();
    let mut same_record = Batch::new(SHARD, at(0));
    same_record.changes.records = first.batch(ids, 0).changes.records;
    let stale = unfenced(first.batch(ids, 1));
    let mut same_message = Batch::new(SHARD, at(0));
    same_message.inbox = Some(first.message());
    for batch in [
        same_claim,
        same_instance,
        same_key,
        same_reference,
        same_record,
        stale,
        same_message,
    ] {
        let refused = append(store, batch).await;
        assert!(matches!(refused, Appended::Conflict(_)), "{refused:?}");
    }
    let mut on_a_new_feed = Batch::new(SHARD, at(0));
    on_a_new_feed.changes = fresh.batch(ids, 0).changes;
    on_a_new_feed.changes.events[0].feed = "oms";
    assert_eq!(append(store, on_a_new_feed).await, Appended::Done);
    let mut newer = Batch::new(SHARD, at(0));
    newer.fence = Some(Epoch(2));
    assert_eq!(append(store, newer).await, Appended::Done);
    assert_eq!(append(store, first.batch(ids, 0)).await, Appended::Fenced);
    let mut bound = Batch::new(SHARD, at(0));
    bound.cause = fresh.batch(ids, 0).cause;
    bound.binds = Some(Binding {
        instance: first.instance,
        status: Some(200),
    });
    assert_eq!(append(store, bound).await, Appended::Done);
}

/// Every question about one order.
async fn asked(store: &SqliteStore, placed: &Placed) {
    let Placed { order, tenant, .. } = placed;
    let key = placed.key();
    let correlation = placed.correlation();
    let wanted = RecordRef {
        kind: "order",
        id: *order,
    };
    let found = [
        store.instance(placed.instance).await.unwrap().is_some(),
        store.history(placed.instance).await.unwrap().is_some(),
        store.answer(placed.instance).await.unwrap().is_some(),
        store.claimed(&placed.claim()).await.unwrap().is_some(),
        store.seen(&placed.message()).await.unwrap(),
        store.cursor("order/oms").await.unwrap().is_some(),
        store
            .record(tenant, "order", *order)
            .await
            .unwrap()
            .is_some(),
        store.load(tenant, &[wanted]).await.unwrap()[0].is_some(),
    ];
    assert_eq!(found, [true; 8]);
    let by_key = [
        store
            .instance_by_key(tenant, "place-order", &key)
            .await
            .unwrap()
            .is_some_and(|row| row.id == placed.instance),
        store
            .record_by_key(tenant, "order", "reference", &key)
            .await
            .unwrap()
            .is_some(),
        !store
            .correlated_events(tenant, &correlation.0)
            .await
            .unwrap()
            .is_empty(),
        store.definition("none").await.unwrap().is_none(),
    ];
    assert_eq!(by_key, [true; 4]);
    found_narrowly(store, placed).await;
}

/// Searches by what only a few instances have, alone and with all else that can be asked.
async fn found_narrowly(store: &SqliteStore, placed: &Placed) {
    let narrow = [
        InstanceQuery {
            key: Some(placed.key()),
            ..InstanceQuery::default()
        },
        InstanceQuery {
            correlation: Some(placed.correlation().to_string()),
            ..InstanceQuery::default()
        },
    ];
    for query in narrow {
        let mut everything = query.clone();
        everything.tenant = Some(placed.tenant.clone());
        everything.workflow = Some("place-order".to_owned());
        everything.before = Some(InstanceId(Uuid::max()));
        for query in [query, everything] {
            let found = store.instances(&query).await.unwrap();
            assert_eq!(found.len(), 1, "{query:?}");
        }
    }
}

async fn readers(store: &SqliteStore, position: &Position) {
    let begins = store.beginning("order").await.unwrap();
    assert_eq!(begins, Position::default());
    let ends = store.end("order").await.unwrap();
    assert!(ends.0[usize::from(SHARD.0)].is_some());
    let now = Timestamp::UNIX_EPOCH;
    let noted = store.acknowledge("order", "order/growth", position, now);
    noted.await.unwrap();
    assert_eq!(store.readers("order").await.unwrap().len(), 1);
    assert!(store.forget_reader("order", "order/growth").await.unwrap());
}

async fn listed(store: &SqliteStore, first: &Placed) {
    let correlation = first.correlation();
    let events = store.correlated_events(&first.tenant, &correlation.0).await;
    let mut position = Position(vec![None; 8]);
    position.0[usize::from(SHARD.0)] = Some(events.unwrap()[0].place());
    let events = store.events("order", &position, 1_000).await.unwrap();
    assert!(events.len() > 70, "three of each order");
    readers(store, &position).await;
    let nobody = store.events("nobody", &Position::default(), 7).await;
    assert!(nobody.unwrap().is_empty());
    let found = RecordQuery {
        tenant: tenant(1),
        kind: "order",
        keys: vec![SearchKey::new("customer", "ada")],
        before: None,
        limit: 10,
    };
    let found = store.records_by_search(&found).await.unwrap();
    assert_eq!(found.len(), 10);
    let records = store.records(&tenant(1), "order", None, 10).await.unwrap();
    assert_eq!(records.len(), 10);
    assert!(store.runnable(at(3_600), 1_000).await.unwrap().len() > 10);
    let newest = InstanceQuery {
        before: Some(InstanceId(Uuid::max())),
        limit: 2,
        ..InstanceQuery::default()
    };
    assert_eq!(store.instances(&newest).await.unwrap().len(), 2);
    let tenants = [None, Some(tenant(0)), Some(tenant(1))];
    let workflows = [
        None,
        Some("place-order".to_owned()),
        Some("return".to_owned()),
    ];
    let statuses: Vec<Option<Status>> = [None].into_iter().chain(STATUSES.map(Some)).collect();
    for tenant in &tenants {
        for workflow in &workflows {
            for status in &statuses {
                let query = InstanceQuery {
                    tenant: tenant.clone(),
                    workflow: workflow.clone(),
                    status: *status,
                    limit: 2,
                    ..InstanceQuery::default()
                };
                let found = store.instances(&query).await.unwrap();
                let is_empty = workflow.as_deref() == Some("return");
                assert_eq!(found.is_empty(), is_empty, "{query:?}");
            }
        }
    }
}

async fn steps(rows: usize) -> (Writer, Steps) {
    let (writer, store) = with_history(rows).await;
    let small = writer
        .with_connection(|conn| steps::smaller_than(conn, i64::try_from(rows).unwrap()))
        .unwrap();
    assert_eq!(small, BOUNDED, "every table that grows is filled");
    let counter = StepCounter::of(&writer).unwrap();
    let store = SqliteStore::over(store.writer, 8, None).unwrap();
    work(&store).await;
    (writer, counter.take())
}

#[tokio::test]
async fn no_statement_costs_more_with_a_long_history() {
    let (_, short) = steps(1_000).await;
    let (writer, long) = steps(100_000).await;
    assert_eq!(steps::grown(&short, &long, &[]), [""; 0]);
    let scans = writer.with_connection(|conn| {
        steps::scans(
            conn,
            &long,
            &[("FROM feed", "127 at most"), ("write_probe", "one row")],
        )
    });
    assert_eq!(scans.unwrap(), [""; 0]);
}

#[tokio::test]
async fn the_steps_of_every_statement_are_known() {
    let (_, measured) = steps(1_000).await;
    let in_the_suite = tests::steps_of_the_suite().await;
    let forgotten: Vec<&String> = in_the_suite
        .keys()
        .filter(|text| !measured.contains_key(*text))
        .collect();
    assert_eq!(forgotten, [""; 0]);
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sqlite");
    let unmeasured = steps::unmeasured(&sources, &measured, APART).unwrap();
    assert_eq!(unmeasured, [""; 0]);
}
