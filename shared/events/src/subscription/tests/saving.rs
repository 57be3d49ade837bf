//! Stories of a place that is written less often than it moves.

use super::*;

/// A reader that the test moves turn by turn; dropped without more ado, it has crashed.
struct Reading {
    subscription: Subscription,
    working: Working,
}

impl Reading {
    fn begin(shop: &Shop, clerk: &Arc<Clerk>) -> Self {
        Self {
            subscription: shop.table(clerk),
            working: Working::default(),
        }
    }

    async fn turn(&mut self) {
        let turn = self
            .subscription
            .0
            .advance(&mut self.working, RetryWhich::Due);
        turn.await.unwrap();
    }
}

async fn stored(shop: &Shop) -> Option<Arc<str>> {
    shop.store.cursor("test/order").await.unwrap()
}

#[tokio::test]
async fn the_first_event_moves_the_stored_place_at_once_and_the_next_ones_with_the_second() {
    let (shop, clerk) = (Shop::new(), Arc::new(Clerk::default()));
    let mut reading = Reading::begin(&shop, &clerk);
    shop.publish("acme", 1, 1).await;
    reading.turn().await;
    let first = stored(&shop).await;
    assert!(first.is_some());
    for version in 2..=10 {
        shop.publish("acme", 1, version).await;
        reading.turn().await;
        assert_eq!(stored(&shop).await, first);
    }
    let due = reading.working.next_turn().unwrap();
    assert_eq!(due, shop.clock.now() + Duration::from_secs(1));
    shop.clock.advance(Duration::from_secs(1));
    reading.turn().await;
    assert_ne!(stored(&shop).await, first);
    drop(reading);
    let successor = shop.table(&clerk);
    assert_eq!(successor.drain().await.unwrap().handled, 0);
}

#[tokio::test]
async fn what_the_stored_place_lacks_comes_again_after_a_crash() {
    let (shop, clerk) = (Shop::new(), Arc::new(Clerk::default()));
    let mut reading = Reading::begin(&shop, &clerk);
    for version in 1..=3 {
        shop.publish("acme", 1, version).await;
        reading.turn().await;
    }
    drop(reading);
    let successor = shop.table(&clerk);
    assert_eq!(successor.drain().await.unwrap().handled, 2);
    assert_eq!(clerk.saw(1), [1, 2, 3, 2, 3]);
}

#[tokio::test]
async fn no_more_than_five_hundred_events_wait_for_the_second() {
    let (shop, clerk) = (Shop::new(), Arc::new(Clerk::default()));
    let mut reading = Reading::begin(&shop, &clerk);
    reading.turn().await;
    shop.publish("acme", 1, 1).await;
    reading.turn().await;
    let before = stored(&shop).await;
    for version in 2..=500 {
        shop.publish("acme", 1, version).await;
    }
    reading.turn().await;
    assert_eq!(stored(&shop).await, before, "one less");
    shop.publish("acme", 1, 501).await;
    reading.turn().await;
    assert_ne!(stored(&shop).await, before);
}

#[tokio::test]
async fn what_is_parked_is_stored_at_once() {
    let (shop, clerk) = (Shop::new(), Arc::new(Clerk::default()));
    let mut reading = Reading::begin(&shop, &clerk);
    shop.publish("acme", 1, 1).await;
    reading.turn().await;
    clerk.fails.lock().unwrap().insert(2, not_now());
    shop.publish("acme", 2, 1).await;
    reading.turn().await;
    assert_eq!(reading.subscription.parked().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_reader_that_stops_in_order_leaves_nothing_to_come_again() {
    let (shop, clerk) = (Shop::new(), Arc::new(Clerk::default()));
    let tasks = Tasks::new();
    tasks.run("reader", shop.table(&clerk).run(tasks.stopping()));
    for version in 1..=3 {
        shop.publish("acme", 1, version).await;
        while !clerk.saw(1).contains(&version) {
            tokio::task::yield_now().await;
        }
    }
    tasks.stop(Duration::from_secs(5)).await;
    let successor = shop.table(&clerk);
    assert_eq!(successor.drain().await.unwrap().handled, 0);
}
