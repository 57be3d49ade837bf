//! What operators can do, and that it is journaled.

use crate::flows::Reply;
use crate::shop::{Shop, act, busy, unknown};
use crossdock_model::{Fault, InstanceId};
use crossdock_store::Status;
use crossdock_workflow::OperatorError;
use serde_json::json;

impl Shop {
    /// An order whose two legs are parked: `oms` for that reason, `erp` by a panic.
    async fn parked_twice(&self, oms: Fault) -> InstanceId {
        self.script.fails("oms", oms).then("erp", Reply::Panic);
        let id = self.place("A-1").await;
        self.until_node(id, "oms", "parked").await;
        self.until_node(id, "erp", "parked").await;
        id
    }

    /// An order that was refused, and whose first step cannot be undone for that reason.
    async fn stuck(&self, release: Reply) -> InstanceId {
        self.script
            .fails("authorise", Fault::refused("card_declined", "no funds"))
            .then("release", release);
        let id = self.place("A-1").await;
        self.until_node(id, "reserve", "undo-parked").await;
        id
    }

    async fn skip(&self, id: InstanceId, node: &str, out: &str) -> Result<(), OperatorError> {
        self.engine.skip(id, node, &json!(out), &act()).await
    }

    fn journaled(&self, id: InstanceId, what: &str) -> usize {
        let rows = self.view(id).journal;
        rows.iter().filter(|row| row.what == what).count()
    }
}

#[tokio::test]
async fn a_parked_node_is_skipped_with_what_it_would_have_brought() {
    let shop = Shop::open();
    shop.script
        .fails("oms", Fault::refused("bad_address", "no such street"));
    let id = shop.place("A-1").await;
    shop.until_node(id, "oms", "parked").await;
    let wrong = shop
        .engine
        .skip(id, "oms", &json!({"not": "text"}), &act())
        .await
        .unwrap_err();
    assert!(matches!(wrong, OperatorError::Unreadable(_)));
    shop.engine
        .skip(id, "oms", &json!("by telephone"), &act())
        .await
        .unwrap();
    shop.ended(id).await;
    let view = shop.view(id);
    assert!(
        view.state["done"]
            .as_array()
            .unwrap()
            .contains(&json!("by telephone"))
    );
    let row = view
        .journal
        .iter()
        .find(|row| row.what == "skipped by hand")
        .unwrap();
    assert!(row.detail.starts_with("mara: mended"));
}

#[tokio::test]
async fn retrying_what_is_not_parked_is_refused_with_a_reason() {
    let shop = Shop::open();
    let id = shop.place("A-1").await;
    shop.ended(id).await;
    let error = shop.engine.retry(id, None, &act()).await.unwrap_err();
    assert_eq!(error.to_string(), "not possible: nothing is parked there");
}

#[tokio::test]
async fn a_misconfigured_step_goes_on_when_the_configuration_has_changed() {
    let shop = Shop::open();
    shop.script
        .fails("oms", Fault::Misconfigured { why: "401".into() });
    let id = shop.place("A-1").await;
    shop.until_node(id, "oms", "parked").await;
    shop.until_node(id, "erp", "done").await;
    assert_eq!(shop.engine.configuration_changed().await.unwrap(), 1);
    shop.ended(id).await;
}

#[tokio::test]
async fn a_changed_configuration_lets_nothing_go_on_that_is_parked_for_another_reason() {
    let shop = Shop::open();
    let misconfigured = Fault::Misconfigured { why: "401".into() };
    let id = shop.parked_twice(misconfigured).await;
    assert_eq!(shop.engine.configuration_changed().await.unwrap(), 1);
    shop.until_node(id, "oms", "done").await;
    assert_eq!(shop.node(id, "erp").state, "parked");
    assert_eq!(shop.script.of("erp").len(), 1);
}

#[tokio::test]
async fn a_changed_configuration_lets_an_undo_go_on_too() {
    let shop = Shop::open();
    let misconfigured = Reply::Fault(Fault::Misconfigured { why: "401".into() });
    let id = shop.stuck(misconfigured).await;
    assert_eq!(shop.engine.configuration_changed().await.unwrap(), 1);
    shop.ended(id).await;
    assert_eq!(shop.view(id).summary.status, Status::Compensated);
    assert_eq!(shop.script.of("release").len(), 2);
}

#[tokio::test]
async fn of_two_parked_nodes_the_one_that_is_named_goes_on() {
    let shop = Shop::open();
    let id = shop.parked_twice(Fault::refused("bad_address", "no")).await;
    shop.engine.retry(id, Some("oms"), &act()).await.unwrap();
    shop.until_node(id, "oms", "done").await;
    assert_eq!(shop.node(id, "erp").state, "parked");
    let again = shop.engine.retry(id, Some("oms"), &act()).await;
    let nothing = again.unwrap_err().to_string();
    assert_eq!(nothing, "not possible: nothing is parked there");
    shop.engine.retry(id, None, &act()).await.unwrap();
    shop.ended(id).await;
}

#[tokio::test]
async fn cancelled_twice_it_goes_backward_once_and_what_is_over_is_not_cancelled() {
    let shop = Shop::open();
    shop.script
        .fails("authorise", unknown())
        .fails("release", busy());
    let id = shop.place("A-1").await;
    shop.until_node(id, "authorise", "backoff").await;
    shop.engine.cancel(id, &act()).await.unwrap();
    shop.until_node(id, "reserve", "undo-backoff").await;
    let before = shop.view(id).journal.len();
    shop.engine.cancel(id, &act()).await.unwrap();
    assert_eq!(shop.view(id).journal.len(), before);
    shop.clock.advance(std::time::Duration::from_secs(1));
    shop.ended(id).await;
    let over = shop.engine.cancel(id, &act()).await.unwrap_err();
    assert!(over.to_string().contains("or over"), "{over}");
}

#[tokio::test]
async fn an_undo_that_is_stuck_is_taken_as_done_by_hand() {
    let shop = Shop::open();
    let id = shop.stuck(Reply::Panic).await;
    shop.skip(id, "reserve", "put back by hand").await.unwrap();
    shop.ended(id).await;
    assert_eq!(shop.view(id).summary.status, Status::Compensated);
    assert_eq!(shop.script.of("release").len(), 1);
    let events = ["ExceptionOpened", "ExceptionResolved", "OrderRejected"];
    assert_eq!(shop.events(id), events);
}

#[tokio::test]
async fn what_is_to_be_retried_is_skipped_without_another_attempt_or_an_exception() {
    let shop = Shop::open();
    shop.script.fails("oms", busy());
    let id = shop.place("A-1").await;
    shop.until_node(id, "oms", "backoff").await;
    shop.skip(id, "oms", "by telephone").await.unwrap();
    shop.ended(id).await;
    assert_eq!(shop.script.of("oms").len(), 1);
    assert_eq!(shop.events(id), ["OrderPlaced"]);
}

#[tokio::test]
async fn a_wait_and_a_timer_are_skipped_and_the_clock_stands_still() {
    let shop = Shop::open();
    let begun = shop.begin("follow-order", "A-1", None).await;
    let id = begun.unwrap().id();
    shop.until_node(id, "shipped", "waiting").await;
    shop.skip(id, "shipped", "parcel seen").await.unwrap();
    shop.until_node(id, "cooling-off", "waiting").await;
    shop.skip(id, "cooling-off", "long enough").await.unwrap();
    shop.ended(id).await;
    assert_eq!(shop.view(id).state["signals"], json!(["parcel seen"]));
    assert_eq!(shop.script.names(), ["reserve", "authorise"]);
    assert_eq!(shop.events(id), ["OrderShipped"], "told as if it had come");
    assert_eq!(shop.journaled(id, "skipped by hand"), 1);
}

#[tokio::test]
async fn what_is_done_or_going_backward_cannot_be_skipped() {
    let shop = Shop::open();
    let stuck = shop.stuck(Reply::Panic).await;
    let placed = shop.place("A-2").await;
    shop.ended(placed).await;
    shop.script.then("oms", Reply::Panic);
    let parked = shop.place("A-3").await;
    shop.until_node(parked, "oms", "parked").await;
    for (id, node) in [(stuck, "authorise"), (placed, "oms"), (parked, "reserve")] {
        let before = shop.view(id).journal.len();
        let refused = shop.skip(id, node, "by telephone").await.unwrap_err();
        let why = refused.to_string();
        assert!(why.contains("only what is parked"), "{node}: {why}");
        assert_eq!(shop.view(id).journal.len(), before, "{node}");
    }
}

#[tokio::test]
async fn the_drawing_is_generated_from_the_definition() {
    let shop = Shop::open();
    let drawing = shop.engine.drawing("place-order").unwrap();
    assert!(drawing.contains("place<br/>pivot"));
    assert!(drawing.contains("-- refused -->"));
    assert!(drawing.contains("hold<br/>when express<br/>can be undone"));
}
