//! The suite over both kinds of SQLite store, then what only a file can do: reopen, break, be tampered with, be copied.

use super::*;
use crate::conformance;
use crate::steps::{StepCounter, Steps};
use crate::{
    Appended, Batch, Cause, Claim, InstanceWrite, JobError, NewEvent, Position, QueueClass,
    RecordRef, RecordWrite, Shard, Status, Store as _, Version, WriteError,
};
use bytes::Bytes;
use crossdock_model::{Correlation, Ids, Tenant};
use rusqlite::Connection;
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn open(folder: &TempDir) -> SqliteStore {
    SqliteStore::open(&folder.path().join("process.db"), SqliteOptions::default()).unwrap()
}

macro_rules! stories {
    ($($story:ident),* $(,)?) => {
        mod over_a_file {
            use super::*;
            $(#[tokio::test]
            async fn $story() {
                let folder = folder();
                conformance::$story(Arc::new(open(&folder))).await.unwrap();
            })*
        }
        mod in_memory {
            use super::*;
            $(#[tokio::test]
            async fn $story() {
                conformance::$story(Arc::new(SqliteStore::memory().unwrap())).await.unwrap();
            })*
        }

        /// What the whole suite runs.
        pub(super) async fn steps_of_the_suite() -> Steps {
            let mut steps = Steps::new();
            $({
                let store = SqliteStore::memory().unwrap();
                let counter = StepCounter::of(store.writer()).unwrap();
                conformance::$story(Arc::new(store)).await.unwrap();
                steps.extend(counter.take());
            })*
            steps
        }
    };
}

stories!(
    a_record_is_written_version_by_version,
    a_stale_record_write_conflicts,
    of_many_concurrent_writers_one_wins,
    a_business_key_has_one_holder,
    records_are_listed_newest_first,
    a_record_of_another_shard_is_refused,
    a_failed_neighbour_leaves_the_others_alone,
    records_are_found_by_a_key_page_by_page,
    of_several_keys_one_is_enough,
    a_later_version_is_found_by_more,
    a_key_is_of_one_retailer_kind_and_name,
    a_conflict_leaves_no_key,
    offsets_have_no_hole_under_concurrency,
    a_feed_is_read_page_by_page,
    a_position_of_another_feed_is_noticed,
    readers_are_known_by_what_they_acknowledged,
    a_feed_ends_at_its_last_events,
    events_of_a_record_count_from_one,
    a_conflict_leaves_no_gap_in_a_sequence,
    an_event_without_its_record_is_refused,
    events_of_an_instance_share_its_correlation,
    a_growth_before_the_wait_is_not_missed,
    an_instance_comes_back_as_it_was_left,
    loading_begins_at_the_snapshot,
    an_instance_moves_one_revision_at_a_time,
    recovery_finds_what_can_move,
    instances_are_found_by_what_is_asked,
    the_answer_is_kept_as_it_was_given,
    a_definition_is_kept,
    an_idempotency_key_binds_one_instance,
    a_key_binds_an_instance_that_was_there_before,
    an_old_idempotency_key_is_free_again,
    of_many_starts_with_one_key_one_wins,
    a_message_is_taken_once,
    an_old_message_is_forgotten,
    a_cursor_moves_with_its_batch,
    an_older_epoch_is_fenced_off,
    keys_spread_over_the_shards,
);

fn at() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap()
}

/// A Start as the order API makes it: cause, instance, record, event.
fn start(ids: &Ids, shard: u16, body: usize) -> (InstanceId, Batch) {
    let (instance, order) = (InstanceId(ids.next(at())), ids.next(at()));
    let mut batch = Batch::new(Shard(shard), at());
    let tenant = Tenant::from("north");
    batch.cause = Some(Cause {
        tenant: tenant.clone(),
        caller: "web/customer-1".into(),
        operation: "order.place".into(),
        correlation: Correlation::begin(order),
        traceparent: None,
        claim: Some(Claim {
            scope: "north|web|order.place".into(),
            key: order.to_string().into(),
            fingerprint: [1; 32],
        }),
    });
    batch.instance = Some(InstanceWrite {
        id: instance,
        header: Some(crate::InstanceHeader {
            workflow: "place-order".into(),
            definition: "d1".into(),
            tenant: tenant.clone(),
            key: order.to_string().into(),
            correlation: Correlation::begin(order),
        }),
        expected: 0,
        entries: vec![Bytes::from(vec![b'j'; 200])],
        status: Status::Running,
        due: None,
        parked: None,
        snapshot: None,
    });
    batch.changes.records.push(RecordWrite {
        kind: "order",
        id: order,
        tenant,
        expected: Version(0),
        body: Bytes::from(vec![b'o'; body]),
        unique: Vec::new(),
        search: Vec::new(),
    });
    batch.changes.events.push(NewEvent {
        id: ids.next(at()),
        feed: "order",
        aggregate: RecordRef {
            kind: "order",
            id: order,
        },
        kind: "OrderReceived",
        data: Bytes::from_static(b"{}"),
    });
    (instance, batch)
}

async fn starts(store: &SqliteStore, ids: &Ids, count: u16) {
    let appends: Vec<_> = (0..count)
        .map(|n| store.append(QueueClass::Start, start(ids, n % 8, 1_200).1))
        .collect();
    for append in appends {
        assert_eq!(append.await.unwrap(), Appended::Done);
    }
}

#[tokio::test]
async fn a_reopened_store_has_everything_and_goes_on() {
    let (folder, ids) = (folder(), Ids::seeded(1));
    let store = open(&folder);
    let (instance, batch) = start(&ids, 2, 100);
    let claim = batch.cause.as_ref().unwrap().claim.clone().unwrap();
    assert_eq!(
        store.append(QueueClass::Start, batch).await.unwrap(),
        Appended::Done
    );
    store.close().unwrap();
    assert!(
        store
            .append(QueueClass::Progress, Batch::new(Shard(0), at()))
            .await
            .is_err()
    );
    assert!(store.instance(instance).await.is_err());

    let store = open(&folder);
    assert_eq!(
        store
            .history(instance)
            .await
            .unwrap()
            .unwrap()
            .entries
            .len(),
        1
    );
    assert_eq!(
        store.claimed(&claim).await.unwrap().unwrap().instance,
        instance
    );
    assert_eq!(
        store
            .append(QueueClass::Start, start(&ids, 2, 100).1)
            .await
            .unwrap(),
        Appended::Done
    );
    let offsets: Vec<u64> = store
        .events("order", &Position::default(), 10)
        .await
        .unwrap()
        .iter()
        .map(|event| event.offset)
        .collect();
    assert_eq!(offsets, [1, 2]);
    let report = store.audit_verify().unwrap();
    assert_eq!((report.rows, report.first_bad), (2, None));
}

#[tokio::test]
async fn many_batches_share_a_sync() {
    let (folder, ids) = (folder(), Ids::seeded(2));
    let store = open(&folder);
    let before = store.stats();
    starts(&store, &ids, 600).await;
    let after = store.stats();
    assert_eq!(after.jobs - before.jobs, 600);
    assert!(after.commits - before.commits < 300, "{after:?}");
    assert_eq!(after.slow_groups, 0);
    let durable = store.durability().unwrap();
    assert_eq!(
        (&*durable.journal_mode, &*durable.synchronous),
        ("wal", "full")
    );
}

#[tokio::test]
async fn a_second_process_cannot_open_the_store() {
    let folder = folder();
    let store = open(&folder);
    let path = folder.path().join("process.db");
    let error = SqliteStore::open(&path, SqliteOptions::default()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("in use by another crossdock process"),
        "{error}"
    );
    drop(store);
    let other = SqliteOptions {
        shards: 16,
        ..SqliteOptions::default()
    };
    let error = SqliteStore::open(&path, other).unwrap_err();
    assert!(
        error.to_string().contains("created with 8 shards"),
        "{error}"
    );
    SqliteStore::open(&path, SqliteOptions::default()).unwrap();
}

#[test]
fn an_older_layout_is_refused_with_what_to_do() {
    let folder = folder();
    open(&folder).close().unwrap();
    Connection::open(folder.path().join("process.db"))
        .unwrap()
        .execute_batch(
            "UPDATE meta SET value = 1 WHERE name = 'layout';
             DROP TABLE shard; CREATE TABLE shard (shard INTEGER PRIMARY KEY, epoch INTEGER NOT NULL);
             INSERT INTO shard VALUES (0, 1);",
        )
        .unwrap();
    let path = folder.path().join("process.db");
    let error = SqliteStore::open(&path, SqliteOptions::default()).unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("layout 1") && said.contains("--data with a new folder"),
        "{said}"
    );
}

#[tokio::test]
async fn a_tampered_audit_row_is_found() {
    for (change, why) in [
        (
            "UPDATE audit SET caller = 'someone-else' WHERE place = (3 << 46) + 2",
            "seal",
        ),
        ("DELETE FROM audit WHERE place = (3 << 46) + 2", "missing"),
        (
            "UPDATE audit SET hash = zeroblob(32) WHERE place = (3 << 46) + 2",
            "seal",
        ),
        (
            "UPDATE audit SET hash = 7 WHERE place = (3 << 46) + 2",
            "cannot be read",
        ),
    ] {
        let (folder, ids) = (folder(), Ids::seeded(3));
        let store = open(&folder);
        starts(&store, &ids, 40).await;
        let report = store.audit_verify().unwrap();
        assert_eq!(
            (report.rows, report.first_bad, report.heads.len()),
            (40, None, 8)
        );
        store.close().unwrap();
        Connection::open(folder.path().join("process.db"))
            .unwrap()
            .execute_batch(change)
            .unwrap();
        let bad = open(&folder).audit_verify().unwrap().first_bad.unwrap();
        assert_eq!(bad.shard, Shard(3));
        assert!((2..=3).contains(&bad.number), "{bad:?}");
        assert!(bad.why.contains(why), "{bad:?}");
    }
}

async fn limit_pages(store: &SqliteStore, more: i64) {
    let limited: Result<(), WriteError<()>> = store
        .writer()
        .write(move |conn| {
            let pages: i64 = conn.pragma_query_value(None, "page_count", |row| row.get(0))?;
            conn.pragma_update_and_check(None, "max_page_count", pages + more, |_row| Ok(()))?;
            Ok::<(), JobError<()>>(())
        })
        .await;
    limited.unwrap();
}

#[tokio::test]
async fn a_full_disk_fails_cleanly_and_the_store_recovers() {
    let (folder, ids) = (folder(), Ids::seeded(4));
    for (store, reopens) in [
        (open(&folder), true),
        (SqliteStore::memory().unwrap(), false),
    ] {
        starts(&store, &ids, 20).await;
        limit_pages(&store, 30).await;
        let appends: Vec<_> = (0..200)
            .map(|n| {
                let (instance, batch) = start(&ids, n % 8, 3_000);
                (instance, store.append(QueueClass::Start, batch))
            })
            .collect();
        let (mut kept, mut lost) = (Vec::new(), Vec::new());
        for (instance, append) in appends {
            if append.await.is_ok() {
                kept.push(instance);
            } else {
                lost.push(instance);
            }
        }
        assert!(!lost.is_empty() && store.stats().failures > 0);
        for instance in kept {
            assert!(
                store.instance(instance).await.unwrap().is_some(),
                "acknowledged and gone"
            );
        }
        if !reopens {
            limit_pages(&store, 100_000).await;
            for instance in lost {
                assert!(
                    store.instance(instance).await.unwrap().is_none(),
                    "failed and there"
                );
            }
        }
        starts(&store, &ids, 20).await;
        let events = store
            .events("order", &Position::default(), 1_000)
            .await
            .unwrap();
        for shard in (0..8).map(Shard) {
            let offsets: Vec<u64> = events
                .iter()
                .filter(|event| event.shard == shard)
                .map(|event| event.offset)
                .collect();
            assert!(
                offsets.iter().copied().eq(1..=offsets.len() as u64),
                "{offsets:?}"
            );
        }
        assert_eq!(store.audit_verify().unwrap().first_bad, None);
    }
}

#[tokio::test]
async fn a_backup_taken_while_writing_is_whole() {
    let (folder, ids) = (folder(), Ids::seeded(5));
    let store = open(&folder);
    starts(&store, &ids, 100).await;
    let more: Vec<_> = (0..200)
        .map(|n| store.append(QueueClass::Start, start(&ids, n % 8, 1_200).1))
        .collect();
    let copy = folder.path().join("copy").with_extension("db");
    store.backup(&copy).unwrap();
    assert!(
        store
            .backup(&copy)
            .unwrap_err()
            .to_string()
            .contains("exists already")
    );
    for append in more {
        assert_eq!(append.await.unwrap(), Appended::Done);
    }
    let copy = SqliteStore::open(&copy, SqliteOptions::default()).unwrap();
    let rows = copy.audit_verify().unwrap();
    assert!(
        rows.first_bad.is_none() && (100..=300).contains(&rows.rows),
        "{rows:?}"
    );
    let events = copy
        .events("order", &Position::default(), 1_000)
        .await
        .unwrap();
    assert_eq!(
        events.len() as u64,
        rows.rows,
        "one moment: as many events as audit rows"
    );
}
