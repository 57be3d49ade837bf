//! Returns in any order: never more than was sold, never twice, never too late.

use crossdock::Options;
use crossdock_runtime::ManualClock;
use crossdock_testkit::{Answer, Books, Shop, back, g1};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const RETURNS: &str = "/pos/v1/returns";
const EVALUATE: &str = "/pos/v1/returns/evaluate";
const MEMBER: &str = "member-ada";

async fn sold(shop: &Shop, basket: &Value) -> String {
    let order = shop.sells(basket, "web-1").await;
    shop.ships(&order).await;
    order
}

#[tokio::test]
async fn more_than_was_sold_and_what_came_back_before_is_refused() {
    let shop = Shop::open().await;
    let order = sold(&shop, &g1()).await;
    let till = shop.till("store-soho/kim");
    till.post(RETURNS, &back(&order, &[("A", 3)]))
        .await
        .problem(409, "return_over_quantity");
    till.post(EVALUATE, &back(&order, &[("A", 3)]))
        .await
        .problem(409, "return_over_quantity");
    shop.takes_back(&order, &[("A", 1)]).await;
    shop.takes_back(&order, &[("B", 1)]).await;
    let twice = till.post(RETURNS, &back(&order, &[("B", 1)])).await;
    twice.problem(409, "already_returned");
    till.post(RETURNS, &back(&order, &[("A", 2)]))
        .await
        .expect(409);
    shop.bank().settle().await;
    shop.quiet().await;
    let books = shop.books();
    assert_eq!(books.card(&order).refunded, 3_485 + 2_178);
    assert_eq!(books.table("oms", "main", "receipt").len(), 2);
}

#[tokio::test]
async fn a_unit_that_has_not_left_cannot_come_back() {
    let shop = Shop::open().await;
    let order = shop.sells(&g1(), "web-1").await;
    let till = shop.till("store-soho/kim");
    let early = till.post(RETURNS, &back(&order, &[("A", 1)])).await;
    early.problem(409, "return_over_quantity");
    assert!(shop.events("return").await.is_empty());
}

#[tokio::test]
async fn two_tills_that_take_the_same_unit_at_once_are_one_return() {
    let shop = Shop::open().await;
    let order = sold(&shop, &g1()).await;
    let (soho, austin) = (shop.till("store-soho/kim"), shop.till("store-austin/lee"));
    let goods = back(&order, &[("B", 1)]);
    let (one, other) = tokio::join!(soho.post(RETURNS, &goods), austin.post(RETURNS, &goods));
    let (won, lost) = if one.status.as_u16() == 201 {
        (one, other)
    } else {
        (other, one)
    };
    let id = won.expect(201).text("/id");
    lost.problem(409, "already_returned");
    shop.until("the refund", |books| {
        !books.about("payment", "refunds", &id).is_empty()
    })
    .await;
    shop.bank().settle().await;
    shop.event_about("return", "ReturnClosed", &id).await;
    shop.quiet().await;
    let books = shop.books();
    assert_eq!(books.table("payment", "main", "refunds").len(), 1);
    assert_eq!(books.table("oms", "main", "receipt").len(), 1);
    assert_eq!(books.card(&order).refunded, 2_178);
}

#[tokio::test]
async fn two_tills_that_take_one_unit_each_of_a_line_of_two_both_have_their_return() {
    let shop = Shop::open().await;
    let order = sold(&shop, &g1()).await;
    let (soho, austin) = (shop.till("store-soho/kim"), shop.till("store-austin/lee"));
    let goods = back(&order, &[("A", 1)]);
    let (one, other) = tokio::join!(soho.post(RETURNS, &goods), austin.post(RETURNS, &goods));
    let ids = [one.expect(201).text("/id"), other.expect(201).text("/id")];
    for id in &ids {
        shop.until("the refund", |books| {
            !books.about("payment", "refunds", id).is_empty()
        })
        .await;
    }
    shop.bank().settle().await;
    for id in &ids {
        shop.event_about("return", "ReturnClosed", id).await;
    }
    shop.quiet().await;
    let books = shop.books();
    assert_eq!(books.card(&order).refunded, 3_485 + 3_484);
    assert_eq!(books.table("oms", "main", "receipt").len(), 2);
    assert!(shop.exceptions().await.is_empty());
}

#[tokio::test]
async fn after_the_window_nothing_is_taken_back() {
    let clock = Arc::new(ManualClock::at("2026-03-02T10:00:00Z".parse().unwrap()));
    let options =
        Options::in_memory().with_clock(Arc::clone(&clock) as Arc<dyn crossdock_model::Clock>);
    let shop = Shop::built(&[("CROSSDOCK__RETURN__WINDOW", "14d")], options).await;
    let order = sold(&shop, &g1()).await;
    clock.advance(Duration::from_hours(14 * 24 - 1));
    let till = shop.till("store-soho/kim");
    till.post(EVALUATE, &back(&order, &[("A", 1)]))
        .await
        .expect(200);
    clock.advance(Duration::from_hours(1));
    let till = shop.till("store-soho/kim");
    for path in [EVALUATE, RETURNS] {
        till.post(path, &back(&order, &[("A", 1)]))
            .await
            .problem(409, "return_window_closed");
    }
    assert_eq!(shop.books().table("payment", "main", "refunds"), []);
}

#[tokio::test]
async fn an_order_paid_with_points_alone_asks_no_card_and_its_return_gives_points_back() {
    let file = r#"
        [[order.shipping-options]]
        id = "free"
        price = { amount = "0.00", currency = "USD" }
        tax-category = "shipping"
    "#;
    let shop = Shop::configured(file, &[], Options::in_memory()).await;
    let web = shop.web(Some("cust-ada/member-ada"));
    let mut basket = g1();
    basket["lines"] = json!([{"id": "B", "sku": "B-2", "quantity": 1}]);
    basket["shipping"] = json!("free");
    basket["codes"] = json!([]);
    basket["redeemPoints"] = json!(735);
    let quote = web.quote(&basket).await.expect(200);
    assert_eq!(quote.text("/totals/card/amount"), "0.00");
    let body = json!({"quoteId": quote.text("/quoteId"), "channelRef": "web-free"});
    let order = web
        .post("/ecommerce/v1/orders", &body)
        .await
        .expect(201)
        .text("/id");
    shop.quiet().await;
    shop.ships(&order).await;
    let books = shop.books();
    assert_eq!(books.table("payment", "main", "payments"), []);
    assert_eq!(books.points("main", MEMBER).available, 765);
    assert_eq!(
        (
            books.account("main", "points-liability"),
            books.account("main", "revenue")
        ),
        (735, -735)
    );

    let till = shop.till("store-soho/kim");
    let taken = till
        .post(RETURNS, &back(&order, &[("B", 1)]))
        .await
        .expect(201);
    shop.event_about("return", "ReturnClosed", &taken.text("/id"))
        .await;
    shop.quiet().await;
    assert_eq!(books.points("main", MEMBER).available, 1_500);
    assert_eq!(
        (
            books.account("main", "points-liability"),
            books.account("main", "revenue")
        ),
        (0, 0)
    );
    assert_eq!(books.table("payment", "main", "refunds"), []);
    assert_eq!(books.on_hand("erp", "main", "B-2", "store-soho"), 501);
}

/// Shares that were split column by column gave the second unit more than it cost, the others less.
#[tokio::test]
async fn every_unit_of_a_line_that_points_paid_wholly_can_be_brought_back() {
    let shop = Shop::open().await;
    let mut basket = g1();
    basket["lines"] = json!([{"id": "B", "sku": "B-2", "quantity": 3}]);
    basket["codes"] = json!(["TENOFF", "FIVEOFF"]);
    basket["redeemPoints"] = json!(2_205 - 221 - 500);
    let order = sold(&shop, &basket).await;
    let till = shop.till("store-soho/kim");
    let mut restored = Vec::new();
    for _unit in 0..3 {
        let back = back(&order, &[("B", 1)]);
        let taken = till.post(RETURNS, &back).await.expect(201);
        assert_eq!(taken.text("/refund/amount"), "0.00");
        restored.push(taken.json["pointsRestored"].clone());
        shop.event_about("return", "ReturnClosed", &taken.text("/id"))
            .await;
    }
    assert_eq!(restored, [494, 495, 495]);
    shop.quiet().await;
    assert_eq!(shop.books().points("main", MEMBER).available, 1_500);
}

/// A basket of some currency, and the returns to ask for, in order: which line, how many.
#[derive(Debug, Clone)]
struct Story {
    lines: Vec<(&'static str, u32)>,
    country: &'static str,
    codes: Vec<&'static str>,
    points: i64,
    returns: Vec<(usize, u32)>,
}

fn stories() -> impl Strategy<Value = Story> {
    let dollars = || {
        (
            prop::sample::subsequence(vec!["A-1", "B-1", "A-2", "B-2"], 1..=3),
            Just("US"),
        )
    };
    let yen = || (Just(vec!["J-1"]), Just("JP"));
    let dinars = || (Just(vec!["K-1"]), Just("KW"));
    let shops = prop_oneof![3 => dollars(), 1 => yen(), 1 => dinars()];
    let codes = prop::sample::subsequence(vec!["TENOFF", "A15"], 0..=2);
    let returns = prop::collection::vec((0..3_usize, 1..=2_u32), 4..8);
    (
        shops,
        prop::collection::vec(1..=3_u32, 3),
        codes,
        0..=700_i64,
        returns,
    )
        .prop_map(|((skus, country), counts, codes, points, returns)| Story {
            lines: skus.into_iter().zip(counts).collect(),
            country,
            codes,
            points,
            returns,
        })
}

impl Story {
    fn basket(&self) -> Value {
        let lines = self.lines.iter().enumerate();
        let lines =
            lines.map(|(at, (sku, count))| json!({"id": id(at), "sku": sku, "quantity": count}));
        let region = if self.country == "US" { "NY" } else { "13" };
        let mut basket = json!({
            "lines": lines.collect::<Vec<_>>(), "codes": self.codes, "shipping": "standard",
            "shipTo": {"country": self.country, "region": region, "postalCode": "10012", "city": "Somewhere", "lines": ["1 Main Street"]},
        });
        if self.points > 0 {
            basket["redeemPoints"] = json!(self.points);
        }
        basket
    }
}

fn id(at: usize) -> String {
    format!("L{at}")
}

/// An amount in minor units, whatever decimals its currency has.
fn minor(answer: &Answer, pointer: &str) -> i64 {
    answer
        .text(&format!("{pointer}/amount"))
        .replace('.', "")
        .parse()
        .unwrap()
}

/// What a sale came to, and what of it is back so far, in minor units and points.
#[derive(Debug)]
struct Sums {
    card: i64,
    charges: i64,
    earned: i64,
    refunded: i64,
    restored: i64,
    reversed: i64,
}

/// Buys, brings back as the story has it, then brings back the rest: the columns must sum up exactly.
async fn check_story(story: Story) {
    let shop = Shop::open().await;
    let web = shop.web(Some("cust-ada/member-ada"));
    let quote = web.quote(&story.basket()).await.expect(200);
    let earned = quote.json.pointer("/earn/points");
    let mut sums = Sums {
        card: minor(&quote, "/totals/card"),
        charges: minor(&quote, "/totals/charges"),
        earned: earned.and_then(Value::as_i64).unwrap_or(0),
        refunded: 0,
        restored: 0,
        reversed: 0,
    };
    let order = sold(&shop, &story.basket()).await;
    assert_eq!(shop.books().card(&order).captured, sums.card);
    assert_eq!(shop.books().points("main", MEMBER).pending, sums.earned);
    brought_back(&shop, &story, &order, &mut sums).await;
    assert_eq!(sums.restored, story.points, "what was burnt is back");
    assert_eq!(sums.reversed, sums.earned, "what was earned is not kept");
    all_settled(&shop, &order, &sums).await;
}

/// As the story has it, then everything that is left, one by one.
async fn brought_back(shop: &Shop, story: &Story, order: &str, sums: &mut Sums) {
    let till = shop.till("store-soho/kim");
    let mut left: Vec<u32> = story.lines.iter().map(|(_, count)| *count).collect();
    let rest = (0..left.len()).flat_map(|at| std::iter::repeat_n((at, 1), 3));
    for (at, count) in story.returns.iter().copied().chain(rest) {
        let at = at % left.len();
        let goods = back(order, &[(&id(at), count)]);
        let dry = till.post(EVALUATE, &goods).await;
        let taken = till.post(RETURNS, &goods).await;
        if count > left[at] {
            let statuses = (dry.status.as_u16(), taken.status.as_u16());
            assert_eq!(statuses, (409, 409), "{}", taken.json);
            continue;
        }
        let taken = taken.expect(201);
        assert_eq!(minor(&dry.expect(200), "/refund"), minor(&taken, "/refund"));
        left[at] -= count;
        sums.refunded += minor(&taken, "/refund");
        sums.restored += taken.json["pointsRestored"].as_i64().unwrap_or(0);
        sums.reversed += taken.json["pointsReversed"].as_i64().unwrap_or(0);
        assert!(sums.refunded <= sums.card - sums.charges, "{sums:?}");
        assert!(
            sums.restored <= story.points && sums.reversed <= sums.earned,
            "{sums:?}"
        );
    }
    assert!(left.iter().all(|count| *count == 0), "{left:?}");
}

/// All refunds settle; every ledger is back where it began but for the shipping.
async fn all_settled(shop: &Shop, order: &str, sums: &Sums) {
    let pending = |books: &Books<'_>| books.card(order).refund_pending == sums.refunded;
    shop.until("the refunds", pending).await;
    shop.bank().settle().await;
    shop.quiet().await;
    let books = shop.books();
    let after = books.card(order);
    let (declared, taken_back) = books.tax(order);
    let kept = sums.charges + declared - taken_back;
    assert_eq!((after.refunded, after.refund_pending), (sums.refunded, 0));
    assert_eq!(
        sums.refunded,
        sums.card - kept,
        "all but the shipping is back"
    );
    let points = books.points("main", MEMBER);
    assert_eq!(
        (points.available, points.pending, points.debt),
        (1_500, 0, 0)
    );
    let emptied = [
        "revenue",
        "points-liability",
        "refund-payable",
        "inventory",
        "cost-of-goods-sold",
    ];
    for (account, holds) in [("tax-payable", sums.charges - kept), ("clearing", kept)]
        .into_iter()
        .chain(emptied.map(|account| (account, 0)))
    {
        assert_eq!(books.account("main", account), holds, "{account}");
    }
    assert!(
        shop.exceptions().await.is_empty(),
        "{:?}",
        shop.exceptions().await
    );
}

#[tokio::test]
async fn points_worth_less_than_a_yen_each_leave_nothing_over_in_the_books() {
    let one_by_one = vec![(0, 1), (0, 1), (0, 1)];
    check_story(Story {
        lines: vec![("J-1", 3)],
        country: "JP",
        codes: vec![],
        points: 333,
        returns: one_by_one,
    })
    .await;
}

#[test]
fn whatever_comes_back_in_whichever_order_sums_up_exactly() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let config = Config {
        cases: 10,
        failure_persistence: None,
        max_shrink_iters: 8,
        ..Config::default()
    };
    let tried = TestRunner::new(config).run(&stories(), |story| {
        runtime.block_on(check_story(story));
        Ok(())
    });
    tried.unwrap_or_else(|found| panic!("{found}"));
}
