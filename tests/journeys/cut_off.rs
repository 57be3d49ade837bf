//! A caller who is cut off at a boundary of a workflow and asks again: one answer, one set of effects.

use super::keys::one_order;
use crossdock::{BoundaryObserver, Options};
use crossdock_testkit::{Answer, Channel, Shop, back, g1};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

const ADA: &str = "cust-ada/member-ada";
const ORDERS: &str = "/ecommerce/v1/orders";
/// Nobody comes here but an operator: the card is the last of the holds, so no refusal follows it.
const BY_AN_OPERATOR: &str = "place-order/authorise-payment:undo/";

/// Set by the observer once the boundary is reached.
#[derive(Default)]
struct Interruption {
    reached: AtomicBool,
    cut: Notify,
}

/// A shop whose caller is cut off at one boundary.
struct Interrupted {
    shop: Shop,
    interruption: Arc<Interruption>,
}

impl Interrupted {
    async fn at(point: &str) -> Self {
        let interruption = Arc::new(Interruption::default());
        let (held, wanted) = (Arc::clone(&interruption), point.to_owned());
        let observer = BoundaryObserver::new(move |point| {
            if point == wanted {
                held.reached.store(true, Ordering::Relaxed);
                held.cut.notify_one();
            }
        });
        let shop = Shop::built(&[], Options::in_memory().observed_by(observer)).await;
        Self { shop, interruption }
    }

    /// Sends it until the boundary is reached, drops the request, and sends it again under its key.
    async fn twice(&self, channel: &Channel, path: &str, body: &Value) -> Answer {
        tokio::select! {
            biased;
            () = self.interruption.cut.notified() => {}
            // What comes after the answer cuts off nobody, and must not hurt either.
            _answered = channel.post_with(path, "key-1", body) => {}
        }
        let again = channel.post_with(path, "key-1", body).await;
        self.shop.quiet().await;
        again
    }

    fn was_reached(&self, point: &str) {
        let reached = self.interruption.reached.load(Ordering::Relaxed);
        assert!(reached, "{point} was not reached");
    }
}

/// Every boundary of a workflow.
async fn boundaries(name: &str) -> Vec<String> {
    let shop = Shop::open().await;
    let workflows = shop.gateway().engine().unwrap().workflows();
    let found = workflows.iter().find(|workflow| workflow.name() == name);
    found.unwrap().crash_points()
}

/// Orders with that card, cut off there.
async fn ordered(point: &str, card: &str) -> (Shop, Answer) {
    let interrupted = Interrupted::at(point).await;
    let web = interrupted.shop.web(Some(ADA));
    let quote = web.quote(&g1()).await.expect(200);
    let checkout = Channel::checkout(&quote, "web-1", card);
    let again = interrupted.twice(&web, ORDERS, &checkout).await;
    interrupted.was_reached(point);
    (interrupted.shop, again)
}

#[tokio::test]
async fn whoever_is_cut_off_while_ordering_and_asks_again_has_one_order() {
    let points = boundaries("place-order").await;
    let forward = points.iter().filter(|point| {
        // Nothing is about to lapse, and nothing is missing.
        let usual = !point.contains("/confirm-holds/") && !point.contains("/check-backorder/");
        usual && !point.contains(":undo/")
    });
    for point in forward {
        let (shop, again) = ordered(point, "tok_visa").await;
        assert_eq!(again.status.as_u16(), 201, "{point}: {}", again.json);
        one_order(&shop.books());
        let listed = shop.web(Some(ADA)).get(ORDERS).await.expect(200);
        assert_eq!(listed.json["items"].as_array().unwrap().len(), 1, "{point}");
    }
}

#[tokio::test]
async fn whoever_is_cut_off_while_being_refused_and_asks_again_is_refused_once() {
    let points = boundaries("place-order").await;
    let undone = |point: &&String| point.contains(":undo/") && !point.starts_with(BY_AN_OPERATOR);
    let backward: Vec<&String> = points.iter().filter(undone).collect();
    assert_eq!(
        backward.len(),
        8,
        "four boundaries of two undos: {backward:?}"
    );
    for point in backward {
        let (shop, again) = ordered(point, "tok_declined").await;
        again.problem(402, "card_declined");
        let books = shop.books();
        for (domain, released) in [("oms", "reservation_release"), ("loyalty", "hold_release")] {
            let rows = books.table(domain, "main", released);
            assert_eq!(rows.len(), 1, "{point}: {released}");
        }
        assert_eq!(books.promised("A-1"), 0, "{point}");
        let points = books.points("main", "member-ada");
        assert_eq!(points.available, 1_500, "{point}");
    }
}

#[tokio::test]
async fn whoever_is_cut_off_while_cancelling_and_asks_again_has_cancelled_once() {
    let points = boundaries("cancel-order").await;
    let whole = points.iter().filter(|point| {
        // Of units alone, and of money that was taken elsewhere.
        !point.contains("/amend-sales-order/") && !point.contains("/refund-elsewhere/")
    });
    for point in whole {
        let interrupted = Interrupted::at(point).await;
        let order = interrupted.shop.sells(&g1(), "web-1").await;
        let path = format!("{ORDERS}/{order}/cancellations");
        let body = json!({"reason": "changed my mind"});
        let web = interrupted.shop.web(Some(ADA));
        let again = interrupted.twice(&web, &path, &body).await;
        assert_eq!(again.status.as_u16(), 201, "{point}: {}", again.json);
        interrupted.was_reached(point);
        let books = interrupted.shop.books();
        let card = books.card(&order);
        assert_eq!((card.authorised, card.cancelled), (9_647, 9_647), "{point}");
        let points = books.points("main", "member-ada");
        assert_eq!((points.available, points.pending), (1_500, 0), "{point}");
        assert_eq!(books.promised("A-1"), 0, "{point}");
    }
}

#[tokio::test]
async fn whoever_is_cut_off_while_giving_up_a_unit_and_asks_again_has_given_up_one() {
    let points = boundaries("cancel-order").await;
    let of_units = points.iter().filter(|point| {
        // The rest of the order still needs what is reserved, stands at the ERP, and was paid here.
        ["void-payment", "cancel-sales-order", "refund-elsewhere"]
            .iter()
            .all(|step| !point.contains(&format!("/{step}/")))
    });
    for point in of_units {
        let interrupted = Interrupted::at(point).await;
        let order = interrupted.shop.sells(&g1(), "web-1").await;
        let path = format!("{ORDERS}/{order}/cancellations");
        let body = json!({"reason": "one is enough", "lines": [{"lineId": "A", "quantity": 1}]});
        let web = interrupted.shop.web(Some(ADA));
        let again = interrupted.twice(&web, &path, &body).await;
        assert_eq!(again.status.as_u16(), 201, "{point}: {}", again.json);
        interrupted.was_reached(point);
        let books = interrupted.shop.books();
        assert_eq!(books.promised("A-1"), 1, "{point}");
        let points = books.points("main", "member-ada");
        assert_eq!((points.available, points.pending), (881, 52), "{point}");
        assert_eq!(books.documents("main", "SA", &order).len(), 1, "{point}");
        assert_eq!(books.table("oms", "main", "line_cancellation").len(), 1);
    }
}

#[tokio::test]
async fn whoever_is_cut_off_while_returning_and_asks_again_has_returned_once() {
    let points = boundaries("commit-return").await;
    // Of a refund that fails: the processes that are killed there have one.
    let usual = points
        .iter()
        .filter(|point| !point.contains("/pay-by-hand/"));
    for point in usual {
        let interrupted = Interrupted::at(point).await;
        let shop = &interrupted.shop;
        let order = shop.sells(&g1(), "web-1").await;
        shop.ships(&order).await;
        let till = shop.till("store-soho/kim");
        let goods = back(&order, &[("A", 1)]);
        let again = interrupted.twice(&till, "/pos/v1/returns", &goods).await;
        assert_eq!(again.status.as_u16(), 201, "{point}: {}", again.json);
        shop.closes(&again).await;
        shop.quiet().await;
        interrupted.was_reached(point);
        let books = shop.books();
        assert_eq!(books.card(&order).refunded, 3_485, "{point}");
        assert_eq!(books.tax(&order), (697, 266), "{point}");
        for kind in ["GR", "CM"] {
            let documents = books.documents("main", kind, &again.text("/id"));
            assert_eq!(documents.len(), 1, "{point}: {kind}");
        }
        assert_eq!(books.table("oms", "main", "receipt").len(), 1, "{point}");
    }
}
