//! Stories of readers that register, say how far they have come, and meet a feed that begins later.

use super::later::LaterFeed;
use super::*;
use crossdock_store::{FeedReader, StoreError, StoredEvent};
use std::io;
use tracing::subscriber::DefaultGuard;

/// The shop with a feed that may begin later, and the two ways to read it.
struct Tail {
    shop: Shop,
    feed: Arc<LaterFeed>,
    clerk: Arc<Clerk>,
    directory: Directory,
    router: axum::Router,
}

impl Tail {
    fn new() -> Self {
        let shop = Shop::new();
        let feed = LaterFeed::of(&shop);
        let (directory, router) = feed_of(&shop, Arc::clone(&feed) as _);
        Self {
            shop,
            feed,
            clerk: Arc::new(Clerk::default()),
            directory,
            router,
        }
    }

    /// Its reader, over the table or over the feed.
    fn reader(&self, over_the_table: bool) -> Subscription {
        let source = if over_the_table {
            Source::Table(Arc::clone(&self.feed) as _, "order")
        } else {
            let api = ApiId::process("order");
            Source::Feed(self.directory.route(Tier::Process, api))
        };
        self.shop.reader(source, &self.clerk)
    }

    async fn readers(&self) -> Vec<FeedReader> {
        self.feed.readers("order").await.unwrap()
    }

    /// How many events its one reader has acknowledged.
    async fn acknowledged(&self) -> u64 {
        let [reader] = &self.readers().await[..] else {
            panic!("one reader is registered");
        };
        assert_eq!(&*reader.name, "test/order");
        reader.acknowledged.iter().sum()
    }

    fn asked(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.feed.asked.lock().unwrap())
    }

    async fn get(&self, path: &str) -> crossdock_outbound::Reply {
        let endpoint = Endpoint::local(self.router.clone());
        let mut sending = endpoint.get(path);
        sending.extensions_mut().insert(partner());
        sending.send().await.unwrap()
    }
}

/// The warnings of this test.
#[derive(Debug, Clone, Default)]
struct Warnings(Arc<Lock<Vec<u8>>>);

impl Warnings {
    fn of_this_test(&self) -> DefaultGuard {
        let lines = self.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::WARN)
            .with_writer(move || lines.clone())
            .finish();
        tracing::subscriber::set_default(subscriber)
    }

    fn with(&self, words: &str) -> Vec<String> {
        let written = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = written.lines().filter(|line| line.contains(words));
        lines.map(str::to_owned).collect()
    }
}

impl io::Write for Warnings {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const MINUTE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_reader_is_registered_before_it_reads_and_reads_nothing_while_it_cannot_be() {
    for over_the_table in [true, false] {
        let tail = Tail::new();
        tail.shop.publish("acme", 1, 1).await;
        tail.feed.deaf.store(true, Ordering::Relaxed);
        let subscription = tail.reader(over_the_table);
        let fault = subscription.drain().await.unwrap_err();
        assert!(matches!(fault, Fault::Retry { .. }), "{fault}");
        assert!(tail.clerk.saw(1).is_empty());
        assert!(tail.readers().await.is_empty());
        tail.feed.deaf.store(false, Ordering::Relaxed);
        tail.asked();
        assert_eq!(subscription.drain().await.unwrap().handled, 1);
        // The place is looked at before it is taken, and only then the first page is read.
        assert_eq!(tail.asked()[..3], ["events", "acknowledge", "events"]);
        assert_eq!(tail.acknowledged().await, 0);
    }
}

#[tokio::test]
async fn a_reader_says_how_far_it_is_ten_minutes_after_the_last_time_where_it_has_moved() {
    for over_the_table in [true, false] {
        let tail = Tail::new();
        let subscription = tail.reader(over_the_table);
        subscription.drain().await.unwrap();
        tail.shop.publish("acme", 1, 1).await;
        subscription.drain().await.unwrap();
        tail.shop.clock.advance(MINUTE * 9);
        subscription.drain().await.unwrap();
        assert_eq!(tail.acknowledged().await, 0);
        tail.shop.clock.advance(MINUTE);
        subscription.drain().await.unwrap();
        assert_eq!(tail.acknowledged().await, 1);
        let said = tail.readers().await;
        tail.shop.clock.advance(MINUTE * 30);
        subscription.drain().await.unwrap();
        assert_eq!(tail.readers().await, said, "it has not moved");
    }
}

#[tokio::test]
async fn a_running_reader_of_a_quiet_feed_says_how_far_it_is_all_the_same() {
    let tail = Tail::new();
    tail.shop.publish("acme", 1, 1).await;
    let tasks = Tasks::new();
    tasks.run("reader", tail.reader(true).run(tasks.stopping()));
    while tail
        .shop
        .store
        .cursor("test/order")
        .await
        .unwrap()
        .is_none()
    {
        tokio::task::yield_now().await;
    }
    assert_eq!(tail.acknowledged().await, 0);
    tail.shop.clock.advance(MINUTE * 10);
    while tail.acknowledged().await == 0 {
        tokio::task::yield_now().await;
    }
    tasks.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn an_acknowledgement_that_is_not_taken_stops_nobody_and_comes_again() {
    let tail = Tail::new();
    let subscription = tail.reader(true);
    subscription.drain().await.unwrap();
    tail.feed.deaf.store(true, Ordering::Relaxed);
    tail.shop.publish("acme", 1, 1).await;
    subscription.drain().await.unwrap();
    tail.shop.clock.advance(MINUTE * 10);
    tail.shop.publish("acme", 1, 2).await;
    assert_eq!(subscription.drain().await.unwrap().handled, 1);
    tail.feed.deaf.store(false, Ordering::Relaxed);
    subscription.drain().await.unwrap();
    assert_eq!(tail.acknowledged().await, 0, "not at once");
    tail.shop.clock.advance(MINUTE);
    subscription.drain().await.unwrap();
    assert_eq!(tail.acknowledged().await, 2);
}

#[tokio::test]
async fn a_parked_subject_holds_its_shard_back_and_no_other() {
    let tail = Tail::new();
    for version in 1..=2 {
        for order in 1..=9 {
            tail.shop.publish("acme", order, version).await;
        }
    }
    let fault = Fault::poison("cannot be read");
    tail.clerk.fails.lock().unwrap().insert(1, fault);
    let subscription = tail.reader(true);
    assert_eq!(subscription.drain().await.unwrap().parked, 1);
    tail.shop.clock.advance(MINUTE * 10);
    subscription.drain().await.unwrap();
    let read = tail.feed.events("order", &Position::default(), 100).await;
    let read = read.unwrap();
    let one = Uuid::from_u128(1);
    let parked = read.iter().find(|event| event.aggregate_id == one).unwrap();
    let left = |event: &&StoredEvent| event.shard != parked.shard || event.offset < parked.offset;
    let done = read.iter().filter(left).count() as u64;
    assert!(done >= 9, "the other shards go on");
    assert_eq!(tail.acknowledged().await, done);
}

#[tokio::test]
async fn a_reader_that_was_away_too_long_says_so_once_and_begins_where_the_feed_begins() {
    for over_the_table in [true, false] {
        let tail = Tail::new();
        tail.shop.publish("acme", 1, 1).await;
        let fault = Fault::poison("cannot be read");
        tail.clerk.fails.lock().unwrap().insert(2, fault);
        tail.shop.publish("acme", 2, 1).await;
        assert_eq!(tail.reader(over_the_table).drain().await.unwrap().parked, 1);
        // It was forgotten, and did not come for long.
        tail.shop.publish("acme", 3, 1).await;
        tail.feed
            .forget_reader("order", "test/order")
            .await
            .unwrap();
        tail.feed.archive_all().await;
        tail.shop.publish("acme", 1, 2).await;
        let warnings = Warnings::default();
        let guard = warnings.of_this_test();
        let subscription = tail.reader(over_the_table);
        let drained = subscription.drain().await.unwrap();
        drop(guard);
        assert_eq!((drained.handled, drained.parked), (1, 0));
        assert_eq!(tail.clerk.saw(1), [1, 2]);
        assert!(tail.clerk.saw(3).is_empty(), "it is in the archive only");
        let said = warnings.with("begins later");
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains("archive"), "{said:?}");
        assert_eq!(
            tail.acknowledged().await,
            3,
            "registered where the feed begins"
        );
    }
}

#[tokio::test]
async fn a_new_reader_of_a_feed_that_begins_later_misses_nothing_and_says_nothing() {
    for over_the_table in [true, false] {
        let tail = Tail::new();
        for order in 1..=9 {
            tail.shop.publish("acme", order, 1).await;
        }
        tail.feed.archive_all().await;
        let warnings = Warnings::default();
        let guard = warnings.of_this_test();
        let subscription = tail.reader(over_the_table);
        assert_eq!(subscription.drain().await.unwrap().handled, 0);
        tail.shop.publish("acme", 10, 1).await;
        assert_eq!(subscription.drain().await.unwrap().handled, 1);
        drop(guard);
        assert!(warnings.with("").is_empty());
        assert_eq!(tail.acknowledged().await, 9);
    }
}

#[tokio::test]
async fn the_first_page_of_a_feed_that_begins_later_leads_on() {
    let tail = Tail::new();
    for order in 1..=9 {
        tail.shop.publish("acme", order, 1).await;
    }
    tail.feed.archive_all().await;
    tail.shop.publish("acme", 1, 2).await;
    let first: crate::FeedPage = tail.get("/events").await.json().unwrap();
    assert_eq!(first.events.len(), 1);
    let path = format!("/events?after={}", first.next);
    let second: crate::FeedPage = tail.get(&path).await.json().unwrap();
    assert_eq!(second.next, first.next);
}

#[tokio::test]
async fn a_cursor_of_events_that_have_left_is_answered_with_its_shards() {
    let tail = Tail::new();
    tail.shop.publish("acme", 1, 1).await;
    let first: crate::FeedPage = tail.get("/events").await.json().unwrap();
    tail.shop.publish("acme", 1, 2).await;
    tail.feed.archive_all().await;
    let reply = tail.get(&format!("/events?after={}", first.next)).await;
    assert_eq!(reply.status.as_u16(), 410);
    let problem: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(problem["code"], "events_archived");
    let (shard, _) = first.events[0].place().unwrap();
    let errors = problem["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0]["pointer"], format!("#/query/after/{shard}"));
}

#[tokio::test]
async fn only_our_own_subscriptions_register() {
    let tail = Tail::new();
    let put = async |context: Context, cursor: &str| {
        let endpoint = Endpoint::local(tail.router.clone());
        let path = "/events/readers/order%2Foms";
        let mut sending = endpoint.request(http::Method::PUT, path);
        sending.extensions_mut().insert(context);
        let body = serde_json::json!({ "acknowledged": cursor });
        sending.json(&body).send().await.unwrap().status.as_u16()
    };
    let of = |tenant: &str| {
        let caller = Caller::workflow(Tenant::from(tenant));
        Context::new(caller, Correlation("c".into()))
    };
    assert_eq!(put(partner(), "").await, 403);
    // A step of a workflow acts for one retailer.
    assert_eq!(put(of("acme"), "").await, 403);
    assert!(tail.readers().await.is_empty());
    assert_eq!(put(of("*"), "rubbish").await, 422);
    assert_eq!(put(of("*"), "").await, 204);
    assert_eq!(&*tail.readers().await[0].name, "order/oms");
}

#[tokio::test]
async fn a_place_in_another_feed_is_not_taken() {
    let (lost, tail) = (Tail::new(), Tail::new());
    lost.shop.publish("acme", 1, 1).await;
    let page: crate::FeedPage = lost.get("/events").await.json().unwrap();
    let store: &dyn Store = &*tail.feed;
    let who = ("order", "test/order");
    let now = tail.shop.clock.now();
    let refused = crate::table::acknowledge(store, who, &page.next, now).await;
    assert!(matches!(refused, Err(StoreError::Displaced(_))));
    assert!(tail.readers().await.is_empty());
}
