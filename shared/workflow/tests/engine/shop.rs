//! An engine over a store in memory and a clock moved by hand.

use crate::flows::{Order, Script, check_order, follow_order, place_order, track_order};
use crossdock_model::{Correlation, Fault, Ids, InstanceId, Tenant, Timestamp};
use crossdock_runtime::ManualClock;
use crossdock_store::{Cause, Claim, MessageId, SqliteStore, Store};
use crossdock_workflow::*;
use futures_util::FutureExt as _;
use std::sync::Arc;

pub struct Shop {
    pub script: Arc<Script>,
    pub clock: Arc<ManualClock>,
    pub store: Arc<SqliteStore>,
    pub ids: Arc<Ids>,
    pub engine: Engine,
    /// What every order begins as.
    pub template: Order,
}

impl Shop {
    pub fn open() -> Self {
        let script = Arc::new(Script::default());
        let clock = Arc::new(ManualClock::at(
            Timestamp::from_second(1_700_000_000).unwrap(),
        ));
        let store = Arc::new(SqliteStore::memory().unwrap());
        let ids = Arc::new(Ids::seeded(7));
        let engine = Self::start(&store, &clock, &ids, &script);
        Self {
            script,
            clock,
            store,
            ids,
            engine,
            template: Order::default(),
        }
    }

    fn start(
        store: &Arc<SqliteStore>,
        clock: &Arc<ManualClock>,
        ids: &Arc<Ids>,
        script: &Arc<Script>,
    ) -> Engine {
        let store: Arc<dyn Store> = Arc::<SqliteStore>::clone(store);
        let engine = Engine::builder(store, Arc::<ManualClock>::clone(clock), Arc::clone(ids))
            .register(place_order(script))
            .register(follow_order(script))
            .register(check_order(script))
            .register(track_order(script));
        now(engine.start()).unwrap()
    }

    /// The process ends and another one begins on the same store.
    pub fn restart(mut self) -> Self {
        let nowhere = Engine::builder(
            Arc::new(SqliteStore::memory().unwrap()),
            Arc::<ManualClock>::clone(&self.clock),
            Arc::clone(&self.ids),
        );
        self.engine = now(nowhere.start()).unwrap();
        self.engine = Self::start(&self.store, &self.clock, &self.ids, &self.script);
        self
    }

    pub async fn place(&self, key: &str) -> InstanceId {
        self.begin("place-order", key, None).await.unwrap().id()
    }

    pub async fn begin(
        &self,
        workflow: &str,
        key: &str,
        claim: Option<Claim>,
    ) -> Result<Started, StartError> {
        self.begin_from(workflow, key, claim, None).await
    }

    pub async fn begin_from(
        &self,
        workflow: &str,
        key: &str,
        claim: Option<Claim>,
        inbox: Option<MessageId>,
    ) -> Result<Started, StartError> {
        use crossdock_model::Clock;
        let id = InstanceId(self.ids.next(self.clock.now()));
        let state = Order {
            id: id.0,
            ..self.template.clone()
        };
        let cause = Cause {
            tenant: tenant(),
            caller: "web".into(),
            operation: "order.place".into(),
            correlation: Correlation::begin(id.0),
            traceparent: None,
            claim,
        };
        let partition = id.to_string();
        let request = StartRequest {
            workflow,
            id,
            key: key.into(),
            partition: &partition,
            state: &state,
            records: Vec::new(),
            cause,
            inbox,
        };
        self.engine.start(request).await
    }

    /// Waits until it is over, past whatever a person or another set-up is about to mend.
    pub async fn ended(&self, id: InstanceId) -> Waited {
        for _ in 0..20_000 {
            let waited = self.engine.wait_for(id, Milestone::End, Timestamp::MAX);
            let waited = waited.await.unwrap();
            if waited != Waited::Parked {
                return waited;
            }
            tokio::task::yield_now().await;
        }
        panic!("it stays parked: {:?}", self.view(id).summary.parked);
    }

    pub fn view(&self, id: InstanceId) -> InstanceView {
        now(self.engine.describe(id)).unwrap().unwrap()
    }

    pub fn node(&self, id: InstanceId, name: &str) -> NodeView {
        self.view(id)
            .nodes
            .into_iter()
            .find(|node| node.id == name)
            .unwrap()
    }

    /// Lets everything run until that holds; fails if it never does.
    pub async fn until(&self, what: &str, mut holds: impl FnMut(&Self) -> bool) {
        for _ in 0..20_000 {
            if holds(self) {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("never happened: {what}");
    }

    pub async fn until_node(&self, id: InstanceId, name: &str, state: &str) {
        self.until(&format!("{name} {state}"), |shop| {
            shop.node(id, name).state == state
        })
        .await;
    }

    /// How many batches of it were appended.
    pub fn revision(&self, id: InstanceId) -> u64 {
        now(self.store.instance(id)).unwrap().unwrap().row.revision
    }

    pub fn events(&self, id: InstanceId) -> Vec<String> {
        let (tenant, correlation) = (tenant(), Correlation::begin(id.0));
        let events = now(self.store.correlated_events(&tenant, &correlation.0)).unwrap();
        events.iter().map(|event| event.kind.to_string()).collect()
    }

    pub async fn signal(&self, key: &str, id: &str) -> Result<Signalled, SignalError> {
        let payload = format!("parcel {id}");
        let (workflow, name) = ("follow-order", "shipped");
        self.engine
            .signal(SignalRequest {
                workflow,
                tenant: &tenant(),
                key,
                name,
                id,
                payload: &payload,
                inbox: None,
            })
            .await
    }
}

/// A store in memory answers at once.
pub fn now<T>(answer: impl Future<Output = T>) -> T {
    let answer = answer.now_or_never();
    answer.unwrap_or_else(|| panic!("no answer at once"))
}

pub fn tenant() -> Tenant {
    "acme".into()
}

pub fn claim(key: &str, body: u8) -> Claim {
    Claim {
        scope: "acme/web/order.place".into(),
        key: key.into(),
        fingerprint: [body; 32],
    }
}

pub fn act() -> Act {
    Act {
        by: "mara".into(),
        why: "mended".into(),
    }
}

pub fn unknown() -> Fault {
    Fault::Unknown {
        why: "reset".into(),
    }
}

pub fn busy() -> Fault {
    Fault::Retry {
        after: None,
        why: "busy".into(),
    }
}
