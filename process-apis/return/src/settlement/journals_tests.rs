//! The return of G1 as the domain's table books it.

use super::*;
use crossdock_model::{Correlation, Currency, OrderId, ReturnId, Timestamp};
use proc_order_contract::{Pins, Share};
use proc_return_contract::Legs;

fn first_return_of_a(funding: Funding, tax: i64, net_paid: i64) -> Vec<(Account, i64, i64)> {
    let name = || "main".into();
    let returned = Return {
        id: ReturnId(uuid::Uuid::nil()),
        order_id: OrderId(uuid::Uuid::nil()),
        channel: "pos".into(),
        location: "store-soho".parse().unwrap(),
        member: None,
        currency: Currency::USD,
        pins: Pins {
            erp_finance: name(),
            erp_stock: name(),
            oms: name(),
            loyalty: name(),
            payment: name(),
            tax: name(),
        },
        units: Vec::new(),
        share: Share {
            gross: 4000,
            promotions: 400,
            burn_money: 381,
            burn_points: 381,
            taxable: 3219,
            tax,
            charges: 0,
            net_paid,
            earn_points: 32,
        },
        funding: Some(funding),
        shipments: Vec::new(),
        refund_due: None,
        refund_settled_at: None,
        refund_reversed: None,
        paid_by_hand: None,
        legs: Legs::default(),
        correlation: Correlation("journey".into()),
        decided_at: Timestamp::UNIX_EPOCH,
        closed_at: None,
    };
    let journal = credit_journal(&returned, 32);
    assert!(journal.is_balanced());
    journal
        .lines
        .iter()
        .map(|l| (l.account, l.debit.minor, l.credit.minor))
        .collect()
}

#[test]
fn the_first_return_of_g1_is_booked_as_the_domain_says() {
    assert_eq!(
        first_return_of_a(Funding::Retailer, 266, 3485),
        [
            (Account::Revenue, 3568, 0),
            (Account::TaxPayable, 266, 0),
            (Account::PointsLiability, 32, 0),
            (Account::RefundPayable, 0, 3485),
            (Account::PointsLiability, 0, 381),
        ]
    );
}

#[test]
fn a_sponsor_gets_back_what_its_points_paid() {
    let sponsor = Funding::ThirdParty {
        sponsor: "bank".into(),
    };
    let booked = first_return_of_a(sponsor, 297, 3516);
    assert_eq!(booked[0], (Account::Revenue, 3568, 0));
    assert_eq!(
        booked[3..],
        [
            (Account::RefundPayable, 0, 3516),
            (Account::SponsorReceivable, 0, 381)
        ]
    );
}
