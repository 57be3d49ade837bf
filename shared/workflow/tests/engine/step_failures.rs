//! Steps that fail in every way there is.

use crate::flows::Reply;
use crate::shop::{Shop, busy, unknown};
use crossdock_model::Fault;
use crossdock_store::Status;
use crossdock_workflow::ParkClass;
use std::time::Duration;

#[tokio::test]
async fn a_busy_backend_is_asked_again_with_the_same_key_and_no_doubt() {
    let shop = Shop::open();
    shop.script.fails("reserve", busy());
    let id = shop.place("A-1").await;
    shop.until_node(id, "reserve", "backoff").await;
    assert_eq!(shop.script.of("reserve").len(), 1);
    shop.clock.advance(Duration::from_secs(1));
    shop.ended(id).await;
    let calls = shop.script.of("reserve");
    assert_eq!(calls[0].key, calls[1].key);
    assert_eq!((calls[0].attempt, calls[1].attempt), (1, 1));
}

#[tokio::test]
async fn a_retry_waits_as_long_as_the_backend_asked() {
    let shop = Shop::open();
    let after = Some(Duration::from_secs(30));
    shop.script.fails(
        "reserve",
        Fault::Retry {
            after,
            why: "429".into(),
        },
    );
    let id = shop.place("A-1").await;
    shop.until_node(id, "reserve", "backoff").await;
    shop.clock.advance(Duration::from_secs(29));
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(shop.script.of("reserve").len(), 1, "not a second too early");
    shop.clock.advance(Duration::from_secs(2));
    shop.ended(id).await;
    assert_eq!(shop.script.of("reserve").len(), 2);
}

#[tokio::test]
async fn an_unknown_outcome_is_delivered_again_under_the_same_key() {
    let shop = Shop::open();
    shop.script.fails("authorise", unknown());
    let id = shop.place("A-1").await;
    shop.until_node(id, "authorise", "backoff").await;
    shop.clock.advance(Duration::from_secs(1));
    shop.ended(id).await;
    let calls = shop.script.of("authorise");
    assert_eq!(calls[0].key, calls[1].key);
    assert_eq!((calls[0].attempt, calls[1].attempt), (1, 2));
}

#[tokio::test]
async fn only_a_proof_that_nothing_happened_changes_the_key() {
    let shop = Shop::open();
    shop.script
        .fails("authorise", Fault::NothingHappened { new_intent: true });
    let id = shop.place("A-1").await;
    shop.ended(id).await;
    let calls = shop.script.of("authorise");
    assert_ne!(calls[0].key, calls[1].key);
    assert_eq!(calls[1].attempt, 1);
}

#[tokio::test]
async fn an_attempt_that_takes_too_long_is_unknown() {
    let shop = Shop::open();
    shop.script.then("authorise", Reply::Hang);
    let id = shop.place("A-1").await;
    shop.until("the attempt", |shop| shop.script.of("authorise").len() == 1)
        .await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    shop.clock.advance(Duration::from_secs(16));
    shop.until_node(id, "authorise", "backoff").await;
    assert!(shop.node(id, "authorise").in_doubt);
}

#[tokio::test]
async fn a_panic_parks_at_once_and_a_person_lets_it_go_on() {
    let shop = Shop::open();
    shop.script.then("oms", Reply::Panic);
    let id = shop.place("A-1").await;
    shop.until_node(id, "oms", "parked").await;
    shop.until_node(id, "erp", "done").await;
    let parked = shop.node(id, "oms").parked.unwrap();
    assert_eq!(parked.class, ParkClass::Poison);
    assert!(parked.why.contains("the shelf fell over"));
    let exceptions = shop.engine.exceptions(None, None, 10).await.unwrap();
    assert_eq!(exceptions.len(), 1);
    let oldest = Some(exceptions[0].instance.id);
    let older = shop.engine.exceptions(None, oldest, 10).await.unwrap();
    assert_eq!(older.len(), 0);
    shop.engine
        .retry(id, None, &crate::shop::act())
        .await
        .unwrap();
    shop.ended(id).await;
    assert_eq!(
        shop.events(id),
        ["OrderPlaced", "ExceptionOpened", "ExceptionResolved"]
    );
}

#[tokio::test]
async fn after_the_pivot_a_refusal_takes_the_other_way() {
    let shop = Shop::open();
    shop.script
        .fails("erp", Fault::refused("period_closed", "June is closed"));
    let id = shop.place("A-1").await;
    shop.ended(id).await;
    assert_eq!(shop.node(id, "erp").state, "refused");
    assert_eq!(shop.node(id, "queue").state, "done");
}

#[tokio::test]
async fn after_the_pivot_a_refusal_without_another_way_parks_only_its_leg() {
    let shop = Shop::open();
    shop.script
        .fails("oms", Fault::refused("bad_address", "no such street"));
    let id = shop.place("A-1").await;
    shop.until_node(id, "oms", "parked").await;
    shop.until_node(id, "erp", "done").await;
    assert_eq!(shop.view(id).summary.status, Status::Parked);
    assert_eq!(shop.node(id, "oms").parked.unwrap().code, "bad_address");
}

#[tokio::test]
async fn enough_attempts_end_on_the_exception_desk() {
    let shop = Shop::open();
    shop.script
        .fails("reserve", busy())
        .fails("reserve", busy())
        .fails("reserve", busy());
    let id = shop.place("A-1").await;
    for tried in 1..3 {
        shop.until_node(id, "reserve", "backoff").await;
        shop.clock.advance(Duration::from_secs(2));
        shop.until("it is tried", |shop| {
            shop.script.of("reserve").len() > tried
        })
        .await;
    }
    shop.until_node(id, "reserve", "parked").await;
    assert_eq!(
        shop.node(id, "reserve").parked.unwrap().class,
        ParkClass::Exhausted
    );
    assert_eq!(shop.script.of("reserve").len(), 3);
}
