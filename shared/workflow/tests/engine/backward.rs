//! Before the pivot: everything is taken back, or it is on somebody's desk.

use crate::shop::{Shop, act, busy, unknown};
use crossdock_model::{Clock as _, Fault, Timestamp};
use crossdock_store::{Answer, Status};
use crossdock_workflow::{OperatorError, ParkClass, Waited};
use std::time::Duration;

#[tokio::test]
async fn a_refusal_undoes_in_reverse_and_the_caller_gets_the_rejection() {
    let shop = Shop::open();
    shop.script
        .fails("authorise", Fault::refused("card_declined", "no funds"));
    let id = shop.place("A-1").await;
    let rejected = Answer {
        status: 409,
        body: "\"card_declined\"".into(),
    };
    assert_eq!(shop.ended(id).await, Waited::Answer(rejected));
    assert_eq!(shop.script.names(), ["reserve", "authorise", "release"]);
    assert_eq!(shop.view(id).summary.status, Status::Compensated);
    assert_eq!(shop.events(id), ["OrderRejected"]);
    let keys: Vec<_> = shop
        .script
        .calls()
        .into_iter()
        .map(|call| call.key)
        .collect();
    assert_ne!(keys[0], keys[2], "an undo has its own key");
}

#[tokio::test]
async fn a_step_in_doubt_is_undone_as_well() {
    let shop = Shop::open();
    shop.script.fails("authorise", unknown());
    let id = shop.place("A-1").await;
    shop.until_node(id, "authorise", "backoff").await;
    shop.engine.cancel(id, &act()).await.unwrap();
    shop.ended(id).await;
    assert_eq!(
        shop.script.names(),
        ["reserve", "authorise", "void", "release"]
    );
    assert_eq!(shop.view(id).summary.status, Status::Cancelled);
}

/// A shop whose orders are given up ten seconds after they began.
fn impatient() -> Shop {
    let mut shop = Shop::open();
    let then = shop.clock.now().checked_add(Duration::from_secs(10));
    shop.template.give_up_at = Some(then.unwrap());
    shop
}

#[tokio::test]
async fn who_cannot_be_asked_in_time_needs_no_person_and_what_is_in_doubt_is_undone() {
    let shop = impatient();
    for _ in 0..100 {
        shop.script.fails("authorise", unknown());
    }
    let id = shop.place("A-1").await;
    for _ in 0..60 {
        shop.clock.advance(Duration::from_millis(500));
        tokio::task::yield_now().await;
        assert_ne!(shop.view(id).summary.status, Status::Parked);
    }
    let rejected = Answer {
        status: 409,
        body: "\"unavailable\"".into(),
    };
    assert_eq!(shop.ended(id).await, Waited::Answer(rejected));
    let names = shop.script.names();
    assert_eq!(names[names.len() - 2..], ["void", "release"]);
    let begun = Timestamp::from_second(1_700_000_000).unwrap();
    assert!(shop.clock.now() >= begun.checked_add(Duration::from_secs(10)).unwrap());
}

#[tokio::test]
async fn who_is_back_in_time_is_asked_again_and_nothing_after_the_pivot_is_given_up() {
    let shop = impatient();
    for _ in 0..3 {
        shop.script.fails("authorise", busy());
    }
    shop.script.fails("oms", Fault::refused("x", "y"));
    let id = shop.place("A-1").await;
    for _ in 0..60 {
        shop.clock.advance(Duration::from_millis(500));
        tokio::task::yield_now().await;
    }
    shop.until_node(id, "oms", "parked").await;
    assert_eq!(shop.script.of("authorise").len(), 4);
    assert!(shop.script.of("void").is_empty() && shop.script.of("release").is_empty());
}

#[tokio::test]
async fn past_the_pivot_nothing_can_be_cancelled() {
    let shop = Shop::open();
    shop.script.fails("oms", Fault::refused("x", "y"));
    let id = shop.place("A-1").await;
    shop.until_node(id, "oms", "parked").await;
    let error = shop.engine.cancel(id, &act()).await.unwrap_err();
    assert!(matches!(error, OperatorError::Impossible(_)));
    let words = "what is done can only be reversed by a new transaction, such as a return";
    assert!(error.to_string().ends_with(words), "{error}");
    shop.engine.retry(id, None, &act()).await.unwrap();
    shop.ended(id).await;
    assert_eq!(shop.view(id).summary.status, Status::Completed);
}

#[tokio::test]
async fn an_undo_that_cannot_finish_never_claims_to_be_compensated() {
    let shop = Shop::open();
    shop.script
        .fails("authorise", Fault::refused("card_declined", "no funds"));
    for _ in 0..3 {
        shop.script.fails("release", unknown());
    }
    let id = shop.place("A-1").await;
    for tried in 1..3 {
        shop.until_node(id, "reserve", "undo-backoff").await;
        shop.clock.advance(Duration::from_secs(2));
        shop.until("it is tried", |shop| {
            shop.script.of("release").len() > tried
        })
        .await;
    }
    shop.until_node(id, "reserve", "undo-parked").await;
    let view = shop.view(id);
    assert_eq!(view.summary.status, Status::Parked);
    assert_eq!(view.summary.parked[0].class, ParkClass::CompensationStuck);
    shop.engine
        .retry(id, Some("reserve"), &act())
        .await
        .unwrap();
    shop.ended(id).await;
    assert_eq!(shop.view(id).summary.status, Status::Compensated);
}
