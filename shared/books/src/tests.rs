//! A small till over a book, and everything that may go wrong with it.

use crate::{
    Book, Delivered, Deliverer, Embedded, Entry, FaultKind, Json, Secret, Times, VendorError,
};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::routing::post;
use crossdock_events::webhook::{ID, Verifier};
use crossdock_model::{Clock as _, Fault, Timestamp};
use crossdock_outbound::{Endpoint, EndpointError, IDEMPOTENCY_KEY, Reply};
use crossdock_runtime::{Listener, ManualClock, Tasks};
use http::{HeaderMap, Method, StatusCode, header};
use rusqlite::params;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS sale (id INTEGER PRIMARY KEY, till TEXT NOT NULL, minor INTEGER NOT NULL);";
const DAY: Duration = Duration::from_hours(24);
const SELL: &str = "POST /tills/{till}/sales";

#[derive(Debug, Serialize, Deserialize)]
struct Sale {
    minor: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Sold {
    id: i64,
}

async fn sell(
    entry: Entry,
    Path(till): Path<String>,
    Json(sale): Json<Sale>,
) -> Result<Json<Sold>, VendorError> {
    let sold = entry.write(move |tx| {
        tx.once(DAY, || {
            if sale.minor > 1_000 {
                return Err(VendorError::conflict("too_much", "more than a till may take").into());
            }
            let id = tx
                .prepare_cached("INSERT INTO sale (till, minor) VALUES (?1, ?2) RETURNING id")?
                .query_row(params![till, sale.minor], |row| row.get(0))?;
            if sale.minor < 0 {
                return Err(VendorError::unprocessable("negative", "seen after writing").into());
            }
            tx.effect("sale", id);
            tx.announce(&till, "sale.made", &json!({"sale": id}))?;
            Ok(Sold { id })
        })
    });
    Ok(Json(sold.await?))
}

pub(crate) fn shop() -> (Embedded, Arc<ManualClock>) {
    let start = Timestamp::from_second(1_700_000_000).unwrap();
    let clock = Arc::new(ManualClock::at(start));
    let book = Book::memory(SCHEMA, Arc::clone(&clock) as _).unwrap();
    let router = Router::new().route("/tills/{till}/sales", post(sell));
    (Embedded::new(book, "key".into(), router), clock)
}

pub(crate) fn client(shop: &Embedded) -> Endpoint {
    Endpoint::local(shop.router.clone()).with_header(header::AUTHORIZATION, "Bearer key")
}

pub(crate) async fn sold(client: &Endpoint, key: &str, minor: i64) -> Result<Reply, EndpointError> {
    client
        .post("/tills/7/sales")
        .header(IDEMPOTENCY_KEY, &format!("\"{key}\""))
        .json(&Sale { minor })
        .send()
        .await
}

fn sales(shop: &Embedded) -> usize {
    shop.book.table("sale").unwrap().len()
}

fn code(reply: &Reply) -> String {
    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    body["error"]["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn nobody_comes_in_without_the_key() {
    let (shop, _clock) = shop();
    for wrong in ["", "Bearer", "Bearer other", "key"] {
        let client = Endpoint::local(shop.router.clone()).with_header(header::AUTHORIZATION, wrong);
        let reply = sold(&client, "a", 1).await.unwrap();
        assert_eq!(reply.status, StatusCode::UNAUTHORIZED);
        let books = client.get("/books").send().await.unwrap();
        assert_eq!(books.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(sales(&shop), 0);
}

#[tokio::test]
async fn the_effect_and_its_line_are_one_transaction() {
    let (shop, _clock) = shop();
    let reply = sold(&client(&shop), "a", 5).await.unwrap();
    assert_eq!(reply.status, StatusCode::OK);
    let log = shop.book.table("request_log").unwrap();
    assert_eq!(log.len(), 1);
    assert_eq!(log[0]["idempotency_key"], "a");
    assert_eq!(log[0]["path"], "/tills/7/sales");
    assert_eq!(
        (&log[0]["effect_kind"], &log[0]["effect_id"]),
        (&json!("sale"), &json!("1"))
    );
    assert_eq!(
        (&log[0]["status"], &log[0]["fault"]),
        (&json!(200), &Value::Null)
    );
    assert_eq!(log[0]["at"], 1_700_000_000_000_i64);
}

#[tokio::test]
async fn a_refusal_leaves_its_line_and_nothing_else() {
    let (shop, _clock) = shop();
    for (minor, status, word) in [(1_001, 409, "too_much"), (-1, 422, "negative")] {
        let reply = sold(&client(&shop), word, minor).await.unwrap();
        assert_eq!((reply.status.as_u16(), &*code(&reply)), (status, word));
        let log = shop.book.table("request_log").unwrap();
        assert_eq!(log.last().unwrap()["status"], status);
    }
    assert_eq!(
        (sales(&shop), shop.book.table("request_log").unwrap().len()),
        (0, 2)
    );
    let unreadable = client(&shop).post("/tills/7/sales").send().await.unwrap();
    assert_eq!(
        (unreadable.status.as_u16(), &*code(&unreadable)),
        (400, "unreadable_body")
    );
}

#[tokio::test]
async fn a_native_key_answers_the_same_until_it_is_forgotten() {
    let (shop, clock) = shop();
    let client = client(&shop);
    let first = sold(&client, "a", 5).await.unwrap();
    let second = sold(&client, "a", 5).await.unwrap();
    assert_eq!((first.body, sales(&shop)), (second.body, 1));
    assert_eq!(shop.book.table("request_log").unwrap()[1]["replayed"], 1);
    let other = sold(&client, "a", 6).await.unwrap();
    assert_eq!(
        (other.status.as_u16(), &*code(&other)),
        (422, "idempotency_key_reused")
    );
    clock.advance(DAY);
    assert!(sold(&client, "a", 6).await.unwrap().status.is_success());
    assert_eq!(sales(&shop), 2);
}

#[tokio::test]
async fn faults_before_the_effect_keep_the_handler_from_running() {
    let (shop, _clock) = shop();
    let client = client(&shop);
    let once = |fault| shop.faults().arm(SELL, fault, Times::Next(1));
    once(FaultKind::Down);
    let down = sold(&client, "a", 5).await.unwrap_err();
    assert!(matches!(down, EndpointError::NotSent(_)), "{down}");
    once(FaultKind::ErrorBefore);
    assert_eq!(sold(&client, "a", 5).await.unwrap().status.as_u16(), 500);
    once(FaultKind::Throttle { retry_after: 7 });
    let throttled = sold(&client, "a", 5).await.unwrap();
    assert_eq!(throttled.status.as_u16(), 429);
    assert_eq!(throttled.retry_after(), Some(Duration::from_secs(7)));
    let odd = FaultKind::Refuse {
        status: 400,
        code: "SESSION_LIMIT".into(),
    };
    once(odd);
    let odd = sold(&client, "a", 5).await.unwrap();
    assert_eq!((odd.status.as_u16(), &*code(&odd)), (400, "SESSION_LIMIT"));
    assert_eq!(sales(&shop), 0);
    let log = shop.book.table("request_log").unwrap();
    let faults: Vec<&Value> = log.iter().map(|line| &line["fault"]).collect();
    assert_eq!(faults, ["down", "error-before", "throttle", "refuse"]);
    assert!(sold(&client, "a", 5).await.unwrap().status.is_success());
}

#[tokio::test]
async fn faults_after_the_effect_leave_it_in_the_book() {
    let (shop, _clock) = shop();
    let client = client(&shop);
    let once = |fault| shop.faults().arm(SELL, fault, Times::Next(1));
    once(FaultKind::ErrorAfter);
    assert_eq!(sold(&client, "a", 5).await.unwrap().status.as_u16(), 500);
    once(FaultKind::AnswerLost);
    let lost = sold(&client, "b", 5).await.unwrap_err();
    assert!(matches!(lost, EndpointError::NoAnswer(_)), "{lost}");
    once(FaultKind::Garbage);
    let garbage = sold(&client, "c", 5).await.unwrap();
    assert!(matches!(garbage.json::<Sold>(), Err(Fault::Retry { .. })));
    assert_eq!(sales(&shop), 3);
    let log = shop.book.table("request_log").unwrap();
    assert_eq!(log.len(), 6, "a line before acting and one with the effect");
    assert_eq!(
        (&log[0]["status"], &log[1]["status"]),
        (&Value::Null, &json!(200))
    );
    assert!(shop.faults().armed().iter().all(|armed| armed.hits == 1));
}

#[tokio::test]
async fn a_slow_answer_comes_when_its_time_has_come() {
    let (shop, clock) = shop();
    shop.faults()
        .arm("POST *", FaultKind::Slow { ms: 500 }, Times::UntilCleared);
    let client = client(&shop);
    let mut answer = std::pin::pin!(sold(&client, "a", 5));
    // In memory nothing waits but the fault itself.
    assert!(futures_util::poll!(&mut answer).is_pending());
    assert_eq!(sales(&shop), 1, "the effect does not wait");
    clock.advance(Duration::from_millis(499));
    assert!(futures_util::poll!(&mut answer).is_pending());
    clock.advance(Duration::from_millis(1));
    assert!(answer.await.unwrap().status.is_success());
}

#[tokio::test]
async fn over_a_wire_no_answer_is_a_connection_that_breaks_off() {
    let (shop, _clock) = shop();
    let tasks = Tasks::new();
    let listener = Listener::bind("127.0.0.1:0".parse().unwrap())
        .await
        .unwrap();
    let address = format!("http://{}", listener.address());
    let router = shop.router.clone();
    tasks.run(
        "backend",
        crossdock_runtime::serve(listener, router, tasks.stopping()),
    );
    let client = Endpoint::remote(
        crossdock_outbound::client().unwrap(),
        address.parse().unwrap(),
    )
    .with_header(header::AUTHORIZATION, "Bearer key");
    shop.faults().arm(SELL, FaultKind::Down, Times::Next(1));
    let down = sold(&client, "a", 5).await.unwrap_err();
    assert!(matches!(down, EndpointError::NoAnswer(_)), "{down}");
    assert_eq!(sales(&shop), 0);
    shop.faults()
        .arm(SELL, FaultKind::AnswerLost, Times::Next(1));
    let lost = sold(&client, "a", 5).await.unwrap_err();
    assert!(matches!(lost, EndpointError::NoAnswer(_)), "{lost}");
    assert_eq!(sales(&shop), 1);
    tasks.stop(Duration::from_secs(5)).await;
}

#[tokio::test]
async fn faults_are_switched_over_http() {
    let (shop, _clock) = shop();
    let client = client(&shop);
    let fault = json!({"operation": SELL, "fault": {"kind": "error-before"}, "times": 1});
    let armed = client
        .post("/sandbox/faults")
        .json(&fault)
        .send()
        .await
        .unwrap();
    assert_eq!(armed.status, StatusCode::CREATED);
    assert_eq!(sold(&client, "a", 5).await.unwrap().status.as_u16(), 500);
    let armed: Value = client
        .get("/sandbox/faults")
        .send()
        .await
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(
        (&armed[0]["times"], &armed[0]["bitten"]),
        (&json!(0), &json!(1))
    );
    let cleared = client
        .request(Method::DELETE, "/sandbox/faults")
        .send()
        .await
        .unwrap();
    assert_eq!(cleared.status, StatusCode::NO_CONTENT);
    assert!(shop.faults().armed().is_empty());
}

#[tokio::test]
async fn every_table_can_be_read_page_by_page() {
    let (shop, _clock) = shop();
    let client = client(&shop);
    for key in ["b", "c", "d"] {
        sold(&client, key, 5).await.unwrap();
    }
    let tables: Value = client.get("/books").send().await.unwrap().json().unwrap();
    assert_eq!(
        tables["tables"],
        json!([
            "kept_answer",
            "request_log",
            "sale",
            "webhook_outbox",
            "write_probe"
        ])
    );
    let page: Value = client
        .get("/books/sale?limit=2")
        .send()
        .await
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(
        (page["rows"].as_array().unwrap().len(), &page["next"]),
        (2, &json!(2))
    );
    let rest: Value = client
        .get("/books/sale?after=2")
        .send()
        .await
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(rest, json!({"rows": [{"id": 3, "till": "7", "minor": 5}]}));
    let kept: Value = client
        .get("/books/kept_answer?after=2")
        .send()
        .await
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(kept["rows"][0]["key"], "d");
    let none = client.get("/books/nothing").send().await.unwrap();
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}

/// A receiver that can be made to refuse, and what it accepted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Receiver {
    pub(crate) refuses: Arc<Mutex<u32>>,
    got: Arc<Mutex<Vec<(String, Value)>>>,
}

async fn receive(
    State((receiver, clock)): State<(Receiver, Arc<ManualClock>)>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let verifier = Verifier::new(vec![Secret::new(&[3; 32]).unwrap()]);
    if verifier.verify(&headers, &body, clock.now()).is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    let mut refuses = receiver.refuses.lock().unwrap();
    if *refuses > 0 {
        *refuses -= 1;
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let id = headers[ID].to_str().unwrap().to_owned();
    let body = serde_json::from_slice(&body).unwrap();
    receiver.got.lock().unwrap().push((id, body));
    StatusCode::NO_CONTENT
}

#[tokio::test]
async fn what_was_told_can_be_asked_for_with_the_same_ids_and_bodies() {
    let (shop, clock) = shop();
    let client = client(&shop);
    for key in ["a", "b", "c"] {
        sold(&client, key, 5).await.unwrap();
    }
    let told = async |query: &str| {
        let reply = client.get(format!("/events?{query}")).send().await.unwrap();
        reply.json::<Value>().unwrap()
    };
    let all = told("").await;
    let outbox = shop.book.table("webhook_outbox").unwrap();
    for (event, row) in all["events"].as_array().unwrap().iter().zip(&outbox) {
        assert_eq!((&event["seq"], &event["id"]), (&row["seq"], &row["id"]));
        let body: Value = serde_json::from_str(row["body"].as_str().unwrap()).unwrap();
        assert_eq!(event["body"], body);
    }
    assert_eq!(
        (all["events"].as_array().unwrap().len(), &all["last"]),
        (3, &json!(3))
    );
    let page = told("after=1&limit=1").await;
    assert_eq!(
        (&page["after"], &page["last_id"]),
        (&outbox[0]["id"], &outbox[2]["id"])
    );
    assert_eq!(
        (&page["events"][0]["seq"], &page["last"]),
        (&json!(2), &json!(3))
    );
    // What was taken is asked for no more where only the rest is wanted; what is deleted is still counted.
    let (deliverer, _receiver) = delivering(&shop, &clock);
    deliverer.deliver_now().await.unwrap();
    sold(&client, "d", 5).await.unwrap();
    let open = told("undelivered=true").await;
    assert_eq!(
        (open["events"].as_array().unwrap().len(), &open["last"]),
        (1, &json!(4))
    );
    let deleted = shop
        .book
        .write(|tx| Ok(tx.execute("DELETE FROM webhook_outbox", [])?));
    deleted.await.unwrap();
    let nothing = json!({"events": [], "after": null, "last": 4, "last_id": null});
    assert_eq!(told("").await, nothing);
}

pub(crate) fn delivering(shop: &Embedded, clock: &Arc<ManualClock>) -> (Deliverer, Receiver) {
    let receiver = Receiver::default();
    let hooks = Router::new()
        .route("/till", post(receive))
        .with_state((receiver.clone(), Arc::clone(clock)));
    let secret = Secret::new(&[3; 32]).unwrap();
    (
        Deliverer::new(&shop.book, secret, Endpoint::local(hooks), "/till"),
        receiver,
    )
}

#[tokio::test]
async fn webhooks_are_signed_and_arrive_in_order_until_they_are_taken() {
    let (shop, clock) = shop();
    let (deliverer, receiver) = delivering(&shop, &clock);
    for key in ["a", "b", "a"] {
        sold(&client(&shop), key, 5).await.unwrap();
    }
    *receiver.refuses.lock().unwrap() = 1;
    assert_eq!(
        deliverer.deliver_now().await.unwrap(),
        Delivered {
            sent: 0,
            waiting: 2
        }
    );
    assert_eq!(
        deliverer.deliver_now().await.unwrap(),
        Delivered {
            sent: 2,
            waiting: 0
        }
    );
    let got = receiver.got.lock().unwrap().clone();
    let numbers: Vec<&Value> = got
        .iter()
        .map(|(_id, body)| &body["data"]["sale"])
        .collect();
    assert_eq!(numbers, [&json!(1), &json!(2)]);
    assert_eq!(got[0].1["type"], "sale.made");
    assert_ne!(got[0].0, got[1].0);
    let outbox = shop.book.table("webhook_outbox").unwrap();
    assert_eq!(
        (&outbox[0]["attempts"], &outbox[1]["attempts"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(deliverer.deliver_now().await.unwrap().sent, 0);
}

#[tokio::test]
async fn a_refused_webhook_is_sent_again_later_by_itself() {
    let (shop, clock) = shop();
    let (deliverer, receiver) = delivering(&shop, &clock);
    *receiver.refuses.lock().unwrap() = 1;
    let tasks = Tasks::new();
    tasks.run("webhooks", deliverer.run(tasks.stopping()));
    sold(&client(&shop), "a", 5).await.unwrap();
    let attempts = || shop.book.table("webhook_outbox").unwrap()[0]["attempts"].clone();
    while attempts() != 1 {
        tokio::task::yield_now().await;
    }
    assert!(receiver.got.lock().unwrap().is_empty());
    clock.advance(Duration::from_secs(1));
    while receiver.got.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    tasks.stop(Duration::from_secs(5)).await;
}
