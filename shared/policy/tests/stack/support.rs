//! A small shop behind real policies, configured by the default configuration.

use axum::body::Body;
use axum::response::Response;
use crossdock_model::{ApiId, Caller, Clock, Context, Ids, Subject, Tenant, Timestamp};
use crossdock_outbound::{CallContext, TierKey};
use crossdock_policy::{
    CallerKey, ConsumerDirectory, Consumers, Issuer, IssuerSettings, PolicySettings, RequestCause,
    Roles, Shared, SharedParts, SubjectKind, TrustedIssuer, Verifier, protect,
};
use crossdock_problem::{Json, Problem};
use crossdock_runtime::{
    Api, DataClass, Declaration, Domain, Idempotency, LimitClass, ManualClock, Pattern, Routes,
    Security, routes,
};
use crossdock_settings::{Tenants, Tree};
use crossdock_store::{SqliteStore, Store};
use http::{Request, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tower::ServiceExt as _;
use utoipa::ToSchema;

pub(crate) const DEFAULTS: &str = include_str!("../../../../config/default.toml");
pub(crate) const SHOP: ApiId = ApiId::experience("ecommerce");
pub(crate) const ORDERS: ApiId = ApiId::process("order");
pub(crate) const ERP: ApiId = ApiId::system("erp");
pub(crate) const TIER_SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

/// How often the handler that places orders was reached, in this thread of tests.
#[derive(Debug, Clone, Default)]
pub(crate) struct Served(pub(crate) Arc<AtomicUsize>);

pub(crate) struct Shop {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) issuer: Arc<Issuer>,
    pub(crate) shared: Shared,
    pub(crate) policy: PolicySettings,
    pub(crate) folder: TempDir,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) served: Served,
}

impl Shop {
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// With other values than the defaults.
    pub(crate) fn with(variables: &[(&str, &str)]) -> Self {
        Self::trusting(variables, Vec::new())
    }

    /// With the tokens of issuers from outside.
    pub(crate) fn trusting(variables: &[(&str, &str)], trusted: Vec<TrustedIssuer>) -> Self {
        let variables = variables
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        let mut tree = Tree::load(DEFAULTS, None, variables).unwrap();
        let policy: PolicySettings = tree.section("policy").unwrap();
        let mut settings: IssuerSettings = tree.section("issuer").unwrap();
        settings.trusted = trusted;
        let consumers: Consumers = tree.section("consumers").unwrap();
        let roles: Roles = tree.section("roles").unwrap();
        let tenants: Tenants = tree.section("tenants").unwrap();
        let tenants = tenants.into_keys().collect();
        let clock = Arc::new(ManualClock::at(
            Timestamp::from_second(1_700_000_000).unwrap(),
        ));
        let time = Arc::clone(&clock) as Arc<dyn Clock>;
        let ids = Arc::new(Ids::seeded(1));
        let folder = tempfile::tempdir().unwrap();
        let clients = ConsumerDirectory::open(&consumers, &roles, &tenants, folder.path()).unwrap();
        let clients = Arc::new(clients);
        let issuer = Issuer::open(
            &settings,
            Arc::clone(&clients),
            folder.path(),
            Arc::clone(&time),
            Arc::clone(&ids),
        );
        let issuer = issuer.unwrap().unwrap();
        let verifier = Verifier::new(&settings, &roles, clients, Some(&issuer), Arc::clone(&time));
        let verifier = verifier.unwrap();
        let store: Arc<dyn Store> = Arc::new(SqliteStore::memory().unwrap());
        let parts = SharedParts {
            clock: time,
            ids,
            tenants,
            verifier,
            tier_key: Some(TierKey::new(TIER_SECRET).unwrap()),
            store: Some(Arc::clone(&store)),
        };
        Self {
            clock,
            issuer,
            shared: Shared::new(&policy, parts),
            policy,
            folder,
            store,
            served: Served::default(),
        }
    }

    /// The API, not yet behind its policies.
    pub(crate) fn api(&self, id: ApiId) -> Api {
        Api::new(
            id,
            "A shop for tests.",
            routes(self.served.clone(), Arc::clone(&self.clock)),
        )
    }

    /// The API's router behind its policies.
    pub(crate) fn serve(&self, id: ApiId) -> axum::Router {
        protect(self.api(id), &self.policy.profile(id), &self.shared).unwrap()
    }

    /// An access token of the customer Ada, got by token exchange.
    pub(crate) fn token(&self) -> String {
        let ada = Some((SubjectKind::Customer, "cust-ada/member-ada"));
        self.issuer
            .token("web-shop", ada, None)
            .unwrap()
            .access_token
    }

    /// A request to the shop as Ada, answered.
    pub(crate) async fn ask(&self, request: http::request::Builder, body: &str) -> Answer {
        let request = request.header("authorization", format!("Bearer {}", self.token()));
        self.send(SHOP, request, body).await
    }

    pub(crate) async fn send(
        &self,
        api: ApiId,
        request: http::request::Builder,
        body: &str,
    ) -> Answer {
        let request = request.body(Body::from(body.to_owned())).unwrap();
        answer(self.serve(api), request).await
    }

    pub(crate) fn times_served(&self) -> usize {
        self.served.0.load(Ordering::SeqCst)
    }
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: http::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {:?}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// The problem's code, after checking that it is one and whole.
    pub(crate) fn code(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text
        );
        let problem: Problem = serde_json::from_str(&self.text).unwrap();
        assert_eq!(problem.status, self.status.as_u16());
        assert!(problem.instance.is_some(), "{problem:?}");
        problem.code
    }
}

pub(crate) async fn answer(router: axum::Router, request: Request<Body>) -> Answer {
    let response: Response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

pub(crate) fn ada() -> Caller {
    Caller {
        tenant: Tenant::from("acme"),
        consumer: "web-shop".into(),
        subject: Subject::Customer {
            id: "cust-ada".into(),
            member: None,
        },
        scopes: Arc::new(["orders:place".into()]),
    }
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Order {
    #[schema(min_items = 1)]
    lines: Vec<Line>,
    #[serde(default)]
    note: Option<String>,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Line {
    #[schema(min_length = 1)]
    sku: String,
    #[schema(minimum = 1)]
    quantity: u32,
}

type Deps = (Served, Arc<ManualClock>);

fn routes(served: Served, clock: Arc<ManualClock>) -> Routes {
    Routes::new()
        .route(routes!(place), PLACE)
        .route(routes!(read), READ)
        .route(routes!(slow), READ)
        .route(routes!(broken), READ)
        .route(routes!(hello), HELLO)
        .route(routes!(admin), ADMIN)
        .route(routes!(large), HELLO)
        .route(routes!(stream), HELLO)
        .route(routes!(encoded), HELLO)
        .with_state((served, clock))
}

const READ: Declaration = Declaration {
    security: Security::Scopes(&["orders:read"]),
    owner: Domain::Commerce,
    pattern: Pattern::Sync,
    latency: Duration::from_millis(50),
    limit: LimitClass::Default,
    data: DataClass::Pseudonymous,
    idempotency: Idempotency::Safe,
    degrade: "last known state",
};

const PLACE: Declaration = Declaration {
    security: Security::Scopes(&["orders:place"]),
    limit: LimitClass::Checkout,
    idempotency: Idempotency::CallerKey,
    ..READ
};

const HELLO: Declaration = Declaration {
    security: Security::Public,
    ..READ
};

const ADMIN: Declaration = Declaration {
    security: Security::Scopes(&["exceptions:act"]),
    ..READ
};

#[utoipa::path(post, path = "/orders", operation_id = "place_order", request_body = Order,
    responses((status = 201)))]
async fn place(
    axum::extract::State(deps): axum::extract::State<Deps>,
    key: CallerKey,
    caused: RequestCause,
    Json(order): Json<Order>,
) -> (StatusCode, Json<Value>) {
    deps.0.0.fetch_add(1, Ordering::SeqCst);
    let cause = caused.0;
    let received = serde_json::json!({
        "key": &*key.0,
        "caller": cause.caller,
        "operation": cause.operation,
        "claimed": cause.claim.map(|claim| claim.scope),
        "lines": order.lines.len(),
        "note": order.note,
    });
    (StatusCode::CREATED, Json(received))
}

#[utoipa::path(get, path = "/orders/{id}", operation_id = "read_order",
    params(("id" = uuid::Uuid, Path), ("limit" = Option<u32>, Query, maximum = 200)),
    responses((status = 200)))]
async fn read(context: CallContext) -> Json<Value> {
    let deadline = context.deadline.map(Timestamp::as_millisecond);
    Json(serde_json::json!({
        "tenant": context.caller.tenant,
        "subject": context.caller.subject,
        "depth": context.depth,
        "deadline": deadline,
        "traceparent": context.traceparent,
    }))
}

#[utoipa::path(get, path = "/slow", operation_id = "read_slowly", responses((status = 200)))]
async fn slow(axum::extract::State(deps): axum::extract::State<Deps>) -> StatusCode {
    deps.1.advance(Duration::from_mins(2));
    std::future::pending().await
}

#[utoipa::path(get, path = "/broken", operation_id = "read_broken", responses((status = 200)))]
async fn broken() -> StatusCode {
    panic!("the ledger is gone")
}

#[utoipa::path(get, path = "/hello", operation_id = "say_hello", responses((status = 200)))]
async fn hello() -> &'static str {
    "hello"
}

#[utoipa::path(get, path = "/admin", operation_id = "administer", responses((status = 200)))]
async fn admin() -> &'static str {
    "done"
}

#[utoipa::path(get, path = "/large", operation_id = "read_much", responses((status = 200)))]
async fn large() -> Json<String> {
    Json("x".repeat(4_000))
}

#[utoipa::path(get, path = "/stream", operation_id = "read_events", responses((status = 200)))]
async fn stream() -> impl axum::response::IntoResponse {
    ([("content-type", "text/event-stream")], "x".repeat(4_000))
}

#[utoipa::path(get, path = "/encoded", operation_id = "read_encoded", responses((status = 200)))]
async fn encoded() -> impl axum::response::IntoResponse {
    ([("content-encoding", "br")], "x".repeat(4_000))
}

/// A context as the tier above would send it.
pub(crate) fn context(caller: Caller) -> Context {
    Context::new(caller, crossdock_model::Correlation("journey-1".into()))
}
