//! An order that settled long ago: its journals have left for the archive, and nobody who asks or returns notices.

use crossdock::{ListenerName, Options};
use crossdock_events::webhook::Secret;
use crossdock_model::{InstanceId, OrderId};
use crossdock_outbound::Endpoint;
use crossdock_runtime::ManualClock;
use crossdock_store::{InstanceQuery, Store as _};
use crossdock_testkit::{Answer, Channel, Shop, g1};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const ADA: &str = "cust-ada/member-ada";
const ORDERS: &str = "/ecommerce/v1/orders";
/// The secret that the trial configuration shares with its OMS.
const SECRET: &str = "whsec_ZW1iZWRkZWQtb21zLXdlYmhvb2stc2VjcmV0LTE=";
const SETTINGS: &[(&str, &str)] = &[
    ("CROSSDOCK__STORE__ARCHIVE__AFTER", "1d"),
    ("CROSSDOCK__STORE__ARCHIVE__EVERY", "1h"),
];
/// What has ended and is where it was.
const LIVE: &str = "SELECT count(*) FROM workflow WHERE status IN (4, 5, 6) AND archived IS NULL";

/// Until an archive run has moved all that has ended.
async fn archived(shop: &Shop) {
    let store = shop.gateway().process_store().unwrap();
    shop.until("the archive", |_books| {
        let live = store
            .writer()
            .read_blocking(|conn| conn.query_row(LIVE, [], |row| row.get::<_, i64>(0)));
        live.unwrap() == 0
    })
    .await;
}

/// Until of each shard of a feed, and of each audit chain, nothing but the last row is where it was.
async fn only_ends_are_left(shop: &Shop, clock: &ManualClock) {
    let stores = [
        shop.gateway().process_store().unwrap(),
        shop.gateway().system_store().unwrap(),
    ];
    let more = "SELECT count(*) - count(DISTINCT place >> 40) FROM event
        UNION ALL SELECT count(*) - count(DISTINCT place >> 46) FROM audit";
    shop.until("the events to leave", |_books| {
        // Readers say how far they have come, and the archive runs again.
        clock.advance(Duration::from_mins(10));
        stores.iter().all(|store| {
            let rows = store.writer().read_blocking(|conn| {
                let mut statement = conn.prepare(more)?;
                let rows = statement.query_map([], |row| row.get::<_, i64>(0))?;
                rows.collect::<Result<Vec<i64>, _>>()
            });
            rows.unwrap() == [0, 0]
        })
    })
    .await;
}

/// Every audit chain, through the months and the stores.
fn audited(shop: &Shop) -> u64 {
    let stores = [
        shop.gateway().process_store(),
        shop.gateway().system_store(),
    ];
    let rows = stores.into_iter().flatten().map(|store| {
        let report = store.audit_verify().unwrap();
        assert_eq!(report.first_bad, None);
        report.rows
    });
    rows.sum()
}

/// What anybody is shown of an order.
async fn shown(shop: &Shop, order: &str) -> Vec<Value> {
    let (agent, till) = (shop.agent("agent-1"), shop.till("store-soho/kim"));
    let desk = format!("/customer-service/v1/orders/{order}");
    let web = shop.web(Some(ADA));
    let asked = [
        web.get(&format!("{ORDERS}/{order}")).await,
        agent.get(&desk).await,
        agent.get(&format!("{desk}/timeline")).await,
        till.post("/pos/v1/orders/lookups", &json!({ "barcode": order }))
            .await,
    ];
    let mut shown: Vec<Value> = asked.map(|answer| answer.expect(200).json).into();
    for view in &mut shown {
        // When it was looked at.
        view.as_object_mut().unwrap().remove("asOf");
    }
    let id: OrderId = order.parse().unwrap();
    let engine = shop.gateway().engine().unwrap();
    let described = engine.describe(InstanceId(id.0)).await.unwrap().unwrap();
    shown.push(serde_json::to_value(described).unwrap());
    shown
}

/// Places an order under `key-1` and ships it; what was sent, and what was answered.
async fn shipped(shop: &Shop) -> (Value, Answer) {
    let web = shop.web(Some(ADA));
    let quote = web.quote(&g1()).await.expect(200);
    let body = Channel::checkout(&quote, "web-1", "tok_visa");
    let placed = web.post_with(ORDERS, "key-1", &body).await.expect(201);
    shop.quiet().await;
    shop.ships(&placed.text("/id")).await;
    (body, placed)
}

/// How many batches each workflow has seen.
async fn revisions(shop: &Shop) -> Vec<(InstanceId, u64)> {
    let store = shop.gateway().process_store().unwrap();
    let rows = store.instances(&InstanceQuery::default()).await.unwrap();
    rows.into_iter().map(|row| (row.id, row.revision)).collect()
}

/// The OMS says again that the parcel has left, under an id that nobody has seen.
async fn late_news(shop: &Shop) {
    let outbox = shop.book("oms", "main").table("webhook_outbox").unwrap();
    let message = outbox
        .iter()
        .find(|row| row["kind"] == "fulfilment.shipped")
        .unwrap();
    let body = message["body"].as_str().unwrap().to_owned();
    let signed = Secret::parse(SECRET)
        .unwrap()
        .sign("msg-late", shop.now(), body.as_bytes());
    let hooks = Endpoint::local(shop.gateway().router(ListenerName::Hooks));
    let mut sending = hooks
        .post("/hooks/oms/main")
        .bytes("application/json", body.into());
    sending.headers_mut().extend(signed);
    let reply = sending.send().await.unwrap();
    assert!(reply.status.is_success(), "{}", reply.status);
}

fn same(first: &Answer, again: &Answer) {
    assert_eq!(first.status, again.status);
    assert_eq!(
        String::from_utf8_lossy(&first.bytes),
        String::from_utf8_lossy(&again.bytes)
    );
}

#[tokio::test]
async fn an_archived_order_is_shown_answered_and_returned_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at("2026-03-02T10:00:00Z".parse().unwrap()));
    let options = Options::in_folder(folder.path())
        .with_clock(Arc::clone(&clock) as Arc<dyn crossdock_model::Clock>);
    let shop = Shop::built(SETTINGS, options).await;
    let (body, first) = shipped(&shop).await;
    let order = first.text("/id");
    shop.bank().settle().await;
    // The last that happens by itself.
    shop.until("the points to mature", |books| {
        let entries = books.table("loyalty", "main", "entry");
        let pending = entries.iter().filter_map(|row| row["pending"].as_i64());
        let has_earned = pending.clone().any(|points| points > 0);
        has_earned && pending.sum::<i64>() == 0
    })
    .await;
    shop.quiet().await;
    let (before, rows) = (shown(&shop, &order).await, audited(&shop));

    clock.advance(Duration::from_hours(26));
    archived(&shop).await;
    only_ends_are_left(&shop, &clock).await;
    for store in ["process", "system"] {
        let month = format!("archive-{store}-2026-03.db");
        assert!(folder.path().join(&month).exists(), "{month}");
    }
    assert_eq!(shown(&shop, &order).await, before);
    assert_eq!(audited(&shop), rows);

    let again = shop.web(Some(ADA)).post_with(ORDERS, "key-1", &body).await;
    same(&first, &again);
    let moved = revisions(&shop).await;
    late_news(&shop).await;
    shop.quiet().await;
    assert_eq!(revisions(&shop).await, moved);
    assert_eq!(shown(&shop, &order).await, before);
    let taken = shop.takes_back(&order, &[("A", 1)]).await;
    shop.closes(&taken).await;
    shop.quiet().await;
    let books = shop.books();
    assert_eq!(books.card(&order).refunded, 3_485);
    assert_eq!(books.table("oms", "main", "customer_order").len(), 1);
    assert!(shop.exceptions().await.is_empty());
    shop.close().await;
}

/// Restarted more often than it is to archive, a process still does; and what is erased then is said to be gone.
#[tokio::test]
async fn a_process_that_was_just_started_archives_what_is_old_until_it_is_erased() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at("2026-03-02T10:00:00Z".parse().unwrap()));
    let settings: &[(&str, &str)] = &[
        ("CROSSDOCK__STORE__ARCHIVE__AFTER", "1d"),
        ("CROSSDOCK__STORE__ARCHIVE__EVERY", "7d"),
    ];
    let options = || {
        Options::in_folder(folder.path())
            .with_clock(Arc::clone(&clock) as Arc<dyn crossdock_model::Clock>)
    };
    let shop = Shop::built(settings, options()).await;
    let (_, placed) = shipped(&shop).await;
    shop.quiet().await;
    shop.close().await;

    clock.advance(Duration::from_hours(26));
    let shop = Shop::built(settings, options()).await;
    shop.quiet().await;
    let month = folder.path().join("archive-process-2026-03.db");
    assert!(!month.exists(), "not while it starts");
    shop.until("the archive", |_books| {
        clock.advance(Duration::from_secs(10));
        month.exists()
    })
    .await;
    only_ends_are_left(&shop, &clock).await;
    let store = shop.gateway().process_store().unwrap();
    store.erase_month("2026-03".parse().unwrap()).await.unwrap();
    let order = format!("/customer-service/v1/orders/{}", placed.text("/id"));
    let agent = shop.agent("agent-1");
    let timeline = agent.get(&format!("{order}/timeline")).await.expect(410);
    assert_eq!(timeline.text("/code"), "gone");
    agent.get(&order).await.expect(200);
    shop.close().await;
}
