//! Stories of a feed that is not the one any more that was read.

use super::*;
use std::collections::HashSet;

/// A reader whose own place survives whatever becomes of the feed.
struct Survivor {
    own: Arc<dyn Store>,
    clerk: Arc<Clerk>,
}

impl Survivor {
    fn new() -> Self {
        Self {
            own: Arc::new(SqliteStore::memory().unwrap()),
            clerk: Arc::new(Clerk::default()),
        }
    }

    /// Its subscription to the shop's events, from the table and over the feed.
    fn of(&self, shop: &Shop) -> [Subscription; 2] {
        let (directory, _router) = feed(shop);
        let route = directory.route(Tier::Process, ApiId::process("order"));
        let table = Source::Table(Arc::clone(&shop.store), "order");
        [table, Source::Feed(route)].map(|source| {
            let reader = Reader {
                name: "test/order".into(),
                store: Arc::clone(&self.own),
                clock: Arc::clone(&shop.clock) as _,
            };
            Subscription::new(reader, source, Arc::clone(&self.clerk) as _)
        })
    }

    fn saw(&self) -> HashSet<u128> {
        let saw = self.clerk.saw.lock().unwrap();
        saw.iter().map(|(order, _)| *order).collect()
    }
}

/// The same shop again, as it was after its first orders; what comes now comes later.
async fn as_it_was_after(orders: u128) -> Shop {
    let shop = Shop::new();
    for order in 1..=orders {
        shop.publish("acme", order, 1).await;
    }
    shop.clock.advance(Duration::from_mins(1));
    shop
}

#[tokio::test]
async fn a_feed_that_was_lost_is_read_from_its_beginning() {
    for which in 0..2 {
        let reader = Survivor::new();
        let lost = as_it_was_after(20).await;
        let [drained, none] = [20, 0].map(|handled| Drained { handled, parked: 0 });
        assert_eq!(reader.of(&lost)[which].drain().await.unwrap(), drained);
        // It has fewer events than were read, so that nothing new would be seen of it for a long time.
        let new = as_it_was_after(0).await;
        let subscription = &reader.of(&new)[which];
        assert_eq!(subscription.drain().await.unwrap(), none);
        for order in 101..=103 {
            new.publish("acme", order, 1).await;
        }
        assert_eq!(subscription.drain().await.unwrap().handled, 3);
        assert!(
            [101, 102, 103]
                .iter()
                .all(|order| reader.saw().contains(order))
        );
        assert_eq!(subscription.drain().await.unwrap(), none);
    }
}

#[tokio::test]
async fn an_older_copy_is_read_again_only_where_it_differs() {
    for which in 0..2 {
        let reader = Survivor::new();
        let lost = as_it_was_after(20).await;
        lost.publish("acme", 1, 2).await;
        reader.of(&lost)[which].drain().await.unwrap();
        let older = as_it_was_after(20).await;
        // As many events as were read, and of the same records: only what they are and when they came differs.
        older.clock.advance(Duration::from_mins(1));
        older.publish("acme", 1, 2).await;
        let shard = |order: u128| {
            let id = Uuid::from_u128(order).to_string();
            older.store.shard_of(&Tenant::from("acme"), &id)
        };
        let again = (1..=20).filter(|order| shard(*order) == shard(1)).count() + 1;
        let drained = reader.of(&older)[which].drain().await.unwrap();
        assert_eq!(drained.handled, again);
        assert!(again < 21, "the other shards are as they were read");
        assert_eq!(reader.clerk.saw(1), [1, 2, 1, 2]);
    }
}

#[tokio::test]
async fn what_was_parked_in_a_feed_that_is_lost_waits_for_nothing() {
    for which in 0..2 {
        let reader = Survivor::new();
        let lost = as_it_was_after(3).await;
        for order in 1..=3 {
            let fault = Fault::poison("cannot be read");
            reader.clerk.fails.lock().unwrap().insert(order, fault);
        }
        let parked = reader.of(&lost)[which].drain().await.unwrap();
        assert_eq!(
            parked,
            Drained {
                handled: 0,
                parked: 3
            }
        );
        // Two of them are there again, one is not, and they can be handled now.
        reader.clerk.fails.lock().unwrap().clear();
        let new = as_it_was_after(0).await;
        for order in 1..=2 {
            new.publish("acme", order, 1).await;
        }
        let subscription = &reader.of(&new)[which];
        let drained = subscription.drain().await.unwrap();
        assert_eq!(
            drained,
            Drained {
                handled: 2,
                parked: 0
            }
        );
        assert!(subscription.parked().await.unwrap().is_empty());
        assert_eq!(reader.saw(), HashSet::from([1, 2]));
    }
}

#[tokio::test]
async fn a_cursor_of_another_feed_is_answered_with_its_shards() {
    let (lost, new) = (as_it_was_after(3).await, as_it_was_after(0).await);
    let events = lost.store.events("order", &Position::default(), 10).await;
    let mut cursor = crate::Cursor::default();
    let events = events.unwrap();
    for event in &events {
        cursor.pass(event);
    }
    let (_directory, router) = feed(&new);
    let endpoint = Endpoint::local(router);
    let mut sending = endpoint.get(format!("/events?after={cursor}"));
    sending.extensions_mut().insert(partner());
    let reply = sending.send().await.unwrap();
    assert_eq!(reply.status.as_u16(), 409);
    let problem: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(problem["code"], "feed_replaced");
    let shards: HashSet<_> = events.iter().map(|event| event.shard).collect();
    assert_eq!(problem["errors"].as_array().unwrap().len(), shards.len());
    let first = format!("#/query/after/{}", events[0].shard.0);
    assert_eq!(problem["errors"][0]["pointer"], first);
}
