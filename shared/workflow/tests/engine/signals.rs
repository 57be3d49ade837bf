//! Signals early, late and twice; deadlines and timers.

use crate::flows::Reply;
use crate::shop::{Shop, act};
use crossdock_store::Status;
use crossdock_workflow::{ParkClass, SignalError, SignalRequest, Signalled};
use std::time::Duration;

#[tokio::test]
async fn an_early_signal_waits_a_second_one_with_its_id_is_dropped_and_a_late_one_is_recorded() {
    let shop = Shop::open();
    shop.script.then("reserve", Reply::Hang);
    let id = shop.begin("follow-order", "A-1", None).await.unwrap().id();
    assert_eq!(shop.signal("A-1", "p1").await.unwrap(), Signalled::Early);
    assert_eq!(
        shop.signal("A-1", "p1").await.unwrap(),
        Signalled::Duplicate
    );
    shop.until("the attempt", |shop| shop.script.of("reserve").len() == 1)
        .await;
    shop.clock.advance(Duration::from_secs(16));
    shop.until_node(id, "reserve", "backoff").await;
    shop.clock.advance(Duration::from_secs(1));
    shop.until_node(id, "shipped", "done").await;
    assert_eq!(shop.signal("A-1", "p2").await.unwrap(), Signalled::Late);
    assert_eq!(
        shop.view(id).state["signals"],
        serde_json::json!(["parcel p1"])
    );
    assert!(
        shop.view(id)
            .journal
            .iter()
            .any(|row| row.what == "late signal")
    );
}

#[tokio::test]
async fn a_wait_whose_condition_does_not_hold_is_passed_over_and_one_whose_does_waits() {
    let mut shop = Shop::open();
    let plain = shop.begin("track-order", "A-1", None).await.unwrap().id();
    shop.until_node(plain, "authorise", "done").await;
    assert_eq!(shop.node(plain, "shipped").state, "skipped");
    shop.template.express = true;
    let express = shop.begin("track-order", "A-2", None).await.unwrap().id();
    shop.until_node(express, "shipped", "waiting").await;
    assert_eq!(shop.node(express, "authorise").state, "idle");
    let shop = shop.restart();
    let request = SignalRequest {
        workflow: "track-order",
        tenant: &crate::shop::tenant(),
        key: "A-2",
        name: "shipped",
        id: "p1",
        payload: &"parcel p1",
        inbox: None,
    };
    assert_eq!(shop.engine.signal(request).await.unwrap(), Signalled::Taken);
    shop.until_node(express, "authorise", "done").await;
}

#[tokio::test]
async fn a_signal_for_what_has_not_started_is_to_be_sent_again() {
    let shop = Shop::open();
    assert!(matches!(
        shop.signal("A-9", "p1").await,
        Err(SignalError::NotFound { .. })
    ));
}

#[tokio::test]
async fn a_signal_that_cannot_be_read_is_not_journaled() {
    let shop = Shop::open();
    let id = shop.begin("follow-order", "A-1", None).await.unwrap().id();
    let tenant = crate::shop::tenant();
    let request = SignalRequest {
        workflow: "follow-order",
        tenant: &tenant,
        key: "A-1",
        name: "shipped",
        id: "x",
        payload: &7,
        inbox: None,
    };
    assert!(matches!(
        shop.engine.signal(request).await,
        Err(SignalError::Unreadable(_))
    ));
    assert!(!shop.view(id).journal.iter().any(|row| row.what == "signal"));
}

#[tokio::test]
async fn an_idle_instance_costs_no_memory_and_its_timer_is_never_early() {
    let shop = Shop::open();
    let id = shop.begin("follow-order", "A-1", None).await.unwrap().id();
    shop.until("it rests", |shop| shop.engine.live() == 0).await;
    assert_eq!(shop.signal("A-1", "p1").await.unwrap(), Signalled::Taken);
    shop.until("it rests", |shop| shop.engine.live() == 0).await;
    shop.clock.advance(Duration::from_mins(1));
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(shop.node(id, "cooling-off").state, "waiting");
    shop.clock.advance(Duration::from_millis(1));
    shop.ended(id).await;
    assert_eq!(shop.view(id).summary.status, Status::Completed);
}

#[tokio::test]
async fn nobody_answering_parks_and_the_signal_that_comes_after_all_is_taken() {
    let shop = Shop::open();
    let id = shop.begin("follow-order", "A-1", None).await.unwrap().id();
    shop.until_node(id, "shipped", "waiting").await;
    shop.clock.advance(Duration::from_secs(3_601));
    shop.until_node(id, "shipped", "parked").await;
    assert_eq!(
        shop.node(id, "shipped").parked.unwrap().class,
        ParkClass::Deadline
    );
    assert_eq!(shop.signal("A-1", "p1").await.unwrap(), Signalled::Taken);
    shop.until_node(id, "shipped", "done").await;
}

#[tokio::test]
async fn what_a_person_has_to_decide_is_on_the_desk_at_once_and_goes_on_when_the_answer_comes() {
    let mut shop = Shop::open();
    shop.template.question = Some("may it go?".into());
    let id = shop.begin("follow-order", "A-1", None).await.unwrap().id();
    shop.until_node(id, "shipped", "parked").await;
    let parked = shop.node(id, "shipped").parked.unwrap();
    let asked = (parked.class, &*parked.code, &*parked.why);
    assert_eq!(asked, (ParkClass::Decision, "on_hold", "may it go?"));
    // Asking again is answered with the same question.
    shop.engine.retry(id, None, &act()).await.unwrap();
    shop.until_node(id, "shipped", "parked").await;
    assert_eq!(shop.signal("A-1", "p1").await.unwrap(), Signalled::Taken);
    shop.until_node(id, "shipped", "done").await;
    let rows = shop.view(id).journal;
    let opened = rows.iter().filter(|row| row.what == "parked").count();
    let resolved = rows.iter().filter(|row| row.what == "resumed").count();
    assert_eq!((opened, resolved), (2, 2));
}

#[tokio::test]
async fn a_person_may_give_the_answer_by_hand_and_one_that_cannot_be_is_refused() {
    let mut shop = Shop::open();
    shop.template.question = Some("may it go?".into());
    let id = shop.begin("follow-order", "A-1", None).await.unwrap().id();
    shop.until_node(id, "shipped", "parked").await;
    let skip = async |answer: &str| {
        let answer = serde_json::json!(answer);
        shop.engine.skip(id, "shipped", &answer, &act()).await
    };
    let refused = skip("nonsense").await.unwrap_err();
    assert!(
        refused.to_string().contains("that is no answer"),
        "{refused}"
    );
    assert_eq!(shop.node(id, "shipped").state, "parked");
    skip("yes").await.unwrap();
    shop.until_node(id, "shipped", "done").await;
    assert_eq!(shop.view(id).state["signals"], serde_json::json!(["yes"]));
}
