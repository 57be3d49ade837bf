//! A posting that arrives after its retry has looked for it is booked once: where the ERP refuses a duplicate, however
//! late it is.

use crate::fixture::{Fixture, embedded, invoice};
use crossdock_books::{FaultKind, Times};
use crossdock_model::Fault;
use crossdock_rig::delivery;
use std::time::Duration;
use sys_erp_contract::Journal;

const SECOND: Duration = Duration::from_secs(1);

/// An ERP to which postings may be under way for fifteen seconds, and whose first invoice arrives so late.
async fn arriving_after(late: Duration) -> Fixture {
    late_by(late, Fixture::of(&embedded("key", 15 * SECOND)).await).await
}

/// The fixture, whose first invoice arrives so late.
async fn late_by(late: Duration, fixture: Fixture) -> Fixture {
    let ms = u64::try_from(late.as_millis()).unwrap();
    let faults = fixture.erp().faults();
    faults.arm("POST /api/invoices", FaultKind::Late { ms }, Times::Next(1));
    let invoice = invoice("ship-1", Journal::sample());
    let sent = fixture
        .client
        .post_invoice(&delivery("k1", 1), &invoice)
        .await;
    assert!(matches!(sent, Err(Fault::Unknown { .. })), "{sent:?}");
    fixture
}

async fn arrives(fixture: &Fixture) {
    while fixture.documents() == 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn it_is_looked_for_until_it_must_have_arrived() {
    let fixture = arriving_after(11 * SECOND).await;
    let invoice = invoice("ship-1", Journal::sample());
    fixture.clock.advance(10 * SECOND);
    let looked = fixture
        .client
        .post_invoice(&delivery("k1", 2), &invoice)
        .await;
    let Err(Fault::Retry { after, .. }) = looked else {
        panic!("{looked:?}");
    };
    assert_eq!((after, fixture.documents()), (Some(5 * SECOND), 0));
    fixture.clock.advance(SECOND);
    arrives(&fixture).await;
    let found = fixture
        .client
        .post_invoice(&delivery("k1", 3), &invoice)
        .await;
    found.unwrap();
    assert_eq!(fixture.documents(), 1);
}

#[tokio::test]
async fn what_has_not_arrived_by_then_is_sent_again() {
    let fixture = arriving_after(3_600 * SECOND).await;
    let invoice = invoice("ship-1", Journal::sample());
    fixture.clock.advance(15 * SECOND);
    let sent = fixture
        .client
        .post_invoice(&delivery("k1", 2), &invoice)
        .await;
    sent.unwrap();
    assert_eq!(fixture.documents(), 1);
}

#[tokio::test]
async fn where_a_duplicate_is_refused_nothing_is_too_late() {
    let connector = embedded("key", Duration::ZERO);
    let refusing = Fixture::refusing_duplicates(&connector).await;
    let fixture = late_by(3_600 * SECOND, refusing).await;
    let invoice = invoice("ship-1", Journal::sample());
    let sent = fixture
        .client
        .post_invoice(&delivery("k1", 2), &invoice)
        .await;
    let sent = sent.unwrap();
    let log = || fixture.erp().book.table("request_log").unwrap();
    let lines = log().len();
    fixture.clock.advance(3_600 * SECOND);
    while log().len() == lines {
        tokio::task::yield_now().await;
    }
    assert_eq!(log().last().unwrap()["status"], 409);
    assert_eq!(fixture.documents(), 1);
    let found = fixture
        .client
        .post_invoice(&delivery("k1", 3), &invoice)
        .await;
    assert_eq!(found, Ok(sent));
}
