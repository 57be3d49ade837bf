//! What leaves for the archive, and what does not.

use crate::shop::{Placed, day_of, filled};
use crossdock_model::{InstanceId, Tenant, Timestamp};
use crossdock_store::{
    ArchiveMonth, ArchivePlace, InstanceQuery, InstanceRow, SqliteStore, Status, Store,
};

/// What lists show of the workflow of an order, wherever its journal is.
pub(crate) async fn row_of(store: &SqliteStore, placed: &Placed) -> InstanceRow {
    let key = placed.order.to_string();
    let tenant = Tenant::from("north");
    let found = store.instance_by_key(&tenant, "place-order", &key).await;
    found.unwrap().unwrap()
}

/// Runs until nothing more is old enough; returns how many left.
pub(crate) async fn archive_all(store: &SqliteStore, before: Timestamp) -> usize {
    let (did, stopped) = store.archive_run(before, || true).await;
    stopped.unwrap();
    assert_eq!((did.damaged, did.next), (0, None));
    did.moved
}

/// Everything that has ended, with the month it is archived in.
pub(crate) async fn ended(store: &SqliteStore) -> Vec<(InstanceId, Option<ArchiveMonth>)> {
    let query = InstanceQuery {
        status: Some(Status::Completed),
        limit: 1_000,
        ..InstanceQuery::default()
    };
    let rows = store.instances(&query).await.unwrap();
    rows.into_iter().map(|row| (row.id, row.archived)).collect()
}

#[tokio::test]
async fn only_what_is_ended_and_old_leaves_each_into_its_month() {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 12).await;
    // Every third is parked, so of the first six four have ended.
    assert_eq!(archive_all(&store, day_of(6)).await, 4);
    for (number, one) in placed.iter().enumerate() {
        let row = row_of(&store, one).await;
        let left = number < 6 && row.status == Status::Completed;
        let month = ArchiveMonth::of(one.at);
        assert_eq!(row.archived, left.then_some(month), "{number}");
    }
    let months: Vec<String> = store
        .archives()
        .unwrap()
        .into_iter()
        .map(|(month, _)| month.to_string())
        .collect();
    assert_eq!(months, ["2026-09", "2026-10", "2026-11"]);
    // Four parked orders of two batches, four young ones of three.
    for (table, left) in [
        ("journal", 4 * 2 + 4 * 3),
        ("snapshot", 4 + 4),
        ("answer", 4),
    ] {
        let sql = format!("SELECT count(*) FROM {table}");
        let count = |conn: &rusqlite::Connection| conn.query_row(&sql, [], |row| row.get(0));
        let rows: i64 = store.writer().read_blocking(count).unwrap();
        assert_eq!(rows, left, "{table}");
    }
}

#[tokio::test]
async fn a_damaged_instance_stays_and_holds_up_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let (store, placed) = filled(folder.path(), 6).await;
    let id = placed[1].instance.0.into_bytes();
    let lose = move |conn: &rusqlite::Connection| {
        let sql =
            "DELETE FROM journal WHERE place = (SELECT seq << 20 | 2 FROM workflow WHERE id = ?1)";
        conn.execute(sql, [id])?;
        Ok::<(), crossdock_store::JobError<()>>(())
    };
    store.writer().write_blocking(lose).unwrap();
    let bite = store
        .archive(day_of(100), ArchivePlace::default())
        .await
        .unwrap();
    assert_eq!((bite.moved, bite.damaged), (3, 1));
    let row = row_of(&store, &placed[1]).await;
    assert_eq!(row.archived, None);
}

#[tokio::test]
async fn a_store_in_memory_says_that_it_has_no_archive() {
    let store = SqliteStore::memory().unwrap();
    let refused = store.archive(day_of(1), ArchivePlace::default()).await;
    let words = refused.unwrap_err().to_string();
    assert!(words.contains("start with a data folder"), "{words}");
}
