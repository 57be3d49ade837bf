//! Events and audit rows in the archive: what stays, what holds them back, and what is said of a month that is gone.

use crate::moving::archive_all;
use crate::shop::{self, Placed, ask_but_feeds, day_of, filled};
use crate::unmarked::unmarked;
use crossdock_model::{Correlation, Ids, Tenant, Timestamp};
use crossdock_store::{
    ArchiveMonth, JobError, Place, Position, Shard, SqliteStore, Store, StoreError, StoredEvent,
};
use std::fs;
use std::path::Path;

async fn feed(store: &SqliteStore) -> Vec<StoredEvent> {
    let all = store.events("order", &Position::default(), 1_000).await;
    all.unwrap()
}

/// The place of a reader that has read all that is given.
fn after(events: &[StoredEvent]) -> Position {
    let mut places: Vec<Option<Place>> = vec![None; 8];
    for event in events {
        let of_shard = places.get_mut(usize::from(event.shard.0));
        *of_shard.unwrap() = Some(event.place());
    }
    Position(places)
}

async fn journey(store: &SqliteStore, placed: &Placed) -> Result<Vec<StoredEvent>, StoreError> {
    let correlation = Correlation::begin(placed.order).0;
    let north = Tenant::from("north");
    store.correlated_events(&north, &correlation).await
}

fn change(store: &SqliteStore, sql: &'static str) {
    let change = move |conn: &rusqlite::Connection| {
        conn.execute_batch(sql)?;
        Ok::<(), JobError<()>>(())
    };
    store.writer().write_blocking(change).unwrap();
}

fn now() -> Timestamp {
    day_of(100)
}

fn archive_of(folder: &Path, month: ArchiveMonth) -> std::path::PathBuf {
    folder.join(format!("archive-process-{month}.db"))
}

#[tokio::test]
async fn all_but_the_last_of_each_shard_leaves_and_every_number_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 40).await;
    let (said, all) = (ask_but_feeds(&store, &placed).await, feed(&store).await);
    let audited = store.audit_verify().unwrap();
    archive_all(&store, now()).await;
    let last: Vec<StoredEvent> = (0..8)
        .filter_map(|shard| {
            all.iter()
                .rfind(|event| event.shard == Shard(shard))
                .cloned()
        })
        .collect();
    let ids = |events: &[StoredEvent]| events.iter().map(|event| event.id).collect::<Vec<_>>();
    assert_eq!(ids(&feed(&store).await), ids(&last));
    let rows: i64 = store
        .writer()
        .read_blocking(|conn| conn.query_row("SELECT count(*) FROM audit", [], |row| row.get(0)))
        .unwrap();
    assert_eq!(rows, 8);
    assert_eq!(unmarked(ask_but_feeds(&store, &placed).await), said);
    assert_eq!(store.audit_verify().unwrap(), audited);
    // The next of a shard has the next number, and is sealed over what is in the archive.
    let next = shop::place(&store, &Ids::seeded(9), 41).await;
    let first = journey(&store, &next).await.unwrap().remove(0);
    let before = last.iter().find(|event| event.shard == first.shard);
    assert_eq!(first.offset, before.unwrap().offset + 1);
    assert_eq!(store.audit_verify().unwrap().first_bad, None);
}

#[tokio::test]
async fn a_reader_holds_back_what_it_has_not_acknowledged_until_it_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 24).await;
    let all = feed(&store).await;
    let (read, unread) = all.split_at(all.len() / 2);
    store
        .acknowledge("order", "slow", &after(read), now())
        .await
        .unwrap();
    store
        .acknowledge("order", "quick", &after(&all), now())
        .await
        .unwrap();
    let (did, _) = store.archive_run(now(), || true).await;
    assert!((1..=8).contains(&did.held_back), "{did:?}");
    let left = feed(&store).await;
    for event in unread {
        assert!(left.iter().any(|other| other.id == event.id), "{event:?}");
    }
    // It reads on as if nothing had happened; one that never read is told.
    let on = store.events("order", &after(read), 1_000).await.unwrap();
    assert_eq!(on.len(), unread.len());
    let early = after(&all[..1]);
    let refused = store.events("order", &early, 10).await.unwrap_err();
    assert!(
        matches!(refused, StoreError::EventsArchived(_)),
        "{refused}"
    );
    assert_eq!(
        store
            .events("order", &Position::default(), 1_000)
            .await
            .unwrap()
            .len(),
        left.len()
    );
    assert!(store.forget_reader("order", "slow").await.unwrap());
    let (did, _) = store.archive_run(now(), || true).await;
    assert!(did.events > 0 && did.held_back == 0, "{did:?}");
    assert!(feed(&store).await.len() <= 8);
    let refused = store.events("order", &after(read), 10).await.unwrap_err();
    let words = refused.to_string();
    assert!(words.contains("have left for the archive"), "{words}");
    assert_eq!(journey(&store, &placed[1]).await.unwrap().len(), 3);
}

#[tokio::test]
async fn an_erased_month_is_said_its_audit_still_links_and_what_is_left_of_it_goes_into_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 3).await;
    let first = ArchiveMonth::of(placed[1].at);
    archive_all(&store, now()).await;
    let audited = store.audit_verify().unwrap();
    store.erase_month(first).await.unwrap();
    let refused = journey(&store, &placed[1]).await.unwrap_err().to_string();
    assert!(
        refused.contains("were erased with their month"),
        "{refused}"
    );
    let after = store.audit_verify().unwrap();
    assert_eq!((after.first_bad, after.heads), (None, audited.heads));
    // The last rows of that month stayed, and now others come after them.
    for number in 20..40 {
        shop::place(&store, &Ids::seeded(number as u64), number).await;
    }
    archive_all(&store, now()).await;
    assert!(!archive_of(folder.path(), first).exists());
    assert!(archive_of(folder.path(), ArchiveMonth::of(day_of(3))).exists());
    assert_eq!(store.audit_verify().unwrap().first_bad, None);
    let refused = store.erase_month(first).await.unwrap_err().to_string();
    assert!(
        refused.contains("there is no archive-process-"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_month_that_is_missing_is_said_of_its_events_and_of_its_audit() {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 12).await;
    archive_all(&store, now()).await;
    let month = ArchiveMonth::of(placed[1].at);
    fs::remove_file(archive_of(folder.path(), month)).unwrap();
    store.close().unwrap();
    drop(store);
    let store = shop::open(folder.path()).unwrap();
    let refused = journey(&store, &placed[1]).await.unwrap_err().to_string();
    let file = format!("archive-process-{month}.db");
    assert!(
        refused.contains(&format!("put {file} from a backup")),
        "{refused}"
    );
    let bad = store.audit_verify().unwrap().first_bad.unwrap();
    assert_eq!(bad.why, format!("{file} is not there"));
}

#[tokio::test]
async fn a_changed_audit_row_in_a_month_is_found_and_one_in_the_live_file_does_not_leave() {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 24).await;
    archive_all(&store, day_of(12)).await;
    let file = archive_of(folder.path(), ArchiveMonth::of(placed[1].at));
    let conn = rusqlite::Connection::open(&file).unwrap();
    conn.execute("UPDATE archived_audit SET caller = 'nobody' WHERE rowid = (SELECT min(rowid) FROM archived_audit)", [])
        .unwrap();
    drop(conn);
    let bad = store.audit_verify().unwrap().first_bad.unwrap();
    assert!(bad.why.contains("its seal does not fit"), "{}", bad.why);
    change(
        &store,
        "UPDATE audit SET caller = 'nobody' WHERE place = (SELECT min(place) FROM audit)",
    );
    let (did, stopped) = store.archive_run(now(), || true).await;
    stopped.unwrap();
    assert_eq!(did.damaged, 1);
}

#[tokio::test]
async fn a_month_that_was_made_anew_is_not_taken_for_the_one_that_was_lost() {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 40).await;
    archive_all(&store, day_of(1)).await;
    let month = ArchiveMonth::of(placed[0].at);
    store.close().unwrap();
    drop(store);
    fs::remove_file(archive_of(folder.path(), month)).unwrap();
    let store = shop::open(folder.path()).unwrap();
    archive_all(&store, now()).await;
    assert!(archive_of(folder.path(), month).exists());
    assert_eq!(journey(&store, &placed[1]).await.unwrap().len(), 3);
    let refused = journey(&store, &placed[0]).await.unwrap_err().to_string();
    assert!(
        refused.starts_with("2 events of ") && refused.contains("0 of them are there: put"),
        "{refused}"
    );
}
