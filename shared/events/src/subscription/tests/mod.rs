//! Stories of a reader: in order, at least once, and one bad event stops nobody else.

mod later;
mod readers;
mod replaced;
mod saving;

use super::*;
use crate::feed_routes;
use crossdock_model::event::{EventData as _, OrderCompleted};
use crossdock_model::{ApiId, Caller, Context, Correlation, Ids, OrderId, Tenant, Tier, Timestamp};
use crossdock_outbound::{Directory, Endpoint, Transport};
use crossdock_runtime::{Api, ManualClock, Tasks};
use crossdock_store::{
    Appended, Cause, NewEvent, Position, RecordRef, RecordWrite, SqliteStore, Version,
};
use std::collections::HashMap;
use std::sync::Mutex as Lock;
use uuid::Uuid;

/// A store that orders are completed in.
#[derive(Debug, Clone)]
struct Shop {
    store: Arc<dyn Store>,
    clock: Arc<ManualClock>,
    ids: Arc<Ids>,
}

impl Shop {
    fn new() -> Self {
        let start = Timestamp::from_second(1_700_000_000).unwrap();
        Self {
            store: Arc::new(SqliteStore::memory().unwrap()),
            clock: Arc::new(ManualClock::at(start)),
            ids: Arc::new(Ids::seeded(1)),
        }
    }

    /// Writes the order's next version with one event.
    async fn publish(&self, tenant: &str, order: u128, version: u64) {
        let (tenant, id) = (Tenant::from(tenant), Uuid::from_u128(order));
        let now = self.clock.now();
        let mut batch = Batch::new(self.store.shard_of(&tenant, &id.to_string()), now);
        batch.cause = Some(Cause {
            tenant: tenant.clone(),
            caller: "test".into(),
            operation: "order.complete".into(),
            correlation: Correlation("journey".into()),
            traceparent: None,
            claim: None,
        });
        batch.changes.records.push(RecordWrite {
            kind: "order",
            id,
            tenant,
            expected: Version(version - 1),
            body: "{}".into(),
            unique: Vec::new(),
            search: Vec::new(),
        });
        let data = OrderCompleted {
            order_id: OrderId(id),
        };
        batch.changes.events.push(NewEvent {
            id: self.ids.next(now),
            feed: "order",
            aggregate: RecordRef { kind: "order", id },
            kind: OrderCompleted::KIND.as_str(),
            data: serde_json::to_vec(&data).unwrap().into(),
        });
        let appended = self
            .store
            .append(QueueClass::Progress, batch)
            .await
            .unwrap();
        assert_eq!(appended, Appended::Done);
    }

    fn reader(&self, source: Source, handler: &Arc<Clerk>) -> Subscription {
        let reader = Reader {
            name: "test/order".into(),
            store: Arc::clone(&self.store),
            clock: Arc::clone(&self.clock) as _,
        };
        Subscription::new(reader, source, Arc::clone(handler) as _)
    }

    fn table(&self, handler: &Arc<Clerk>) -> Subscription {
        self.reader(Source::Table(Arc::clone(&self.store), "order"), handler)
    }
}

/// A handler that notes what it saw, and fails for the orders that the test names.
#[derive(Debug, Default)]
struct Clerk {
    saw: Lock<Vec<(u128, String)>>,
    fails: Lock<HashMap<u128, Fault>>,
}

impl Clerk {
    fn saw(&self, order: u128) -> Vec<u64> {
        let saw = self.saw.lock().unwrap();
        let of = saw.iter().filter(|(seen, _)| *seen == order);
        of.map(|(_, sequence)| sequence.parse().unwrap()).collect()
    }
}

#[async_trait]
impl Handler for Clerk {
    async fn handle(&self, event: &CloudEvent) -> Result<Handled, Fault> {
        let order = event.data::<OrderCompleted>()?.order_id.0.as_u128();
        let fails = self.fails.lock().unwrap().get(&order).cloned();
        if let Some(fault) = fails {
            let panics = matches!(fault, Fault::Misconfigured { .. });
            assert!(!panics, "as the test asked");
            return Err(fault);
        }
        self.saw
            .lock()
            .unwrap()
            .push((order, event.sequence.clone()));
        Ok(Handled::Done)
    }
}

fn not_now() -> Fault {
    Fault::Retry {
        after: None,
        why: "closed".into(),
    }
}

#[tokio::test]
async fn every_event_is_handled_in_order_of_its_subject_and_only_once() {
    let (shop, clerk) = (Shop::new(), Arc::new(Clerk::default()));
    for version in 1..=5 {
        for order in 1..=60 {
            shop.publish("acme", order, version).await;
        }
    }
    let subscription = shop.table(&clerk);
    let drained = subscription.drain().await.unwrap();
    assert_eq!(
        drained,
        Drained {
            handled: 300,
            parked: 0
        }
    );
    assert!((1..=60).all(|order| clerk.saw(order) == [1, 2, 3, 4, 5]));
    assert_eq!(subscription.drain().await.unwrap().handled, 0);
    shop.publish("acme", 1, 6).await;
    // Another process goes on from the stored place.
    let successor = shop.table(&clerk);
    assert_eq!(successor.drain().await.unwrap().handled, 1);
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_its_successors_wait_behind_it() {
    let (shop, clerk) = (Shop::new(), Arc::new(Clerk::default()));
    clerk.fails.lock().unwrap().insert(1, not_now());
    shop.publish("acme", 1, 1).await;
    shop.publish("acme", 2, 1).await;
    let subscription = shop.table(&clerk);
    assert_eq!(
        subscription.drain().await.unwrap(),
        Drained {
            handled: 1,
            parked: 1
        }
    );
    shop.publish("acme", 1, 2).await;
    shop.publish("acme", 2, 2).await;
    assert_eq!(
        subscription.drain().await.unwrap(),
        Drained {
            handled: 1,
            parked: 1
        }
    );
    assert_eq!((clerk.saw(1), clerk.saw(2)), (vec![], vec![1, 2]));
    let parked = subscription.parked().await.unwrap();
    assert!(
        parked[0].retry_at.is_some() && parked[0].attempts >= 2,
        "{parked:?}"
    );
    clerk.fails.lock().unwrap().clear();
    // The place and what was left behind are both in the store.
    let successor = shop.table(&clerk);
    assert_eq!(
        successor.drain().await.unwrap(),
        Drained {
            handled: 2,
            parked: 0
        }
    );
    assert_eq!(clerk.saw(1), [1, 2]);
}

#[tokio::test]
async fn a_poisonous_event_waits_for_a_person_and_stops_nobody_else() {
    let (shop, clerk) = (Shop::new(), Arc::new(Clerk::default()));
    clerk
        .fails
        .lock()
        .unwrap()
        .insert(1, Fault::poison("cannot be read"));
    // A handler that panics on it, too.
    clerk
        .fails
        .lock()
        .unwrap()
        .insert(3, Fault::Misconfigured { why: String::new() });
    for order in 1..=3 {
        shop.publish("acme", order, 1).await;
    }
    let subscription = shop.table(&clerk);
    assert_eq!(
        subscription.drain().await.unwrap(),
        Drained {
            handled: 1,
            parked: 2
        }
    );
    clerk.fails.lock().unwrap().clear();
    assert_eq!(
        subscription.drain().await.unwrap().handled,
        0,
        "nobody looked yet"
    );
    let parked = subscription.parked().await.unwrap();
    assert!(parked.iter().all(|parked| parked.retry_at.is_none()));
    assert!(
        parked
            .iter()
            .any(|parked| parked.why.contains("cannot be read"))
    );
    let tasks = Tasks::new();
    tasks.run("reader", subscription.run(tasks.stopping()));
    while clerk.saw(1).is_empty() || clerk.saw(3).is_empty() {
        tokio::task::yield_now().await;
    }
    tasks.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn a_running_reader_wakes_for_new_events_and_for_parked_ones() {
    let (shop, clerk) = (Shop::new(), Arc::new(Clerk::default()));
    let tasks = Tasks::new();
    let subscription = shop.table(&clerk);
    tasks.run("reader", subscription.clone().run(tasks.stopping()));
    tokio::task::yield_now().await;
    clerk.fails.lock().unwrap().insert(1, not_now());
    shop.publish("acme", 1, 1).await;
    shop.publish("acme", 2, 1).await;
    while clerk.saw(2).is_empty() || subscription.parked().await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    clerk.fails.lock().unwrap().clear();
    assert!(clerk.saw(1).is_empty());
    shop.clock.advance(Duration::from_millis(200));
    while clerk.saw(1).is_empty() {
        tokio::task::yield_now().await;
    }
    tasks.stop(Duration::from_secs(5)).await;
}

/// The order API's feed as other tiers see it: behind a policy that only says who calls.
fn feed(shop: &Shop) -> (Directory, axum::Router) {
    feed_of(shop, Arc::clone(&shop.store))
}

/// The same over another store.
fn feed_of(shop: &Shop, store: Arc<dyn Store>) -> (Directory, axum::Router) {
    let api = ApiId::process("order");
    let served = feed_routes(store, api, Arc::clone(&shop.clock) as _);
    let Api {
        router, contract, ..
    } = Api::new(api, "", served);
    let text = contract.to_json().unwrap();
    assert!(text.contains("\"process_order_events\""), "{text}");
    assert_eq!(text.matches("\"in\":\"query\"").count(), 3);
    let directory = Directory::default();
    directory.fill(HashMap::from([(
        api,
        Transport::in_process(router.clone()),
    )]));
    (directory, router)
}

#[tokio::test]
async fn a_feed_is_read_like_the_table_it_comes_from() {
    let (shop, clerk) = (Shop::new(), Arc::new(Clerk::default()));
    let (directory, _router) = feed(&shop);
    let route = directory.route(Tier::Process, ApiId::process("order"));
    let subscription = shop.reader(Source::Feed(route), &clerk);
    clerk.fails.lock().unwrap().insert(1, not_now());
    for order in 1..=3 {
        shop.publish("acme", order, 1).await;
        shop.publish("other", order + 100, 1).await;
    }
    assert_eq!(
        subscription.drain().await.unwrap(),
        Drained {
            handled: 5,
            parked: 1
        }
    );
    clerk.fails.lock().unwrap().clear();
    let tasks = Tasks::new();
    tasks.run("reader", subscription.run(tasks.stopping()));
    shop.publish("acme", 2, 2).await;
    while clerk.saw(1).is_empty() || clerk.saw(2).len() < 2 {
        tokio::task::yield_now().await;
    }
    tasks.stop(Duration::from_secs(5)).await;
}

/// An application of the retailer `acme`.
fn partner() -> Context {
    let caller = Caller {
        tenant: Tenant::from("acme"),
        consumer: "partner".into(),
        subject: crossdock_model::Subject::Application,
        scopes: Arc::new(["events:read".into()]),
    };
    Context::new(caller, Correlation("c".into()))
}

#[tokio::test]
async fn a_reader_to_whom_little_belongs_is_led_through_a_long_feed_request_by_request() {
    let shop = Shop::new();
    let (_directory, router) = feed(&shop);
    for order in 1..=40 {
        shop.publish("other", order, 1).await;
    }
    shop.publish("acme", 99, 1).await;
    let (endpoint, context) = (Endpoint::local(router), partner());
    let (mut next, mut found, mut requests) = (String::new(), Vec::new(), 0);
    while found.is_empty() {
        let mut sending = endpoint.get(format!("/events?limit=1&after={next}"));
        sending.extensions_mut().insert(context.clone());
        let page: crate::FeedPage = sending.send().await.unwrap().json().unwrap();
        let before = std::mem::replace(&mut next, page.next.to_string());
        assert_ne!(before, next, "every answer leads on");
        found = page.events;
        requests += 1;
    }
    assert_eq!(found[0].tenant, Tenant::from("acme"));
    assert!(requests > 1, "no request walks through the whole feed");
}

#[tokio::test]
async fn a_caller_sees_the_events_of_its_own_tenant_only_and_waits_for_them() {
    let shop = Shop::new();
    let (_directory, router) = feed(&shop);
    let context = partner();
    let endpoint = Endpoint::local(router);
    let get = async |path: &str| {
        let mut sending = endpoint.get(path);
        sending.extensions_mut().insert(context.clone());
        sending.send().await.unwrap()
    };
    shop.publish("other", 9, 1).await;
    let empty: crate::FeedPage = get("/events").await.json().unwrap();
    assert!(empty.events.is_empty());
    let path = format!("/events?wait=20&after={}", empty.next);
    let mut waiting = std::pin::pin!(get(&path));
    assert!(futures_util::poll!(&mut waiting).is_pending());
    shop.publish("other", 9, 2).await;
    assert!(futures_util::poll!(&mut waiting).is_pending());
    shop.publish("acme", 1, 1).await;
    let page: crate::FeedPage = waiting.await.json().unwrap();
    assert_eq!(page.events.len(), 1);
    assert_eq!(page.events[0].tenant, Tenant::from("acme"));
    let path = format!("/events?wait=20&after={}", page.next);
    let mut waiting = std::pin::pin!(get(&path));
    assert!(futures_util::poll!(&mut waiting).is_pending());
    shop.clock.advance(Duration::from_secs(20));
    let nothing: crate::FeedPage = waiting.await.json().unwrap();
    assert!(nothing.events.is_empty());
    assert_eq!(get("/events?after=rubbish").await.status.as_u16(), 422);
}
