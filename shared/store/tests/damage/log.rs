//! A log that was cut after a death, and an older copy that was put back: what was acknowledged is there, or nothing is served.

use crate::ask::ask_all;
use crate::shop::{copy, file, filled, open, place};
use crossdock_model::Ids;
use std::fs::File;
use std::path::Path;

const FILES: [&str; 3] = ["process.db", "process.db-wal", "process.head"];

fn cut(folder: &Path, length: u64) {
    let log = File::options()
        .write(true)
        .open(folder.join("process.db-wal"));
    log.unwrap().set_len(length).unwrap();
}

fn log_length(folder: &Path) -> u64 {
    folder.join("process.db-wal").metadata().unwrap().len()
}

#[tokio::test]
async fn a_store_whose_log_was_cut_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 8).await;
    let written = ask_all(&store, &placed).await;
    let whole = log_length(folder.path());
    // As a death leaves it: whatever is in the files, and nothing is closed.
    let dead = tempfile::tempdir().unwrap();
    copy(folder.path(), dead.path(), &FILES);
    let survivor = open(dead.path()).unwrap();
    assert_eq!(ask_all(&survivor, &placed).await, written);
    drop(survivor);
    for part in 0..60 {
        let dead = tempfile::tempdir().unwrap();
        copy(folder.path(), dead.path(), &FILES);
        cut(dead.path(), whole * part / 60);
        let refused = open(dead.path()).unwrap_err().to_string();
        assert!(
            refused.contains("process.head says that") && refused.contains("are missing"),
            "{part}: {refused}"
        );
    }
    // One byte of the last frame is enough.
    copy(folder.path(), dead.path(), &FILES);
    cut(dead.path(), whole - 1);
    let refused = open(dead.path()).unwrap_err().to_string();
    assert!(refused.contains("the last 1 are missing"), "{refused}");
}

#[tokio::test]
async fn a_commit_that_nobody_was_told_of_may_be_lost() {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 3).await;
    let written = ask_all(&store, &placed).await;
    let (told, dead) = (
        folder.path().join("process.head"),
        tempfile::tempdir().unwrap(),
    );
    let acknowledged = std::fs::read(&told).unwrap();
    let whole = log_length(folder.path());
    place(&store, &Ids::seeded(99), 0).await;
    copy(folder.path(), dead.path(), &FILES);
    std::fs::write(dead.path().join("process.head"), acknowledged).unwrap();
    cut(dead.path(), whole);
    let survivor = open(dead.path()).unwrap();
    assert_eq!(ask_all(&survivor, &placed).await, written);
}

#[tokio::test]
async fn an_older_copy_is_refused_until_its_loss_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 4).await;
    let written = ask_all(&store, &placed).await;
    let older = folder.path().join("older.db");
    store.backup(&older).unwrap();
    place(&store, &Ids::seeded(99), 1).await;
    store.close().unwrap();
    drop(store);
    for name in ["process.db-wal", "process.db-shm"] {
        drop(std::fs::remove_file(folder.path().join(name)));
    }
    std::fs::copy(&older, file(folder.path())).unwrap();
    let refused = open(folder.path()).unwrap_err().to_string();
    assert!(refused.contains("the last 3 are missing"), "{refused}");
    assert!(
        refused.contains("without its -wal, -shm and .head"),
        "{refused}"
    );
    std::fs::remove_file(file(folder.path())).unwrap();
    assert!(open(folder.path()).is_err(), "a lost file is no new store");
    std::fs::copy(&older, file(folder.path())).unwrap();
    std::fs::remove_file(folder.path().join("process.head")).unwrap();
    let restored = open(folder.path()).unwrap();
    assert_eq!(ask_all(&restored, &placed).await, written);
}

#[tokio::test]
async fn a_torn_head_file_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 2).await;
    store.close().unwrap();
    drop(store);
    std::fs::write(folder.path().join("process.head"), "torn").unwrap();
    let store = open(folder.path()).unwrap();
    assert_eq!(ask_all(&store, &placed).await.len(), 28);
    drop(store);
    let kept = std::fs::read(file(folder.path())).unwrap();
    let store = open(folder.path()).unwrap();
    place(&store, &Ids::seeded(99), 1).await;
    drop(store);
    std::fs::write(file(folder.path()), kept).unwrap();
    assert!(open(folder.path()).is_err());
}
