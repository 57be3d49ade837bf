//! Waiting for a milestone: answered at once when it comes, or when only a person can bring it about.
//!
//! The clock stands still in these tests, so whoever is answered was not answered by a deadline.

use crate::flows::Reply;
use crate::shop::{Shop, act, busy};
use crossdock_model::{Clock, Fault, InstanceId, Timestamp};
use crossdock_workflow::{Milestone, Waited};
use std::time::Duration;

impl Shop {
    async fn waits(&self, id: InstanceId, milestone: Milestone) -> Waited {
        let waited = self.engine.wait_for(id, milestone, Timestamp::MAX).await;
        waited.unwrap()
    }

    /// How it stands for somebody who has no time.
    async fn glance(&self, id: InstanceId, milestone: Milestone) -> Waited {
        let now = self.clock.now();
        self.engine.wait_for(id, milestone, now).await.unwrap()
    }
}

fn node(name: &str) -> Milestone {
    Milestone::Node(name.to_owned())
}

#[tokio::test]
async fn whoever_waits_for_a_promise_is_told_at_once_when_it_is_parked() {
    let shop = Shop::open();
    shop.script.then("authorise", Reply::Panic);
    let id = shop.place("A-1").await;
    assert_eq!(shop.waits(id, Milestone::Pivot).await, Waited::Parked);
}

#[tokio::test]
async fn whoever_comes_when_it_was_parked_long_ago_is_told_at_once_too() {
    let shop = Shop::open();
    shop.script.then("authorise", Reply::Panic);
    let id = shop.place("A-1").await;
    shop.until("it rests in the store", |shop| shop.engine.live() == 0)
        .await;
    assert_eq!(shop.waits(id, Milestone::Pivot).await, Waited::Parked);
    assert_eq!(shop.waits(id, Milestone::End).await, Waited::Parked);
    let shop = shop.restart();
    assert_eq!(shop.waits(id, Milestone::Pivot).await, Waited::Parked);
}

#[tokio::test]
async fn once_a_person_has_acted_it_can_be_waited_for_again() {
    let shop = Shop::open();
    shop.script.then("authorise", Reply::Panic);
    let id = shop.place("A-1").await;
    assert_eq!(shop.waits(id, Milestone::Pivot).await, Waited::Parked);
    shop.engine.retry(id, None, &act()).await.unwrap();
    assert!(
        matches!(shop.waits(id, Milestone::Pivot).await, Waited::Answer(answer) if answer.status == 201)
    );
}

#[tokio::test]
async fn what_follows_a_parked_node_is_parked_with_it() {
    let shop = Shop::open();
    shop.script.then("reserve", Reply::Panic);
    let id = shop.begin("follow-order", "A-1", None).await.unwrap().id();
    assert_eq!(shop.waits(id, node("shipped")).await, Waited::Parked);
    assert_eq!(shop.waits(id, node("reserve")).await, Waited::Parked);
}

#[tokio::test]
async fn a_leg_beside_a_parked_one_is_still_waited_for() {
    let shop = Shop::open();
    shop.script
        .fails("oms", Fault::refused("bad_address", "no such street"))
        .fails("erp", busy());
    let id = shop.place("A-1").await;
    shop.until_node(id, "oms", "parked").await;
    shop.until_node(id, "erp", "backoff").await;
    assert_eq!(shop.waits(id, node("oms")).await, Waited::Parked);
    assert_eq!(shop.waits(id, Milestone::End).await, Waited::Parked);
    assert_eq!(shop.glance(id, node("erp")).await, Waited::Pending);
    let promised = shop.glance(id, Milestone::Pivot).await;
    assert!(
        matches!(promised, Waited::Answer(_)),
        "that stands: {promised:?}"
    );
    shop.clock.advance(Duration::from_secs(1));
    let posted = shop.waits(id, node("erp")).await;
    assert!(
        !matches!(posted, Waited::Parked | Waited::Pending),
        "{posted:?}"
    );
}

#[tokio::test]
async fn an_undo_that_is_stuck_leaves_nobody_waiting() {
    let shop = Shop::open();
    shop.script
        .fails("authorise", Fault::refused("card_declined", "no funds"))
        .then("release", Reply::Panic);
    let id = shop.place("A-1").await;
    assert_eq!(shop.waits(id, Milestone::Pivot).await, Waited::Parked);
}
