//! What operators can do, and that it is journaled.

use crate::shop::{Shop, act};
use crossdock_model::Fault;
use crossdock_workflow::OperatorError;
use serde_json::json;

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
async fn the_drawing_is_generated_from_the_definition() {
    let shop = Shop::open();
    let drawing = shop.engine.drawing("place-order").unwrap();
    assert!(drawing.contains("place<br/>pivot"));
    assert!(drawing.contains("-- refused -->"));
    assert!(drawing.contains("hold<br/>when express<br/>can be undone"));
}
