//! One suite over every tax connector: whatever happens on the way, one effect per delivery.

use crate::{Connector, Deps, Settings, api};
use crossdock_books::{Embedded, FaultKind, Times};
use crossdock_model::{
    Caller, Clock as _, ConnectorName, Context, Correlation, Currency, Delivery, Fault, Money,
    Refusal, StepKey, Tenant, Tier, Timestamp,
};
use crossdock_outbound::{Backends, Directory, RoutingKey, Transport, client};
use crossdock_runtime::ManualClock;
use serde_json::json;
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use sys_tax_contract::{
    API, CommitTax, ReverseTax, TaxAmount, TaxClient, TaxLine, TaxQuoteRequest,
};

/// The API over one connector, with a hand on everything around it.
struct Stage {
    client: TaxClient,
    embedded: Embedded,
    clock: Arc<ManualClock>,
}

/// How each kind of connector is put on the stage: a new kind does not compile without its own.
async fn stage_of(connector: Connector) -> Stage {
    match connector {
        Connector::Embedded(_) => stage(connector).await,
    }
}

fn embedded() -> Connector {
    serde_json::from_value(json!({"kind": "embedded", "api-key": "key"})).unwrap()
}

async fn stage(connector: Connector) -> Stage {
    let clock = Arc::new(ManualClock::at(
        Timestamp::from_second(1_700_000_000).unwrap(),
    ));
    let settings = sys_tax_embedded::Settings {
        api_key: "key".into(),
        seed: sys_tax_embedded::Seed::demo(),
    };
    let embedded = sys_tax_embedded::backend(None, Arc::clone(&clock) as _, settings);
    let embedded = embedded.await.unwrap();
    let name = ConnectorName::from("tax-engine");
    let backends = Backends::new(client().unwrap());
    let local = (("tax".to_owned(), name.clone()), embedded.router.clone());
    backends.serve_locally(HashMap::from([local]));
    let built = api(Deps {
        settings: Settings {
            connectors: [(name, connector)].into(),
            routing: Vec::new(),
        },
        backends,
        clock: Arc::clone(&clock) as _,
    })
    .unwrap();
    let directory = Directory::default();
    directory.fill(HashMap::from([(API, Transport::in_process(built.router))]));
    Stage {
        client: TaxClient::new(&directory, Tier::Process),
        embedded,
        clock,
    }
}

fn context() -> Context {
    let caller = Caller::workflow(Tenant::from("acme"));
    Context::new(caller, Correlation("journey-1".into()))
}

impl Stage {
    fn delivery(&self, key: &str, attempt: u32) -> Delivery {
        Delivery {
            key: StepKey(key.into()),
            attempt: NonZeroU32::new(attempt).unwrap(),
            first_sent: self.clock.now(),
            context: context(),
        }
    }

    async fn commit(&self, attempt: u32) -> Result<Money, Fault> {
        let delivery = self.delivery("commit", attempt);
        let committed = self.client.commit(&delivery, &CommitTax::sample()).await?;
        assert_eq!(committed.lines, CommitTax::sample().lines);
        Ok(committed.total)
    }

    async fn reverse(&self, attempt: u32) -> Result<Money, Fault> {
        let delivery = self.delivery("reverse", attempt);
        let reversed = self
            .client
            .reverse(&delivery, &ReverseTax::sample())
            .await?;
        Ok(reversed.total)
    }

    fn count(&self, table: &str) -> usize {
        self.embedded.book.table(table).unwrap().len()
    }
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Fault>) -> Refusal {
    let fault = answer.unwrap_err();
    let Fault::Refused(refusal) = fault else {
        panic!("{fault:?}")
    };
    refusal
}

#[tokio::test]
async fn the_golden_basket_bears_the_golden_tax_until_the_quote_expires() {
    let stage = stage_of(embedded()).await;
    let request = TaxQuoteRequest::sample();
    let quote = stage.client.quote(&context(), &request).await.unwrap();
    let lines: Vec<(&str, i64, Money)> = quote
        .lines
        .iter()
        .map(|line| (&*line.id, line.rate_millionths, line.tax))
        .collect();
    let wanted = [
        ("A", 82_500, usd(531)),
        ("B", 82_500, usd(166)),
        ("shipping", 0, usd(0)),
    ];
    assert_eq!(lines, wanted);
    assert_eq!(quote.total, usd(697));
    let still = stage.client.quoted(&context(), &quote.id).await.unwrap();
    assert_eq!(still, Some(quote.clone()));
    stage.clock.advance(Duration::from_hours(24));
    let gone = stage.client.quoted(&context(), &quote.id).await;
    assert_eq!(refused(gone).code, "tax_quote_expired");
    assert_eq!(
        stage.client.quoted(&context(), "nothing").await.unwrap(),
        None
    );
}

#[tokio::test]
async fn an_address_or_a_category_without_a_rate_is_pointed_at() {
    let stage = stage_of(embedded()).await;
    let mut elsewhere = TaxQuoteRequest::sample();
    elsewhere.ship_to.region = "OR".into();
    let no = refused(stage.client.quote(&context(), &elsewhere).await);
    assert_eq!(
        (&*no.code, &*no.errors[0].pointer),
        ("validation_failed", "/shipTo/region")
    );
    let mut boats = TaxQuoteRequest::sample();
    boats.lines[1].category = "boats".into();
    let no = refused(stage.client.quote(&context(), &boats).await);
    assert_eq!(
        (&*no.code, &*no.errors[0].pointer),
        ("validation_failed", "/lines/1/category")
    );
    let mut mixed = TaxQuoteRequest::sample();
    mixed.lines.push(TaxLine {
        id: "yen".into(),
        category: "general".into(),
        taxable: Money::new(1, Currency::JPY),
    });
    let no = refused(stage.client.quote(&context(), &mixed).await);
    assert_eq!(no.code, "mixed_currencies");
}

#[tokio::test]
async fn every_write_twice_is_one_effect() {
    let stage = stage_of(embedded()).await;
    for attempt in [1, 2] {
        assert_eq!(stage.commit(attempt).await, Ok(usd(697)));
        assert_eq!(stage.reverse(attempt).await, Ok(usd(266)));
    }
    stage.clock.advance(Duration::from_hours(1_000));
    assert_eq!(stage.commit(3).await, Ok(usd(697)));
    assert_eq!(stage.reverse(3).await, Ok(usd(266)));
    assert_eq!(
        (stage.count("transactions"), stage.count("refunds")),
        (1, 1)
    );
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_or_broken_is_repeated_as_one_effect() {
    for fault in [
        FaultKind::AnswerLost,
        FaultKind::ErrorAfter,
        FaultKind::ErrorBefore,
        FaultKind::Garbage,
    ] {
        let stage = stage_of(embedded()).await;
        let faults = stage.embedded.faults();
        faults.arm("POST /v1/transactions", fault.clone(), Times::Next(1));
        faults.arm("POST /v1/refunds", fault.clone(), Times::Next(1));
        let first = stage.commit(1).await;
        assert!(
            matches!(first, Err(Fault::Unknown { .. })),
            "{fault:?}: {first:?}"
        );
        assert_eq!(stage.commit(2).await, Ok(usd(697)));
        assert!(matches!(stage.reverse(1).await, Err(Fault::Unknown { .. })));
        assert_eq!(stage.reverse(2).await, Ok(usd(266)));
        assert!(faults.armed().iter().all(|armed| armed.bitten == 1));
        assert_eq!(
            (stage.count("transactions"), stage.count("refunds")),
            (1, 1)
        );
    }
}

#[tokio::test]
async fn what_was_done_is_found_by_our_references_and_only_by_its_tenant() {
    let stage = stage_of(embedded()).await;
    stage.commit(1).await.unwrap();
    stage.reverse(1).await.unwrap();
    let client = &stage.client;
    let document = client
        .document(&context(), "ship-1")
        .await
        .unwrap()
        .unwrap();
    assert_eq!((document.total, document.reversed), (usd(697), usd(266)));
    assert_eq!(document.reference.kind, "tax-document");
    let reference = ReverseTax::sample().reference;
    let reversal = client
        .reversal(&context(), "ship-1", &reference)
        .await
        .unwrap();
    assert_eq!(reversal.unwrap().reference.kind, "tax-reversal");
    assert_eq!(
        client
            .reversal(&context(), "ship-2", &reference)
            .await
            .unwrap(),
        None
    );
    let caller = Caller::workflow(Tenant::from("other"));
    let other = Context::new(caller, Correlation("journey-2".into()));
    assert_eq!(client.document(&other, "ship-1").await.unwrap(), None);
    let routed = client
        .routing(&context(), &RoutingKey::default())
        .await
        .unwrap();
    assert_eq!(routed.connector.as_str(), "tax-engine");
}

#[tokio::test]
async fn refusals_come_with_the_codes_of_the_catalogue() {
    let stage = stage_of(embedded()).await;
    let client = &stage.client;
    let early = stage.reverse(1).await;
    assert_eq!(refused(early).code, "not_found");
    stage.commit(1).await.unwrap();
    let delivery = stage.delivery("other", 1);
    let mut changed = CommitTax::sample();
    changed.lines[0].tax = usd(530);
    let other = client.commit(&delivery, &changed).await;
    assert_eq!(refused(other).code, "reference_reused");
    let more = ReverseTax {
        lines: vec![TaxAmount {
            id: "A".into(),
            taxable: usd(6438),
            tax: usd(532),
        }],
        ..ReverseTax::sample()
    };
    let above = client.reverse(&delivery, &more).await;
    assert_eq!(refused(above).code, "wrong_state");
    let nothing = ReverseTax {
        lines: Vec::new(),
        ..ReverseTax::sample()
    };
    let empty = client.reverse(&delivery, &nothing).await;
    assert_eq!(refused(empty).code, "validation_failed");
}

#[test]
fn a_connector_that_cannot_be_reached_is_named_at_the_start() {
    let deps = Deps {
        settings: Settings {
            connectors: [("tax-engine".into(), embedded())].into(),
            routing: Vec::new(),
        },
        backends: Backends::new(client().unwrap()),
        clock: Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH)),
    };
    let error = deps.connect(API, Connector::connect).unwrap_err();
    assert!(error.to_string().contains("tax.connectors.tax-engine"));
    let stray = json!({"kind": "embedded", "api-key": "key", "x": 1});
    assert!(serde_json::from_value::<Connector>(stray).is_err());
}
