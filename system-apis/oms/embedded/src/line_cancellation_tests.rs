//! Line cancellations as an outsider sees them: what is given up, what is left, and what the books say.

use crate::Seed;
use crate::tests::{Oms, five_stores, item, order};
use http::Method;
use serde_json::{Value, json};

const ORDER: &str = "/v1/acme/orders/o1";
const LINES: &str = "/v1/acme/orders/o1/line-cancellations";
const WHOLE: &str = "/v1/acme/orders/o1/cancel";

fn ask(number: &str, items: &[(&str, u32)]) -> Value {
    let units = |(item, qty): &(&str, u32)| json!({"item": item, "qty": qty});
    let items: Vec<Value> = items.iter().map(units).collect();
    json!({"cancellationNo": number, "items": items})
}

async fn place(oms: &Oms, items: &[Value]) {
    oms.post("/v1/acme/orders", order("o1", items)).await;
}

async fn shown(oms: &Oms) -> Value {
    let (status, body) = oms.ask(Method::GET, ORDER, json!({})).await;
    assert_eq!(status, 200, "{body}");
    body
}

/// Fifteen of one item, which takes two stores: ten from `s1`, and five from `s2` by the newer fulfilment order.
async fn two_parcels() -> Oms {
    let oms = Oms::seeded(five_stores()).await;
    place(&oms, &[item("A", "A-1", 15)]).await;
    assert_eq!(oms.stock("A-1", "s1"), (10, 0, 10));
    assert_eq!(oms.stock("A-1", "s2"), (10, 0, 5));
    oms
}

#[tokio::test]
async fn one_of_two_open_units_is_given_up_and_its_stock_is_free_again() {
    let oms = Oms::demo().await;
    place(&oms, &[item("A", "A-1", 2)]).await;
    let cancelled = oms.post(LINES, ask("c1", &[("A", 1)])).await;
    let given_back =
        json!({"item": "A", "sku": "A-1", "node": "store-austin", "asked": 1, "got": 1});
    let answer = json!({"number": "LC-000001", "cancellationNo": "c1", "orderNo": "o1",
        "items": [{"item": "A", "qty": 1}], "parts": [given_back]});
    assert_eq!(cancelled, answer);
    assert_eq!(oms.stock("A-1", "store-austin"), (500, 0, 1));
    let moves = oms.embedded.book.table("stock_move").unwrap();
    let last = moves.last().unwrap();
    assert_eq!(
        (&last["cause"], &last["allocated"], &last["reference"]),
        (&json!("cancel"), &json!(-1), &json!("o1"))
    );

    let now = shown(&oms).await;
    let line = json!({"item": "A", "sku": "A-1", "qty": 2,
        "backordered": 0, "shipped": 0, "cancelled": 1});
    assert_eq!((&now["state"], &now["items"][0]), (&json!("OPEN"), &line));
    let parcel = &now["fulfilments"][0];
    assert_eq!(
        (&parcel["state"], &parcel["version"], &parcel["items"]),
        (
            &json!("OPEN"),
            &json!(2),
            &json!([{"item": "A", "sku": "A-1", "qty": 1}])
        )
    );
    assert_eq!(oms.webhooks(), ["fulfilment.requested"]);
}

#[tokio::test]
async fn a_line_cancellation_is_found_by_its_number_and_only_by_its_merchant() {
    let oms = Oms::demo().await;
    place(&oms, &[item("A", "A-1", 2)]).await;
    let cancelled = oms.post(LINES, ask("c1", &[("A", 1)])).await;
    for (path, wanted) in [
        ("/v1/acme/line-cancellations/c1", 200_u16),
        ("/v1/acme/line-cancellations/c2", 404),
        ("/v1/zenith/line-cancellations/c1", 404),
    ] {
        let (status, body) = oms.ask(Method::GET, path, json!({})).await;
        assert_eq!(status, wanted, "{path}");
        assert_eq!(body == cancelled, wanted == 200, "{path}: {body}");
    }
}

#[tokio::test]
async fn what_nobody_has_is_given_up_first_and_frees_no_stock() {
    let oms = Oms::seeded(Seed::plenty("A-1", 1)).await;
    place(&oms, &[item("A", "A-1", 4)]).await;
    let cancelled = oms.post(LINES, ask("c1", &[("A", 2)])).await;
    assert_eq!(cancelled["parts"], json!([]));
    assert_eq!(oms.stock("A-1", "store-austin"), (1, 0, 1));
    let now = shown(&oms).await;
    let line = &now["items"][0];
    assert_eq!(
        (&line["backordered"], &line["cancelled"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(now["fulfilments"][0]["version"], 1);

    let cancelled = oms.post(LINES, ask("c2", &[("A", 2)])).await;
    assert_eq!(cancelled["items"], json!([{"item": "A", "qty": 2}]));
    assert_eq!(cancelled["parts"].as_array().unwrap().len(), 1);
    assert_eq!(cancelled["parts"][0]["got"], 1);
    assert_eq!(oms.stock("A-1", "store-austin"), (1, 0, 0));
    let now = shown(&oms).await;
    assert_eq!(
        (&now["state"], &now["items"][0]["backordered"]),
        (&json!("CANCELLED"), &json!(0))
    );
    let parts = oms.embedded.book.table("line_cancellation_part").unwrap();
    let places: Vec<&Value> = parts.iter().map(|part| &part["location"]).collect();
    let store = json!("store-austin");
    assert_eq!(places, [&Value::Null, &Value::Null, &store]);
}

#[tokio::test]
async fn a_parcel_of_which_nothing_is_left_is_cancelled_with_its_lines_as_they_were() {
    let oms = two_parcels().await;
    let cancelled = oms.post(LINES, ask("c1", &[("A", 5)])).await;
    assert_eq!(cancelled["parts"][0]["node"], "s2");
    assert_eq!(oms.stock("A-1", "s1"), (10, 0, 10));
    assert_eq!(oms.stock("A-1", "s2"), (10, 0, 0));
    let now = shown(&oms).await;
    let parcel = &now["fulfilments"][1];
    assert_eq!(
        (&parcel["state"], &parcel["version"]),
        (&json!("CANCELLED"), &json!(2))
    );
    assert_eq!(parcel["items"][0]["qty"], 5);
    let rows = oms.embedded.book.table("fulfilment_order").unwrap();
    let ended: Vec<&Value> = rows.iter().map(|row| &row["cancelled_by"]).collect();
    assert_eq!(ended, [&Value::Null, &json!(1)]);
    let code = oms
        .refused("/v1/acme/fulfilments/FO-000002/accept", json!({}))
        .await;
    assert_eq!(code, "wrong_state");
}

#[tokio::test]
async fn units_go_where_the_least_work_was_done() {
    let oms = two_parcels().await;
    oms.work("FO-000002", "accept").await;
    oms.post(LINES, ask("c1", &[("A", 3)])).await;
    assert_eq!(oms.stock("A-1", "s1"), (10, 0, 7));
    assert_eq!(oms.stock("A-1", "s2"), (10, 0, 5));

    for step in ["accept", "pick"] {
        oms.work("FO-000001", step).await;
    }
    let cancelled = oms.post(LINES, ask("c2", &[("A", 6)])).await;
    let places = ["s2", "s1"].map(|place| json!(place));
    let parts = cancelled["parts"].as_array().unwrap();
    assert!(parts.iter().map(|part| &part["node"]).eq(&places));
    assert_eq!(oms.stock("A-1", "s1"), (10, 0, 6));
    assert_eq!(oms.stock("A-1", "s2"), (10, 0, 0));
    let now = shown(&oms).await;
    let left = json!([{"item": "A", "sku": "A-1", "qty": 6, "picked": 6}]);
    assert_eq!(now["fulfilments"][0]["items"], left);
    assert_eq!(now["fulfilments"][1]["state"], "CANCELLED");
}

#[tokio::test]
async fn a_picked_parcel_ships_what_is_left_of_it() {
    let oms = Oms::demo().await;
    place(&oms, &[item("A", "A-1", 2)]).await;
    for step in ["accept", "pick"] {
        oms.work("FO-000001", step).await;
    }
    oms.post(LINES, ask("c1", &[("A", 1)])).await;
    for step in ["pack", "authorise", "ship"] {
        oms.work("FO-000001", step).await;
    }
    assert_eq!(oms.stock("A-1", "store-austin"), (499, 0, 0));
    let now = shown(&oms).await;
    let line = &now["items"][0];
    assert_eq!(
        (&now["state"], &line["shipped"], &line["cancelled"]),
        (&json!("SHIPPED"), &json!(1), &json!(1))
    );
    let told = oms.embedded.book.table("webhook_outbox").unwrap();
    let last = told.last().unwrap()["body"].as_str().unwrap();
    let last: Value = serde_json::from_str(last).unwrap();
    assert_eq!(
        (&last["type"], &last["data"]["openUnits"]),
        (&json!("fulfilment.shipped"), &json!(0))
    );
}

#[tokio::test]
async fn a_line_that_comes_to_nothing_goes_and_the_others_of_its_parcel_stay() {
    let oms = Oms::seeded(five_stores()).await;
    place(&oms, &[item("A", "A-1", 3), item("B", "A-1", 1)]).await;
    oms.work("FO-000001", "accept").await;
    let found = json!({"items": [{"item": "A", "picked": 1}]});
    let pick = "/v1/acme/fulfilments/FO-000001/pick";
    oms.post(pick, found).await;
    assert_eq!(oms.stock("A-1", "s1"), (2, 0, 2));
    assert_eq!(oms.stock("A-1", "s2"), (10, 0, 2));

    oms.post(LINES, ask("c1", &[("A", 3)])).await;
    assert_eq!(oms.stock("A-1", "s1"), (2, 0, 1));
    assert_eq!(oms.stock("A-1", "s2"), (10, 0, 0));
    let now = shown(&oms).await;
    let left = json!([{"item": "B", "sku": "A-1", "qty": 1, "picked": 1}]);
    let parcel = &now["fulfilments"][0];
    assert_eq!(
        (&parcel["state"], &parcel["items"]),
        (&json!("PICKED"), &left)
    );
    assert_eq!(now["fulfilments"][1]["state"], "CANCELLED");
    assert_eq!(now["state"], "OPEN");
}

#[tokio::test]
async fn more_than_there_is_is_refused_and_nothing_of_it_happens() {
    let oms = Oms::demo().await;
    place(&oms, &[item("A", "A-1", 2), item("B", "B-1", 1)]).await;
    oms.post(LINES, ask("c1", &[("A", 1)])).await;
    let before = shown(&oms).await;
    let too_many = ask("c2", &[("B", 1), ("A", 2)]);
    let (status, body) = oms.ask(Method::POST, LINES, too_many).await;
    assert_eq!(status, 409, "{body}");
    assert_eq!(body["error"]["code"], "cancel_refused");
    let message = body["error"]["message"].as_str().unwrap();
    assert!(
        message.starts_with("item A: 2 asked, 1 is not packed yet"),
        "{message}"
    );
    assert_eq!(shown(&oms).await, before);
    assert_eq!(oms.stock("A-1", "store-austin"), (500, 0, 1));
    assert_eq!(oms.stock("B-1", "store-austin"), (500, 0, 1));
    let rows = oms.embedded.book.table("line_cancellation").unwrap();
    assert_eq!(rows.len(), 1);
}

#[tokio::test]
async fn what_is_packed_is_not_given_up() {
    let oms = Oms::demo().await;
    place(&oms, &[item("A", "A-1", 2)]).await;
    for step in ["accept", "pick", "pack"] {
        oms.work("FO-000001", step).await;
    }
    let before = shown(&oms).await;
    let code = oms.refused(LINES, ask("c1", &[("A", 1)])).await;
    assert_eq!(code, "cancel_refused");
    assert_eq!(shown(&oms).await, before);
    assert_eq!(oms.stock("A-1", "store-austin"), (500, 0, 2));
}

#[tokio::test]
async fn the_same_twice_is_one_effect_and_other_content_is_refused() {
    let oms = Oms::demo().await;
    place(&oms, &[item("A", "A-1", 3)]).await;
    oms.post("/v1/acme/orders", order("o2", &[item("A", "A-1", 3)]))
        .await;
    let first = oms.post(LINES, ask("c1", &[("A", 1)])).await;
    assert_eq!(oms.post(LINES, ask("c1", &[("A", 1)])).await, first);
    let code = oms.refused(LINES, ask("c1", &[("A", 2)])).await;
    assert_eq!(code, "reference_reused");
    let of_another = "/v1/acme/orders/o2/line-cancellations";
    let code = oms.refused(of_another, ask("c1", &[("A", 1)])).await;
    assert_eq!(code, "reference_reused", "another order is other content");
    assert_eq!(oms.stock("A-1", "store-austin"), (500, 0, 5));
    assert_eq!(shown(&oms).await["items"][0]["cancelled"], 1);
    for table in ["line_cancellation", "line_cancellation_part"] {
        assert_eq!(oms.embedded.book.table(table).unwrap().len(), 1, "{table}");
    }
}

#[tokio::test]
async fn a_request_that_makes_no_sense_is_refused() {
    let oms = Oms::demo().await;
    place(&oms, &[item("A", "A-1", 2)]).await;
    let of_nothing = "/v1/acme/orders/o9/line-cancellations";
    let stray = json!({"cancellationNo": "c1", "items": [{"item": "A", "qty": 1}], "why": "x"});
    for (path, request, wanted) in [
        (LINES, ask("c1", &[]), "invalid_items"),
        (LINES, ask("c1", &[("A", 0)]), "invalid_items"),
        (LINES, ask("c1", &[("A", 1), ("A", 1)]), "invalid_items"),
        (LINES, ask("c1", &[("X", 1)]), "invalid_items"),
        (LINES, ask("", &[("A", 1)]), "invalid_number"),
        (LINES, stray, "unreadable_body"),
        (of_nothing, ask("c1", &[("A", 1)]), "not_found"),
    ] {
        let code = oms.refused(path, request.clone()).await;
        assert_eq!(code, wanted, "{path}: {request}");
    }
    assert_eq!(oms.stock("A-1", "store-austin"), (500, 0, 2));
}

#[tokio::test]
async fn the_whole_order_is_cancelled_after_and_gives_back_what_was_left() {
    let oms = two_parcels().await;
    let first = oms.post(LINES, ask("c1", &[("A", 5)])).await;
    oms.post(LINES, ask("c2", &[("A", 4)])).await;
    let released = oms.post(WHOLE, json!({})).await;
    let rest = json!({"item": "A", "sku": "A-1", "node": "s1", "asked": 6, "got": 6});
    assert_eq!(released["parts"], json!([rest]));
    assert_eq!(oms.post(WHOLE, json!({})).await, released);
    for store in ["s1", "s2"] {
        assert_eq!(oms.stock("A-1", store), (10, 0, 0));
    }
    let now = shown(&oms).await;
    assert_eq!(
        (&now["state"], &now["items"][0]["cancelled"]),
        (&json!("CANCELLED"), &json!(15))
    );
    assert_eq!(oms.post(LINES, ask("c1", &[("A", 5)])).await, first);
    let code = oms.refused(LINES, ask("c3", &[("A", 1)])).await;
    assert_eq!(code, "cancel_refused");
}

#[tokio::test]
async fn a_cancelled_order_waits_for_no_stock() {
    let oms = Oms::seeded(Seed::plenty("A-1", 1)).await;
    place(&oms, &[item("A", "A-1", 3)]).await;
    oms.post(WHOLE, json!({})).await;
    let now = shown(&oms).await;
    let line = &now["items"][0];
    assert_eq!(
        (&line["backordered"], &line["cancelled"]),
        (&json!(0), &json!(3))
    );
    assert_eq!(oms.stock("A-1", "store-austin"), (1, 0, 0));
}

#[tokio::test]
async fn an_order_that_is_cancelled_line_by_line_is_cancelled() {
    let oms = Oms::demo().await;
    let items = [item("A", "A-1", 2), item("B", "B-1", 1)];
    place(&oms, &items).await;
    oms.post(LINES, ask("c1", &[("A", 1)])).await;
    assert_eq!(shown(&oms).await["state"], "OPEN");
    oms.post(LINES, ask("c2", &[("A", 1), ("B", 1)])).await;
    let now = shown(&oms).await;
    assert_eq!(
        (&now["state"], &now["fulfilments"][0]["state"]),
        (&json!("CANCELLED"), &json!("CANCELLED"))
    );
    assert_eq!(oms.stock("A-1", "store-austin"), (500, 0, 0));
    assert_eq!(oms.stock("B-1", "store-austin"), (500, 0, 0));
    for _again in 0..2 {
        let released = oms.post(WHOLE, json!({})).await;
        assert_eq!(released["parts"], json!([]), "it was given back before");
    }
    let code = oms.refused("/v1/acme/orders", order("o1", &items)).await;
    assert_eq!(code, "tombstoned");
}

#[tokio::test]
async fn an_order_is_shipped_once_the_rest_of_it_is_cancelled() {
    let oms = two_parcels().await;
    for step in ["accept", "pick", "pack", "authorise", "ship"] {
        oms.work("FO-000001", step).await;
    }
    assert_eq!(shown(&oms).await["state"], "OPEN");
    oms.post(LINES, ask("c1", &[("A", 5)])).await;
    assert_eq!(shown(&oms).await["state"], "SHIPPED");
    assert_eq!(oms.stock("A-1", "s1"), (0, 0, 0));
    assert_eq!(oms.stock("A-1", "s2"), (10, 0, 0));
    for (path, request) in [(LINES, ask("c2", &[("A", 1)])), (WHOLE, json!({}))] {
        let code = oms.refused(path, request).await;
        assert_eq!(code, "cancel_refused", "{path}");
    }
}
