//! A process ends, another one begins on the same store.

use crate::flows::Reply;
use crate::shop::{Shop, busy, unknown};
use crossdock_model::Fault;
use crossdock_store::Status;
use std::time::Duration;

#[tokio::test]
async fn what_was_under_way_is_delivered_again_under_the_same_key() {
    let shop = Shop::open();
    shop.script.then("authorise", Reply::Hang);
    let id = shop.place("A-1").await;
    shop.until("the attempt", |shop| shop.script.of("authorise").len() == 1)
        .await;
    let shop = shop.restart();
    shop.ended(id).await;
    let calls = shop.script.of("authorise");
    assert_eq!(calls[0].key, calls[1].key);
    assert_eq!((calls[0].attempt, calls[1].attempt), (1, 2));
    assert_eq!(
        shop.script.of("reserve").len(),
        1,
        "what is journaled is not done again"
    );
    assert_eq!(shop.node(id, "authorise").deaths, 1);
}

#[tokio::test]
async fn a_back_off_survives_and_an_undo_goes_on() {
    let shop = Shop::open();
    shop.script.fails("reserve", busy());
    shop.script
        .fails("authorise", Fault::refused("card_declined", "no funds"));
    shop.script.then("release", Reply::Hang);
    let id = shop.place("A-1").await;
    shop.until_node(id, "reserve", "backoff").await;
    let shop = shop.restart();
    shop.clock.advance(Duration::from_secs(1));
    shop.until("the undo", |shop| shop.script.of("release").len() == 1)
        .await;
    let shop = shop.restart();
    shop.ended(id).await;
    assert_eq!(shop.view(id).summary.status, Status::Compensated);
    assert_eq!(shop.script.of("release")[1].attempt, 2);
}

#[tokio::test]
async fn a_leg_beside_a_parked_one_is_taken_up_too() {
    let shop = Shop::open();
    shop.script
        .fails("oms", Fault::refused("bad_address", "x"))
        .then("erp", Reply::Hang);
    let id = shop.place("A-1").await;
    shop.until_node(id, "oms", "parked").await;
    shop.until("the attempt", |shop| shop.script.of("erp").len() == 1)
        .await;
    let shop = shop.restart();
    shop.until_node(id, "erp", "done").await;
    assert_eq!(shop.node(id, "oms").state, "parked");
}

#[tokio::test]
async fn what_is_parked_for_the_set_up_goes_on_at_the_next_start() {
    let shop = Shop::open();
    shop.script
        .fails("oms", Fault::Misconfigured { why: "401".into() });
    let id = shop.place("A-1").await;
    shop.until_node(id, "oms", "parked").await;
    shop.until_node(id, "erp", "done").await;
    let shop = shop.restart();
    shop.ended(id).await;
    assert_eq!(shop.view(id).summary.status, Status::Completed);
}

#[tokio::test]
async fn timers_of_passivated_instances_fire_after_a_restart() {
    let shop = Shop::open();
    let id = shop.begin("follow-order", "A-1", None).await.unwrap().id();
    shop.signal("A-1", "p1").await.unwrap();
    shop.until_node(id, "cooling-off", "waiting").await;
    let shop = shop.restart();
    shop.clock.advance(Duration::from_secs(61));
    shop.ended(id).await;
    assert_eq!(shop.script.of("authorise").len(), 1);
}

#[tokio::test]
async fn a_graceful_stop_keeps_results_and_leaves_no_doubt() {
    let shop = Shop::open();
    shop.script.fails("authorise", unknown());
    let id = shop.place("A-1").await;
    shop.until_node(id, "authorise", "backoff").await;
    shop.engine.shutdown(Duration::from_secs(10)).await;
    assert_eq!(shop.engine.live(), 0);
    let shop = shop.restart();
    shop.clock.advance(Duration::from_secs(1));
    shop.ended(id).await;
    assert_eq!(shop.script.of("authorise").len(), 2);
    assert_eq!(shop.node(id, "authorise").deaths, 0);
}
