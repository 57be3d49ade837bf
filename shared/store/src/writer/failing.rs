//! What a writer does while its disk refuses to write.
//!
//! A full disk is played by `max_page_count`: no test can fill a real one everywhere, and permissions do not bind root.

use super::*;
use rusqlite::params;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tempfile::TempDir;

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS sale (body BLOB NOT NULL)";
/// How long anything may take before the test says what it waited for.
const PATIENCE: Duration = Duration::from_secs(10);

fn open(folder: &TempDir) -> Writer {
    Writer::open(&file_of(folder), SCHEMA, WriterOptions::default()).unwrap()
}

fn file_of(folder: &TempDir) -> std::path::PathBuf {
    folder.path().join("data").join("book.db")
}

/// Sells so many bytes.
async fn sell(writer: &Writer, class: QueueClass, bytes: i64) -> Result<usize, StoreError> {
    let job = move |conn: &Connection| {
        let sql = "INSERT INTO sale (body) VALUES (zeroblob(?1))";
        Ok::<usize, JobError<Infallible>>(conn.execute(sql, params![bytes])?)
    };
    match writer.run(class, 100, job).await {
        Ok(sold) => Ok(sold),
        Err(WriteError::Store(error)) => Err(error),
        Err(WriteError::Refused(never)) => match never {},
    }
}

/// Lets the disk have room for so many pages.
fn room(writer: &Writer, pages: i64) {
    let Mode::Grouped { file, .. } = &writer.0.mode else {
        panic!("a database in memory has no disk");
    };
    file.room.store(pages, Ordering::Relaxed);
}

/// Makes the disk full, and the writer notice it.
async fn fill(writer: &Writer) -> StoreError {
    room(writer, 1);
    let limited = writer.write(|conn| {
        conn.pragma_update_and_check(None, "max_page_count", 1, |_row| Ok(()))?;
        Ok::<(), JobError<()>>(())
    });
    limited.await.unwrap();
    // First what an earlier probe has left free.
    for _sale in 0..100 {
        if let Err(full) = sell(writer, QueueClass::Start, 32 << 10).await {
            return full;
        }
    }
    panic!("the disk is never full");
}

/// Looks until it is so, for ten seconds.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    let so = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    let come = tokio::time::timeout(PATIENCE, so).await;
    assert!(come.is_ok(), "waited in vain for {what}");
}

#[tokio::test]
async fn while_the_disk_is_full_starts_are_refused_at_once_and_then_all_is_well_again() {
    let folder = tempfile::tempdir().unwrap();
    let writer = open(&folder);
    assert_eq!(writer.unwritable(), None);
    let full = fill(&writer).await;
    assert!(full.to_string().contains("its disk is full"), "{full}");
    assert_eq!(
        writer.unwritable().as_deref(),
        Some("its disk is full; free space there")
    );
    // Not even tried: the writer would have counted a failure.
    let failures = writer.stats().failures;
    for _order in 0..100 {
        let refused = sell(&writer, QueueClass::Start, 1).await;
        assert!(refused.unwrap_err().to_string().contains("is full"));
    }
    assert_eq!(writer.stats().failures, failures);
    let progress = sell(&writer, QueueClass::Progress, 1).await;
    assert!(matches!(progress, Err(StoreError::Broken(_))));
    room(&writer, 1 << 30);
    until("room", || writer.unwritable().is_none()).await;
    assert_eq!(sell(&writer, QueueClass::Start, 1).await.unwrap(), 1);
}

#[tokio::test]
async fn one_group_that_is_too_large_makes_no_unwritable_store() {
    let folder = tempfile::tempdir().unwrap();
    let writer = open(&folder);
    let failed = writer.write(|conn| {
        conn.pragma_update_and_check(None, "max_page_count", 1, |_row| Ok(()))?;
        let sql = "INSERT INTO sale (body) VALUES (zeroblob(1048576))";
        Ok::<usize, JobError<()>>(conn.execute(sql, [])?)
    });
    assert!(failed.await.is_err());
    // The connection that is opened anew has no limit, and its probe was written before the job was answered.
    assert_eq!(writer.unwritable(), None);
    assert_eq!(sell(&writer, QueueClass::Start, 1).await.unwrap(), 1);
}

#[tokio::test]
async fn a_folder_that_vanishes_is_noticed_without_a_write_and_may_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let writer = open(&folder);
    let (data, aside) = (folder.path().join("data"), folder.path().join("aside"));
    std::fs::rename(&data, &aside).unwrap();
    until("the loss to be seen", || writer.unwritable().is_some()).await;
    assert!(writer.unwritable().unwrap().contains("its file is gone"));
    assert!(sell(&writer, QueueClass::Start, 1).await.is_err());
    // Somebody makes the folder anew: nothing is begun there from nothing.
    std::fs::create_dir(&data).unwrap();
    assert!(sell(&writer, QueueClass::Progress, 1).await.is_err());
    assert!(!file_of(&folder).exists());
    std::fs::remove_dir(&data).unwrap();
    std::fs::rename(&aside, &data).unwrap();
    until("its return", || writer.unwritable().is_none()).await;
    assert_eq!(sell(&writer, QueueClass::Start, 1).await.unwrap(), 1);
}

#[tokio::test]
async fn another_file_in_its_place_is_never_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let writer = open(&folder);
    let (file, copy) = (file_of(&folder), folder.path().join("copy.db"));
    writer.backup(&copy).unwrap();
    std::fs::rename(&copy, &file).unwrap();
    let refused = sell(&writer, QueueClass::Progress, 1).await.unwrap_err();
    assert!(refused.to_string().contains("another file"), "{refused}");
    assert!(writer.unwritable().is_some());
}

#[tokio::test]
async fn a_held_writer_commits_after_it_is_let_go_and_a_snapshot_stays_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let writer = open(&folder);
    sell(&writer, QueueClass::Start, 1).await.unwrap();
    let held = writer.hold();
    // Submitted by the call, whoever polls it.
    let mut later = Box::pin(writer.write(|conn| {
        let sql = "INSERT INTO sale (body) VALUES (zeroblob(1))";
        Ok::<usize, JobError<()>>(conn.execute(sql, [])?)
    }));
    let snapshot = writer.snapshot().unwrap();
    let soon = tokio::time::timeout(Duration::from_millis(50), &mut later);
    assert!(soon.await.is_err(), "it was committed past the hold");
    drop(held);
    assert_eq!(later.await.unwrap(), 1);
    let copy = folder.path().join("copy.db");
    snapshot.copy_to(&copy).unwrap();
    let sales = |conn: &Connection| -> i64 {
        let sql = "SELECT count(*) FROM sale";
        conn.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    assert_eq!(sales(&Connection::open(&copy).unwrap()), 1);
    assert_eq!(sales(&Connection::open(file_of(&folder)).unwrap()), 2);
    // Whole in itself.
    assert!(!folder.path().join("copy.db-wal").exists());
}
