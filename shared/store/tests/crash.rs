//! A process that dies at every commit, one after the other: what was acknowledged is there, and nothing is half there.
//!
//! It is a program and not a list of tests: the process that dies is this one, started in the folder that arms it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(
    clippy::print_stdout,
    reason = "how often it died is part of what is shown"
)]

use crossdock_model::{Correlation, Ids, InstanceId, Tenant, Timestamp};
use crossdock_store::crash::{self, CrashPoint};
use crossdock_store::{
    Appended, Batch, Cause, InstanceHeader, InstanceWrite, NewEvent, Position, QueueClass,
    RecordRef, RecordWrite, Shard, SqliteOptions, SqliteStore, Status, Store, Version,
    WriterOptions,
};
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};

const BATCHES: u16 = 12;

fn open(folder: &Path) -> SqliteStore {
    let writer = WriterOptions {
        max_jobs: 1,
        ..WriterOptions::default()
    };
    SqliteStore::open(
        &folder.join("process.db"),
        SqliteOptions {
            writer,
            ..SqliteOptions::default()
        },
    )
    .unwrap()
}

fn batch(ids: &Ids, shard: u16) -> (InstanceId, Batch) {
    let at = Timestamp::from_second(1_790_000_000).unwrap();
    let (id, order, tenant) = (
        InstanceId(ids.next(at)),
        ids.next(at),
        Tenant::from("north"),
    );
    let mut batch = Batch::new(Shard(shard), at);
    batch.cause = Some(Cause {
        tenant: tenant.clone(),
        caller: "web".into(),
        operation: "order.place".into(),
        correlation: Correlation::begin(order),
        traceparent: None,
        claim: None,
    });
    let header = InstanceHeader {
        workflow: "place-order".into(),
        definition: "d1".into(),
        tenant: tenant.clone(),
        key: order.to_string().into(),
        correlation: Correlation::begin(order),
    };
    batch.instance = Some(InstanceWrite {
        id,
        header: Some(header),
        expected: 0,
        entries: vec!["started".into()],
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
        body: "order".into(),
        unique: Vec::new(),
        search: Vec::new(),
    });
    batch.changes.events.push(NewEvent {
        id: ids.next(at),
        feed: "order",
        aggregate: RecordRef {
            kind: "order",
            id: order,
        },
        kind: "OrderReceived",
        data: "{}".into(),
    });
    (id, batch)
}

/// Says where the process that finds it is to die.
const ARMED: &str = "armed";

fn main() {
    if let Ok(armed) = std::fs::read_to_string(ARMED) {
        runtime().block_on(die(&armed));
    } else {
        what_was_acknowledged_survives_a_death_at_every_commit();
    }
}

fn runtime() -> tokio::runtime::Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.build().unwrap()
}

/// The one that dies, unless it is through before.
async fn die(armed: &str) {
    let folder = std::env::current_dir().unwrap();
    let (point, nth) = armed.split_once(' ').unwrap();
    let point = if point == "before" {
        CrashPoint::BeforeCommit
    } else {
        CrashPoint::AfterCommitBeforeAck
    };
    crash::arm(point, nth.parse().unwrap());
    let store = open(&folder);
    let ids = Ids::seeded(nth.parse().unwrap());
    let mut acknowledged = std::fs::File::options()
        .create(true)
        .append(true)
        .open("acknowledged")
        .unwrap();
    for n in 0..BATCHES {
        let (id, batch) = batch(&ids, n % 3);
        assert_eq!(
            store.append(QueueClass::Start, batch).await.unwrap(),
            Appended::Done
        );
        writeln!(acknowledged, "{id}").unwrap();
    }
}

fn what_was_acknowledged_survives_a_death_at_every_commit() {
    for point in ["before", "after"] {
        let mut deaths = 0;
        for nth in 1.. {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(ARMED), format!("{point} {nth}")).unwrap();
            let status = Command::new(std::env::current_exe().unwrap())
                .current_dir(folder.path())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .unwrap();
            let unacknowledged = runtime().block_on(survived(folder.path()));
            if status.success() {
                assert_eq!(unacknowledged, 0);
                break;
            }
            assert_eq!(status.signal(), Some(9), "{point} {nth}: {status}");
            deaths += 1;
            // The first commit lays the store out; from the second on each is one batch.
            let written = usize::from(point == "after" && nth > 1);
            assert_eq!(unacknowledged, written, "{point} {nth}");
        }
        assert_eq!(deaths, u32::from(BATCHES) + 1);
        println!("{deaths} deaths {point} a commit: what was acknowledged is there");
    }
}

/// Checks what is left of a store; returns how many batches are there that were never acknowledged.
async fn survived(folder: &Path) -> usize {
    let acknowledged = std::fs::read_to_string(folder.join("acknowledged")).unwrap_or_default();
    let store = open(folder);
    for id in acknowledged.lines() {
        let id: InstanceId = id.parse().unwrap();
        let history = store.history(id).await.unwrap();
        assert_eq!(
            history.map(|history| history.entries.len()),
            Some(1),
            "acknowledged and gone"
        );
    }
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
    let report = store.audit_verify().unwrap();
    assert_eq!((report.first_bad, report.rows), (None, events.len() as u64));
    let orders = store
        .records(&Tenant::from("north"), "order", None, 1_000)
        .await
        .unwrap();
    assert_eq!(orders.len(), events.len());
    events.len() - acknowledged.lines().count()
}
