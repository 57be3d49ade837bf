//! G1: ten per cent and a thousand points off, paid by the retailer or by a sponsor.

use super::{MEMBER, earned, matured, nothing_but_one_payment, shares};
use crossdock::{Options, SeedData};
use crossdock_testkit::{Answer, Books, Card, Points, Shop, back, g1};
use serde_json::{Value, json};

const ADA: &str = "cust-ada/member-ada";

/// What one treatment of G1 comes to, in minor units.
struct Figures {
    tax: i64,
    tax_of_lines: [(&'static str, i64); 3],
    card: i64,
    refunds: [(i64, i64); 3],
    burnt: &'static str,
}

const RETAILER: Figures = Figures {
    tax: 697,
    tax_of_lines: [("A", 531), ("B", 166), ("charge:shipping", 0)],
    card: 9_647,
    refunds: [(3_485, 266), (3_484, 265), (2_178, 166)],
    burnt: "points-liability",
};

const SPONSOR: Figures = Figures {
    tax: 780,
    tax_of_lines: [("A", 594), ("B", 186), ("charge:shipping", 0)],
    card: 9_730,
    refunds: [(3_516, 297), (3_516, 297), (2_198, 186)],
    burnt: "sponsor-receivable",
};

async fn sponsored() -> Shop {
    let mut seed_data = SeedData::demo();
    seed_data.loyalty.sponsor = Some("Skyline Air".into());
    Shop::built(&[], Options::in_memory().with_seed_data(seed_data)).await
}

#[tokio::test]
async fn g1_is_settled_to_the_cent_when_the_first_unit_comes_back_before_its_points_matured() {
    before_maturity(&Shop::open().await, &RETAILER).await;
}

#[tokio::test]
async fn g1_is_settled_to_the_cent_when_the_first_unit_comes_back_after_its_points_matured() {
    after_maturity(&Shop::open().await, &RETAILER).await;
}

#[tokio::test]
async fn g1_paid_with_a_sponsors_points_is_settled_to_the_cent_before_maturity() {
    before_maturity(&sponsored().await, &SPONSOR).await;
}

#[tokio::test]
async fn g1_paid_with_a_sponsors_points_is_settled_to_the_cent_after_maturity() {
    after_maturity(&sponsored().await, &SPONSOR).await;
}

async fn before_maturity(shop: &Shop, figures: &Figures) {
    let order = sold_and_shipped(shop, figures).await;
    let first = returned(shop, figures, &order, "A", 0).await;
    assert_eq!(shop.books().points("main", MEMBER), Points::of(881, 52));
    closed(shop, &first).await;
    matured(shop, 933).await;
    the_rest_comes_back(shop, figures, &order).await;
}

async fn after_maturity(shop: &Shop, figures: &Figures) {
    let order = sold_and_shipped(shop, figures).await;
    shop.bank().settle().await;
    matured(shop, 584).await;
    let first = returned(shop, figures, &order, "A", 0).await;
    assert_eq!(shop.books().points("main", MEMBER), Points::of(933, 0));
    closed(shop, &first).await;
    the_rest_comes_back(shop, figures, &order).await;
}

/// From the basket to the shipped parcel.
async fn sold_and_shipped(shop: &Shop, figures: &Figures) -> String {
    let order = sold(shop, figures).await;
    shipped(shop, figures, &order).await;
    order
}

async fn sold(shop: &Shop, figures: &Figures) -> String {
    let books = shop.books();
    assert_eq!(books.points("main", MEMBER), Points::of(1_500, 0));
    let order = shop.sells(&g1(), "web-g1").await;
    assert_eq!(books.points("main", MEMBER), Points::of(500, 84));
    let held = Card {
        authorised: figures.card,
        ..nothing_but_one_payment()
    };
    assert_eq!(books.card(&order), held);
    assert_eq!(books.promised("A-1"), 2);
    assert_eq!(books.documents("main", "SO", &order).len(), 1);
    assert_eq!(
        books.table("erp", "main", "journal_line"),
        [],
        "nothing is booked before the shipment"
    );
    let earned = earned(&books);
    assert_eq!(
        earned,
        [("A#1".into(), 32), ("A#2".into(), 32), ("B#1".into(), 20)]
    );
    order
}

async fn shipped(shop: &Shop, figures: &Figures, order: &str) {
    shop.ships(order).await;
    let books = shop.books();
    let taken = Card {
        authorised: figures.card,
        captured: figures.card,
        ..nothing_but_one_payment()
    };
    assert_eq!(books.card(order), taken);
    assert_eq!(books.tax(order), (figures.tax, 0));
    let declared = shares(&books, "tax", "transaction_lines", "number", "tax");
    assert_eq!(
        declared,
        figures
            .tax_of_lines
            .map(|(line, tax)| (line.to_owned(), tax))
    );
    let job = shop.warehouse().jobs(order).await.remove(0);
    let sale = books.entry("main", "INV", &format!("{order}-{job}"));
    assert_eq!(
        sale,
        [
            ("clearing".into(), figures.card, 0),
            (figures.burnt.into(), 1_000, 0),
            ("revenue".into(), 0, 9_366),
            ("shipping-revenue".into(), 0, 500),
            ("tax-payable".into(), 0, figures.tax),
            ("points-liability".into(), 0, 84),
        ]
    );
    for domain in ["oms", "erp"] {
        assert_eq!(
            books.on_hand(domain, "main", "A-1", "store-austin"),
            498,
            "{domain}"
        );
        assert_eq!(
            books.on_hand(domain, "main", "B-1", "store-austin"),
            499,
            "{domain}"
        );
    }
    assert_eq!(books.promised("A-1") + books.promised("B-1"), 0);
    assert_eq!(
        books.account("main", "inventory"),
        -5_500,
        "two A and one B, at cost"
    );
}

/// The second A, then B: what G1's table says until everything is back.
async fn the_rest_comes_back(shop: &Shop, figures: &Figures, order: &str) {
    for (at, line) in [(1, "A"), (2, "B")] {
        let taken = returned(shop, figures, order, line, at).await;
        closed(shop, &taken).await;
    }
    let (books, refunded) = (shop.books(), figures.card - 500);
    assert_eq!(books.points("main", MEMBER), Points::of(1_500, 0));
    let card = books.card(order);
    assert_eq!(
        (card.captured, card.refunded, card.refund_pending),
        (figures.card, refunded, 0)
    );
    assert_eq!(books.tax(order), (figures.tax, figures.tax));
    for (account, holds) in [
        ("clearing", 500),
        ("shipping-revenue", -500),
        ("revenue", 0),
        ("tax-payable", 0),
        ("points-liability", 0),
        ("sponsor-receivable", 0),
        ("refund-payable", 0),
        ("inventory", 0),
        ("cost-of-goods-sold", 0),
    ] {
        assert_eq!(books.account("main", account), holds, "{account}");
    }
    for domain in ["oms", "erp"] {
        assert_eq!(
            books.on_hand(domain, "main", "A-1", "store-soho"),
            502,
            "{domain}"
        );
        assert_eq!(
            books.on_hand(domain, "main", "B-1", "store-soho"),
            501,
            "{domain}"
        );
    }
    assert_eq!(shop.exceptions().await, Vec::<Value>::new());
    let web = shop.web(Some(ADA));
    assert_eq!(
        web.get(&format!("/ecommerce/v1/orders/{order}"))
            .await
            .expect(200)
            .text("/status"),
        "Returned"
    );
}

/// One unit evaluated and taken back at a till in another store.
async fn returned(shop: &Shop, figures: &Figures, order: &str, line: &str, at: usize) -> Answer {
    let (refund, tax) = figures.refunds[at];
    let (restored, reversed) = [(381, 32), (381, 32), (238, 20)][at];
    let till = shop.till("store-soho/kim");
    let dry = till
        .post("/pos/v1/returns/evaluate", &back(order, &[(line, 1)]))
        .await
        .expect(200);
    let taken = shop.takes_back(order, &[(line, 1)]).await;
    for answer in [&dry, &taken] {
        let worth = ["/refund", "/tax", "/pointsRestored", "/pointsReversed"];
        let shown = worth.map(|member| answer.json.pointer(member).cloned().unwrap_or_default());
        assert_eq!(
            shown,
            [
                usd(&dollars(refund)),
                usd(&dollars(tax)),
                json!(restored),
                json!(reversed)
            ]
        );
    }
    let (books, id) = (shop.books(), taken.text("/id"));
    let revenue = refund + [381, 381, 238][at] - tax - reversed;
    assert_eq!(
        books.entry("main", "CM", &id),
        [
            ("revenue".into(), revenue, 0),
            ("tax-payable".into(), tax, 0),
            ("points-liability".into(), reversed, 0),
            ("refund-payable".into(), 0, refund),
            (figures.burnt.into(), 0, restored),
        ]
    );
    if at == 0 {
        assert_eq!(revenue, 3_568);
    }
    assert_eq!(
        books.account("main", "tax-payable"),
        tax_left(&books, order),
        "the books and the tax system"
    );
    taken
}

/// The refund settles: its entry is booked and the four legs are read back.
async fn closed(shop: &Shop, taken: &Answer) {
    let shown = shop.closes(taken).await;
    assert_eq!(shown.text("/status"), "closed");
    let legs: Vec<(String, String)> = (0..4)
        .map(|leg| {
            (
                shown.text(&format!("/legs/{leg}/leg")),
                shown.text(&format!("/legs/{leg}/state")),
            )
        })
        .collect();
    assert_eq!(
        legs,
        ["refund", "stock", "loyalty", "books"].map(|leg| (leg.into(), "settled".into()))
    );
    let (id, refund) = (taken.text("/id"), minor(&taken.text("/refund/amount")));
    assert_eq!(
        shop.books().entry("main", "JE", &format!("refund-{id}")),
        [
            ("refund-payable".into(), refund, 0),
            ("clearing".into(), 0, refund)
        ]
    );
}

/// What the tax system still expects from us, as a balance of our account for it.
fn tax_left(books: &Books<'_>, order: &str) -> i64 {
    let (declared, taken_back) = books.tax(order);
    taken_back - declared
}

fn dollars(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

fn minor(amount: &str) -> i64 {
    amount.replace('.', "").parse().unwrap()
}

fn usd(amount: &str) -> Value {
    json!({"amount": amount, "currency": "USD"})
}
