//! What one hop costs: a request through an API's policies to a handler that reads its JSON.

use crate::report::print_line;
use alloc_counter::count_alloc_future;
use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use crossdock::Settings;
use crossdock_model::{ApiId, Caller, Clock, Context, Correlation, Ids, Tier};
use crossdock_outbound::{IDEMPOTENCY_KEY, TierKey};
use crossdock_policy::{
    ConsumerDirectory, Issuer, Shared, SharedParts, SubjectKind, Verifier, protect,
};
use crossdock_problem::Json;
use crossdock_runtime::{
    Api, DataClass, Declaration, Domain, Idempotency, LimitClass, Pattern, Routes, Security,
    SystemClock, routes,
};
use crossdock_store::{SqliteStore, Store};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, Uri, header};
use http_body_util::{BodyExt as _, Limited};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt as _;
use utoipa::ToSchema;

/// So many hops are timed together: one of them is too short for the clock.
const BATCH: u32 = 25;
/// So many batches. The median is the cost of a hop; the fastest tenth is steady on a busy machine too.
const BATCHES: usize = 2_000;
/// So many hops before anything is measured.
const WARM_UP: u32 = 5_000;
/// The largest answer that the in-process transport reads.
const ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// An order's lines, about 1.2 kB as JSON.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Order {
    #[schema(min_items = 1)]
    lines: Vec<Line>,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Line {
    #[schema(min_length = 1)]
    sku: String,
    #[schema(minimum = 1)]
    quantity: u32,
    note: String,
}

const PLACE: Declaration = Declaration {
    security: Security::Scopes(&["orders:place"]),
    owner: Domain::Commerce,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(50),
    limit: LimitClass::Checkout,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::Safe,
    degrade: "not at all",
};

#[utoipa::path(post, path = "/orders", operation_id = "place_order", request_body = Order,
    responses((status = 201)))]
async fn place(Json(order): Json<Order>) -> (StatusCode, Json<Value>) {
    let placed = json!({ "id": "o-1", "lines": order.lines.len() });
    (StatusCode::CREATED, Json(placed))
}

fn api(id: ApiId) -> Api {
    Api::new(
        id,
        "What a hop is measured on.",
        Routes::new().route(routes!(place), PLACE),
    )
}

/// A request that is sent again and again, as the in-process transport or a listener would.
struct Hop {
    what: &'static str,
    router: Router,
    /// What only a call of the same process carries: from which tier, and on whose behalf.
    typed: Option<(Tier, Context)>,
    headers: HeaderMap,
    body: Bytes,
}

impl Hop {
    async fn take(&self) -> Result<(), String> {
        let mut request = Request::new(Body::from(self.body.clone()));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = Uri::from_static("/orders");
        request.headers_mut().clone_from(&self.headers);
        if let Some((from, context)) = &self.typed {
            request.extensions_mut().insert(*from);
            request.extensions_mut().insert(context.clone());
        }
        let answered = self.router.clone().oneshot(request).await;
        let (parts, body) = answered.unwrap_or_else(|never| match never {}).into_parts();
        let body = Limited::new(body, ANSWER_BYTES).collect().await;
        let body = body.map_err(|error| error.to_string())?.to_bytes();
        if parts.status == StatusCode::CREATED {
            Ok(())
        } else {
            Err(format!("{}: {}", self.what, String::from_utf8_lossy(&body)))
        }
    }

    async fn several(&self, times: u32) -> Result<(), String> {
        for _ in 0..times {
            self.take().await?;
        }
        Ok(())
    }

    async fn measure(&self, clock: &dyn Clock) -> Result<Cost, String> {
        self.several(WARM_UP).await?;
        let mut batches = Vec::with_capacity(BATCHES);
        for _ in 0..BATCHES {
            let began = clock.monotonic();
            self.several(BATCH).await?;
            batches.push(clock.monotonic().saturating_sub(began) / BATCH);
        }
        batches.sort_unstable();
        let at = |place: usize| batches.get(place).copied().unwrap_or_default();
        let ((allocations, reallocations, _), hops) = count_alloc_future(self.several(100)).await;
        hops?;
        Ok(Cost {
            median: at(BATCHES / 2),
            fast: at(BATCHES / 10),
            allocations: (allocations + reallocations) / 100,
        })
    }
}

/// What a hop costs: microseconds and allocations.
struct Cost {
    /// Half of the batches were faster, by hop.
    median: Duration,
    /// A tenth of the batches was faster, by hop.
    fast: Duration,
    allocations: usize,
}

/// Measures every kind of hop and prints the table.
pub(crate) async fn measure() -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    print_line("one hop (POST, 1.2 kB of JSON)        median us   fast us   allocations");
    for hop in hops(folder.path(), &clock)? {
        let cost = hop.measure(&*clock).await?;
        let (median, fast) = (micros(cost.median), micros(cost.fast));
        let (what, allocations) = (hop.what, cost.allocations);
        print_line(&format!(
            "{what:<38} {median:>8} {fast:>9} {allocations:>13}"
        ));
    }
    print_line("");
    Ok(())
}

/// Microseconds with two decimals.
fn micros(time: Duration) -> String {
    let nanos = time.as_nanos();
    format!("{}.{:02}", nanos / 1_000, nanos % 1_000 / 10)
}

fn hops(folder: &Path, clock: &Arc<dyn Clock>) -> Result<Vec<Hop>, String> {
    let (settings, issuer, shared) = policies(folder, clock)?;
    let serve = |id: ApiId| {
        protect(api(id), &settings.policy.profile(id), &shared).map_err(|error| error.to_string())
    };
    let token = issuer.token("web-shop", Some((SubjectKind::Customer, "cust-ada")), None);
    let token = token.map_err(|denied| denied.why)?.access_token;
    let mut wire = with(
        &json_headers(),
        header::AUTHORIZATION,
        &format!("Bearer {token}"),
    )?;
    wire = with(&wire, IDEMPOTENCY_KEY, "\"hop-1\"")?;
    let keyed = with(&json_headers(), IDEMPOTENCY_KEY, "\"hop-1\"")?;
    let hop = |what, router, from: Option<Tier>, headers| Hop {
        what,
        router,
        typed: from.map(|from| (from, context(clock))),
        headers,
        body: body(),
    };
    let (system, process) = (ApiId::system("erp"), ApiId::process("order"));
    let (bare, border) = (api(system).router, serve(ApiId::experience("ecommerce"))?);
    Ok(vec![
        hop(
            "the router alone",
            bare,
            Some(Tier::Process),
            json_headers(),
        ),
        hop(
            "system API",
            serve(system)?,
            Some(Tier::Process),
            json_headers(),
        ),
        hop(
            "process API",
            serve(process)?,
            Some(Tier::Experience),
            json_headers(),
        ),
        hop(
            "process API, with a key",
            serve(process)?,
            Some(Tier::Experience),
            keyed,
        ),
        hop("border: token, key, limits, schema", border, None, wire),
    ])
}

/// The default configuration, without limits that a loop would meet.
fn policies(
    folder: &Path,
    clock: &Arc<dyn Clock>,
) -> Result<(Settings, Arc<Issuer>, Shared), String> {
    let unlimited = ["LIMITS__CHECKOUT", "ADDRESSES"].map(|limit| {
        (
            format!("CROSSDOCK__POLICY__{limit}__BURST"),
            "100000000".to_owned(),
        )
    });
    let settings = Settings::from_parts(None, unlimited.into());
    let (settings, _) = settings.map_err(|faults| faults.to_string())?;
    let text = |error: &dyn std::fmt::Display| error.to_string();
    let (tenants, roles) = (settings.tenants.keys().cloned().collect(), &settings.roles);
    let consumers = ConsumerDirectory::open(&settings.consumers, roles, &tenants, folder);
    let consumers = Arc::new(consumers.map_err(|error| text(&error))?);
    let ids = Arc::new(Ids::random());
    let (time, random) = (Arc::clone(clock), Arc::clone(&ids));
    let registered = Arc::clone(&consumers);
    let issuer = Issuer::open(&settings.issuer, registered, folder, time, random);
    let issuer = issuer.map_err(|error| text(&error))?;
    let issuer = issuer.ok_or("the embedded issuer is off")?;
    let (embedded, time) = (Some(&*issuer), Arc::clone(clock));
    let verifier = Verifier::new(&settings.issuer, roles, consumers, embedded, time);
    let store: Arc<dyn Store> = Arc::new(SqliteStore::memory().map_err(|error| text(&error))?);
    let tier_key = TierKey::new(b"0123456789abcdef0123456789abcdef");
    let parts = SharedParts {
        clock: Arc::clone(clock),
        ids,
        tenants,
        verifier: verifier.map_err(|error| text(&error))?,
        tier_key: Some(tier_key.map_err(|error| text(&error))?),
        store: Some(store),
    };
    let shared = Shared::new(&settings.policy, parts);
    Ok((settings, issuer, shared))
}

/// As the tier above sends it, with a deadline to keep.
fn context(clock: &Arc<dyn Clock>) -> Context {
    let caller = Caller {
        scopes: Arc::new(["orders:place".into()]),
        ..Caller::workflow("acme".into())
    };
    let mut context = Context::new(caller, Correlation("hop-1".into()));
    let later = clock.now().saturating_add(Duration::from_hours(1));
    context.deadline = later.ok();
    context
}

fn body() -> Bytes {
    let line = |n: u32| Line {
        sku: format!("SKU-{n:04}"),
        quantity: n + 1,
        note: "leave it at the back door, please, and ring twice; ".repeat(5),
    };
    let order = Order {
        lines: (0..4).map(line).collect(),
    };
    serde_json::to_vec(&order).unwrap_or_default().into()
}

fn json_headers() -> HeaderMap {
    let kind = HeaderValue::from_static("application/json");
    HeaderMap::from_iter([(header::CONTENT_TYPE, kind)])
}

fn with(headers: &HeaderMap, name: HeaderName, value: &str) -> Result<HeaderMap, String> {
    let mut headers = headers.clone();
    let value = HeaderValue::from_str(value).map_err(|error| error.to_string())?;
    headers.insert(name, value);
    Ok(headers)
}
