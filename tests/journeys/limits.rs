//! Orders as large as the contract says: taken whole, or refused with the limit.

use crossdock::{Options, SeedData};
use crossdock_model::{Currency, Money};
use crossdock_store::Store as _;
use crossdock_testkit::{Channel, Shop};
use serde_json::{Value, json};

const QUOTES: &str = "/ecommerce/v1/quotes";
const CAPTURED: &str = "/ecommerce/v1/orders/captured";
const ADA: &str = "cust-ada/member-ada";

fn usd(amount: &str) -> Value {
    json!({"amount": amount, "currency": "USD"})
}

fn texas() -> Value {
    json!({"country": "US", "region": "TX", "postalCode": "78701", "city": "Austin", "lines": ["1 Main Street"]})
}

/// A basket of so many lines of A-1, with so many units each.
fn basket(lines: usize, each: u32) -> Value {
    json!({"lines": vec![json!({"sku": "A-1", "quantity": each}); lines], "shipTo": texas()})
}

/// The same, paid to the marketplace at a cent a unit.
fn paid(reference: &str, lines: usize, each: u32) -> Value {
    let line =
        json!({"sku": "A-1", "quantity": each, "unitPrice": usd("0.01"), "tax": usd("0.00")});
    let cents = lines * each as usize;
    json!({
        "channelRef": reference, "currency": "USD", "lines": vec![line; lines], "shipTo": texas(),
        "tenders": [{"kind": "card", "reference": "mkt-pay-1",
                     "amount": usd(&format!("{}.{:02}", cents / 100, cents % 100))}],
    })
}

/// A shop that has more than one order can ask for.
async fn plenty() -> Shop {
    let mut seed_data = SeedData::demo();
    for shelf in &mut seed_data.oms.stock {
        shelf.quantity = 50_000;
    }
    for shelf in &mut seed_data.erp.stock {
        shelf.on_hand = 50_000;
    }
    Shop::built(&[], Options::in_memory().with_seed_data(seed_data)).await
}

#[tokio::test]
async fn the_largest_quote_is_placed_and_read_back() {
    let shop = plenty().await;
    let web = shop.web(Some(ADA));
    let mut basket = basket(200, 50);
    basket["codes"] = json!(["TENOFF", "FIVEOFF"]);
    basket["redeemPoints"] = json!(1_000);
    let quote = web.quote(&basket).await.expect(200);
    assert!(quote.text("/quoteId").len() < 32_000);
    let body = Channel::checkout(&quote, "web-1", "tok_visa");
    let order = web.post("/ecommerce/v1/orders", &body).await.expect(201);
    let path = format!("/ecommerce/v1/orders/{}", order.text("/id"));
    let read = web.get(&path).await.expect(200);
    assert_eq!(
        read.json.pointer("/totals/card"),
        quote.json.pointer("/totals/card")
    );
}

#[tokio::test]
async fn the_largest_paid_order_is_taken_in_and_read_back() {
    let shop = plenty().await;
    let market = shop.marketplace();
    let taken = market.post(CAPTURED, &paid("mkt-1", 1, 10_000)).await;
    let path = format!("/ecommerce/v1/orders/{}", taken.expect(201).text("/id"));
    market.get(&path).await.expect(200);
}

/// An order of so many units of one line, shipped, and half of it back: what it takes to keep, in bytes, and its books.
async fn half_comes_back(units: u32) -> usize {
    let shop = plenty().await;
    let web = shop.web(Some(ADA));
    let mut basket = basket(1, units);
    basket["codes"] = json!(["TENOFF"]);
    let quote = web.quote(&basket).await.expect(200);
    let body = Channel::checkout(&quote, "web-1", "tok_visa");
    let order = web.post("/ecommerce/v1/orders", &body).await.expect(201);
    let order = order.text("/id");
    shop.ships(&order).await;
    let taken = shop.takes_back(&order, &[("1", units / 2)]).await;
    shop.closes(&taken).await;
    shop.quiet().await;
    let books = shop.books();
    let card = books.card(&order);
    assert_eq!(card.captured, card.authorised);
    let refund = taken.text("/refund/amount").replace('.', "");
    assert_eq!(card.refunded.to_string(), refund);
    assert_eq!(books.table("tax", "main", "transaction_lines").len(), 2);
    assert!(books.table("loyalty", "main", "accrual_run").len() <= 6);
    assert_eq!(shop.exceptions().await, [] as [Value; 0]);
    let store = shop.gateway().process_store().unwrap();
    let tenant = crossdock_model::Tenant::from("acme");
    let mut bytes = 0;
    for kind in ["order", "return"] {
        let records = store.records(&tenant, kind, None, 10).await.unwrap();
        bytes += records
            .iter()
            .map(|record| record.body.len())
            .sum::<usize>();
    }
    let all = crossdock_store::InstanceQuery::default();
    for instance in store.instances(&all).await.unwrap() {
        let history = store.history(instance.id).await.unwrap().unwrap();
        for entry in history.entries {
            bytes += entry.len();
        }
    }
    bytes
}

#[tokio::test]
async fn ten_thousand_units_take_little_more_to_keep_than_ten() {
    let (few, many) = (half_comes_back(10).await, half_comes_back(10_000).await);
    assert!(
        many < few + 4_000,
        "{few} bytes of ten, {many} of ten thousand"
    );
}

#[tokio::test]
async fn more_lines_or_units_are_refused_alike_wherever_an_order_comes_in() {
    let shop = Shop::open().await;
    let (web, market) = (shop.web(Some(ADA)), shop.marketplace());
    for (lines, each, pointer) in [
        (201, 1, "/lines"),
        (1, 10_001, "/lines/0/quantity"),
        (2, 5_001, "/lines/1/quantity"),
    ] {
        let quoted = web.post(QUOTES, &basket(lines, each)).await;
        let taken = market.post(CAPTURED, &paid("mkt-1", lines, each)).await;
        for refused in [quoted, taken] {
            let pointers = refused.pointers();
            refused.problem(422, "validation_failed");
            assert_eq!(pointers, [pointer]);
        }
    }
}

#[tokio::test]
async fn sums_that_do_not_fit_64_bits_are_refused_as_such() {
    let most = "999999999999999.99";
    let mut seed_data = SeedData::demo();
    for product in &mut seed_data.erp.products {
        product.list_price = Money::parse(most, Currency::USD).unwrap();
    }
    let shop = Shop::built(&[], Options::in_memory().with_seed_data(seed_data)).await;
    let quoted = shop.web(Some(ADA)).post(QUOTES, &basket(185, 1)).await;
    quoted.problem(422, "amount_too_large");

    let mut priced = paid("mkt-1", 185, 1);
    let mut taxed = paid("mkt-2", 185, 1);
    for at in 0..185 {
        priced["lines"][at]["unitPrice"] = usd(most);
        taxed["lines"][at]["tax"] = usd(most);
    }
    for order in [priced, taxed] {
        let refused = shop.marketplace().post(CAPTURED, &order).await;
        refused.problem(422, "amount_too_large");
    }
    assert!(shop.events("order").await.is_empty());
}
