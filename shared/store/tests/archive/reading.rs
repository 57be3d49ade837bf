//! Instances in the archive, as the port shows them.

use crate::moving::{archive_all, ended, row_of};
use crate::shop::{self, Placed, ask_but_feeds, copy, day_of, filled};
use crate::unmarked::unmarked;
use crossdock_model::Ids;
use crossdock_store::{
    Appended, ArchiveMonth, Batch, InstanceWrite, QueueClass, Status, Store, StoreError,
};
use std::fs;

#[tokio::test]
async fn what_is_archived_reads_as_before_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 30).await;
    let before = ask_but_feeds(&store, &placed).await;
    assert_eq!(archive_all(&store, day_of(100)).await, 20);
    assert_eq!(unmarked(ask_but_feeds(&store, &placed).await), before);
    assert_eq!(
        ended(&store)
            .await
            .iter()
            .filter(|(_, month)| month.is_none())
            .count(),
        0
    );
    store.close().unwrap();
    drop(store);
    let store = shop::open(folder.path()).unwrap();
    assert_eq!(unmarked(ask_but_feeds(&store, &placed).await), before);
    assert_eq!(archive_all(&store, day_of(100)).await, 0);
}

#[tokio::test]
async fn a_late_batch_to_an_archived_instance_continues_its_journal() {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 3).await;
    archive_all(&store, day_of(100)).await;
    let before = store.history(placed[1].instance).await.unwrap().unwrap();
    late(&store, &placed[1], before.row.revision).await;
    let after = store.history(placed[1].instance).await.unwrap().unwrap();
    let mut expected = before.entries.clone();
    expected.push("late".into());
    assert_eq!(after.entries, expected);
    assert_eq!(
        (after.row.archived, after.answer),
        (before.row.archived, before.answer)
    );
    let short = store.instance(placed[1].instance).await.unwrap().unwrap();
    let (revision, _) = short.snapshot.unwrap();
    assert_eq!((revision, short.entries), (2, expected.split_off(2)));
}

/// A batch on something that has ended.
async fn late(store: &crossdock_store::SqliteStore, placed: &Placed, expected: u64) {
    let row = row_of(store, placed).await;
    let mut batch = Batch::new(row.shard, day_of(60));
    batch.instance = Some(InstanceWrite {
        id: row.id,
        header: None,
        expected,
        entries: vec!["late".into()],
        status: Status::Completed,
        due: None,
        parked: None,
        snapshot: None,
    });
    let appended = store.append(QueueClass::Progress, batch).await.unwrap();
    assert_eq!(appended, Appended::Done);
}

#[tokio::test]
async fn an_older_live_store_beside_a_newer_archive_is_right() {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 12).await;
    store.close().unwrap();
    drop(store);
    let older = tempfile::tempdir().unwrap();
    let live = ["process.db", "process.head"];
    copy(folder.path(), older.path(), &live);
    let store = shop::open(folder.path()).unwrap();
    archive_all(&store, day_of(100)).await;
    store.close().unwrap();
    drop(store);
    copy(older.path(), folder.path(), &live);
    let store = shop::open(folder.path()).unwrap();
    let revision = row_of(&store, &placed[1]).await.revision;
    late(&store, &placed[1], revision).await;
    let before = ask_but_feeds(&store, &placed).await;
    assert_eq!(archive_all(&store, day_of(100)).await, 8);
    assert_eq!(unmarked(ask_but_feeds(&store, &placed).await), before);
    let moved = row_of(&store, &placed[1]).await;
    assert_eq!(moved.archived, Some(ArchiveMonth::of(day_of(60))));
}

#[tokio::test]
async fn a_missing_month_is_said_and_not_an_empty_journal() {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 3).await;
    archive_all(&store, day_of(100)).await;
    let month = ArchiveMonth::of(placed[1].at);
    let file = folder.path().join(format!("archive-process-{month}.db"));
    fs::remove_file(&file).unwrap();
    store.close().unwrap();
    drop(store);
    let store = shop::open(folder.path()).unwrap();
    let expected = format!(
        "the journal of instance {} is in archive-process-{month}.db, and it is not there: put archive-process-{month}.db from a backup into the data folder",
        placed[1].instance
    );
    for refused in [
        store.history(placed[1].instance).await.map(drop),
        store.instance(placed[1].instance).await.map(drop),
        store.answer(placed[1].instance).await.map(drop),
    ] {
        assert_eq!(words(refused), expected);
    }
    let row = row_of(&store, &placed[1]).await;
    assert_eq!(row.status, Status::Completed);
}

#[tokio::test]
async fn a_flipped_byte_in_a_month_is_said_with_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 3).await;
    archive_all(&store, day_of(100)).await;
    let month = ArchiveMonth::of(placed[1].at);
    let file = folder.path().join(format!("archive-process-{month}.db"));
    let mut bytes = fs::read(&file).unwrap();
    let entry = format!("entry 1 of {}", placed[1].order);
    let place = bytes
        .windows(entry.len())
        .position(|window| window == entry.as_bytes());
    bytes[place.unwrap()] ^= 1;
    fs::write(&file, bytes).unwrap();
    let refused = words(store.history(placed[1].instance).await.map(drop));
    assert!(
        refused.starts_with(&format!("archive-process-{month}.db: "))
            && refused.contains("from a backup"),
        "{refused}"
    );
    assert!(crossdock_store::verify_archive(&file).is_err());
}

#[tokio::test]
async fn an_erased_month_says_so_and_the_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 12).await;
    let (first, last) = (
        ArchiveMonth::of(placed[1].at),
        ArchiveMonth::of(placed[11].at),
    );
    assert_ne!(first, last);
    assert!(words(store.erase_month(first).await).contains("is not all in the archive yet"));
    archive_all(&store, day_of(100)).await;
    store.history(placed[1].instance).await.unwrap();
    store.erase_month(first).await.unwrap();
    let said = format!(
        "the journal of instance {} was erased with its month {first}",
        placed[1].instance
    );
    assert_eq!(
        words(store.history(placed[1].instance).await.map(drop)),
        said
    );
    store.history(placed[11].instance).await.unwrap().unwrap();
    assert!(
        !folder
            .path()
            .join(format!("archive-process-{first}.db"))
            .exists()
    );
    let again = words(store.erase_month(first).await);
    assert_eq!(
        again,
        format!("there is no archive-process-{first}.db: nothing of {first} is in the archive")
    );
}

#[tokio::test]
async fn a_copy_of_the_store_and_then_of_its_months_is_whole() {
    let (folder, copies) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (store, placed) = filled(folder.path(), 12).await;
    let before = ask_but_feeds(&store, &placed).await;
    archive_all(&store, day_of(4)).await;
    store.backup(&shop::file(copies.path())).unwrap();
    // What leaves between the copies is in both.
    archive_all(&store, day_of(100)).await;
    for (month, file) in store.archives().unwrap() {
        let copy = copies.path().join(file.file_name().unwrap());
        let store = store.clone();
        tokio::task::spawn_blocking(move || {
            store.backup_month(month, &copy).unwrap();
            crossdock_store::verify_archive(&copy).unwrap();
        })
        .await
        .unwrap();
    }
    let restored = shop::open(copies.path()).unwrap();
    assert_eq!(unmarked(ask_but_feeds(&restored, &placed).await), before);
    let new = shop::place(&restored, &Ids::seeded(9), 1).await;
    assert!(restored.history(new.instance).await.unwrap().is_some());
}

fn words(refused: Result<(), StoreError>) -> String {
    let refused = refused.unwrap_err();
    assert!(
        matches!(refused, StoreError::Archived(_) | StoreError::Erased(_)),
        "{refused:?}"
    );
    refused.to_string()
}
