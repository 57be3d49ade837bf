//! The writer alone, over a table of its own.

use super::*;
use rusqlite::params;
use std::sync::mpsc;
use tempfile::TempDir;

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS stock (sku TEXT PRIMARY KEY, units INTEGER NOT NULL CHECK (units >= 0))";

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn open(folder: &TempDir, options: WriterOptions) -> Writer {
    Writer::open(&folder.path().join("book.db"), SCHEMA, options).unwrap()
}

#[derive(Debug, PartialEq)]
struct SoldOut;

fn put(conn: &Connection, sku: &str, units: i64) -> Result<usize, JobError<SoldOut>> {
    Ok(conn
        .prepare_cached("INSERT INTO stock (sku, units) VALUES (?1, ?2)")?
        .execute(params![sku, units])?)
}

fn skus(writer: &Writer) -> i64 {
    writer
        .read_blocking(|conn| conn.query_row("SELECT count(*) FROM stock", [], |row| row.get(0)))
        .unwrap()
}

/// Keeps the writer busy until released, so that what follows shares one group.
fn hold(writer: &Writer) -> mpsc::Sender<()> {
    let (release, held) = mpsc::channel::<()>();
    let (started, running) = mpsc::channel();
    let held = Mutex::new(held);
    writer.submit(
        QueueClass::Progress,
        1,
        move |_conn| {
            started.send(()).unwrap();
            assert!(held.lock().unwrap().recv().is_err());
            Ok::<(), JobError<SoldOut>>(())
        },
        drop,
    );
    running.recv().unwrap();
    release
}

#[tokio::test]
async fn a_job_that_fails_after_writing_is_undone_alone() {
    let folder = folder();
    for writer in [
        open(&folder, WriterOptions::default()),
        Writer::memory(SCHEMA).unwrap(),
    ] {
        let grouped = matches!(writer.0.mode, Mode::Grouped { .. });
        let hold = grouped.then(|| hold(&writer));
        let well = writer.write(|conn| put(conn, "a", 1));
        let refused = writer.write(|conn| {
            put(conn, "b", 1)?;
            Err::<usize, _>(JobError::Refuse(SoldOut))
        });
        let broken = writer.write(|conn| {
            put(conn, "c", 1)?;
            put(conn, "d", -1)
        });
        let panicking = writer.write(|conn| {
            put(conn, "e", 1)?;
            let rows: Vec<usize> = Vec::new();
            Ok::<usize, JobError<SoldOut>>(rows[0])
        });
        let also_well = writer.write(|conn| put(conn, "f", 1));
        drop(hold);
        assert_eq!(well.await.unwrap(), 1);
        assert!(matches!(refused.await, Err(WriteError::Refused(SoldOut))));
        assert!(matches!(
            broken.await,
            Err(WriteError::Store(StoreError::Broken(_)))
        ));
        assert!(matches!(
            panicking.await,
            Err(WriteError::Store(StoreError::Broken(_)))
        ));
        assert_eq!(also_well.await.unwrap(), 1);
        assert_eq!(skus(&writer), 2);
        let stats = writer.stats();
        assert_eq!((stats.refused, stats.failures), (1, 0));
        assert_eq!(stats.slow_groups, u64::from(grouped));
    }
}

#[tokio::test]
async fn a_refusal_before_any_write_costs_the_group_nothing() {
    let folder = folder();
    let writer = open(&folder, WriterOptions::default());
    let hold = hold(&writer);
    let well = writer.write(|conn| put(conn, "a", 1));
    let refused = writer.write(|_conn| Err::<usize, _>(JobError::Refuse(SoldOut)));
    let also_well = writer.write(|conn| put(conn, "b", 1));
    drop(hold);
    assert_eq!((well.await.unwrap(), also_well.await.unwrap()), (1, 1));
    assert!(matches!(refused.await, Err(WriteError::Refused(SoldOut))));
    assert_eq!(writer.stats().slow_groups, 0);
}

#[tokio::test]
async fn a_full_start_lane_sheds_and_progress_goes_on() {
    let folder = folder();
    let writer = open(
        &folder,
        WriterOptions {
            start_jobs: 2,
            ..WriterOptions::default()
        },
    );
    let hold = hold(&writer);
    let add = |class, sku: &'static str| writer.run(class, 100, move |conn| put(conn, sku, 1));
    let queued = [add(QueueClass::Start, "a"), add(QueueClass::Start, "b")];
    let shed = add(QueueClass::Start, "c");
    let progress = add(QueueClass::Progress, "d");
    assert!(matches!(
        shed.await,
        Err(WriteError::Store(StoreError::Full))
    ));
    drop(hold);
    for start in queued {
        assert_eq!(start.await.unwrap(), 1);
    }
    assert_eq!(progress.await.unwrap(), 1);
    assert_eq!(add(QueueClass::Start, "e").await.unwrap(), 1);
}

#[tokio::test]
async fn a_start_lane_is_bounded_in_bytes_too() {
    let folder = folder();
    let writer = open(
        &folder,
        WriterOptions {
            start_bytes: 150,
            ..WriterOptions::default()
        },
    );
    let hold = hold(&writer);
    let add = |bytes, sku: &'static str| {
        writer.run(QueueClass::Start, bytes, move |conn| put(conn, sku, 1))
    };
    let (large, shed) = (add(1_000, "a"), add(10, "b"));
    assert!(matches!(
        shed.await,
        Err(WriteError::Store(StoreError::Full))
    ));
    drop(hold);
    assert_eq!(large.await.unwrap(), 1);
}

#[tokio::test]
async fn a_job_stands_though_its_caller_has_gone() {
    let folder = folder();
    let writer = open(&folder, WriterOptions::default());
    drop(writer.write(|conn| put(conn, "a", 1)));
    assert_eq!(writer.write(|conn| put(conn, "b", 1)).await.unwrap(), 1);
    assert_eq!(skus(&writer), 2);
}

#[tokio::test]
async fn closing_does_what_is_queued_and_empties_the_log() {
    let folder = folder();
    let writer = open(&folder, WriterOptions::default());
    let held = hold(&writer);
    let queued: Vec<_> = (0..500)
        .map(|n| writer.write(move |conn| put(conn, &format!("{n}"), 1)))
        .collect();
    drop(held);
    writer.close().unwrap();
    for job in queued {
        assert_eq!(job.await.unwrap(), 1);
    }
    assert!(!writer.is_alive());
    assert!(writer.write(|conn| put(conn, "late", 1)).await.is_err());
    let log = folder.path().join("book.db-wal");
    assert!(!log.exists() || log.metadata().unwrap().len() == 0);
    assert_eq!(skus(&open(&folder, WriterOptions::default())), 500);
}

#[tokio::test]
async fn the_log_starts_over_under_load() {
    let folder = folder();
    let options = WriterOptions {
        checkpoint_pages: 64,
        max_jobs: 4,
        ..WriterOptions::default()
    };
    let writer = open(&folder, options);
    let jobs: Vec<_> = (0..4_000)
        .map(|n| writer.write(move |conn| put(conn, &format!("{n:0>200}"), 1)))
        .collect();
    for job in jobs {
        assert_eq!(job.await.unwrap(), 1);
    }
    let log = folder.path().join("book.db-wal").metadata().unwrap().len();
    assert!(
        writer.stats().commits >= 1_000 && log < 4 << 20,
        "{log} bytes, {:?}",
        writer.stats()
    );
}

#[tokio::test]
async fn a_reader_cannot_write() {
    let folder = folder();
    let writer = open(&folder, WriterOptions::default());
    assert!(
        writer
            .read(|conn| conn.execute("DELETE FROM stock", []))
            .await
            .is_err()
    );
}

/// One row, then far more steps than anybody waits for.
const ENDLESS: &str = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) \
                       SELECT n FROM n WHERE n < 2";

#[tokio::test]
async fn a_scan_that_nobody_waits_for_any_more_gives_its_connection_back() {
    let folder = folder();
    let options = WriterOptions {
        readers: 1,
        ..WriterOptions::default()
    };
    let writer = open(&folder, options);
    let (tell, begun) = oneshot::channel();
    let scan = writer.scan(move |conn| {
        let mut statement = conn.prepare(ENDLESS)?;
        let mut rows = statement.query([])?;
        rows.next()?;
        // Told while the statement runs: an interrupt before it would meet nothing.
        tell.send(()).unwrap();
        rows.next().map(|row| row.is_some())
    });
    let mut scan = Box::pin(scan);
    tokio::select! {
        rows = &mut scan => panic!("it ended with {rows:?}"),
        _told = begun => {}
    }
    drop(scan);
    // The only connection: a read gets it once the scan has been ended.
    let count = writer
        .read(|conn| conn.query_row("SELECT count(*) FROM stock", [], |row| row.get::<_, i64>(0)))
        .await;
    assert_eq!(count.unwrap(), 0);
}

#[tokio::test]
async fn a_writing_thread_may_be_the_last_to_hold_its_writer() {
    let folder = folder();
    let writer = open(&folder, WriterOptions::default());
    let held = hold(&writer);
    let own = writer.clone();
    let job = writer.write(move |conn| {
        let _mine = &own;
        put(conn, "a", 1)
    });
    drop(writer);
    drop(held);
    assert_eq!(job.await.unwrap(), 1);
}
