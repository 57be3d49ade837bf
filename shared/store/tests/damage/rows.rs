//! A row that was changed by hand: it is said which, and what to do.

use crate::ask::ask_all;
use crate::shop::{file, filled, open, opened};
use crossdock_store::{Batch, Position, QueueClass, Shard, Store, verify_store};
use rusqlite::Connection;
use std::time::Duration;

/// A change of each table, as somebody with a database tool could make it.
const CHANGES: &[(&str, &str)] = &[
    ("workflow", "UPDATE workflow SET revision = revision + 1"),
    (
        "workflow",
        "UPDATE workflow SET due = due + 1 WHERE due IS NOT NULL",
    ),
    (
        "journal",
        "UPDATE journal SET entries = replace(entries, 'entry 0', 'entry 9')",
    ),
    ("journal", "DELETE FROM journal WHERE place & 3 = 1"),
    ("snapshot", "UPDATE snapshot SET body = 'another'"),
    ("answer", "UPDATE answer SET status = 409"),
    ("record", "UPDATE record SET version = version + 1"),
    ("record", "UPDATE record SET events = 0"),
    ("record_key", "UPDATE record_key SET id = randomblob(16)"),
    (
        "record_search",
        "UPDATE record_search SET id = randomblob(16)",
    ),
    ("event", "UPDATE event SET sequence = sequence + 1"),
    ("feed", "UPDATE feed SET feed = 2"),
    ("cursor", "UPDATE cursor SET position = '99'"),
    (
        "idempotency",
        "UPDATE idempotency SET instance = randomblob(16)",
    ),
    ("inbox", "UPDATE inbox SET sum = sum + 1"),
    ("definition", "UPDATE definition SET body = 'another'"),
];

#[tokio::test]
async fn a_changed_row_is_named_and_not_served() {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 6).await;
    let written = ask_all(&store, &placed).await;
    store.close().unwrap();
    drop(store);
    for &(table, change) in CHANGES {
        let path = file(folder.path());
        let kept = std::fs::read(&path).unwrap();
        let conn = Connection::open(&path).unwrap();
        assert!(conn.execute(change, []).unwrap() > 0, "{change}");
        conn.close().unwrap();
        // Not looked at as a whole: each read notices by itself.
        let store = opened(folder.path(), Duration::ZERO).unwrap();
        let said = ask_all(&store, &placed).await;
        let mut errors = 0;
        for (said, written) in said.iter().zip(&written) {
            errors += usize::from(said.is_none());
            assert!(said.is_none() || said == written, "{change}: {said:?}");
        }
        assert!(errors > 0 || table == "inbox", "{change}");
        drop(store);
        let deleted = change.starts_with("DELETE");
        if !deleted {
            // A copy of it would be no backup.
            let copied = verify_store(&path).unwrap_err().to_string();
            assert!(copied.contains(table), "{change}: {copied}");
            let refused = open(folder.path()).unwrap_err().to_string();
            assert!(refused.contains(table), "{change}: {refused}");
            assert!(
                refused.contains("crossdock restore FOLDER --force"),
                "{refused}"
            );
            assert!(refused.contains("put a backup in the place"), "{refused}");
        }
        std::fs::write(&path, kept).unwrap();
    }
}

#[tokio::test]
async fn a_hole_in_a_feed_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _placed) = filled(folder.path(), 6).await;
    store.close().unwrap();
    drop(store);
    let conn = Connection::open(file(folder.path())).unwrap();
    conn.execute("DELETE FROM event WHERE place & 0xffff = 1", [])
        .unwrap();
    conn.close().unwrap();
    let store = open(folder.path()).unwrap();
    let read = store.events("order", &Position::default(), 1_000).await;
    let said = read.unwrap_err().to_string();
    assert!(said.contains("table event"), "{said}");
}

/// The start had no time to look at the row; nobody reads it either.
#[tokio::test]
async fn what_the_start_did_not_look_at_is_looked_at_beside_the_orders() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _placed) = filled(folder.path(), 200).await;
    store.close().unwrap();
    drop(store);
    let whole = opened(folder.path(), Duration::from_nanos(1)).unwrap();
    whole.close().unwrap();
    assert_eq!(whole.damaged(), None);
    drop(whole);
    let conn = Connection::open(file(folder.path())).unwrap();
    let change = "UPDATE event SET data = 'another' WHERE place = (SELECT max(place) FROM event)";
    assert_eq!(conn.execute(change, []).unwrap(), 1);
    conn.close().unwrap();

    let store = opened(folder.path(), Duration::from_nanos(1)).unwrap();
    let found = async {
        loop {
            if let Some(found) = store.damaged() {
                return found;
            }
            tokio::task::yield_now().await;
        }
    };
    let found = tokio::time::timeout(Duration::from_mins(1), found).await;
    let found = found.unwrap();
    let batch = Batch::new(Shard(0), "2026-03-02T00:00:00Z".parse().unwrap());
    let refused = store.append(QueueClass::Start, batch.clone()).await;
    assert_eq!(
        refused.unwrap_err().to_string(),
        format!("the store is damaged: {found}")
    );
    // What is under way comes to its end.
    store.append(QueueClass::Progress, batch).await.unwrap();
    drop(store);
    let refused = open(folder.path()).unwrap_err().to_string();
    assert_eq!(refused, format!("the store is damaged: {found}"));
}
