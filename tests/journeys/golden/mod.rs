//! The golden scenarios to the cent: bought with points, shipped from a store, returned in another one.

mod g1;
mod g2;
mod instances;
mod parcels;

use crossdock_testkit::{Books, Card, Points, Row, Shop};

const MEMBER: &str = "member-ada";

async fn matured(shop: &Shop, available: i64) {
    shop.until("the points to mature", |books| {
        books.points("main", MEMBER).pending == 0
    })
    .await;
    assert_eq!(
        shop.books().points("main", MEMBER),
        Points::of(available, 0)
    );
}

fn nothing_but_one_payment() -> Card {
    Card {
        payments: 1,
        authorised: 0,
        captured: 0,
        cancelled: 0,
        refund_pending: 0,
        refunded: 0,
    }
}

fn shares(
    books: &Books<'_>,
    domain: &str,
    table: &str,
    unit: &str,
    column: &str,
) -> Vec<(String, i64)> {
    let rows = books.table(domain, "main", table);
    let share = |row: &Row| {
        (
            row[unit].as_str().unwrap_or_default().to_owned(),
            row[column].as_i64().unwrap_or_default(),
        )
    };
    rows.iter().map(share).collect()
}

/// What each unit earned, by line and number.
fn earned(books: &Books<'_>) -> Vec<(String, i64)> {
    let each = |run: &Row| {
        let line = run["line"].as_str().unwrap_or_default().to_owned();
        let [first, last, points] =
            ["first", "last", "points_each"].map(|column| run[column].as_i64().unwrap_or_default());
        (first..=last).map(move |number| (format!("{line}#{number}"), points))
    };
    let runs = books.table("loyalty", "main", "accrual_run");
    runs.iter().flat_map(each).collect()
}

fn sum_of(shares: &[(String, i64)], line: &str) -> i64 {
    shares
        .iter()
        .filter(|(unit, _)| unit.split('#').next() == Some(line))
        .map(|(_, share)| share)
        .sum()
}
