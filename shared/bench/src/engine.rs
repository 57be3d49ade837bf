//! The engine with six no-op steps, asked over HTTP; and the probe that appends the same rows bare.

use crate::load::closed_loop;
use crate::measure::Line;
use axum::extract::State as Shared;
use axum::routing::post;
use bytes::Bytes;
use crossdock_model::{Clock, Correlation, Delivery, Fault, Ids, InstanceId, Tenant};
use crossdock_outbound::Endpoint;
use crossdock_runtime::{Listener, Tasks};
use crossdock_store::{
    Appended, Batch, Cause, InstanceHeader, InstanceWrite, QueueClass, SqliteOptions, SqliteStore,
    Status, Store,
};
use crossdock_workflow::{
    DefinitionError, Engine, Milestone, StartRequest, State, Step, StepExt as _, Waited, Workflow,
    workflow,
};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// About 300 bytes are kept of each step, as in the measurements that the ratios are held against.
const FACT: usize = 200;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct SixSteps {
    payload: String,
    done: u32,
}

impl State for SixSteps {}

/// Does nothing, and remembers that it did.
struct NoOp;

impl Step<SixSteps> for NoOp {
    const NAME: &'static str = "nothing";
    type Out = String;

    async fn run(&self, _delivery: &Delivery, _state: &SixSteps) -> Result<String, Fault> {
        Ok("x".repeat(FACT))
    }

    fn record(state: &mut SixSteps, _fact: String) {
        state.done += 1;
    }
}

fn definition() -> Result<Workflow, DefinitionError> {
    let why = "a step that does nothing leaves nothing to undo";
    workflow::<SixSteps>("six-steps")
        .step_without_undo(NoOp.named("one"), why)
        .step_without_undo(NoOp.named("two"), why)
        .step_without_undo(NoOp.named("three"), why)
        .step_without_undo(NoOp.named("four"), why)
        .step_without_undo(NoOp.named("five"), why)
        .step_without_undo(NoOp.named("six"), why)
        .build()
}

/// What every measurement of a run shares.
pub(crate) struct Setup {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<Ids>,
    /// How long each load runs.
    pub(crate) duration: Duration,
}

/// Six steps over HTTP at each number of clients.
pub(crate) async fn measure(
    setup: &Setup,
    folder: &Path,
    clients: &[usize],
) -> Result<Vec<Line>, String> {
    let store = open(&folder.join("engine.db"))?;
    let engine = engine(setup, &store).await?;
    let tasks = Tasks::new();
    let endpoint = serve(setup, &engine, &tasks).await?;
    let body = Bytes::from(format!("{{\"payload\":\"{}\"}}", "p".repeat(1_180)));
    let mut lines = Vec::new();
    for clients in clients {
        let before = store.stats();
        let (endpoint, body) = (endpoint.clone(), body.clone());
        let call = move |_n| {
            let (endpoint, body) = (endpoint.clone(), body.clone());
            async move {
                let sent = endpoint
                    .post("/run")
                    .bytes("application/json", body)
                    .send()
                    .await;
                sent.is_ok_and(|reply| reply.status.is_success())
            }
        };
        let mut run = closed_loop(&setup.clock, *clients, setup.duration, call).await;
        let after = store.stats();
        run.appends = after.jobs - before.jobs;
        run.syncs = after.commits - before.commits;
        lines.push(run.line("engine: six steps over HTTP", *clients));
    }
    tasks.stop(Duration::from_secs(5)).await;
    engine.shutdown(Duration::from_secs(5)).await;
    Ok(lines)
}

/// The same rows through the bare store port: the ceiling that the engine is held against.
pub(crate) async fn probe(setup: &Setup, folder: &Path, clients: usize) -> Result<Line, String> {
    let rows = rows_of_one(setup).await?;
    let store = open(&folder.join("probe.db"))?;
    let before = store.stats();
    let (ids, clock) = (Arc::clone(&setup.ids), Arc::clone(&setup.clock));
    let bare = store.clone();
    let call = move |_n| {
        let (store, rows) = (bare.clone(), Arc::clone(&rows));
        let (id, now) = (InstanceId(ids.next(clock.now())), clock.now());
        async move { append_all(&store, id, now, &rows).await }
    };
    let mut run = closed_loop(&setup.clock, clients, setup.duration, call).await;
    let after = store.stats();
    run.appends = after.jobs - before.jobs;
    run.syncs = after.commits - before.commits;
    Ok(run.line("probe: the same rows, bare store port", clients))
}

fn open(path: &Path) -> Result<SqliteStore, String> {
    SqliteStore::open(path, SqliteOptions::default()).map_err(|error| error.to_string())
}

async fn engine(setup: &Setup, store: &SqliteStore) -> Result<Engine, String> {
    let store: Arc<dyn Store> = Arc::new(store.clone());
    let definition = definition().map_err(|error| error.to_string())?;
    Engine::builder(store, Arc::clone(&setup.clock), Arc::clone(&setup.ids))
        .register(definition)
        .start()
        .await
        .map_err(|error| error.to_string())
}

async fn serve(setup: &Setup, engine: &Engine, tasks: &Tasks) -> Result<Endpoint, String> {
    let shared = (
        engine.clone(),
        Arc::clone(&setup.clock),
        Arc::clone(&setup.ids),
    );
    let router = axum::Router::new()
        .route("/run", post(run_one))
        .with_state(shared);
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let listener = Listener::bind(address)
        .await
        .map_err(|error| error.to_string())?;
    let base = url::Url::parse(&format!("http://{}", listener.address()));
    let base = base.map_err(|error| error.to_string())?;
    tasks.run(
        "bench",
        crossdock_runtime::serve(listener, router, tasks.stopping()),
    );
    let client = crossdock_outbound::client().map_err(|error| error.to_string())?;
    Ok(Endpoint::remote(client, base))
}

#[derive(Debug, Deserialize)]
struct RunRequest {
    payload: String,
}

async fn run_one(
    Shared((engine, clock, ids)): Shared<(Engine, Arc<dyn Clock>, Arc<Ids>)>,
    axum::Json(request): axum::Json<RunRequest>,
) -> Result<String, http::StatusCode> {
    let id = InstanceId(ids.next(clock.now()));
    let done = run(&engine, &clock, id, request.payload).await;
    done.map_err(|_why| http::StatusCode::SERVICE_UNAVAILABLE)?;
    Ok(id.to_string())
}

async fn run(
    engine: &Engine,
    clock: &Arc<dyn Clock>,
    id: InstanceId,
    payload: String,
) -> Result<(), String> {
    let key = id.to_string();
    let state = SixSteps {
        payload: payload.chars().take(100).collect(),
        done: 0,
    };
    let request = StartRequest {
        workflow: "six-steps",
        id,
        key: key.as_str().into(),
        partition: &key,
        state: &state,
        records: Vec::new(),
        cause: cause(),
        inbox: None,
    };
    let started = engine
        .start(request)
        .await
        .map_err(|error| error.to_string())?;
    let until = clock
        .now()
        .saturating_add(Duration::from_secs(30))
        .map_err(|e| e.to_string())?;
    let ended = engine.wait_for(started.id(), Milestone::End, until).await;
    match ended.map_err(|error| error.to_string())? {
        Waited::Reached | Waited::Answer(_) => Ok(()),
        Waited::Refused(refusal) => Err(refusal.to_string()),
        Waited::Parked => Err("it waits for a person".into()),
        Waited::Pending => Err("not done within 30 s".into()),
    }
}

fn cause() -> Cause {
    Cause {
        tenant: Tenant::from("bench"),
        caller: "bench".into(),
        operation: "bench.run".into(),
        correlation: Correlation("bench".into()),
        traceparent: None,
        claim: None,
    }
}

/// What one workflow leaves behind: its batches, each with its journal entries.
struct Rows {
    header: InstanceHeader,
    batches: Vec<Vec<Bytes>>,
}

/// Runs one workflow and reads back what it appended.
async fn rows_of_one(setup: &Setup) -> Result<Arc<Rows>, String> {
    let store = SqliteStore::memory().map_err(|error| error.to_string())?;
    let engine = engine(setup, &store).await?;
    let id = InstanceId(setup.ids.next(setup.clock.now()));
    run(&engine, &setup.clock, id, "p".repeat(1_180)).await?;
    let stored = store.history(id).await.map_err(|error| error.to_string())?;
    let stored = stored.ok_or("the workflow left no row")?;
    let entries = stored.entries;
    let count = usize::try_from(stored.row.revision).map_err(|error| error.to_string())?;
    let mut batches = vec![Vec::new(); count.max(1)];
    for (at, entry) in entries.iter().enumerate() {
        let batch = at * count / entries.len().max(1);
        if let Some(batch) = batches.get_mut(batch) {
            batch.push(entry.clone());
        }
    }
    Ok(Arc::new(Rows {
        header: stored.row.header,
        batches,
    }))
}

async fn append_all(
    store: &SqliteStore,
    id: InstanceId,
    now: crossdock_model::Timestamp,
    rows: &Rows,
) -> bool {
    let mut header = rows.header.clone();
    header.key = id.to_string().into();
    let shard = store.shard_of(&header.tenant, &header.key);
    let last = rows.batches.len();
    for (at, entries) in rows.batches.iter().enumerate() {
        let first = at == 0;
        let mut batch = Batch::new(shard, now);
        batch.cause = first.then(cause);
        batch.instance = Some(InstanceWrite {
            id,
            header: first.then(|| header.clone()),
            expected: at as u64,
            entries: entries.clone(),
            status: if at + 1 == last {
                Status::Completed
            } else {
                Status::Running
            },
            due: None,
            parked: None,
            snapshot: None,
        });
        let class = if first {
            QueueClass::Start
        } else {
            QueueClass::Progress
        };
        if !matches!(store.append(class, batch).await, Ok(Appended::Done)) {
            return false;
        }
    }
    true
}
