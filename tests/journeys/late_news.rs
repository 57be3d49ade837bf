//! What the OMS says of a parcel, in any order and as often as it likes: the order ends the same.

use crossdock::{ListenerName, Options};
use crossdock_events::webhook::Secret;
use crossdock_outbound::Endpoint;
use crossdock_testkit::{Books, Shop, g1};
use serde_json::Value;

/// The secret that the trial configuration shares with its OMS.
const SECRET: &str = "whsec_ZW1iZWRkZWQtb21zLXdlYmhvb2stc2VjcmV0LTE=";
/// Parcels leave when they are packed, so that nothing of the OMS waits for us.
const NO_GATE: &str = "[oms.connectors.main]\nship-gate = \"none\"\n";
/// The OMS's messages go nowhere by themselves: the test is the network.
const CUT_OFF: &str = "CREATE TRIGGER cut_off AFTER INSERT ON webhook_outbox BEGIN \
                       UPDATE webhook_outbox SET delivered_at = 0 WHERE seq = new.seq; END";

/// A shop whose parcel has left, and of which it has heard nothing.
async fn unheard_of() -> (Shop, String) {
    let shop = Shop::configured(NO_GATE, &[], Options::in_memory()).await;
    let cut = shop.book("oms", "main").writer().write(|conn| {
        conn.execute_batch(CUT_OFF)?;
        Ok::<(), crossdock_store::JobError<String>>(())
    });
    cut.await.unwrap();
    let order = shop.sells(&g1(), "web-1").await;
    shop.quiet().await;
    for job in shop.warehouse().pack(&order).await {
        shop.warehouse().ship(&job).await;
    }
    (shop, order)
}

/// Delivers the message of that kind, as the OMS had signed it.
async fn delivers(shop: &Shop, kind: &str) {
    let outbox = shop.book("oms", "main").table("webhook_outbox").unwrap();
    let message = outbox.iter().find(|row| row["kind"] == kind).unwrap();
    let text = |name: &str| message[name].as_str().unwrap().to_owned();
    let (id, body) = (text("id"), text("body"));
    let signed = Secret::parse(SECRET)
        .unwrap()
        .sign(&id, shop.now(), body.as_bytes());
    let hooks = Endpoint::local(shop.gateway().router(ListenerName::Hooks));
    let mut sending = hooks
        .post("/hooks/oms/main")
        .bytes("application/json", body.into());
    sending.headers_mut().extend(signed);
    let reply = sending.send().await.unwrap();
    assert!(reply.status.is_success(), "{kind}: {}", reply.status);
}

/// What the ledgers say of the one order.
fn ledgers(books: &Books<'_>, order: &str) -> (Value, [i64; 4]) {
    let accounts = ["clearing", "revenue", "tax-payable", "points-liability"];
    let card = format!("{:?} {:?}", books.card(order), books.tax(order));
    let accounts = accounts.map(|name| books.account("main", name));
    (card.into(), accounts)
}

#[tokio::test]
async fn packed_and_shipped_may_come_early_late_or_twice() {
    const PACKED: &str = "fulfilment.packed";
    const SHIPPED: &str = "fulfilment.shipped";
    let mut ends = Vec::new();
    for news in [
        &[PACKED, SHIPPED][..],
        &[SHIPPED, PACKED],
        &[SHIPPED],
        &[PACKED, PACKED, SHIPPED, SHIPPED],
        &[SHIPPED, SHIPPED, PACKED, SHIPPED],
    ] {
        let (shop, order) = unheard_of().await;
        for kind in news {
            delivers(&shop, kind).await;
        }
        shop.event_about("order", "OrderShipped", &order).await;
        shop.until("the invoice", |books| {
            !books.documents("main", "INV", &order).is_empty()
        })
        .await;
        shop.quiet().await;
        let desk = shop.exceptions().await;
        assert!(desk.is_empty(), "{news:?}: {desk:?}");
        let books = shop.books();
        assert_eq!(books.card(&order).captured, 9_647, "{news:?}");
        assert_eq!(books.documents("main", "INV", &order).len(), 1, "{news:?}");
        ends.push(ledgers(&books, &order));
    }
    assert!(ends.windows(2).all(|two| two[0] == two[1]), "{ends:?}");
}
