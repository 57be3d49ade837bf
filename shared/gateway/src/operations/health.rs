//! Liveness, readiness and metrics of the process.

use crate::operations::deps::Deps;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use crossdock_problem::{Code, Problem};
use crossdock_store::WriterStats;
use crossdock_workflow::Engine;
use http::header;
use std::time::Duration;

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: started, not stopping, no store found damaged, every store and book writing; else each that is not, with what to do.
pub(crate) async fn ready(State(deps): State<Deps>) -> Result<&'static str, Problem> {
    if !deps.health.is_ready() {
        return Err(Problem::new(
            Code::Unavailable,
            "the process is starting or stopping",
        ));
    }
    if !deps.stores.are_alive() {
        return Err(Problem::new(
            Code::Unavailable,
            "a store no longer writes: restart the process",
        ));
    }
    if let Some(damaged) = deps.stores.damaged() {
        return Err(Problem::new(Code::Unavailable, damaged));
    }
    let unwritable = deps.files.unwritable();
    if !unwritable.is_empty() {
        let detail = format!(
            "{}; once that is done it goes on by itself",
            unwritable.join("; ")
        );
        return Err(Problem::new(Code::Unavailable, detail).after(Duration::from_secs(1)));
    }
    Ok("ready\n")
}

/// A counter or gauge of every store: its name, its kind, what it says, and where it is read.
type Metric = (
    &'static str,
    &'static str,
    &'static str,
    fn(&WriterStats) -> u64,
);

const OF_STORES: [Metric; 6] = [
    (
        "commits_total",
        "counter",
        "Transactions committed, one sync each.",
        |s| s.commits,
    ),
    ("jobs_total", "counter", "Batches acknowledged.", |s| s.jobs),
    (
        "refused_total",
        "counter",
        "Batches refused by their own rule.",
        |s| s.refused,
    ),
    (
        "failures_total",
        "counter",
        "Groups lost because disk or file failed.",
        |s| s.failures,
    ),
    ("checkpoints_total", "counter", "Checkpoints taken.", |s| {
        s.checkpoints
    }),
    ("log_pages", "gauge", "Pages in the write-ahead log.", |s| {
        u64::from(s.wal_pages)
    }),
];

/// `GET /metrics`: counters and gauges in the text format of Prometheus.
pub(crate) async fn metrics(State(deps): State<Deps>) -> Response {
    let stores: Vec<_> = deps
        .stores
        .all()
        .map(|(name, store)| (name, store.stats()))
        .collect();
    let mut lines = Vec::new();
    for (name, kind, help, read) in OF_STORES {
        let name = format!("crossdock_store_{name}");
        lines.push(format!("# HELP {name} {help}\n# TYPE {name} {kind}"));
        let row = |(store, stats): &(_, _)| format!("{name}{{store=\"{store}\"}} {}", read(stats));
        lines.extend(stores.iter().map(row));
    }
    let name = "crossdock_file_writable";
    lines.push(format!(
        "# HELP {name} Whether a store or a book can be written at present.\n# TYPE {name} gauge"
    ));
    lines.extend(deps.files.iter().map(|file| {
        let writable = u8::from(file.writer.unwritable().is_none());
        format!("{name}{{file=\"{}\"}} {writable}", file.path)
    }));
    let live = deps.engine.as_ref().map_or(0, Engine::live);
    let name = "crossdock_process_live_instances";
    lines.push(format!(
        "# HELP {name} Workflow instances in memory.\n# TYPE {name} gauge"
    ));
    lines.push(format!("{name} {live}\n"));
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        lines.join("\n"),
    )
        .into_response()
}
