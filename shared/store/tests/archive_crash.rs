//! An archive run that dies at every boundary, on stores of its own and again and again on one: nothing is lost, nothing doubled.
//!
//! It is a program and not a list of tests: the process that dies is this one, started in the folder that arms it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(
    clippy::print_stdout,
    reason = "how often it died is part of what is shown"
)]

#[path = "damage/shop.rs"]
mod shop;
#[path = "archive/unmarked.rs"]
mod unmarked;

use crossdock_store::crash::{self, CrashPoint};
use crossdock_store::{ArchiveMonth, SqliteOptions, SqliteStore, verify_archive, verify_store};
use shop::{Placed, ask_but_feeds, day_of, filled};
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use unmarked::unmarked;

/// How large a bite is, and of how many orders, of which two thirds end; nine days apart, so of the most in several months.
const RUNS: [(usize, usize); 2] = [(1, 3), (500, 9)];
/// As many as in the largest of them.
const ORDERS: usize = 9;

/// Says where the process that finds it is to die: the point, which time, how large a bite.
const ARMED: &str = "armed";

fn main() {
    if let Ok(armed) = std::fs::read_to_string(ARMED) {
        runtime().block_on(die(&armed));
        return;
    }
    let mut deaths = 0;
    for (bite, orders) in RUNS {
        for point in ["archive", "before", "after"] {
            deaths += each_boundary_once(point, bite, orders);
        }
    }
    deaths += again_and_again_on_one_store(500);
    println!(
        "{deaths} deaths during archive runs: every instance reads as before, and is in one place"
    );
    assert!(deaths >= 100, "{deaths}");
    println!(
        "{} deaths during an erasure: the month is there or gone",
        each_boundary_of_an_erasure()
    );
}

fn runtime() -> tokio::runtime::Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.build().unwrap()
}

fn open(folder: &Path, bite: usize) -> SqliteStore {
    let options = SqliteOptions {
        archive_bite: bite,
        ..SqliteOptions::default()
    };
    SqliteStore::open(&shop::file(folder), options).unwrap()
}

/// The one that dies, unless it is through before.
async fn die(armed: &str) {
    let folder = std::env::current_dir().unwrap();
    let (what, times) = armed.split_once(' ').unwrap();
    let (nth, bite) = times.split_once(' ').unwrap();
    let (nth, bite) = (nth.parse().unwrap(), bite.parse().unwrap());
    let store = open(&folder, bite);
    let point = match what {
        "before" => CrashPoint::BeforeCommit,
        "after" => CrashPoint::AfterCommitBeforeAck,
        _ => CrashPoint::Archive,
    };
    crash::arm(point, nth);
    if what == "erase" {
        store.erase_month(first_month()).await.unwrap();
    } else {
        archive_all(&store).await;
    }
}

async fn archive_all(store: &SqliteStore) {
    let (_, stopped) = store.archive_run(day_of(100), || true).await;
    stopped.unwrap();
}

fn first_month() -> ArchiveMonth {
    ArchiveMonth::of(day_of(1))
}

/// A closed store, and what it says to every question.
struct Before {
    folder: tempfile::TempDir,
    placed: Vec<Placed>,
    said: Vec<Option<String>>,
    journal: BTreeMap<Vec<u8>, usize>,
    audited: u64,
}

impl Before {
    fn new(orders: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (placed, said, audited) = runtime().block_on(async {
            let (store, placed) = filled(folder.path(), orders).await;
            let said = ask_but_feeds(&store, &placed).await;
            let audited = store.audit_verify().unwrap().rows;
            store.close().unwrap();
            (placed, said, audited)
        });
        let journal = journals(folder.path());
        Self {
            folder,
            placed,
            said,
            journal,
            audited,
        }
    }

    /// A copy of it, armed.
    fn armed(&self, armed: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        shop::copy(
            self.folder.path(),
            folder.path(),
            &["process.db", "process.head"],
        );
        std::fs::write(folder.path().join(ARMED), armed).unwrap();
        folder
    }

    /// Whatever happened: it says the same, ends what was begun, says the same again, and has every batch once.
    fn must_be(&self, folder: &Path, bite: usize, what: &str) {
        runtime().block_on(async {
            let store = open(folder, bite);
            let said = unmarked(ask_but_feeds(&store, &self.placed).await);
            assert_eq!(said, self.said, "{what}");
            archive_all(&store).await;
            let said = unmarked(ask_but_feeds(&store, &self.placed).await);
            assert_eq!(said, self.said, "{what}, and run to its end");
            let audit = store.audit_verify().unwrap();
            assert_eq!(
                (audit.first_bad, audit.rows),
                (None, self.audited),
                "{what}"
            );
            store.close().unwrap();
        });
        assert_eq!(journals(folder), self.journal, "{what}");
        verify_store(&shop::file(folder)).unwrap();
        for file in months(folder) {
            verify_archive(&file).unwrap();
        }
    }
}

fn each_boundary_once(point: &str, bite: usize, orders: usize) -> u32 {
    let before = Before::new(orders);
    for nth in 1.. {
        let armed = format!("{point} {nth} {bite}");
        let folder = before.armed(&armed);
        let status = run(folder.path());
        before.must_be(folder.path(), bite, &armed);
        if status.success() {
            return nth - 1;
        }
        assert_eq!(status.signal(), Some(9), "{armed}: {status}");
    }
    0
}

/// Dies at its first boundary, then at its second, and so on until a run gets through.
fn again_and_again_on_one_store(bite: usize) -> u32 {
    let before = Before::new(ORDERS);
    let folder = before.armed("");
    for nth in 1.. {
        let armed = format!("archive {nth} {bite}");
        std::fs::write(folder.path().join(ARMED), &armed).unwrap();
        let status = run(folder.path());
        if status.success() {
            before.must_be(folder.path(), bite, &armed);
            return nth - 1;
        }
        assert_eq!(status.signal(), Some(9), "{armed}: {status}");
    }
    0
}

fn each_boundary_of_an_erasure() -> u32 {
    let before = Before::new(ORDERS);
    runtime().block_on(async {
        let store = open(before.folder.path(), 500);
        archive_all(&store).await;
        store.close().unwrap();
    });
    for nth in 1.. {
        let folder = before.armed(&format!("erase {nth} 500"));
        for file in months(before.folder.path()) {
            std::fs::copy(&file, folder.path().join(file.file_name().unwrap())).unwrap();
        }
        let status = run(folder.path());
        runtime().block_on(async {
            let store = open(folder.path(), 500);
            // The next run ends what was begun.
            archive_all(&store).await;
            let is_there = store
                .archives()
                .unwrap()
                .iter()
                .any(|(month, _)| *month == first_month());
            assert!(!is_there, "{nth}");
            let said =
                crossdock_store::Store::history(&store, before.placed.get(1).unwrap().instance)
                    .await;
            let said = said.unwrap_err().to_string();
            assert!(said.contains("was erased with its month"), "{said}");
        });
        if status.success() {
            return nth - 1;
        }
        assert_eq!(status.signal(), Some(9), "{nth}: {status}");
    }
    0
}

fn run(folder: &Path) -> ExitStatus {
    Command::new(std::env::current_exe().unwrap())
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap()
}

fn months(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let is_month = |file: &std::path::PathBuf| {
        let name = file.file_name().unwrap().to_string_lossy();
        name.starts_with("archive-") && name.ends_with(".db")
    };
    entries.filter(is_month).collect()
}

/// How many batches of each instance there are, live and in the months together.
fn journals(folder: &Path) -> BTreeMap<Vec<u8>, usize> {
    let mut counted = BTreeMap::new();
    let mut count = |file: &Path, sql: &str, of: fn(&[u8]) -> usize| {
        let conn = rusqlite::Connection::open(file).unwrap();
        let mut statement = conn.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)));
        for row in rows.unwrap() {
            let (id, stored) = row.unwrap();
            *counted.entry(id).or_insert(0) += of(&stored);
        }
    };
    count(
        &shop::file(folder),
        "SELECT workflow.id, entries FROM workflow JOIN journal ON journal.place >> 20 = workflow.seq",
        |_one| 1,
    );
    for file in months(folder) {
        count(&file, "SELECT id, batches FROM archived_instance", packed);
    }
    counted
}

/// How many values lie one after the other, each after its length.
fn packed(mut values: &[u8]) -> usize {
    let mut many = 0;
    while let Some((length, rest)) = values.split_first_chunk::<4>() {
        let length = u32::from_le_bytes(*length);
        values = rest.get(length as usize..).unwrap();
        many += 1;
    }
    many
}
