//! Records, events and batches of a small shop.

use crate::{
    Appended, Batch, Cause, Claim, InstanceHeader, InstanceWrite, NewEvent, QueueClass, RecordRef,
    RecordWrite, Shard, Status, Store, StoreError, Version,
};
use bytes::Bytes;
use crossdock_model::{Correlation, Ids, InstanceId, Tenant, Timestamp};
use std::sync::LazyLock;
use uuid::Uuid;

static IDS: LazyLock<Ids> = LazyLock::new(|| Ids::seeded(11));

pub(super) const SHARD: Shard = Shard(3);

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap_or_default()
}

pub(super) fn id() -> Uuid {
    IDS.next(at(0))
}

pub(super) fn north() -> Tenant {
    Tenant::from("north")
}

pub(super) fn batch() -> Batch {
    Batch::new(SHARD, at(0))
}

pub(super) fn order(id: Uuid, expected: u64) -> RecordWrite {
    RecordWrite {
        kind: "order",
        id,
        tenant: north(),
        expected: Version(expected),
        body: Bytes::from(format!("order {id} at {expected}")),
        unique: Vec::new(),
        search: Vec::new(),
    }
}

pub(super) fn event(order: Uuid, kind: &'static str) -> NewEvent {
    NewEvent {
        id: id(),
        feed: "order",
        aggregate: RecordRef {
            kind: "order",
            id: order,
        },
        kind,
        data: Bytes::from_static(b"{}"),
    }
}

/// A batch that writes an order with an event in its feed.
pub(super) fn ordered(order_id: Uuid, expected: u64, kind: &'static str) -> Batch {
    let mut batch = batch();
    batch.changes.records.push(order(order_id, expected));
    batch.changes.events.push(event(order_id, kind));
    batch
}

pub(super) fn header(key: &str) -> InstanceHeader {
    InstanceHeader {
        workflow: "place-order".into(),
        definition: "d1".into(),
        tenant: north(),
        key: key.into(),
        correlation: Correlation(format!("journey-{key}").into()),
    }
}

pub(super) fn start(instance: InstanceId, key: &str) -> InstanceWrite {
    InstanceWrite {
        id: instance,
        header: Some(header(key)),
        expected: 0,
        entries: vec![Bytes::from_static(b"started")],
        status: Status::Running,
        due: None,
        parked: None,
        snapshot: None,
    }
}

pub(super) fn next(instance: InstanceId, expected: u64, entry: &'static str) -> InstanceWrite {
    InstanceWrite {
        id: instance,
        header: None,
        expected,
        entries: vec![Bytes::from_static(entry.as_bytes())],
        status: Status::Running,
        due: None,
        parked: None,
        snapshot: None,
    }
}

pub(super) fn of(instance: InstanceWrite) -> Batch {
    Batch {
        instance: Some(instance),
        ..batch()
    }
}

pub(super) fn claim(key: &str) -> Claim {
    Claim {
        scope: "north|web|order.place".into(),
        key: key.into(),
        fingerprint: [7; 32],
    }
}

pub(super) fn cause(claim: Option<Claim>) -> Cause {
    Cause {
        tenant: north(),
        caller: "web/customer-1".into(),
        operation: "order.place".into(),
        correlation: Correlation("journey-request".into()),
        traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".into()),
        claim,
    }
}

/// Appends what must succeed.
pub(super) async fn done(store: &dyn Store, batch: Batch) -> Result<(), StoreError> {
    assert_eq!(
        store.append(QueueClass::Progress, batch).await?,
        Appended::Done
    );
    Ok(())
}
