//! The OMS as an outsider sees it: over HTTP, and in its books.

use crate::{LocationKind, Seed, SeedLocation, SeedStock, Settings, advance, backend};
use crossdock_books::Embedded;
use crossdock_model::Timestamp;
use crossdock_outbound::Endpoint;
use crossdock_runtime::ManualClock;
use http::{Method, StatusCode, header};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

pub(crate) struct Oms {
    pub(crate) embedded: Embedded,
    pub(crate) clock: Arc<ManualClock>,
    http: Endpoint,
}

impl Oms {
    pub(crate) async fn seeded(seed: Seed) -> Self {
        let start = Timestamp::from_second(1_700_000_000).unwrap();
        let clock = Arc::new(ManualClock::at(start));
        let settings = Settings {
            api_key: "key".into(),
            seed,
            auto_pilot: None,
        };
        let embedded = backend(None, Arc::clone(&clock) as _, settings)
            .await
            .unwrap();
        let http = Endpoint::local(embedded.router.clone())
            .with_header(header::AUTHORIZATION, "Bearer key");
        Self {
            embedded,
            clock,
            http,
        }
    }

    pub(crate) async fn demo() -> Self {
        Self::seeded(Seed::demo()).await
    }

    pub(crate) async fn ask(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        let sending = self.http.request(method, path).json(&body);
        let reply = sending.send().await.unwrap();
        (reply.status, reply.json().unwrap())
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let (status, body) = self.ask(Method::POST, path, body).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// Posts what must be refused, and answers the code.
    pub(crate) async fn refused(&self, path: &str, body: Value) -> String {
        let (status, body) = self.ask(Method::POST, path, body).await;
        assert!(status.is_client_error(), "{path}: {body}");
        body["error"]["code"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn work(&self, no: &str, step: &str) -> Value {
        let body = match step {
            "pick" => json!({"items": []}),
            "ship" => json!({"carrier": "ups", "tracking": "1Z"}),
            _none => json!({}),
        };
        self.post(&format!("/v1/acme/fulfilments/{no}/{step}"), body)
            .await
    }

    /// On hand, held and allocated of sellable stock, after checking every row against its moves.
    pub(crate) fn stock(&self, sku: &str, node: &str) -> (i64, i64, i64) {
        let mut moved: BTreeMap<(String, String, String), [i64; 3]> = BTreeMap::new();
        for row in self.embedded.book.table("stock_move").unwrap() {
            let sum = moved.entry(stock_key(&row)).or_default();
            for (sum, by) in sum.iter_mut().zip(counters(&row)) {
                *sum += by;
            }
        }
        let rows = self.embedded.book.table("stock").unwrap();
        let counted: BTreeMap<_, _> = rows
            .iter()
            .map(|row| (stock_key(row), counters(row)))
            .collect();
        assert_eq!(counted, moved, "the rows are not the sum of their moves");
        let found = counted.get(&(sku.into(), node.into(), "new".into()));
        let [on_hand, reserved, allocated] = *found.unwrap();
        (on_hand, reserved, allocated)
    }

    pub(crate) fn webhooks(&self) -> Vec<String> {
        let rows = self.embedded.book.table("webhook_outbox").unwrap();
        let kind = |row: &serde_json::Map<String, Value>| row["kind"].as_str().unwrap().to_owned();
        rows.iter().map(kind).collect()
    }
}

fn stock_key(row: &serde_json::Map<String, Value>) -> (String, String, String) {
    let text = |name: &str| row[name].as_str().unwrap().to_owned();
    (text("sku"), text("location"), text("condition"))
}

fn counters(row: &serde_json::Map<String, Value>) -> [i64; 3] {
    ["on_hand", "reserved", "allocated"].map(|name| row[name].as_i64().unwrap())
}

pub(crate) fn item(name: &str, sku: &str, qty: u32) -> Value {
    json!({"item": name, "sku": sku, "qty": qty, "route": "STORE_FIRST"})
}

pub(crate) fn hold(order: &str, items: &[Value], partial: bool) -> Value {
    json!({"orderNo": order, "items": items, "ttlSeconds": 900, "partial": partial})
}

pub(crate) fn order(number: &str, items: &[Value]) -> Value {
    let ship_to =
        json!({"country": "US", "state": "TX", "zip": "78701", "city": "Austin", "street": []});
    json!({"orderNo": number, "shipTo": ship_to, "items": items, "gated": true, "tag": "journey-1"})
}

/// Five stores with ten each of one SKU.
pub(crate) fn five_stores() -> Seed {
    let codes = ["s1", "s2", "s3", "s4", "s5"];
    Seed {
        locations: codes
            .map(|code| SeedLocation {
                code: code.into(),
                kind: LocationKind::Store,
            })
            .into(),
        stock: codes
            .map(|code| SeedStock {
                sku: "A-1".into(),
                location: code.into(),
                quantity: 10,
            })
            .into(),
    }
}

#[tokio::test]
async fn an_order_goes_from_reservation_to_shipment_and_waits_for_the_word() {
    let oms = Oms::demo().await;
    let items = [item("A", "A-1", 2), item("B", "B-1", 1)];
    let held = oms.post("/v1/acme/holds", hold("o1", &items, false)).await;
    assert_eq!(held["parts"][0]["node"], "store-austin");
    assert_eq!(oms.stock("A-1", "store-austin"), (500, 2, 0));

    let made = oms.post("/v1/acme/orders", order("o1", &items)).await;
    assert_eq!(oms.stock("A-1", "store-austin"), (500, 0, 2));
    let no = made["fulfilments"][0]["no"].as_str().unwrap();
    assert_eq!(no, "FO-000001");
    for step in ["accept", "pick", "pack"] {
        oms.work(no, step).await;
    }
    let parcel = json!({"carrier": "ups", "tracking": "1Z"});
    let path = format!("/v1/acme/fulfilments/{no}/ship");
    assert_eq!(oms.refused(&path, parcel).await, "not_authorised");
    oms.work(no, "authorise").await;
    let shipped = oms.work(no, "ship").await;
    assert_eq!(shipped["shipment"]["no"], "SH-000001");
    assert_eq!(oms.stock("A-1", "store-austin"), (498, 0, 0));
    assert_eq!(oms.stock("B-1", "store-austin"), (499, 0, 0));
    let (_, shown) = oms.ask(Method::GET, "/v1/acme/orders/o1", json!({})).await;
    assert_eq!(shown["state"], "SHIPPED");
    let kinds = ["requested", "accepted", "picked", "packed", "shipped"];
    assert_eq!(
        oms.webhooks(),
        kinds.map(|what| format!("fulfilment.{what}"))
    );
}

#[tokio::test]
async fn every_write_twice_is_one_effect() {
    let oms = Oms::demo().await;
    let items = [item("A", "A-1", 2)];
    let first = oms.post("/v1/acme/holds", hold("o1", &items, false)).await;
    assert_eq!(
        oms.post("/v1/acme/holds", hold("o1", &items, false)).await,
        first
    );
    let first = oms.post("/v1/acme/orders", order("o1", &items)).await;
    assert_eq!(
        oms.post("/v1/acme/orders", order("o1", &items)).await,
        first
    );
    for step in ["accept", "pick", "pack", "authorise", "ship"] {
        let first = oms.work("FO-000001", step).await;
        assert_eq!(oms.work("FO-000001", step).await, first, "{step}");
    }
    let back = json!({"returnNo": "r1", "orderNo": "o1", "node": "store-soho",
        "items": [{"item": "A", "sku": "A-1", "qty": 1, "disposition": "RESTOCK"}]});
    let first = oms.post("/v1/acme/receipts", back.clone()).await;
    assert_eq!(oms.post("/v1/acme/receipts", back).await, first);
    assert_eq!(oms.stock("A-1", "store-austin"), (498, 0, 0));
    assert_eq!(oms.stock("A-1", "store-soho"), (501, 0, 0));
    assert_eq!(oms.webhooks().len(), 5);
}

#[tokio::test]
async fn a_number_with_other_content_is_refused() {
    let oms = Oms::demo().await;
    let (two, three) = ([item("A", "A-1", 2)], [item("A", "A-1", 3)]);
    oms.post("/v1/acme/holds", hold("o1", &two, false)).await;
    let code = oms
        .refused("/v1/acme/holds", hold("o1", &three, false))
        .await;
    assert_eq!(code, "reference_reused");
    oms.post("/v1/acme/orders", order("o1", &two)).await;
    let code = oms.refused("/v1/acme/orders", order("o1", &three)).await;
    assert_eq!(code, "reference_reused");
}

#[tokio::test]
async fn short_is_refused_with_each_item_unless_a_part_is_welcome() {
    let oms = Oms::seeded(Seed::plenty("A-1", 1)).await;
    let items = [item("A", "A-1", 3)];
    let (status, body) = oms
        .ask(Method::POST, "/v1/acme/holds", hold("o1", &items, false))
        .await;
    assert_eq!(
        (status.as_u16(), &body["error"]["code"]),
        (409, &json!("out_of_stock"))
    );
    let short = json!([{"index": 0, "sku": "A-1", "asked": 3, "there": 1}]);
    assert_eq!(body["error"]["details"]["short"], short);
    assert_eq!(oms.stock("A-1", "store-austin"), (1, 0, 0));

    let held = oms.post("/v1/acme/holds", hold("o1", &items, true)).await;
    assert_eq!(held["partial"], true);
    assert_eq!(held["parts"][1]["got"], 0);
    let code = oms
        .refused("/v1/acme/holds", hold("o2", &items, true))
        .await;
    assert_eq!(code, "out_of_stock", "nothing at all is not a part");
    let stranger = [item("X", "X-9", 1)];
    let code = oms
        .refused("/v1/acme/holds", hold("o3", &stranger, true))
        .await;
    assert_eq!(code, "unknown_sku");
}

#[tokio::test]
async fn a_reservation_runs_out_by_itself_and_its_order_is_sourced_anew() {
    let oms = Oms::seeded(Seed::plenty("A-1", 3)).await;
    let items = [item("A", "A-1", 2)];
    oms.post("/v1/acme/holds", hold("o1", &items, false)).await;
    let code = oms
        .refused("/v1/acme/holds", hold("o2", &items, false))
        .await;
    assert_eq!(code, "out_of_stock");
    oms.clock.advance(Duration::from_mins(15));
    let (_, stock) = oms.ask(Method::GET, "/v1/stock?skus=A-1", json!({})).await;
    assert_eq!(stock["stock"][0]["free"], 3);
    let released = oms.embedded.book.table("reservation_release").unwrap();
    assert_eq!(released[0]["cause"], "expire");

    oms.post("/v1/acme/holds", hold("o2", &items, false)).await;
    let made = oms.post("/v1/acme/orders", order("o1", &items)).await;
    assert_eq!(made["items"][0]["backordered"], 1);
    assert_eq!(made["fulfilments"][0]["items"][0]["qty"], 1);
    assert_eq!(oms.stock("A-1", "store-austin"), (3, 2, 1));
    let code = oms
        .refused("/v1/acme/holds", hold("o1", &items, false))
        .await;
    assert_eq!(code, "hold_expired");
}

#[tokio::test]
async fn an_undo_that_comes_first_makes_the_late_effect_impossible() {
    let oms = Oms::demo().await;
    let items = [item("A", "A-1", 2)];
    let (status, released) = oms
        .ask(Method::DELETE, "/v1/acme/holds/o1", json!({}))
        .await;
    assert_eq!((status.as_u16(), &released["parts"]), (200, &json!([])));
    let code = oms
        .refused("/v1/acme/holds", hold("o1", &items, false))
        .await;
    assert_eq!(code, "tombstoned");
    oms.post("/v1/acme/orders/o1/cancel", json!({})).await;
    let code = oms.refused("/v1/acme/orders", order("o1", &items)).await;
    assert_eq!(code, "tombstoned");
    assert_eq!(oms.stock("A-1", "store-austin"), (500, 0, 0));
}

#[tokio::test]
async fn a_release_gives_back_once_and_a_consumed_reservation_has_nothing_to_give() {
    let oms = Oms::demo().await;
    let items = [item("A", "A-1", 2)];
    oms.post("/v1/acme/holds", hold("o1", &items, false)).await;
    let (_, first) = oms
        .ask(Method::DELETE, "/v1/acme/holds/o1", json!({}))
        .await;
    let (_, again) = oms
        .ask(Method::DELETE, "/v1/acme/holds/o1", json!({}))
        .await;
    assert_eq!((&first, &first["parts"][0]["got"]), (&again, &json!(2)));
    assert_eq!(oms.stock("A-1", "store-austin"), (500, 0, 0));

    oms.post("/v1/acme/holds", hold("o2", &items, false)).await;
    oms.post("/v1/acme/orders", order("o2", &items)).await;
    let (_, released) = oms
        .ask(Method::DELETE, "/v1/acme/holds/o2", json!({}))
        .await;
    assert_eq!(released["parts"], json!([]));
    assert_eq!(oms.stock("A-1", "store-austin"), (500, 0, 2));
    let causes = oms.embedded.book.table("reservation_release").unwrap();
    assert_eq!(causes.len(), 2, "every reservation has its release row");
}

#[tokio::test]
async fn a_cancellation_frees_the_stock_until_something_is_packed() {
    let oms = Oms::demo().await;
    let items = [item("A", "A-1", 2)];
    oms.post("/v1/acme/orders", order("o1", &items)).await;
    oms.work("FO-000001", "accept").await;
    let released = oms.post("/v1/acme/orders/o1/cancel", json!({})).await;
    assert_eq!(released["parts"][0]["got"], 2);
    assert_eq!(
        oms.post("/v1/acme/orders/o1/cancel", json!({})).await,
        released
    );
    assert_eq!(oms.stock("A-1", "store-austin"), (500, 0, 0));

    oms.post("/v1/acme/orders", order("o2", &items)).await;
    for step in ["accept", "pick", "pack"] {
        oms.work("FO-000002", step).await;
    }
    let code = oms.refused("/v1/acme/orders/o2/cancel", json!({})).await;
    assert_eq!(code, "cancel_refused");
    assert_eq!(oms.stock("A-1", "store-austin"), (500, 0, 2));
}

#[tokio::test]
async fn what_is_missing_blocks_the_shelf_and_is_sourced_elsewhere() {
    let oms = Oms::seeded(five_stores()).await;
    oms.post("/v1/acme/orders", order("o1", &[item("A", "A-1", 3)]))
        .await;
    oms.work("FO-000001", "accept").await;
    let body = json!({"items": [{"item": "A", "picked": 1}]});
    let picked = oms.post("/v1/acme/fulfilments/FO-000001/pick", body).await;
    assert_eq!(
        (&picked["state"], &picked["version"]),
        (&json!("PICKED"), &json!(4))
    );
    assert_eq!(oms.stock("A-1", "s1"), (1, 0, 1));
    assert_eq!(oms.stock("A-1", "s2"), (10, 0, 2));
    let (_, shown) = oms
        .ask(Method::GET, "/v1/acme/fulfilments/FO-000002", json!({}))
        .await;
    assert_eq!(
        (&shown["attempt"], &shown["items"][0]["qty"]),
        (&json!(2), &json!(2))
    );
    assert!(
        oms.webhooks()
            .contains(&"fulfilment.short_picked".to_owned())
    );
    let rows = oms.embedded.book.table("stock").unwrap();
    assert!(
        rows.iter()
            .any(|row| row["condition"] == "blocked" && row["on_hand"] == 9)
    );
}

#[tokio::test]
async fn after_three_other_locations_a_rejected_order_waits_for_stock() {
    let oms = Oms::seeded(five_stores()).await;
    oms.post("/v1/acme/orders", order("o1", &[item("A", "A-1", 3)]))
        .await;
    for number in 1..=4 {
        let path = format!("/v1/acme/fulfilments/FO-00000{number}/reject");
        let body = json!({"reason": "closed"});
        let first = oms.post(&path, body.clone()).await;
        assert_eq!(oms.post(&path, body).await, first);
    }
    let (_, shown) = oms.ask(Method::GET, "/v1/acme/orders/o1", json!({})).await;
    assert_eq!(shown["fulfilments"].as_array().unwrap().len(), 4);
    assert_eq!(shown["items"][0]["backordered"], 3);
    for store in ["s1", "s2", "s3", "s4", "s5"] {
        assert_eq!(oms.stock("A-1", store), (10, 0, 0));
    }
}

#[tokio::test]
async fn a_till_sale_is_a_fact_even_when_the_books_had_nothing() {
    let oms = Oms::seeded(Seed::plenty("A-1", 1)).await;
    let mut sale = item("A", "A-1", 2);
    sale["route"] = json!("TILL");
    let code = oms
        .refused("/v1/acme/orders", order("t1", &[sale.clone()]))
        .await;
    assert_eq!(code, "invalid_items", "a till sale names its store");
    sale["node"] = json!("store-austin");
    let made = oms.post("/v1/acme/orders", order("t1", &[sale])).await;
    assert_eq!(made["state"], "SHIPPED");
    assert_eq!(oms.stock("A-1", "store-austin"), (-1, 0, 0));
    let (_, stock) = oms.ask(Method::GET, "/v1/stock?skus=A-1", json!({})).await;
    assert_eq!(stock["stock"][0]["free"], 0);
    assert_eq!(
        oms.webhooks(),
        ["fulfilment.requested", "fulfilment.shipped"]
    );
}

#[tokio::test]
async fn only_restocked_goods_can_be_sold_again() {
    let oms = Oms::demo().await;
    let line = |name: &str, disposition: &str| json!({"item": name, "sku": "A-1", "qty": 1, "disposition": disposition});
    let items = [
        line("A", "RESTOCK"),
        line("A", "REFURBISH"),
        line("A", "SCRAP"),
    ];
    let back = json!({"returnNo": "r1", "orderNo": "o1", "node": "store-soho", "items": items});
    let receipt = oms.post("/v1/acme/receipts", back.clone()).await;
    assert_eq!(receipt["number"], "RC-000001");
    assert_eq!(oms.stock("A-1", "store-soho"), (501, 0, 0));
    let mut elsewhere = back;
    elsewhere["returnNo"] = json!("r2");
    elsewhere["node"] = json!("nowhere");
    assert_eq!(
        oms.refused("/v1/acme/receipts", elsewhere).await,
        "unknown_node"
    );
}

#[tokio::test]
async fn the_auto_pilot_takes_one_step_at_a_time_and_waits_for_the_word() {
    let oms = Oms::demo().await;
    oms.post("/v1/acme/orders", order("o1", &[item("A", "A-1", 2)]))
        .await;
    let mut states = Vec::new();
    for _ in 0..4 {
        advance(&oms.embedded.book).await.unwrap();
        let path = "/v1/acme/fulfilments/FO-000001";
        let (_, shown) = oms.ask(Method::GET, path, json!({})).await;
        states.push(shown["state"].as_str().unwrap().to_owned());
    }
    assert_eq!(states, ["ACCEPTED", "PICKED", "PACKED", "PACKED"]);
    oms.work("FO-000001", "authorise").await;
    assert_eq!(advance(&oms.embedded.book).await, Ok(1));
    assert_eq!(advance(&oms.embedded.book).await, Ok(0));
    assert_eq!(oms.stock("A-1", "store-austin"), (498, 0, 0));
}

#[tokio::test]
async fn a_merchant_sees_nothing_of_another() {
    let oms = Oms::demo().await;
    oms.post("/v1/acme/orders", order("o1", &[item("A", "A-1", 2)]))
        .await;
    for path in ["/v1/zenith/orders/o1", "/v1/zenith/fulfilments/FO-000001"] {
        let (status, _) = oms.ask(Method::GET, path, json!({})).await;
        assert_eq!(status, 404, "{path}");
    }
    let code = oms
        .refused("/v1/zenith/fulfilments/FO-000001/accept", json!({}))
        .await;
    assert_eq!(code, "not_found");
    oms.post("/v1/zenith/orders", order("o1", &[item("A", "A-1", 2)]))
        .await;
    assert_eq!(oms.stock("A-1", "store-austin"), (500, 0, 4));
}

#[tokio::test]
async fn steps_out_of_turn_are_refused() {
    let oms = Oms::demo().await;
    oms.post("/v1/acme/orders", order("o1", &[item("A", "A-1", 2)]))
        .await;
    let pick = json!({"items": []});
    let code = oms
        .refused("/v1/acme/fulfilments/FO-000001/pick", pick)
        .await;
    assert_eq!(code, "wrong_state");
    oms.work("FO-000001", "accept").await;
    let code = oms
        .refused("/v1/acme/fulfilments/FO-000001/authorise", json!({}))
        .await;
    assert_eq!(code, "wrong_state");
    let more = json!({"items": [{"item": "A", "picked": 3}]});
    let code = oms
        .refused("/v1/acme/fulfilments/FO-000001/pick", more)
        .await;
    assert_eq!(code, "invalid_items");
}
