//! Cancelling before shipment: everything goes back; once packed it is too late.

use crossdock_testkit::{Books, Card, Points, Shop, g1};
use serde_json::{Value, json};

const MEMBER: &str = "member-ada";

#[tokio::test]
async fn an_order_cancelled_before_it_is_packed_gives_everything_back() {
    let shop = Shop::open().await;
    let order = shop.sells(&g1(), "web-1").await;
    let web = shop.web(Some("cust-ada/member-ada"));
    let path = format!("/ecommerce/v1/orders/{order}/cancellations");
    let cancelled = web
        .post(&path, &json!({"reason": "changed my mind"}))
        .await
        .expect(201);
    assert_eq!(
        cancelled.json["released"],
        json!({"amount": "96.47", "currency": "USD"})
    );
    assert_eq!(cancelled.json["pointsRestored"], 1_000);
    shop.quiet().await;

    let books = shop.books();
    let card = Card {
        payments: 1,
        authorised: 9_647,
        captured: 0,
        cancelled: 9_647,
        refund_pending: 0,
        refunded: 0,
    };
    assert_eq!(books.card(&order), card);
    assert_eq!(
        books.points("main", MEMBER),
        Points {
            available: 1_500,
            pending: 0,
            held: 0,
            debt: 0
        }
    );
    assert_eq!(units_that_earned(&books, "cancelled"), 3);
    assert_eq!(
        books.table("oms", "main", "customer_order")[0]["state"],
        "CANCELLED"
    );
    assert_eq!(books.promised("A-1") + books.promised("B-1"), 0);
    let sales_orders = books.documents("main", "SO", &order);
    assert!(
        sales_orders.len() == 1 && sales_orders[0]["cancelled_at"].is_i64(),
        "{sales_orders:?}"
    );
    assert_eq!(books.table("erp", "main", "journal_line"), []);
    let shown = web
        .get(&format!("/ecommerce/v1/orders/{order}"))
        .await
        .expect(200);
    assert_eq!(shown.text("/status"), "Cancelled");
    let again = web.post(&path, &json!({"reason": "once more"})).await;
    assert_eq!(again.expect(201).json, cancelled.json);
    assert_eq!(cancellations(&shop, &order).await, 1);
    assert_eq!(shop.exceptions().await, Vec::<Value>::new());
}

/// How often the order's readers are told that something of it was given up.
async fn cancellations(shop: &Shop, order: &str) -> usize {
    let told = ["OrderCancelled", "OrderLineCancelled"];
    let events = shop.events("order").await;
    let about = |data: &[u8]| String::from_utf8_lossy(data).contains(order);
    let cancelled = events
        .iter()
        .filter(|event| told.contains(&&*event.kind) && about(&event.data));
    cancelled.count()
}

/// How many units earned points; all of them are in that state.
fn units_that_earned(books: &Books<'_>, state: &str) -> i64 {
    let accrued = books.table("loyalty", "main", "accrual_run");
    let as_wanted = accrued.iter().all(|run| run["state"] == state);
    assert!(as_wanted, "{accrued:?}");
    let units = accrued.iter().map(|run| {
        let [first, last] = ["first", "last"].map(|column| run[column].as_i64().expect("a number"));
        last - first + 1
    });
    units.sum()
}

#[tokio::test]
async fn a_packed_order_is_not_cancelled_and_goes_on() {
    let shop = Shop::open().await;
    let order = shop.sells(&g1(), "web-2").await;
    let jobs = shop.packs(&order).await;
    let desk = shop.agent("agent-1");
    let path = format!("/customer-service/v1/orders/{order}/cancellations");
    desk.post(&path, &json!({"reason": "the customer rang"}))
        .await
        .problem(409, "cancellation_refused");
    for job in jobs {
        shop.warehouse().ship(&job).await;
    }
    shop.until("the sale to be booked", |books| {
        !books.documents("main", "INV", &order).is_empty()
    })
    .await;
    shop.quiet().await;
    shop.bank().settle().await;
    shop.until("the points to mature", |books| {
        books.points("main", MEMBER).pending == 0
    })
    .await;
    let books = shop.books();
    assert_eq!(books.points("main", MEMBER).available, 584);
    let card = books.card(&order);
    assert_eq!(
        (card.captured, card.cancelled, card.refunded),
        (9_647, 0, 0)
    );
    assert_eq!(books.tax(&order), (697, 0));
}

#[tokio::test]
async fn nobody_cancels_the_order_of_another_customer() {
    let shop = Shop::open().await;
    let order = shop.sells(&g1(), "web-3").await;
    let path = format!("/ecommerce/v1/orders/{order}/cancellations");
    let (prank, bob) = (
        json!({"reason": "prank"}),
        shop.web(Some("cust-bob/member-bob")),
    );
    bob.post(&path, &prank).await.problem(404, "not_found");
    shop.web(None)
        .post(&path, &prank)
        .await
        .problem(403, "forbidden");
    assert_eq!(shop.books().card(&order).cancelled, 0);
}
