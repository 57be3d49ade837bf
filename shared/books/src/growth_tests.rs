//! A till with years of sales behind it: its requests cost no more for them, and what is only kept for looking back has an end.

use crate::growth::{History, Measuring};
use crate::retention::{Retention, remove_some, run};
use crate::tests::{client, delivering, shop, sold};
use crossdock_runtime::Tasks;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);
const RETENTION: Retention = Retention {
    requests: DAY.saturating_mul(30),
    webhooks: DAY.saturating_mul(30),
};

const HISTORY: History<'_> = History {
    tables: "INSERT INTO sale (id, till, minor) SELECT i, '7', 5 FROM n;",
    bounded: &[],
    grows: &[],
    scans: &[
        (
            "DELETE FROM request_log",
            "the oldest lines, in the order of their numbers",
        ),
        (
            "FROM sqlite_sequence",
            "a row for each table that counts its rows",
        ),
    ],
    unmeasured: &[
        (
            "FROM \"{name}\"",
            "an auditor reads any table, page by page",
        ),
        (
            "FROM sqlite_schema",
            "an auditor asks which tables there are",
        ),
        (
            "FROM pragma_table_list",
            "an auditor asks for a table by name",
        ),
        ("FROM n;", "the history itself"),
    ],
    package: env!("CARGO_MANIFEST_DIR"),
};

async fn a_day_after(rows: usize) -> Measuring {
    let (shop, clock) = shop();
    let measuring = HISTORY.fill(&shop.book, rows).unwrap();
    let (deliverer, receiver) = delivering(&shop, &clock);
    for key in ["a", "b", "a"] {
        sold(&client(&shop), key, 5).await.unwrap();
    }
    *receiver.refuses.lock().unwrap() = 1;
    assert_eq!(deliverer.deliver_now().await.unwrap().waiting, 2);
    assert_eq!(deliverer.deliver_now().await.unwrap().sent, 2);
    assert_eq!(remove_some(&shop.book, RETENTION).await, Ok(400));
    for asked in ["limit=2", "after=1&limit=2", "undelivered=true&limit=2"] {
        let told = client(&shop).get(format!("/events?{asked}")).send().await;
        assert_eq!(told.unwrap().status, 200, "{asked}");
    }
    measuring
}

#[tokio::test]
async fn no_request_costs_more_with_a_long_history() {
    let (short, long) = (a_day_after(1_000).await, a_day_after(100_000).await);
    assert_eq!(HISTORY.complaints(&short, &long).unwrap(), [""; 0]);
}

#[tokio::test]
async fn what_is_over_is_removed_after_its_time_and_an_open_webhook_never() {
    let (shop, clock) = shop();
    let (deliverer, _receiver) = delivering(&shop, &clock);
    for key in ["a", "b"] {
        sold(&client(&shop), key, 5).await.unwrap();
    }
    deliverer.deliver_now().await.unwrap();
    sold(&client(&shop), "c", 5).await.unwrap();
    let rows = |table: &str| shop.book.table(table).unwrap().len();
    clock.advance(DAY * 30);
    assert_eq!(remove_some(&shop.book, RETENTION).await, Ok(0));
    clock.advance(Duration::from_secs(1));
    sold(&client(&shop), "d", 5).await.unwrap();
    assert_eq!(remove_some(&shop.book, RETENTION).await, Ok(5));
    assert_eq!((rows("request_log"), rows("webhook_outbox")), (1, 2));
    clock.advance(DAY * 400);
    assert_eq!(remove_some(&shop.book, RETENTION).await, Ok(1));
    assert_eq!((rows("request_log"), rows("webhook_outbox")), (0, 2));
    assert_eq!(deliverer.deliver_now().await.unwrap().sent, 2);
    assert_eq!(rows("sale"), 4, "what was sold stays");
}

#[tokio::test]
async fn a_book_removes_what_is_over_by_itself() {
    let (shop, clock) = shop();
    for key in 0..500 {
        sold(&client(&shop), &key.to_string(), 5).await.unwrap();
    }
    clock.advance(DAY * 31);
    let tasks = Tasks::new();
    tasks.run(
        "retention",
        run(shop.book.clone(), RETENTION, tasks.stopping()),
    );
    while !shop.book.table("request_log").unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    tasks.stop(Duration::from_secs(5)).await;
}
