//! A shop whose history is mostly copies is like one whose orders were all placed.

use super::*;
use crate::growth::archive;
use crate::growth::questions::QUESTIONS;
use crossdock_runtime::SystemClock;
use crossdock_store::{verify_database, verify_store};
use http::StatusCode;
use rusqlite::Connection;
use std::collections::BTreeMap;

fn setup() -> Setup {
    Setup {
        clock: Arc::new(SystemClock::new()),
        ids: Arc::new(Ids::random()),
        duration: Duration::from_secs(1),
    }
}

fn files(folder: &Path) -> [Vec<std::path::PathBuf>; 2] {
    let stores = ["process", "system"].map(|name| folder.join(format!("{name}.db")));
    let books = ["erp", "oms", "loyalty", "payment", "tax", "customer"];
    let books = books.map(|name| folder.join(format!("books/{name}-main.db")));
    [stores.into(), books.into()]
}

/// How many rows each table has: of what an order writes, not of how its batches fell together. That
/// is why journal and cursor are left out, and snapshots: an instance has one if it was ever idle,
/// and news that comes early enough finds it still at work.
fn counts(folder: &Path) -> BTreeMap<String, i64> {
    let mut counts = BTreeMap::new();
    for file in files(folder).concat() {
        let conn = Connection::open(&file).unwrap();
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' \
            AND name NOT IN ('journal', 'cursor', 'snapshot')";
        let mut tables = conn.prepare(sql).unwrap();
        let tables = tables.query_map([], |row| row.get::<_, String>(0)).unwrap();
        for table in tables.map(Result::unwrap) {
            let sql = format!("SELECT count(*) FROM {table}");
            let count = conn.query_row(&sql, [], |row| row.get(0)).unwrap();
            counts.insert(format!("{} {table}", file.display()), count);
        }
    }
    let prefix = folder.display().to_string();
    let name = |(name, count): (String, i64)| (name.replace(&prefix, ""), count);
    counts.into_iter().map(name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_of_copies_has_as_many_rows_as_one_whose_orders_were_all_placed() {
    let (setup, folder) = (setup(), tempfile::tempdir().unwrap());
    let [placed, copied] = ["placed", "copied"].map(|name| folder.path().join(name));
    let plan = |templates, copies, last| Plan {
        templates,
        copies,
        last,
    };
    fill_as(&setup, &placed, plan(0, 0, 30)).await.unwrap();
    fill_as(&setup, &copied, plan(10, 1, 10)).await.unwrap();
    let (placed, mut copied) = (counts(&placed), counts(&copied));
    copied.retain(|table, count| placed.get(table) != Some(count));
    assert_eq!(copied, BTreeMap::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_are_whole_and_are_archived_and_found_as_real_orders_are() {
    let (setup, folder) = (setup(), tempfile::tempdir().unwrap());
    let folder = folder.path();
    let plan = Plan {
        templates: 10,
        copies: 3,
        last: 5,
    };
    let samples = fill_as(&setup, folder, plan).await.unwrap();
    assert_eq!(samples.len(), 45);
    let [stores, books] = files(folder);
    for store in stores {
        verify_store(&store).unwrap();
    }
    for book in books {
        verify_database(&book).unwrap();
    }
    archive::take(&setup, folder).await.unwrap();
    let shop = Shop::open(&setup, folder, &[]).await.unwrap();
    let ready = shop.operator.get("/readyz").send().await.unwrap();
    assert_eq!(ready.status, StatusCode::OK);
    for sample in &samples {
        for question in QUESTIONS {
            let answered = question.is_answered(&shop, sample).await;
            assert!(answered, "{}: {sample:?}", question.name);
        }
    }
    shop.gateway.stop().await;
    let live = "SELECT count(*) FROM workflow WHERE archived IS NULL OR status NOT IN (4, 5, 6)";
    let store = Connection::open(folder.join("process.db")).unwrap();
    let live: i64 = store.query_row(live, [], |row| row.get(0)).unwrap();
    assert_eq!(live, 0);
}
