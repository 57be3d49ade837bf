//! A caller who is cut off at a boundary of placing an order and asks again: one order, one set of effects.

use super::keys::one_order;
use crossdock::{Options, Watcher};
use crossdock_testkit::{Answer, Channel, Shop, g1};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

const ADA: &str = "cust-ada/member-ada";
const ORDERS: &str = "/ecommerce/v1/orders";
/// Nobody comes here but an operator: the card is the last of the holds, so no refusal follows it.
const BY_AN_OPERATOR: &str = "place-order/authorise-payment:undo/";

/// What tells the test that the boundary is reached.
#[derive(Default)]
struct Scissors {
    reached: AtomicBool,
    cut: Notify,
}

/// Every boundary of placing an order.
async fn boundaries() -> Vec<String> {
    let shop = Shop::open().await;
    let engine = shop.gateway().engine().unwrap();
    let workflows = engine.workflows();
    let placing = workflows
        .iter()
        .find(|workflow| workflow.name() == "place-order");
    placing.unwrap().crash_points()
}

/// Orders with that card, is cut off at the point, and asks again under the same key; answers the second time.
async fn cut_off_at(point: &str, card: &str) -> (Shop, Answer) {
    let scissors = Arc::new(Scissors::default());
    let (held, wanted) = (Arc::clone(&scissors), point.to_owned());
    let watcher = Watcher::new(move |point| {
        if point == wanted {
            held.reached.store(true, Ordering::Relaxed);
            held.cut.notify_one();
        }
    });
    let shop = Shop::built(&[], Options::in_memory().watched(watcher)).await;
    let web = shop.web(Some(ADA));
    let checkout = Channel::checkout(&web.quote(&g1()).await.expect(200), "web-1", card);
    tokio::select! {
        biased;
        () = scissors.cut.notified() => {}
        // What comes after the answer cuts off nobody, and must not hurt either.
        _answered = web.post_with(ORDERS, "key-1", &checkout) => {}
    }
    let again = web.post_with(ORDERS, "key-1", &checkout).await;
    shop.quiet().await;
    assert!(
        scissors.reached.load(Ordering::Relaxed),
        "{point} was not reached"
    );
    (shop, again)
}

#[tokio::test]
async fn whoever_is_cut_off_while_ordering_and_asks_again_has_one_order() {
    let points = boundaries().await;
    let forward = points.iter().filter(|point| !point.contains(":undo/"));
    for point in forward {
        let (shop, again) = cut_off_at(point, "tok_visa").await;
        assert_eq!(again.status.as_u16(), 201, "{point}: {}", again.json);
        one_order(&shop.books());
        let listed = shop.web(Some(ADA)).get(ORDERS).await.expect(200);
        assert_eq!(listed.json["items"].as_array().unwrap().len(), 1, "{point}");
    }
}

#[tokio::test]
async fn whoever_is_cut_off_while_being_refused_and_asks_again_is_refused_once() {
    let points = boundaries().await;
    let undone = |point: &&String| point.contains(":undo/") && !point.starts_with(BY_AN_OPERATOR);
    let backward: Vec<&String> = points.iter().filter(undone).collect();
    assert_eq!(
        backward.len(),
        8,
        "four boundaries of two undos: {backward:?}"
    );
    for point in backward {
        let (shop, again) = cut_off_at(point, "tok_declined").await;
        again.problem(402, "card_declined");
        let books = shop.books();
        for released in ["reservation_release", "hold_release"] {
            let domain = if released == "hold_release" {
                "loyalty"
            } else {
                "oms"
            };
            assert_eq!(
                books.table(domain, "main", released).len(),
                1,
                "{point}: {released}"
            );
        }
        assert_eq!(books.promised("A-1"), 0, "{point}");
        assert_eq!(
            books.points("main", "member-ada").available,
            1_500,
            "{point}"
        );
    }
}
