//! Starting, and what the caller is answered.

use crate::flows::Reply;
use crate::shop::{Shop, claim, tenant};
use crossdock_model::Timestamp;
use crossdock_store::{Answer, MessageId, Status, Store};
use crossdock_workflow::{Milestone, StartError, Started, Waited};

#[tokio::test]
async fn an_order_runs_to_its_end_and_its_caller_gets_the_stored_answer() {
    let shop = Shop::open();
    let id = shop.place("A-1").await;
    let waited = shop
        .engine
        .wait_for(id, Milestone::Pivot, Timestamp::MAX)
        .await
        .unwrap();
    assert_eq!(
        waited,
        Waited::Answer(Answer {
            status: 201,
            body: "\"placed\"".into()
        })
    );
    shop.ended(id).await;
    let view = shop.view(id);
    assert_eq!(view.summary.status, Status::Completed);
    assert_eq!(
        view.nodes
            .iter()
            .find(|node| node.id == "hold")
            .unwrap()
            .state,
        "skipped"
    );
    assert_eq!(shop.script.names(), ["reserve", "authorise", "oms", "erp"]);
    assert_eq!(shop.events(id), ["OrderPlaced"]);
    shop.until("memory is free again", |shop| shop.engine.live() == 0)
        .await;
}

#[tokio::test]
async fn the_same_key_attaches_and_starts_nothing() {
    let shop = Shop::open();
    let first = shop
        .begin("place-order", "A-1", Some(claim("k", 1)))
        .await
        .unwrap();
    let again = shop
        .begin("place-order", "A-1", Some(claim("k", 1)))
        .await
        .unwrap();
    assert_eq!(again, Started::Attached(first.id()));
    let other_claim = shop
        .begin("place-order", "A-1", Some(claim("k2", 1)))
        .await
        .unwrap();
    assert_eq!(other_claim, Started::Attached(first.id()));
    shop.ended(first.id()).await;
    assert_eq!(shop.script.of("reserve").len(), 1);
}

#[tokio::test]
async fn the_same_idempotency_key_with_another_request_is_refused() {
    let shop = Shop::open();
    let first = shop
        .begin("place-order", "A-1", Some(claim("k", 1)))
        .await
        .unwrap()
        .id();
    let error = shop
        .begin("place-order", "A-2", Some(claim("k", 2)))
        .await
        .unwrap_err();
    assert!(matches!(error, StartError::KeyReused { instance } if instance == first));
    let begun = shop
        .store
        .instance_by_key(&tenant(), "place-order", "A-2")
        .await;
    assert!(begun.unwrap().is_none());
}

#[tokio::test]
async fn a_message_starts_once() {
    let shop = Shop::open();
    let message = || {
        Some(MessageId {
            source: "feed".into(),
            id: "7".into(),
        })
    };
    let first = shop
        .begin_from("place-order", "A-1", None, message())
        .await
        .unwrap();
    let again = shop
        .begin_from("place-order", "A-1", None, message())
        .await
        .unwrap();
    assert_eq!(again, Started::Attached(first.id()));
    let other = shop
        .begin_from("place-order", "A-2", None, message())
        .await
        .unwrap_err();
    assert!(matches!(other, StartError::Seen));
}

#[tokio::test]
async fn many_orders_at_once_each_end() {
    let shop = Shop::open();
    let keys: Vec<String> = (0..50).map(|n| format!("A-{n}")).collect();
    let started = futures_util::future::join_all(keys.iter().map(|key| shop.place(key))).await;
    for id in started {
        assert!(matches!(shop.ended(id).await, Waited::Answer(_)));
    }
    assert_eq!(shop.script.of("erp").len(), 50);
}

#[tokio::test]
async fn six_steps_cost_seven_batches() {
    let shop = Shop::open();
    let id = shop.begin("follow-order", "A-1", None).await.unwrap().id();
    shop.until_node(id, "shipped", "waiting").await;
    // The start with the first attempt, its completion with the wait: two.
    assert_eq!(
        shop.store.instance(id).await.unwrap().unwrap().row.revision,
        2
    );
}

#[tokio::test]
async fn after_a_shutdown_nothing_new_begins() {
    let shop = Shop::open();
    shop.engine
        .shutdown(std::time::Duration::from_secs(1))
        .await;
    let error = shop.begin("place-order", "A-1", None).await.unwrap_err();
    assert!(matches!(error, StartError::Stopping));
}

/// Start, reserved, placed: what stands in the journal before the legs.
const BEFORE_THE_LEGS: u64 = 3;

#[tokio::test]
async fn legs_that_end_within_a_few_turns_of_each_other_share_an_append() {
    let shop = Shop::open();
    shop.script.then("erp", Reply::Turns(3));
    let id = shop.place("A-1").await;
    shop.ended(id).await;
    assert_eq!(shop.revision(id), BEFORE_THE_LEGS + 1);
}

#[tokio::test]
async fn a_leg_that_does_not_end_keeps_no_other_out_of_the_journal() {
    let shop = Shop::open();
    shop.script.then("erp", Reply::Hang);
    let id = shop.place("A-1").await;
    shop.until_node(id, "oms", "done").await;
    assert_eq!(shop.revision(id), BEFORE_THE_LEGS + 1);
    assert_eq!(shop.node(id, "erp").state, "running");
}
