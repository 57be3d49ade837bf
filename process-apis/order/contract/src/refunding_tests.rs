//! G1, shipped as one parcel, and money that moves at the provider's own desk.

use super::*;
use crate::{Dispute, ProviderCapture};
use crossdock_model::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

fn g1() -> Order {
    let usd = |amount: &str| json!({"amount": amount, "currency": "USD"});
    let unit = |units: &str, net_paid: i64| {
        json!({"units": units, "sku": "A-1", "gross": 4000, "taxable": 3219, "tax": 266, "netPaid": net_paid,
            "state": "shipped", "shipment": "S"})
    };
    let pins: Value = ["erpFinance", "erpStock", "oms", "loyalty", "payment", "tax"]
        .iter()
        .map(|pin| ((*pin).to_owned(), json!("main")))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let order = json!({
        "id": Uuid::nil(), "channel": "ecommerce", "channelRef": "web-1", "account": "web-shop", "attempt": 1,
        "mode": "checkout", "currency": "USD", "lines": [], "promotions": [],
        "charges": [{"kind": "shipping", "net": 500, "tax": 0, "shipment": "S"}],
        "totals": {"gross": usd("105.00"), "promotions": usd("10.50"), "points": usd("10.00"),
            "charges": usd("5.00"), "tax": usd("6.97"), "card": usd("96.47")},
        "units": [unit("A#1", 3485), unit("A#2", 3484), unit("B#1", 2178)],
        "pins": pins, "quoteHash": "", "requestHash": "", "lifecycle": "completed",
        "shipments": [{"id": "S", "location": "store-soho", "units": ["A#1..A#2", "B#1"]}],
        "correlation": "journey", "receivedAt": "2026-03-02T10:00:00Z",
    });
    serde_json::from_value(order).unwrap()
}

fn usd(minor: i64) -> Money {
    Money::new(minor, crossdock_model::Currency::USD)
}

fn reference(value: &str) -> ExternalRef {
    ExternalRef {
        system: "main".into(),
        kind: "refund".into(),
        value: value.into(),
    }
}

fn refunded(order: &mut Order, value: &str, minor: i64) {
    order.provider.refunds.push(ProviderRefund {
        reference: reference(value),
        amount: usd(minor),
        at: Timestamp::UNIX_EPOCH,
        attribution: None,
    });
}

fn units(names: &[&str]) -> Vec<UnitRange> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

fn of_units(names: &[&str]) -> Purpose {
    Purpose::Units(units(names))
}

/// Takes the unit back and decides what goes back to the card for it.
fn returns(order: &mut Order, number: u128, unit: &str) -> Result<i64, String> {
    let (id, units) = (ReturnId(Uuid::from_u128(number)), units(&[unit]));
    order.take_back(id, &units).unwrap();
    plans(order, id, &units)
}

fn plans(order: &mut Order, id: ReturnId, units: &[UnitRange]) -> Result<i64, String> {
    let planned = order.plan_refund(id, units);
    let planned = planned.map_err(|refusal| refusal.code)?;
    order.decide_refund(id, planned);
    Ok(planned.minor)
}

#[test]
fn the_money_of_a_return_waits_until_somebody_says_what_the_other_refund_was_for() {
    let mut order = g1();
    refunded(&mut order, "re_1", 3485);
    let waits = returns(&mut order, 1, "A#1");
    assert_eq!(waits, Err("provider_refund".into()));
    let was_for = order
        .attribute(&reference("re_1"), &of_units(&["A#1"]))
        .unwrap();
    assert_eq!(was_for.goodwill, usd(0));
    // It was for that very unit: nothing is paid twice.
    let (id, first) = (ReturnId(Uuid::from_u128(1)), units(&["A#1"]));
    assert_eq!(plans(&mut order, id, &first), Ok(0));
    assert_eq!(returns(&mut order, 2, "A#2"), Ok(3484));
    // The same return again is answered with the same.
    assert_eq!(plans(&mut order, id, &first), Ok(0));
    assert_eq!(order.refunds.len(), 2);
}

#[test]
fn what_units_do_not_account_for_was_given_to_keep_the_customer_and_counts_all_the_same() {
    let mut order = g1();
    refunded(&mut order, "re_1", 5304);
    let was_for = order
        .attribute(&reference("re_1"), &of_units(&["A#2"]))
        .unwrap();
    assert_eq!(was_for.goodwill, usd(5304 - 3484));
    assert_eq!(returns(&mut order, 1, "A#1"), Ok(3485));
    // 53.04 + 34.85 = 87.89; with B's 21.78 it would be 109.67 of 96.47.
    assert_eq!(returns(&mut order, 2, "B#1"), Err("refund_ceiling".into()));
    assert_eq!(returns(&mut order, 3, "A#2"), Ok(0));
}

#[test]
fn nothing_is_refunded_while_it_is_disputed() {
    let mut order = g1();
    order.provider.disputes.push(Dispute {
        reference: reference("dp_1"),
        amount: usd(3485),
        evidence_due_by: Timestamp::UNIX_EPOCH,
        outcome: None,
    });
    assert_eq!(returns(&mut order, 1, "A#1"), Err("disputed".into()));
    // Lost, and not accounted for yet: nobody knows which money is left.
    order.provider.disputes[0].outcome = Some(DisputeOutcome::Lost);
    assert_eq!(returns(&mut order, 2, "B#1"), Err("disputed".into()));
    order.provider.disputes[0].outcome = Some(DisputeOutcome::Won);
    let (id, first) = (ReturnId(Uuid::from_u128(1)), units(&["A#1"]));
    assert_eq!(plans(&mut order, id, &first), Ok(3485));
}

#[test]
fn an_attribution_names_units_that_were_sold_once_and_not_refunded_before() {
    let mut order = g1();
    refunded(&mut order, "re_1", 7000);
    refunded(&mut order, "re_2", 3485);
    let says = |order: &mut Order, value: &str, names: &[&str]| {
        let said = order.attribute(&reference(value), &of_units(names));
        said.map(|said| said.goodwill.minor)
            .map_err(|refusal| refusal.code)
    };
    assert_eq!(says(&mut order, "re_9", &["A#1"]), Err("not_found".into()));
    for wrong in [&["A#3"][..], &["A#1", "A#1"], &["C#1"]] {
        assert_eq!(says(&mut order, "re_1", wrong), Err("not_found".into()));
    }
    let too_many = says(&mut order, "re_2", &["A#1..A#2"]);
    assert_eq!(too_many, Err("amount_mismatch".into()));
    for _twice in 0..2 {
        assert_eq!(says(&mut order, "re_1", &["A#1..A#2"]), Ok(31));
    }
    let again = says(&mut order, "re_2", &["A#2"]);
    assert_eq!(again, Err("wrong_state".into()));
    assert_eq!(says(&mut order, "re_2", &[]), Ok(3485));
    let other = says(&mut order, "re_2", &["B#1"]);
    assert_eq!(other, Err("wrong_state".into()));
}

#[test]
fn a_unit_that_a_return_of_ours_refunds_is_not_what_the_other_refund_was_for() {
    let mut order = g1();
    assert_eq!(returns(&mut order, 1, "A#1"), Ok(3485));
    refunded(&mut order, "re_1", 3485);
    let said = order.attribute(&reference("re_1"), &of_units(&["A#1"]));
    assert_eq!(said.unwrap_err().code, "wrong_state");
}

#[test]
fn what_was_captured_beside_the_shipments_can_go_back_too() {
    let mut order = g1();
    order.provider.captures.push(ProviderCapture {
        reference: reference("cap_1"),
        amount: usd(2178),
    });
    refunded(&mut order, "re_1", 2178);
    let other = order.attribute(&reference("re_1"), &Purpose::Capture("cap_2".into()));
    assert_eq!(other.unwrap_err().code, "not_found");
    order
        .attribute(&reference("re_1"), &Purpose::Capture("cap_1".into()))
        .unwrap();
    for (number, unit) in [(1, "A#1"), (2, "A#2"), (3, "B#1")] {
        assert!(returns(&mut order, number, unit).is_ok(), "{unit}");
    }
}
