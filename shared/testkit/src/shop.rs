//! The retailer under test: one gateway in memory, over its real embedded backends.

use crate::{Bank, Books, Channel, Warehouse};
use crossdock::{Gateway, ListenerName, Options, Settings};
use crossdock_model::{Clock, Ids, InstanceId, OrderId, Timestamp};
use crossdock_outbound::Endpoint;
use crossdock_policy::SubjectKind;
use crossdock_runtime::SystemClock;
use crossdock_store::{InstanceQuery, Position, Store as _, StoredEvent};
use crossdock_workflow::{Act, Engine, ExceptionView};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// How long anything in a test may take before the test says what it waited for.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How long to wait before looking at somebody else's books again.
const POLL_INTERVAL: Duration = Duration::from_millis(3);

/// A retailer with everything in one process and in memory.
#[derive(Debug)]
pub struct Shop {
    gateway: Gateway,
    clock: Arc<dyn Clock>,
}

impl Shop {
    /// A shop with the defaults; nothing moves by itself.
    pub async fn open() -> Self {
        Self::open_with(&[]).await
    }

    /// A shop with some settings of its own, as environment variables would set them.
    pub async fn open_with(settings: &[(&str, &str)]) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        Self::built(settings, Options::in_memory().with_clock(clock)).await
    }

    /// A shop over any options.
    pub async fn built(settings: &[(&str, &str)], options: Options) -> Self {
        Self::configured("", settings, options).await
    }

    /// A shop with a configuration file of its own: what variables cannot say.
    pub async fn configured(file: &str, settings: &[(&str, &str)], options: Options) -> Self {
        let still = [
            ("CROSSDOCK__BACKENDS__AUTO_PILOT", "0s"),
            ("CROSSDOCK__BACKENDS__AUTO_SETTLE", "0s"),
            ("CROSSDOCK__MATURITY__WINDOW", "0s"),
            ("CROSSDOCK__POLICY__PROCESS__SAMPLE", "100"),
            ("CROSSDOCK__POLICY__SYSTEM__SAMPLE", "100"),
        ];
        let all = still.iter().chain(settings);
        let owned = all
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let folder = tempfile::tempdir().expect("a folder for the configuration");
        let path = folder.path().join("crossdock.toml");
        std::fs::write(&path, file).expect("the configuration can be written");
        let read = Settings::from_parts(Some(&path), owned);
        let (settings, _) = read.unwrap_or_else(|faults| panic!("the settings: {faults}"));
        let clock = Arc::clone(&options.clock);
        let options = options.with_ids(Arc::new(Ids::random()));
        let gateway = Gateway::build(settings, options)
            .await
            .expect("the gateway can be built");
        gateway.work();
        Self { gateway, clock }
    }

    /// The gateway under test, for what no channel can see.
    pub fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// The web shop on behalf of a customer (`cust-ada/member-ada`), or of nobody.
    pub fn web(&self, customer: Option<&str>) -> Channel {
        self.channel("web-shop", customer.map(|who| (SubjectKind::Customer, who)))
    }

    /// A till with a clerk, `store-soho/kim`.
    pub fn till(&self, clerk: &str) -> Channel {
        self.channel("till", Some((SubjectKind::Clerk, clerk)))
    }

    /// An agent of customer service.
    pub fn agent(&self, agent: &str) -> Channel {
        self.channel("service-desk", Some((SubjectKind::Agent, agent)))
    }

    /// A marketplace that sends orders it was paid for.
    pub fn marketplace(&self) -> Channel {
        self.channel("marketplace", None)
    }

    /// A registered application, itself or on behalf of a subject.
    pub fn channel(&self, consumer: &str, on_behalf: Option<(SubjectKind, &str)>) -> Channel {
        let token = self.gateway.token(consumer, on_behalf);
        let token =
            token.unwrap_or_else(|denied| panic!("no token for {consumer}: {}", denied.why));
        Channel::new(self.public(), Some(&token.access_token))
    }

    /// A caller who sends no token.
    pub fn stranger(&self) -> Channel {
        Channel::new(self.public(), None)
    }

    fn public(&self) -> Endpoint {
        Endpoint::local(self.gateway.router(ListenerName::Public))
    }

    /// Where orders are picked, packed and shipped.
    pub fn warehouse(&self) -> Warehouse {
        Warehouse::new(self.backend("oms", "main"))
    }

    /// The payment provider, where card money settles.
    pub fn bank(&self) -> Bank {
        Bank::new(self.backend("payment", "main"))
    }

    /// The book of an embedded backend: its tables and its faults.
    pub fn book(&self, domain: &str, connector: &str) -> &crossdock_books::Book {
        let backend = self.gateway.backend(domain, connector);
        &backend
            .unwrap_or_else(|| panic!("no embedded backend {domain}/{connector}"))
            .book
    }

    /// What the backends wrote down themselves.
    pub fn books(&self) -> Books<'_> {
        Books::new(&self.gateway)
    }

    /// The API of an embedded backend, with its key.
    pub fn backend(&self, domain: &str, connector: &str) -> Endpoint {
        let backend = self.gateway.backend(domain, connector);
        backend
            .unwrap_or_else(|| panic!("no embedded backend {domain}/{connector}"))
            .endpoint()
    }

    /// Waits for an event of the process tier that fits; panics with what there was after half a minute.
    pub async fn event(&self, feed: &str, fits: impl Fn(&StoredEvent) -> bool) -> StoredEvent {
        let store = self
            .gateway
            .process_store()
            .expect("the process tier is served here");
        let come = async {
            loop {
                let grown = store.grown(feed);
                if let Some(found) = self.events(feed).await.into_iter().find(&fits) {
                    return found;
                }
                grown.await;
            }
        };
        if let Ok(found) = tokio::time::timeout(TIMEOUT, come).await {
            return found;
        }
        let events = self.events(feed).await;
        let kinds: Vec<&str> = events.iter().map(|event| &*event.kind).collect();
        panic!("no such event came on {feed} within {TIMEOUT:?}; there were {kinds:?}")
    }

    /// Every event of a feed of the process tier so far.
    pub async fn events(&self, feed: &str) -> Vec<StoredEvent> {
        let store = self
            .gateway
            .process_store()
            .expect("the process tier is served here");
        store
            .events(feed, &Position::default(), 10_000)
            .await
            .expect("events can be read")
    }

    /// Waits until somebody outside has written something down; looks whenever anything goes on.
    pub async fn until(&self, what: &str, so: impl Fn(&Books<'_>) -> bool) {
        let books = self.books();
        let come = async {
            while !so(&books) {
                self.look_again().await;
            }
        };
        let come = tokio::time::timeout(TIMEOUT, come).await;
        assert!(
            come.is_ok(),
            "waited {TIMEOUT:?} for {what}: {}",
            self.open_instances().await
        );
    }

    /// Waits for an event of that kind which names the reference anywhere in its data.
    pub async fn event_about(&self, feed: &str, kind: &str, reference: &str) -> StoredEvent {
        let names = |event: &StoredEvent| {
            &*event.kind == kind && String::from_utf8_lossy(&event.data).contains(reference)
        };
        self.event(feed, names).await
    }

    /// Until every workflow has come to its end or waits for somebody.
    pub async fn quiet(&self) {
        let engine = self
            .gateway
            .engine()
            .expect("the process tier is served here");
        let over = async {
            while engine.live() > 0 {
                self.look_again().await;
            }
        };
        let over = tokio::time::timeout(TIMEOUT, over).await;
        assert!(
            over.is_ok(),
            "workflows are still at work: {}",
            self.open_instances().await
        );
    }

    /// What is on the exception desk: step, code and what is at risk of each.
    pub async fn exceptions(&self) -> Vec<Value> {
        let mut opened = Vec::new();
        for feed in ["order", "return", "loyalty"] {
            opened.extend(self.events(feed).await);
        }
        let opened = opened
            .iter()
            .filter(|event| &*event.kind == "ExceptionOpened");
        opened
            .filter_map(|event| serde_json::from_slice(&event.data).ok())
            .collect()
    }

    /// An operator lets an order go on that waits on the desk.
    pub async fn lets_go_on(&self, order: &str) {
        let (engine, id) = self.workflow_of(order);
        engine
            .retry(id, None, &operator("the system is up again"))
            .await
            .expect("the workflow can go on");
    }

    /// An operator lets another workflow go on that waits on the desk, by its name and business key.
    pub async fn retries(&self, workflow: &str, key: &str) {
        let engine = self
            .gateway
            .engine()
            .expect("the process tier is served here");
        let found = engine.find(&InstanceQuery::default()).await;
        let found = found.expect("instances can be listed");
        let wanted = found
            .iter()
            .find(|one| one.workflow == workflow && one.key == key)
            .unwrap_or_else(|| panic!("no {workflow} of {key}"));
        engine
            .retry(wanted.id, None, &operator("what it waited for is done"))
            .await
            .expect("the workflow can go on");
    }

    /// An operator gives the answer that a node waits for, or says what came of it; refused where it cannot be.
    pub async fn answers(&self, workflow: &str, node: &str, output: &Value) -> Result<(), String> {
        let engine = self
            .gateway
            .engine()
            .expect("the process tier is served here");
        let found = engine.exceptions(None, None, 100).await;
        let found = found.expect("exceptions can be listed");
        let waits = |view: &&ExceptionView| {
            view.instance.workflow == workflow
                && view.parked.iter().any(|parked| parked.node == node)
        };
        let wanted = found.iter().find(waits);
        let wanted = wanted.unwrap_or_else(|| panic!("no {workflow} waits at {node}"));
        let id = wanted.instance.id;
        let act = operator("a person said so");
        let skipped = engine.skip(id, node, output, &act).await;
        skipped.map_err(|error| error.to_string())
    }

    /// What waits for a person now: the code of each case.
    pub async fn waiting(&self) -> Vec<String> {
        let engine = self
            .gateway
            .engine()
            .expect("the process tier is served here");
        let found = engine.exceptions(None, None, 100).await;
        let found = found.expect("exceptions can be listed");
        let mut codes: Vec<String> = found
            .iter()
            .flat_map(|view| view.parked.iter().map(|parked| parked.code.clone()))
            .collect();
        codes.sort();
        codes
    }

    /// The workflow that places an order has its id.
    fn workflow_of(&self, order: &str) -> (&Engine, InstanceId) {
        let engine = self
            .gateway
            .engine()
            .expect("the process tier is served here");
        let id: OrderId = order
            .parse()
            .unwrap_or_else(|why| panic!("{order}: {why:?}"));
        (engine, InstanceId(id.0))
    }

    /// The instances with nodes that are not done, for the message of a test that times out.
    async fn open_instances(&self) -> String {
        let engine = self
            .gateway
            .engine()
            .expect("the process tier is served here");
        let found = engine.find(&InstanceQuery::default()).await;
        let mut open = Vec::new();
        for one in found.unwrap_or_default() {
            open.extend(engine.describe(one.id).await.ok().flatten());
        }
        let open: Vec<String> = open
            .iter()
            .filter(|one| one.nodes.iter().any(|node| node.state != "done"))
            .map(|one| {
                format!(
                    "{} {:?} {:#?}",
                    one.summary.workflow, one.summary.status, one.nodes
                )
            })
            .collect();
        open.join("\n")
    }

    /// Until the journal of orders grows, or a moment for those who write elsewhere.
    async fn look_again(&self) {
        let store = self
            .gateway
            .process_store()
            .expect("the process tier is served here");
        let _grown_or_not = tokio::time::timeout(POLL_INTERVAL, store.grown("order")).await;
    }

    /// What time it is in the shop.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Closes the shop in order.
    pub async fn close(self) {
        self.gateway.stop().await;
    }
}

fn operator(why: &str) -> Act {
    Act {
        by: "operator".to_owned(),
        why: why.to_owned(),
    }
}
