//! Orders found again: of any age, by what a person has at hand, page by page, by nobody else.

use crossdock::Options;
use crossdock_model::{Ids, Tenant};
use crossdock_policy::SubjectKind;
use crossdock_store::{Appended, Batch, QueueClass, RecordWrite, SearchKey, Store as _, Version};
use crossdock_testkit::{Answer, Channel, Shop, g1};
use serde_json::{Value, json};

const ADA: &str = "cust-ada/member-ada";
const CAPTURED: &str = "/ecommerce/v1/orders/captured";
const TILL: &str = "/pos/v1/orders/lookups";
const DESK: &str = "/customer-service/v1/search";
const SHOP: &str = "/ecommerce/v1/orders";

fn usd(amount: &str) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

/// One B at $24.50, paid to the platform with a payment of its own.
fn paid(reference: &str, customer: Option<&str>) -> Value {
    json!({
        "channelRef": reference, "customer": customer, "currency": "USD",
        "lines": [{"sku": "B-1", "quantity": 1, "unitPrice": usd("24.50"), "tax": usd("0.00")}],
        "shipTo": {"country": "US", "region": "TX", "postalCode": "78701", "city": "Austin", "lines": ["1 Main Street"]},
        "tenders": [{"kind": "wallet", "reference": format!("pay-{reference}"), "amount": usd("24.50")}],
    })
}

async fn taken_in(shop: &Shop, order: &Value) -> String {
    let taken = shop.marketplace().post(CAPTURED, order).await.expect(201);
    taken.text("/id")
}

/// So many newer orders, as they would stand in the store after a busy day.
async fn a_busy_day(shop: &Shop, after: &str, count: usize) {
    let store = shop.gateway().process_store().unwrap();
    let (tenant, ids, now) = (Tenant::from("acme"), Ids::random(), shop.now());
    let old = store.record(&tenant, "order", after.parse().unwrap()).await;
    let mut order: Value = serde_json::from_slice(&old.unwrap().unwrap().body).unwrap();
    for n in 0..count {
        let id = ids.next(now);
        order["id"] = json!(id);
        order["channelRef"] = json!(format!("fill-{n}"));
        order["customer"] = json!("cust-fill");
        let mut batch = Batch::new(store.shard_of(&tenant, &id.to_string()), now);
        batch.changes.records.push(RecordWrite {
            kind: "order",
            id,
            tenant: tenant.clone(),
            expected: Version(0),
            body: order.to_string().into(),
            unique: Vec::new(),
            search: vec![SearchKey::new("customer", "cust-fill")],
        });
        let appended = store.append(QueueClass::Progress, batch).await.unwrap();
        assert_eq!(appended, Appended::Done);
    }
}

fn ids(page: &Answer, items: &str) -> Vec<String> {
    let items = page.json[items].as_array().unwrap();
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

async fn found(who: &Channel, path: &str, search: &Value) -> Vec<String> {
    ids(&who.post(path, search).await.expect(200), "items")
}

/// What the provider calls the money of an order in that event.
async fn reference(shop: &Shop, kind: &str, order: &str) -> String {
    let event = shop.event_about("order", kind, order).await;
    let data: Value = serde_json::from_slice(&event.data).unwrap();
    data["reference"]["value"].as_str().unwrap().to_owned()
}

/// What a person may have at hand of the order sold here and of a guest's, with the order it leads to.
async fn at_hand<'a>(
    shop: &Shop,
    desk: &Channel,
    sold: &'a str,
    guests: &'a str,
) -> [(Value, &'a str); 14] {
    let path = format!("/customer-service/v1/orders/{sold}");
    let read = desk.get(&path).await.expect(200);
    let parcel = &read.json["shipments"][0];
    let of_a = parcel["units"][0].as_str().unwrap().starts_with("A#");
    let sku = if of_a { "A-1" } else { "B-1" };
    let shipped_at = parcel["shippedAt"].as_str().unwrap();
    let (day, _time) = shipped_at.split_once('T').unwrap();
    let item = json!({"sku": sku, "location": parcel["location"], "day": day});
    [
        (json!({"receipt": sold}), sold),
        (json!({"receipt": "web-1"}), sold),
        (json!({"channelRef": "web-1"}), sold),
        (json!({"email": "ada@example.com"}), sold),
        (json!({"email": "GIFT@example.org "}), sold),
        (json!({"phone": "+1 (512) 555-0101"}), sold),
        (json!({"phone": "442079460018"}), sold),
        (json!({"card": "member-ada"}), sold),
        (
            json!({"tender": reference(shop, "PaymentAuthorised", sold).await}),
            sold,
        ),
        (
            json!({"tender": reference(shop, "PaymentCaptured", sold).await}),
            sold,
        ),
        (json!({"item": item}), sold),
        (json!({"channelRef": "mkt-1"}), guests),
        (json!({"email": "guest@example.org"}), guests),
        (json!({"tender": "pay-mkt-1"}), guests),
    ]
}

#[tokio::test]
async fn an_order_older_than_the_newest_thousands_is_found_by_whatever_is_at_hand() {
    let shop = Shop::open().await;
    let web = shop.web(Some(ADA));
    let quote = web.quote(&g1()).await.expect(200);
    let mut checkout = Channel::checkout(&quote, "web-1", "tok_visa");
    checkout["contact"] = json!({"email": "gift@example.org", "phone": "+44 20 7946 0018"});
    let sold = web.post(SHOP, &checkout).await.expect(201).text("/id");
    shop.quiet().await;
    shop.ships(&sold).await;
    let mut guests = paid("mkt-1", None);
    guests["contact"] = json!({"email": "Guest@Example.org", "phone": ""});
    let guests = taken_in(&shop, &guests).await;
    a_busy_day(&shop, &sold, 2_100).await;

    let (till, desk) = (shop.till("store-soho/kim"), shop.agent("agent-1"));
    let searches = at_hand(&shop, &desk, &sold, &guests).await;
    for (search, order) in &searches {
        for (who, path) in [(&till, TILL), (&desk, DESK)] {
            assert_eq!(found(who, path, search).await, [*order], "{search}");
        }
    }
    assert_eq!(
        found(&till, TILL, &json!({"barcode": sold})).await,
        [&*sold]
    );
    assert_eq!(
        found(&desk, DESK, &json!({"orderId": sold})).await,
        [&*sold]
    );
    assert_eq!(
        found(&desk, DESK, &json!({"customer": "cust-ada"})).await,
        [&*sold]
    );
    assert_eq!(ids(&web.get(SHOP).await.expect(200), "items"), [&*sold]);
    let overview = "/customer-service/v1/customers/cust-ada/overview";
    assert_eq!(
        ids(&desk.get(overview).await.expect(200), "orders"),
        [&*sold]
    );
}

#[tokio::test]
async fn a_person_whom_nobody_knows_has_no_orders() {
    let shop = Shop::open().await;
    shop.sells(&g1(), "web-1").await;
    taken_in(&shop, &paid("mkt-1", None)).await;
    let (till, desk) = (shop.till("store-soho/kim"), shop.agent("agent-1"));
    for nobody in [
        json!({"email": "nobody@example.com"}),
        json!({"email": ""}),
        json!({"email": "gone@example.com"}),
        json!({"phone": "+1 999 555 0199"}),
        json!({"phone": ""}),
        json!({"card": "member-nobody"}),
        json!({"card": ""}),
        json!({"channelRef": ""}),
        json!({"receipt": "web"}),
        json!({"tender": "pay-mkt"}),
        json!({"item": {"sku": "A-1", "location": "store-austin", "day": "2020-02-29"}}),
    ] {
        for (who, path) in [(&till, TILL), (&desk, DESK)] {
            let answer = who.post(path, &nobody).await.expect(200);
            assert_eq!(answer.json, json!({"items": []}), "{nobody}");
        }
    }
    for unclear in [
        json!({}),
        json!({"limit": 5}),
        json!({"email": "ada@example.com", "channelRef": "web-1"}),
        json!({"item": {"sku": "A-1", "location": "store-austin", "day": "2026-02-30"}}),
    ] {
        for (who, path) in [(&till, TILL), (&desk, DESK)] {
            let answer = who.post(path, &unclear).await;
            answer.problem(422, "validation_failed");
        }
    }
}

/// Every page of a list, from the first to the last, by whatever asks for one.
async fn pages(items: &str, ask: impl AsyncFn(Option<String>) -> Answer) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let page = ask(cursor).await.expect(200);
        let of_page = ids(&page, items);
        assert!((1..=3).contains(&of_page.len()), "{}", page.json);
        all.extend(of_page);
        match page.json.get("next") {
            Some(next) => cursor = Some(next.as_str().unwrap().to_owned()),
            None => return all,
        }
    }
}

#[tokio::test]
async fn pages_of_every_list_give_each_order_once_from_the_newest_to_the_oldest() {
    let shop = Shop::open().await;
    let mut adas = Vec::new();
    for n in 0..7 {
        adas.insert(
            0,
            taken_in(&shop, &paid(&format!("ada-{n}"), Some("cust-ada"))).await,
        );
        taken_in(&shop, &paid(&format!("bob-{n}"), Some("cust-bob"))).await;
    }
    let (web, till, desk) = (
        shop.web(Some(ADA)),
        shop.till("store-soho/kim"),
        shop.agent("agent-1"),
    );
    let query = |path: &str, cursor: Option<String>| match cursor {
        Some(cursor) => format!("{path}?limit=3&cursor={cursor}"),
        None => format!("{path}?limit=3"),
    };
    let email = |cursor: Option<String>| {
        let mut search = json!({"email": "ada@example.com", "limit": 3});
        if let Some(cursor) = cursor {
            search["cursor"] = json!(cursor);
        }
        search
    };
    let overview = "/customer-service/v1/customers/cust-ada/overview";
    let listed = pages("items", async |cursor| web.get(&query(SHOP, cursor)).await);
    assert_eq!(listed.await, adas);
    let overviewed = pages("orders", async |at| desk.get(&query(overview, at)).await);
    assert_eq!(overviewed.await, adas);
    let at_till = pages("items", async |at| till.post(TILL, &email(at)).await);
    assert_eq!(at_till.await, adas);
    let at_desk = pages("items", async |at| desk.post(DESK, &email(at)).await);
    assert_eq!(at_desk.await, adas);

    let next = web.get(&query(SHOP, None)).await.expect(200).text("/next");
    let bob = shop.web(Some("cust-bob/member-bob"));
    for foreign in [
        bob.get(&query(SHOP, Some(next.clone()))).await,
        web.get(&query(SHOP, Some(adas[0].clone()))).await,
        web.get(&query("/ecommerce/v1/products", Some(next.clone())))
            .await,
        till.post(TILL, &email(Some(next))).await,
    ] {
        foreign.problem(422, "validation_failed");
    }
}

#[tokio::test]
async fn another_tenant_finds_nothing_by_the_same_words() {
    let rival = r#"
        [tenants.rival]
        name = "Rival Outfitters"
        currency = "USD"
        [consumers.rival-till]
        tenant = "rival"
        acts-for = { clerk = ["till"] }
    "#;
    let shop = Shop::configured(rival, &[], Options::in_memory()).await;
    let order = shop.sells(&g1(), "web-1").await;
    let mut guests = paid("mkt-1", None);
    guests["contact"] = json!({"email": "guest@example.org"});
    taken_in(&shop, &guests).await;
    let clerk = Some((SubjectKind::Clerk, "store-soho/kim"));
    let till = shop.channel("rival-till", clerk);
    for search in [
        json!({"barcode": order}),
        json!({"channelRef": "web-1"}),
        json!({"email": "guest@example.org"}),
        json!({"card": "member-ada"}),
        json!({"tender": "pay-mkt-1"}),
        json!({"tender": reference(&shop, "PaymentAuthorised", &order).await}),
    ] {
        assert_eq!(
            found(&till, TILL, &search).await,
            [] as [&str; 0],
            "{search}"
        );
    }
}
