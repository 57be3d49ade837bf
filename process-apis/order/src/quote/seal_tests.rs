//! What a quote's token holds, hides and refuses.

use super::*;
use crossdock_model::{Address, ConnectorName, Currency, Money, Quantity};
use proc_order_contract::{
    AppliedPromotion, Charge, Funding, MOST_LINES, OrderLine, PromotionScope, Totals,
};
use std::time::Duration;

fn tenant(name: &str) -> Tenant {
    Tenant::from(name)
}

fn pins() -> Pins {
    let named = ConnectorName::from;
    Pins {
        erp_finance: named("ledger-of-north"),
        erp_stock: named("ledger-of-north"),
        oms: named("oms-of-north"),
        loyalty: named("stars-of-north"),
        payment: named("bank-of-north"),
        tax: named("tax-of-north"),
    }
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

fn totals() -> Totals {
    Totals {
        gross: usd(1),
        promotions: usd(0),
        points: usd(0),
        charges: usd(500),
        tax: usd(0),
        card: usd(501),
    }
}

/// A quote of so many lines, each with an item promotion, and with ids as long and as random as UUIDs.
fn quoted(lines: usize) -> QuoteContent {
    let text = |what: &str, at: usize, length: usize| -> String {
        hash(format!("{what}{at}").as_bytes())
            .chars()
            .take(length)
            .collect()
    };
    let line = |at: usize| OrderLine {
        id: text("line", at, 32).parse().unwrap(),
        sku: text("sku", at, 16).parse().unwrap(),
        quantity: Quantity::new(u32::try_from(at).unwrap() % 50 + 1).unwrap(),
        unit_price: usd(1_000 + 7 * i64::try_from(at).unwrap()),
        tax_category: "general".into(),
    };
    let promotion = |line: &OrderLine| AppliedPromotion {
        id: "a15".into(),
        version: "1".into(),
        name: "15 % off linen shirts".into(),
        stack_order: 10,
        funding: Funding::Retailer,
        scope: PromotionScope::Line(line.id.clone()),
        amount: usd(150 + i64::from(line.quantity.get())),
    };
    let lines: Vec<OrderLine> = (0..lines).map(line).collect();
    QuoteContent {
        channel: "ecommerce".into(),
        brand: None,
        customer: None,
        member: None,
        currency: Currency::USD,
        ship_to: Address {
            country: "US".into(),
            region: Some("TX".into()),
            postal_code: Some("78701".into()),
            city: "Austin".into(),
            lines: vec!["1 Main Street".into(), "Second floor, ring twice".into()],
        },
        taxes: lines
            .iter()
            .map(|line| line.unit_price.minor / 12)
            .collect(),
        promotions: lines.iter().map(promotion).collect(),
        lines,
        charges: vec![Charge {
            kind: "shipping".into(),
            net: 500,
            tax: 0,
            shipment: None,
        }],
        redemption: None,
        earn: None,
        totals: totals(),
        valid_until: Timestamp::UNIX_EPOCH + Duration::from_mins(15),
    }
}

fn key() -> QuoteKey {
    QuoteKey::new(&[7; 32])
}

#[test]
fn a_token_holds_what_was_quoted_for_as_long_as_it_was_promised() {
    let (content, tenant) = (quoted(3), tenant("main"));
    let sealed = key().seal(&tenant, &content, &pins()).unwrap();
    let opened = key()
        .open(&tenant, &sealed.token, Timestamp::UNIX_EPOCH)
        .unwrap();
    assert_eq!((opened.content, opened.pins), (content.clone(), pins()));
    assert_eq!(opened.hash, sealed.hash);
    let late = key().open(&tenant, &sealed.token, content.valid_until);
    assert_eq!(late.unwrap_err().code, "quote_expired");
}

#[test]
fn a_token_shows_nothing_and_never_looks_the_same_twice() {
    let (content, tenant) = (quoted(3), tenant("main"));
    let sealed = || key().seal(&tenant, &content, &pins()).unwrap().token;
    let bytes = BASE64URL_NOPAD
        .decode(&sealed().as_bytes()[PREFIX.len()..])
        .unwrap();
    let shown = String::from_utf8_lossy(&bytes);
    for secret in ["north", "ecommerce", "Austin", "linen"] {
        assert!(!shown.contains(secret), "{secret}");
    }
    assert_ne!(sealed(), sealed());
}

#[test]
fn a_connector_named_in_the_address_makes_the_token_no_shorter_than_another_word() {
    let tenant = tenant("main");
    let length = |word: &str| {
        let mut content = quoted(1);
        content.ship_to.lines = vec![word.into()];
        key().seal(&tenant, &content, &pins()).unwrap().token.len()
    };
    assert_eq!(length("ledger-of-north"), length("hedges-on-the-w"));
}

#[test]
fn what_was_changed_or_is_somebody_elses_is_no_quote() {
    let main = tenant("main");
    let token = key().seal(&main, &quoted(1), &pins()).unwrap().token;
    let code = |key: &QuoteKey, tenant: &Tenant, token: &str| {
        let opened = key.open(tenant, token, Timestamp::UNIX_EPOCH);
        opened.map(|_quote| ()).map_err(|refusal| refusal.code)
    };
    let invalid = Err("quote_invalid".to_owned());
    assert_eq!(code(&key(), &main, &token), Ok(()));
    assert_eq!(code(&key(), &tenant("other"), &token), invalid);
    assert_eq!(code(&QuoteKey::new(&[8; 32]), &main, &token), invalid);
    let bytes = BASE64URL_NOPAD
        .decode(&token.as_bytes()[PREFIX.len()..])
        .unwrap();
    for at in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[at] ^= 1;
        let altered = format!("{PREFIX}{}", BASE64URL_NOPAD.encode(&altered));
        assert_eq!(code(&key(), &main, &altered), invalid, "byte {at}");
        let cut = format!("{PREFIX}{}", BASE64URL_NOPAD.encode(&bytes[..at]));
        assert_eq!(code(&key(), &main, &cut), invalid, "cut at {at}");
    }
    for none in ["", "q2.", "q1.e30.c2ln", "q2.!"] {
        assert_eq!(code(&key(), &main, none), invalid, "{none}");
    }
}

#[test]
fn a_token_of_20_lines_has_under_4_kb_and_one_of_200_under_32() {
    let length = |lines| {
        let sealed = key().seal(&tenant("main"), &quoted(lines), &pins());
        sealed.unwrap().token.len()
    };
    let (small, large) = (length(20), length(MOST_LINES));
    assert!(small < 4_000, "{small}");
    assert!(large < 32_000, "{large}");
}

#[test]
fn a_token_that_could_not_be_placed_is_refused_when_it_is_made() {
    let mut content = quoted(1);
    let noise = (0..2_000).map(|at| hash(format!("{at}").as_bytes()));
    content.ship_to.lines = vec![noise.collect()];
    let refused = key().seal(&tenant("main"), &content, &pins()).unwrap_err();
    assert_eq!(refused.code, "validation_failed");
}
