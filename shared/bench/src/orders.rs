//! Orders through all three tiers over HTTP, to PLACED and to fully settled; and the memory of an idle process.

use crate::engine::Setup;
use crate::load::closed_loop;
use crate::measure::{Line, memory_kb};
use crossdock::{Gateway, Options, SeedData, Settings};
use crossdock_model::Clock;
use crossdock_outbound::Endpoint;
use crossdock_policy::SubjectKind;
use http::{HeaderName, StatusCode, header};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Enough of the one SKU for any run.
const STOCK: u32 = 50_000_000;
/// How long the last orders may take to settle once nobody orders any more.
const DRAIN: Duration = Duration::from_mins(2);

/// What a run of orders says: placing, and settling.
pub(crate) struct Orders {
    /// Placing, at each number of clients.
    pub(crate) placed: Vec<Line>,
    /// Orders that were fully settled a second while others were being placed, at each number of clients.
    pub(crate) settling: Vec<u64>,
    /// Thousandths of the placed orders that settled.
    pub(crate) settled_permille: u64,
    /// Batches in the stores for one settled order, thousandths.
    pub(crate) store_appends_milli: u64,
    /// Batches in the backends' books for one settled order, thousandths.
    pub(crate) book_appends_milli: u64,
    /// Syncs of stores and books for one settled order, thousandths.
    pub(crate) syncs_milli: u64,
}

/// The memory of the real binary with nothing to do, in kB.
pub(crate) async fn idle_memory(setup: &Setup) -> Result<u64, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let binary = std::env::current_exe().map_err(|error| error.to_string())?;
    let binary = binary.with_file_name("crossdock");
    let mut command = std::process::Command::new(&binary);
    command
        .args(["up", "--no-demo", "--data"])
        .arg(folder.path());
    for listener in ["PUBLIC", "HOOKS", "INTERNAL", "OPERATIONS"] {
        command.env(format!("CROSSDOCK__LISTENERS__{listener}"), "127.0.0.1:0");
    }
    let quiet = command
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null());
    let mut process = quiet
        .spawn()
        .map_err(|error| format!("{}: {error}", binary.display()))?;
    let ready = folder.path().join("run-process.json");
    let deadline = setup.clock.monotonic() + Duration::from_secs(20);
    while !ready.exists() && setup.clock.monotonic() < deadline {
        pause(&setup.clock, Duration::from_millis(20)).await;
    }
    pause(&setup.clock, Duration::from_secs(2)).await;
    let idle = memory_kb("VmRSS:", &process.id().to_string());
    process
        .kill()
        .and_then(|()| process.wait())
        .map_err(|error| error.to_string())?;
    if idle == 0 {
        Err("the idle process ended by itself".into())
    } else {
        Ok(idle)
    }
}

/// Orders at each number of clients, then until all of them are settled.
pub(crate) async fn measure(
    setup: &Setup,
    folder: &Path,
    clients: &[usize],
) -> Result<Orders, String> {
    let gateway = gateway(setup, folder).await?;
    let addresses = gateway.start().await.map_err(|error| error.to_string())?;
    let base = url::Url::parse(&format!("http://{}", addresses.public));
    let client = crossdock_outbound::client().map_err(|error| error.to_string())?;
    let shop = Endpoint::remote(client, base.map_err(|error| error.to_string())?);
    let token = gateway.token("web-shop", Some((SubjectKind::Customer, "cust-cleo")));
    let token = token.map_err(|denied| denied.why)?.access_token;
    let shop = shop.with_header(header::AUTHORIZATION, &format!("Bearer {token}"));
    let before = Counts::of(&gateway);
    let (mut placed, mut settling) = (Vec::new(), Vec::new());
    let mut orders = 0;
    for (round, clients) in clients.iter().enumerate() {
        let shop = shop.clone();
        let call = move |n| {
            let (shop, reference) = (shop.clone(), format!("bench-{round}-{n}"));
            async move { order(&shop, &reference).await.is_ok() }
        };
        let counted = Counts::of(&gateway);
        let invoiced = invoices(&gateway).await;
        let mut run = closed_loop(&setup.clock, *clients, setup.duration, call).await;
        let after = Counts::of(&gateway);
        run.appends = (after.store + after.books) - (counted.store + counted.books);
        run.syncs = after.syncs - counted.syncs;
        orders += run.latencies.len();
        settling.push(run.a_second(invoices(&gateway).await.saturating_sub(invoiced)));
        placed.push(run.line("orders: quoted and placed", *clients));
    }
    let settled = settle(setup, &gateway).await;
    let after = Counts::of(&gateway);
    gateway.stop().await;
    let each = |total: u64| (total * 1_000).checked_div(settled).unwrap_or(0);
    Ok(Orders {
        placed,
        settling,
        settled_permille: (settled * 1_000).checked_div(orders).unwrap_or(0),
        store_appends_milli: each(after.store - before.store),
        book_appends_milli: each(after.books - before.books),
        syncs_milli: each(after.syncs - before.syncs),
    })
}

async fn gateway(setup: &Setup, folder: &Path) -> Result<Gateway, String> {
    let mut variables: Vec<(String, String)> = Vec::new();
    let mut set =
        |key: &str, value: &str| variables.push((format!("CROSSDOCK__{key}"), value.into()));
    for listener in ["PUBLIC", "HOOKS", "INTERNAL", "OPERATIONS"] {
        set(&format!("LISTENERS__{listener}"), "127.0.0.1:0");
    }
    for class in ["DEFAULT", "READ", "CHECKOUT", "RETURNS", "LOYALTY"] {
        set(&format!("POLICY__LIMITS__{class}__BURST"), "100000000");
    }
    set("POLICY__ADDRESSES__BURST", "100000000");
    set("BACKENDS__AUTO_PILOT", "20ms");
    set("BACKENDS__AUTO_SETTLE", "20ms");
    set("TELEMETRY__LEVEL", "error");
    let (settings, _) =
        Settings::from_parts(None, variables).map_err(|faults| faults.to_string())?;
    let seed_data = SeedData {
        erp: sys_erp_embedded::Seed::plenty("A-1", STOCK),
        oms: sys_oms_embedded::Seed::plenty("A-1", STOCK),
        ..SeedData::demo()
    };
    let options = Options::in_folder(folder)
        .with_clock(Arc::clone(&setup.clock))
        .with_ids(Arc::clone(&setup.ids))
        .with_seed_data(seed_data);
    Gateway::build(settings, options)
        .await
        .map_err(|error| error.to_string())
}

/// A quote and an order on it, as the web shop asks for them.
async fn order(shop: &Endpoint, reference: &str) -> Result<(), ()> {
    let quote = json!({
        "lines": [{"sku": "A-1", "quantity": 1}],
        "shipTo": {
            "country": "US", "region": "TX", "postalCode": "78701", "city": "Austin",
            "lines": ["1 Main Street"],
        },
    });
    let reply = shop
        .post("/ecommerce/v1/quotes")
        .json(&quote)
        .send()
        .await
        .map_err(drop)?;
    if reply.status != StatusCode::OK {
        return Err(());
    }
    let quote: Value = reply.json().map_err(drop)?;
    let place = json!({
        "quoteId": quote.get("quoteId"), "channelRef": reference, "tender": {"token": "tok_visa"},
    });
    let key = HeaderName::from_static("idempotency-key");
    let sending = shop
        .post("/ecommerce/v1/orders")
        .header(key, &format!("\"{reference}\""));
    let reply = sending.json(&place).send().await.map_err(drop)?;
    if reply.status == StatusCode::CREATED {
        Ok(())
    } else {
        Err(())
    }
}

/// Waits until nothing is under way any more; answers how many orders are invoiced.
async fn settle(setup: &Setup, gateway: &Gateway) -> u64 {
    let deadline = setup.clock.monotonic() + DRAIN;
    let mut quiet = 0;
    // Between packing and shipping only the OMS is at work, so one quiet look proves nothing.
    while quiet < 20 && setup.clock.monotonic() < deadline {
        let live = gateway.engine().map_or(0, crossdock_workflow::Engine::live);
        quiet = if live == 0 { quiet + 1 } else { 0 };
        pause(&setup.clock, Duration::from_millis(50)).await;
    }
    invoices(gateway).await
}

/// How many orders are invoiced: the last entry of the last ledger.
async fn invoices(gateway: &Gateway) -> u64 {
    let Some(erp) = gateway.backend("erp", "main") else {
        return 0;
    };
    let count = erp
        .book
        .read(|books| {
            books.query_row(
                "SELECT count(*) FROM document WHERE kind = 'INV'",
                [],
                |row| row.get::<_, i64>(0),
            )
        })
        .await;
    count
        .ok()
        .and_then(|count| u64::try_from(count).ok())
        .unwrap_or(0)
}

/// What stores and books have written so far.
struct Counts {
    store: u64,
    books: u64,
    syncs: u64,
}

impl Counts {
    fn of(gateway: &Gateway) -> Self {
        let stores = [gateway.process_store(), gateway.system_store()];
        let stores: Vec<_> = stores
            .into_iter()
            .flatten()
            .map(crossdock_store::SqliteStore::stats)
            .collect();
        let books: Vec<_> = gateway
            .backends()
            .iter()
            .map(|backend| backend.book.writer().stats())
            .collect();
        Self {
            store: stores.iter().map(|stats| stats.jobs).sum(),
            books: books.iter().map(|stats| stats.jobs).sum(),
            syncs: stores.iter().chain(&books).map(|stats| stats.commits).sum(),
        }
    }
}

async fn pause(clock: &Arc<dyn Clock>, time: Duration) {
    let now = clock.now();
    clock
        .sleep_until(now.saturating_add(time).unwrap_or(now))
        .await;
}
